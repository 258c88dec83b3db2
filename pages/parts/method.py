"""How the numbers are made, how right they are, what they cannot say, and what each word means."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

import polars as pl
import streamlit as st

from loaders import glossary, role_notes, roles
from loaders.facts import weights
from loaders.glossary import Term
from loaders.layouts import COMPANION, layouts
from loaders.schema import FEWEST
from pages.parts import wrapped
from pages.parts.columns import spans
from pages.parts.plain import counted, day, plain
from pages.parts.role_pay import HOURS

_NOT_HERE = """
- Whether a visa or a green card was approved, used or renewed: USCIS and consulates decide that,
  and DOL's files end before it.
- How many people an employer hired or employs: cases and positions are asked for, not filled.
- Who would sponsor you: an employer that filed can stop, and one without a case can begin.
- What was paid: an offer is the least that the employer promised, without bonus and stock.
- TN, O-1, L-1 and work of students (F-1 OPT): none of them begins with an LCA or a PERM case.
- Why DOL denied a case: its files give no reason.
- What a form does not ask for: the page Quality shows it, year by year.
"""


def answer() -> str:
    """How right the lake is where nobody had looked, in one sentence with its numbers."""
    found = glossary.accuracy()
    titles, listings = found["titles"][0], found["listings"][-1]
    return (
        f"Of titles drawn as cases come, {titles['role']:.1%} of {titles['of']:,} got the role "
        f"that a person gave them; of the matches of {listings['of']:,} unread listings, "
        f"{listings['blind_precision']:.1%} were the right employer."
    )


def asked() -> str:
    """What is looked for in the glossary; the address has it."""
    text = st.text_input(
        "Search the glossary", type="search", key="term", bind="query-params", live=True,
        max_chars=80, placeholder="e.g. wage level, Wilson, 655.736",
    )  # fmt: skip
    return " ".join((text or "").split())


def made() -> None:
    """How cases, employers, roles, wages and the ranking are made."""
    st.subheader("How it is made", anchor="made")
    for title, said in paragraphs().items():
        st.markdown(f"**{title}.** {said}")


def paragraphs() -> dict[str, str]:
    """Each step of the making in a few sentences; numbers are those that the code uses."""
    forms = sum(one.program != COMPANION for one in layouts())
    finer = len(roles.roles()) - len(roles.counted())
    weighed = ", ".join(f"{part} {weight:g}" for part, weight in weights().items())
    measured = " and ".join(
        f"{share:.0%} (FY{year})" for year, share in filter(None, role_notes.wage_titles().values())
    )
    untitled = spans("perm", role_notes.wage_titles())
    return {
        "Cases": f"A file is known by its header row, one of {forms} record layouts, never by its "
        "name. Each row with content is kept, replaced by a newer row of its case, or refused "
        "under a rule; a case counts once, under its newest decision, in that decision's fiscal "
        "year.",
        "Employers": "Filed names are joined in layers, each recorded on the name: the same but "
        "for suffix and punctuation; the same but for spaces, plurals and short forms, for one "
        "wrong letter of a long name in one city, or for what an old form cut; a sound tax number "
        "in common; a pair that somebody reviewed; a brand's reviewed list, with the strangers "
        "that do not belong. Names of common words stay apart by state but where they name one "
        "city and industry, and so do names in unlike fields of business. Any further likeness "
        "joins nobody: it only names candidates.",
        "Roles": f"A title is normalised, and the first of {len(roles.counted()) - 1} roles and "
        f"{finer} finer ones whose pattern it has is its role. The occupation code decides where "
        "the title tells nothing; where both are silent the role is other. What told it stands "
        "beside it. Codes of every vintage lead to the SOC of 2018.",
        "Files without titles": f"PERM files of {untitled} have no job title of the employer, only "
        "that of the prevailing wage, which is the plain name of an occupation in "
        f"{measured} of the cases; of later files it is so in one of ten or fewer. There a role, a "
        "seniority or a word that only titles tell is mostly not seen. A count of none in such a "
        "year is left blank, a star in figures, and none found is not zero; years with some "
        "are paler or hollow. Roles that the occupation tells as well, such as "
        "software engineers, stay close to what was filed.",
        "Wages": "An amount is made annual by its filed unit, an hourly one at "
        f"{HOURS:,} hours. Where unit and amount cannot both be right and the row tells which is "
        "wrong, it is repaired and marked; where no unit makes the amount plausible, there is no "
        "annual wage. An offer counts at its lower bound. Centiles are of cases, not of workers.",
        "Ranking": f"The score is the weighted mean of six parts, 0 to 1 each ({weighed}): volume "
        "and PERM are cases of the last three loaded years, logarithmic against the employer with "
        "most, and PERM is not told where only PERM is looked at; consistency is the share of "
        "loaded years with a case; recency falls to 0 over five loaded years after the last that "
        "has a twentieth of the busiest one's cases; certification is the lower end of the Wilson "
        "interval; pay is the mean offer over its prevailing wage. "
        f"Fewer than {FEWEST} cases are not rated. The weights can be changed where the ranking "
        "stands.",
    }  # fmt: skip


def accuracy() -> None:
    """How right employers and roles are, against labels that people made."""
    found = glossary.accuracy()
    st.subheader("How right it is", anchor="accuracy")
    st.caption(
        f"Measured {day(found['measured'])} on {found['cases']:,} PERM cases of nine fiscal years "
        f"with {found['names']:,} filed names; labels by people who did not see the rules. Blind: "
        "scored before anybody looked at the errors. A set that was read since says less."
    )
    for key, title, columns in (
        ("titles", "Titles to roles", _TITLES),
        ("listings", "Listings to employers", _LISTINGS),
        ("names_joined", "Filed names joined, in pairs", _NAMES),
    ):
        wrapped.draw(_spoken(found[key], columns), columns, title)


_TITLES = {
    "set": "Set", "of": "Titles", "role": "Role right", "second": "Or the second choice",
    "level": "Seniority right",
}  # fmt: skip
_LISTINGS = {
    "set": "Set", "of": "Listings", "blind_precision": "Blind: matches right",
    "blind_recall": "Blind: filings found", "wrong": "Wrong now", "recall": "Filings found now",
}  # fmt: skip
_NAMES = {
    "set": "Set", "of": "Names", "blind_precision": "Blind: joins right",
    "blind_recall": "Blind: joins found", "precision": "Joins right now",
    "recall": "Joins found now",
}  # fmt: skip


def _spoken(rows: list[dict[str, object]], columns: Mapping[str, str]) -> pl.DataFrame:
    """The rows with shares as per cent; a set that was read from the start has no blind score."""
    missing = {"second": "not counted"}
    return pl.DataFrame(
        {
            one: [
                f"{value:.1%}" if isinstance(value, float) else value
                for value in (row.get(one, missing.get(one, "read from the start")) for row in rows)
            ]
            for one in columns
        }
    )


def cannot_say() -> None:
    """What nobody can read from the data, whatever the page."""
    st.subheader("What the data cannot say", anchor="cannot-say")
    st.markdown(_NOT_HERE)


def words(terms: Iterable[Term]) -> None:
    """The glossary: a heading a term, which is its anchor, under its topic."""
    st.subheader("Glossary", anchor="glossary")
    topics = {topic: list(of) for topic, of in groupby(terms, lambda one: one.topic)}
    st.markdown(" · ".join(f"[{plain(one)}](#{anchor(one)})" for one in topics))
    for topic, of in topics.items():
        st.markdown(f"#### {plain(topic)}")
        entries(of)


def anchor(heading: str) -> str:
    """Where a heading of plain words is found: `/method#how-dol-decides`."""
    return "-".join(re.findall(r"[a-z0-9]+", heading.lower()))


def entries(terms: Iterable[Term]) -> None:
    """The terms in their order, each with what it means and who says so."""
    for one in terms:
        st.markdown(
            f"##### {plain(one.term)}\n\n{plain(one.means)}\n\n:gray[Source: {plain(one.source)}]"
        )


def results(text: str) -> None:
    """What the glossary says of a text; the nearest way on where it says nothing."""
    found = glossary.found(text)
    if not found:
        st.info(
            f"No term speaks of “{plain(text)}”. Clear the search to see all "
            f"{len(glossary.terms())}, or look for a column in the data dictionary.",
            icon=":material/search_off:",
        )
        return
    st.caption(f"{len(found)} of {counted(len(glossary.terms()), 'term')}")
    entries(found)
