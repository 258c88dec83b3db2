"""Bare lists of employers, one a line or several: "Google", "Google, Austin, TX", "Google, Meta".

A short line is a name here, also where it could be a place or a heading: GE, Jordan, Overview.
What a whole text is, its lines decide together.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from loaders import board, pay, places
from loaders.clean import letters_of
from loaders.listing_facts import UNREAD, any_of, headers, limit, words

Record = dict[str, str]

LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-+*•\u2013]|\d{1,5}[.)])\s+")
_AFTER_ROLE = re.compile(r"\s*(?:[,(/\u2013\u2014]|\s-\s|\s(?:of|for|at)\s|\s(?:I{1,3}|IV|V|\d)$)")
_DASH = re.compile(r"\s+[-\u2013\u2014·]+\s+|:\s+")
_FEW = 3  # parts of a line from which it is a list of names
_STATED = 2  # parts of "Austin, TX"
_STRAY = 10  # one line in so many may be no name
_CARD = 6  # lines of a board's card, at most
_SECTIONS = 2  # headings that make a text a job's page, where there are few other lines
_PHRASE = 5  # words from which a line with a full stop in it is a sentence


@dataclass(frozen=True, slots=True)
class Told:
    """What one line is by itself: the listings in it, or a `mark` that it is something else."""

    number: int
    line: str
    made: tuple[Record, ...] = ()
    mark: str = ""


def records(lines: Sequence[str], source: str) -> list[Record]:
    """A listing for each name; none where the lines are no list of names."""
    given = [(n, _plain(line)) for n, line in enumerate(lines, start=1)]
    given = [(n, line) for n, line in given if line]
    if given and headers().get(letters_of(given[0][1])) == "name":
        given = given[1:]
    told = [_told(n, line, alone=len(given) == 1) for n, line in given]
    if not told or not _is_list(told):
        return []
    made = list[Record]()
    stray = list[str]()
    for one in told:
        if one.mark in {"place", "url"} and made and one.mark not in made[-1]:
            made[-1][one.mark] = one.line
        elif one.made:
            made += ({**record, "source": f"{source} line {one.number}"} for record in one.made)
        else:
            stray.append(f"{UNREAD}: line {one.number} is no name: {one.line[:60]!r}")
    if made and stray:
        made[0]["note"] = "; ".join(stray)
    return _paired(made)


def _paired(made: list[Record]) -> list[Record]:
    """Titles and names that take turns, as one listing each."""
    titles = [_is_title(record["name"]) for record in made]
    first = titles.index(True) if any(titles) else 0
    turns = [n % 2 == first for n in range(len(made))]
    if first > 1 or len(made) % 2 or titles != turns:
        return made
    pairs = zip(made[first::2], made[1 - first :: 2], strict=True)
    return [{**title, **name, "title": title["name"]} for title, name in pairs]


def of_columns(rows: Sequence[tuple[int, Sequence[str]]], source: str) -> list[Record]:
    """A listing for each row of a table without headers; none where the cells tell no column."""
    width = max((len(cells) for _, cells in rows), default=0)
    columns = [[cells[n] for _, cells in rows if len(cells) > n and cells[n]] for n in range(width)]
    kinds = [_kind(column) for column in columns]
    unknown = [n for n, kind in enumerate(kinds) if kind is None and columns[n]]
    if not any(kinds) or not unknown:
        return []
    kinds[unknown[0]] = "name"
    made = list[Record]()
    for number, cells in rows:
        record = {"source": f"{source} line {number}"}
        for kind, cell in zip(kinds, cells, strict=False):
            if kind and cell.strip():
                record.setdefault(kind, cell.strip())
        made.append(record)
    told = ", ".join(f"{n} {kind}" for n, kind in enumerate(kinds, start=1) if kind)
    made[0]["note"] = f"no headers: the columns are told by what is in them ({told})"
    return made


def _kind(column: Sequence[str]) -> str | None:
    """What most cells of a column are."""
    tests: dict[str, Callable[[str], bool]] = {
        "url": lambda cell: LINK.match(cell) is not None,
        "pay": board.is_pay,
        "place": lambda cell: bool(places.surely(cell)),
        "title": _is_title,
    }
    most = {kind: sum(map(test, column)) for kind, test in tests.items()}
    return next((kind for kind, count in most.items() if count * 2 > len(column)), None)


def are_links(lines: Sequence[str]) -> bool:
    """Whether all that is said is addresses."""
    said = [line for line in map(_plain, lines) if line]
    return bool(said) and all(not LINK.sub("", line).strip(" ,;<>()[]") for line in said)


def _plain(line: str) -> str:
    """A line without its bullet and with bars for tabs."""
    return _BULLET.sub("", " ".join(line.strip().replace("\t", " | ").split())).strip(' ,;"')


def _is_list(told: Sequence[Told]) -> bool:
    """Whether lines are names: few others among them, and no roles with places as cards have."""
    roles = sum(any(_is_title(record["name"]) for record in one.made) for one in told)
    marks = [one.mark for one in told]
    strays = marks.count("other")
    placed = [n for n, mark in enumerate(marks) if mark == "place"]
    follows = all(n and told[n - 1].made for n in placed)
    titled = sum("title" in record and "place" not in record for one in told for record in one.made)
    jobs = roles + titled
    button = "button" in marks
    cards = jobs > 0 and (bool(placed) or button or jobs * _CARD >= len(told))
    sections = sum(board.is_section(one.line) for one in told)
    about = placed or button or any(_is_about(one.line) for one in told)
    return (
        any(one.made for one in told)
        and "board" not in marks
        and strays * _STRAY <= len(told)
        and (follows or len(placed) * _STRAY <= len(told))
        and roles * 2 <= len(told)
        and not (sections >= _SECTIONS and sections * _STRAY >= len(told))
        and not (cards and about)
    )


def _is_about(line: str) -> bool:
    """Whether a short line is about the job, as cards have them: a place, Remote, Full-time."""
    bare = line.lower()
    section = bare.replace("\u2019", "'") in words("section")
    placed = len(letters_of(line)) > _STATED and bool(places.surely(line))
    return section or placed or bare in words("noise") or bool(any_of("workplace").search(line))


def _is_title(text: str) -> bool:
    """Whether text ends as a role does, or has its role before a comma: not "Trader Joe's"."""
    ends = _AFTER_ROLE.split(text)[0]
    return ends == _bare(ends) and board.has_role(" ".join(ends.split()[-1:]))


def _bare(name: str) -> str:
    return re.sub(rf",?\s+(?:{_legal()})\b\.?", "", name, flags=re.IGNORECASE)


@cache
def _legal() -> str:
    return "|".join(map(re.escape, words("legal")))


def _told(number: int, line: str, *, alone: bool) -> Told:
    """What a line says by itself; `alone` where it is all there is."""
    if len(line) > limit("cell_chars"):
        return Told(number, line, mark="other")
    found = LINK.search(line)
    url = found[0] if found else ""
    bare = LINK.sub("", line).strip(" ,;:|()<>-\u2013\u2014") if url else line
    if mark := _mark(bare):
        return Told(number, line if bare else url, mark=mark)
    made = _listings(bare, alone=alone)
    return Told(number, line, tuple({**one, "url": url} if url else one for one in made))


def _mark(line: str) -> str:
    """What a line is that is no name; empty for what may be one."""
    if not line:
        return "url"
    if board.kind(line) == "chrome":
        return "button"
    if _is_job(line):
        return "board"
    if _is_other(line):
        return "other"
    return "place" if _is_place(line) else ""


def _is_job(line: str) -> bool:
    """Whether a line is of a job's page or of its board: a label, pay, a date, "is hiring"."""
    return (
        board.label_of(line) is not None
        or board.kind(line) is not None
        or any(any_of(kind).search(line) for kind in ("evidence", "closer"))
        or any_of("posted").match(line) is not None
        or (re.search(r"\d", line) is not None and pay.in_prose(line) is not None)
    )


def _is_other(line: str) -> bool:
    """Whether a line is no name: a sentence, or too long."""
    bare = _bare(line)
    many = len(bare.split()) >= _PHRASE
    parts = max(len(part.split()) for part in re.split(r"[,;|]", line))
    return (
        parts > limit("words")
        or not letters_of(bare)
        or re.search(r"[:?]$", bare) is not None
        or (many and re.search(r"[^\W\d_]{6,}\.\s+[^a-z]|[^\W\d_]{2,}\.$", bare) is not None)
    )


def _is_place(line: str) -> bool:
    """Whether a line is "Austin, TX": a city that we know, and its state or country."""
    first, comma, _ = line.partition(",")
    return bool(comma) and bool(places.surely(line)) and bool(places.surely(first))


def _listings(line: str, *, alone: bool) -> list[Record]:
    """The listings of one line: a name, with title and place if it says them, or many names."""
    parts = _parts(line)
    dashed = [part for part in _DASH.split(re.sub(r"\s*\(([^()]+)\)$", r" - \1", line)) if part]
    for one in (
        board.one_line(line),
        len(dashed) > 1 and len(parts) > 1 and _with_place(dashed, alone=alone),
        len(dashed) > 1 and _with_rest(dashed, alone=alone),
        len(parts) > 1 and _with_rest(parts, alone=alone),
    ):
        if one:
            return [one]
    rest = parts[1:]
    if len(rest) > 1 and sum(bool(places.surely(one)) for one in rest) * 2 > len(rest):
        return [{"name": parts[0], "place": "; ".join(rest)}]
    short = all(len(part.split()) < _PHRASE for part in parts)
    firm = len(parts) == 1 or re.search(r"&|\band\b", parts[-1]) or _bare(line) != line
    enough = len(parts) >= _FEW or (alone and all(len(part.split()) < _FEW for part in parts))
    if short and enough and not firm:
        return [{"name": part} for part in parts]
    return [{"name": line}]


def _parts(line: str) -> list[str]:
    """The parts between commas, semicolons or bars; "Acme, Inc." is one."""
    joined = re.sub(rf",\s*(?=(?:{_legal()})\b)", "\0", line, flags=re.IGNORECASE)
    parts = (part.strip(' "').replace("\0", ", ") for part in re.split(r"[,;|\t]", joined))
    return [re.sub(r"^(?:and|&)\s+", "", part) for part in parts if part]


def _with_rest(parts: list[str], *, alone: bool) -> Record | None:
    """Name, title and place of "Google, Software Engineer, Austin, TX"; null for other lines."""
    name, *rest = parts
    if len(rest) >= _STATED and _is_title(name) and not _is_title(rest[0]):
        name, *rest = rest[0], name, *rest[1:]  # "Analyst, Example, Austin, TX"
        if len(places.surely(", ".join(rest[1:]))) != 1:
            return None
    cuts = range(len(rest))
    ways = [
        *((rest[:cut], rest[cut:]) for cut in cuts),
        *((rest[cut:], rest[:cut]) for cut in cuts[1:]),
        (rest, list[str]()),
    ]
    for title, place in ways:
        if title and not _is_title(", ".join(title)):
            continue
        if place and not _is_rest(name, place, alone=alone):
            continue
        made = {"name": name, "title": ", ".join(title), "place": ", ".join(place)}
        return {field: value for field, value in made.items() if value}
    return None


def _with_place(dashed: list[str], *, alone: bool) -> Record | None:
    """What "Google: Software Engineer, Austin, TX" says; null for a line without a place."""
    name, *rest = dashed
    told = _with_rest([name, *(part for one in rest for part in _parts(one))], alone=alone)
    return told if told and "place" in told and "title" in told else None


def _is_rest(name: str, place: list[str], *, alone: bool) -> bool:
    """Whether the end of a line is the place of its name.

    A city alone may be the campus of a university. Of a line alone, "Meta, Chile" are two names.
    """
    said = ", ".join(place)
    made = places.in_cell(said)
    if len(made) != 1 or not (made[0].state or places.surely(said)):
        return False
    if "," not in said:
        return not any(word in words("campus") for word in name.lower().split())
    return not alone or bool(made[0].state) or bool(places.surely(place[0]))
