"""An employer's filing history, and the filed names, rules and rows that it rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts, history
from charts import counts as charts
from charts.theme import word
from loaders import lake, roles
from loaders.facts import codes
from loaders.index import Index
from loaders.sample import LakeInUse
from pages.parts import about, evidence, filed_role
from pages.parts.columns import forms_with
from pages.parts.filed_role import Role
from pages.parts.plain import counted, day, plain

_NUMBER = st.column_config.NumberColumn
_NO_LEVEL = (counts.BLANK, counts.NOT_ASKED)


@dataclass(frozen=True, slots=True)
class Who:
    """A brand with its employers, or employers alone."""

    label: str
    brand_id: str | None
    employer_ids: tuple[str, ...]

    def test(self) -> pl.Expr:
        """Whether a filing is of it."""
        return history.belongs(self.brand_id, self.employer_ids)

    def filings(self, path: str) -> pl.LazyFrame:
        """All filings of it in a lake."""
        return lake.filings(Path(path)).filter(self.test())

    @property
    def identity(self) -> str:
        """As loaders.schema.identity; of a campus, its system's."""
        return f"brand {self.brand_id}" if self.brand_id else f"employer {self.employer_ids[0]}"


@st.cache_resource(max_entries=2, show_spinner="Reading the names of the employers…")
def index(version: str, path: str) -> Index:  # noqa: ARG001
    """The names of the lake in use."""
    return Index(Path(path))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Programs (none for all), fiscal years (first and last) and state that a history is of."""

    programs: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    state: str | None = None


WHOLE = Narrowed()


@st.cache_resource(max_entries=32, show_spinner="Reading the employer's cases…")
def rows(version: str, path: str, who: Who, to: Narrowed) -> pl.DataFrame:  # noqa: ARG001
    """The cases of an employer, read once for all that a page shows of them."""
    found = counts.matching(
        who.filings(path), programs=to.programs, years=to.years,
        states=[to.state] if to.state else [],
    )  # fmt: skip
    return found.select(pl.exclude(_UNUSED)).collect()


_UNUSED = (
    "soc_code_raw", "soc_map", "soc_repair", "status_raw", "first_decision_date",
    "original_cert_date", "employer_dba", "employer_city", "employer_postal_code", "naics_code",
    "worksite_postal_code", "worksite_count", "wage_from", "wage_to", "annual_wage_to",
    "prevailing_wage", "prevailing_wage_unit", "prevailing_wage_repair", "begin_date", "end_date",
)  # fmt: skip
"""What no part of a page tells of an employer: a third of the work of reading its cases."""


@st.cache_resource(max_entries=64, show_spinner=False)
def _filed(version: str, path: str, who: Who, to: Narrowed) -> pl.DataFrame:
    return history.roles(rows(version, path, who, to).lazy()).collect()


@st.cache_resource(max_entries=64, show_spinner=False)
def _numbers(version: str, path: str, who: Who, of: Role, to: Narrowed) -> dict[str, pl.DataFrame]:
    filings = rows(version, path, who, to).lazy()
    chosen = counts.matching(
        filings, roles=roles.within([of.role] if of.role else []), words=of.words
    )
    asking = forms_with("wage_level")
    return {
        "outcomes": counts.certification(chosen, ["program"]).collect(),
        "decided": counts.certification(chosen).collect(),
        "periods": counts.by_period(chosen, split="program", quarters=False).collect(),
        "wages": history.wages(chosen, asking).collect(),
        "terms": history.of_terms(filings, of.words).collect(),
        "rows": chosen.sort("decision_date", descending=True, nulls_last=True)
        .select(
            "program", "case_number", "decision_date", "status", "employer_name", "job_title",
            "worksite_city", "worksite_state", "annual_wage", "wage_level", "release",
        )
        .head(evidence.ROWS)
        .collect(),
    }  # fmt: skip


def draw(
    in_use: LakeInUse,
    who: Who,
    wanted: Role,
    coverage: pl.DataFrame,
    *,
    state: str | None = None,
    key: str = "role",
) -> Role:
    """The history of one employer or brand, and what it rests on.

    A state of the job is offered as a filter; the history is of all states until it is taken.
    """
    of, to = asked(in_use, who, wanted, state=state, key=key)
    behind(in_use, who, beside(in_use, who, of, to, coverage))
    return of


def behind(in_use: LakeInUse, who: Who, found: Mapping[str, pl.DataFrame]) -> None:
    """The filed names and the cases that a history rests on."""
    evidence.names(index(*in_use.at), who.brand_id, who.employer_ids)
    evidence.cases(found["rows"], int(found["outcomes"]["cases"].sum()))


def asked(
    in_use: LakeInUse,
    who: Who,
    wanted: Role,
    *,
    state: str | None = None,
    key: str = "role",
    to: Narrowed = WHOLE,
) -> tuple[Role, Narrowed]:
    """Draw the choice among the roles of an employer, and whether of the state of the job alone."""
    at = in_use.at
    of = filed_role.box(_filed(*at, who, to), wanted, key=f"{key}_{who.label}")
    return of, replace(to, state=_worksites(at, who, state, to, key) if state else None)


def beside(
    in_use: LakeInUse, who: Who, of: Role, to: Narrowed, coverage: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """One of the roles of an employer beside all of them; its numbers.

    The numbers are those of all roles where no case is of the one.
    """
    at = in_use.at
    every = _numbers(*at, who, filed_role.ALL, to)
    chosen = every if of == filed_role.ALL else _numbers(*at, who, of, to)
    loaded = coverage["fiscal_year"].sort()
    years = to.years or (loaded[0], loaded[-1])
    untitled = {} if of == filed_role.ALL else about.untitled(coverage, to.programs, years)
    few, many = (int(one["outcomes"]["cases"].sum()) for one in (chosen, every))
    if of != filed_role.ALL and few:
        st.markdown(f"**{few:,}** of {counted(many, 'case')} {_have(of, few)}.")
        if untitled:
            st.caption(about.no_titles(untitled))
        part, whole = st.columns(2, gap="medium")
        with part:
            st.markdown(f"##### {plain(_title(of))}")
            _side(in_use, who, chosen, coverage, what=str(of), to=to, untitled=untitled)
        with whole:
            st.markdown("##### All roles")
            _side(in_use, who, every, coverage, what="all roles", to=to)
    else:
        if not few:
            blind = about.none_fits("", coverage, to.programs, years)
            _nothing(of, chosen, blind, about.no_titles(untitled))
        _side(in_use, who, every, coverage, what="all roles", to=to)
    return chosen if few else every


def _title(of: Role) -> str:
    return str(of)[:1].upper() + str(of)[1:]


def _have(of: Role, few: int) -> str:
    have = "has" if few == 1 else "have"
    return (
        f"{have} *{plain(of.words)}* in the job title"
        if of.words
        else f"{have} the role *{plain(str(of))}*"
    )


def _nothing(of: Role, found: dict[str, pl.DataFrame], blind: str, untitled: str) -> None:
    """Say that no case is of the role, or `blind`, that no file tells; and what is shown instead.

    `untitled` says which years cannot.
    """
    said = (
        f"{blind} whether a case is of *{plain(of.words or str(of))}*."
        if blind
        else f"No case of this employer has *{plain(of.words)}* in its job title{_terms(found)}. "
        "The same work may stand under another title: try fewer words, or a role."
        if of.words
        else f"No case here is of the role *{plain(str(of))}*."
    )
    parts = filter(None, (said, untitled, "Below are all its roles."))
    st.info(" ".join(parts), icon=":material/filter_alt_off:")


def _terms(found: dict[str, pl.DataFrame]) -> str:
    """How many cases each word of a title has alone, where there are several words."""
    alone = found["terms"]
    if alone.width < 2:  # noqa: PLR2004 - one word alone is the title itself
        return ""
    said = ", ".join(
        f"*{plain(term)}* {cases:,}" for term, cases in alone.row(0, named=True).items()
    )
    return f" (each word alone: {said})"


def _worksites(at: tuple[str, str], who: Who, state: str, to: Narrowed, key: str) -> str | None:
    """Offer the cases with a worksite in the state; the state where that is wanted."""
    there, every = (
        int(_numbers(*at, who, filed_role.ALL, one)["outcomes"]["cases"].sum())
        for one in (replace(to, state=state), to)
    )
    name = codes("states").get(state, state)
    wanted = st.toggle(
        f"Only worksites in {name}: {there:,} of {counted(every, 'case')}",
        key="there" if key == "role" else f"there_{key}",
        bind="query-params" if key == "role" else None,  # a page's own, not one of many listings'
        disabled=not there,
        help="The state of the job tells employers of one name apart. The history is of all "
        "states, unless this is on; then of the cases whose first worksite is in the state.",
    )
    return state if wanted and there else None


def _side(
    in_use: LakeInUse,
    who: Who,
    found: dict[str, pl.DataFrame],
    coverage: pl.DataFrame,
    *,
    what: str,
    to: Narrowed,
    untitled: Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Metrics, cases by year and wages of all roles, or of one, which `untitled` years hide."""
    _metrics(found["outcomes"], found["rows"]["decision_date"].max())
    years = coverage["fiscal_year"].sort()
    span = to.years or (years[0], years[-1])
    partial = about.partial_years(coverage, found["decided"], span)
    st.plotly_chart(
        charts.by_period(
            found["periods"],
            split="program",
            quarters=False,
            years=span,
            partial=partial,
            loaded=about.loaded_years(coverage, to.programs),
            filters=[who.label, what, *map(word, to.programs)],
            source=about.source(in_use),
            untitled=untitled,
            sample=in_use.is_sample,
            dark=st.context.theme.type == "dark",
        ),
        theme=None,
        key=f"history_bars_{what}",
        alt=charts.alt_text(found["periods"], split="program", quarters=False, partial=partial),
        config={"displaylogo": False},
    )
    st.markdown("**Offered wages**, annual US dollars, the lower bound of each offer")
    _wages(found["wages"], what)


def _metrics(outcomes: pl.DataFrame, last: object) -> None:
    with st.container(horizontal=True, gap="medium"):
        for row in outcomes.rows(named=True):
            name = word(row["program"])
            st.metric(
                f"{name} cases", f"{row['cases']:,}", width="content",
                help="Cases, not people and not hires.",
            )  # fmt: skip
            st.metric(
                f"{name} certified of decided",
                "too few" if row["rate"] is None
                else f"{row['rate']:.1%} (n = {row['decided']:,})",
                width="content",
                help=f"Certified of certified + denied: {row['certified']:,} of "
                f"{row['decided']:,} decided; {row['withdrawn']:,} were withdrawn before a "
                "decision. DOL certifies; USCIS approves.",
            )  # fmt: skip
        st.metric(
            "Last decision", day(last) if isinstance(last, date) else "no date", width="content"
        )


def _wages(wages: pl.DataFrame, what: str) -> None:
    if wages.is_empty():
        st.caption("No case here has a wage that can be read.")
        return
    st.dataframe(
        wages.with_columns(
            pl.col("program").cast(pl.String).str.to_uppercase(),
            pl.col("wage_level").replace({one: word(one) for one in _NO_LEVEL}),
            (pl.col("p10", "median", "p90") / 100).round() * 100,
        ),
        hide_index=True,
        placeholder="too few",
        column_config={
            "program": "Program",
            "wage_level": st.column_config.TextColumn(
                "Level",
                help="Of the prevailing wage: I (entry) to IV. *Not on this form*: the record "
                "layout has no level. *Left blank*: it has one and nothing stands there.",
                width=124,
            ),
            "cases": _NUMBER("Cases", format="localized", width=58),
            **{
                name: _NUMBER(label, format="localized", help=said, width=72)
                for name, label, said in (
                    ("p10", "10th, $", "10th centile: one offer in ten is lower."),
                    ("median", "Median, $", "Half of the offers are lower, half higher."),
                    ("p90", "90th, $", "90th centile: one offer in ten is higher."),
                )
            },
        },
        column_order=None if wages["program"].n_unique() > 1 else wages.columns[1:],
        key=f"history_wages_{what}",
    )
