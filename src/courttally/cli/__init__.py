"""The command line: one verb a room, thin. Heavy imports happen inside the verbs so that ``--help`` is instant.

May import every room.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from courttally.cli import (
    archive,
    audit,
    audit_registry,
    brief,
    captcha,
    collect,
    decide,
    demo,
    evidence,
    evidence_package,
    exchange,
    figure,
    figures,
    history,
    keys,
    metrics,
    nightly,
    prove,
    publish,
    reconcile,
    registry,
    rehearse,
    review,
    watch,
)

app = typer.Typer(
    name="courttally",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Document prosecutions from courts' own online records, and count them so that every number can be checked.

    The way of the data: import → build → count → publish; trace leads back from a number to the line on a court's page.

    Exit status: 0 done, 1 failed, 2 bad usage, 3 done with unread material.""",
)

app.command("import")(evidence.import_)
app.command("collect")(collect.collect)
app.command("courts")(nightly.courts)
app.command("run")(nightly.run)
app.command("build")(registry.build)
app.command("captcha")(captcha.captcha)
app.command("count")(figures.count)
app.command("brief")(brief.brief)
app.command("figure")(figure.figure)
app.command("prove")(prove.prove)
app.command("reconcile")(reconcile.reconcile)
app.command("metrics")(metrics.metrics)
app.command("trace")(figures.trace)
app.command("case")(figures.case)
app.command("changes")(history.changes)
app.command("publish")(publish.publish)
app.command("status")(registry.status)
app.command("evidence")(evidence_package.evidence)
app.command("verify")(evidence.verify)
app.command("digest")(registry.digest)
app.command("doctor")(registry.doctor)
app.command("demo")(demo.demo)
archive.app.command("export")(exchange.export)
archive.app.command("merge")(exchange.merge)
archive.app.command("machines")(exchange.machines)
app.add_typer(archive.app, name="archive")
audit.app.command("registry")(audit_registry.registry)
app.add_typer(audit.app, name="audit")
app.add_typer(watch.app, name="watch")
app.add_typer(review.app, name="review")
app.add_typer(decide.app, name="decide")
app.add_typer(keys.app, name="keys")
app.add_typer(rehearse.app, name="rehearse")


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False) -> None:
    if version:
        from courttally import __version__

        print(f"courttally {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # Court names are Cyrillic: on a terminal of another encoding they are shown as far as it goes, never a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app()
