"""The captcha desk at the terminal and in a browser. No program solves a captcha here: a person does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

if TYPE_CHECKING:
    from courttally.collect.captcha_desk import Desk


def captcha(
    show: Annotated[bool, typer.Option("--list", help="Show what waits and what became of answers, and stop.")] = False,
    answer: Annotated[
        list[str] | None,
        typer.Option(help="Answer without a browser: REGION=12345. May be given often.", show_default=False),
    ] = None,
    save: Annotated[
        Path | None, typer.Option(help="Save the waiting pictures into this folder, and stop.", show_default=False)
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port of the local page; 0: any free one.")] = 0,
    home: Home = None,
    json: Json = False,
) -> None:
    """Answer the captchas that courts ask for, on a local page in your browser.

    The page is served on this machine only, at an address with a secret in it; open the address that is printed. An answer
    serves every court of its region for about six hours. Unanswered ones are left out and named as not covered.

    Example: courttally captcha
    """
    from courttally.collect.captcha_desk import Desk, DeskError

    desk = Desk(common.home_of(home), common.clock)
    with common.reported():
        try:
            for given in answer or []:
                _take(desk, given)
            if save is not None:
                _save(desk, save, quiet=json)
            if show or json:
                _list(desk, json)
            elif save is None and not answer:
                _serve(desk, port)
        except DeskError as error:
            common.fail(str(error))


def _take(desk: Desk, given: str) -> None:
    region, equals, text = given.partition("=")
    if not equals:
        common.fail("--answer takes REGION=12345, such as spb=12345", common.USAGE)
    waiting = next((each for each in desk.pending() if each.region == region.strip()), None)
    if waiting is None:
        common.fail("no captcha waits in that region; 'courttally captcha --list' shows what waits")
    desk.answer(waiting.region, waiting.captchaid, text)
    common.note(f"Region {waiting.region}: taken; the collector uses it with its next question.")


def _save(desk: Desk, folder: Path, *, quiet: bool) -> None:
    pending = desk.pending()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for each in pending:
        name = f"{each.region}.{each.media_type.partition('/')[2]}"
        (folder / name).write_bytes(each.image)
        if not quiet:
            print(name)
    if not pending:
        common.note("Nothing waits.")


def _list(desk: Desk, json: bool) -> None:
    from courttally.collect.captcha_page import ago, court_of, news_of

    now, pending, answered = common.clock(), desk.pending(), desk.answered()
    if json:
        common.print_json(
            {
                "waiting": [
                    {
                        "region": each.region,
                        "court": court_of(each),
                        "asked_at": each.asked_at.isoformat(),
                        "refusals": each.refusals,
                        "simulated": each.simulated,
                    }
                    for each in pending
                ],
                "answered": [
                    {
                        "region": each.region,
                        "fate": each.fate,
                        "at": each.at.isoformat(),
                        "until": each.until.isoformat(),
                    }
                    for each in answered
                ],
            }
        )
        return
    if pending:
        rows = [
            [
                each.region,
                court_of(each) + (" (simulated)" if each.simulated else ""),
                ago(each.asked_at, now),
                str(each.refusals),
            ]
            for each in pending
        ]
        common.print_table("", ["region", "asked by", "when", "refused"], rows, numbers=frozenset({3}))
        print("Answer them with 'courttally captcha', or one by one with --save FOLDER and --answer REGION=12345.")
    else:
        print("Nothing waits.")
    for line in news_of(answered, now):
        print(line["words"])


def _serve(desk: Desk, port: int) -> None:
    from courttally.collect.captcha_page import run

    def ready(address: str) -> None:
        waiting = len(desk.pending())
        common.note(
            f"{common.plural(waiting, 'captcha')} {'waits' if waiting == 1 else 'wait'}. Open this in a browser on this machine (Ctrl+C ends it):"
        )
        print(address, flush=True)

    try:
        run(desk, common.clock, port, ready)
    except OSError as error:
        common.fail(
            f"the page cannot be served on port {port} ({error.strerror}); leave --port out to take any free one"
        )
