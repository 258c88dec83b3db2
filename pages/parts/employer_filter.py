"""An employer as a filter: typed as people know it, settled as on the page Employer."""

import streamlit as st

from pages.parts import decision, history, named
from pages.parts.history import Who
from pages.parts.plain import counted, plain


def draw(at: tuple[str, str]) -> tuple[Who | None, str]:
    """The choice of an employer, none for all; and what to say where it is not settled who."""
    name = st.text_input(
        "Employer", key="employer", bind="query-params", width=220, max_chars=200,
        placeholder="Any employer", help="As a listing says it, e.g. Meta, EY, UC Berkeley.",
    )  # fmt: skip
    if not (name or "").strip():
        return None, ""
    index = history.index(*at)
    answer, who = named.decided(name, index)
    if who:
        return who, ""
    offered = decision.candidates(answer, name, None, index)
    if not offered:
        return None, f"{plain(name)}: none observed in these files, nor a name that is near."
    choices = {_named(one): one for one in offered}
    picked = st.selectbox(
        "Which one is meant?", list(choices), index=None, key="whom", bind="query-params",
        width=300, placeholder=f"{counted(len(choices), 'name')} to choose from",
    )  # fmt: skip
    if picked:
        return decision.who(choices[picked], index), ""
    asks = decision.question(offered)
    none = "none observed by just this name; others are near. " + asks.capitalize()
    return None, f"{plain(name)}: {asks if answer['decision'] == 'choose' else none}"


def _named(candidate: decision.Candidate) -> str:
    return ", ".join(filter(None, (candidate["name"], candidate["place"])))
