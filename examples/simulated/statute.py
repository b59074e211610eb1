"""Maximum and minimum terms that decide which charge leads, as this example reads the law; written down apart from
courttally's own table.

Months. The maximum is the longest term of imprisonment; where there is none, of the disciplinary unit. Sources:
articles 332 to 352.1 of the Criminal Code; Federal Law 365-FZ added the parts that are in force since 24 September
2022. A charge that is not listed has no number.
"""

from __future__ import annotations

from datetime import date

MOBILISED = date(2022, 9, 24)
ALWAYS = date(1997, 1, 1)

# (article, part): (maximum, minimum, in force since)
TERMS = {
    ("332", "1"): (24, 0, ALWAYS),
    ("332", "2"): (60, 0, ALWAYS),
    ("332", "2.1"): (36, 24, MOBILISED),
    ("332", "2.2"): (120, 36, MOBILISED),
    ("334", "3"): (180, 60, MOBILISED),
    ("337", "1"): (12, 0, ALWAYS),
    ("337", "2"): (24, 0, ALWAYS),
    ("337", "2.1"): (60, 0, MOBILISED),
    ("337", "3"): (36, 0, ALWAYS),
    ("337", "3.1"): (84, 0, MOBILISED),
    ("337", "4"): (60, 0, ALWAYS),
    ("337", "5"): (120, 60, MOBILISED),
    ("338", "1"): (84, 0, ALWAYS),
    ("338", "2"): (120, 0, ALWAYS),
    ("338", "3"): (180, 60, MOBILISED),
}
WARTIME = {"332": {"2.1", "2.2", "4"}, "337": {"2.1", "3.1", "5"}, "338": {"3"}}
ARTICLE_ORDER = {"338": 3, "337": 2, "332": 1}


def rank(article: str, part: str | None, received: date | None) -> tuple[int, int, int, int, tuple[int, ...]]:
    """A key by which charges sort; the lead charge has the greatest."""
    maximum, minimum, since = TERMS.get((article, part or ""), (-1, -1, ALWAYS))
    if received is not None and received < since:
        maximum, minimum = -1, -1
    pieces = tuple(int(piece) for piece in part.split(".")) if part else ()
    return (int(maximum >= 0), maximum, minimum, ARTICLE_ORDER.get(article, 0), pieces)
