"""Places as listings write them: "Austin, TX; Remote", "Paris, France", "US-WA-Seattle".

A city alone is placed only where one city of that name is known. A country that is stated decides:
what stands before it is no US state, though its letters are one's ("Chennai, TN, India").
"""

import re
from dataclasses import replace
from functools import cache, lru_cache

from loaders import atlas
from loaders.atlas import CODE, HOME, Place, country
from loaders.clean import letters_of
from loaders.facts import codes
from loaders.listing_facts import any_of, limit, patterns, rows

_CODES = re.compile(r"[A-Z]{2,3}")  # of a state, region or country
_PARTS = 4  # of an address at most: city, two regions, country
_WORDS = 4  # of a region's name at most
_PAIR = 2


@cache
def _short() -> dict[str, str]:
    """Spellings with "and" in them, as letters, to a spelling without: Bosnia and Herzegovina."""
    spelled = [*rows("countries"), *((one, region, "") for one, region, _ in rows("regions"))]
    return {letters_of(one): code for one, code, _ in spelled if " and " in one}


@cache
def _with_and() -> str:
    spelled = (one for name in ("countries", "regions") for one, *_ in rows(name))
    return "(?i)" + "|".join(re.escape(one) for one in spelled if " and " in one)


def _at_home(city: str, part: str) -> Place | None:
    """A city in the state that a part names; null for "Boston, New York", which are two cities."""
    known, state = atlas.known(city), atlas.state(part)
    same = [one for one in known if one.state == state]
    if state is None or (known and not same and atlas.known(part)):
        return None
    return Place(same[0].city if same else city, state, HOME)


def _placed(city: Place, part: str) -> Place | None:
    """A city with the state or country that follows it, null where the part is neither."""
    abroad, state = _country_of(city, part), atlas.state(part)
    known = atlas.known(city.city or "")
    if city.country:
        own = any(one.state == state for one in atlas.known(part))
        same = abroad == city.country or (state and state == city.state and not own)
        return city if same else None
    if any(one.country == abroad for one in known):
        return atlas.city_in(city.city or "", abroad or "")
    of_country, region = _region_of(known, part)
    if state and not (known and {of_country} == {one.country for one in known}):
        return _at_home(city.city or "", part)
    if region:
        return Place(known[0].city if known else city.city, None, of_country, region)
    return Place(city.city, None, abroad) if abroad else None


def _country_of(city: Place, part: str) -> str | None:
    """The country that a part names; three letters name one that the city is known to be in."""
    code = atlas.country_codes().get(part)
    there = any(one.country == code for one in atlas.known(city.city or ""))
    return country(part) or (code if there else None)


def _region_of(known: tuple[Place, ...], part: str) -> tuple[str | None, str | None]:
    """Country and region that a part names behind a city of which these are known.

    Letters that we know nothing of are a region of the one country that the city is in.
    """
    named = atlas.regions().get("" if "&" in part else letters_of(part), {})
    there = dict.fromkeys(one.country for one in known)
    for of_country in [*there, *named]:
        if of_country in named:
            return of_country, named[of_country]
    known_part = country(part) or atlas.state(part) or atlas.known(part)
    if _CODES.fullmatch(part) and not known_part and len(there) == 1 and HOME not in there:
        return known[0].country, part  # "Zürich, ZH"
    return None, None


def _address(parts: list[str]) -> tuple[Place, int] | None:
    """The place of an address that a country ends or leads, and how many parts it has."""
    return _ended(parts[:_PARTS]) or _led(parts[:3])


def _ended(parts: list[str]) -> tuple[Place, int] | None:
    """A city and its regions with the country behind them: "Chennai, TN, India"."""
    city, *behind = parts
    if len(letters_of(city)) <= CODE:
        return _of_region(parts)
    if not atlas.known(city) and _unknown(city) is None:  # an address
        return None
    for n, part in enumerate(behind):
        code = _closes(city, behind[:n], part) if n else None
        if code == HOME:
            home = _at_home(city, behind[0]) if n == 1 else None
            return (home, n + 2) if home else None
        if code:
            named = (atlas.regions().get(letters_of(one), {}).get(code) for one in behind[:n])
            region = next(filter(None, named), behind[0])
            return atlas.city_in(city, code, None if region == city else region), n + 2
        if not _may_be_region(city, part):
            return None
    return None


def _of_region(parts: list[str]) -> tuple[Place, int] | None:
    """The code of a region before its country: "ON, Canada", "TN, India"."""
    region, *behind = parts
    code = _closes("", [region], behind[0]) if behind and region.isupper() else None
    name = atlas.regions().get(region, {}).get(code or "")
    return (Place(None, None, code, name), 2) if name else None


def _closes(city: str, regions: list[str], part: str) -> str | None:
    """The country that ends an address: a code that is a state's too only where all else fits."""
    key = letters_of(part)
    known = {one.country for one in atlas.known(city)}
    code = atlas.countries().get(key) or (
        atlas.country_codes().get(part) if part.isupper() else None
    )
    inner = any(code in atlas.regions().get(letters_of(one), {}) for one in regions)
    foreign = all(_CODES.fullmatch(one) and not atlas.state(one) for one in regions)
    if code is None or (atlas.state(part) and not (code in known or foreign or (city and inner))):
        return None
    # "Boston, Walldorf, Germany" are two cities.
    told = inner or any(_CODES.fullmatch(one) for one in regions)
    return code if code == HOME or code in known or told else None


def _may_be_region(city: str, part: str) -> bool:
    """Whether a part behind a city can be its region abroad, before its country is read."""
    key = letters_of(part)
    if key == letters_of(city):  # "Singapore, Singapore, SG"
        return True
    if key in atlas.countries() or atlas.known(part) or key in atlas.states() or part[:1].islower():
        return False
    same_state = any(one.state == atlas.state(part) for one in atlas.known(city) if one.state)
    return not same_state and len(part.split()) <= _WORDS


def _led(parts: list[str]) -> tuple[Place, int] | None:
    """A city behind its country: "US, WA, Seattle", "IN, KA, Bengaluru", "India, Pune"."""
    first, *rest = parts
    code = atlas.countries().get(letters_of(first)) or (
        atlas.country_codes().get(first) if first.isupper() else None
    )
    if code is None or not rest or letters_of(first) in atlas.states():
        return None
    sure = first not in codes("states")
    region, city = rest[0], rest[1] if len(rest) > 1 else ""
    name = atlas.regions().get(letters_of(region), {}).get(code)
    if _is_city(city):
        if code == HOME and (home := _at_home(city, region)):
            return home, 3
        here = any(one.country == code for one in atlas.known(city))
        coded = _CODES.fullmatch(region) and (here or sure or not atlas.state(region))
        if code != HOME and (name or coded) and (here or sure or not atlas.known(city)):
            return atlas.city_in(city, code, name or region), 3
    here = [one for one in atlas.known(region) if one.country == code]
    if here and _is_city(region) and (sure or not any(one.state == first for one in here)):
        return atlas.city_in(region, code), 2
    return (Place(None, None, code, name), 2) if name and not atlas.state(region) else None


def _is_city(part: str) -> bool:
    """Whether a part by itself can be a city: no code, no country, no state that is none too."""
    key = letters_of(part)
    other = (
        _CODES.fullmatch(part)
        or key in atlas.countries()
        or key in atlas.regions()
        or atlas.state(part)
    )
    return bool(atlas.known(part)) or (_unknown(part) is not None and not other)


def _alone(part: str) -> Place | None:
    """What a part says by itself: a known city, a state, a region or a country."""
    key = part if "&" in part else letters_of(part)
    found = atlas.cities().get(key, ())
    state = key if key in codes("states") and part.isupper() else atlas.states().get(key)
    region = next(iter(atlas.regions().get(key, {}).items()), None) if len(key) > CODE else None
    if len(found) == 1 and not region:  # Ontario alone is the province
        unsure = state and state != found[0].state  # Washington
        return Place(found[0].city, None, HOME) if unsure else found[0]
    if state:
        return Place(None, state, HOME)
    if region:
        return Place(None, None, *region)
    if code := (country(part) if len(key) > CODE or part.isupper() else None):
        return Place(None, None, code)
    return Place(found[0].city) if found else None


def _bare(part: str) -> str:
    """A part without postal code, workplace words and "Greater … Area"."""
    part = any_of("postal_code").sub(" ", part)
    part = any_of("workplace_in_place").sub(" ", part)
    part = " ".join(part.split()).strip(" -\u2013\u2014:,.|/·•")
    if letters_of(part) in atlas.cities():
        return part
    return any_of("around_a_city").sub("", any_of("around_a_city").sub("", part)).strip()


def _split_code(part: str) -> list[str]:
    """The parts of "Austin TX", "TX USA" and "Munich Germany"; other parts as they are."""
    words = part.split()
    if atlas.known(part) or not words or part[0].isdigit():
        return [part]
    for n in range(1, min(len(words), _WORDS)):
        head, tail = " ".join(words[:-n]).rstrip(" -\u2013\u2014"), " ".join(words[-n:])
        if n == 1 and len(tail) == CODE and tail in codes("states"):
            return [head, tail]
        region = tail.isupper() and atlas.regions().get(tail, {})
        if region and any(one.country in region for one in atlas.known(head)):  # "Toronto ON"
            return [head, tail]
        code = atlas.countries().get(letters_of(tail))
        if code and letters_of(tail) not in atlas.states():
            before = _split_code(head)
            city = any(
                len(before) > 1 or one.country == code != HOME for one in atlas.known(before[0])
            )
            if city or atlas.state(head) or letters_of(head) in atlas.regions():
                return [*before, tail]
    return [part]


def _parts(segment: str) -> list[str]:
    """The parts of text between commas, without what is no place."""
    return [one for piece in segment.split(",") for one in _split_code(_bare(piece)) if one]


def _of_parts(parts: list[str]) -> list[Place]:
    """The places of the parts of one segment."""
    made, implied, before, n = list[Place](), False, "", 0
    while n < len(parts):
        part, last = parts[n], made[-1] if made else None
        if last and not last.city and _is_namesake(before, last, part):
            last, implied = Place(before), False
        # "Portland, Maine": what is written outdoes what is known of a city's name
        told = Place(last.city) if last and last.city and implied else last
        taken = 1
        apart = last is not None and _is_apart(last, *parts[n : n + 2])
        if told and not apart and (joined := _placed(told, part)):
            made[-1], implied = joined, False
        elif address := _address(parts[n:]):
            place, taken = address
            made.append(place)
            implied = taken == _PAIR and place.city is not None
        elif place := _alone(part) or _unknown(part):
            made.append(place)
            implied = True
        before, n = part, n + taken
    return [one for one in made if not any(_is_in(other, one) for other in made)]


def _is_apart(last: Place, part: str, after: str = "") -> bool:
    """Whether a part is a city though it could be the last one's state or region.

    In "Reston, New York, NY" and "Los Angeles, Ontario, CA" it is, in "London, Ontario, CA" not.
    """
    state = atlas.state(after)
    there = state is not None and any(one.state == state for one in atlas.known(part))
    return there and (atlas.state(part) is not None or last.state == state)


def _is_in(city: Place, area: Place) -> bool:
    """Whether a city is in a place that is but its state or country: "TX - Austin"."""
    within = city.country == area.country and area.state in {None, city.state}
    return within and bool(city.city and area.country) and not area.city


def _is_namesake(before: str, last: Place, part: str) -> bool:
    """Whether a state, region or country before a state's code is a city there: "Peru, IL".

    So are "Ontario, CA" and "Victoria, BC", but "Quebec, CA" is in Canada, and "TX, CA" are two.
    """
    state = part if part.isupper() and part in codes("states") else None
    in_state = any(one.state and one.state == atlas.state(part) for one in atlas.known(before))
    in_region = any(
        not one.state and one.country in atlas.regions().get(letters_of(part), {})
        for one in atlas.known(before)
    )
    if in_state or in_region:
        return True
    return (
        state is not None
        and len(before) > CODE
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
    return _once([one for made in _segments(text) for one in _settled(made)])


def _segments(text: str) -> list[list[Place]]:
    """The places of each piece of text between semicolons, bars, "or" and the like."""
    text = any_of("more_places").sub(" ", text[: limit("cell_chars")])
    text = re.sub(_with_and(), lambda said: _short()[letters_of(said[0])], text)
    text = re.sub(r"\(([^()]*)\)", lambda said: f", {said[1]}" if surely(said[1]) else " ", text)
    segments = re.split(r"\s*(?:[;|•·\n]|\s/\s|\s(?:or|and|&)\s(?=[A-Z]))\s*", text)
    return [_segmented(segment) for segment in segments]


def _settled(made: list[Place]) -> list[Place]:
    """Two places, of which one tells where the other is, as one.

    "Germany - Zorbaville" and "Zorbaville, Quux, Germany" are a city that we do not know.
    """
    if len(made) != _PAIR or not all(one.city or n == 0 for n, one in enumerate(made)):
        return made
    first, second = made
    if first.country and not (first.city or first.state) and second.city and not second.country:
        return [replace(first, city=second.city)] if not atlas.known(second.city) else made
    away = second.country not in {None, HOME}
    if first.city and not first.country and away and not atlas.known(first.city):
        return [Place(first.city, None, second.country, second.city or second.region)]
    return made


def _segmented(segment: str) -> list[Place]:
    """The places of a segment; of "Remote - US" and "US-Austin" both sides of the dash."""
    whole = _of_parts(_parts(segment))
    sides = _sides(segment)
    if len(sides) == 1:
        return whole
    known = all(one.country for side in sides for one in _of_parts(_parts(side)))
    if any(one.country for one in whole) and not known:  # "HQ - Austin, TX"
        return whole
    made = _of_parts([part for side in sides for part in _parts(side)])
    finer = {one.country for one in made if one.city or one.state}
    return [one for one in made if one.city or one.state or one.country not in finer]


def _sides(segment: str) -> list[str]:
    """What dashes part: those with spaces, and those of "US-NC-Winston-Salem" and "Austin-TX"."""
    made = list[str]()
    for side in re.split(r"\s[-\u2013\u2014>]\s", segment):
        first, *rest = side.split("-")
        if rest and _leads(first):
            cut = 1 if len(rest) > 1 and (atlas.state(rest[0]) or _CODES.fullmatch(rest[0])) else 0
            made += [first, *rest[:cut], "-".join(rest[cut:])]
        elif rest and atlas.state(rest[-1]) and atlas.known("-".join([first, *rest[:-1]])):
            made += ["-".join([first, *rest[:-1]]), rest[-1]]
        else:
            made.append(side)
    return made


def _leads(part: str) -> bool:
    """Whether a part is a country or its code, or a state's code; Georgia is in many names."""
    key = letters_of(part)
    coded = part.isupper() and (part in atlas.country_codes() or part in codes("states"))
    return coded or (key in atlas.countries() and key not in atlas.states())


@lru_cache(maxsize=1 << 14)
def surely(text: str) -> list[Place]:
    """The places of a line, empty unless all of it is places that we know."""
    if len(text) > limit("cell_chars") // 4 or re.search(r"[.!?:]\s|[.!?:]$", text):
        return []
    made = _once([one for segment in _segments(text) for one in segment])
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
            for one in _of_parts(_parts(segment))
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
