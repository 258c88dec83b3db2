"""Facts about job listings, read from data/listings/: spellings, phrases, places, limits."""

import re
from functools import cache
from typing import Any

from loaders import facts
from loaders.clean import letters_of
from loaders.facts import DATA

UNREAD = "not read"
"""How a note begins that says what of a file was not read."""
FOLDER = DATA / "listings"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """The rows of `data/listings/{name}.csv`; an empty cell is an empty text."""
    table = facts.table(FOLDER / f"{name}.csv")
    return tuple(table.fill_null("").rows())


@cache
def words(name: str) -> tuple[str, ...]:
    """A list of `data/listings/words.toml`."""
    return tuple(_toml("words")[name])


@cache
def limit(name: str) -> int:
    """A bound of `data/listings/limits.toml`."""
    return int(_toml("limits")[name])


@cache
def patterns(kind: str) -> tuple[str, ...]:
    """The regular expressions of one kind in `data/listings/phrases.toml`, strongest first."""
    return tuple(_toml("phrases")[kind])


@cache
def weighed(kind: str) -> tuple[tuple[int, str], ...]:
    """The regular expressions of one kind in `data/listings/phrases.toml`, each with its weight."""
    return tuple((one["weight"], one["pattern"]) for one in _toml("phrases")[kind])


@cache
def any_of(kind: str) -> re.Pattern[str]:
    """One case-blind expression for all of a kind."""
    return re.compile(
        "|".join(f"(?:{one})" for one in patterns(kind)), re.IGNORECASE | re.MULTILINE
    )


@cache
def headers() -> dict[str, str]:
    """The letters of a column's spelling to our field."""
    return {letters_of(spelling): field for field, spelling in rows("headers")}


@cache
def _toml(name: str) -> dict[str, Any]:
    return facts.toml(FOLDER / f"{name}.toml")
