"""A name as a listing has it to the employers that filed: matched, to choose, or none observed.

The order of `STEPS` is the order of trust, and the first step that finds anybody decides. A step
that finds several lets the listing's city and state decide, else a person. Nothing is matched by
likeness: likeness only names candidates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import polars as pl
from rapidfuzz import fuzz, process

from loaders import brands, clean, lake, names, roles
from loaders.choices import CHOICES
from loaders.facts import codes, rules
from loaders.listings import inert
from loaders.schema import PROGRAMS

DECISIONS = ("matched", "choose", "none", "not-applicable")
STEPS = (
    "chosen", "called", "filed", "entry", "trade name", "part", "region", "respelled", "field",
    "piece", "begins", "alike", "stem",
)  # fmt: skip
_NEAR = pl.Enum(("city", "state", "elsewhere"))
# From here on a step names candidates, and a person chooses.
_MATCHING = STEPS[: STEPS.index("piece")]
_IDS = ("employer_id", "brand_id", "unit")
MATCH = {
    "decision": pl.Enum(DECISIONS),
    "brand_id": pl.String,
    "brand": pl.String,
    "employer_ids": pl.List(pl.String),
    "filed_names": pl.List(pl.String),
    "confidence": pl.Enum(("sure", "likely")),
    "evidence": pl.String,
    "candidates": pl.List(
        pl.Struct(
            {
                "name": pl.String,
                "brand_id": pl.String,
                "unit": pl.String,
                "employer_id": pl.String,
                "place": pl.String,
                "lca_cases": pl.Int64,
                "perm_cases": pl.Int64,
            }
        )
    ),
    "lca_cases": pl.Int64,  # null where the lake holds no case of the program
    "perm_cases": pl.Int64,
    "last_decision_date": pl.Date,
}


@dataclass(frozen=True)
class Index:
    """The names of a lake, in memory, as match() needs them."""

    path: Path

    @cached_property
    def aliases(self) -> pl.DataFrame:
        """As employers.ALIASES, sorted by `loose`."""
        return lake.aliases(self.path).sort("loose").collect()

    @cached_property
    def kinds(self) -> dict[str, pl.DataFrame]:
        """`aliases` by their kind."""
        kind = pl.col("kind").cast(pl.String)
        return {one: self.aliases.filter(kind == one) for one in ("called", "filed", "trade name")}

    @cached_property
    def without_region(self) -> pl.DataFrame:
        """The filed names among `aliases`, with `short`: the key without its region."""
        return (
            self.kinds["filed"]
            .with_columns(short=names.loose(names.without(pl.col("key"), "region")))
            .filter(pl.col("short") != "")
        )

    @cached_property
    def employers(self) -> pl.DataFrame:
        """As employers.EMPLOYERS, with all `cases`."""
        return (
            lake.employers(self.path)
            .with_columns(cases=pl.col("lca_cases") + pl.col("perm_cases"))
            .collect()
        )

    @cached_property
    def members(self) -> pl.DataFrame:
        """The `employers` of brands, with the counts of what they filed as the brand's.

        What an employer filed before the brand bought it is none of the brand's.
        """
        counts = [f"{name}_cases" for name in PROGRAMS]
        counted = self.names.group_by("brand_id", "employer_id").agg(pl.col(counts).sum())
        return (
            self.employers.drop(counts)
            .join(counted, on=["brand_id", "employer_id"], maintain_order="left")
            .with_columns(cases=pl.sum_horizontal(counts))
        )

    @cached_property
    def names(self) -> pl.DataFrame:
        """As employers.NAMES."""
        return lake.names(self.path).collect()

    @cached_property
    def brands(self) -> pl.DataFrame:
        """As brands.BRANDS, but one of the plain list whose name others have, by its filed name."""
        filed = self.employers.group_by("brand_id").agg(
            pl.col("employer").sort_by("cases", descending=True, maintain_order=True).first()
        )
        alone = self.employers.filter(pl.col("brand_id").is_null())["employer"]
        name = pl.col("brand").str.to_lowercase()
        others = name.is_duplicated() | name.is_in(alone.str.to_lowercase().implode())
        renamed = others & (pl.col("sector") == brands.PLAIN) & pl.col("employer").is_not_null()
        return (
            lake.brands(self.path)
            .collect()
            .join(filed, on="brand_id", how="left", maintain_order="left")
            .with_columns(brand=pl.when(renamed).then("employer").otherwise("brand"))
            .select(*brands.BRANDS)
        )

    @cached_property
    def own_names(self) -> pl.DataFrame:
        """brand_id, brand and sector of `brands`, with `own`: the brand's name as `loose`."""
        own = names.loose(names.key(pl.col("brand")))
        return self.brands.select("brand_id", "brand", "sector", own=own)

    @cached_property
    def programs(self) -> tuple[str, ...]:
        """The programs that the lake holds cases of."""
        sums = self.employers.select(lca=pl.col("lca_cases").sum(), perm=pl.col("perm_cases").sum())
        return tuple(name for name, cases in sums.row(0, named=True).items() if cases)

    @cached_property
    def years(self) -> str:
        """The loaded years in words, by program: a year that is not named was not searched."""
        return in_words(lake.periods(self.path))


def in_words(periods: list[tuple[str, int]]) -> str:
    """Programs and fiscal years, e.g. `PERM FY2009-2010, 2015 (no LCA file loaded)`."""
    years = {name: sorted(year for of, year in periods if of == name) for name in PROGRAMS}
    loaded = "; ".join(f"{name.upper()} FY{_runs(of)}" for name, of in years.items() if of)
    missing = " or ".join(name.upper() for name, of in years.items() if not of)
    return f"{loaded} (no {missing} file loaded)" if missing else loaded


def _runs(years: list[int]) -> str:
    runs = [list(run) for _, run in groupby(years, key=lambda year: year - years.index(year))]
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)


# ------------------------------------------------------------------------------------- the steps


def _keyed(asked: pl.DataFrame) -> pl.DataFrame:
    """Rows of `row`, `text`, `state`, `place` with the keys of the text."""
    return (
        asked.with_columns(key=names.key(pl.col("text")), full=names.full(pl.col("text")))
        .drop_nulls("key")
        .with_columns(loose=names.loose(pl.col("key")), common=names.is_common(pl.col("key")))
        .filter(pl.col("loose") != "")
    )


def _exact(asked: pl.DataFrame, index: Index, kind: str) -> pl.DataFrame:
    """Aliases of a kind with the same loose key; where some have the same key, these alone."""
    found = asked.join(index.kinds[kind], on="loose", suffix="_alias").with_columns(
        same=pl.col("key") == pl.col("key_alias"),
        local=pl.col("states").list.contains(pl.col("state")).fill_null(value=False),
    )
    few = pl.col("loose").str.len_chars() <= rules()["employers"]["exact_letters"]
    found = found.filter(pl.col("same") | ~(few | pl.col("same").any().over("row", "text")))
    if kind == "called":
        nearer = pl.col("local").any().over("row", "text")
        found = found.filter(pl.col("local") | (pl.col("states").is_null() & ~nearer))
        # THE tells The Citadel, the college, from Citadel, where both are names.
        article = names.article(pl.col("name")) == names.article(pl.col("text"))
        found = found.filter(article | ~article.any().over("row", "text"))
    return found.select(
        "row", *_IDS, "name", "common", step=pl.lit(kind), limited=pl.col("states").is_not_null()
    )


def _entries(asked: pl.DataFrame) -> pl.DataFrame:
    """Brands whose list takes the name."""
    by = ("full", "key", "state")
    return asked.join(brands.branded(asked.select(by).unique()), on=by, nulls_equal=True).select(
        "row",
        pl.lit(None, pl.String).alias("employer_id"),
        "brand_id",
        "unit",
        "common",
        name="filed",
        step=pl.lit("entry"),
    )


def _whole(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """What the steps find that take a name as a whole."""
    return pl.concat(
        [
            _exact(asked, index, "called"),
            _exact(asked, index, "filed"),
            _entries(asked),
            _exact(asked, index, "trade name"),
        ],
        how="diagonal_relaxed",
    )


def _decides() -> pl.Expr:
    """Whether a finding is of its row's most trusted step.

    A trade name is as good as a filed one that no brand has: every town has its Golden Palace, and
    one of them may file as somebody's restaurant company.
    """
    filed = pl.when(pl.col("step") == "filed").then(pl.col("brand_id").is_not_null())
    known = filed.any().over("row").fill_null(value=False)
    equal = pl.col("common") | ~known
    step = pl.when(equal).then(pl.col("step").replace("trade name", "filed")).otherwise("step")
    trust = step.replace_strict({step: n for n, step in enumerate(STEPS)})
    return trust == trust.min().over("row")


def _split(asked: pl.DataFrame) -> pl.DataFrame:
    """The parts of names: `Amazon | AWS`, `Meta (formerly Facebook)`, `via`."""
    halves = asked.select(
        "row",
        "state",
        "place",
        text=pl.col("text").str.replace_all(rules()["employers"]["parts"], "\n").str.split("\n"),
    )
    tails = asked.select(
        "row", "state", "place", text=pl.concat_list(names.trade_key(pl.col("text")))
    )
    adverts = asked.select(
        "row", "state", "place", text=pl.concat_list(names.without(pl.col("key"), "advert"))
    )
    parts = pl.concat([halves, tails, adverts]).explode("text").drop_nulls("text")
    parts = _keyed(parts.unique(["row", "text"], maintain_order=True))
    return parts.join(asked.select("row", whole="key"), on="row").filter(
        pl.col("key") != pl.col("whole")
    )


def _parts(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """What the parts of a name find. A part of common words is none: it says too little alone.

    A piece of a long text is a question: most of the words are not in the employer's name.
    `decides` is false for names in the listing's state that go on from one: `McDonald's (Dobski)`
    may be Dobski Associates, who own the place.
    """
    parts = _split(asked)
    if parts.is_empty():
        return parts.select("row")
    found = _whole(parts, index)
    told = (pl.col("step") == "called") | ~pl.col("common")
    found = found.filter(told)
    # Where two parts name two employers, a person has to say which is meant.
    several = pl.col("brand_id").n_unique().over("row") > 1
    found = (
        found.filter(_decides() | several)
        .join(asked.select("row", "text", whole="key"), on="row")
        .with_columns(
            step=pl.when(_is_piece()).then(pl.lit("piece")).otherwise(pl.lit("part")),
            decides=pl.lit(value=True),
        )
        .drop("text", "whole")
    )
    owners = parts.filter(~pl.col("common"), pl.col("place").is_not_null())
    begins = _beginnings(owners.join(found, on="row", how="semi"), index).join(
        owners.select("row", "state").unique(), on="row"
    )
    here = index.employers.filter(pl.col("employer_id").is_in(begins["employer_id"].implode()))
    owners = begins.join(here, on=["employer_id", "state"], how="semi").drop("state")
    return pl.concat(
        [found, owners.with_columns(step=pl.lit("part"), decides=pl.lit(value=False))],
        how="diagonal_relaxed",
    )


def _is_piece() -> pl.Expr:
    """Whether most telling words of a `whole` text are not in the `name` that a part of it found.

    The reviewed list knows its names in any text; what stands before a dash or colon is no piece.
    """
    name, text = names.key(pl.col("name")), pl.col("whole").str.split(" ").list.unique()
    inside = text.list.set_intersection(name.str.split(" ")).list.len()
    left = text.list.set_difference(name.str.split(" ")).list.join(" ")
    head = names.key(pl.col("text").str.extract(rules()["employers"]["head"]))
    first = (names.loose(head) == names.loose(name)).fill_null(value=False)
    return ~pl.col("step").is_in(["called", "entry"]) & (names.telling(left) > inside) & ~first


def _regions(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Filed names that are the name and a region (`CANVA US`), or the other way round."""
    short = names.loose(names.without(pl.col("key"), "region"))
    distinct = asked.filter(~pl.col("common")).with_columns(short=short)
    return (
        distinct.join(index.without_region, on="short", suffix="_alias")
        .filter(pl.col("loose") != pl.col("loose_alias"))
        .select("row", *_IDS, "name", "common", step=pl.lit("region"), decides=pl.lit(value=True))
    )


def _respelled(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Filed names that are the name but for its city, a domain or its state's two letters.

    `Appvance.ai`, `WA Health Benefit Exchange`.
    """
    key, city = pl.col("key"), names.words(names.folded(pl.col("city")))
    behind = pl.concat_str(pl.lit(" "), city)
    state = pl.col("state").replace_strict(codes("states"), default=None).str.to_uppercase()
    letters = pl.concat_str("state", pl.lit(" "))
    spelled = pl.concat_str(state, pl.lit(" "), key.str.strip_prefix(letters))
    said = (
        pl.concat_str("key", behind),
        key.str.strip_suffix(behind),
        pl.when(key.str.starts_with(letters)).then(spelled),
        names.key(pl.col("text").str.replace(rules()["employers"]["domain"], "")),
    )
    longer = pl.col("said").str.len_bytes() > key.str.len_bytes()
    respelled = pl.concat(asked.with_columns(said=one) for one in said).filter(
        pl.col("said") != key, longer | ~names.is_common(pl.col("said"))
    )
    return (
        respelled.with_columns(loose=names.loose(pl.col("said")))
        .join(index.kinds["filed"], on="loose", suffix="_alias")
        .select(
            "row", *_IDS, "name", "common", step=pl.lit("respelled"), decides=pl.lit(value=True)
        )
    )


def _cut(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers with a trade name that the form cut off: DBA PGA TOUR SUPERS, in their state."""
    bounds = rules()["employers"]
    first = pl.col("loose").str.head(bounds["cut_letters"]).alias("first")
    cut = index.kinds["trade name"].filter(
        pl.col("name").str.len_chars() >= bounds["cut_from"],
        pl.col("loose").str.len_chars() >= bounds["cut_letters"],
    )
    found = (
        asked.filter(pl.col("state").is_not_null())
        .with_columns(first)
        .join(cut.with_columns(first), on="first", suffix="_alias")
        .filter(pl.col("loose").str.starts_with(pl.col("loose_alias")))
        .join(index.employers.select("employer_id", "places"), on="employer_id")
        .filter(pl.col("places").list.contains(pl.col("state")))
    )
    return found.select(
        "row", *_IDS, "name", "common", step=pl.lit("trade name"), decides=pl.lit(value=True)
    )


def _in_field(found: pl.DataFrame, index: Index) -> pl.DataFrame:
    """The findings (`employer_id`, `words`) whose employer files under what the words tell."""
    told = (
        index.employers.select("employer_id", naics_told="industries")
        .join(found.select("employer_id").unique(), on="employer_id", how="semi")
        .explode("naics_told")
        .drop_nulls()
    )
    fits = (
        found.select("employer_id", "words")
        .unique()
        .join(names.field_words(), on="words")
        .join(told, on="employer_id")
        .filter(pl.col("naics_told").str.starts_with(pl.col("naics")))
    )
    return found.join(fits, on=["employer_id", "words"], how="semi")


def _fields(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers of the name without the word of its field, who file under that field.

    Their own names may say another word of it (Trek Bikes: TREK BICYCLE CORPORATION), or begin with
    a founder's initials (Mortenson Construction: M A MORTENSON COMPANY).
    """
    said = asked.with_columns(words=names.field_word(pl.col("key"))).drop_nulls("words")
    if said.is_empty():
        return said.select("row")
    text = pl.col("key").str.strip_suffix(pl.concat_str(pl.lit(" "), "words"))
    short = _keyed(said.select("row", "state", "place", "words", text=text)).filter(
        ~pl.col("common") | pl.col("state").is_not_null()
    )
    here = index.kinds["filed"]
    founder = here.select(
        *_IDS, "name", loose=names.loose(pl.col("key").str.extract(r"^\p{L}{1,2} (.+)$"))
    ).drop_nulls("loose")
    few = pl.col("key").str.len_chars() < rules()["employers"]["begins_letters"]
    found = pl.concat(
        [
            short.join(here, on="loose", suffix="_alias")
            .filter((pl.col("key") == pl.col("key_alias")) | ~few)
            .select("row", *_IDS, "name"),
            short.filter(~few, ~pl.col("common"), pl.col("state").is_not_null())
            .join(founder, on="loose")
            .select("row", *_IDS, "name"),
            _beginnings(short, index)
            .filter(pl.col("descriptive") | pl.col("words_filed").is_not_null())
            .select("row", *_IDS, "name", "words_filed"),
        ],
        how="diagonal",
    )
    found = found.drop_nulls("employer_id").join(short.select("row", "words", "common"), on="row")
    # Another field is another employer: Zenith Robotics is not ZENITH FOODS.
    fields = names.field_words().select("words", "field").unique()
    kin = fields.join(fields, on="field", suffix="_filed")
    plain = found.filter(pl.col("words_filed").is_null())
    same = found.join(kin, on=["words", "words_filed"], how="semi")
    found = _in_field(pl.concat([plain, same]).drop("words_filed"), index)
    return found.drop("words").with_columns(step=pl.lit("field"), decides=pl.lit(value=True))


def _traded_elsewhere(asked: pl.DataFrame, whole: pl.DataFrame, index: Index) -> pl.DataFrame:
    """The rows with a state whose name is but a trade name, of employers in other states."""
    near = whole.join(index.employers.select("employer_id", "places"), on="employer_id", how="left")
    far = (
        near.join(asked.select("row", "state"), on="row")
        .group_by("row")
        .agg(
            far=(pl.col("step") == "trade name").all()
            & ~pl.col("places").list.contains(pl.col("state")).fill_null(value=True).any()
        )
        .filter("far")
    )
    return asked.join(far, on="row", how="semi")


def _beginnings(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers whose name goes on where the listing's ends: candidates.

    `descriptive` tells that it goes on with common words alone: INDUSTRIES, TECHNOLOGIES; `fielded`
    that it does with those of its field, `words_filed`: FENDER MUSICAL INSTRUMENTS. That of a trade
    of one place tells nothing without one.
    """
    least = rules()["employers"]["begins_letters"]
    short = pl.col("key").str.len_chars() == least - 1
    texts = asked.filter(
        (pl.col("key").str.len_chars() >= least) | (short & pl.col("place").is_not_null())
    )
    loose = index.aliases["loose"]
    first = loose.search_sorted(texts["loose"], "left")
    behind = loose.search_sorted(texts["loose"] + "\U0010ffff", "left")
    ranges = texts.select(
        "row",
        "common",
        # LOVE'S TRAVEL STOP goes on in LOVES TRAVEL STOPS COUNTRY STORES; MENARDS not so.
        start=pl.when(pl.col("key").str.contains(" ", literal=True))
        .then(pl.col("key").str.strip_suffix("S"))
        .otherwise("key"),
        at=pl.int_ranges(first, behind),
    ).explode("at", empty_as_null=False)
    begun = index.aliases.select(*_IDS, "name", "key")[ranges["at"]]
    found = (
        pl.concat([ranges.drop("at"), begun], how="horizontal")
        .filter(pl.col("key").str.starts_with(pl.col("start")))
        .with_columns(rest=pl.col("key").str.strip_prefix(pl.col("start")).str.extract("^S? (.+)$"))
        .drop_nulls("rest")
        .drop("start", "key")
    )
    rest = pl.concat_str(pl.lit(" "), "rest")
    every = found.with_columns(
        step=pl.lit("begins"),
        descriptive=names.is_common(pl.col("rest")),
        words=names.field_word(rest),
    ).with_row_index("at")
    plain = names.is_common(
        rest.str.strip_suffix(pl.concat_str(pl.lit(" "), "words")).str.strip_chars()
    )
    trades = f"^(?:{'|'.join(rules()['employers']['local_trades'])})"
    local = names.field_words().filter(pl.col("naics").str.contains(trades))["words"].implode()
    placed = asked.filter(pl.col("state").is_not_null())["row"].implode()
    told = every.filter(
        pl.col("descriptive") | plain, pl.col("row").is_in(placed) | ~pl.col("words").is_in(local)
    ).drop_nulls(["words", "employer_id"])
    fielded = pl.col("at").is_in(_in_field(told, index)["at"].implode())
    words = pl.when(pl.col("descriptive") | plain).then("words")
    return every.with_columns(fielded=fielded, words_filed=words).drop("rest", "words", "at")


def _alike(asked: pl.DataFrame, index: Index, score: float, limit: int) -> pl.DataFrame:
    """Names spelled nearly so, among those that begin with the same letters: candidates."""
    loose = index.aliases["loose"]
    letters = rules()["employers"]["alike_letters"]
    rows = list[tuple[int, bool, int]]()
    for row, stem, common in asked.select("row", "loose", "common").rows():
        start = loose.search_sorted(stem[:letters])
        end = loose.search_sorted(f"{stem[:letters]}\U0010ffff")
        near = process.extract(  # pyrefly: ignore[no-matching-overload] - its own scorer
            stem,
            loose[start:end].to_list(),
            scorer=fuzz.ratio,
            score_cutoff=score,
            limit=limit,
        )
        rows += [(row, common, start + place) for _, _, place in near]
    places = pl.DataFrame(
        rows, schema={"row": pl.UInt32, "common": pl.Boolean, "at": pl.UInt32}, orient="row"
    )
    return pl.concat(
        [places.drop("at"), index.aliases.select(*_IDS, "name")[places["at"]]], how="horizontal"
    ).with_columns(step=pl.lit("alike"))


def _stems(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers of the listing's state whose name has its telling first words: candidates.

    BAYSTATE MEDICAL PRACTICES for Baystate Health, AVERA QUEEN OF PEACE for Avera Health. What
    goes on with telling words is of that city, or of a brand that has no more name than they. The
    word of a field is one that they file under.
    """
    word = names.field_word(pl.col("key"))
    said = asked.filter(pl.col("state").is_not_null()).with_columns(words=word)
    short = said.with_columns(text=names.stem(pl.col("key"))).filter(
        pl.col("text") != pl.col("key")
    )
    short = _keyed(short.select("row", "state", "place", "text", "words")).filter(~pl.col("common"))
    if short.is_empty():
        return short.select("row")
    begun = _beginnings(short, index)
    found = pl.concat(
        [short.join(index.kinds["filed"], on="loose", suffix="_alias"), begun],
        how="diagonal_relaxed",
    ).select("row", *_IDS, "name", "descriptive", "fielded")
    own = index.own_names.select("brand_id", "own")
    found = _near(
        found.drop_nulls("employer_id")
        .join(index.employers.select("employer_id", "places"), on="employer_id")
        .join(short.select("row", "loose", "state", "place", "words", "common"), on="row")
        .join(own, on="brand_id", how="left")
    )
    told = pl.any_horizontal(pl.col("descriptive", "fielded").fill_null(value=True))
    its_own = (pl.col("own") == pl.col("loose")).fill_null(value=False)
    found = found.filter(
        (pl.col("near") == "city") | ((pl.col("near") == "state") & (told | its_own))
    )
    plain = found.filter(pl.col("words").is_null())
    return pl.concat([plain, _in_field(found.drop_nulls("words"), index)]).select(
        "row", *_IDS, "name", "common", step=pl.lit("stem"), decides=pl.lit(value=True)
    )


# ------------------------------------------------------------------------------------ the decision


def _targets(found: pl.DataFrame, index: Index) -> pl.DataFrame:
    """What each finding means: a brand, a unit of one, or an employer, with its employers' sums."""
    asked = found.select("target", *_IDS).unique("target", keep="first", maintain_order=True)
    whole = asked.filter(pl.col("brand_id").is_not_null() & pl.col("unit").is_null())
    unit = asked.filter(pl.col("unit").is_not_null())
    alone = asked.filter(pl.col("brand_id").is_null())
    members = pl.concat(
        [
            whole.select("target", "brand_id").join(index.members, on="brand_id"),
            unit.select("target", "brand_id", "unit").join(index.members, on=["brand_id", "unit"]),
            alone.select("target", "employer_id").join(index.employers, on="employer_id"),
        ],
        how="diagonal_relaxed",
    ).sort("cases", descending=True, maintain_order=True)
    sums = members.group_by("target", maintain_order=True).agg(
        employer_ids="employer_id",
        employer=pl.col("employer").first(),
        seat=pl.concat_str("city", "state", separator=", ", ignore_nulls=True).first(),
        places=pl.col("places").explode().unique(),
        cases=pl.col("cases").sum(),
        lca_cases=pl.col("lca_cases").sum(),
        perm_cases=pl.col("perm_cases").sum(),
    )
    return (
        asked.join(sums, on="target", how="left", maintain_order="left")
        .join(index.own_names, on="brand_id", how="left")
        .with_columns(
            label=pl.coalesce("unit", "brand", "employer"),
            cases=pl.col("cases").fill_null(0),
        )
    )


def _near(found: pl.DataFrame) -> pl.DataFrame:
    """Adds `near`: whether a finding is in the listing's city, its state, or elsewhere."""
    places = pl.col("places")
    return found.with_columns(
        near=pl.when(places.list.contains(pl.col("place")))
        .then(pl.lit("city"))
        .when(places.list.contains(pl.col("state")))
        .then(pl.lit("state"))
        .otherwise(pl.lit("elsewhere"))
        .cast(_NEAR)
    )


def _narrowed(found: pl.DataFrame) -> pl.DataFrame:
    """Each row's findings that its city, else its state, leaves, with what the place says.

    `at` is city, state, elsewhere (a place was given and nobody is there) or nowhere (none given).
    """
    nearest = pl.col("near").min().over("row")
    return found.with_columns(
        at=pl.when((nearest == "elsewhere") & pl.col("state").is_null())
        .then(pl.lit("nowhere"))
        .otherwise(nearest.cast(pl.String)),
        namesakes=pl.len().over("row"),
    ).filter(pl.col("near") == nearest)


def _nearer_rivals(every: pl.DataFrame) -> pl.DataFrame:
    """Of others' filed names that are a brand's, or go on from it, those in the listing's place.

    Adds `disputed`: somebody else is nearer, so that a person has to say who is meant. A name of
    few letters has no candidates but in its own state, nor has one that goes on, or trades so, a
    small employer elsewhere: Hooli of Palo Alto is not Hooli Homes of Boston.
    """
    bounds, near = rules()["employers"], pl.col("near").to_physical()
    begins = (pl.col("step") == "begins") & ~pl.col("decides")
    decided = pl.when("decides").then(near).min().over("row")
    far = decided == _NEAR.categories.to_list().index("elsewhere")
    one_word = ~pl.col("key").str.contains(" ", literal=True)
    nearer = (near < decided) & (~begins | ((pl.col("near") == "city") & (far | one_word)))
    # VOLT MANAGEMENT CORP. of this city is meant, not a smaller Volt Inc. of another.
    here = begins & (pl.col("near") == "city") & pl.col("descriptive").fill_null(value=False)
    others = pl.when("decides").then("cases").sum().over("row") * bounds["outshone"]
    plain = (
        pl.when("decides").then(pl.col("step") == "filed").all().over("row").fill_null(value=True)
    )
    alone = (begins & (pl.col("near") == "city")).sum().over("row") == 1
    takes = here & alone & far & plain & (pl.col("cases") >= others)
    taken = takes.any().over("row")
    every = every.with_columns(decides=pl.when(taken).then(takes).otherwise("decides"), taken=taken)
    rival, short = pl.col("rival").fill_null(value=False), pl.col("key").str.len_chars()
    short = (pl.col("step") == "begins") & (short < bounds["begins_letters"])
    small = pl.col("state").is_not_null() & (pl.col("cases") < bounds["sure_cases"])
    stranger = pl.col("step").is_in(["begins", "trade name"]) & small
    return (
        every.with_columns(
            disputed=((rival | begins) & nearer).any().over("row") & ~pl.col("taken")
        )
        .filter(~rival | nearer, ~((short | stranger) & (pl.col("near") == "elsewhere")))
        .with_columns(decides=pl.col("decides") | ~pl.col("decides").any().over("row"))
    )


def _judged(found: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """Adds `matches` (the one that is meant, for sure or likely) and `confidence`.

    `every` has the findings of the steps that did not decide, too: an employer of few cases is not
    the one meant where a far larger one's name goes on with more words.
    """
    bounds = rules()["employers"]
    plain = (pl.col("sector") == brands.PLAIN) & (pl.col("step") == "filed")
    limited = pl.col("limited").fill_null(value=False) | plain.fill_null(value=False)
    branded = pl.col("brand_id").is_not_null() & ~limited
    only = pl.len().over("row") == 1
    placed = pl.col("at").is_in(["city", "state"])
    largest = pl.col("cases") == pl.col("cases").max().over("row")
    dominant = (
        largest
        & (pl.col("cases") >= bounds["dominant_share"] * pl.col("cases").sum().over("row"))
        & (pl.col("cases") >= bounds["sure_cases"])
        & (pl.col("at") == "nowhere")
        & ~pl.col("common")
    )
    words = pl.col("text").str.count_matches(" ") + 1
    one_word = ~pl.col("key").str.contains(" ", literal=True)
    few = pl.col("cases") < bounds["sure_cases"]
    far = pl.col("at") == "elsewhere"
    # USC is a university in California, and another one in South Carolina.
    initials = (
        far
        & pl.col("sector").is_in(bounds["systems"])
        & (pl.col("key").str.len_chars() <= bounds["exact_letters"])
    ).fill_null(value=False)
    told = (
        (branded & ~initials)
        | placed
        | ~(pl.col("common") | branded | (far & few))
        | ((pl.col("at") == "nowhere") & (~few | (words >= bounds["telling_words"])))
    )
    # A franchise files under its owner's name and trades under everybody's.
    there = pl.when("common").then(pl.col("at") == "city").otherwise(placed)
    franchise = (pl.col("step") == "trade name") & ~there
    only_one = pl.col("namesakes") == 1
    distinct = ~pl.col("common") & (pl.col("key").str.len_chars() >= bounds["telling_letters"])
    its_own = (pl.col("own") == pl.col("loose")).fill_null(value=False)
    goes_on = (pl.col("step") == "begins") & (
        pl.when(pl.col("at") == "city")
        .then(pl.col("descriptive") & (only_one | ~one_word | ~few))
        .otherwise(pl.col("descriptive") & only_one & distinct & ~few & ~far)
        # The one employer whose name begins with two telling words, or goes on with the word of
        # its field; the one brand called so.
        | (only_one & distinct & (~one_word | pl.col("fielded")) & ~far)
        | (only_one & its_own & ~(far & few))
    )
    # Its field tells an employer where it is, or a large one.
    fits = placed | ((pl.col("at") == "nowhere") & ~few & only_one)
    matching = (
        pl.col("step").is_in(_MATCHING) & ~franchise & (fits | (pl.col("step") != "field"))
    ) | goes_on
    # MERCY HOSPITAL is a system's in Michigan alone: without a place it may be another.
    there_alone = pl.col("limited").fill_null(value=False) & (pl.col("step") == "filed")
    alone = matching & only & told & ~(there_alone & (pl.col("at") == "nowhere"))
    sure = (
        alone
        & pl.col("step").is_in(["chosen", "called", "filed", "entry"])
        & (branded | placed | ~(pl.col("common") | one_word))
        & ((pl.col("namesakes") == 1) | placed)
        & (~far | (branded & ~pl.col("common")))
    )
    longer = (
        every.filter(~pl.col("decides") & (pl.col("step") == "begins"))
        .group_by("row")
        .agg(longer=pl.col("cases").max())
    )
    outshone = (
        ~branded
        & (pl.col("at") != "city")
        & few
        & (pl.col("longer") >= bounds["outshone"] * pl.col("cases"))
    ).fill_null(value=False)
    return found.join(longer, on="row", how="left", maintain_order="left").with_columns(
        matches=(alone | (matching & dominant)) & ~outshone & ~pl.col("disputed"),
        confidence=pl.when(sure).then(pl.lit("sure")).otherwise(pl.lit("likely")),
    )


_WORDS = {
    "chosen": "chosen by a person: {}",
    "called": "“{}” is what people call it (reviewed list)",
    "filed": "same name as filed: {}",
    "entry": "the reviewed list takes names as “{}”",
    "trade name": "trade name in its filings: {}",
    "part": "a part of the name is its own: {}",
    "region": "same name but for a region: {}",
    "respelled": "same name but for its city, state or domain: {}",
    "field": "same name but for the word of its field, which it files under: {}",
    "piece": "only a part of the name is its own: {}",
    "begins": "names that go on where this one ends",
    "alike": "names spelled nearly so",
    "stem": "names in this state that have its first words",
}


def _evidence() -> pl.Expr:
    step = pl.col("step")
    said = pl.coalesce(
        pl.when(step == name).then(pl.format(words, "name") if "{}" in words else pl.lit(words))
        for name, words in _WORDS.items()
    )
    where = (
        pl.when(pl.col("namesakes") > 1)
        .then(
            pl.when(pl.col("at") == "city")
            .then(pl.lit("; of several, the one in this city"))
            .when(pl.col("at") == "state")
            .then(pl.lit("; of several, the one in this state"))
            .when(pl.col("matches"))
            .then(pl.lit("; of several, by far the largest"))
            .otherwise(pl.lit("; several employers have it"))
        )
        .when((pl.col("at") == "elsewhere") & pl.col("common"))
        .then(pl.lit("; a common name, and it filed nothing in this state"))
        .when(pl.col("fielded") & pl.col("matches"))
        .then(pl.lit("; the words behind it are the field that it files under"))
    )
    return pl.concat_str(said, where.fill_null(""))


def _found(asked: pl.DataFrame, index: Index, choices: pl.DataFrame) -> pl.DataFrame:
    """Every row's findings; `decides` marks those of the step that decides it."""
    bounds = rules()["employers"]
    whole = pl.concat([_chosen(asked, choices), _whole(asked, index)], how="diagonal_relaxed")
    whole = whole.with_columns(decides=_decides())
    # A plain family is known by its name alone where that is on the list.
    plain = index.brands.filter(pl.col("sector") == brands.PLAIN)["brand_id"].implode()
    named = ~pl.col("common") & ~(pl.col("brand_id").is_in(plain) & (pl.col("step") == "filed"))
    plainly = named | pl.col("step").is_in(["chosen", "called", "entry"])
    listed = whole.filter(pl.col("brand_id").is_not_null() & pl.col("decides") & plainly)
    known = pl.col("row").is_in(listed["row"].implode())
    rival = known & ~pl.col("decides") & (pl.col("step") == "filed")
    found = [whole.filter(pl.col("decides") | ~known | rival).with_columns(rival=rival)]

    open_ = asked.join(whole, on="row", how="anti")
    for step in (_parts, _regions, _respelled, _cut):
        if not open_.is_empty():
            found += [step(open_, index)]
            open_ = open_.join(found[-1], on="row", how="anti")
    placed = pl.col("place").is_not_null()
    begins = _beginnings(asked.filter(placed | ~known), index)
    found += [begins.with_columns(decides=pl.col("row").is_in(open_["row"].implode()), rival=known)]
    open_ = open_.join(begins, on="row", how="anti")
    found += [_fields(pl.concat([open_, _traded_elsewhere(asked, whole, index)]), index)]
    open_ = open_.join(found[-1], on="row", how="anti")
    alike = _alike(open_, index, bounds["alike_score"], 5)
    found += [alike.with_columns(decides=pl.lit(value=True))]
    open_ = open_.join(alike, on="row", how="anti")
    if not open_.is_empty():
        found += [_stems(open_, index)]
    systems = (
        listed.filter(pl.col("unit").is_not_null())
        .join(
            index.brands.filter(pl.col("sector").is_in(bounds["systems"])),
            on="brand_id",
            how="semi",
        )
        .with_columns(pl.lit(None, pl.String).alias("unit"), decides=pl.lit(value=False))
    )
    found += [systems]
    return (
        pl.concat(found, how="diagonal_relaxed")
        .with_columns(target=_target())
        .sort("decides", descending=True, maintain_order=True)
        .unique(["row", "target"], keep="first", maintain_order=True)
    )


def _chosen(asked: pl.DataFrame, choices: pl.DataFrame) -> pl.DataFrame:
    """What a person chose for this name before: in this state, or wherever none was given."""
    keyed = choices.with_columns(loose=names.loose(names.key(pl.col("listing_name"))))
    return asked.join(
        keyed, left_on=["loose", "state"], right_on=["loose", "listing_state"], nulls_equal=True
    ).select("row", *_IDS, "common", name="listing_name", step=pl.lit("chosen"))


def match(
    listings: pl.DataFrame, index: Index, choices: pl.DataFrame | None = None
) -> pl.DataFrame:
    """The decision for each listing, as MATCH, row by row in the order of `listings`.

    Reads listing_name, and where they are there listing_city, listing_state and outside_us.
    `choices` (CHOICES) are a person's earlier decisions and come first.
    """
    choices = pl.DataFrame(schema=CHOICES) if choices is None else choices
    absent = {"listing_city": pl.String, "listing_state": pl.String, "outside_us": pl.Boolean}
    rows = listings.with_columns(
        pl.lit(None, kind).alias(name)
        for name, kind in absent.items()
        if name not in listings.columns
    ).select(
        text=pl.col("listing_name").cast(pl.String),
        city=pl.col("listing_city").cast(pl.String),
        state=clean.state(pl.col("listing_state").cast(pl.String)),
        away=pl.col("outside_us").fill_null(value=False),
    )
    distinct = rows.unique(maintain_order=True).with_row_index("row")
    decided = _decided(distinct, index, choices)
    return (
        rows.join(
            distinct.join(decided, on="row", how="left", maintain_order="left"),
            on=["text", "city", "state", "away"],
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        .select(*MATCH)
        .cast(pl.Schema(MATCH))
    )


def _decided(distinct: pl.DataFrame, index: Index, choices: pl.DataFrame) -> pl.DataFrame:
    """The decisions of rows; where the whole text finds nobody, those of what stands first in it.

    `Delta - Pilot` asks for Delta: what stands behind a dash or colon hides no employer.
    """
    whole = _of_whole(distinct, index, choices)
    unread = whole.filter(pl.col("decision") == "none", pl.col("brand").is_null())
    first = (
        distinct.join(unread, on="row", how="semi")
        .with_columns(pl.col("text").str.extract(rules()["employers"]["head"]))
        .drop_nulls("text")
    )
    if first.is_empty():
        return whole
    told = (
        _decided(first, index, choices)
        .filter((pl.col("decision") != "none") | pl.col("brand").is_not_null())
        .join(first.select("row", "text"), on="row")
        .with_columns(
            confidence=pl.when(pl.col("confidence").is_not_null()).then(pl.lit("likely")),
            evidence=pl.format("of what stands first, “{}”: {}", "text", "evidence"),
        )
    )
    return pl.concat(
        [whole.join(told, on="row", how="anti"), told.drop("text")], how="diagonal_relaxed"
    )


def _of_whole(distinct: pl.DataFrame, index: Index, choices: pl.DataFrame) -> pl.DataFrame:
    asked = _keyed(
        distinct.filter(~pl.col("away")).select(
            "row",
            "text",
            "city",
            "state",
            place=clean.letters(pl.concat_str("city", "state", separator=" ")),
        )
    )
    found = _found(asked, index, choices)
    every = _near(
        found.join(
            _targets(found, index).drop(_IDS), on="target", how="left", maintain_order="left"
        ).join(
            asked.select("row", "text", "key", "loose", "state", "place"),
            on="row",
            how="left",
            maintain_order="left",
        )
    )
    every = _nearer_rivals(every)
    judged = _judged(_narrowed(every.filter("decides")), every).with_columns(evidence=_evidence())
    # A brand on the list that filed nothing in these years is an answer: none observed.
    unheard = (pl.col("cases").max() == 0).over("row")
    matched = judged.filter(pl.col("matches") & ~unheard).unique("row", keep="first")
    open_ = every.filter(pl.col("cases") > 0).join(matched, on="row", how="anti")
    known = judged.filter(unheard).unique("row", keep="first").join(open_, on="row", how="anti")
    said = judged.select("row", "evidence").unique("row", keep="first")
    return pl.concat(
        [
            _matched(matched, index),
            _to_choose(open_.join(said, on="row", how="left", maintain_order="left"), index),
            _none(
                distinct,
                asked,
                known,
                pl.concat([matched.select("row"), open_.select("row")]),
                index,
            ),
        ],
        how="diagonal_relaxed",
    )


def _matched(matched: pl.DataFrame, index: Index) -> pl.DataFrame:
    ids = matched.select("row", "target", "brand_id", "unit", "employer_ids")
    cases = pl.col("lca_cases") + pl.col("perm_cases")
    filed = (
        ids.explode("employer_ids")
        .join(index.names, left_on="employer_ids", right_on="employer_id", suffix="_filed")
        .filter(pl.col("brand_id").is_null() | (pl.col("brand_id") == pl.col("brand_id_filed")))
        .sort("row", cases, "employer_name", descending=[False, True, False])
        .group_by("row")
        .agg(
            filed_names=pl.col("employer_name").unique(maintain_order=True),
            last_decision_date=pl.col("last_decision_date").max(),
            **{
                f"{name}_cases": pl.col(f"{name}_cases").sum()
                if name in index.programs
                else pl.lit(None, pl.Int64)
                for name in PROGRAMS
            },
        )
    )
    return (
        matched.select("row", "brand_id", "employer_ids", "confidence", "evidence", brand="label")
        .join(filed, on="row", how="left")
        .with_columns(decision=pl.lit("matched"))
    )


def _to_choose(open_: pl.DataFrame, index: Index) -> pl.DataFrame:
    return (
        open_.sort("row", "near", "cases", descending=[False, False, True], maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(
            evidence=pl.col("evidence").first(),
            candidates=candidate(index).head(5),
        )
        .with_columns(decision=pl.lit("choose"))
    )


def candidate(index: Index) -> pl.Expr:
    """A target as one of the candidates of MATCH."""
    cases = (f"{name}_cases" for name in PROGRAMS)
    loaded = [f"{name}_cases" for name in index.programs]
    return pl.struct(
        pl.col("label").alias("name"),
        "brand_id",
        "unit",
        pl.when(pl.col("brand_id").is_null()).then("employer_id").alias("employer_id"),
        pl.col("seat").alias("place"),
        *(pl.col(one) if one in loaded else pl.lit(None, pl.Int64).alias(one) for one in cases),
    )


def _none(
    distinct: pl.DataFrame,
    asked: pl.DataFrame,
    known: pl.DataFrame,
    answered: pl.DataFrame,
    index: Index,
) -> pl.DataFrame:
    """None observed, with what was searched and the nearest names; or not a US listing at all."""
    bounds = rules()["employers"]
    unread = distinct.join(answered, on="row", how="anti")
    near = _alike(asked.join(answered, on="row", how="anti"), index, bounds["nearest_score"], 3)
    nearest = (
        near.join(index.employers, on="employer_id", suffix="_employer")
        .with_columns(
            label="employer", seat=pl.concat_str("city", "state", separator=", ", ignore_nulls=True)
        )
        .unique(["row", "label"], keep="first", maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(candidates=candidate(index))
    )
    searched = f"{index.names.height:,} filed names of {index.years} hold none like it"
    said = (
        pl.when("away")
        .then(pl.lit("outside the US: no LCA or PERM is filed for it"))
        .when(pl.col("label").is_not_null())
        .then(
            pl.format(
                "{} is on the reviewed list; none of its names filed in {}",
                "label",
                pl.lit(index.years),
            )
        )
        .when(pl.col("text").is_null())
        .then(pl.lit("no employer is named in the listing"))
        .otherwise(pl.lit(searched))
    )
    return (
        unread.join(known.select("row", "label", "brand_id"), on="row", how="left")
        .join(nearest, on="row", how="left")
        .select(
            "row",
            "brand_id",
            "candidates",
            brand="label",
            evidence=said,
            decision=pl.when("away").then(pl.lit("not-applicable")).otherwise(pl.lit("none")),
        )
    )


# ---------------------------------------------------------------------------------------- look-up


def beginning(text: str, index: Index, limit: int = 8) -> pl.DataFrame:
    """Brands and employers with a name that begins so, most cases first; no row for no letters.

    Columns label, brand_id, unit, employer_id, seat, lca_cases, perm_cases, cases, and the name
    that `fits`: what a person who is still typing may mean, those of just this name first.
    """
    typed = pl.DataFrame({"text": [text]}).select(loose=names.loose(names.full(pl.col("text"))))
    stem = typed["loose"][0] or ""
    loose = index.aliases["loose"]
    start, end = loose.search_sorted(stem), loose.search_sorted(f"{stem}\U0010ffff")
    there = index.aliases[start : end if stem else start].with_columns(
        target=_target(), same=pl.col("loose") == stem
    )
    fits = there.unique("target", keep="first", maintain_order=True).select(
        "target", "same", fits="name"
    )
    return (
        _targets(there, index)
        .filter(pl.col("cases") > 0)
        .join(fits, on="target", how="left", maintain_order="left")
        .sort("same", "cases", descending=True, maintain_order=True)
        .head(limit)
    )


def fitting(text: str, candidate: Mapping[str, Any], index: Index) -> str | None:
    """The name of a candidate (of MATCH) that is most like the text: why it is one."""
    mine = (
        index.aliases.filter(
            pl.col("brand_id") == candidate["brand_id"],
            pl.col("unit") == candidate["unit"] if candidate["unit"] else pl.lit(value=True),
        )
        if candidate["brand_id"]
        else index.aliases.filter(pl.col("employer_id") == candidate["employer_id"])
    )
    if mine.is_empty():
        return None
    stem = pl.select(names.loose(names.full(pl.lit(text)))).item() or ""
    best = process.extractOne(  # pyrefly: ignore[no-matching-overload] - its own scorer
        stem, [one[: len(stem)] for one in mine["loose"]], scorer=fuzz.ratio
    )
    return mine["name"][best[2]]


def _target() -> pl.Expr:
    return (
        pl.when(pl.col("brand_id").is_null())
        .then(pl.format("employer {}", "employer_id"))
        .otherwise(pl.format("brand {} {}", "brand_id", pl.col("unit").fill_null("")))
    )


# ---------------------------------------------------------------------------------- what is chosen


def decided(listings: pl.DataFrame, index: Index, choices: pl.DataFrame) -> pl.DataFrame:
    """As match(), but none observed where a person chose none of the candidates."""
    chosen = pl.any_horizontal(pl.col("brand_id", "employer_id").is_not_null())
    answers = match(listings, index, choices.filter(chosen))
    refused = choices.filter(~chosen).select(
        "chosen_date",
        loose=names.loose(names.key(pl.col("listing_name"))),
        state=clean.state(pl.col("listing_state")),
    )
    if refused.is_empty():
        return answers
    state = pl.col("listing_state") if "listing_state" in listings.columns else pl.lit(None)
    asked = listings.select(
        loose=names.loose(names.key(pl.col("listing_name").cast(pl.String))),
        state=clean.state(state.cast(pl.String)),
    ).with_row_index("row")
    said = asked.drop_nulls("loose").join(
        refused.unique(["loose", "state"], keep="last"), on=["loose", "state"], nulls_equal=True
    )
    away = (pl.col("decision").cast(pl.String) == "not-applicable").fill_null(value=False)
    none = pl.int_range(pl.len()).is_in(said["row"].implode()) & ~away
    return (
        answers.with_columns(
            pl.when(~none).then(name).alias(name)
            for name in MATCH
            if name not in {"decision", "evidence", "candidates"}
        )
        .with_columns(
            decision=pl.when(none)
            .then(pl.lit("none"))
            .otherwise(pl.col("decision").cast(pl.String)),
            evidence=pl.when(none)
            .then(pl.lit("a person chose: none of the names that it was taken for"))
            .otherwise("evidence"),
        )
        .cast(pl.Schema(MATCH))
    )


# ------------------------------------------------------------------------------------- in one file

_FIRST = ("listing_name", "listing_title", "listing_city", "listing_state")


def joined(listings: pl.DataFrame, index: Index, choices: pl.DataFrame) -> pl.DataFrame:
    """Listings (loaders.listings.LISTING) with their decisions (MATCH) behind who and where.

    Last stand `listing_role` and `listing_seniority`: what the title tells, as loaders.roles has it
    of filings; null without a title.
    """
    answers = decided(listings, index, choices)
    table = pl.concat([listings, answers, _titled(listings)], how="horizontal")
    return table.select(*_FIRST, *MATCH, pl.exclude(*_FIRST, *MATCH))


def _titled(listings: pl.DataFrame) -> pl.DataFrame:
    told = roles.told(listings.select(job_title="listing_title"))
    stands = pl.col("job_title").is_not_null()
    return told.select(
        listing_role=pl.when(stands).then("role"),
        listing_seniority=pl.when(stands).then("seniority"),
    )


def flat(joined: pl.DataFrame) -> pl.DataFrame:
    """A table for CSV: lists as text with `|` between, candidates in words, nothing that runs.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    candidate = pl.element().struct
    cases = (pl.format(f"{{}} {name.upper()}", candidate[f"{name}_cases"]) for name in PROGRAMS)
    said = pl.format(
        "{} [{}] {}: {}",
        candidate["name"],
        pl.coalesce(candidate["brand_id"], candidate["employer_id"]),
        candidate["place"].fill_null("no place"),
        pl.concat_str(*cases, separator=", ", ignore_nulls=True),
    )
    if "candidates" in joined.columns:
        joined = joined.with_columns(pl.col("candidates").list.eval(said))
    if "context" in joined.columns:
        joined = joined.unnest("context")
    return joined.with_columns(
        pl.col(name).list.join("|")
        for name, kind in joined.schema.items()
        if kind == pl.List(pl.String)
    ).with_columns(inert(pl.col(pl.String)))
