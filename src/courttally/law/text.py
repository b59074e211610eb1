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


def normalise(text: str) -> str:
    """Return the form in which texts of pages are compared.

    All white space (no-break spaces too) becomes one space and none at the ends; invisible characters go; case is
    folded; ё is е; a Latin letter that looks Cyrillic becomes Cyrillic inside a word with Cyrillic letters, and where
    it stands alone («22K», «п.a»). The last rule looks at one word only, so that a piece of a line has the same
    normal form as in the line.
    """
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
