"""Places as listings write them: "Austin, TX; Remote", "Paris, France", "Remote - US".

Cities, regions and countries are in data/listings and data/codes/states.csv. A city alone is
placed only where one city of that name is known.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from loaders.clean import letters_of
from loaders.facts import codes
from loaders.listing_facts import any_of, limit, patterns, rows

HOME = "US"
_CODE = 2  # letters of a state's or country's code


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
        country = None if self.country == HOME else _names().get(self.country or "")
        state = self.state and (self.state if self.city else codes("states")[self.state])
        parts = [self.city, state or self.region, country]
        return ", ".join(part for part in parts if part) or _names().get(self.country or "", "")


@cache
def _cities() -> dict[str, tuple[Place, ...]]:
    known = dict[str, tuple[Place, ...]]()
    for spelling, city, state, country in rows("cities"):
        one = Place(city, state or None, country)
        known[letters_of(spelling)] = (*known.get(letters_of(spelling), ()), one)
    return known


@cache
def _names() -> dict[str, str]:
    return {code: name for _, code, name in rows("countries")}


@cache
def _countries() -> dict[str, str]:
    return {letters_of(spelling): code for spelling, code, _ in rows("countries")}


@cache
def _states() -> dict[str, str]:
    names = {letters_of(name): code for code, name in codes("states").items()}
    return names | codes("state_spellings")


@cache
def _regions() -> dict[str, tuple[str, str]]:
    named = {letters_of(name): (code or name, country) for name, code, country in rows("regions")}
    coded = {code: (code, country) for _, code, country in rows("regions") if code}
    return named | coded


def country(text: str) -> str | None:
    """The ISO code of a country by name or code; null for anything else."""
    key = "" if "&" in text else letters_of(text)  # P&G is not PG
    if key in _countries():
        return _countries()[key]
    return key if len(key) == _CODE and key in _names() else None


def _placed(city: Place, part: str) -> Place | None:
    """A city with the state or country that follows it, null where the part is neither."""
    key = letters_of(part)
    known = _cities().get(letters_of(city.city or ""), ())
    abroad = country(part)
    if city.country:
        return city if abroad == city.country else None
    if same := [one for one in known if one.country == abroad]:
        return same[0] if len(same) == 1 else Place(same[0].city, None, abroad)
    if state := key if key in codes("states") else _states().get(key):
        same = [one for one in known if one.state == state]
        if known and not same and key in _cities():  # "Boston, New York": two cities
            return None
        return Place(same[0].city if same else city.city, state, HOME)
    if key in _regions():
        region, of_country = _regions()[key]
        return Place(city.city, None, of_country, region)
    return Place(city.city, None, abroad) if abroad else None


def _alone(part: str) -> Place | None:
    """What a part says by itself: a known city, a state, a region or a country."""
    key = part if "&" in part else letters_of(part)
    found = _cities().get(key, ())
    state = key if key in codes("states") and part.isupper() else _states().get(key)
    if len(found) == 1:
        unsure = state and state != found[0].state  # Washington
        return Place(found[0].city, None, HOME) if unsure else found[0]
    if state:
        return Place(None, state, HOME)
    if key in _regions() and len(key) > _CODE:
        region, of_country = _regions()[key]
        return Place(None, None, of_country, region)
    if code := (country(part) if len(key) > _CODE or part.isupper() else None):
        return Place(None, None, code)
    return Place(found[0].city) if found else None


def _bare(part: str) -> str:
    """A part without ZIP code, workplace words and "Greater … Area"."""
    part = re.sub(r"\b\d{5}(?:-\d{4})?\b", " ", part)
    part = any_of("workplace_in_place").sub(" ", part)
    part = " ".join(part.split()).strip(" -\u2013\u2014:,.|/·•")
    if letters_of(part) in _cities():
        return part
    shorn = re.sub(
        r"(?i)^(?:greater|metro(?:politan)?|downtown)\s+|\s+(?:metro(?:politan)?\s+)?area$",
        "",
        part,
    )
    return re.sub(r"(?i)\s+metro(?:politan)?$", "", shorn).strip()


def _split_code(part: str) -> list[str]:
    """The two parts of "Austin TX"; other parts as they are."""
    found = re.fullmatch(r"(.+?)\s+([A-Z]{2})", part)
    known = letters_of(part) in _cities()
    if found and found[2] in codes("states") and not known and not part[0].isdigit():
        return [found[1], found[2]]
    return [part]


def _of_segment(segment: str) -> list[Place]:
    """The places of text without semicolons."""
    made, implied, before = list[Place](), False, ""
    for part in (one for piece in segment.split(",") for one in _split_code(_bare(piece))):
        last = made[-1] if made else None
        if last and not last.city and _is_namesake(before, last, part):
            last, implied = Place(before), False
        before = part
        # "Portland, Maine": what is written outdoes what is known of a city's name
        told = Place(last.city) if last and last.city and implied else last
        if told and (joined := _placed(told, part)):
            made[-1], implied = joined, False
        elif place := _alone(part) or _unknown(part):
            made.append(place)
            implied = True
    return made


def _is_namesake(before: str, last: Place, part: str) -> bool:
    """Whether a state, region or country before a state's code is a city there: "Peru, IL".

    "Ontario, CA" is in Canada, and "TX, CA" are two states.
    """
    state = part if part.isupper() and part in codes("states") else None
    return (
        state is not None
        and len(before) > _CODE
        and last.state != state
        and (last.state is not None or last.country != HOME)
        and last.country != country(state)
    )


def _unknown(part: str) -> Place | None:
    """A city that we do not know; null for an address or a word that is no place."""
    if not re.search(r"[^\W\d_]", part) or part[0].isdigit() or any_of("no_place").search(part):
        return None
    return Place(part[: limit("name_chars")])


def in_cell(text: str) -> list[Place]:
    """The places of a cell or line that is about places, each once, in order."""
    text = text[: limit("cell_chars")]
    if len(text) > _CODE and country(text):  # "Bosnia and Herzegovina"
        return [one for one in [_alone(text)] if one]
    text = re.sub(r"\(([^()]*)\)", lambda said: f", {said[1]}" if surely(said[1]) else " ", text)
    segments = re.split(r"\s*(?:[;|•·\n]|\s/\s|\s(?:or|and|&)\s(?=[A-Z]))\s*", text)
    return _once([one for segment in segments for one in _segmented(segment)])


def _segmented(segment: str) -> list[Place]:
    """The places of a segment; of "Remote - US" and "US-Austin" each side of the dash."""
    whole = _of_segment(segment)
    sides = re.split(r"\s[-\u2013\u2014]\s|(?<=^[A-Z]{2})-", segment)
    if len(sides) == 1 or any(one.country for one in whole):
        return whole
    made = [one for side in sides for one in _of_segment(side)]
    finer = {one.country for one in made if one.city or one.state}
    return [one for one in made if one.city or one.state or one.country not in finer]


@lru_cache(maxsize=1 << 14)
def surely(text: str) -> list[Place]:
    """The places of a line, empty unless all of it is places that we know."""
    if len(text) > limit("cell_chars") // 4 or re.search(r"[.!?:]\s|[.!?:]$", text):
        return []
    made = in_cell(text)
    return made if made and all(one.country for one in made) else []


def in_prose(text: str) -> list[Place]:
    """The places that a description says the work is at, in order.

    Known places alone count, after words such as "based in" or before "offices"; where there are
    none, the one of "metro Atlanta area".
    """
    return _said(text, "place") or _said(text, "place_area")


def _said(text: str, kind: str) -> list[Place]:
    found = [
        (hit.start("places"), hit["places"])
        for pattern in patterns(kind)
        for hit in re.finditer(pattern, text)
    ]
    lists = (re.split(r",?\s(?:or|and|&)\s|;|/", said) for _, said in sorted(found))
    return _once(
        [
            one
            for said in lists
            for segment in said
            for one in _of_segment(segment.strip())
            if one.city and one.country
        ]
    )


def _once(made: list[Place]) -> list[Place]:
    unique = list(dict.fromkeys(made))
    return [one for one in unique if one.label][: limit("words")]


def outside_us(made: list[Place]) -> bool | None:
    """Whether every place is abroad; null where none is known or one cannot be told."""
    if any(one.country == HOME for one in made):
        return False
    return True if made and all(one.country for one in made) else None
