"""The job listings that a user brings, in any form, to one table.

Files become records of text in `listing_files`; here each record becomes a row of LISTING.
Spellings, phrases and limits are in data/listings.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import polars as pl

from loaders import atlas, board, listing_files, pay, places
from loaders.clean import annual, letters_of
from loaders.facts import codes, rules
from loaders.listing_facts import any_of, limit, patterns, rows, words
from loaders.listing_files import FIX, READABLE, ListingsError, Record
from loaders.markup import written

__all__ = [
    "LISTING",
    "READABLE",
    "SAME",
    "ListingsError",
    "inert",
    "joined",
    "read",
]

LISTING = pl.Schema(
    {
        "listing_name": pl.String(),
        "listing_title": pl.String(),
        "title_words": pl.String(),
        "listing_city": pl.String(),
        "listing_state": pl.String(),
        "listing_country": pl.String(),
        "places": pl.List(pl.String()),
        "workplace": pl.String(),
        "pay_low": pl.Float64(),
        "pay_high": pl.Float64(),
        "pay_unit": pl.String(),
        "pay_currency": pl.String(),
        "annual_pay_low": pl.Float64(),
        "annual_pay_high": pl.Float64(),
        "posted_date": pl.Date(),
        "deadline_date": pl.Date(),
        "visa_words": pl.List(pl.String()),
        # No or yes to sponsorship; else a visa or status named, who may apply, the right to work.
        "visa_says": pl.Enum(["no", "yes", "both", "named", "who", "work"]),
        "outside_us": pl.Boolean(),
        "internship": pl.Boolean(),
        "url": pl.String(),
        "copies": pl.Int32(),
        "context": pl.Struct(
            {"page_role": pl.String(), "visa_kind": pl.String(), "shown": pl.String()}
        ),
        "source": pl.String(),
        "note": pl.String(),
    }
)

SAME = ("listing_name", "listing_title", "places", "pay_low", "pay_high", "pay_unit", "url")
"""What two listings have alike that are one, the name in either case."""
_DATE = (
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b"
    r"|\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?[A-Za-z]{3,9}\.?,?\s+\d{4}"
    r"|[A-Za-z]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
)
_WORKPLACES = {
    "hybrid": "workplace_hybrid",
    "remote": "workplace_remote",
    "in person": "workplace_person",
}


def read(path: Path, *, besides: Path | None = None) -> tuple[pl.DataFrame, list[str]]:
    """The listings of a file, or of a folder with its folders, and why other files could not be.

    LISTING, in which what repeats stands once, with its count; a reason begins with the file's
    name. The file `besides` is left out. Raises ListingsError where nothing can be read.
    """
    if not path.exists():
        raise ListingsError(f"{path}: there is no such file.")
    if not path.is_dir():
        return joined(listing_files.of_path(path, path.name)), []
    made, refused = list[Record](), list[str]()
    for file in sorted(path.rglob("*")):
        inner = file.relative_to(path)
        hidden = any(part.startswith(".") for part in inner.parts)
        if hidden or not file.is_file() or (besides and file.resolve() == besides.resolve()):
            continue
        try:
            made += listing_files.of_path(file, inner.as_posix())
        except ListingsError as error:
            refused.append(str(error))
        except OSError as error:
            refused.append(f"{inner.as_posix()}: {error.strerror}.")
    if not made:
        raise ListingsError(
            "\n".join(refused) or f"{path.name}: the folder holds no listings. {FIX}"
        )
    return joined(made), refused


def inert(text: pl.Expr) -> pl.Expr:
    """Text that no spreadsheet takes for a formula: `'` before a leading =, +, -, @ or tab."""
    return text.str.replace(r"^(\s*[=+\-@\t\r])", "'$1")


# ---------------------------------------------------------------------------------- records to rows


def joined(records: list[Record]) -> pl.DataFrame:
    """The records of one file or several as LISTING: what repeats stands once, with its count."""
    inner = dict.fromkeys(LISTING, None)
    said = pl.DataFrame({"text": [_searched(record) for record in records]}).with_columns(**_told())
    table = pl.DataFrame(
        [
            inner | _listing(record, **told)
            for record, told in zip(records, said.drop("text").rows(named=True), strict=True)
        ],
        schema={**LISTING, "_kind": pl.String()},
    ).with_columns(said["text"].alias("_text"))
    same = [pl.col("listing_name").str.to_lowercase().alias("_name"), *SAME[1:]]
    # Without a title the text has to be the same too; without a name nothing tells.
    told = pl.when(pl.col("listing_title").is_null()).then("_text").alias("_told")
    nameless = pl.when(pl.col("listing_name").is_null()).then("source").alias("_nameless")
    sources = pl.col("source").unique(maintain_order=True)
    return (
        table.with_columns(
            pl.lit(1, pl.Int32).alias("copies"),
            visa_words=_visa_words(),
            internship=_internship(),
            **_annual(),
        )
        .with_columns(visa_says=_visa_says())
        .group_by(*same, told, nameless, maintain_order=True)
        .agg(
            pl.all().exclude("_name", "_text", "_kind", *SAME[1:], "copies", "source").first(),
            pl.len().cast(pl.Int32).alias("copies"),
            sources.head(limit("sources")).str.join("; ").alias("source"),
            sources.len().alias("_sources"),
        )
        .with_columns(
            pl.when(pl.col("_sources") > limit("sources"))
            .then(pl.format("{} and {} more", "source", pl.col("_sources") - limit("sources")))
            .otherwise("source")
            .alias("source")
        )
        .select(list(LISTING))
    )


def _searched(record: Record) -> str:
    """All of a record in which words of visas may stand."""
    return "\n".join(record.get(field, "") for field in ("title", "text", "place", "workplace"))[
        : limit("listing_chars")
    ]


def _any(kind: str) -> str:
    """One expression for all phrases of a kind, for Polars.

    With the word boundary of ASCII it is fifty times as fast where text has a curly quotation mark.
    """
    return "(?im)" + "|".join(f"(?:{one})" for one in patterns(kind)).replace(r"\b", r"(?-u:\b)")


def _told() -> dict[str, pl.Expr]:
    """What `text` says by itself of the workplace and of days."""
    text, day = pl.col("text"), _DATE.replace(r"\b", r"(?-u:\b)")
    workplace = pl.coalesce(
        pl.when(text.str.contains(_any(kind))).then(pl.lit(name))
        for name, kind in _WORKPLACES.items()
    )
    days = {
        field: text.str.extract(f"(?im)(?:{_any(field).removeprefix('(?im)')})({day})")
        for field in ("posted", "deadline")
    }
    return {"workplace": workplace, **days}


def _visa_words() -> pl.Expr:
    """The sentences about visas and citizenship, as they are said, each once, long ones cut."""
    mark, most = "\x01", limit("visa_chars")
    # A full stop after two letters ends a sentence: the one of "U.S. citizens" does not.
    sentence = r"([0-9A-Za-z)\]%\"'\x{2019}\x{201d}]{2}[.!?;]|[!?;])\s+"
    marked = (
        pl.col("_text")
        .str.replace_all(_any("board_tag"), " ")
        .str.replace_all(_any("visa"), f"{mark}$0")
    )
    quoted = (
        pl.when(marked.str.contains(mark, literal=True))
        .then(marked)
        .otherwise(pl.lit(""))
        .str.replace_all(sentence, "$1\n")
        .str.split("\n")
        .list.eval(
            _cut(pl.element().filter(pl.element().str.contains(mark, literal=True)), mark, most)
            .str.replace_all(mark, "", literal=True)
            .str.replace_all(r"\s+", " ")
            .str.strip_chars(" -\u2013\u2022*\u00b7")
            .str.replace(r"([\w)]{2})[.;:]+$", "$1")
            .unique(maintain_order=True)
        )
    )
    return quoted.list.head(limit("words"))


def _cut(sentences: pl.Expr, mark: str, most: int) -> pl.Expr:
    """Sentences of at most so many characters, long ones as what stands around their mark."""
    near = sentences.str.extract(rf"((?:\s|^).{{0,{most // 2}}}{mark}.{{0,{most // 2}}}(?:\s|$))")
    long = sentences.str.len_chars() > most
    return pl.when(long & near.is_not_null()).then(near).otherwise(sentences.str.head(most))


def _visa_says() -> pl.Expr:
    """Which of LISTING's answers the visa words give; null without such words."""
    no = pl.element().str.contains(_any("visa_no"))
    asks = pl.element().str.ends_with("?")
    yes = ~no & ~asks & pl.element().str.contains(_any("visa_yes"))
    words_of = pl.col("visa_words")
    named, who = (pl.element().str.contains(_any(f"visa_{one}")) for one in ("named", "who"))
    says_no, says_yes, names, limits = (
        words_of.list.eval(one).list.any() for one in (no, yes, named, who)
    )
    return (
        pl.when(says_no & says_yes)
        .then(pl.lit("both"))
        .when(says_no)
        .then(pl.lit("no"))
        .when(says_yes)
        .then(pl.lit("yes"))
        .when(names)
        .then(pl.lit("named"))
        .when(limits)
        .then(pl.lit("who"))
        .when(words_of.list.len() > 0)
        .then(pl.lit("work"))
        .cast(LISTING["visa_says"])
    )


def _internship() -> pl.Expr:
    told = pl.concat_str("listing_title", "_kind", separator=" ", ignore_nulls=True)
    return told.str.contains("(?i)" + "|".join(patterns("internship")))


def _annual() -> dict[str, pl.Expr]:
    dollars = pl.col("pay_currency") == "USD"
    return {
        f"annual_{side}": pl.when(dollars).then(annual(pl.col(side), pl.col("pay_unit")))
        for side in ("pay_low", "pay_high")
    }


def _listing(
    record: Record, workplace: str | None, posted: str | None, deadline: str | None
) -> dict[str, object]:
    """A row of LISTING, what takes no table to tell."""
    text, notes = record.get("text", ""), [record.get("note", "")]
    given = record.get("name", "")
    if given.strip(" .").lower() in words("no_name"):
        given = ""
    titled = record if record.get("title") else board.title(text)
    title = titled.get("title")
    if at := board.one_line(title or ""):
        given, title = _apart(given, title or "", at)
    name = given or board.employer(text)
    where = _places(record, text, notes)
    outside = places.outside_us(where)
    first = _finest(where)
    if not name:
        notes.append("no company is named")
    return {
        "listing_name": _short(name, "name", notes),
        "listing_title": _short(title, "title", notes),
        "title_words": _running(title, titled.get("title_words")),
        "listing_city": first.city,
        "listing_state": first.state,
        "listing_country": first.country,
        "places": [one.label for one in where],
        "workplace": _workplace(record) or workplace,
        **_pay(record, text, outside=outside, country=first.country, notes=notes),
        "posted_date": _dated(record, "posted", notes) or _day(posted or ""),
        "deadline_date": _dated(record, "deadline", notes) or _day(deadline or ""),
        "outside_us": outside,
        "url": record.get("url"),
        "context": {one: record.get(one) for one in ("page_role", "visa_kind", "shown")},
        "source": record["source"],
        "note": "; ".join(filter(None, notes)) or None,
        "_kind": record.get("kind"),
    }


def _apart(name: str, title: str, at: Record) -> tuple[str, str]:
    """Name and title where the title's cell says both: "Job Application for Clerk at Example"."""
    same = letters_of(at["name"]).startswith(letters_of(name))
    return (name or at["name"], at["title"]) if same else (name, title)


def _running(title: str | None, said: str | None) -> str | None:
    """The running text that a title was taken from; null for one that is stated or corrected."""
    return said if title and said and title.lower() in said.lower() else None


def _short(name: str | None, what: str, notes: list[str]) -> str | None:
    """A name or title on one line and no longer than it can be."""
    bare = " ".join((name or "").split())
    if len(bare) <= limit("name_chars"):
        return bare or None
    notes.append(f"the {what} was cut from {len(bare):,} to {limit('name_chars')} characters")
    return bare[: limit("name_chars")]


@lru_cache(maxsize=1 << 14)
def _in_cell(cell: str) -> tuple[atlas.Place, ...]:
    return tuple(places.in_cell(cell))


def _places(record: Record, text: str, notes: list[str]) -> list[atlas.Place]:
    cell = _place_cell(record)
    made = list(_in_cell(cell))
    if cell and not made and not any_of("workplace").search(cell):
        made = places.in_prose(text[: limit("listing_chars")])
        instead = f"; taken from the text: {made[0].label}" if made else ""
        notes.append(f"the place “{cell[:80]}” names no city, state or country{instead}")
    return made or places.in_prose(text[: limit("listing_chars")])


def _place_cell(record: Record) -> str:
    """What the cells of a place say together; a cell of several places stands for itself."""
    city, state, country, place = (
        record.get(field, "") for field in ("city", "state", "country", "place")
    )
    if city or not place:
        return atlas.address(city, state, country)
    if re.search(r"[;|/\n·•]", place):
        return place
    return atlas.address(place, "" if "," in place else state, country)


def _finest(where: list[atlas.Place]) -> atlas.Place:
    """The place that says most, one abroad only where all are: "US; Seattle, WA" is Seattle."""

    def says(one: atlas.Place) -> tuple[bool, ...]:
        city = one.city is not None
        return (
            one.country in {None, atlas.HOME},
            city and bool(one.country),
            bool(one.state),
            city,
        )

    return max(where, key=says, default=atlas.Place())


def _workplace(record: Record) -> str | None:
    """What the cells of workplace, place and title say of it."""
    cell = record.get("workplace", "")
    if codes("yes_no").get(cell.upper()) == "true":
        return "remote"
    cells = "\n".join((cell, record.get("place", ""), record.get("title", "")))
    lines = re.sub(r"\s*[;,|/()]\s*|\s+[-\u2013]\s+", "\n", cells)
    return next((name for name, kind in _WORKPLACES.items() if any_of(kind).search(lines)), None)


_paid = lru_cache(maxsize=1 << 14)(pay.in_cell)


def _pay(
    record: Record, text: str, *, outside: bool | None, country: str | None, notes: list[str]
) -> dict[str, object]:
    apart = [record.get(f"pay_{what}", "") for what in ("low", "high", "currency", "unit")]
    cell = record.get("pay", "")
    if cell and not any(apart[:2]):
        cell = f"{apart[2]} {cell} {apart[3]}".strip()
    cell = written(*apart) or cell
    made = _paid(cell) or pay.in_prose(text[: limit("listing_chars")])
    if cell and made is None and re.search(r"\d{2}", cell):
        notes.append(f"the pay “{cell[:80]}” could not be read")
    if made is None:
        return {}
    abroad = {"¥": {"JP": "JPY", "CN": "CNY"}.get(country or "")}
    at_home = None if outside else "USD"
    currency = {None: at_home, "$": at_home, **abroad}.get(made.currency, made.currency)
    if currency is None:
        notes.append("the currency of the pay is not told")
    if made.unit is None:
        notes.append("the pay has no unit that we know")
    elif not made.stated:
        notes.append(f"pay without a unit: by its size it is by the {made.unit.lower()}")
    return {
        "pay_low": made.low,
        "pay_high": made.high,
        "pay_unit": made.unit,
        "pay_currency": currency,
    }


def _dated(record: Record, field: str, notes: list[str]) -> date | None:
    """The day in a cell; what is no day is noted."""
    cell = record.get(field, "")
    found = _day(cell[:60])
    if cell and found is None:
        notes.append(f"{field} “{cell[:60]}” is no date that can be read")
    return found


@lru_cache(maxsize=1 << 14)
def _day(text: str) -> date | None:
    """The first date in text; null outside the years of data/rules.toml."""
    found = re.search(_DATE, text)
    if not found:
        return None
    plain = any_of("in_a_date").sub(" ", found[0])
    plain = " ".join(re.sub(r"(?i)\bsept\b", "Sep", plain).split())
    made = (_parsed(plain, form) for (form,) in rows("date_formats"))
    years = rules()["dates"]
    return next(
        (day for day in made if day and years["first_year"] <= day.year <= years["last_year"]), None
    )


def _parsed(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return None
