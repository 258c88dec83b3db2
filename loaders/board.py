"""Pages of job boards, pasted or saved as text, to one record a listing.

A page holds the board's own words (headings, tips, questions) around the listings, and often no
field that says who hires: listings and their employers are told by the phrases of
data/listings/phrases.toml, and the board is never one of them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import dropwhile, islice, pairwise

from loaders import pay, places
from loaders.clean import letters_of
from loaders.listing_facts import any_of, headers, limit, patterns, weighed, words

Record = dict[str, str]
Line = tuple[int, str]

_START = r"(?:[^\W\d_a-z]|[a-z]{1,2}(?=[A-Z])|\d\w*(?=[A-Za-z]))"
_TOKEN = rf"(?:(?:St|Mt|Dr|U\.S)\.|{_START}(?:[\w&\u2019'+]|[./-](?=\w))*|&)"
_SHORT = 90  # characters of a line that may be a heading, a name or a title
_HEAD = 14  # lines at the top of a listing that may say name, title and place
_CARD = 9  # fewer lines are in a card
_CODE = 2  # letters of a state's or country's code
_SURE = 2  # weight from which a name is taken for the employer
_SHORTEST = 2  # letters of a name
_STRONG = 6
_LABEL = re.compile(r"^\W{0,3}([A-Za-z][A-Za-z /]{1,28}?)\s*[:\uff1a]\s*(\S.*)?$")
_HEADED = frozenset(("name", "title", "place", "pay"))  # labels whose value may stand a line below


@dataclass(slots=True)
class Page:
    """A text in parts: the listings' lines, the board's own, and what its heading says."""

    open: list[tuple[Record, list[Line]]] = field(default_factory=list)
    board: list[str] = field(default_factory=list)


def records(text: str, source: str) -> list[Record]:
    """The listings of a page, repeated ones repeated; none where the page holds none."""
    lines = [(n, " ".join(line.split())) for n, line in enumerate(text.splitlines(), start=1)]
    page = _page(lines, headed=True)
    made = _records(page, source)
    return made or _records(_page(lines, headed=False), source)


def _records(page: Page, source: str) -> list[Record]:
    boards = _boards("\n".join(page.board))
    made = (
        {**context, **record, "source": f"{source} line {lines[0][0]}"}
        for context, region in page.open
        for lines, titled in _listings(region)
        if (record := _record(tuple(line for _, line in lines), boards, titled))
    )
    return list(islice(made, limit("rows")))


# -------------------------------------------------------------------------------- the board's words


def _page(lines: list[Line], *, headed: bool) -> Page:
    """The page in parts; `headed` false where the first line is no heading of the board's."""
    page, context, region = Page(), Record(), list[Line]()
    first, boards_own = headed, False
    for number, line in lines:
        said = kind(line)
        if shown := (any_of("shown").search(line) if said else None):
            context["shown"] = " ".join(shown["shown"].split())
        heading = _heading(line) if said is None and line and (first or boards_own) else None
        if line:
            first = False
        if said == "chrome":
            continue
        if said or heading:
            page.open.append((dict(context), region))
            page.board.append(line)
            region = list[Line]()
            context = heading or context
            boards_own = said != "cut"
        elif boards_own:
            page.board.append(line)
        else:
            region.append((number, line))
    page.open.append((dict(context), region))
    return page


def kind(line: str) -> str | None:
    """What the board says with a line: `close`, `cut`, `chrome`, or nothing."""
    start = line[: 2 * _SHORT]
    kinds = ("close", "cut", "chrome")
    return next((one for one in kinds if any_of(one).search(start)), None) if line else None


def _heading(line: str) -> Record | None:
    """Role and kind of visa of a page's heading "TN Visa Data Analyst Jobs"; null for none."""
    found = any_of("heading").search(line) if len(line) <= 2 * _SHORT else None
    if not found or _LABEL.match(line):
        return None
    role, rest = found["what"], found["rest"] or ""
    for kind in sorted(words("visa_kind"), key=len, reverse=True):
        said = re.compile(rf"\b{re.escape(kind)}\b", re.IGNORECASE)
        if hit := said.search(role) or said.search(rest):
            bare = " ".join(said.sub(" ", role).split())
            return {"page_role": bare or role, "visa_kind": hit[0]}
    return {"page_role": role}


def _boards(text: str) -> frozenset[str]:
    """The board's names, as it speaks of itself."""
    found = (
        hit["name"]
        for pattern in patterns("board")
        for hit in re.finditer(pattern.replace("{name}", f"(?P<name>{_name()})"), text)
    )
    return frozenset(letters_of(name) for name in found if _may_employ(name))


# ----------------------------------------------------------------------------- one listing, or more


def _blocks(region: list[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """The paragraphs of a region, and whether a separator stands before each."""
    block, apart = list[Line](), False
    for number, line in [*region, (0, "")]:
        separates = bool(line) and any_of("separator").match(line) is not None
        if line and not separates:
            block.append((number, line))
            continue
        if block:
            yield from _labelled_apart(apart, block)
            block, apart = list[Line](), False
        apart = apart or separates


def _labelled_apart(apart: bool, block: list[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """A block in which the first label comes again is several, and so is one of several cards."""
    labels = [(label := label_of(line)) and label[0] for _, line in block]
    first = next((label for label in labels if label in {"name", "title"}), None)
    starts = [n for n, label in enumerate(labels) if first and label == first]
    starts = starts or _heads([line for _, line in block])
    cuts = [0, *starts[1:], len(block)]
    for start, end in pairwise(cuts):
        yield apart or start > 0, block[start:end]


def _heads(lines: list[str]) -> list[int]:
    """Where the cards of a list without blank lines begin: two names, then a place.

    Nothing where the lines are no such list: in most of its cards a word tells the role.
    """
    if any(len(one) > _SHORT or is_section(one) for one in lines):
        return []
    starts, names_ = list[int](), list[int]()
    for at, line in enumerate(lines):
        if places.surely(line) or any_of("workplace").search(line):
            twice = len(names_) > 2 and lines[names_[-2]].startswith(lines[names_[-3]])  # noqa: PLR2004
            starts += names_[-3:-2] if twice else names_[-2:-1]
            names_.clear()
        elif any(_is_name(one) for one in _pieces([line])) and not is_pay(line):
            names_.append(at)
    told = [any(map(has_role, lines[start : start + 3])) for start in starts]
    return starts if len(starts) > 1 and 2 * sum(told) > len(starts) else []


def _listings(region: list[Line]) -> list[tuple[list[Line], str]]:
    """The lines of each listing, and its title where that its place alone tells.

    In a list of nothing but cards each is one, though no word of a role is in it; what stands
    where the roles of the others do is its title. Elsewhere a new listing begins where an opening
    comes a second time.
    """
    blocks = list(_blocks(region))
    told = [[line for _, line in block] for _, block in blocks]
    cards = [lines for lines in told if len(lines) > 1]
    rest = [lines[0] for lines in told if len(lines) == 1]
    if (
        len(cards) < 2  # noqa: PLR2004
        or not all(_is_card(one) or _is_shaped(one) for one in cards)
        or any(len(line) > _SHORT or is_section(line) or line.endswith(".") for line in rest)
    ):
        return [(lines, "") for lines in _opened(blocks)]
    roles = [place for one in cards for place, line in enumerate(one[:2]) if has_role(line)]
    place = int(2 * sum(roles) > len(roles))
    made = list[tuple[list[Line], str]]()
    for _, block in blocks:
        lines = [line for _, line in block]
        if len(block) > 1:
            made.append((block, "" if any(map(has_role, lines[:3])) else lines[place]))
        elif made:
            made[-1][0].extend(block)
    return made


def _opened(blocks: list[tuple[bool, list[Line]]]) -> list[list[Line]]:
    """The lines of each listing of text that is more than cards."""
    made, seen, ended = list[list[Line]](), set[str](), False
    for apart, block in blocks:
        kinds = _openings(block)
        new = apart or seen & kinds or (ended and kinds)
        if new or not made:
            made.append([])
            seen, ended = set(), False
        made[-1] += block
        seen |= kinds
        ended = ended or any(any_of("closer").search(line[:2000]) for _, line in block)
    return made


def _openings(block: list[Line]) -> set[str]:
    """What marks a block as the beginning of a listing, by kind."""
    first = block[0][1]
    made = set[str]()
    if len(first) > _SHORT:
        made.add(letters_of(first[: 2 * _SHORT]))
    if any_of("opener").match(first):
        made.add(letters_of(first))
    about = re.match(rf"(?i:about|who is|meet) (?P<name>{_name()})\W*$", first)
    if about and _may_employ(about["name"]):
        made.add("about")
    made |= {
        label[0]
        for _, line in block[:3]
        if (label := label_of(line)) and label[0] in _HEADED - {"pay"}
    }
    if any(any_of("posted").match(line) for _, line in block[:4]):
        made.add("posted")
    if _is_card([line for _, line in block]):
        made.add("card")
    return made


def _is_card(lines: list[str]) -> bool:
    """Whether lines are a listing's head: short ones, a role among them, and a place or pay."""
    return (
        1 < len(lines) <= _HEAD
        and all(len(line) <= _SHORT for line in lines)
        and any(has_role(line) for line in lines[:3])
        and any(is_pay(line) or places.surely(line) for line in _pieces(lines))
    )


def _is_shaped(lines: list[str]) -> bool:
    """Whether lines are a card's, with no word of a role: two names, a place, little more."""
    return (
        len(lines) in range(3, _CARD)
        and all(len(line) <= _SHORT and not label_of(line) for line in lines)
        and all(_is_name(one) and not is_section(one) for one in lines[:2])
        and not any(is_pay(one) or places.surely(one) for one in lines[:2])
        and any(places.surely(one) for one in lines[2:5])
    )


@lru_cache(maxsize=1 << 14)
def is_pay(line: str) -> bool:
    """Whether a short line is an amount with a currency or a "k"."""
    made = pay.in_cell(line) if len(line) <= _SHORT and re.search(r"\d", line) else None
    return made is not None and (
        made.currency is not None or re.search(r"(?i)\dk\b", made.text) is not None
    )


def label_of(line: str) -> tuple[str, str] | None:
    """Field and value of "Company: Example"; null for other lines."""
    found = _LABEL.match(line[:500])
    known = headers().get(letters_of(found[1])) if found else None
    return (known, (found[2] or "").strip()) if found and known and known != "text" else None


# --------------------------------------------------------------------------------- a listing's text


@lru_cache(maxsize=256)
def _record(lines: tuple[str, ...], boards: frozenset[str], titled: str) -> Record | None:
    """A listing's fields as text; null for lines that are no listing."""
    text = "\n".join(lines)[: limit("listing_chars")]
    labelled, rest = _labels(lines)
    head = _head(rest, titled)
    made = {"text": text, **head, **labelled}
    if not made.get("name") and (name := employer(text, boards)):
        made["name"] = name
    if labelled and not made.get("title") and rest[:1] == [lines[0]]:
        made |= _above(lines[0])
    if not made.get("title"):
        made |= title(text)
    named = bool(made.get("name")) or bool(made.get("title"))
    if letters_of(made.get("name", "")) in boards:
        made.pop("name")
    listed = made.get("title") or head or labelled or _is_listing(text)
    return made if named and listed and (made.get("name") or made.get("title")) else None


def _above(line: str) -> Record:
    """The title that a line above labelled ones is or tells: "We are hiring a Data Engineer"."""
    if len(line) > _SHORT or is_section(line) or any_of("opener").match(line):
        return {}
    alone = has_role(line) and _is_name(line)
    return title(line) or ({"title": line} if alone else {})


def _is_listing(text: str) -> bool:
    """Whether text has sections of a job listing, or pay."""
    lines = {
        line.strip(" :").lower().replace("\u2019", "'")
        for line in text.split("\n")
        if len(line) < _SHORT
    }
    said = lines & set(words("section")) or any_of("evidence").search(text)
    return bool(said) or pay.in_prose(text) is not None


def _labels(lines: tuple[str, ...]) -> tuple[Record, list[str]]:
    """The labelled fields, also where the value stands on the next line, and the other lines."""
    made, rest, waiting = Record(), list[str](), ""
    for line in lines:
        label = label_of(line)
        heading = headers().get(letters_of(line)) if len(line) <= _SHORT else None
        if label and label[1]:
            made.setdefault(*label)
        elif heading in _HEADED or label:
            waiting = heading or (label[0] if label else "")
            continue
        elif waiting and line and len(line) <= _SHORT and not line.startswith("-"):
            made.setdefault(waiting, line)
        else:
            rest.append(line)
        waiting = ""
    return made, rest


def _pieces(lines: list[str]) -> list[str]:
    """Lines as a card has them: "Example · Austin, TX" is two."""
    made = list[str]()
    for line in lines:
        parts = [part.strip() for part in re.split(r"\s+[·•|]\s+", line)]
        dashed = [part.strip() for part in re.split(r"\s+[-\u2013\u2014]\s+", line)]
        placed = (
            len(dashed) > 1 and any(places.surely(part) for part in dashed) and not is_pay(line)
        )
        made += dashed if placed and len(parts) == 1 else parts
    return made


def _head(lines: list[str], role: str) -> Record:
    """Name, title, place and pay of a listing's head, where its first lines are one.

    `role` is one that no word tells.
    """
    top = list[str]()
    for line in islice(dropwhile(is_section, lines), _HEAD):
        if len(line) > _SHORT or is_section(line):
            break
        top.append(line)
    marks = [n for n, line in enumerate(top) if any_of("posted").match(line)]
    pieces = _pieces(top)
    pays = [one for one in pieces if is_pay(one)]
    placed = _placed([one for one in pieces if one not in pays])
    roles = [one for one in pieces if one not in placed + pays and (has_role(one) or one == role)]
    apart = any(any_of("workplace").search(one) for one in pieces)
    if not (marks or (apart and roles) or ((pays or placed) and (roles or len(top) > 1))):
        return one_line(lines[0]) if lines else {}
    # "Posted on …" under the title alone, the employer below; else it stands under all of them.
    above = top[: marks[0]] if marks else []
    titled = bool(above) and not any(one in pays + placed for one in _pieces(above))
    titles = above if titled else roles[:1]
    others = [
        one
        for one in (_pieces(top[marks[0] + 1 :]) if titled else pieces)
        if one not in titles + roles[:1] + placed + pays and _is_name(one)
        if not any(one.startswith(f"{title} with ") for title in roles[:1])
    ]
    stated = [one for one in placed if "," in one]
    if stated and not others:  # beside "Boston, MA" Jordan is a name
        others = [one for one in placed if one not in stated][:1]
        placed = stated
    at = one_line(titles[0]) if len(titles) == 1 else {}
    made = {
        "title": ", ".join(titles),
        "name": others[0] if others else "",
        "place": "; ".join(placed),
        "pay": pays[0] if pays else "",
        **at,
    }
    return {name: value for name, value in made.items() if value}


def _placed(pieces: list[str]) -> list[str]:
    """The pieces that are places, GE and IN not among them."""
    return [
        one
        for one in pieces
        if (len(letters_of(one)) > _CODE or one in {"US", "UK"}) and places.surely(one)
    ]


def one_line(line: str) -> Record:
    """Title and name of "Data Analyst at Example"; nothing for other lines."""
    if " at " not in line and " @ " not in line:
        return {}
    found = re.match(
        rf"(?i:{'|'.join(patterns('before_title'))})?"
        rf"(?P<title>.{{3,70}}?) (?:at|@) (?P<name>{_name()})(?:[,(].*)?$",
        line[: 2 * _SHORT],
    )
    if (
        found
        and has_role(found["title"])
        and _may_employ(found["name"])
        and len(line) <= 2 * _SHORT
    ):
        return {"title": found["title"], "name": found["name"]}
    return {}


def is_section(line: str) -> bool:
    """Whether a line is the heading of a listing's section."""
    return line.strip(" :").lower().replace("\u2019", "'") in words("section") or line.endswith(":")


def _is_name(line: str) -> bool:
    bare = line.strip(" -\u2013\u2014*•").lower()
    return (
        bool(re.search(r"[^\W\d_]", line))
        and bare not in words("noise")
        and not any_of("posted").match(line)
        and not any_of("deadline").match(line)
        and not any_of("workplace").search(line)
        and not re.search(r"[.!?:]$", re.sub(rf"(?:{_legal()})\.$", "", line))
        and not any_of("no_name_line").search(bare)
    )


@cache
def _roles() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words('role')))})s?\b", re.IGNORECASE)


def has_role(line: str) -> bool:
    """Whether a short line has a word of a role in it."""
    return len(line) <= _SHORT and _roles().search(line) is not None and not line.endswith(".")


# ------------------------------------------------------------------------------- who hires for what


def _legal() -> str:
    return "|".join(map(re.escape, words("legal")))


@cache
def _name() -> str:
    """What an employer's name looks like: words that begin as names do."""
    more = rf"(?: (?:(?:of|and|the|for|de|du|la|von|at) (?:the )?)?{_TOKEN}){{0,6}}"
    return rf"(?<![\w\u2019'&/.-]){_TOKEN}{more}(?:,? (?:{_legal()})\b\.?)?"


def _may_employ(name: str) -> bool:
    bare = name.removeprefix("The ").removeprefix("THE ")
    first = re.split(r"[ ,]", bare)[0].lower().replace("\u2019", "'")
    section = bare.lower().replace("\u2019", "'") in words("section")
    if first in words("not_employer") or len(letters_of(bare)) < _SHORTEST or section:
        return False
    return not places.surely(bare)


@cache
def _employers() -> tuple[tuple[int, re.Pattern[str]], ...]:
    return tuple(
        (weight, re.compile(pattern.replace("{name}", f"(?P<name>{_name()})")))
        for weight, pattern in weighed("employer")
    )


def employer(text: str, boards: frozenset[str] = frozenset()) -> str | None:
    """Who hires, as a description's own words say it most surely; null where they do not."""
    text = text[: limit("listing_chars")]
    weights, spelled = dict[str, int](), dict[str, str]()
    for weight, pattern in _employers():
        for found in pattern.finditer(text):
            name = (
                re.sub(r"(?<!\b[A-Z])\.$", "", found["name"])
                if not _ends_legal(found["name"])
                else found["name"]
            )
            if not _may_employ(name) or letters_of(name) in boards:
                continue
            key = letters_of(name)
            weights[key] = weights.get(key, 0) + weight
            if key not in spelled or spelled[key].isupper():
                spelled[key] = name
    for key in sorted(weights, key=len):  # "Example" is short for "Example Health of Ohio"
        longer = [one for one in weights if one != key and one.startswith(key)]
        if longer and weights[max(longer, key=lambda one: weights[one])] >= _STRONG:
            weights[max(longer, key=lambda one: weights[one])] += weights.pop(key)
    best = max(weights, key=lambda key: weights[key], default=None)
    return spelled[best] if best and weights[best] >= _SURE else None


def _ends_legal(name: str) -> bool:
    return re.search(rf"\b(?:{_legal()})\.$", name) is not None


@cache
def _titles() -> tuple[re.Pattern[str], ...]:
    role = rf"(?i:{'|'.join(map(re.escape, words('role')))})"
    adjectives = rf"(?:(?i:{'|'.join(words('adjective'))}),? (?:and )?)*"
    title = (
        rf"{adjectives}(?P<title>(?:[\w/&+#\u2019'-]+ ){{0,6}}?{role}(?P<many>s?)"
        rf"(?:(?: {role})+|,? (?:I{{1,3}}|IV|V)\b)?)"
    )
    return tuple(re.compile(pattern.replace("{title}", title)) for pattern in patterns("title"))


def title(text: str) -> Record:
    """The role that a description hires for, and the words that it was told from.

    Nothing where the description does not say.
    """
    text = text[: limit("listing_chars")]
    for pattern in _titles():
        if found := pattern.search(text):
            named = found["title"].removesuffix("s") if found["many"] else found["title"]
            begun = re.split(r"[.!?]\s|\n", text[: found.start()])[-1]
            said = " ".join((begun + found[0]).split()).lstrip(".!?: ")
            return {"title": named, "title_words": said[-limit("title_words_chars") :]}
    return {}
