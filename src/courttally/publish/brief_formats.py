"""A brief laid out as text, Markdown or HTML.

Invariants: the same sentences in every form; marks ``⟦n⟧`` become the form's own footnotes; HTML escapes everything and names no other host.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from html import escape

from courttally.publish.brief import Brief, as_of_words
from courttally.publish.brief_words import phrase

_MARK = re.compile(r"⟦(\d+)⟧")
WIDTH = 100
STYLE = (
    ":root{color-scheme:light dark}body{font:1.06rem/1.55 Georgia,serif;margin:0}main{max-width:42rem;margin:0 auto;padding:1.5rem 1rem 4rem}"
    "h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.15rem;margin:2rem 0 .4rem}p{margin:.5rem 0}li{margin:.2rem 0}sup{line-height:0;font-size:.68em}"
    "sup a{text-decoration:none}ol{font:.8rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere;padding-left:2.6rem}"
)
"""In the page itself, so that a brief is one file."""


def as_text(brief: Brief) -> str:
    """Plain text, wrapped; footnotes as ``[1]``."""

    def wrapped(text: str, head: str = "", tail: str = "") -> str:
        return textwrap.fill(
            _MARK.sub(r"[\1]", text), WIDTH, initial_indent=head, subsequent_indent=tail,
            break_long_words=False, break_on_hyphens=False,
        )  # fmt: skip

    lines = [brief.title, as_of_words(brief), *brief.opening, ""]
    for section in brief.sections:
        lines += [section.title.upper(), ""]
        running: list[str] = []
        for sentence in section.sentences:
            if sentence.item:
                if running:
                    lines += [wrapped(" ".join(running))]
                    running = []
                lines.append(wrapped(sentence.text, "  - ", "    "))
            else:
                running.append(sentence.text)
        if running:
            lines.append(wrapped(" ".join(running)))
        lines.append("")
    if brief.notes:
        lines += [phrase("title", "notes", brief.lang).upper(), ""]
    lines += [f"[{number}] {note}" for number, note in enumerate(brief.notes, 1)]
    return "\n".join(lines) + "\n"


def as_markdown(brief: Brief) -> str:
    """Markdown with footnotes."""
    lines = [f"# {brief.title}", "", f"*{as_of_words(brief)}.* " + " ".join(f"**{text}**" for text in brief.opening), ""]  # fmt: skip
    for section in brief.sections:
        lines += [f"## {section.title}", ""]
        lines += _blocks(section.sentences_of(), lambda text: f"* {text}", lambda text: text)
        lines.append("")
    body = _MARK.sub(r"[^\1]", "\n".join(lines))
    notes = "\n".join(f"[^{number}]: {note}" for number, note in enumerate(brief.notes, 1))
    return f"{body}\n{notes}\n"


def _blocks(
    sentences: list[tuple[str, bool]], item: Callable[[str], str], paragraph: Callable[[str], str]
) -> list[str]:
    """Runs of sentences as paragraphs, items one by one, a blank line between the kinds."""
    found: list[str] = []
    running: list[str] = []
    for text, is_item in sentences:
        if is_item:
            if running:
                found += [paragraph(" ".join(running)), ""]
                running = []
            found.append(item(text))
        else:
            if not running and found and found[-1]:
                found.append("")
            running.append(text)
    if running:
        found.append(paragraph(" ".join(running)))
    return found


def as_html(brief: Brief) -> str:
    """One page without scripts or outside addresses."""

    def marked(text: str) -> str:
        return _MARK.sub(r'<sup><a href="#n\1">\1</a></sup>', escape(text))

    body = [f"<h1>{escape(brief.title)}</h1>", f"<p>{escape(as_of_words(brief))}</p>"]
    body += [f"<p><strong>{escape(text)}</strong></p>" for text in brief.opening]
    for section in brief.sections:
        body.append(f"<section><h2>{escape(section.title)}</h2>")
        blocks = _blocks(section.sentences_of(), lambda t: f"<li>{marked(t)}</li>", lambda t: f"<p>{marked(t)}</p>")
        listing = False
        for block in blocks:
            if block.startswith("<li>") and not listing:
                body.append("<ul>")
            elif not block.startswith("<li>") and listing:
                body.append("</ul>")
            listing = block.startswith("<li>")
            if block:
                body.append(block)
        body += ["</ul></section>" if listing else "</section>"]
    if brief.notes:
        body.append(f"<h2>{escape(phrase('title', 'notes', brief.lang))}</h2><ol>")
        body += [f'<li id="n{number}">{escape(note)}</li>' for number, note in enumerate(brief.notes, 1)]
        body.append("</ol>")
    mark = f"{brief.opening[0]} " if brief.simulated else ""
    hidden = "" if brief.public else '<meta name="robots" content="noindex">'
    head = (
        f'<!doctype html>\n<html lang="{brief.lang}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{hidden}'
        f"<title>{escape(mark + brief.title)}</title>\n<style>{STYLE}</style></head>\n<body><main>\n"
    )
    return head + "\n".join(body) + "\n</main></body>\n</html>\n"


FORMATS: dict[str, Callable[[Brief], str]] = {"text": as_text, "md": as_markdown, "html": as_html}
