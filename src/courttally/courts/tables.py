"""The room's data files: comma-separated tables in the package, one header line, UTF-8."""

import csv
from importlib.resources import files


def read_table(name: str) -> list[dict[str, str]]:
    """The rows of a table of this room, as text by column name. Raises ValueError when a row is longer or shorter
    than the header.
    """
    text = files("courttally.courts").joinpath(name).read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]
