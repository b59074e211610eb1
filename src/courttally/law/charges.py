"""The notation in which court pages write charges: «ст. 30 ч.3, ст.338 ч.3 п.а,б; ст.337 ч.3.1 УК РФ» (portal.md
2.4).

Invariants: reading is pure and total (any text gives a reading); nothing is dropped silently, for every stretch of
text that is neither read nor a separator is in `unparsed`; a number is read whole or not at all, so part 3.1 never
becomes part 3, nor article 352.1 article 352. Articles 30 (unfinished crime) and 33 (complicity) are no charges of
their own: they mark the article that follows.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

Span = tuple[int, int]

MARKS = ("30", "33")
STAGES = {"1": "preparation", "2": "preparation", "3": "attempt"}  # Criminal Code, article 30
ROLES = {"2": "perpetrator", "3": "organiser", "4": "instigator", "5": "accomplice"}  # Criminal Code, article 33

# One character for one, so that positions in the mended text are positions in the text as given.
_LOOK_ALIKES = str.maketrans(
    "aceopxykmthbACEOPXYKMTHB\u00a0\u2007\u202f\u00ad\u200b\u200c\u200d\u2060\ufeff‐‑‒–—−",
    "асеорхукмтнвАСЕОРХУКМТНВ" + " " * 9 + "-" * 6,
)

_SUB = r"(?:\s*\.\s*[0-9]{1,2}(?![0-9]))"
_QUOTE = "[«»\"'“”„]"
# No article has points beyond «о», so «П.П.» are initials. A clerk may leave no space before «УК РФ» or the next «ст.».
_POINT = rf"{_QUOTE}?\s*(?:[а-о](?:\.[0-9](?![0-9]))?(?!(?!УК(?![а-яё])|УК\s*Р|ст\s*\.?\s*[0-9])[а-яё])|[0-9]{{1,2}}(?![0-9]))\s*{_QUOTE}?"
# «3,1», «3-5», «3.1.2» can mean several things, so such a part is not read at all; «ч.3, 338 ч.1» and «ч.3.» run on
# to nothing.
_RUN_ON = r"(?P<run>(?:\s*[.,/-]\s*[0-9]{1,2}(?![0-9])(?!\s*\.?\s*[чп]))+)?"
_TOKENS = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("gap", r"[\s,.()]+|-(?=\s|ст|[0-9]{3}|$)|(?:и|по)(?=\s)|(?<=\s)-"),
        ("stop", r";"),
        (
            "article",
            r"(?:(?P<many>ст\s*\.?\s*ст|статьи|статей)|статья|статьей|статье|статью|ст)\s*\.?\s*"
            rf"(?P<number>[0-9]{{1,3}}(?![0-9])(?:{_SUB}|-[0-9](?![0-9]))?){_RUN_ON}",
        ),
        (
            "part",
            r"(?:част(?:и|ь|ью|ей)|ч\s*\.?\s*ч|ч)\s*\.?\s*"
            rf"(?P<number>[0-9]{{1,2}}(?![0-9]){_SUB}?){_RUN_ON}",
        ),
        (
            "points",
            r"(?:пункт(?:ы|а|ов|у|ам|ом|ами)?|п\s*\.?\s*п|п)\s*\.?\s*"
            rf"(?P<letters>{_POINT}(?:(?:\s*,\s*|\s+и\s+|\s*(?={_QUOTE}))(?!\s*[чпс]\s*\.?\s*[0-9]){_POINT})*)",
        ),
        (
            "code",
            r"(?:(?:УК|Уголовн(?:ый|ого)\s+кодекса?)(?:\s*(?:РФ|РСФСР|России|Российской\s+Федерации))?|РФ|РСФСР)(?![а-яё])",
        ),
        ("elsewhere", r"(?:УПК|УИК|КоАП|КАС|ГПК)(?![а-яё])(?:\s*(?:РФ|Российской\s+Федерации)(?![а-яё]))?"),
        (
            # The edition of the law a charge is under: «(в ред. ФЗ от 24.09.2022 № 365-ФЗ)». It changes no charge.
            "gap",
            r"\(?\s*в\s+ред(?:акции)?(?![а-яё])\s*\.?\s*(?:(?:Федерального\s+)?закона(?:\s+РФ)?|ФЗ)?\s*"
            r"(?:от\s*[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2,4}\s*(?:г\.|года)?)?\s*(?:[№N]\s*[0-9]+\s*(?:-\s*ФЗ)?)?\s*\)?",
        ),
        (
            # A bare number is an article only where notation goes on or ends; «365-ФЗ» and «123 листа» are not.
            "bare",
            rf"(?P<number>[0-9]{{3}}(?![0-9]){_SUB}?){_RUN_ON}(?=\s*(?:[,;.)]|$|(?:и|ч|п|УК|РФ|ст)(?![а-яё])|-\s))"
            r"(?P<followed>(?=\s*\.?\s*ч\s*\.?\s*[0-9]))?",
        ),
        ("unread", r"\w+|."),
    )
)
_LETTER = re.compile(r"[а-яё](?:\.[0-9])?|[0-9]{1,2}", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_KEPT_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge against one person.

    `article` and `part` are numbers as text («352.1», «3.1»); `part` is None where the text names none (counted as
    unknown). `points` are single letters or numbers in the order given. `stage`: None, preparation, attempt, or
    unfinished (article 30 without a part). `role`: None, organiser, instigator, accomplice, perpetrator, or
    complicity (article 33 without one of these parts). `code` is `rf`, or `rsfsr` for the code of before 1997, whose
    articles of the same number are other crimes.
    """

    article: str
    part: str | None = None
    points: tuple[str, ...] = ()
    stage: str | None = None
    role: str | None = None
    code: str = "rf"

    @property
    def part_key(self) -> str:
        """The part with its article, as figures name it: `337/3.1`, `337/unknown`."""
        return f"{self.article}/{self.part or 'unknown'}"


@dataclass(frozen=True, slots=True)
class ChargeReading:
    """What a text says: its charges in order, repeated ones kept, and the spans (start, end) of the text not
    understood.
    """

    charges: tuple[Charge, ...]
    unparsed: tuple[Span, ...]


@dataclass(slots=True)
class _Draft:
    """An article under construction and where it was read."""

    article: str
    span: Span
    part: str | None = None
    points: tuple[str, ...] = ()
    unclear: bool = False  # it has a part that could not be read


class _Assembly:
    """Puts tokens together. Parts and points belong to the article before them or, where a stretch begins with a part
    or a point («п. «а» ч. 3 ст. 158»), to the article after them. A stretch ends at a semicolon or the name of the
    code."""

    def __init__(self) -> None:
        self.charges: list[Charge] = []
        self.unread: list[Span] = []
        self._in_this_code = 0
        self._since = 0  # where the text after the last code named begins
        self._marks: dict[str, _Draft] = {}
        self._open: _Draft | None = None
        self._ahead: list[tuple[str, re.Match[str]]] = []
        self._backwards: bool | None = None
        self._listing = False

    def take(self, kind: str, match: re.Match[str]) -> None:
        if kind == "unread":
            self.unread.append(match.span())
            self._break_off()
        elif kind == "gap":
            if "-" in match.group() and self._ahead:
                self._break_off()  # «П.А. - ст.337 ч.5»: what stands before a dash is no point
        elif kind == "stop":
            self._end_stretch()
        elif kind == "code":
            self._name_code(match)
        elif kind == "elsewhere":
            self._name_other_law(match)
        elif kind in ("part", "points"):
            self._detail(kind, match)
        elif kind == "article":
            self._article(match)
        elif kind == "bare":
            # «ст.ст. 337 ч.5, 338 ч.1»: a number without «ст.» is an article after another one, or before a part.
            if self._listing or match["followed"] is not None:
                self._article(match)
            else:
                self.unread.append(match.span())

    def finish(self) -> ChargeReading:
        self._end_stretch()
        self.unread.extend(draft.span for draft in self._marks.values())
        return ChargeReading(tuple(self.charges), _joined(self.unread))

    def _article(self, match: re.Match[str]) -> None:
        self._close()
        self._backwards = bool(self._backwards)
        self._listing = True
        if match["run"]:
            self.unread.append(match.span())
            self._drop_ahead()
            return
        # «205-1» is an older way to write article 205.1.
        self._open = _Draft(_SPACES.sub("", match["number"]).replace("-", "."), match.span())
        if self._backwards:
            waiting, self._ahead = self._ahead, []
            for kind, detail in waiting:
                self._attach(self._open, kind, detail)
            self._close()

    def _detail(self, kind: str, match: re.Match[str]) -> None:
        if self._backwards is None:
            self._backwards = True
        if self._backwards:
            self._ahead.append((kind, match))
        elif self._open is None:
            self.unread.append(match.span())
        else:
            self._attach(self._open, kind, match)

    def _attach(self, draft: _Draft, kind: str, match: re.Match[str]) -> None:
        if draft.article in MARKS and (kind == "points" or draft.part is not None or draft.unclear):
            self.unread.append(match.span())
        elif kind == "points":
            draft.points += tuple(letter.lower() for letter in _LETTER.findall(match["letters"]))
        elif draft.part is not None or draft.unclear:
            # «ст.337 ч.3, ч.5»: one more part of the same article is one more charge.
            self._close()
            self._open = _Draft(draft.article, match.span())
            self._attach(self._open, kind, match)
        elif match["run"]:
            draft.unclear = True
            self.unread.append(match.span())
        else:
            draft.part = _SPACES.sub("", match["number"])
            draft.span = (min(draft.span[0], match.start()), max(draft.span[1], match.end()))

    def _name_code(self, match: re.Match[str]) -> None:
        """The code named is that of all charges since the last one named."""
        self._end_stretch()
        if "РСФСР" in match.group().upper():
            fresh = self.charges[self._in_this_code :]
            self.charges[self._in_this_code :] = [replace(charge, code="rsfsr") for charge in fresh]
        self._in_this_code, self._since = len(self.charges), match.end()

    def _name_other_law(self, match: re.Match[str]) -> None:
        """«ст.108 УПК РФ»: the articles since the last code named are no crimes, so they are no charges and not understood."""
        self._end_stretch()
        del self.charges[self._in_this_code :]
        self.unread.append((self._since, match.end()))
        self._since = match.end()

    def _end_stretch(self) -> None:
        self._close()
        self._drop_ahead()
        self._backwards = None

    def _break_off(self) -> None:
        """After something that is no notation nothing before it says what an article is, and no list goes on."""
        self._drop_ahead()
        self._backwards = False
        self._listing = False

    def _drop_ahead(self) -> None:
        self.unread.extend(match.span() for _, match in self._ahead)
        self._ahead = []

    def _close(self) -> None:
        draft, self._open = self._open, None
        if draft is None:
            return
        if draft.article in MARKS:
            former = self._marks.get(draft.article)
            if former is not None:
                self.unread.append(former.span)
            self._marks[draft.article] = draft
            return
        stage, role = self._marks.pop("30", None), self._marks.pop("33", None)
        self.charges.append(
            Charge(
                article=draft.article,
                part=draft.part,
                points=draft.points,
                stage=STAGES.get(stage.part or "", "unfinished") if stage else None,
                role=ROLES.get(role.part or "", "complicity") if role else None,
            )
        )


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _next_token(text: str, position: int) -> tuple[str, re.Match[str]]:
    for kind, pattern in _TOKENS:
        match = pattern.match(text, position)
        if match is not None:
            return kind, match
    raise ValueError("the last kind of token takes any character")


def parse_charges(text: str) -> ChargeReading:
    """Read the charges of one person from the text of a cell; any text gives a reading."""
    # Cells repeat, so readings are kept; one of monstrous length is not, for thousands of them would fill the memory.
    return _kept_reading(text) if len(text) <= _KEPT_LENGTH else _read(text)


def _read(text: str) -> ChargeReading:
    mended = text.translate(_LOOK_ALIKES)
    assembly = _Assembly()
    position = 0
    while position < len(mended):
        kind, match = _next_token(mended, position)
        assembly.take(kind, match)
        position = match.end()
    return assembly.finish()


_kept_reading = lru_cache(maxsize=32768)(_read)
