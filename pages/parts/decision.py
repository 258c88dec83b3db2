"""The answer to `who is that?`: matched, to choose, none observed, or not applicable."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from charts.theme import word
from loaders import choices, match, names, steps
from loaders.facts import codes
from loaders.index import Index
from pages.parts.history import Who
from pages.parts.plain import counted, day, plain

_MOST = 8  # candidates that a person can take in at a glance
Candidate = dict[str, Any]


def draw(
    answer: Mapping[str, Any], name: str, state: str | None, index: Index, kept: pl.DataFrame
) -> Who | None:
    """Say the decision and why; the employer it comes to, by itself or by a person's choice."""
    made = _made(name, state, index, kept)
    if answer["decision"] == "not-applicable":
        st.info(plain(f"Not applicable: {answer['evidence']}."), icon=":material/public:")
        return None
    if answer["decision"] == "matched":
        likely = (
            " Likely, not sure: a namesake may be meant."
            if answer["confidence"] == "likely"
            else ""
        )
        st.markdown(f"#### {plain(answer['brand'])}: {cases(answer, index)}")
        if not made:
            st.caption(plain(f"Because: {answer['evidence'].rstrip('.')}.{likely}"))
        found = Who(answer["brand"], answer["brand_id"], tuple(answer["employer_ids"]))
        other = _other(made, name, state, index)
        return other or found
    offered = candidates(answer, name, state, index)
    begun = any(one["begins"] for one in offered)
    if made:
        st.markdown(f"#### {plain(name)}: none observed")
        return _other(made, name, state, index)
    if answer["decision"] == "choose" or begun:
        st.markdown(f"#### {plain(name)}: {question(offered)}")
        why = answer["evidence"] if answer["decision"] == "choose" else "names that begin so"
        st.caption(plain(f"Why we ask: {why.rstrip('.')}."))
    else:
        st.markdown(f"#### {plain(name)}: none observed")
        st.caption(plain(f"{answer['evidence']}. {NO_PROOF}"))
        if offered:
            st.markdown("**The nearest names in the files**, which may be others:")
    return _choice(offered, name, state, index) if offered else None


def _made(name: str, state: str | None, index: Index, kept: pl.DataFrame) -> dict[str, Any] | None:
    """The choice that decides the name; one of somebody whom these files do not know is told."""
    made = choices.of(name, state, kept)
    if not made or not (made["brand_id"] or made["employer_id"]):
        return made
    if choices.of(name, state, steps.standing(kept, index).select(*choices.CHOICES)):
        return made
    with st.container(horizontal=True, vertical_alignment="center"):
        of = f" of {day(made['chosen_date'])}" if made["chosen_date"] else ""
        st.markdown(
            f":material/bookmark: Your choice{of} means an employer that the loaded files do not "
            "have: it decides nothing here.",
            width="content",
        )
        st.button("Undo", key="forget", on_click=_forget, args=(name, state))
    return None


NO_PROOF = (
    "That is no proof that it never filed: it may file under another name, in years that are not "
    "loaded, or be too new."
)


def settle(answer: Mapping[str, Any], name: str, state: str | None, index: Index) -> None:
    """Ask who is meant by a name that several fit, and have it remembered."""
    at = codes("states").get(state or "", state)
    there = f" The job is in {plain(at)}." if at else ""
    offered = candidates(answer, name, state, index)
    st.markdown(f"**{plain(name)}: {question(offered)}**{there}")
    st.caption(plain(f"Why we ask: {answer['evidence'].rstrip('.')}."))
    _choice(offered, name, state, index, key="settle")


def question(offered: Sequence[Candidate]) -> str:
    """What is asked of a name that does not tell who is meant."""
    return "which one is meant?" if len(offered) > 1 else "is this one meant?"


def cases(answer: Mapping[str, Any], index: Index) -> str:
    """`12 LCA cases, no PERM case`: of the programs that the lake holds."""
    return ", ".join(
        counted(answer[f"{name}_cases"], f"{word(name)} case") for name in index.programs
    )


def candidates(
    answer: Mapping[str, Any], name: str, state: str | None, index: Index
) -> list[Candidate]:
    """Whom a name may mean, each once, with the name that `fits` and whether it `begins` so.

    Those of just this name come first, then those that begin so; without a state, the larger first.
    """
    begun = match.beginning(name, index).select(match.candidate(index)).to_series().to_list()
    each = {
        (one["brand_id"] or one["employer_id"], one["unit"]): _summed(one, index)
        for one in [*(answer["candidates"] or []), *begun]
    }
    found = [
        one | {"fits": match.fitting(name, one, index) or one["name"]} for one in each.values()
    ]
    stem, *stems = _loose([name, *(one["fits"] for one in found)])
    for one, its in zip(found, stems, strict=True):
        one |= {"same": its == stem, "begins": bool(stem) and its.startswith(stem)}
    if not state:
        found.sort(key=lambda one: sum(one[f"{of}_cases"] for of in index.programs), reverse=True)
    return sorted(found, key=lambda one: (not one["same"], not one["begins"]))[:_MOST]


def _loose(texts: Iterable[str]) -> list[str]:
    text = pl.Series("text", list(texts), pl.String)
    return (
        text.to_frame()
        .select(names.loose(names.full(pl.col("text"))).fill_null(""))
        .to_series()
        .to_list()
    )


def _summed(candidate: Candidate, index: Index) -> Candidate:
    """A candidate under its brand's name, with the cases of all its employers."""
    if not candidate["brand_id"]:
        return candidate
    mine = _members(candidate, index)
    brand = index.brands.filter(brand_id=candidate["brand_id"])["brand"]
    return candidate | {
        "name": candidate["unit"] or brand[0],
        "lca_cases": mine["lca_cases"].sum(),
        "perm_cases": mine["perm_cases"].sum(),
    }


def _members(candidate: Mapping[str, Any], index: Index) -> pl.DataFrame:
    of_brand = index.members.filter(brand_id=candidate["brand_id"])
    return of_brand.filter(unit=candidate["unit"]) if candidate["unit"] else of_brand


def label(candidate: Candidate, index: Index) -> str:
    """A candidate, the filed name that fits where that is another, its seat and its cases."""
    called, fits = _loose([candidate["name"], candidate["fits"]])
    same = fits.startswith(called) or called.startswith(fits)
    takes = "" if same else f" (takes in {candidate['fits']})"
    place = f", {candidate['place']}" if candidate["place"] else ""
    every = "" if same else " in all"
    return f"{candidate['name']}{takes}{place}: {cases(candidate, index)}{every}"


def _choice(
    offered: Sequence[Candidate],
    name: str,
    state: str | None,
    index: Index,
    *,
    key: str = "remember",
) -> Who | None:
    """Let a person choose one of the candidates, or none of them, and have it remembered."""
    said = [*(plain(label(one, index)) for one in offered), "None of these"]
    picked = st.radio(
        "Candidates", range(len(said)), index=None, key=f"choice_{name}_{state}",
        format_func=said.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    if picked is None:
        return None
    one = offered[picked] if picked < len(offered) else None
    st.button(
        "Remember this for my listings", key=key, icon=":material/bookmark:",
        on_click=_remember, args=(name, state, one),
    )  # fmt: skip
    return who(one, index) if one else None


def _remember(name: str, state: str | None, one: Candidate | None) -> None:
    ids = (one["brand_id"], one["employer_id"], one["unit"]) if one else (None, None, None)
    choices.choose(name, state, *ids)
    st.session_state.pop(f"change_{name}_{state}", None)
    means = one["name"] if one else "none of these"
    st.toast(f"Remembered: {plain(name)} means {plain(means)}.", icon=":material/bookmark:")


def _forget(name: str, state: str | None) -> None:
    choices.forget(name, state)
    st.toast(f"Forgotten: what {plain(name)} means is decided anew.", icon=":material/undo:")


def _other(
    made: Mapping[str, Any] | None, name: str, state: str | None, index: Index
) -> Who | None:
    """The choice that was made, to change or undo; without one, a way to say somebody else."""
    change = f"change_{name}_{state}"
    with st.container(horizontal=True, vertical_alignment="center"):
        if made:
            of = f", of {day(made['chosen_date'])}" if made["chosen_date"] else ""
            none = "" if made["brand_id"] or made["employer_id"] else ": none of the candidates"
            st.markdown(f":material/bookmark: Your choice{of}{none}.", width="content")
            st.button("Undo", key="forget", on_click=_forget, args=(name, state))
        changing = st.toggle("Change" if made else "Somebody else is meant", key=change)
    if not changing:
        return None
    asked = pl.DataFrame(
        {"listing_name": [name], "listing_state": [state]}, schema_overrides=_TEXTS
    )
    answer = match.match(asked, index).row(0, named=True)
    if answer["decision"] == "matched":
        answer |= {"candidates": [_as_candidate(answer, index)]}
    return _choice(candidates(answer, name, state, index), name, state, index)


def _as_candidate(matched: Mapping[str, Any], index: Index) -> Candidate:
    """What a name was matched to, as one of the candidates of a choice."""
    of_brand = index.brands.filter(brand_id=matched["brand_id"], brand=matched["brand"])
    return {
        "name": matched["brand"],
        "brand_id": matched["brand_id"],
        "unit": matched["brand"] if matched["brand_id"] and of_brand.is_empty() else None,
        "employer_id": None if matched["brand_id"] else matched["employer_ids"][0],
        "place": None,
        "lca_cases": matched["lca_cases"],
        "perm_cases": matched["perm_cases"],
    }


_TEXTS = {"listing_name": pl.String, "listing_state": pl.String}


def who(candidate: Mapping[str, Any], index: Index) -> Who:
    """The employers behind a candidate."""
    if candidate["employer_id"]:
        return Who(candidate["name"], None, (candidate["employer_id"],))
    ids = _members(candidate, index)["employer_id"]
    return Who(candidate["name"], candidate["brand_id"], tuple(ids))
