"""What a job is: the role and the seniority that a title tells, the occupation code beside it.

A title is normalised, then the first role of data/roles/roles.toml whose patterns it has is its
role; a code decides where no title does. Nothing is forced: the rest is `other` and keeps its
occupation. A finer role is part of one of the roles that everything is counted by.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from loaders import clean, facts, soc
from loaders.facts import DATA
from loaders.schema import ROLE_EVIDENCE, SENIORITIES, SOC_MAPS

ROLES = DATA / "roles"
NOTES = ("claims.toml", "tn.toml", "breaks.csv")
"""Beside the data that tell roles: what is only shown with them."""
OTHER = "other"
TITLED = {
    "job_title": pl.String,
    "soc_code_filed": pl.String,
    "soc_code": pl.String,
    "soc_map": pl.Enum(SOC_MAPS),
    "role": pl.String,
    "finer_role": pl.String,
    "role_evidence": pl.Enum(ROLE_EVIDENCE),
    "seniority": pl.Enum(SENIORITIES),
}


def _toml(name: str) -> dict[str, Any]:
    return facts.toml(ROLES / f"{name}.toml")


@cache
def roles() -> dict[str, dict[str, Any]]:
    """Every role by its id, in the order of trust, as data/roles/roles.toml has them."""
    return _toml("roles")


def base(role: str) -> str:
    """The role that a finer one is part of; else itself."""
    return roles()[role].get("part_of", role)


def within(asked: Iterable[str]) -> dict[str, str]:
    """Roles and finer roles, each with the one that it is part of, or itself."""
    return {role: base(role) for role in asked}


def counted() -> list[str]:
    """The roles that everything is counted by: those that are part of no other."""
    return [role for role in roles() if base(role) == role]


@cache
def maker() -> str:
    """A digest of all that decides which title is which role: code and data."""
    data = [*ROLES.iterdir(), *soc.SOC.iterdir(), Path(soc.__file__), Path(__file__)]
    return facts.maker(path for path in data if path.name not in NOTES)


# ----------------------------------------------------------------------------------- one title


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    table = facts.table(ROLES / "spellings.csv")
    return tuple((pattern, text or "") for pattern, text in table.rows())


@cache
def _slips() -> dict[str, str]:
    """Key words with one inner letter missing, doubled or swapped with the next: what is meant."""
    words = _toml("words")["slips"]["words"].split()
    known = dict[str, str]()
    for word in words:
        for i in range(1, len(word) - 1):
            before, letter, after = word[:i], word[i], word[i + 1 :]
            for slip in (
                before + after,
                before + 2 * letter + after,
                before + after[0] + letter + after[1:],
            ):
                if slip not in words:
                    known[slip] = word
    return known


def normalised(title: pl.Expr) -> pl.Expr:
    """A title in lower case and plain words: short forms spelled out, numbers of jobs gone.

    Words are in the singular, roman numerals are digits, no word stands twice in a row, a key word
    with a slip is that word.
    """
    text = title.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    for pattern, replacement in _spellings():
        text = text.str.replace_all(pattern, f" {replacement} ")
    words = (
        text.str.replace_all(r"'s\b|'", "")
        .str.replace_all(r"[^\p{L}\p{N}+#]+", " ")
        .str.replace_all(r"(\p{L}{2}[^siu\s\d])s\b", "$1")
        .str.strip_chars()
        .str.split(" ")
    )
    return (
        words.list.eval(
            pl.element().filter((pl.element() != pl.element().shift()).fill_null(value=True))
        )
        .list.eval(pl.element().replace(_slips()))
        .list.join(" ")
    )


def _any(patterns: list[str], words: dict[str, str]) -> str:
    """One pattern for whole words of a normalised title."""
    text = "|".join(patterns)
    for name, spelled in words.items():
        text = text.replace(f"{{{name}}}", spelled)
    return f"(?:^| )(?:{text})(?: |$)"


@cache
def _words() -> dict[str, str]:
    return _toml("words")["words"]


def _shows(spec: dict[str, Any], of: str = "titles") -> pl.Expr:
    """Whether a normalised title has a pattern of the spec and none of its exceptions."""
    shown = pl.col("words").str.contains(_any(spec[of], _words()))
    excepted = spec.get(f"{of}_except", spec.get("except"))
    if excepted and of != "not_by_code":
        shown &= ~pl.col("words").str.contains(_any(excepted, _words()))
    return shown


def _coded(codes: list[str]) -> pl.Expr:
    """Whether a code, of 2018 or as filed, begins as one of these."""
    begins = rf"^(?:{'|'.join(map(re.escape, codes))})"
    return (
        pl.col("soc_code").str.contains(begins) | pl.col("soc_code_filed").str.contains(begins)
    ).fill_null(value=False)


# ------------------------------------------------------------------------------- what it tells


def _first(pairs: pl.DataFrame, tests: list[tuple[str, pl.Expr]]) -> pl.DataFrame:
    """Column `found`: for each pair the first test that it passes; else null."""
    done, left = list[pl.DataFrame](), pairs
    for role, test in tests:
        hit = left.select(test.fill_null(value=False)).to_series()
        done.append(left.filter(hit).with_columns(found=pl.lit(role)))
        left = left.filter(~hit)
    return pl.concat([*done, left.with_columns(found=pl.lit(None, pl.String))])


def _tells(spec: dict[str, Any], of: str = "titles") -> pl.Expr:
    """Whether a title shows the role, and its code does not speak against it."""
    shown = _shows(spec, of)
    if "unless" in spec:
        shown &= ~_coded(spec["unless"])
    if of == "titles" and "surely" in spec:
        shown |= _shows(spec, "surely")
    return shown


def _under(spec: dict[str, Any]) -> pl.Expr:
    """Whether a title that tells no role alone tells this one together with its code."""
    told = pl.lit(value=False)
    for part in spec["under"]:
        told |= _shows({"except": spec.get("except", []), **part}) & _coded(part["soc"])
    return told


def _support(role: str) -> list[str]:
    """The codes of a role and of all that is part of the same."""
    return [
        code for one, spec in roles().items() if base(one) == base(role)
        for code in spec.get("soc", [])
    ]  # fmt: skip


@cache
def role_of_code(filed: str | None) -> str | None:
    """The role that a filed code tells alone: of the role with the longest beginning of it."""
    code, _ = soc.code_2018(filed)
    begun = [
        (len(start), role)
        for role, spec in roles().items()
        for start in spec.get("soc", [])
        if (filed or "").startswith(start) or (code or "").startswith(start)
    ]
    return max(begun, key=lambda one: one[0])[1] if begun else None


def titled(asked: pl.DataFrame) -> pl.DataFrame:
    """The role and seniority of each distinct pair of `job_title` and `soc_code_filed`, as TITLED.

    role_evidence is null where neither told: role is `other` then.
    """
    distinct = asked.select(_PAIR).unique()
    if distinct.height > _FEW:
        return _titled(distinct)
    return _titled_few(tuple(distinct.sort(_PAIR).rows()))


_PAIR, _FEW = ["job_title", "soc_code_filed"], 64


@lru_cache(maxsize=256)
def _titled_few(pairs: tuple[tuple[str | None, str | None], ...]) -> pl.DataFrame:
    """A hundred patterns are made anew for each frame: what was told of a few stays told."""
    return _titled(pl.DataFrame(pairs, dict.fromkeys(_PAIR, pl.String), orient="row"))


def _titled(distinct: pl.DataFrame) -> pl.DataFrame:
    words = (
        distinct.select("job_title").unique().with_columns(words=normalised(pl.col("job_title")))
    )
    pairs = (
        distinct.join(words, on="job_title", how="left", nulls_equal=True)
        .join(
            soc.mapped(distinct["soc_code_filed"]),
            on="soc_code_filed",
            how="left",
            nulls_equal=True,
        )
        .with_columns(pl.col("words").fill_null(""))
    )
    known = pairs.select("words", "soc_code_filed", "soc_code").unique()
    specs = roles().items()
    by_title = _first(known, [(role, _tells(spec)) for role, spec in specs if "titles" in spec])
    told = by_title.filter(pl.col("found").is_not_null())
    vague = _first(
        by_title.filter(pl.col("found").is_null()).drop("found"),
        [(role, _under(spec)) for role, spec in specs if "under" in spec],
    )
    codes = vague.select("soc_code_filed").unique()["soc_code_filed"].to_list()
    by_code = pl.DataFrame(
        [(code, role_of_code(code)) for code in codes],
        schema={"soc_code_filed": pl.String, "of_code": pl.String},
        orient="row",
    )
    speaks_against = pl.any_horizontal(
        pl.lit(value=False),
        *(
            (pl.col("of_code") == role) & _shows(spec, "not_by_code")
            for role, spec in specs
            if "not_by_code" in spec
        ),
    ).fill_null(value=False)
    coded = (
        vague.join(by_code, on="soc_code_filed", how="left", nulls_equal=True)
        .with_columns(found=pl.coalesce("found", pl.when(~speaks_against).then("of_code")))
        .drop("of_code")
    )
    rest = _first(
        coded.filter(pl.col("found").is_null()).drop("found"),
        [(role, _tells(spec, "maybe")) for role, spec in specs if "maybe" in spec],
    )
    support = pl.coalesce(
        pl.lit(None, pl.Boolean),
        *(
            pl.when(pl.col("found") == role).then(_coded(_support(role)))
            for role in roles()
            if _support(role)
        ),
    ).fill_null(value=False)
    found = pl.concat(
        [
            told.with_columns(
                role_evidence=pl.when(support).then(pl.lit("title+soc")).otherwise(pl.lit("title"))
            ),
            coded.filter(pl.col("found").is_not_null()).with_columns(role_evidence=pl.lit("soc")),
            rest.with_columns(
                role_evidence=pl.when(pl.col("found").is_not_null()).then(pl.lit("title"))
            ),
        ]
    )
    bases = within(roles())
    levelled = found.with_columns(
        role=pl.col("found").replace_strict(bases, return_dtype=pl.String).fill_null(OTHER),
        finer_role=pl.when(pl.col("found").is_in([r for r in roles() if base(r) != r])).then(
            "found"
        ),
    ).pipe(_with_seniority)
    return (
        pairs.join(
            levelled.drop("soc_code"), on=["words", "soc_code_filed"], how="left", nulls_equal=True
        )
        .select(*TITLED)
        .cast(pl.Schema(TITLED))
    )


def told(table: pl.DataFrame) -> pl.DataFrame:
    """A table of `job_title` and, if there, `soc_code` with role, finer_role, evidence, seniority.

    Its rows, their order and its other columns are kept; a column of one of these names is
    replaced.
    """
    code = pl.lit(None, pl.String)
    if "soc_code" in table.columns:
        code, _ = clean.soc_code(clean.plain(pl.col("soc_code").cast(pl.String)))
    asked = table.select("job_title", soc_code_filed=code)
    known = titled(asked.unique())
    added = asked.join(
        known,
        on=["job_title", "soc_code_filed"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    ).select("role", "finer_role", "role_evidence", "seniority")
    return pl.concat([table.drop(added.columns, strict=False), added], how="horizontal")


@cache
def _levels() -> tuple[tuple[str, dict[str, Any]], ...]:
    parts = list[tuple[str, dict[str, Any]]]()
    for level, spec in _toml("seniority").items():
        parts.append((level, {k: v for k, v in spec.items() if not isinstance(v, dict)}))
        parts += [(level, part) for part in spec.values() if isinstance(part, dict)]
    return tuple(parts)


def _with_seniority(found: pl.DataFrame) -> pl.DataFrame:
    """Adds `seniority`; mid where a title says nothing."""
    tests = []
    for level, spec in _levels():
        shown = _shows(spec)
        if "roles" in spec:
            shown &= pl.col("role").is_in(spec["roles"])
        if "not_roles" in spec:
            shown &= ~pl.col("role").is_in(spec["not_roles"])
        tests.append((level, shown))
    levelled = _first(found.rename({"found": "at"}), tests)
    return levelled.with_columns(seniority=pl.col("found").fill_null("mid")).drop("found", "at")
