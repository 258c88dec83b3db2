"""A listing in words: who and what it is, its pay and cases, its notes, what speaks against it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from analytics import ranking, shortlist
from loaders import role_notes, roles
from loaders.facts import codes, pay_periods
from loaders.releases import years_said
from loaders.schema import FEWEST, WAGE_LEVELS
from pages.parts import weights, wrapped
from pages.parts.filed_role import called
from pages.parts.plain import counted, plain
from pages.parts.shortlist import Years

VISAS = {
    "no": "Says no", "yes": "Says yes", "both": "Yes and no", "named": "Names one",
    "who": "Says who may apply", "work": "On the right to work",
}  # fmt: skip
_SAYS = VISAS | {
    "no": "Says no sponsorship", "yes": "Says it sponsors", "both": "Says yes and no",
    "named": "Names a visa or a status",
}  # fmt: skip
WORDS = {
    "rated": "rated",
    "unrated": f"unrated (fewer than {FEWEST} cases)",
    "other roles only": "with cases of other roles only",
    "none observed": "none observed",
    "not settled": "not settled",
    "unclear listing": "unclear",
    "outside the US": "outside the US",
}
RATED, UNRATED, _OTHERS, _, _, _UNCLEAR, _AWAY = shortlist.ANSWERS
_ROLES = 4
_FEW_CASES, _MUCH_AT_LEVEL_I, _MUCH_WITHDRAWN, _LOW_IN_MARKET = 20, 0.25, 0.25, 0.25
_MUCH_DENIED = 0.05
Row = Mapping[str, Any]


def told(row: Row) -> str | None:
    """The role that a listing's title tells; null for none."""
    return None if row["listing_role"] == roles.OTHER else row["listing_role"]


def role_of(row: Row) -> str:
    """The role that the cases of a listing are of, in words."""
    if row["listing_role"] is None:
        return "All roles"
    return called(row["listing_role"]) if told(row) else "No role told"


def said_of(row: Row, programs: Sequence[str], of: Years) -> dict[str, object]:
    """A listing as its row of the table."""
    known = row["answer"] in {RATED, UNRATED}
    # Of an employer that is known, whatever its title says.
    whole = row["answer"] == _UNCLEAR and row["decision"] == "matched"
    rated = row["answer"] == RATED
    levels = row["levels"] if known and row["told"] >= FEWEST else None
    return {
        "place": row["place"],
        "listing": row["listing_name"],
        "who": who(row),
        "role": role_of(row),
        "score": row["score"] if rated else None,
        # Bars with a null among them are drawn as numbers.
        "parts": [row[part] or 0.0 for part in weights.WORDS] if rated else None,
        # What was not observed is an answer in words, not a zero.
        "cases": row["cases"] if known else row["all_cases"] if whole else None,
        # The first words of each: the sentences stand where the row is opened, and in the file.
        "against": " · ".join(re.split("[:,.]", one)[0] for one in against(row, of)) or None,
        "trend": row["trend"],
        "levels": [one / row["told"] for one in levels] if levels else None,
        "mix": mix(row),
        "rate": None if row["rate"] is None else row["rate"] * 100,
        "decided": row["decided"] if known else None,
        "withdrawn": row["withdrawn"] if known else None,
        "asks": _asks(row),
        "stands": None if row["market_percentile"] is None else row["market_percentile"] * 100,
        "market": _band(row, "market"),
        "own": _band(row, "pay") if known else None,
        "last": row["last_decision_date"] if whole else row["role_last_decision_date"],
        "perm": _perm(row) if known and "perm" in programs else None,
        "now": _waits(row["market_days"], row["market_timed"]) if row["market_timed"] else None,
        "tn": _tn(row),
        "visas": VISAS.get(row["visa_says"] or ""),
        "title": row["listing_title"] and row["listing_title"] + " (guessed)" * bool(guessed(row)),
        "at": "; ".join(row["places"]) or None,
        "note": " · ".join(notes(row)) or None,
    }


def who(row: Row) -> str | None:
    """Who a listing's employer is, with its spellings, or what else it filed; none in words."""
    if row["decision"] != "matched":
        return _opened(WORDS[row["answer"]])
    if row["answer"] == _OTHERS:
        return f"{row['brand']}: {counted(row['all_cases'], 'case')}, all of other roles"
    return f"{row['brand']} ({counted(row['spellings'], 'spelling')})"


def mix(row: Row) -> str | None:
    """`I 9.5%, II 62.6%, III 13.7%, IV 14.2% (n = 1,891)`; the count alone of too few."""
    if not row["told"]:
        return None
    if row["told"] < FEWEST:
        return f"too few: {counted(row['told'], 'case')} with a level"
    parts = zip(WAGE_LEVELS, row["levels"], strict=True)
    said = ", ".join(f"{level} {cases / row['told']:.1%}" for level, cases in parts)
    return f"{said} (n = {row['told']:,})"


def between(low: float | None, high: float | None) -> str | None:
    """`$181,100 to $318,400`; one number where there is one."""
    ends = [f"${one:,.0f}" for one in (low, high) if one is not None]
    return " to ".join(dict.fromkeys(ends)) or None


def _asks(row: Row) -> str | None:
    pay, made = between(row["annual_pay_low"], row["annual_pay_high"]), as_a_year(row)
    return f"{pay} ({made})" if pay and made and is_internship(row) else pay


def as_a_year(row: Row) -> str | None:
    """`a month x 12`: how the pay of a listing was made that of a year; null where it was one."""
    unit = row["pay_unit"]
    periods = pay_periods()[unit]["per_year"] if unit in pay_periods() else None
    if not periods or periods == 1:
        return None
    once = {"Hour": "an hour", "Bi-Weekly": "two weeks"}.get(unit, f"a {unit.lower()}")
    return f"{once} x {periods:,.0f}"


def _band(row: Row, of: str) -> str | None:
    cases = row[f"{of}_cases"]
    if cases is None:
        return None
    if cases < FEWEST:
        return f"{counted(cases, 'case')} with pay" + (", too few" if cases else "")
    band = between(row[f"{of}_p10"], row[f"{of}_p90"])
    return f"{band}, median ${row[f'{of}_median']:,.0f} (n = {cases:,})"


def _perm(row: Row) -> str:
    if not row["role_perm_cases"]:
        return "No"
    took = _waits(row["median_days"], row["timed"]) if row["timed"] else "none timed"
    return f"Yes: {counted(row['role_perm_cases'], 'case')}; {row['recent']}: {took}"


def _waits(days: float | None, timed: int) -> str:
    """`502 days (n = 113)`, a median."""
    return f"{'too few timed' if days is None else f'{days:,.0f} days'} (n = {timed:,})"


def now(rows: pl.DataFrame) -> str:
    """How long PERM takes now for each role, all employers together; nothing where none tells."""
    told = rows.filter(pl.col("market_days").is_not_null()).unique(
        "listing_role", maintain_order=True
    )  # fmt: skip
    if told.is_empty():
        return ""
    first, rest = told.head(_ROLES), told.height - _ROLES
    each = "; ".join(
        f"{plain(called(row['listing_role']))} {_waits(row['market_days'], row['market_timed'])}"
        for row in first.rows(named=True)
    )
    more = f"; {counted(rest, 'more role')} in the table" if rest > 0 else ""
    return (
        f"PERM, decisions of {told['recent'][0]}, all employers, median from receipt to decision: "
        f"{each}{more}."
    )


def _tn(row: Row) -> str | None:
    role = told(row)
    if role is None or row["answer"] == _AWAY:
        return None
    named = "; ".join(one["profession"] for one in role_notes.tn(role)) or "None named"
    return named + (f" · {row['tn']:,} of {row['tn_of']:,} held TN" if row["tn_of"] else "")


def notes(row: Row) -> list[str]:
    """What has to be said of a listing, in sentences without a full stop."""
    role, said = role_of(row), list[str]()
    if row["visa_says"]:
        said.append(
            f"{_SAYS[row['visa_says']]}: {' '.join(f'“{one}”' for one in row['visa_words'])}"
        )
    if row["answer"] == _OTHERS:
        said.append(f"None observed for this role; {counted(row['all_cases'], 'case')} of others")
    elif row["answer"] == _UNCLEAR and row["decision"] == "matched":
        said.append(f"The title tells no role; {counted(row['all_cases'], 'case')} of all roles")
    elif row["answer"] == _UNCLEAR:
        said.append("Unclear: no company is named")
    elif row["answer"] == UNRATED:
        are = "is" if row["cases"] == 1 else "are"
        said.append(f"Unrated: {counted(row['cases'], 'case')} {are} not enough to rate")
    elif row["answer"] != RATED:
        why = row["evidence"]  # which begins with its answer where that is outside the US
        said.append(_opened(why if row["answer"] == _AWAY else f"{WORDS[row['answer']]}: {why}"))
    if is_internship(row) and row["answer"] != _AWAY:
        said.append(f"Internship → the full-time role: {role}")
    if row["decision"] == "matched" and row["confidence"] == "likely":
        said.append("Likely this employer, not sure")
    if row["copies"] > 1:
        said.append(f"Stands {row['copies']:,} times in what you gave")
    return [*said, *filter(None, (guessed(row), row["note"]))]


def guessed(row: Row) -> str | None:
    """Say of a title that running text told from which words it is, and how to correct it."""
    if not row["title_words"]:
        return None
    return (
        f"Title guessed from “{row['title_words']}”: a line “Title: …” in the posting corrects it"
    )


def title(row: Row) -> None:
    """Draw what is to be said of a title that was guessed."""
    if words := guessed(row):
        st.markdown(f":material/edit_note: {plain(words)}.")


def is_internship(row: Row) -> bool:
    """Whether a listing is of an internship."""
    return bool(row["internship"]) or row["listing_seniority"] == "intern"


def states_of(row: Row) -> list[str]:
    """The states of a listing's places, as codes, the one of its market first."""
    coded = {name: code for code, name in codes("states").items()}
    ends = (one.rpartition(", ")[2] for one in row["places"])
    found = (coded.get(one, one) for one in ends)
    return list(dict.fromkeys(one for one in found if one in codes("states")))


def unloaded(years: Sequence[int]) -> str:
    """`FY2023 to FY2025 are not loaded`: the years between these; nothing where there is none."""
    between = [year for year in range(years[0], years[-1]) if year not in years]
    are = "is" if len(between) == 1 else "are"
    return f"{years_said(between)} {are} not loaded" if between else ""


def visas(row: Row) -> None:
    """What a listing says of visas, in its own words."""
    if row["visa_says"]:
        said = " ".join(f"“{plain(one)}”" for one in row["visa_words"])
        means = VISAS[row["visa_says"]]
        means = means[:1].lower() + means[1:]
        st.markdown(f":material/format_quote: Visas in the listing: **{means}**. {said}")


def internship(row: Row) -> None:
    """Say of an internship that the history is of the full-time role that it leads to."""
    if is_internship(row):
        role = told(row)
        leads = f"the full-time role, *{plain(called(role))}*" if role else "all full-time roles"
        st.markdown(f":material/school: An internship: the history is that of {leads}.")


def against(row: Row, of: Years) -> list[str]:
    """What speaks against a listing, each in a sentence; only what the files and the page say."""
    said = list[str]()
    if row["visa_says"] in {"no", "both"}:
        said.append(f"The listing says no to sponsorship: “{'” “'.join(row['visa_words'])}”.")
    if row["answer"] not in {RATED, UNRATED}:
        return said
    said += _volume(row, of)
    if row["denied"] > 1 and row["denied"] >= _MUCH_DENIED * row["decided"]:
        share = f", {row['denied'] / row['decided']:.1%}" if row["decided"] >= FEWEST else ""
        said.append(f"Denials: {row['denied']:,} of {row['decided']:,} decided{share}.")
    said += _withdrawn(row)
    if row["told"] >= FEWEST and row["levels"][0] / row["told"] >= _MUCH_AT_LEVEL_I:
        said.append(
            f"Level I, the lowest: {row['levels'][0] / row['told']:.1%} of the {row['told']:,} "
            "cases that have a level."
        )
    if row["listing_state"] and not row["cases_there"]:
        state = codes("states").get(row["listing_state"], row["listing_state"])
        said.append(f"Elsewhere: none of its cases for this role has its worksite in {state}.")
    stands = row["market_percentile"]
    if stands is not None and stands < _LOW_IN_MARKET and not is_internship(row):
        said.append(
            f"Low pay: {stands:.0%} of the market's {row['market_cases']:,} offers are below it."
        )
    if row["confidence"] == "likely":
        said.append("The match is likely, not sure.")
    return said


def _volume(row: Row, of: Years) -> list[str]:
    """That its cases are few, old, or far fewer than they were."""
    said = list[str]()
    cases, last = row["cases"], row["role_last_decision_date"]
    if cases < _FEW_CASES:
        for_ = " for this role" if row["listing_role"] else ""
        said.append(f"Few cases: {counted(cases, 'case')}{for_} in all loaded years.")
    if not any(row["trend"]) and isinstance(last, date):
        gap = f" ({gap})" if (gap := unloaded(of.trend)) else ""
        said.append(
            f"Old cases: none in {years_said(of.trend)}, the newest loaded{gap}; the newest "
            f"decision is of {last:%-d %b %Y}."
        )
    most, now = max(row["trend"]), row["trend"][-1]
    if most >= _FEW_CASES and now < ranking.STILL_FILES * most:
        busiest = of.trend[row["trend"].index(most)]
        said.append(
            f"Far fewer cases: {now:,} in FY{of.trend[-1]}, the newest loaded, after {most:,} in "
            f"FY{busiest}. A year that is not over has fewer, but seldom so few."
        )
    elif of.loaded != of.trend and 0 < (lately := sum(row["trend"])) < ranking.STILL_FILES * cases:
        said.append(
            f"Far fewer cases: {lately:,} in {years_said(of.trend)}, the newest loaded, of "
            f"{cases:,} in all loaded years."
        )
    return said


def _withdrawn(row: Row) -> list[str]:
    """That a good part of its cases was withdrawn: of those for the role, else of all roles."""
    of_role = row["listing_role"] is not None
    told = [("for this role", row["withdrawals"])] if of_role else []
    for of, of_it in [*told, ("for all roles", row["all_withdrawals"])]:
        if of_it and (said := _parts_withdrawn(of_it)):
            return [f"Withdrawn before a decision: {said}, {of}."]
    return []


def _parts_withdrawn(of: Row) -> str:
    """`700 of 918 cases, 76.3%, most in FY2022: 632 of 650`, or of that year alone; else nothing.

    A year stands out that has most of what was withdrawn, and more than its part of it.
    """
    cases, gone, year = of["cases"], of["withdrawn"], f"FY{of['fiscal_year']}"
    then, then_gone = of["year_cases"], of["year_withdrawn"]
    stands_out = 2 * then_gone > gone and then_gone * cases > gone * then
    if cases >= FEWEST and gone >= _MUCH_WITHDRAWN * cases:
        most = f", most in {year}: {then_gone:,} of {then:,}" if stands_out else ""
        return f"{gone:,} of {cases:,} cases, {gone / cases:.1%}{most}"
    if stands_out and then >= _FEW_CASES and then_gone >= _MUCH_WITHDRAWN * then:
        return f"{then_gone:,} of {then:,} cases in {year}, {then_gone / then:.1%}"
    return ""


def speaks(row: Row, of: Years) -> None:
    """Draw what speaks against a listing."""
    said = [f"- {plain(one)}" for one in against(row, of)]
    st.markdown("##### What speaks against it")
    st.markdown("\n".join(said) or "Nothing in these files. What an employer plans is not in them.")


def parts(row: Row, weighed: Mapping[str, float]) -> None:
    """Draw why a listing stands where it stands: each part of its score, with its weight."""
    if row["answer"] != RATED or row["score"] is None:
        return
    st.markdown(f"##### Why it stands at {row['place']:,}: score {row['score']:.2f}")
    each = pl.DataFrame(
        [
            (said, _valued(row[part]), f"{weighed[part]:g}", of)
            for part, (said, of) in weights.WORDS.items()
        ],
        schema=["part", "value", "weight", "of"],
        orient="row",
    )
    names = {"part": "Part", "value": "0 to 1", "weight": "Weight", "of": "What it is"}
    wrapped.draw(each, names)


def _valued(part: float | None) -> str:
    return "not told" if part is None else f"{part:.2f}"


def _opened(words: str) -> str:
    """The words with a capital letter in front."""
    return words[:1].upper() + words[1:]
