"""The rehearsal portal: a simulated one whose truth is known. Thin: the work is in the room ``rehearsal``."""

from datetime import date
from enum import StrEnum
from pathlib import Path

import typer

app = typer.Typer(no_args_is_help=True, help="Rehearse with a simulated portal whose truth is known.")


class WorldName(StrEnum):
    """The sizes of a world."""

    SMALL = "small"
    FULL = "full"


class Family(StrEnum):
    """The trends of a world: `published` follows published figures, `falling` is invented."""

    PUBLISHED = "published"
    FALLING = "falling"


_WORLD = typer.Option(
    WorldName.SMALL, "--world", help="small: 12 courts, 18 months; full: all courts, 2021 to May 2025."
)
_SEED = typer.Option(1, "--seed", min=0, help="The same seed gives the same world.")
_FAMILY = typer.Option(Family.PUBLISHED, "--family", help="Trends that follow published figures, or invented ones.")
_FAULTS = typer.Option(0, "--faults", min=0, max=10_000, help="How many of ten thousand answers fail.")
_EVERY = typer.Option(None, "--every", min=1, help="Days between two visits of a court; the world's own by default.")

_GOES_ON = typer.Option(
    None, "--goes-on-to", help="Let the world go on to this day, at a flat level; give the same day to every verb."
)

_NO_UID = typer.Option(
    0, "--no-uid", min=0, max=100, help="In how many of a hundred courts and years no card shows a UID."
)


def _until(text: str | None) -> int | None:
    return None if text is None else _day(text, 0, "--goes-on-to")


def _day(text: str | None, default: int, name: str) -> int:
    if text is None:
        return default
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise typer.BadParameter("give a day as 2024-12-31", param_hint=name) from None


@app.command()
def archive(
    home: Path = typer.Option(..., "--home", help="The home whose archive the captures go into."),
    world: WorldName = _WORLD,
    seed: int = _SEED,
    family: Family = _FAMILY,
    since: str | None = typer.Option(None, "--from", help="First night; the world's first day by default."),
    until: str | None = typer.Option(None, "--to", help="Last night; the world's last day by default."),
    faults: int = _FAULTS,
    every: int | None = _EVERY,
    goes_on: str | None = _GOES_ON,
    no_uid: int = _NO_UID,
    extras: bool = typer.Option(False, "--extras", help="Also hearing lists, decisions and press items."),
    quiet: bool = typer.Option(False, "--quiet", help="Show no progress."),
) -> None:
    """Write nightly captures of the simulated sites straight into an archive, without HTTP."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from courttally.rehearsal.crawl import Answer
    from courttally.rehearsal.into_archive import write_archive
    from courttally.rehearsal.world import build

    made = build(world.value, seed, family.value, _until(goes_on), no_uid)
    first, last = _day(since, made.start, "--from"), _day(until, made.end, "--to")
    columns = (
        TextColumn("[bold]simulated[/bold] {task.description}"),
        BarColumn(),
        TextColumn("{task.fields[captures]} captures"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, disable=quiet) as bar:
        task = bar.add_task(date.fromordinal(first).isoformat(), total=max(1, last - first + 1), captures=0)
        count = 0

        def progress(answer: Answer) -> None:
            nonlocal count
            count += 1
            if count % 100 == 0:
                bar.update(
                    task,
                    completed=answer.night - first,
                    description=date.fromordinal(answer.night).isoformat(),
                    captures=count,
                )

        written = write_archive(made, home, first, last, faults, every, extras, progress)
        bar.update(task, completed=last - first + 1, captures=written.captures)
    kinds = ", ".join(f"{number} {kind}" for kind, number in written.kinds.items())
    typer.echo(
        f"Simulated: {written.captures} captures of {len(made.courts)} courts ({kinds}); {written.duplicates} were held already."
    )


@app.command()
def truth(
    out: Path = typer.Option(..., "--out", help="Folder for the tables, as Parquet and JSON lines."),
    world: WorldName = _WORLD,
    seed: int = _SEED,
    family: Family = _FAMILY,
    since: str | None = typer.Option(
        None, "--from", help="First night of the captures; the world's first day by default."
    ),
    day: list[str] | None = typer.Option(
        None, "--date", help="What was visible by the end of this day; may be given often; the world's last by default."
    ),
    faults: int = _FAULTS,
    every: int | None = _EVERY,
    goes_on: str | None = _GOES_ON,
    no_uid: int = _NO_UID,
    log: Path | None = typer.Option(None, "--log", help="A log of 'serve': what whoever asked there has seen."),
) -> None:
    """Write what is true, and what was visible by a date, with every count that must come out."""
    from courttally.rehearsal.crawl import Newsroom
    from courttally.rehearsal.stage import read_log
    from courttally.rehearsal.truth import write_served, write_truth
    from courttally.rehearsal.world import build

    made = build(world.value, seed, family.value, _until(goes_on), no_uid)
    if log is not None:
        asked = [_day(text, made.end, "--date") for text in day] if day else [made.end]
        with log.open(encoding="utf-8") as lines:
            _say(write_served(out, made, read_log(lines), asked))
        return
    newsroom = Newsroom(made, _day(since, made.start, "--from"), faults, every)
    days = [_day(text, made.end, "--date") for text in day] if day else [made.end]
    if min(days) < newsroom.night:
        raise typer.BadParameter("nothing is visible before the first night", param_hint="--date")
    _say(write_truth(out, newsroom, days))


def _say(counts: dict[str, int]) -> None:
    for name, rows in counts.items():
        typer.echo(f"{name:24} {rows:9} rows")
    typer.echo("Simulated data.")


@app.command()
def serve(
    world: WorldName = _WORLD,
    seed: int = _SEED,
    family: Family = _FAMILY,
    day: str | None = typer.Option(None, "--date", help="The day the sites stand at; the world's last by default."),
    port: int = typer.Option(8337, "--port", min=1, max=65_535, help="The port on the loopback address."),
    faults: int = _FAULTS,
    rate: int = typer.Option(0, "--rate", min=0, help="Requests the platform bears in ten seconds; 0: any number."),
    moving: bool = typer.Option(False, "--moving", help="Let rows move while somebody pages."),
    still: bool = typer.Option(False, "--still", help="The world's clock stands until it is moved over HTTP."),
    log: Path | None = typer.Option(None, "--log", help="A file that every answer is added to, as a line of JSON."),
    goes_on: str | None = _GOES_ON,
    no_uid: int = _NO_UID,
) -> None:
    """Serve all simulated sites on one loopback port, chosen by the Host header."""
    from courttally.rehearsal.faults import Faults, Switches
    from courttally.rehearsal.serve import clock_seconds, run
    from courttally.rehearsal.stage import Stage, WorldClock, first_moment
    from courttally.rehearsal.world import build

    made = build(world.value, seed, family.value, _until(goes_on), no_uid)
    now = WorldClock(first_moment(_day(day, made.end, "--date")), clock_seconds, runs=not still)
    switched = Faults(str(seed), Switches.all_at(faults, rate, moving))
    run(Stage(made, now, switched, clock_seconds, log), port, typer.echo)
