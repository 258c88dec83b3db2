"""Which filings a page is about, and what its numbers leave out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analytics import counts
from charts.theme import word
from loaders import lake, role_notes, roles
from loaders.facts import codes
from pages.parts.columns import asked
from pages.parts.history import Who
from pages.parts.plain import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Which filings: of these fiscal years, and of what else is chosen; empty means all."""

    years: tuple[int, int]
    programs: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    words: str = ""
    employer: Who | None = None
    seniorities: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    visa_classes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    beside: bool = False
    """Whether the roles stand beside each other, not together."""

    @property
    def role(self) -> str | None:
        """The one role of a page that has one."""
        return self.roles[0] if self.roles else None

    @property
    def name(self) -> str:
        """The role, or the words that stand for one, as people say it."""
        return listed(map(role_notes.named, self.roles), "or") or self._titled() or "all roles"

    @property
    def by_title(self) -> bool:
        """Whether what is asked is told from titles."""
        return bool(self.roles or self.words or self.seniorities)

    def tests(self) -> dict[str, pl.Expr]:
        """What a case must pass, each test by what it asks for."""
        of = {"employer": self.employer.test()} if self.employer else {}
        return of | counts.asked(
            roles=roles.within(self.roles), words=self.words, seniorities=self.seniorities,
            levels=self.levels, occupations=self.occupations, states=self.states,
            places=_spelled(self.places), visa_classes=self.visa_classes, statuses=self.statuses,
            programs=self.programs, years=self.years,
        )  # fmt: skip

    def filings(self, path: str) -> pl.LazyFrame:
        """The cases in a lake."""
        return lake.filings(Path(path)).filter(*self.tests().values())

    def sums(self, path: str) -> pl.LazyFrame | None:
        """What each employer filed of the cases, as loaders.yearly; None where sums cannot tell."""
        tests, sums = list(self.tests().values()), lake.by_employer(Path(path))
        asked = {name for test in tests for name in test.meta.root_names()}
        return sums.filter(*tests) if asked <= set(sums.collect_schema()) else None

    def said(self, *, years: bool = True) -> tuple[str, ...]:
        """What is chosen, as people say it."""
        states = codes("states")
        parts = (
            self.employer.label if self.employer else "",
            listed(map(role_notes.named, self.roles), "and" if self.beside else "or"),
            self._titled(),
            listed(map(word, self.seniorities), "or"),
            listed(map(word, self.levels), "or"),
            f"occupation {listed(self.occupations, 'or')}" if self.occupations else "",
            listed((states.get(one, one) for one in self.states), "or"),
            listed(self.places, "or"),
            listed(self.visa_classes, "or"),
            listed((word(one).lower() for one in self.statuses), "or"),
            ", ".join(map(word, self.programs)),
            " to ".join(f"FY{year}" for year in sorted(set(self.years))) if years else "",
        )
        return tuple(filter(None, parts))

    def _titled(self) -> str:
        return f"“{self.words}” in the title" if self.words else ""


def _spelled(places: Sequence[str]) -> tuple[str, ...]:
    """The places, and the cities of those that are metropolitan areas."""
    return (*places, *(city for city, metro in codes("shown/metros").items() if metro in places))


WAITS = (
    "Days from the receipt of a PERM case until DOL certified or denied it; withdrawn cases are "
    f"left out. Files that tell the receipt: {asked('perm', 'received_date')}."
)
NO_METRO = "in no metropolitan area, or of a city whose area is not known here"
METRO = (
    "The metropolitan statistical area of the first worksite, by OMB's titles of March 2020, for "
    f"{len(codes('shown/metros')):,} cities; one on the line of two areas has none."
)
PARTS: Mapping[str, Mapping[str, pl.Expr]] = {
    "cases": {},
    "decided": {"not decided": counts.decided()},
    "wages": {"no annual wage": pl.col("annual_wage").is_not_null()},
    "waits": {
        "not PERM": pl.col("program") == "perm",
        "not decided": counts.decided(),
        "not both dates, in order": pl.col("received_date") <= pl.col("decision_date"),
    },
    "states": {"no state of the worksite": pl.col("worksite_state").is_not_null()},
    "codes": {"no code of 2018": pl.col("soc_code").is_not_null()},
    "employers": {
        "no employer": pl.col("employer_id").is_not_null() | pl.col("brand_id").is_not_null()
    },
}
"""What a figure leaves out of a page's cases, by why."""
