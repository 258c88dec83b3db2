"""What is told beside a role: claims about it, its neighbours, and its professions of TN status."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from loaders import facts, roles
from loaders.facts import DATA


@dataclass(frozen=True, slots=True)
class Claim:
    """What is said of a role, and which values of which column of its cases would show it."""

    role: str
    said: str
    by: str
    measures: str
    column: str
    values: tuple[str, ...]


def _toml(name: str) -> dict[str, Any]:
    return facts.toml(roles.ROLES / f"{name}.toml")


@cache
def _claims() -> tuple[Claim, ...]:
    return tuple(
        Claim(
            one["role"], one["said"], one["by"], one["measures"], one["column"],
            tuple(one["values"]),
        )
        for one in _toml("claims")["claim"]
    )  # fmt: skip


def claims(role: str) -> list[Claim]:
    """What is said of a role; of a finer one, what is said of it alone."""
    return [one for one in _claims() if one.role == role]


@cache
def professions() -> dict[str, dict[str, str]]:
    """The professions of TN status by id: profession, asks and, where there is one, caveat."""
    return _toml("tn")


def tn(role: str) -> list[dict[str, str]]:
    """The professions of TN status that a role may fall under; a finer one has its role's."""
    spec, whole = roles.roles()[role], roles.roles()[roles.base(role)]
    return [professions()[one] for one in spec.get("tn", whole.get("tn", []))]


def near(role: str) -> list[str]:
    """The roles to look at next: the whole of a finer one, neighbours, finer ones of a whole."""
    spec, whole = roles.roles()[role], roles.base(role)
    parts = [one for one in roles.roles() if roles.base(one) == role != one]
    found = [*([whole] if whole not in {role, roles.OTHER} else []), *spec.get("near", []), *parts]
    return list(dict.fromkeys(found))


def of_words(words: str) -> tuple[str, str]:
    """The role and the seniority that a title of these words would have."""
    asked = pl.DataFrame(
        {"job_title": [words], "soc_code_filed": [None]},
        schema={"job_title": pl.String, "soc_code_filed": pl.String},
    )
    role, finer, seniority = roles.titled(asked).select("role", "finer_role", "seniority").row(0)
    return finer or role, seniority


def named(role: str) -> str:
    """A role as it is chosen and linked: a finer one after the role that it is part of.

    One that a lake was made with and that is told no more is called by its id.
    """
    if role not in roles.roles():
        return role
    name, whole = roles.roles()[role]["name"], roles.base(role)
    return name if whole == role else f"{roles.roles()[whole]['name']}: {name}"


def names() -> dict[str, str]:
    """What every role is called, by its id."""
    return {one: named(one) for one in roles.roles()}


def listed() -> list[str]:
    """Every role in the order of names, the finer ones after the role that they are part of."""
    return sorted(roles.roles(), key=lambda one: (roles.base(one) == roles.OTHER, named(one)))


@cache
def wage_titles() -> dict[str, tuple[int, float] | None]:
    """The layouts whose job title is that of the prevailing wage: the employer's is not in them.

    Each with the fiscal year in which it was measured how many of those titles are the plain name
    of an occupation, and that share; None where no such year was at hand.
    """
    rows = pl.read_csv(DATA / "wage_titles.csv", glob=False).rows()
    return {layout: None if year is None else (year, share) for layout, year, share in rows}
