"""The word lists of `words.toml`, by table and name."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))


@cache
def words(table: str, name: str) -> frozenset[str]:
    """The words of one list. Raises KeyError for a list that is not there."""
    return frozenset(_table()[table][name].split())
