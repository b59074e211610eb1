"""What the wordings of court pages mean: results of cases, events, roles, marks; a versioned vocabulary
(`outcomes.toml`).

Invariants: a text has a meaning only when the whole of it is a wording of the vocabulary, apart from references to
the law that may follow; so a cell that merely contains a known word (a name, a sentence) is unmapped, which is None,
and never guessed. Proceedings are stayed and never "suspended"; a verdict is no conviction.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from courttally.law.tables import Table, read_toml
from courttally.law.text import normalise

OUTCOMES = frozenset({"verdict", "terminated", "returned", "transferred", "medical", "joined", "other", "stayed"})
SECTIONS = (
    "case_outcome",
    "ground",
    "event_name",
    "event_result",
    "party_role",
    "consideration",
    "writ_status",
    "appeal_result",
)

# «в порядке ст. 237 УПК РФ», «(п. 3 ч. 1 ст. 24 УПК РФ)», «- ч. 2 ст. 24»: what may follow any wording, and nothing else
# may: initials of a person are no reference, and «.1» after article 25 makes another article. Every part is possessive, so
# that a long text of such words takes no more than one pass.
_NUMBER = r"\d+(?:\.\d+)?(?![\w])"
_NUMBERS = rf"{_NUMBER}(?:(?:\s*,\s*|\s+и\s+){_NUMBER})*+"
_LAW_UNIT = (
    rf"(?>(?:ст\.?\s*)?ст(?:ать[а-я]{{1,3}})?\.?\s*{_NUMBERS}|ч(?:аст[а-я]{{1,3}})?\.?\s*{_NUMBERS}"
    rf"|п\.?\s*п?(?:ункт[а-я]{{0,3}})?\.?\s*(?:{_NUMBERS}|[а-я](?!\w))|гл(?:ав[а-я]{{1,2}})?\.?\s*{_NUMBERS}"
    r"|(?:упк|ук|(?:уголовно-процессуального|уголовного) кодекса)(?!\w)(?:\s*(?:рф|российской федерации)(?!\w))?+)"
)
_LAW_LINK = r"(?>(?:в порядке|на основании|в соответствии со?|согласно|предусмотренн\w+|по|со?|и)\s+)?+"
_LAW_TAIL = re.compile(rf"(?:[\s(),.:;-]*+{_LAW_LINK}\b{_LAW_UNIT})++[\s).,;]*")
_BEFORE_LAW = " (,.:;-"
_CUT = re.compile(r"(?<=[\s(,.:;-])(?=\w)")
_QUOTES = str.maketrans("–—−‑‐‒", "------", "«»„“”\"'")
_ENDS = " .,;:-"
# A cell longer than this is no wording. It is not searched for a ground either, which takes a look at every cut.
_LONGEST = 400
_ANY = "…"
_SYNTAX = {"[": "(?:", "]": ")?", "{": "(?:", "}": ")", "|": "|", " ": r"\s*"}


@dataclass(frozen=True, slots=True)
class Match:
    """The meaning of a result. `rule` and `wording` are the vocabulary's own, so they hold nothing of the page's
    text.

    `ground` is the code of the reason given, None where none is given or the one given is unknown
    (`ground_unmapped`).
    """

    code: str
    rule: str
    wording: str
    ground: str | None = None
    ground_unmapped: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the vocabulary."""

    id: str
    code: str
    wording: str
    expression: str
    ground: str | None
    effect: str | None

    def fits(self, heads: Iterable[str]) -> bool:
        """Whether one of some texts is, as a whole, a wording of this rule."""
        pattern = _pattern(self.expression)
        return any(pattern.fullmatch(head) for head in heads)


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    """A rule's expression, compiled when it is first needed: all of them take longer than a small night's reading."""
    return re.compile(expression)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All sections, each a tuple of rules in the order of the file: the first that fits holds."""

    version: str
    sections: dict[str, tuple[Rule, ...]]


def _fold(text: str) -> str:
    return normalise(text.translate(_QUOTES)).strip(_ENDS)


def _expression(wording: str) -> str:
    """A wording of the file as a regular expression over folded text; see the head of the file for its three signs."""
    text = normalise(wording.translate(_QUOTES))
    open_end = text.endswith(_ANY)
    text = text.removesuffix(_ANY).strip()
    expression = "".join(_SYNTAX.get(character) or re.escape(character) for character in text)
    return f"(?:{expression})" + (r"(?:\b.*)?" if open_end else "")


def _rule(section: str, row: Table) -> Rule:
    wordings = row.take_texts("texts")
    if not wordings:
        raise ValueError(f"{row.place}: key 'texts' is missing")
    # The canonical wording is plain text; it may hold brackets of its own, but none of the signs.
    expressions = [re.escape(_fold(wordings[0])).replace(r"\ ", r"\s*"), *map(_expression, wordings[1:])]
    rule = Rule(
        id=row.take("id", str),
        code=row.take("code", str),
        wording=wordings[0],
        expression="|".join(expressions),
        ground=row.take_optional("ground", str),
        effect=row.take_optional("effect", str),
    )
    row.done()
    if section == "case_outcome" and rule.code not in OUTCOMES:
        raise ValueError(f"{row.place}: key 'code' is no outcome of a case")
    if rule.effect not in (None, "stayed", "resumed"):
        raise ValueError(f"{row.place}: key 'effect' must be 'stayed' or 'resumed'")
    return rule


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary as shipped. Raises ValueError, naming file and key, when the file is not as its head says."""
    data = read_toml("courttally.law", "outcomes.toml")
    sections = {section: tuple(_rule(section, row) for row in data.take_tables(section)) for section in SECTIONS}
    version = data.take("version", str)
    data.done()
    return Vocabulary(version, sections)


@cache
def _canonical(section: str) -> dict[str, Rule]:
    """Canonical wordings, folded: most cells are one of them, and no other rule fits it (a test)."""
    return {_fold(rule.wording): rule for rule in vocabulary().sections[section]}


@lru_cache(maxsize=8192)
def _find(section: str, folded: str) -> Rule | None:
    if not folded or len(folded) > _LONGEST:
        return None
    known = _canonical(section).get(folded)
    if known is not None:
        return known
    heads = _heads(folded)
    return next((rule for rule in vocabulary().sections[section] if rule.fits(heads)), None)


def _heads(folded: str) -> tuple[str, ...]:
    """The text, and what is left of it without the references to the law at its end."""
    cuts = (cut.start() for cut in _CUT.finditer(folded))
    tails = (cut for cut in cuts if _LAW_TAIL.fullmatch(folded, cut))
    return (folded, *(folded[:cut].rstrip(_BEFORE_LAW) for cut in tails))


def matching_rules(section: str, text: str) -> tuple[Rule, ...]:
    """All rules of a section that fit a text; more than one is a fault of the vocabulary, where the first holds."""
    heads = _heads(_fold(text))
    return tuple(rule for rule in vocabulary().sections[section] if rule.fits(heads))


@lru_cache(maxsize=16384)
def _code(text: str, *sections: str) -> str | None:
    folded = _fold(text)
    found = (_find(section, folded) for section in sections)
    return next((rule.code for rule in found if rule is not None), None)


@lru_cache(maxsize=8192)
def case_outcome(text: str) -> Match | None:
    """The outcome of a case, or of the case against one accused; None when the wording is unmapped or the text empty.

    A ground may stand on the lines after the first, or behind it after a dash, a comma or a bracket.
    """
    lines = [line for line in (_fold(line) for line in text.splitlines()) if line]
    whole = " ".join(lines)
    if len(whole) > _LONGEST:
        return None
    rule = _find("case_outcome", whole)
    if rule is not None:
        return Match(rule.code, rule.id, rule.wording, rule.ground or _ground_in_tail(rule, whole))
    if len(lines) > 1:
        rule = _find("case_outcome", lines[0])
        if rule is not None:
            code = _ground_of_lines(lines[1:])
            return Match(rule.code, rule.id, rule.wording, code or rule.ground, code is None)
        return None
    return _with_ground_behind(whole)


def _ground_of_lines(lines: list[str]) -> str | None:
    """The ground that some lines give together, or the first of several when each line gives a known one."""
    found = _find("ground", _unbracketed(" ".join(lines)))
    if found is not None:
        return found.code
    each = [_find("ground", _unbracketed(line)) for line in lines]
    known = [rule.code for rule in each if rule is not None]
    return known[0] if len(known) == len(lines) else None


def _unbracketed(folded: str) -> str:
    return folded[1:-1].strip(_ENDS) if folded.startswith("(") and folded.endswith(")") else folded


def _with_ground_behind(folded: str) -> Match | None:
    """«Уголовное дело прекращено - примирение сторон»: both halves must be known, or the text could be anything."""
    for cut in re.finditer(r"\s[-(]|[,:;(]|\s(?=в связи|за |ввиду|вследствие|по )", folded):
        rule = _find("case_outcome", folded[: cut.start()].strip(_ENDS))
        found = _find("ground", folded[cut.end() :].strip(_ENDS + "()"))
        if rule is not None and found is not None:
            return Match(rule.code, rule.id, rule.wording, found.code)
    return None


def _ground_in_tail(rule: Rule, folded: str) -> str | None:
    """«Уголовное дело прекращено (ст. 25 УПК РФ)»: a reference to the law behind the wording may be a known ground."""
    for cut in re.finditer(r"[\s(,-]+", folded):
        head, tail = folded[: cut.start()].strip(_ENDS), folded[cut.end() :].strip(_ENDS + "()")
        found = _find("ground", tail)
        if found is not None and _find("case_outcome", head) == rule:
            return found.code
    return None


def ground(text: str) -> str | None:
    """The code of a ground («Основание для выбранного результата события»), None when unmapped."""
    return _code(text, "ground")


def event_name(text: str) -> str | None:
    """The code of an event («Наименование события»), None when unmapped. Courts name an event by its result, too."""
    return _code(text, "event_name", "event_result", "case_outcome")


def event_result(text: str) -> str | None:
    """The code of an event's result («Результат события»), None when unmapped. It may be what became of the case."""
    return _code(text, "event_result", "case_outcome")


@cache
def _effects() -> dict[str, str]:
    return {rule.code: rule.effect for rules in vocabulary().sections.values() for rule in rules if rule.effect}


def event_effect(code: str) -> str | None:
    """What an event, by the code of its name or its result, does to the proceedings: `stayed`, `resumed` or None."""
    return _effects().get(code)


def party_role(text: str) -> str | None:
    """The code of a person's role («Вид лица, участвующего в деле»), None when unmapped."""
    return _code(text, "party_role")


def consideration(text: str) -> str | None:
    """The code of how a case was tried («Признак рассмотрения дела»), None when unmapped."""
    return _code(text, "consideration")


def writ_status(text: str) -> str | None:
    """The code of a writ's state, None when unmapped."""
    return _code(text, "writ_status")


def appeal_result(text: str) -> str | None:
    """The code of a result of appeal or cassation, None when unmapped."""
    return _code(text, "appeal_result")
