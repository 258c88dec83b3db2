"""The steps by which a name finds employers, each with what it may find and may not.

The order of `STEPS` is the order of trust, and the first step that finds anybody decides. Nothing
is matched by likeness: likeness only names candidates.
"""

from typing import Any

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from loaders import brands, names
from loaders.choices import latest
from loaders.facts import codes, rules
from loaders.index import Index, among

STEPS = (
    "chosen", "called", "filed", "entry", "trade name", "part", "region", "respelled", "field",
    "piece", "begins", "alike", "stem", "ends", "initials",
)  # fmt: skip
NEAR = pl.Enum(("city", "state", "elsewhere"))
# From here on a step names candidates, and a person chooses.
MATCHING = STEPS[: STEPS.index("piece")]
IDS = ("employer_id", "brand_id", "unit")


def keyed(asked: pl.DataFrame) -> pl.DataFrame:
    """Rows of `row`, `text`, `state`, `place` with the keys of the text."""
    return (
        asked.with_columns(key=names.key(pl.col("text")), full=names.full(pl.col("text")))
        .drop_nulls("key")
        .with_columns(loose=names.loose(pl.col("key")), common=names.is_common(pl.col("key")))
        .filter(pl.col("loose") != "")
    )


def _exact(asked: pl.DataFrame, index: Index, kind: str) -> pl.DataFrame:
    """Aliases of a kind with the same loose key; where some have the same key, these alone."""
    known = among(index.kinds[kind], "loose", asked["loose"])
    if known.is_empty():
        no = pl.lit(value=False)
        return asked.clear().select("row", "common", step=pl.lit(kind), same=no, limited=no)
    found = asked.join(known, on="loose", suffix="_alias").with_columns(
        same=pl.col("key") == pl.col("key_alias"),
        local=pl.col("states").list.contains(pl.col("state")).fill_null(value=False),
    )
    few = pl.col("loose").str.len_chars() <= rules()["employers"]["exact_letters"]
    found = found.filter(pl.col("same") | ~(few | pl.col("same").any().over("row", "text")))
    if kind == "filed":
        # Sold between two filings: ProKarma is the company, before and after, not its owner.
        sold = (pl.col("brand_id").n_unique() > 1).over("row", "text", "employer_id")
        found = found.with_columns(
            pl.when(~sold).then(one).alias(one) for one in ("brand_id", "unit")
        )
    if kind == "called":
        nearer = pl.col("local").any().over("row", "text")
        found = found.filter(pl.col("local") | (pl.col("states").is_null() & ~nearer))
        # THE tells The Citadel, the college, from Citadel, where both are names, and the suffix
        # tells Merrill Corporation, a printer, from Merrill.
        article = names.article(pl.col("name")) == names.article(pl.col("text"))
        suffix = names.beginning(pl.col("name")) == names.beginning(pl.col("text"))
        for tells in (article, suffix):
            found = found.filter(tells | ~tells.any().over("row", "text"))
        found = _unlike_bare(found)
    return found.select(
        "row", *IDS, "name", "common", "same",
        step=pl.lit(kind), limited=pl.col("states").is_not_null(),
    )  # fmt: skip


def _unlike_bare(found: pl.DataFrame) -> pl.DataFrame:
    """What is found but for texts of a bare word where the reviewed name has `more`.

    Southern is not yet Southern Company: every state has something that begins so.
    """
    if not found["more"].any():
        return found
    text = pl.col("text")
    bare = ~names.article(text) & (names.beginning(text) == pl.col("key"))
    return found.filter(~(pl.col("more") & bare))


def _entries(asked: pl.DataFrame) -> pl.DataFrame:
    """Brands whose list takes the name."""
    by = ("full", "key", "state")
    taken = asked.join(brands.branded(asked.select(by).unique()), on=by, nulls_equal=True)
    more = pl.col("filed").is_in(brands.needing_more().implode())
    return _unlike_bare(taken.with_columns(more=more)).select(
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
    """The parts of names: `Amazon | AWS`, `Meta (formerly Facebook)`, `IBM International Business`.

    What stands behind its own initials is `spelled`.
    """
    text = pl.col("text")
    halves = text.str.replace_all(rules()["employers"]["parts"], "\n").str.split("\n")
    either = pl.concat_list(halves, names.trade_key(text), names.without(pl.col("key"), "advert"))
    said = {"whole": "key", "said": "text"}
    parts = asked.select("row", "state", "place", **said, text=either).explode("text")
    behind = _behind_initials(asked).select("row", "state", "place", **said, text="rest")
    parts = (
        pl.concat([behind.with_columns(spelled=True), parts], how="diagonal")
        .filter(text != pl.col("said"), text != pl.col("whole"))
        .unique(["row", "text"], keep="first", maintain_order=True)
        .drop("said")
    )
    if parts.is_empty():
        return parts
    return keyed(parts).filter(pl.col("key") != pl.col("whole"))


def _behind_initials(asked: pl.DataFrame) -> pl.DataFrame:
    """The names that begin with the initials of their own `rest`."""
    pattern = rules()["employers"]["behind_initials"]
    parted = asked.with_columns(parted=pl.col("text").str.extract_groups(pattern)).unnest("parted")
    lettered = parted.drop_nulls("rest")
    if lettered.is_empty():
        return lettered
    theirs = names.initials(names.key(pl.col("rest")))
    return lettered.filter(pl.col("letters").str.starts_with(theirs))


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
    spelled = pl.col("row").is_in(parts.filter("spelled")["row"].implode())
    # `charity: water` is not Waters: of common words only the very name tells.
    told = ((pl.col("step") == "called") & pl.col("same")) | ~pl.col("common") | spelled
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
    known = pl.col("row").is_in(found["row"].implode())
    owners = parts.filter(
        pl.col("place").is_not_null(), pl.col("spelled") | (known & ~pl.col("common"))
    )
    begins = _beginnings(owners, index).join(owners.select("row", "state").unique(), on="row")
    here = among(index.employers, "employer_id", begins["employer_id"])
    owners = begins.join(here, on=["employer_id", "state"], how="semi").drop("state")
    step = pl.when(known).then(pl.lit("part")).otherwise(pl.lit("piece"))
    return pl.concat(
        [found, owners.with_columns(step=step, decides=pl.lit(value=False))],
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
    known = among(index.without_region, "short", distinct["short"])
    return (
        distinct.join(known, on="short", suffix="_alias")
        .filter(pl.col("loose") != pl.col("loose_alias"))
        .select("row", *IDS, "name", "common", step=pl.lit("region"), decides=pl.lit(value=True))
    )


def _respelled(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Filed names that are the name but for its city, a domain, its state's two letters or a title.

    `Appvance.ai`, `WA Health Benefit Exchange`, `Dr. Martha Example DDS`; in its state but for a
    middle initial, too.
    """
    key, city = pl.col("key"), names.words(names.folded(pl.col("city")))
    behind = pl.concat_str(pl.lit(" "), city)
    state = pl.col("state").replace_strict(codes("states"), default=None).str.to_uppercase()
    letters = pl.concat_str("state", pl.lit(" "))
    spelled = pl.concat_str(state, pl.lit(" "), key.str.strip_prefix(letters))
    spellings = (
        pl.concat_str("key", behind),
        key.str.strip_suffix(behind),
        pl.when(key.str.starts_with(letters)).then(spelled),
        names.key(pl.col("text").str.replace(rules()["employers"]["domain"], "")),
        (untitled := key.str.replace(rules()["employers"]["title"], "")),
        names.without_initial(untitled),
    )
    longer = pl.col("said").str.len_bytes() > key.str.len_bytes()
    respelled = asked.with_columns(said=pl.concat_list(spellings)).explode("said")
    respelled = respelled.filter(pl.col("said") != key)
    respelled = respelled.filter(longer | ~names.is_common(pl.col("said")))
    bare = asked.filter(pl.col("state").is_not_null()).with_columns(said=untitled)
    found = list[pl.DataFrame]()
    for texts, known in ((respelled, index.kinds["filed"]), (bare, index.middle)):
        spelled = texts.with_columns(loose=names.loose(pl.col("said")))
        same = among(known, "loose", spelled["loose"])
        found.append(spelled.join(same, on="loose", suffix="_alias"))
    return pl.concat(found).select(
        "row", *IDS, "name", "common", step=pl.lit("respelled"), decides=pl.lit(value=True)
    )


def _cut(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers with a trade name that the form cut off: DBA PGA TOUR SUPERS, in their state."""
    first = pl.col("loose").str.head(rules()["employers"]["cut_letters"])
    said = asked.filter(pl.col("state").is_not_null()).with_columns(first=first)
    if said.is_empty():
        return said.select("row")
    known = among(index.cut, "first", said["first"])
    found = said.join(known, on="first", suffix="_alias").filter(
        pl.col("loose").str.starts_with(pl.col("loose_alias"))
    )
    here = index.placed(found).filter(pl.col("places").list.contains(pl.col("state")))
    return here.select(
        "row", *IDS, "name", "common", step=pl.lit("trade name"), decides=pl.lit(value=True)
    )


def _in_field(found: pl.DataFrame, index: Index) -> pl.DataFrame:
    """The findings (`employer_id`, `words`) whose employer files under what the words tell."""
    if found.is_empty():
        return found
    told = (
        among(index.employers, "employer_id", found["employer_id"])
        .select("employer_id", naics_told="industries")
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
        return said.select("row", so_called=pl.lit(None, pl.UInt32))
    text = pl.col("key").str.strip_suffix(pl.concat_str(pl.lit(" "), "words"))
    short = keyed(said.select("row", "state", "place", "words", text=text)).filter(
        ~pl.col("common") | pl.col("state").is_not_null()
    )
    here, behind = (
        among(known, "loose", short["loose"]) for known in (index.kinds["filed"], index.founders)
    )
    few = pl.col("key").str.len_chars() < rules()["employers"]["begins_letters"]
    found = pl.concat(
        [
            short.join(here, on="loose", suffix="_alias")
            .filter((pl.col("key") == pl.col("key_alias")) | ~few)
            .select("row", *IDS, "name"),
            short.filter(~few, ~pl.col("common"), pl.col("state").is_not_null())
            .join(behind, on="loose")
            .select("row", *IDS, "name"),
            _beginnings(short, index)
            .filter(pl.col("descriptive") | pl.col("words_filed").is_not_null())
            .join(index.own_names.select("brand_id", "own"), on="brand_id", how="left")
            .select("row", *IDS, "name", "words_filed", "own"),
        ],
        how="diagonal",
    )
    found = found.drop_nulls("employer_id").join(
        short.select("row", "words", "common", "loose"), on="row"
    )
    # FRANKLIN PIERCE LAW CENTER is of the University of New Hampshire; the university is not.
    other = ~pl.col("own").str.starts_with(pl.col("loose")).fill_null(value=True)
    step = pl.when(other).then(pl.lit("piece")).otherwise(pl.lit("field"))
    found = found.with_columns(so_called=target().n_unique().over("row"), step=step)
    # Another field is another employer: Zenith Robotics is not ZENITH FOODS.
    fields = names.field_words().select("words", "field").unique()
    kin = fields.join(fields, on="field", suffix="_filed")
    plain = found.filter(pl.col("words_filed").is_null())
    same = found.join(kin, on=["words", "words_filed"], how="semi")
    found = _in_field(pl.concat([plain, same]).drop("words_filed"), index)
    return found.drop("words", "loose", "own").with_columns(decides=pl.lit(value=True))


def _traded_elsewhere(asked: pl.DataFrame, whole: pl.DataFrame, index: Index) -> pl.DataFrame:
    """The rows with a state whose name is but a trade name, of employers in other states."""
    there = among(index.employers, "employer_id", whole["employer_id"])
    near = whole.join(there.select("employer_id", "places"), on="employer_id", how="left")
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


_NOBODY_BEGINS = (
    pl.lit("begins").alias("step"),
    pl.lit(None, pl.Boolean).alias("descriptive"),
    pl.lit(None, pl.Boolean).alias("fielded"),
    pl.lit(None, pl.String).alias("words_filed"),
)


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
    begun = index.aliases.select(*IDS, "name", "key")[ranges["at"]]
    found = (
        pl.concat([ranges.drop("at"), begun], how="horizontal")
        .filter(pl.col("key").str.starts_with(pl.col("start")))
        .with_columns(rest=pl.col("key").str.strip_prefix(pl.col("start")).str.extract("^S? (.+)$"))
        .drop_nulls("rest")
        .drop("start", "key")
    )
    if found.is_empty():
        return found.drop("rest").with_columns(_NOBODY_BEGINS)
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


def _extracted(asked: pl.DataFrame, known: pl.DataFrame, letters: int, **how: Any) -> pl.DataFrame:
    """What rapidfuzz extracts of `known`, sorted by `loose`, among those of the same letters."""
    rows = list[tuple[int, bool, int]]()
    for row, stem, common in asked.select("row", "loose", "common").rows():
        start = known["loose"].search_sorted(stem[:letters])
        end = known["loose"].search_sorted(f"{stem[:letters]}\U0010ffff")
        near = process.extract(stem, known["loose"][start:end].to_list(), **how)
        rows += [(row, common, start + place) for _, _, place in near]
    places = pl.DataFrame(
        rows, schema={"row": pl.UInt32, "common": pl.Boolean, "at": pl.UInt32}, orient="row"
    )
    return pl.concat(
        [places.drop("at"), known.select(*IDS, "name")[places["at"]]], how="horizontal"
    ).with_columns(step=pl.lit("alike"))


def alike(asked: pl.DataFrame, index: Index, score: float, limit: int) -> pl.DataFrame:
    """Names spelled nearly so, among those that begin with the same letters: candidates."""
    letters = rules()["employers"]["alike_letters"]
    near = {"scorer": fuzz.ratio, "score_cutoff": score, "limit": limit}
    return _extracted(asked, index.aliases, letters, **near)


def _mistyped(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers with many cases whose name is a slip or two away: candidates. Gogle, Nvida."""
    bounds, length = rules()["employers"], pl.col("loose").str.len_chars()
    slips = (
        (1, length.is_between(bounds["typo_from"], bounds["typo_twice_from"], closed="left")),
        (2, length >= bounds["typo_twice_from"]),
    )
    return pl.concat(
        _extracted(
            asked.filter(said), index.well_known, 1,
            scorer=OSA.distance, score_cutoff=slip, limit=5,
        )
        for slip, said in slips
    ).with_columns(decides=pl.lit(value=True))  # fmt: skip


def _stems(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers of the listing's state whose name has its telling first words: candidates.

    BAYSTATE MEDICAL PRACTICES for Baystate Health, AVERA QUEEN OF PEACE for Avera Health. What
    goes on with telling words is of that city, or of a brand that has no more name than they. The
    word of a field is one that they file under.
    """
    said = asked.filter(pl.col("state").is_not_null())
    if said.is_empty():
        return said.select("row")
    said = said.with_columns(words=names.field_word(pl.col("key")))
    short = said.with_columns(text=names.stem(pl.col("key"))).filter(
        pl.col("text") != pl.col("key")
    )
    short = keyed(short.select("row", "state", "place", "text", "words")).filter(~pl.col("common"))
    if short.is_empty():
        return short.select("row")
    begun = _beginnings(short, index)
    found = pl.concat(
        [
            short.join(
                among(index.kinds["filed"], "loose", short["loose"]), on="loose", suffix="_alias"
            ),
            begun,
        ],
        how="diagonal_relaxed",
    ).select("row", *IDS, "name", "descriptive", "fielded")
    own = index.own_names.select("brand_id", "own")
    found = placed(
        index.placed(found)
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
        "row", *IDS, "name", "common", step=pl.lit("stem"), decides=pl.lit(value=True)
    )


def _gapped(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers of the listing's city whose name has all of its words: candidates.

    FRED'S STUDIO TENTS & CANOPIES for Fred's Tents; for one word, where few names have it:
    ENCYCLOPAEDIA BRITANNICA.
    """
    bounds, words = rules()["employers"], pl.col("key").str.split(" ")
    said = asked.filter(pl.col("place").is_not_null()).select(
        "row", "place", "common", "key", said=words, one=words.list.len() == 1
    )
    word, told = pl.col("word"), said.explode("said").rename({"said": "word"})
    telling = told.filter(
        ~names.is_common(word),
        ~pl.col("one") | (word.str.len_chars() >= bounds["rare_letters"]),
    )
    if telling.is_empty():
        return telling.select("row")
    having = telling.join(index.word_counts, on="word")
    rarest = having.sort("having", "word").unique("row", keep="first", maintain_order=True)
    rarest = rarest.filter(~pl.col("one") | (pl.col("having") <= bounds["rare_names"]))
    known = among(index.words, "word", rarest["word"])
    found = index.placed(
        rarest.select("row", "word").join(known, on="word").select("row", *IDS, "name", "filed")
    ).join(said, on="row")
    left = pl.col("said").list.set_difference(pl.col("filed").str.split(" "))
    here = found.filter(pl.col("places").list.contains(pl.col("place")), left.list.len() == 0)
    return here.select(
        "row", *IDS, "name", "common", step=pl.lit("stem"), decides=pl.lit(value=True)
    )


def _ends(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers whose whole name is the first words of a listing's: candidates.

    HERBALIFE INTERNATIONAL for Herbalife Nutrition, who alone is called so; in its own city TWIN
    CITY PHARMACY for Twin City Pharmacy & Surgical. The longest such beginning decides.
    """
    bounds, words = rules()["employers"], pl.col("key").str.split(" ")
    open_ = asked.filter(~pl.col("text").str.contains(bounds["head"]))  # else its head is asked
    most = pl.min_horizontal(words.list.len(), bounds["ends_words"] + 1)
    heads = open_.with_columns(many=pl.int_ranges(1, most)).explode("many")
    heads = heads.drop_nulls("many").select(
        "state", "place", "many", of="row", text=words.list.head("many").list.join(" ")
    )
    heads = keyed(heads.with_row_index("row")).filter(
        pl.col("key").str.len_chars() >= bounds["begins_letters"]
    )
    if heads.is_empty():
        return heads.select(row="of")
    whole = pl.concat(
        among(index.kinds[kind], "loose", heads["loose"]) for kind in ("filed", "trade name")
    )
    equal = heads.join(whole, on="loose", suffix="_alias").select("row", *IDS, "name")
    found = pl.concat([equal, _beginnings(heads, index)], how="diagonal_relaxed")
    found = placed(
        index.placed(found)
        .drop("common")
        .join(heads.select("row", "of", "many", "common", "key", "state", "place"), on="row")
        .with_columns(
            alone=target().n_unique().over("row") <= bounds["ends_namesakes"],
            # POWELL'S INSURANCE says its field, which is not that of Powell's Books.
            whole=(pl.col("descriptive") & pl.col("words_filed").is_null()).fill_null(value=True),
        )
    )
    several = pl.col("many") > 1
    tells = ~pl.col("common") & (pl.col("key").str.len_chars() > bounds["begins_letters"])
    here = ((pl.col("near") == "city") & (several | ~pl.col("common"))) | (
        (pl.col("near") == "state") & tells & several
    )
    anywhere = tells & pl.col("alone") & (several | pl.col("state").is_null())
    found = found.filter("whole", here | anywhere)
    return found.filter(pl.col("many") == pl.col("many").max().over("of")).select(
        *IDS, "name", "common", row="of", step=pl.lit("ends"), decides=pl.lit(value=True)
    )


def _initials(asked: pl.DataFrame, index: Index) -> pl.DataFrame:
    """Employers of the listing's state whose words begin with its letters: candidates.

    FDU of Madison, NJ for FAIRLEIGH DICKINSON UNIVERSITY; of any state where there are many letters
    and no place.
    """
    letters = pl.col("text").str.contains(rules()["employers"]["initials"])
    many = pl.col("key").str.len_chars() > rules()["employers"]["exact_letters"]
    said = asked.filter(letters, many | pl.col("state").is_not_null())
    if said.is_empty():
        return said.select("row")
    known = among(index.initials, "initials", said["key"])
    found = said.join(known, left_on="key", right_on="initials", suffix="_alias")
    here = placed(index.placed(found))
    near = (pl.col("near") != "elsewhere") | (many & pl.col("state").is_null())
    return here.filter(near).select(
        "row", *IDS, "name", "common", step=pl.lit("initials"), decides=pl.lit(value=True)
    )


def placed(found: pl.DataFrame) -> pl.DataFrame:
    """Adds `near`: whether a finding is in the listing's city, its state, or elsewhere."""
    places = pl.col("places")
    return found.with_columns(
        near=pl.when(places.list.contains(pl.col("place")))
        .then(pl.lit("city"))
        .when(places.list.contains(pl.col("state")))
        .then(pl.lit("state"))
        .otherwise(pl.lit("elsewhere"))
        .cast(NEAR)
    )


def target() -> pl.Expr:
    """What a finding means, as one text: an employer, a brand, or a unit of one."""
    return (
        pl.when(pl.col("brand_id").is_null())
        .then(pl.format("employer {}", "employer_id"))
        .otherwise(pl.format("brand {} {}", "brand_id", pl.col("unit").fill_null("")))
    )


def findings(asked: pl.DataFrame, index: Index, choices: pl.DataFrame) -> pl.DataFrame:
    """Every row's findings; `decides` marks those of the step that decides it."""
    bounds = rules()["employers"]
    chosen = [] if choices.is_empty() else [_chosen(asked, choices, index)]
    whole = pl.concat([*chosen, _whole(asked, index)], how="diagonal_relaxed")
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
    begins = _beginnings(asked.filter(pl.col("place").is_not_null() | ~known), index)
    found += [begins.with_columns(decides=pl.col("row").is_in(open_["row"].implode()), rival=known)]
    open_ = open_.join(begins, on="row", how="anti")
    traded = (whole["step"] == "trade name").any()
    far = [_traded_elsewhere(asked, whole, index)] if traded else []
    found += [_fields(pl.concat([open_, *far]), index)]
    open_ = open_.join(found[-1], on="row", how="anti")
    if not open_.is_empty():
        near = alike(open_, index, bounds["alike_score"], 5)
        found += [near.with_columns(decides=pl.lit(value=True))]
        open_ = open_.join(near, on="row", how="anti")
        for step in (_stems, _gapped, _mistyped, _ends, _initials):
            if not open_.is_empty():
                found += [step(open_, index)]
                open_ = open_.join(found[-1], on="row", how="anti")
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
        .with_columns(target=target())
        .sort("decides", descending=True, maintain_order=True)
        .unique(["row", "target"], keep="first", maintain_order=True)
    )


def _chosen(asked: pl.DataFrame, choices: pl.DataFrame, index: Index) -> pl.DataFrame:
    """What a person chose for this name before: in this state, or wherever none was given."""
    return asked.join(standing(choices, index), on=["loose", "state"], nulls_equal=True).select(
        "row", *IDS, "common", name="listing_name", step=pl.lit("chosen")
    )


def standing(choices: pl.DataFrame, index: Index) -> pl.DataFrame:
    """The choices, as choices.latest, that mean somebody whom this lake or the reviewed list knows.

    An employer_id is of the files that are loaded: with others it may be nobody's.
    """
    known = pl.concat(
        [
            index.employers.select("employer_id"),
            index.brands.select("brand_id"),
            index.members.select("brand_id", "unit").drop_nulls().unique(),
        ],
        how="diagonal",
    )
    return latest(choices).join(known, on=list(IDS), how="semi", nulls_equal=True)
