"""What the verbs that ask a person share: one question, one answer, an end at any question."""

from __future__ import annotations

import shutil
import textwrap

import typer

from courttally.cli import common

QUIT = "q"
"""The answer that ends the asking, at any question."""


def print_kept(kept: int) -> None:
    """How many answers were kept, and from when on they count."""
    if kept:
        print(f"\n{common.plural(kept, 'answer')} kept. They count from the next 'courttally build'.")
    else:
        print("\nNothing was answered and nothing was kept.")


def prompt(text: str, default: str | None = None) -> str:
    """One line from the terminal, without spaces at its ends."""
    return str(typer.prompt(text, default=default, show_default=False)).strip()


def asked(text: str, allowed: tuple[str, ...]) -> str:
    """An answer: one of ``allowed``, or ``q``."""
    while True:
        code = prompt(text, default="")
        if code == QUIT or code in allowed:
            return code
        print("  That is none of them.")


def reason(before: str) -> str:
    """Why; Enter repeats the reason given before. ``q`` ends."""
    while True:
        found = prompt("  why (Enter: as before)" if before else "  why", default="") or before
        if found:
            return found
        print("  A decision needs a reason.")


def who_decides(who: str) -> str:
    """Who decides, asked for where it was not given."""
    return who.strip() or prompt("Who decides (kept in the ledger)")


def width() -> int:
    """Letters in a line of this terminal."""
    return max(40, min(100, shutil.get_terminal_size().columns - 4))


def wrapped(text: str, *, deeper: bool = False) -> str:
    """A text in lines that fit, indented; ``deeper``: by four, like a quotation."""
    first, other = ("    ", "    ") if deeper else ("  ", "    ")
    return textwrap.fill(text, width(), initial_indent=first, subsequent_indent=other, break_on_hyphens=False)
