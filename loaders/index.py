"""The names of a lake, in memory, as match() and those who type a name need them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from loaders import brands, lake, names
from loaders.facts import rules
from loaders.releases import years_said
from loaders.schema import PROGRAMS


@dataclass(frozen=True)
class Index:
    """The names of a lake, in memory, as match() needs them."""

    path: Path

    @cached_property
    def aliases(self) -> pl.DataFrame:
        """As employers.ALIASES, sorted by `loose`."""
        return lake.aliases(self.path).sort("loose").collect().rechunk()

    @cached_property
    def kinds(self) -> dict[str, pl.DataFrame]:
        """`aliases` by their kind; `more`: what is called so needs more than its one word."""
        kind = pl.col("kind").cast(pl.String)
        kinds = {one: self.aliases.filter(kind == one) for one in ("called", "filed", "trade name")}
        return kinds | {
            "called": kinds["called"].with_columns(more=names.needs_more(pl.col("name")))
        }

    @cached_property
    def without_region(self) -> pl.DataFrame:
        """The filed names among `aliases`, sorted by `short`: the key without its region."""
        return (
            self.kinds["filed"]
            .with_columns(short=names.loose(names.without(pl.col("key"), "region")))
            .filter(pl.col("short") != "")
            .sort("short", maintain_order=True)
        )

    @cached_property
    def founders(self) -> pl.DataFrame:
        """The filed names among `aliases` that begin with initials, by `loose` without them."""
        behind = names.loose(pl.col("key").str.extract(r"^\p{L}{1,2} (.+)$"))
        named = self.kinds["filed"].with_columns(loose=behind).drop_nulls("loose")
        return named.sort("loose", maintain_order=True)

    @cached_property
    def middle(self) -> pl.DataFrame:
        """The filed names among `aliases` with a middle initial, sorted by `loose` without it."""
        told = pl.col("key").str.contains(rules()["employers"]["middle"])
        return (
            self.kinds["filed"]
            .filter(told)
            .with_columns(loose=names.loose(names.without_initial(pl.col("key"))))
            .sort("loose", maintain_order=True)
        )

    @cached_property
    def cut(self) -> pl.DataFrame:
        """The trade names among `aliases` that the form may have cut, by their `first` letters."""
        bounds, loose = rules()["employers"], pl.col("loose")
        return (
            self.kinds["trade name"]
            .filter(
                pl.col("name").str.len_chars() >= bounds["cut_from"],
                loose.str.len_chars() >= bounds["cut_letters"],
            )
            .with_columns(first=loose.str.head(bounds["cut_letters"]))
            .sort("first", maintain_order=True)
        )

    @cached_property
    def well_known(self) -> pl.DataFrame:
        """The names among `aliases` of those with so many cases that many mistype them."""
        least = rules()["employers"]
        many = pl.col("cases").sum() >= least["typo_cases"]
        of_brand = self.members.group_by("brand_id").agg(many).filter("cases")["brand_id"]
        alone = self.employers.filter(pl.col("brand_id").is_null())
        of_employer = alone.group_by("employer_id").agg(many).filter("cases")["employer_id"]
        return self.aliases.filter(
            pl.col("loose").str.len_chars() >= least["typo_from"],
            pl.col("brand_id").is_in(of_brand.implode())
            | (pl.col("brand_id").is_null() & pl.col("employer_id").is_in(of_employer.implode())),
        )

    @cached_property
    def words(self) -> pl.DataFrame:
        """The filed names among `aliases`, as `filed`, a row for each `word` of theirs."""
        return (
            self.kinds["filed"]
            .rename({"key": "filed"})
            .with_columns(word=pl.col("filed").str.split(" ").list.unique())
            .explode("word")
            .sort("word", maintain_order=True)
        )

    @cached_property
    def word_counts(self) -> pl.DataFrame:
        """How many employers are `having` each `word` in a name."""
        return self.words.group_by("word").agg(having=pl.col("employer_id").n_unique())

    @cached_property
    def initials(self) -> pl.DataFrame:
        """The filed names of three words or more among `aliases`, sorted by their `initials`."""
        letters = names.initials(pl.col("key"))
        return (
            self.kinds["filed"]
            .with_columns(initials=letters)
            .filter(pl.col("initials").str.len_chars() > 2)  # noqa: PLR2004
            .sort("initials", maintain_order=True)
        )

    def placed(self, found: pl.DataFrame) -> pl.DataFrame:
        """`found` with the `places` of its employers."""
        there = among(self.employers, "employer_id", found["employer_id"])
        return found.join(there.select("employer_id", "places"), on="employer_id")

    @cached_property
    def employers(self) -> pl.DataFrame:
        """As employers.EMPLOYERS, sorted by `employer_id`, with all `cases`."""
        return (
            lake.employers(self.path)
            .sort("employer_id")
            .with_columns(cases=pl.col("lca_cases") + pl.col("perm_cases"))
            .collect()
            .rechunk()
        )

    @cached_property
    def members(self) -> pl.DataFrame:
        """The `employers` of each brand, with the counts of what they filed as the brand's.

        What an employer filed before the brand bought it is none of the brand's; one that was sold
        from brand to brand is a member of both.
        """
        counts = [f"{name}_cases" for name in PROGRAMS]
        counted = (
            self.names.drop_nulls("brand_id")
            .group_by("employer_id", "brand_id")
            .agg(pl.col("unit").drop_nulls().first(), pl.col(counts).sum())
        )
        return (
            self.employers.drop("brand_id", "unit", *counts)
            .join(counted, on="employer_id", maintain_order="left_right")
            .with_columns(cases=pl.sum_horizontal(counts))
            .select(self.employers.columns)
        )

    @cached_property
    def names(self) -> pl.DataFrame:
        """As employers.NAMES, sorted by `employer_id`."""
        names_ = lake.names(self.path).sort("employer_id", maintain_order=True)
        return names_.collect().rechunk()

    @cached_property
    def filed(self) -> int:
        """How many names employers filed under: one of several states or families counts once."""
        return self.names["employer_name"].n_unique()

    @cached_property
    def brands(self) -> pl.DataFrame:
        """As brands.BRANDS, but one of the plain list whose name others have, by its filed name."""
        filed = self.members.group_by("brand_id").agg(
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


def among(known: pl.DataFrame, column: str, asked: pl.Series) -> pl.DataFrame:
    """The rows of a table sorted by `column` that a join with `asked` finds: it would hash all."""
    values, there = asked.drop_nulls().unique().sort(), known[column]
    first, behind = there.search_sorted(values, "left"), there.search_sorted(values, "right")
    if len(values) == 1:  # a name that is typed: a slice is sooner made
        return known[first.item() : behind.item()]
    return known[pl.int_ranges(first, behind, eager=True).explode(empty_as_null=False)]


def in_words(periods: list[tuple[str, int]]) -> str:
    """Programs and fiscal years, e.g. `PERM FY2009 to FY2010, FY2015 (no LCA file loaded)`."""
    years = {name: sorted(year for of, year in periods if of == name) for name in PROGRAMS}
    loaded = "; ".join(f"{name.upper()} {years_said(of)}" for name, of in years.items() if of)
    missing = " or ".join(name.upper() for name, of in years.items() if not of)
    return f"{loaded} (no {missing} file loaded)" if missing else loaded
