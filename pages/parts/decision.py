"""The answer to `who is that?`: matched, to choose, none observed, or not applicable."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from charts.theme import word
from loaders import match
from loaders.schema import PROGRAMS
from pages.parts.history import Who
from pages.parts.plain import counted, plain


def draw(answer: Mapping[str, Any], name: str, state: str | None, index: match.Index) -> Who | None:
    """Say the decision and why; the employer it comes to, by itself or by a person's choice."""
    if answer["decision"] == "matched":
        likely = " Likely, not sure." if answer["confidence"] == "likely" else ""
        st.markdown(f"#### {plain(answer['brand'])}: {cases(answer, index)}")
        st.caption(plain(f"Because: {answer['evidence']}.{likely}"))
        return Who(answer["brand"], answer["brand_id"], tuple(answer["employer_ids"]))
    if answer["decision"] == "choose":
        st.markdown(f"#### {plain(name)}: which one is meant?")
        st.caption(plain(f"Why we ask: {answer['evidence']}."))
        return _choice(answer["candidates"], name, state, index)
    if answer["decision"] == "not-applicable":
        st.info(plain(f"Not applicable: {answer['evidence']}."), icon=":material/public:")
        return None
    return _none(answer, name, state, index)


def cases(answer: Mapping[str, Any], index: match.Index) -> str:
    """`12 LCA cases, no PERM case`; a program without a loaded file is said to be that."""
    return ", ".join(
        counted(answer[f"{name}_cases"], f"{word(name)} case")
        if name in index.programs
        else f"no {word(name)} file loaded"
        for name in PROGRAMS
    )


def _label(candidate: Mapping[str, Any], index: match.Index) -> str:
    place = f", {candidate['place']}" if candidate["place"] else ""
    return f"{candidate['name']}{place}: {cases(candidate, index)}"


def _choice(
    candidates: Sequence[Mapping[str, Any]], name: str, state: str | None, index: match.Index
) -> Who | None:
    picked = st.radio(
        "Candidates", range(len(candidates)), index=None, key=f"choice_{name}_{state}",
        format_func=lambda at: plain(_label(candidates[at], index)), label_visibility="collapsed",
    )  # fmt: skip
    if picked is None:
        return None
    one = candidates[picked]
    st.button(
        "Remember this for my listings", key="remember", icon=":material/bookmark:",
        on_click=match.choose, args=(name, state, one["brand_id"], one["employer_id"]),
    )  # fmt: skip
    return who(one, index)


def who(candidate: Mapping[str, Any], index: match.Index) -> Who:
    """The employers behind a candidate."""
    if candidate["employer_id"]:
        return Who(candidate["name"], None, (candidate["employer_id"],))
    of_brand = index.employers.filter(brand_id=candidate["brand_id"])
    if candidate["unit"]:
        of_brand = of_brand.filter(unit=candidate["unit"])
    ids = of_brand["employer_id"]
    return Who(candidate["name"], candidate["brand_id"], tuple(ids))


def _none(
    answer: Mapping[str, Any], name: str, state: str | None, index: match.Index
) -> Who | None:
    st.markdown(f"#### {plain(name)}: none observed")
    st.caption(
        plain(
            f"{answer['evidence']}. That is no proof that it never filed: it may file under "
            "another name, in years that are not loaded, or be too new."
        )
    )
    begun = match.beginning(name, index).select(match.candidate()).to_series().to_list()
    seen = {one["name"] for one in begun}
    near = [*begun, *(one for one in answer["candidates"] or [] if one["name"] not in seen)]
    if not near:
        return None
    st.markdown("**The nearest names in the files**, which may be others:")
    return _choice(near, name, state, index)
