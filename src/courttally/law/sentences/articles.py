"""Citations of articles in running text: «п. «а» ч. 2 ст. 158», «ст. 30 ч. 3, 158 ч. 2 УК РФ», «частью второй статьи 337».

Invariants: pure; every token is looked at a bounded number of times; a number is read whole or not at all (part 2.1 is never part 2,
article 352.1 never 352); articles 30 and 33 of the Criminal Code mark the article after them and are no charge of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from courttally.law.charges import ROLES, STAGES, Charge
from courttally.law.sentences.phrases import Mark
from courttally.law.sentences.tokens import NUMBER, WORD, Token

_ARTICLE = {"ст", "статья", "статьи", "статье", "статью", "статьей", "статей", "статьям", "статьями", "статьях"}
_PART = {"ч", "чч", "часть", "части", "частью", "частей", "частям", "частями"}
_POINT = {
    "п",
    "пп",
    "пункт",
    "пункта",
    "пункту",
    "пунктом",
    "пункте",
    "пункты",
    "пунктов",
    "пунктам",
    "пунктами",
    "пунктах",
}
_ORDINALS = ("перв", "втор", "трет", "четверт", "пят", "шест", "седьм", "восьм", "девят", "десят")
_SUPERSCRIPTS = {"¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5"}
_JOINS = {",", "и", "-", "/"}
_REVERSED = {"через", "применением", "ссылкой"}
# What follows a citation and says whose article it is.
_CODES = {
    "ук": "uk", "упк": "upk", "уик": "uik", "коап": "koap", "гк": "gk", "гпк": "gpk", "нк": "nk", "кас": "kas", "ск": "sk",
    "фз": "law", "закона": "law", "конституции": "law", "постановления": "law", "положения": "law", "устава": "law",
}  # fmt: skip
_CODE_WORDS = {
    ("уголовного", "кодекса"): "uk",
    ("уголовный", "кодекс"): "uk",
    ("уголовно", "-", "процессуального", "кодекса"): "upk",
    ("уголовно", "-", "исполнительного", "кодекса"): "uik",
    ("гражданского", "кодекса"): "gk",
    ("налогового", "кодекса"): "nk",
    ("федерального", "закона"): "law",
}
_CODE_BEGINNINGS = frozenset(words[0] for words in _CODE_WORDS)
_AFTER_CODE = {"рф", "россии", "российской", "федерации", "рсфср"}
_UNIT_STARTS = ("год", "лет", "месяц", "мес", "час", "дн", "ден", "сут", "руб", "тыс", "процент", "%", "(")
_LAST_ARTICLE = 500
_NOTE = 4  # tokens between «примечание» and the article it stands under
_MAX_LETTERS = 24
FIRST_SPECIAL = 105  # the Special Part of the Criminal Code begins here


@dataclass(frozen=True, slots=True)
class _Item:
    sort: str  # article, part, points, code
    value: tuple[str, ...]
    first: int
    last: int
    glued: bool  # nothing but blanks between this and the item before
    reversed: bool = False  # «через ч. 3 ст. 30»


def find_articles(tokens: Sequence[Token], first: int, last: int) -> list[Mark]:
    """Marks of concept `article`, one for each article and part cited; code is the code of law (`uk`, `upk`, … or `none` where the
    text names none), value the Charge (for the General Part and other codes: article, part and points alone)."""
    marks: list[Mark] = []
    index = first
    while index < last:
        item = _item_at(tokens, index, last, None, glued=True)
        if item is None or item.sort == "code":
            index += 1
            continue
        items = _run(tokens, item, last)
        found = _assemble(items) or _of_the_same_article(items, tokens[index - 1] if index > first else None, marks)
        if any(token.text.startswith("примечани") for token in tokens[max(index - _NOTE, first) : index]):
            found[:1] = [replace(mark, code="note") for mark in found[:1]]  # «примечание к ст. 337» charges nobody
        marks.extend(found)
        index = max(items[-1].last, index + 1)
    return marks


def _of_the_same_article(items: list[_Item], before: Token | None, marks: list[Mark]) -> list[Mark]:
    """«по ч. 2.1 ст. 337 – год, по ч. 5 – пять лет»: a part without an article is of the article named last."""
    last = marks[-1] if marks else None
    if before is None or before.text != "по" or last is None or not isinstance(last.value, Charge):
        return []
    if last.code not in ("uk", "none") or int(last.value.article.split(".")[0]) < FIRST_SPECIAL:
        return []
    if [item.sort for item in items] != ["part"]:
        return []
    charge = replace(last.value, part=items[0].value[0], points=())
    return [replace(last, first=items[0].first, last=items[0].last, value=charge)]


def _run(tokens: Sequence[Token], item: _Item, limit: int) -> list[_Item]:
    """The items that follow each other with nothing but commas, «и» and dashes between them."""
    items = [item]
    while True:
        index = items[-1].last
        joined = turned = False
        for _ in range(3):
            if index >= limit or (
                tokens[index].text not in _JOINS and tokens[index].text not in _REVERSED and tokens[index].text != "с"
            ):
                break
            turned = turned or tokens[index].text in _REVERSED
            joined = True
            index += 1
        follower = _item_at(tokens, index, limit, items[-1], glued=not joined) if index < limit else None
        if follower is None:
            return items
        items.append(replace(follower, reversed=turned))


def _item_at(tokens: Sequence[Token], index: int, limit: int, before: _Item | None, *, glued: bool) -> _Item | None:
    token = tokens[index]
    if token.kind == NUMBER:
        return _bare(tokens, index, limit, before, glued=glued)
    if token.kind != WORD:
        return None
    if token.text in _ARTICLE:
        start = _skip_repeats(tokens, index, limit, _ARTICLE)
        number = _number(tokens, start, limit, 3)
        return None if number is None else _Item("article", (number[0],), index, number[1], glued)
    if token.text in _PART:
        start = _skip_repeats(tokens, index, limit, _PART)
        number = _number(tokens, start, limit, 2) or _ordinal(tokens, start, limit)
        return None if number is None else _Item("part", (number[0],), index, number[1], glued)
    if token.text in _POINT:
        letters, end = _letters(tokens, _skip_repeats(tokens, index, limit, _POINT), limit)
        return _Item("points", letters, index, end, glued) if letters else None
    code = _code_at(tokens, index, limit)
    return None if code is None else _Item("code", (code[0],), index, code[1], glued)


def _skip_repeats(tokens: Sequence[Token], index: int, limit: int, words: set[str]) -> int:
    """Past «ст.», «ст. ст.», «ч.ч.»."""
    for _ in range(3):
        if index < limit and tokens[index].text in words:
            index += 1
            if index < limit and tokens[index].text == ".":
                index += 1
    return index


def _number(tokens: Sequence[Token], index: int, limit: int, width: int) -> tuple[str, int] | None:
    """«158», «228.1», «228-1», «228¹» and the index after."""
    if index >= limit or tokens[index].kind != NUMBER or len(tokens[index].text) > width:
        return None
    number, end = str(int(tokens[index].text)), index + 1
    if end < limit and tokens[end].text in _SUPERSCRIPTS and tokens[end].gap == 0:
        return f"{number}.{_SUPERSCRIPTS[tokens[end].text]}", end + 1
    if end + 1 < limit and tokens[end].text in (".", "-") and tokens[end].gap == 0:
        sub = tokens[end + 1]
        longest = 2 if tokens[end].text == "." else 1
        if sub.kind == NUMBER and sub.gap == 0 and len(sub.text) <= longest:
            return f"{number}.{int(sub.text)}", end + 2
    return number, end


def _ordinal(tokens: Sequence[Token], index: int, limit: int) -> tuple[str, int] | None:
    if index < limit and tokens[index].kind == WORD and len(tokens[index].text) > 4:
        for value, stem in enumerate(_ORDINALS, start=1):
            if tokens[index].text.startswith(stem):
                return str(value), index + 1
    return None


def _letters(tokens: Sequence[Token], index: int, limit: int) -> tuple[tuple[str, ...], int]:
    """The letters or numbers of points, with or without quotation marks; the index after them."""
    letters: list[str] = []
    end = index
    while len(letters) < _MAX_LETTERS:
        start = end
        separated = not letters
        while start < limit and (tokens[start].text in _JOINS or tokens[start].text == '"'):
            separated = True
            start += 1
            if start - end > 4:
                break
        if start >= limit or not separated or not _is_letter(tokens, start, limit):
            break
        letters.append(tokens[start].text)
        end = start + 1
        if end < limit and tokens[end].text == '"':
            end += 1
    return tuple(letters), end


def _is_letter(tokens: Sequence[Token], index: int, limit: int) -> bool:
    token = tokens[index]
    if token.kind == NUMBER:
        # «п. 3 ч. 1 ст. 24»; a longer number or one with a unit is no point.
        return len(token.text) <= 2 and not (index + 1 < limit and tokens[index + 1].text.startswith(_UNIT_STARTS))
    if token.kind != WORD or len(token.text) != 1:
        return False
    # «п. а, ч. 2»: the ч begins the part.
    return not (
        token.text in ("ч", "п")
        and index + 1 < limit
        and (tokens[index + 1].text == "." or tokens[index + 1].kind == NUMBER)
    )


def _bare(tokens: Sequence[Token], index: int, limit: int, before: _Item | None, *, glued: bool) -> _Item | None:
    """A number without «ст.» or «ч.» goes on with the list that it stands in: «ст.ст. 158 ч. 2, 161 ч. 1», «ч.ч. 1, 2 ст. 337»."""
    if before is None or glued or before.sort == "code":
        return None
    number = _number(tokens, index, limit, 3)
    if number is None:
        return None
    value, end = number
    if end < limit and (tokens[end].kind == NUMBER or tokens[end].text.startswith(_UNIT_STARTS)):
        return None
    whole = int(value.split(".")[0])
    if before.sort == "part" and whole < FIRST_SPECIAL:
        return _Item("part", (value,), index, end, glued) if whole < 10 else None
    # After an article of the Special Part a small number is a sum or a term: «ст. 158 – 10 000».
    general = before.sort == "article" and int(before.value[0].split(".")[0]) < FIRST_SPECIAL
    least = 1 if general else FIRST_SPECIAL
    return _Item("article", (value,), index, end, glued) if least <= whole <= _LAST_ARTICLE else None


def _code_at(tokens: Sequence[Token], index: int, limit: int) -> tuple[str, int] | None:
    code = _CODES.get(tokens[index].text)
    end = index + 1
    if code is None and tokens[index].text in _CODE_BEGINNINGS:
        for words, named in _CODE_WORDS.items():
            if tuple(token.text for token in tokens[index : min(index + len(words), limit)]) == words:
                code, end = named, index + len(words)
                break
    if code is None:
        return None
    while end < limit and tokens[end].text in _AFTER_CODE:
        if tokens[end].text == "рсфср" and code == "uk":
            code = "uk_rsfsr"
        end += 1
    return code, end


def _assemble(items: list[_Item]) -> list[Mark]:
    """Articles of a run: what stands before the name of a code belongs to that code."""
    marks: list[Mark] = []
    chunk: list[_Item] = []
    marked = _Marked()
    for item in items:
        if item.sort == "code":
            marks = _emit(chunk, item.value[0], marked, marks)
            chunk = []
        else:
            chunk.append(item)
    return _emit(chunk, "none", marked, marks)


@dataclass(slots=True)
class _Marked:
    """Articles 30 and 33 waiting for the article that they mark."""

    stage: str | None = None
    role: str | None = None


def _emit(chunk: list[_Item], code: str, marked: _Marked, marks: list[Mark]) -> list[Mark]:
    drafts = _drafts(chunk)
    out = list(marks)
    previous: tuple[str | None, str | None, int] | None = None
    for article, part, points, first, last, turned in drafts:
        if code in ("uk", "none") and article in ("30", "33"):
            stage = STAGES.get(part or "", "unfinished") if article == "30" else None
            role = ROLES.get(part or "", "complicity") if article == "33" else None
            if turned and out and isinstance(out[-1].value, Charge):
                former = out[-1].value
                out[-1] = replace(
                    out[-1], last=last, value=replace(former, stage=stage or former.stage, role=role or former.role)
                )
            else:
                marked.stage, marked.role = stage or marked.stage, role or marked.role
                previous = None
            continue
        charge = Charge(article, part, points, code="rsfsr" if code == "uk_rsfsr" else "rf")
        if code in ("uk", "none", "uk_rsfsr") and int(article.split(".")[0]) >= FIRST_SPECIAL:
            stage, role = marked.stage, marked.role
            if previous is not None and previous[2] == last:
                stage, role = previous[0], previous[1]  # several parts of one article share its mark
            charge = replace(charge, stage=stage, role=role)
            previous = (stage, role, last)
            marked.stage = marked.role = None
        out.append(Mark("article", "uk" if code == "uk_rsfsr" else code, first, last, charge))
    return out


_Draft = tuple[str, str | None, tuple[str, ...], int, int, bool]


def _drafts(chunk: list[_Item]) -> list[_Draft]:
    """Articles with their parts and points. What stands before an article belongs to it («п. «а» ч. 2 ст. 158»); where nothing does,
    what follows it without a comma («ст. 158 ч. 2 п. «а»»), or with one where the chunk has no other article."""
    drafts: list[_Draft] = []
    waiting: list[_Item] = []
    open_ended = False  # the last article takes what follows
    alone = sum(item.sort == "article" for item in chunk) == 1
    for place, item in enumerate(chunk):
        if item.sort == "article":
            drafts += _forwards(waiting, item)
            open_ended = not waiting
            waiting = []
        elif open_ended and (item.glued or alone or _belongs_back(chunk, place)):
            _backwards(drafts, item)
        else:
            open_ended = False
            waiting.append(item)
    return drafts


def _belongs_back(chunk: list[_Item], place: int) -> bool:
    """«ст. 337 ч. 3, ч. 5»: a part after a comma, and no article after it to which it could belong."""
    rest = chunk[place + 1 : place + 4]
    return not any(item.sort == "article" and (index == 0 or item.glued) for index, item in enumerate(rest))


def _forwards(waiting: list[_Item], article: _Item) -> list[_Draft]:
    """The article with each of the parts that wait for it."""
    parts: list[tuple[str | None, tuple[str, ...]]] = []
    points: tuple[str, ...] = ()
    for item in waiting:
        if item.sort == "part":
            parts.append((item.value[0], points))
            points = ()
        elif parts and not parts[-1][1] and item.glued:
            parts[-1] = (parts[-1][0], item.value)
        else:
            points += item.value
    first = waiting[0].first if waiting else article.first
    turned = article.reversed or any(item.reversed for item in waiting)
    return [(article.value[0], part, own, first, article.last, turned) for part, own in parts or [(None, points)]]


def _backwards(drafts: list[_Draft], item: _Item) -> None:
    """Give a part or points to the last article; a second part is a second charge of the same article."""
    article, part, points, first, _, turned = drafts[-1]
    if item.sort == "points":
        drafts[-1] = (article, part, points + item.value, first, item.last, turned)
    elif part is None:
        drafts[-1] = (article, item.value[0], points, first, item.last, turned)
    else:
        drafts.append((article, item.value[0], (), item.first, item.last, turned))
