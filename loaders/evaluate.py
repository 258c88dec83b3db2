"""How right employers and roles are: matches, groups and titles against labelled ones.

Two kinds of truth, told by their header row:

* `listing_name,listing_city,listing_state,filed_name,verdict`: the filed names that a person
  means by a listing (match), look-alikes (different), each of several that are plausible (choose),
  or a row without a filed name where none belongs to it (none);
* `filed_name,cluster`: filed names that are one employer, or one brand, have one cluster.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from loaders import employers, facts, lake, roles
from loaders.index import Index
from loaders.match import match
from loaders.schema import identity
from loaders.staging import cases_of

LISTINGS = ("listing_name", "listing_city", "listing_state", "filed_name", "verdict")
GROUPS = ("filed_name", "cluster")
_ASKED = list(LISTINGS[:3])


@dataclass(frozen=True, slots=True)
class Score:
    """What was measured, in the order of printing, and every error in words."""

    measures: dict[str, float | int | None]
    errors: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """The score as lines of text; rates with four digits, null as not measured."""
        for name, value in self.measures.items():
            shown = "not measured" if value is None else value
            yield f"{name}: {shown:.4f}" if isinstance(shown, float) else f"{name}: {shown}"
        yield from self.errors


def evaluate(truth: Path, lake_dir: Path) -> Score:
    """The score of the published lake against a truth file; ValueError for another header."""
    table = facts.table(truth)
    index = Index(lake_dir)
    if tuple(table.columns) == LISTINGS:
        return listings(table, index)
    if tuple(table.columns) == GROUPS:
        return groups(table, index)
    raise ValueError(
        f"{truth}: the header row is {','.join(table.columns)}; it must be {','.join(LISTINGS)} "
        f"or {','.join(GROUPS)}."
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


# --------------------------------------------------------------------------------------- listings


def listings(truth: pl.DataFrame, index: Index) -> Score:
    """Precision and recall of filed names over all listings, and each listing's outcome.

    A listing is right when it is matched and no filed name behind it is labelled different,
    and at least one is labelled match; wrong when it is matched otherwise.
    """
    asked = truth.select(_ASKED).unique(maintain_order=True)
    found = match(asked, index).with_row_index("row")
    asked = asked.with_row_index("row")
    labelled = truth.join(asked, on=_ASKED, nulls_equal=True).select("row", "filed_name", "verdict")
    cases = _cases(index)
    said = found.select("row", filed_name="filed_names").explode("filed_name").drop_nulls()
    offered = _offered(found, index)
    meant = labelled.filter(pl.col("verdict") == "match").join(cases, on="filed_name", how="left")
    hits = meant.join(said, on=["row", "filed_name"])
    wrong = labelled.filter(pl.col("verdict") == "different").join(said, on=["row", "filed_name"])
    outcome = (
        asked.join(found.select("row", "decision", "brand", "evidence"), on="row")
        .join(labelled.group_by("row").agg("verdict"), on="row")
        .with_columns(
            strangers=pl.col("row").is_in(wrong["row"].implode()),
            some=pl.col("row").is_in(hits["row"].implode()),
            offered=pl.col("row").is_in(
                labelled.filter(pl.col("verdict").is_in(["match", "choose"]))
                .join(offered, on=["row", "filed_name"])["row"]
                .implode()
            ),
        )
        .with_columns(outcome=_outcome())
    )
    count = dict(outcome["outcome"].value_counts().rows())
    matched = sum(count.get(one, 0) for one in ("right", "wrong"))
    meaning = outcome.filter(pl.col("verdict").list.contains("match")).height
    return Score(
        {
            "listings": outcome.height,
            **{name: count.get(name, 0) for name in OUTCOMES},
            "precision of matches": _ratio(count.get("right", 0), matched),
            "resolved of listings with a match": _ratio(
                outcome.filter(
                    pl.col("verdict").list.contains("match") & (pl.col("outcome") == "right")
                ).height,
                meaning,
            ),
            "precision of filed names": _ratio(hits.height, hits.height + wrong.height),
            "recall of filed names": _ratio(hits.height, meant.height),
            "recall of filings": _ratio(float(hits["cases"].sum()), float(meant["cases"].sum())),
        },
        [*_listing_errors(outcome), *_missed(meant, hits, asked)],
    )


OUTCOMES = (
    "right", "wrong", "choose with the right one", "choose without it",
    "none, rightly", "none, wrongly",
)  # fmt: skip


def _outcome() -> pl.Expr:
    decision = pl.col("decision").cast(pl.String)
    none = pl.col("verdict").list.contains("none")
    return (
        pl.when((decision == "matched") & ~none & ~pl.col("strangers") & pl.col("some"))
        .then(pl.lit("right"))
        .when(decision == "matched")
        .then(pl.lit("wrong"))
        .when((decision == "choose") & pl.col("offered"))
        .then(pl.lit("choose with the right one"))
        .when(decision == "choose")
        .then(pl.lit("choose without it"))
        .when(none)
        .then(pl.lit("none, rightly"))
        .otherwise(pl.lit("none, wrongly"))
    )


def _cases(index: Index) -> pl.DataFrame:
    return index.names.group_by(filed_name="employer_name").agg(
        cases=(pl.col("lca_cases") + pl.col("perm_cases")).sum()
    )


def _offered(found: pl.DataFrame, index: Index) -> pl.DataFrame:
    """The filed names behind each listing's candidates."""
    candidates = found.select("row", "candidates").explode("candidates").drop_nulls()
    candidates = candidates.unnest("candidates")
    filed = index.names.select("brand_id", "employer_id", filed_name="employer_name")
    return pl.concat(
        [
            candidates.drop_nulls(one).select("row", one).join(filed, on=one)
            .select("row", "filed_name")
            for one in ("brand_id", "employer_id")
        ]
    ).unique()  # fmt: skip


def _listing_errors(outcome: pl.DataFrame) -> Iterator[str]:
    bad = outcome.filter(pl.col("outcome").is_in(["wrong", "choose without it", "none, wrongly"]))
    for row in bad.rows(named=True):
        where = ", ".join(filter(None, (row["listing_city"], row["listing_state"])))
        yield (
            f"{row['outcome']}: {row['listing_name']} ({where or 'no place'}) → "
            f"{row['brand'] or '-'} ({row['evidence']})"
        )


def _missed(meant: pl.DataFrame, hits: pl.DataFrame, asked: pl.DataFrame) -> Iterator[str]:
    missed = meant.join(hits, on=["row", "filed_name"], how="anti").join(asked, on="row")
    for row in missed.sort("cases", descending=True, nulls_last=True).rows(named=True):
        yield f"not found: {row['listing_name']} ← {row['filed_name']} ({row['cases'] or 0} cases)"


# ----------------------------------------------------------------------------------------- groups


def groups(truth: pl.DataFrame, index: Index) -> Score:
    """Pairwise and B-cubed precision and recall of the grouping by brand, else by employer.

    Spellings of one employer are of one group, that of the brand it filed most for, if it filed
    most for one: it may have filed under some of them before the brand bought it.
    """
    cases = pl.col("lca_cases") + pl.col("perm_cases")
    most = (
        index.names.group_by("employer_id", "brand_id")
        .agg(cases.sum().alias("cases"))
        .sort("cases", "brand_id", descending=[True, False])
        .unique("employer_id", keep="first", maintain_order=True)
    )
    filed = (
        index.names.drop("brand_id")
        .join(most.select("employer_id", "brand_id"), on="employer_id", how="left")
        .sort(cases, descending=True)
        .unique("employer_name", keep="first", maintain_order=True)
        .select(filed_name="employer_name", group=identity())
    )
    placed = truth.join(filed, on="filed_name", how="left")
    unknown = placed.filter(pl.col("group").is_null())
    return Score(
        {"names": truth.height, "names not in the lake": unknown.height}
        | agreement(placed.drop_nulls()),
        list(_grouping_errors(placed.drop_nulls())),
    )


def _pairs(counts: pl.Series) -> float:
    return float((counts.cast(pl.Float64) * (counts - 1)).sum() / 2)


def agreement(placed: pl.DataFrame) -> dict[str, float | None]:
    """Pairwise and B-cubed (Bagga and Baldwin 1998) agreement of `group` with `cluster`."""
    both = placed.group_by("group", "cluster").len("both")
    found, true = (
        placed.group_by(one).len("all").select(one, "all") for one in ("group", "cluster")
    )
    together = _pairs(both["both"])
    shares = [
        both.join(sizes, on=name).select((pl.col("both") ** 2 / pl.col("all")).sum()).item()
        for name, sizes in (("group", found), ("cluster", true))
    ]
    return {
        "pairwise precision": _ratio(together, _pairs(found["all"])),
        "pairwise recall": _ratio(together, _pairs(true["all"])),
        "B-cubed precision": _ratio(shares[0], placed.height),
        "B-cubed recall": _ratio(shares[1], placed.height),
    }


def _grouping_errors(placed: pl.DataFrame) -> Iterator[str]:
    for words, by, of in (("merged", "group", "cluster"), ("split", "cluster", "group")):
        mixed = (
            placed.group_by(by)
            .agg(pl.col(of).n_unique().alias("n"), pl.format("{} [{}]", "filed_name", of).sort())
            .filter(pl.col("n") > 1)
            .sort(by)
        )
        for name, _, members in mixed.rows():
            yield f"{words}: {name}: {'; '.join(members)}"


# ----------------------------------------------------------------------------------------- titles


def titles(truth: Path) -> Score:
    """The roles of labelled titles (job_title, role; soc_code and seniority where known).

    Accuracy, and for each role that was labelled or told its precision and recall; with a column
    `also`, a role that is equally right, each of them once more with that role counted as right.
    """
    table = facts.table(truth)
    if missing := [name for name in ("job_title", "role") if name not in table.columns]:
        raise ValueError(f"{truth} has no column {', '.join(missing)}.")
    told = roles.told(table)
    both = table.with_columns(
        told=told["role"], level=told["seniority"].cast(pl.String), evidence=told["role_evidence"]
    )
    right = pl.col("role") == pl.col("told")
    rights = {"": right}
    if "also" in both.columns:
        rights[" or also"] = right | (pl.col("also") == pl.col("told")).fill_null(value=False)
    measures: dict[str, float | int | None] = {
        "titles": both.height,
        **{
            f"role accuracy{how}": both.select(is_right.mean()).item()
            for how, is_right in rights.items()
        },
        "seniority accuracy": both.select((pl.col("seniority") == pl.col("level")).mean()).item()
        if "seniority" in both.columns
        else None,
    }
    for role in sorted({*both["role"], *both["told"]}):
        labelled, said = (both.filter(pl.col(name) == role) for name in ("role", "told"))
        for name, of in (("precision", said), ("recall", labelled)):
            for how, is_right in rights.items():
                measures[f"{role}: {name}{how} ({of.height})"] = of.select(is_right.mean()).item()
    wrong = both.filter(~right).sort("role", "job_title")
    errors = [
        f"role: {row['job_title']} [{row.get('soc_code') or 'no code'}] is "
        f"{' or '.join(filter(None, (row['role'], row.get('also'))))}, "
        f"told {row['told']} ({row['evidence'] or 'nothing told'})"
        for row in wrong.rows(named=True)
    ]
    if "seniority" in both.columns:
        errors += [
            f"seniority: {row['job_title']} is {row['seniority']}, told {row['level']}"
            for row in both.filter(pl.col("seniority") != pl.col("level")).rows(named=True)
        ]
    return Score(measures, errors)


# ------------------------------------------------------------------------------------ tax numbers


def tax_numbers(lake_dir: Path) -> Score | None:
    """The grouping by names alone against sound tax numbers; None where no file has any."""
    if not (staged := lake.staged(lake_dir)):
        return None
    found = employers.units(pl.concat(map(cases_of, staged))).collect()
    if found["employer_fein"].is_null().all():
        return None
    keyed = employers.identified(found)
    blind = employers.identified(found.with_columns(employer_fein=pl.lit(None, pl.String)))
    sound = employers.sound_feins(keyed)
    placed = (
        blind.select("employer_name", "employer_state", group="employer_id")
        .hstack(keyed.select("loose", cluster=found["employer_fein"]))
        .join(sound, left_on=["loose", "cluster"], right_on=["loose", "employer_fein"])
        .unique(["employer_name", "employer_state", "cluster"])
    )
    return Score({"names under a sound tax number": placed.height} | agreement(placed))
