"""Who filed: one employer under all spellings of its name, and the brand that people know it by.

Identity is found in layers, and each filed name keeps the layer that placed it, so that every
merge can be shown and undone:

1. the same key (loaders.names): another suffix, trade name, punctuation;
2. the same key but for spaces, plurals and short forms, for one wrong letter in the same city, or
   for what an old form cut;
3. the same federal tax number, where it is sound;
4. a pair that somebody reviewed (data/employers/same.csv);
5. the brand's own list (data/employers/brands).

Names made of common words, names of one word in other industries, and names in unlike fields of
business (data/employers/rules.toml) stay apart by state: two `GOLDEN DRAGON` are two employers
until something says otherwise. A plural or a short form tells two employers apart, too, where no
state or place of the one is one of the other: Savi Technologies of Georgia is not Virginia's Savi
Technology.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

from loaders import brands, clean, facts, names
from loaders.facts import rules

_NAMED = ("employer_name", "employer_state", "employer_id", "brand_id")
_PLACES = ("office", "worksite", "in_state", "worksite_state")
UNIT = ("employer_name", "employer_state", "employer_fein")
RULES = ("same name", "suffix", "spelling", "tax number", "reviewed")
NAMES = {
    "employer_name": pl.String,
    "employer_state": pl.String,
    "employer_id": pl.String,
    "brand_id": pl.String,
    "unit": pl.String,
    "key": pl.String,
    "rule": pl.Enum(RULES),
    "brand_entry": pl.String,
    "brand_from": pl.Date,
    "brand_until": pl.Date,
    "city": pl.String,
    "lca_cases": pl.Int64,
    "perm_cases": pl.Int64,
    "first_decision_date": pl.Date,
    "last_decision_date": pl.Date,
}
EMPLOYERS = {
    "employer_id": pl.String,
    "employer": pl.String,
    "brand_id": pl.String,
    "unit": pl.String,
    "city": pl.String,
    "state": pl.String,
    "places": pl.List(pl.String),
    "industries": pl.List(pl.String),
    "common": pl.Boolean,
    "names": pl.Int64,
    "lca_cases": pl.Int64,
    "perm_cases": pl.Int64,
    "first_decision_date": pl.Date,
    "last_decision_date": pl.Date,
}
ALIASES = {
    "loose": pl.String,
    "key": pl.String,
    "kind": pl.Enum(("called", "filed", "trade name")),
    "name": pl.String,
    "employer_id": pl.String,
    "brand_id": pl.String,
    "unit": pl.String,
    "states": pl.List(pl.String),
}


def place(city: str, state: str) -> pl.Expr:
    """A city in its state, as letters: how places are compared."""
    return clean.letters(pl.concat_str(city, state, separator=" "))


def units(staged: pl.LazyFrame) -> pl.LazyFrame:
    """What can be told apart before identity: name, state and tax number, with their evidence.

    `staged` has the columns of loaders.schema.Staged. Adds program counts, the usual city, the
    industries (NAICS, 4 digits), places of offices and worksites (letters of city and state, and
    of the state alone), trade names, first and last decision, and in which programs and
    fiscal years it filed. Rows by which DOL tried its own system are nobody's.
    """
    said = pl.concat_str("employer_name", pl.col("employer_city").fill_null(""), separator=", ")
    return (
        staged.filter(~said.str.contains(rules()["employers"]["trials"]))
        .with_columns(
            office=place("employer_city", "employer_state"),
            worksite=place("worksite_city", "worksite_state"),
            in_state=pl.col("employer_state"),
        )
        .group_by(UNIT)
        .agg(
            *(pl.col(name).drop_nulls().unique() for name in _PLACES),
            lca_cases=(pl.col("program").cast(pl.String) == "lca").sum().cast(pl.Int64),
            perm_cases=(pl.col("program").cast(pl.String) == "perm").sum().cast(pl.Int64),
            city=pl.col("employer_city").drop_nulls().mode().sort().first(),
            industries=pl.col("naics_code").str.head(4).drop_nulls().unique().sort(),
            trade_names=pl.col("employer_dba").drop_nulls().unique().sort(),
            first_decision_date=pl.col("decision_date").min(),
            last_decision_date=pl.col("decision_date").max(),
            periods=pl.struct("program", "fiscal_year").unique(),
        )
        .with_columns(
            cases=pl.col("lca_cases") + pl.col("perm_cases"),
            places=pl.concat_list(_PLACES).list.unique().list.sort(),
        )
        .drop(_PLACES)
        .sort("cases", *UNIT, descending=[True, False, False, False])
    )


# --------------------------------------------------------------------------------------- identity


def _components(size: int, pairs: Iterable[tuple[int, int]]) -> pl.Series:
    """For each of `size` nodes the lowest node that pairs connect it to."""
    parent = list(range(size))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    return pl.Series([root(node) for node in range(size)], dtype=pl.UInt32)


def _chained(frame: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Pairs of nodes that connect all rows which agree in `by`; null agrees with nothing."""
    return (
        frame.drop_nulls(by)
        .select("node", other=pl.col("node").min().over(by))
        .filter(pl.col("node") != pl.col("other"))
        .unique()
    )


def sound_feins(found: pl.DataFrame) -> pl.DataFrame:
    """The tax numbers that tell who an employer is, as pairs `loose`, `employer_fein`.

    Left out are placeholders, numbers under many unlike names (a law firm's, a state's, a
    payroll company's), and those of a small part of a name's cases: somebody mistyped.
    """
    bounds = rules()["employers"]
    digits = pl.col("employer_fein")
    given = found.filter(
        digits.is_not_null()
        & ~digits.str.contains(bounds["placeholder_feins"])
        & (digits.str.split("").list.n_unique() >= bounds["fein_min_digits"])
    )
    return (
        given.group_by("loose", "employer_fein")
        .agg(pl.col("cases").sum())
        .with_columns(
            share=pl.col("cases") / pl.col("cases").sum().over("loose"),
            spread=pl.col("loose").n_unique().over("employer_fein"),
        )
        .filter(
            (pl.col("share") >= bounds["fein_min_share"])
            & (pl.col("spread") <= bounds["fein_max_names"])
        )
        .filter(
            (pl.col("cases") >= bounds["fein_min_cases"])
            | (pl.col("cases").sum().over("employer_fein") == pl.col("cases"))
        )
        .select("loose", "employer_fein")
    )


def identified(found: pl.DataFrame) -> pl.DataFrame:
    """Units with `full`, `key`, `loose`, `common`, `rule` and `employer_id`; their order is kept.

    `found` is what `units` gives, collected. An employer_id is the key of its most filed name; a
    namesake's has its state, and a number where that is taken too.
    """
    unit = found.with_columns(
        full=names.full(pl.col("employer_name")), key=names.key(pl.col("employer_name"))
    ).with_columns(
        loose=names.loose(pl.col("key")),
        unspaced=names.unspaced(pl.col("key")),
        common=names.is_common(pl.col("key")),
        one_word=~pl.col("key").str.contains(" ", literal=True),
    )
    unit = _at_home(unit)
    sound = sound_feins(unit).with_columns(fein=pl.col("employer_fein"))
    unit = (
        unit.join(sound, on=["loose", "employer_fein"], how="left")
        .with_columns(apart=pl.when("common").then("fein"))
        .with_columns(node=pl.struct("loose", "home", "apart").rank("dense").cast(pl.UInt32) - 1)
    )
    unit = _without_state(unit)
    # A name that one node has alone connects nothing; the places of large employers are many.
    shared = unit.select(
        "node", "loose", "unspaced", "common", "one_word", "industries", "places", local=_local()
    ).filter(pl.col("node").n_unique().over("loose") > 1)
    distinct = shared.filter(~pl.col("common"))
    several_words = distinct.filter(~pl.col("one_word"))
    far = distinct.filter(~pl.col("local"))
    named = pl.concat(
        [
            _chained(
                far.filter(~pl.col("one_word")).with_columns(field=_fields()).explode("field"),
                ["unspaced", "field"],
            ),
            _chained(several_words.explode("places"), ["loose", "places"]),
            _chained(far.filter("one_word").explode("industries"), ["unspaced", "industries"]),
            _chained(_in_cities(shared), ["loose", "industries", "places"]),
            _cut(unit),
            _mistyped(unit),
        ]
    )
    size = unit.select(pl.col("node").max().fill_null(0) + 1).item()
    # Each layer joins what those before it left apart.
    layers = {"spelled": named, "numbered": _chained(unit, ["fein"]), "component": _reviewed(unit)}
    root = pl.Series(range(size), dtype=pl.UInt32)
    for layer, pairs in layers.items():
        joined = pairs.select(root.gather(pairs[one]).alias(one) for one in pairs.columns)
        root = _components(size, joined.rows()).gather(root)
        unit = unit.with_columns(root.gather(unit["node"]).alias(layer))
    return _named(_ruled(_by_brand(unit))).drop(
        "node", *layers, "apart", "fein", "unspaced", "one_word", "home"
    )


def _in_cities(unit: pl.DataFrame) -> pl.DataFrame:
    """A row for each city and industry that a filer names: of one name, they tell one employer."""
    return (
        unit.explode("industries").explode("places").filter(pl.col("places").str.len_chars() > 2)  # noqa: PLR2004 - a state is no place
    )


def _local() -> pl.Expr:
    """Whether a row is of a local trade, and nobody of its name is large.

    Every state has its Grace Presbyterian Church and its Kotobuki: one telling word is not enough
    to be one employer in two of them, and for a restaurant two are not: Fiesta Mexicana.
    """
    bounds = rules()["employers"]
    node = pl.col("cases").sum().over("loose", "home")
    small = node.max().over("loose") < bounds["sure_cases"]
    few = names.telling(pl.col("key")) < bounds["local_words"]
    return small & ((few & _all_under(bounds["local_trades"])) | _all_under(bounds["copied_names"]))


def _all_under(trades: list[str]) -> pl.Expr:
    """Whether a row says its industries, and all are of these (NAICS)."""
    under = pl.element().str.contains(f"^(?:{'|'.join(trades)})")
    told = pl.col("industries")
    return (told.list.len() > 0) & told.list.eval(under).list.all()


def _fields() -> pl.Expr:
    """The fields of business of a row: a construction firm and a shop have none in common.

    A row that says no industry is of every field.
    """
    fields = {
        sector: [str(n) for n, of in enumerate(rules()["employers"]["fields"]) if sector in of]
        for sector in sorted({one for of in rules()["employers"]["fields"] for one in of})
    }
    every = [str(n) for n in range(len(rules()["employers"]["fields"]))]
    sector = pl.element().str.head(2)
    told = (
        pl.col("industries")
        .list.eval(sector.replace_strict(fields, default=every, return_dtype=pl.List(pl.String)))
        .list.eval(pl.element().explode())
        .list.unique()
    )
    return pl.when(pl.col("industries").list.len() > 0).then(told).otherwise(pl.lit(every))


def _at_home(unit: pl.DataFrame) -> pl.DataFrame:
    """Adds `home`: the state of a row or, where it says none, the one that its city is in.

    Which that is the files say, where nearly all cases of a city of that name are in one state.
    PERM files of FY2020 to FY2022 leave the state blank for one case in thirty.
    """
    city = clean.letters(pl.col("city"))
    known = (
        unit.drop_nulls(["city", "employer_state"])
        .group_by(at=city, said="employer_state")
        .agg(pl.col("cases").sum())
        .filter(
            pl.col("cases") >= rules()["employers"]["city_share"] * pl.col("cases").sum().over("at")
        )
        .drop("cases")
    )
    there = pl.concat_list("said", pl.concat_str("at", "said"))
    return (
        unit.with_columns(at=pl.when(pl.col("employer_state").is_null()).then(city))
        .join(known, on="at", how="left", maintain_order="left")
        .with_columns(
            home=pl.coalesce("employer_state", "said"),
            places=pl.when(pl.col("said").is_not_null())
            .then(pl.col("places").list.set_union(there).list.sort())
            .otherwise("places"),
        )
        .drop("at", "said")
    )


def _without_state(unit: pl.DataFrame) -> pl.DataFrame:
    """Rows whose state nothing tells join the largest group of their name."""
    largest = (
        unit.drop_nulls("home")
        .sort("cases", descending=True, maintain_order=True)
        .unique("loose", keep="first", maintain_order=True)
        .select("loose", largest="node")
    )
    return (
        unit.join(largest, on="loose", how="left", maintain_order="left")
        .with_columns(
            node=pl.when(pl.col("home").is_null())
            .then(pl.coalesce("largest", "node"))
            .otherwise("node")
        )
        .drop("largest")
    )


def _same() -> pl.DataFrame:
    """The reviewed pairs, as `loose` has them: columns one and other."""
    table = facts.table(names.EMPLOYERS / "same.csv")
    return table.select(
        one=names.loose(names.key(pl.col("name"))), other=names.loose(names.key(pl.col("same_as")))
    )


def _reviewed(unit: pl.DataFrame) -> pl.DataFrame:
    """Pairs of nodes whose names stand in data/employers/same.csv."""
    nodes = unit.select("loose", "node").unique(["loose", "node"]).sort("node")
    return (
        _same()
        .join(nodes, left_on="one", right_on="loose")
        .join(nodes.rename({"node": "other_node"}), left_on="other", right_on="loose")
        .select("node", other="other_node")
    )


def _by_brand(unit: pl.DataFrame) -> pl.DataFrame:
    """Rows of one component that the list has under several brands at one time are apart.

    Mount Sinai Medical Center of Miami Beach is not that of New York. What no brand takes stays
    with the one of most cases.
    """
    asked = unit.select("full", "key", state="employer_state").unique()
    brand = brands.branded(asked).filter(pl.col("from").is_null(), pl.col("until").is_null())
    told = unit.join(
        brand.select("full", "key", "brand_id", employer_state="state"),
        on=["full", "key", "employer_state"], how="left", nulls_equal=True, maintain_order="left",
    )  # fmt: skip
    largest = (
        told.drop_nulls("brand_id")
        .group_by("component", "brand_id")
        .agg(pl.col("cases").sum())
        .sort("cases", "brand_id", descending=[True, False])
        .unique("component", keep="first", maintain_order=True)
        .select("component", largest="brand_id")
    )
    of = pl.struct("component", brand=pl.coalesce("brand_id", "largest"))
    return (
        told.join(largest, on="component", how="left", maintain_order="left")
        .with_columns(component=of.rank("dense").cast(pl.UInt32))
        .drop("brand_id", "largest")
    )


def _cut(unit: pl.DataFrame) -> pl.DataFrame:
    """Pairs of nodes of one state where DOL's form cut a name that another filing has whole."""
    longest = rules()["employers"]["cut_at"]
    words = names.words(names.folded(pl.col("employer_name"))).str.replace(r"^THE (.)", "$1")
    letters = words.str.replace_all(" ", "")
    named = unit.select(
        "node", "employer_state", "employer_name", letters=letters, begins=letters.str.head(30)
    ).unique()
    cut = named.filter(pl.col("employer_name").str.len_chars().is_in([longest - 1, longest]))
    return (
        cut.join(named, on=["employer_state", "begins"], suffix="_whole")
        .filter(
            pl.col("letters_whole").str.starts_with(pl.col("letters")),
            pl.col("letters_whole") != pl.col("letters"),
            pl.col("node") != pl.col("node_whole"),
        )
        .select("node", other="node_whole")
    )


def _mistyped(unit: pl.DataFrame) -> pl.DataFrame:
    """Pairs of nodes of one city whose names differ by one wrong letter in a long word.

    Numbers and short words tell namesakes apart: STORE 2 and STORE 3 are two.
    """
    bounds = rules()["employers"]
    named = (
        unit.select(
            "node",
            "key",
            "loose",
            city=place("city", "employer_state"),
            first=pl.col("loose").str.head(bounds["alike_letters"]),
        )
        .filter(pl.col("loose").str.len_chars() >= bounds["typo_letters"])
        .drop_nulls("city")
        .unique(["loose", "city"], keep="first", maintain_order=True)
    )
    block = pl.struct("city", "first")
    several = named.filter(block.is_duplicated()).partition_by("city", "first")
    pairs = [
        (rows["node"][int(one)], rows["node"][int(two)])
        for rows in several
        for one, two in _one_letter(rows["loose"].to_list())
        if _one_word(rows["key"][one].split(), rows["key"][two].split(), bounds["typo_word"])
    ]
    return pl.DataFrame(
        pairs, schema={"node": unit.schema["node"], "other": unit.schema["node"]}, orient="row"
    )


def _one_letter(spellings: list[str]) -> Iterator[tuple[int, int]]:
    """The places of spellings that one letter, or two that changed places, keep apart."""
    apart = process.cdist(  # pyrefly: ignore[no-matching-overload] - its own scorer
        spellings, spellings, scorer=OSA.distance, score_cutoff=1
    )
    for one, two in zip(*(apart == 1).nonzero(), strict=True):
        if one < two:
            yield int(one), int(two)


def _one_word(one: list[str], other: list[str], letters: int) -> bool:
    """Whether two names differ in one word, of letters alone and of so many or more."""
    unlike = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return (
        len(one) == len(other)
        and len(unlike) == 1
        and all(word.isalpha() and len(word) >= letters for word in unlike[0])
    )


def _ruled(unit: pl.DataFrame) -> pl.DataFrame:
    """Adds `rule`: by which layer a name came to the most filed name of its employer."""
    first = (
        pl.col("employer_name", "key", "loose", "spelled", "numbered")
        .first()
        .over("component")
        .name.prefix("its_")
    )
    return (
        unit.with_columns(first)
        .with_columns(
            rule=pl.when(
                names.words(names.folded(pl.col("employer_name")))
                == names.words(names.folded(pl.col("its_employer_name")))
            )
            .then(pl.lit("same name"))
            .when(pl.col("key") == pl.col("its_key"))
            .then(pl.lit("suffix"))
            .when(
                (pl.col("loose") == pl.col("its_loose"))
                | (pl.col("spelled") == pl.col("its_spelled"))
            )
            .then(pl.lit("spelling"))
            .when(pl.col("numbered") == pl.col("its_numbered"))
            .then(pl.lit("tax number"))
            .otherwise(pl.lit("reviewed"))
            .cast(pl.Enum(RULES))
        )
        .drop("^its_.*$")
    )


def _named(unit: pl.DataFrame) -> pl.DataFrame:
    """Adds `employer_id`."""
    component = (
        unit.group_by("component", maintain_order=True)
        .agg(
            slug=pl.col("key").first().str.to_lowercase().str.replace_all(" ", "-").str.head(80),
            state=pl.col("employer_state").drop_nulls().first().str.to_lowercase(),
            cases=pl.col("cases").sum(),
        )
        .sort("cases", descending=True, maintain_order=True)
        .with_columns(first=pl.col("slug").is_first_distinct())
        .with_columns(
            name=pl.when("first")
            .then("slug")
            .otherwise(pl.format("{}--{}", "slug", pl.col("state").fill_null("xx")))
        )
        .with_columns(nth=pl.int_range(1, pl.len() + 1).over("name"))
        .select(
            "component",
            employer_id=pl.when(pl.col("nth") > 1)
            .then(pl.format("{}-{}", "name", "nth"))
            .otherwise("name"),
        )
    )
    return unit.join(component, on="component", how="left", maintain_order="left")


# ------------------------------------------------------------------------------------------ brands


def branded(unit: pl.DataFrame) -> pl.DataFrame:
    """The brands of identified units: UNIT, brand_id, unit, brand_entry, brand_from, brand_until.

    An employer whose listed names agree on one brand takes its other names along, but for those
    that the brand's list excepts. A unit stands in several rows only where entries name different
    dates.
    """
    by = ("full", "key", "state")
    keyed = unit.rename({"employer_state": "state"}).select(by).unique()
    listed = (
        unit.select(*UNIT, "full", "key", "employer_id", state="employer_state")
        .join(brands.branded(keyed), on=by, how="left", nulls_equal=True)
        .rename({"filed": "brand_entry", "from": "brand_from", "until": "brand_until"})
    )
    listed = _only_the_largest(listed, unit)
    agreed = (
        listed.drop_nulls("brand_id")
        .group_by("employer_id")
        .agg(
            pl.col("brand_id", "unit", "brand_entry").first().name.prefix("its_"),
            sure=(pl.col("brand_id").n_unique() == 1)
            & pl.col("brand_from").is_null().all()
            & pl.col("brand_until").is_null().all(),
        )
        .filter("sure")
    )
    taken = pl.col("brand_id").is_null() & pl.col("refused").is_null()
    return (
        listed.join(agreed, on="employer_id", how="left")
        .join(
            brands.refused(keyed).rename({"brand_id": "its_brand_id"}),
            on=[*by, "its_brand_id"],
            how="left",
            nulls_equal=True,
        )
        .with_columns(
            pl.when(taken).then(f"its_{name}").otherwise(name).alias(name)
            for name in ("brand_id", "unit", "brand_entry")
        )
        .drop_nulls("brand_id")
        .select(*UNIT, "brand_id", "unit", "brand_entry", "brand_from", "brand_until")
    )


def placed(unit: pl.DataFrame, brand: pl.DataFrame) -> pl.DataFrame:
    """One row a filer: UNIT, employer_id, its brand entries side by side, and `periods`.

    The nth entry is brand_n, from_n and until_n; most filers have none or one.
    """
    entries = brand.with_columns(nth=pl.int_range(pl.len()).over(UNIT))
    wide = unit.select(*UNIT, "employer_id", "periods")
    for nth in range(entries.select(pl.col("nth").max().fill_null(0) + 1).item()):
        columns = {
            "brand_id": f"brand_{nth}",
            "brand_from": f"from_{nth}",
            "brand_until": f"until_{nth}",
        }
        entry = entries.filter(pl.col("nth") == nth).select(*UNIT, *columns).rename(columns)
        wide = wide.join(entry, on=UNIT, how="left", nulls_equal=True, maintain_order="left")
    return wide


def brand_on(day: pl.Expr, placed: pl.DataFrame) -> pl.Expr:
    """The brand whose dates a decision falls in, from the entries of `placed` beside it."""
    count = sum(name.startswith("brand_") for name in placed.columns)
    return pl.coalesce(
        pl.when(
            (day >= pl.col(f"from_{nth}")).fill_null(value=True)
            & (day <= pl.col(f"until_{nth}")).fill_null(value=True)
        ).then(f"brand_{nth}")
        for nth in range(count)
    )


@cache
def maker() -> str:
    """A digest of all that decides who is who: code and data."""
    code = [Path(module.__file__) for module in (brands, names)] + [Path(__file__)]
    data = [
        path
        for ending in ("*.csv", "*.toml")
        for path in names.EMPLOYERS.rglob(ending)
        if path.name != "choices.csv"
    ]
    return facts.maker([*code, *data])


def _only_the_largest(listed: pl.DataFrame, unit: pl.DataFrame) -> pl.DataFrame:
    """Entries of a whole name without states, of one word or common ones, take one employer alone.

    Of its namesakes that is the one with most cases: `ARM INC` is the chip designer, and the
    plumber of the same name in another state is not.
    """
    sums = unit.group_by("loose", "employer_id").agg(pl.col("cases").sum())
    largest = sums.filter(pl.col("cases") == pl.col("cases").max().over("loose"))
    told = unit.select(*UNIT, "common", one_word=~pl.col("key").str.contains(" ", literal=True))
    stranger = (
        (pl.col("common") | pl.col("one_word"))
        & ~pl.col("brand_entry").str.ends_with("*")
        & pl.col("limited").is_null()
        & ~pl.col("employer_id").is_in(largest["employer_id"].implode())
    ).fill_null(value=False)
    # A name may stand with states beside itself without: GHD Inc, and in NC as well.
    at = {"brand_entry": "filed", "employer_state": "states"}
    limited = brands.filed().drop_nulls("states").explode("states").select("brand_id", **at)
    limited = limited.unique().with_columns(limited=pl.lit(value=True))
    return (
        listed.join(told, on=UNIT, how="left", nulls_equal=True, maintain_order="left")
        .join(limited, on=["brand_id", *at], how="left", maintain_order="left")
        .with_columns(pl.when(~stranger).then("brand_id").alias("brand_id"))
        .drop("common", "one_word", "limited")
    )


# ---------------------------------------------------------------------------- the published tables


def counted(filings: pl.LazyFrame) -> pl.LazyFrame:
    """The cases of each filed name, state, employer and brand among published filings."""
    program = pl.col("program").cast(pl.String)
    return (
        filings.filter(pl.col("employer_name").is_not_null())
        .group_by(_NAMED)
        .agg(
            lca_cases=(program == "lca").sum().cast(pl.Int64),
            perm_cases=(program == "perm").sum().cast(pl.Int64),
            first_decision_date=pl.col("decision_date").min(),
            last_decision_date=pl.col("decision_date").max(),
        )
    )


def filed_names(unit: pl.DataFrame, brand: pl.DataFrame, cases: pl.DataFrame) -> pl.DataFrame:
    """Every filed name with its employer, brand and the rules that placed it, as NAMES.

    `cases` is what `counted` gives: a name outside an entry's dates stands without the brand.
    """
    placed = unit.select(*UNIT, "employer_id", "key", "rule", "city").join(
        brand.rename({"unit": "part"}), on=UNIT, how="left", nulls_equal=True, maintain_order="left"
    )
    first = placed.unique(_NAMED, keep="first", maintain_order=True)
    plainly = placed.unique(_NAMED[:3], keep="first", maintain_order=True).drop(
        "brand_id", "part", "brand_entry", "brand_from", "brand_until"
    )
    entry = first.select(*_NAMED, "brand_entry", "brand_from", "brand_until", unit="part")
    return (
        cases.join(plainly, on=_NAMED[:3], nulls_equal=True)
        .join(entry, on=_NAMED, how="left", nulls_equal=True)
        .sort(pl.col("lca_cases") + pl.col("perm_cases"), *_NAMED, descending=[True, *[False] * 4])
        .select(*NAMES)
    )


def employers(unit: pl.DataFrame, filed: pl.DataFrame) -> pl.DataFrame:
    """One row an employer, as EMPLOYERS: called by its most filed name, at its usual place."""
    told = unit.group_by("employer_id").agg(
        city=pl.col("city").first(),
        state=pl.col("employer_state").drop_nulls().first(),
        places=pl.col("places").explode().unique().sort(),
        industries=pl.col("industries").explode().drop_nulls().unique().sort(),
        common=pl.col("common").first(),
    )
    return (
        filed.group_by("employer_id", maintain_order=True)
        .agg(
            employer=pl.col("employer_name").first(),
            brand_id=pl.col("brand_id").drop_nulls().first(),
            unit=pl.col("unit").drop_nulls().first(),
            names=pl.col("employer_name").n_unique().cast(pl.Int64),
            lca_cases=pl.col("lca_cases").sum(),
            perm_cases=pl.col("perm_cases").sum(),
            first_decision_date=pl.col("first_decision_date").min(),
            last_decision_date=pl.col("last_decision_date").max(),
        )
        .join(told, on="employer_id", how="left", maintain_order="left")
        .select(*EMPLOYERS)
    )


def _before(brand: pl.DataFrame, filed: pl.DataFrame) -> pl.DataFrame:
    """Who filed before a brand bought it, by the name that the brand is called since.

    Bristol Myers Squibb is called Mirati from 2024 on; MIRATI THERAPEUTICS filed before that. Where
    a brand passed from one to another, the first is meant only if it ended: Fluke is Fortive's.
    """
    lasting = brand.filter(pl.col("brand_until").is_null())["brand_id"].unique()
    by = _NAMED[:2]
    before = filed.select(*by, "employer_id", "key", earlier="brand_id")
    later = brand.filter(pl.col("brand_from").is_not_null()).select(*by, "brand_id").unique()
    called = brands.called().filter(pl.col("states").is_null())
    said = called.select("brand_id", "called", begins="key").drop_nulls()
    longer = pl.col("key").str.starts_with(pl.concat_str("begins", pl.lit(" ")))
    return (
        before.join(later, on=by, nulls_equal=True)
        .filter(pl.col("earlier").is_in(lasting.implode()).fill_null(value=False).not_())
        .join(said, on="brand_id")
        .filter((pl.col("key") == pl.col("begins")) | longer)
        .select(
            pl.when(pl.col("earlier").is_null()).then("employer_id"),
            brand_id="earlier",
            key="begins",
            kind=pl.lit("called"),
            name="called",
        )
    )


def aliases(unit: pl.DataFrame, brand: pl.DataFrame, filed: pl.DataFrame) -> pl.DataFrame:
    """Every name that leads to an employer or a brand, as ALIASES.

    `called` is what listings call a brand, or what it bought and what filed so before; `filed` a
    filed name's key, `trade name` what stands behind a DBA or in the trade name column. Where the
    brand's list names `states`, the name means the brand only there.
    """
    # Of Gap and Gap Inc. the shorter stays: who needs the suffix of its name has no other.
    needs = names.needs_more(pl.col("called"))
    called = (
        brands.called()
        .sort(needs, maintain_order=True)
        .select("key", "brand_id", "unit", "states", kind=pl.lit("called"), name="called")
    )
    before = _before(brand, filed)
    placed = filed.join(
        unit.select(*_NAMED[:3], "trade_names")
        .explode("trade_names")
        .group_by(_NAMED[:3])
        .agg("trade_names"),
        on=_NAMED[:3],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    ids = ("employer_id", "brand_id", "unit")
    entries = brands.filed().select("brand_id", "states", brand_entry="filed")
    filed = placed.join(
        entries.unique(["brand_id", "brand_entry"]),
        on=["brand_id", "brand_entry"],
        how="left",
        maintain_order="left",
    ).select("key", *ids, "states", kind=pl.lit("filed"), name="employer_name")
    inside, bracketed = (
        placed.select(*ids, key=told(pl.col("employer_name")), name="employer_name")
        for told in (names.trade_key, names.bracketed_key)
    )
    beside = (
        placed.select(*ids, name="trade_names")
        .explode("name")
        .with_columns(key=names.key(pl.col("name")))
    )
    trade = pl.concat([inside, bracketed, beside], how="diagonal").with_columns(
        kind=pl.lit("trade name")
    )
    return (
        pl.concat([called, before, filed, trade], how="diagonal")
        .drop_nulls("key")
        .unique(["key", "kind", *ids], keep="first", maintain_order=True)
        .with_columns(loose=names.loose(pl.col("key")))
        .filter(pl.col("loose") != "")
        .select(*ALIASES)
        .cast(pl.Schema(ALIASES))
        .sort("loose", "kind", maintain_order=True)
    )
