"""One way to compare the texts of court pages.

Invariants: `normalise` is pure and idempotent; two texts that look the same to a reader (other spaces, another case,
Latin letters that look Cyrillic) have the same normal form, and so the same `digest`. The normal form is for
comparing and never for showing.
"""

import hashlib
import re
import unicodedata

# Lower case only, since text is case-folded first: `h` stands here for a capital H that looks like Н, `b` for B like
# В.
LOOK_ALIKES = str.maketrans("aceopxykmthbi\u00eb", "асеорхукмтнвіё")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_CANDIDATES = "aceopxykmthbi\u00eb"
_CANDIDATE = re.compile(f"[{_CANDIDATES}]")
_SHORT = 200
"""In a longer text one search for each letter is quicker than one for any of them."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LONG = 200
"""Characters; a longer text is brought to its normal form a byte a letter, where it can be."""
_SOFT_HYPHEN = b"\xad"
_SPACES = re.compile(b"  +")
_ODD = b"\xb5"
"""The one letter of windows-1251 (a Greek one) that has no normal form there."""


def _folded_letter(code: int) -> bytes:
    letter = bytes([code]).decode("cp1251", "replace")
    return b" " if letter.isspace() else letter.casefold().replace("ё", "е").encode("cp1251", "replace")


# Every letter of windows-1251 in normal form: case folded, ё as е, white space a space.
_FOLDED = b"".join(map(_folded_letter, range(256)))


def _mend(text: str) -> str:
    """Replace look-alikes in the words that hold Cyrillic or are one letter long. Linear: only words with a candidate
    are looked at, each once, since most texts have none and some cells are very long."""
    pieces: list[str] = []
    done = 0
    for candidate in _CANDIDATE.finditer(text):
        if candidate.start() < done:
            continue
        start, end = candidate.span()
        while start > done and text[start - 1].isalpha():
            start -= 1
        while end < len(text) and text[end].isalpha():
            end += 1
        word = text[start:end]
        mend = len(word) == 1 or _CYRILLIC.search(word)
        pieces += (text[done:start], word.translate(LOOK_ALIKES) if mend else word)
        done = end
    return "".join((*pieces, text[done:]))


def _folded(text: str) -> str | None:
    """The normal form but for look-alikes of a text whose letters are all in windows-1251, else None. All of them are composed, and
    each is folded by itself, so that a decision takes half the time that it takes as Unicode."""
    try:
        letters = text.encode("cp1251")
    except UnicodeEncodeError:
        return None
    if _ODD in letters:
        return None
    letters = letters.translate(_FOLDED, _SOFT_HYPHEN)
    return _SPACES.sub(b" ", letters).strip(b" ").decode("cp1251")


def normalise(text: str) -> str:
    """Return the form in which texts of pages are compared.

    All white space (no-break spaces too) becomes one space and none at the ends; invisible characters go; case is
    folded; ё is е; a Latin letter that looks Cyrillic becomes Cyrillic inside a word with Cyrillic letters, and where
    it stands alone («22K», «п.a»). The last rule looks at one word only, so that a piece of a line has the same
    normal form as in the line.
    """
    folded = _folded(text) if len(text) > _LONG else None
    if folded is not None:
        return _mend(folded) if any(letter in folded for letter in _CANDIDATES) else folded
    text = " ".join(text.casefold().split())
    if not text.isascii():
        if (
            "\u00ad" in text
            or "\u200b" in text
            or "\u200c" in text
            or "\u200d" in text
            or "\u200e" in text
            or "\u200f" in text
            or "\u2060" in text
            or "\ufeff" in text
        ):  # eight searches for one character each are a fraction of one search for any of them
            text = " ".join(_INVISIBLE.sub("", text).split())
        text = unicodedata.normalize("NFC", text)
    if _CANDIDATE.search(text) if len(text) < _SHORT else any(letter in text for letter in _CANDIDATES):
        text = unicodedata.normalize("NFC", _mend(text))
    if "ё" in text:
        text = unicodedata.normalize("NFC", text.replace("ё", "е"))
    return text


def digest(text: str) -> str:
    """SHA-256 of the normal form, 64 hexadecimal digits: how a value is named that must not be stored as text."""
    return hashlib.sha256(normalise(text).encode("utf-8", "surrogatepass")).hexdigest()
