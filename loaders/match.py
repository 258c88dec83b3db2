"""A name as a listing has it to the employers that filed: matched, to choose, or none observed.

`loaders.steps` finds; here it is decided what the findings mean. A step that finds several lets the
listing's city and state decide, else a person.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl
from rapidfuzz import fuzz, process

from loaders import brands, clean, names, roles, steps
from loaders.choices import CHOICES, latest
from loaders.facts import rules
from loaders.index import Index, among
from loaders.listings import inert
from loaders.schema import PROGRAMS

DECISIONS = ("matched", "choose", "none", "not-applicable")
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


def _targets(found: pl.DataFrame, index: Index) -> pl.DataFrame:
    """What each finding means: a brand, a unit of one, or an employer, with its employers' sums."""
    asked = found.select("target", *steps.IDS).unique("target", keep="first", maintain_order=True)
    whole = asked.filter(pl.col("brand_id").is_not_null() & pl.col("unit").is_null())
    unit = asked.filter(pl.col("unit").is_not_null())
    alone = asked.filter(pl.col("brand_id").is_null())
    members = pl.concat(
        [
            whole.select("target", "brand_id").join(index.members, on="brand_id"),
            unit.select("target", "brand_id", "unit").join(index.members, on=["brand_id", "unit"]),
            alone.select("target", "employer_id").join(
                among(index.employers, "employer_id", alone["employer_id"]), on="employer_id"
            ),
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
    far = decided == steps.NEAR.categories.to_list().index("elsewhere")
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
    # Whoever says Mirati may mean what filed so, before somebody far larger bought it; and what the
    # reviewed list calls two by is a question, however large the one.
    called = pl.col("step") == "called"
    dominant = (
        largest
        & (pl.col("cases") >= bounds["dominant_share"] * pl.col("cases").sum().over("row"))
        & (pl.col("cases") >= bounds["sure_cases"])
        & (pl.col("at") == "nowhere")
        & ~pl.col("common")
        & ~called
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
        | (only_one & distinct & (~one_word | pl.col("fielded")) & ~far & (placed | ~few))
        | (only_one & distinct & (pl.col("at") == "city") & ~few)
        | (only_one & its_own & ~(far & few))
    )
    # One word and no place: Cradle is not CRADLE NORTH AMERICA INC., the only one that begins so.
    bare = pl.col("step").is_in(["begins", "region"]) & one_word & (pl.col("at") == "nowhere")
    # Its field tells an employer where it is, among few of its name, or a large one.
    scarce = pl.col("so_called").fill_null(1) <= bounds["field_namesakes"]
    fits = (placed & scarce) | ((pl.col("at") == "nowhere") & ~few & only_one)
    matching = (
        pl.col("step").is_in(steps.MATCHING) & ~franchise & (fits | (pl.col("step") != "field"))
    ) | goes_on
    matching &= ~bare | its_own
    # MERCY HOSPITAL is a system's in Michigan alone: without a place it may be another.
    there_alone = pl.col("limited").fill_null(value=False) & (pl.col("step") == "filed")
    alone = matching & only & told & ~(there_alone & (pl.col("at") == "nowhere"))
    chosen = pl.col("step") == "chosen"
    sure = chosen | (
        alone
        & pl.col("step").is_in(["called", "filed", "entry"])
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
        matches=chosen | ((alone | (matching & dominant)) & ~outshone & ~pl.col("disputed")),
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
    "respelled": "same name but for its city, state, domain, title or middle initial: {}",
    "field": "same name but for the word of its field, which it files under: {}",
    "piece": "only a part of the name is its own: {}",
    "begins": "a name that goes on where this one ends: {}",
    "alike": "names spelled nearly so",
    "stem": "names in this city or state that have its words",
    "ends": "a name that ends where this one goes on: {}",
    "initials": "a name with these initials: {}",
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
    text = pl.col("text").str.replace(rules()["employers"]["board"], "$1")
    decided = _decided(distinct.with_columns(text), index, choices)
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


_DECIDED = pl.DataFrame(schema={"row": pl.UInt32} | MATCH)


def _of_whole(distinct: pl.DataFrame, index: Index, choices: pl.DataFrame) -> pl.DataFrame:
    asked = steps.keyed(
        distinct.filter(~pl.col("away")).select(
            "row",
            "text",
            "city",
            "state",
            place=clean.letters(pl.concat_str("city", "state", separator=" ")),
        )
    )
    found = steps.findings(asked, index, choices)
    if found.is_empty():
        nobody = _DECIDED.select("row", "brand_id", label="brand")
        return pl.concat(
            [_DECIDED, _none(distinct, asked, nobody, nobody, index)], how="diagonal_relaxed"
        )
    every = steps.placed(
        found.join(
            _targets(found, index).drop(steps.IDS), on="target", how="left", maintain_order="left"
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
            _DECIDED,
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
    if matched.is_empty():
        return matched.select("row")
    ids = matched.select("row", "target", "brand_id", "unit", "employer_ids")
    cases = pl.col("lca_cases") + pl.col("perm_cases")
    ids = ids.explode("employer_ids")
    known = among(index.names, "employer_id", ids["employer_ids"])
    filed = (
        ids.join(known, left_on="employer_ids", right_on="employer_id", suffix="_filed")
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
    if open_.is_empty():
        return open_.select("row")
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
    if unread.is_empty():
        return unread.select("row")
    near = steps.alike(
        asked.join(answered, on="row", how="anti"), index, bounds["nearest_score"], 3
    )
    nearest = (
        near.join(
            among(index.employers, "employer_id", near["employer_id"]),
            on="employer_id",
            suffix="_employer",
        )
        .with_columns(
            label="employer", seat=pl.concat_str("city", "state", separator=", ", ignore_nulls=True)
        )
        .unique(["row", "label"], keep="first", maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(candidates=candidate(index))
    )
    searched = f"{index.filed:,} filed names of {index.years} hold none that we found for it"
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
        target=steps.target(), same=pl.col("loose") == stem
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


# ---------------------------------------------------------------------------------- what is chosen


def decided(listings: pl.DataFrame, index: Index, choices: pl.DataFrame) -> pl.DataFrame:
    """As match(), but none observed where a person chose none of the candidates."""
    kept = latest(choices)
    chosen = pl.any_horizontal(pl.col("brand_id", "employer_id").is_not_null())
    answers = match(listings, index, kept.filter(chosen).select(*CHOICES))
    refused = kept.filter(~chosen).select("chosen_date", "loose", "state")
    if refused.is_empty():
        return answers
    state = pl.col("listing_state") if "listing_state" in listings.columns else pl.lit(None)
    asked = listings.select(
        loose=names.loose(names.key(pl.col("listing_name").cast(pl.String))),
        state=clean.state(state.cast(pl.String)),
    ).with_row_index("row")
    said = asked.drop_nulls("loose").join(refused, on=["loose", "state"], nulls_equal=True)
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
