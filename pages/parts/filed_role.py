"""Which role a history is of: one that the employer files for, words of one's own, or all."""

from dataclasses import dataclass

import polars as pl
import streamlit as st

from loaders import role_notes, roles
from pages.parts import address
from pages.parts.plain import counted

LINK = "role"


@dataclass(frozen=True, slots=True)
class Role:
    """A role by its id, or words in the job title; all roles for neither."""

    role: str | None = None
    words: str = ""

    def __str__(self) -> str:
        """As people say it."""
        if self.words:
            return f"“{self.words}” in the title"
        return called(self.role) if self.role else "all roles"


ALL = Role()


def called(role: str) -> str:
    """A role's own name; the id of one that the lake was made with and that is told no more."""
    return roles.roles().get(role, {"name": role})["name"]


def asked(role: str | None, words: str | None) -> Role:
    """What a listing or a link asks for: the words, where there are some, else the role."""
    if words and words.strip():
        return Role(words=words.strip())
    return Role(role)


def box(filed: pl.DataFrame, wanted: Role, *, key: str) -> Role:
    """Let a person choose among the roles that an employer files for; `wanted` is chosen at first.

    `filed` is analytics.history.roles: a finer role stands below the one that it is part of.
    """
    every = int(filed.filter(pl.col("finer_role").is_null())["cases"].sum())
    said = {ALL: f"All roles: {counted(every, 'case')}"}
    if wanted.words:
        said[wanted] = str(wanted)
    for whole, finer, cases in filed.select("role", "finer_role", "cases").rows():
        name = f"↳ {called(finer)}" if finer else called(whole)
        said[Role(finer or whole)] = f"{name}: {cases:,}"
    said.setdefault(wanted, f"{wanted}: no case")
    return st.selectbox(
        "Role", list(said), list(said).index(wanted), key=f"{key}_{wanted.words}_{filed.height}",
        format_func=said.__getitem__, width=420,
        help="What the titles and occupations of its cases tell. Words of your own in the job "
        "title are a role, too.",
    )  # fmt: skip


def linked() -> str | None:
    """The role that the link asks for, by its name or its id, if there is such a role."""
    asked = st.query_params.get(LINK)
    ids = {role_notes.named(role): role for role in roles.roles()}
    role = ids.get(asked or "", asked)
    return role if role in {*roles.roles(), roles.OTHER} else None


def link(chosen: Role) -> None:
    """Have the link ask for the role that is chosen."""
    address.put(LINK, chosen.role)
