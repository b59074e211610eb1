"""The verbs of a closed archive: ``archive redact``, ``archive seal``, ``archive unseal``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from courttally.cli import common
from courttally.cli.common import Home, Json

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Take the archive to another machine, take a page out of it for good, or lock closed files away.",
)

Files = Annotated[
    list[str] | None,
    typer.Option("--file", help="Only this file, such as 00000001-import.warc.gz; repeatable.", show_default=False),
]


@app.command("redact")
def redact(
    captures: Annotated[
        list[str],
        typer.Argument(metavar="CAPTURE…", help="Ids such as c-0123456789abcdef01234567.", show_default=False),
    ],
    who: Annotated[str, typer.Option(help="Who decides; kept in the ledger.", show_default=False)],
    why: Annotated[str, typer.Option(help="Why; kept in the ledger. Name no person here.", show_default=False)],
    build: Annotated[
        bool, typer.Option("--build/--no-build", help="Make the registry anew at once, without these pages.")
    ] = True,
    home: Home = None,
    json: Json = False,
) -> None:
    """Take the pages of captures out of the archive. This cannot be undone.

    A tombstone stays: id, digest, times. Every capture with the same bytes goes too, and the same bytes are refused ever after. The
    registry is made anew without them, so numbers that rested on these pages alone change.

    Example: courttally archive redact c-0123456789abcdef01234567 --who "A. Editor" --why "request 12, decided by the board"
    """
    from courttally.archive import Archive

    folder = common.home_of(home)
    try:
        with common.reported():
            made = Archive(folder).redact(captures, who=who, why=why, clock=common.clock)
    except (KeyError, ValueError) as error:
        common.fail(str(error.args[0]), common.USAGE)
    gone = [name for redaction in made for names in redaction.captures.values() for name in names]
    torn = sorted({name for redaction in made for name in redaction.torn})
    elsewhere = sorted({name for redaction in made for name in redaction.elsewhere})
    if not json:
        print(f"{common.plural(len(gone), 'capture')} redacted: {', '.join(gone)}.")
        print("Backups, exported packages and other machines still hold what they were given.")
    if elsewhere:
        common.note(
            f"what was merged from {', '.join(elsewhere)} holds it still: redact it there, and merge that bundle again"
        )
    if torn:
        common.note(f"look at these by hand, crashes left bytes in them that belong to no record: {', '.join(torn)}")
    if build:
        common.note("The registry is made anew without these pages. If that fails, 'courttally build' does it later.")
        with common.reported():
            _rebuild(folder)
    elif not json:
        print("The registry holds what was read on them until the next 'courttally build'.")
    if json:
        payloads = [each.payload_digest for each in made]
        common.print_json(
            {"redacted": gone, "payloads": payloads, "torn": torn, "elsewhere": elsewhere, "built": build}
        )


def _rebuild(folder: Path) -> None:
    from courttally.registry.build import build

    with common.progress_bar(quiet=False) as progress:
        build(folder, progress=progress)


@app.command("seal")
def seal(
    recipient: Annotated[
        list[str] | None,
        typer.Option(help="Public key of age (age1…) that may open the files; repeatable.", show_default=False),
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option(help="An age key file outside the home: seal to its public key.", show_default=False)
    ] = None,
    file: Files = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Encrypt closed archive files. Only the holder of the key can read their pages then, here or anywhere.

    The format is age, so 'age -d -i KEYFILE' opens a file too. To read sealed files, name the key file in COURTTALLY_SEAL_KEY: pages are
    decrypted in memory. Without it, importing and counting go on; what would need a page says which file is sealed. If the key is lost,
    so are the pages: seal to two recipients, and keep a backup.

    Example: courttally archive seal --recipient age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
    """
    from courttally.archive import Archive

    try:
        with common.reported():
            done = Archive(common.home_of(home)).seal(
                recipients=recipient or (), key=key_file, names=file or (), clock=common.clock
            )
    except ValueError as error:
        common.fail(str(error), common.USAGE)
    _tell(done, "sealed", json=json)


@app.command("unseal")
def unseal(
    key_file: Annotated[
        Path | None, typer.Option(help="The key file. Default: the one in COURTTALLY_SEAL_KEY.", show_default=False)
    ] = None,
    file: Files = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write sealed archive files plain again, each proved against the digest that it was closed with.

    Example: courttally archive unseal --key-file /media/stick/seal.key
    """
    from courttally.archive import Archive

    try:
        with common.reported():
            done = Archive(common.home_of(home)).unseal(key=key_file, names=file or (), clock=common.clock)
    except ValueError as error:
        common.fail(str(error), common.USAGE)
    _tell(done, "opened", json=json)


def _tell(done: Any, what: str, *, json: bool) -> None:
    if json:
        common.print_json({what: list(done.files), "bytes": done.bytes, "untouched": done.untouched})
        return
    print(
        f"{common.plural(len(done.files), 'file')} {what} ({common.size_words(done.bytes)}), {done.untouched:,} were so already."
    )
