"""The room's data files: TOML tables in the package, checked as they are read.

Invariants: a file is read as strictly as a page. A key that nobody knows, a missing key and a value of the wrong type
raise ValueError naming the file and the key, so that a misspelt rule cannot be silently without effect.
"""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib.resources import files
from typing import TypeVar

T = TypeVar("T")


def read_toml(package: str, name: str) -> "Table":
    """The table of a TOML file that ships in a package. Raises FileNotFoundError when there is none."""
    return Table(name, tomllib.loads(files(package).joinpath(name).read_text(encoding="utf-8")))


class Table:
    """One table of a file: keys are taken by name and type, and `done` objects to keys that nobody took."""

    def __init__(self, place: str, values: Mapping[str, object]) -> None:
        self.place = place
        self._values = dict(values)

    def take(self, key: str, kind: type[T]) -> T:
        """The value of a key that must be there."""
        found = self.take_optional(key, kind)
        if found is None:
            raise ValueError(f"{self.place}: key '{key}' is missing")
        return found

    def take_optional(self, key: str, kind: type[T]) -> T | None:
        """The value of a key, None where it is absent."""
        if key not in self._values:
            return None
        value = self._values.pop(key)
        # A bool is an int to Python and a moment a date, but both are mistakes where the other is wanted.
        if not isinstance(value, kind) or (type(value), kind) in ((bool, int), (datetime, date)):
            raise ValueError(f"{self.place}: key '{key}' must be of type {kind.__name__}")
        return value

    def take_texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where the key is absent."""
        values = self.take_optional(key, list) or []
        if not all(isinstance(value, str) for value in values):
            raise ValueError(f"{self.place}: key '{key}' must be a list of texts")
        return tuple(values)

    def take_table(self, key: str) -> "Table":
        """A table inside this one."""
        return Table(f"{self.place}, {key}", self.take(key, dict))

    def take_tables(self, key: str) -> tuple["Table", ...]:
        """A list of tables; empty where the key is absent."""
        values = self.take_optional(key, list) or []
        if not all(isinstance(value, dict) for value in values):
            raise ValueError(f"{self.place}: key '{key}' must be a list of tables")
        return tuple(Table(f"{self.place}, {key} {number}", value) for number, value in enumerate(values, start=1))

    def rest(self) -> Iterable[str]:
        """The keys nobody has taken yet."""
        return tuple(self._values)

    def done(self) -> None:
        """Raise ValueError when a key is left that nobody knows."""
        for key in self._values:
            raise ValueError(f"{self.place}: key '{key}' is not known")
