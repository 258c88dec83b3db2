"""Cities, regions and countries as listings write them, and what each name or code can mean.

They are in data/listings and data/codes/states.csv.
"""

import re
from dataclasses import dataclass
from functools import cache

from loaders.clean import letters_of
from loaders.facts import codes
from loaders.listing_facts import rows

HOME = "US"
CODE = 2  # letters of a state's or country's code


@dataclass(frozen=True, slots=True)
class Place:
    """A city, state or country; what is not said or known is null."""

    city: str | None = None
    state: str | None = None
    country: str | None = None
    region: str | None = None

    @property
    def label(self) -> str:
        """The place as "City, ST" at home, as "City, Country" abroad."""
        country = None if self.country == HOME else names().get(self.country or "")
        state = self.state and (self.state if self.city else codes("states")[self.state])
        parts = [self.city, state or self.region, country]
        return ", ".join(part for part in parts if part) or names().get(self.country or "", "")


@cache
def cities() -> dict[str, tuple[Place, ...]]:
    """The letters of a spelling to the cities that are written so."""
    known = dict[str, tuple[Place, ...]]()
    for spelling, city, state, country in rows("cities"):
        one = Place(city, state or None, country)
        known[letters_of(spelling)] = (*known.get(letters_of(spelling), ()), one)
    return known


@cache
def names() -> dict[str, str]:
    """The code of a country to its name."""
    return {code: name for _, code, name in rows("countries")}


@cache
def countries() -> dict[str, str]:
    """The letters of a spelling to the code of its country."""
    return {letters_of(spelling): code for spelling, code, _ in rows("countries")}


@cache
def states() -> dict[str, str]:
    """The letters of a US state's name to its code; codes themselves are not in it."""
    names = {letters_of(name): code for code, name in codes("states").items()}
    return names | codes("state_spellings")


@cache
def regions() -> dict[str, dict[str, str]]:
    """The letters of a region's name or code to its name in each country that has one."""
    known = dict[str, dict[str, str]]()
    for spelling, region, country in rows("regions"):
        known.setdefault(letters_of(spelling), {}).setdefault(country, region)
    return known


@cache
def country_codes() -> dict[str, str]:
    """Codes of two and three letters to the country: of use where an address is told as one."""
    two = {code: code for code in names()}
    return two | {row[0]: row[1] for row in rows("country_codes")}


def country(text: str) -> str | None:
    """The ISO code of a country by name or code; null for anything else."""
    key = "" if "&" in text else letters_of(text)  # P&G is not PG
    if key in countries():
        return countries()[key]
    return key if len(key) == CODE and key in names() else None


def stated(text: str) -> str:
    """A country of a field of its own, as cells say it: there CA is Canada and IN is India."""
    code = country(text) or country_codes().get(text.strip().upper())
    if code is None:
        return text
    # Georgia among other words would be the state.
    return code if letters_of(names()[code]) in states() else names()[code]


def address(city: str, region: str, of_country: str) -> str:
    """City, region and country from fields of their own, as a cell: the country decides."""
    named = stated(of_country)
    away = country(named) not in {None, HOME}
    region = re.sub(r"^[A-Z]{2}-(?=[A-Z]{2,3}$)", "", region)  # ISO's US-CA
    kept = "" if away and not city and state(region) else region
    return ", ".join(filter(None, (city, kept, named)))


def state(part: str) -> str | None:
    """The code of a US state by code or name; null for anything else."""
    key = letters_of(part)
    return key if key in codes("states") else states().get(key)


def known(part: str) -> tuple[Place, ...]:
    """The cities that are written so."""
    return cities().get(letters_of(part), ())


def city_in(city: str, of_country: str, region: str | None = None) -> Place:
    """A city of a country, spelled as we know it; one alone of that name with its state."""
    same = [one for one in known(city) if one.country == of_country]
    if len(same) == 1 and not region:
        return same[0]
    return Place(same[0].city if same else city, None, of_country, region)
