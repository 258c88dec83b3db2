"""The words of the dashboard and how right it is: data/glossary.toml and data/accuracy.toml."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from loaders import facts
from loaders.facts import DATA


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the screen: what it means, who says so, by what other words it goes."""

    term: str
    topic: str
    means: str
    source: str
    also: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()

    def speaks_of(self, text: str) -> bool:
        """Whether every word of the text stands somewhere in the entry."""
        said = " ".join((self.term, self.topic, self.means, self.source, *self.also)).casefold()
        return all(word in said for word in text.casefold().split())

    def nearness(self, text: str) -> int:
        """0 where the text is the term, 1 where it is one of its other words, else 2."""
        asked = " ".join(text.casefold().split())
        if asked == self.term.casefold():
            return 0
        return 1 if asked in map(str.casefold, self.also) else 2


@cache
def terms() -> tuple[Term, ...]:
    """Every term, in the order of the file."""
    entries: list[dict[str, Any]] = facts.toml(DATA / "glossary.toml")["term"]
    return tuple(
        Term(
            one["term"], one["topic"], one["means"], one["source"], tuple(one.get("also", ())),
            tuple(one.get("headings", ())),
        )
        for one in entries
    )  # fmt: skip


def found(text: str) -> list[Term]:
    """The terms that speak of the text, those first that are called so; all for no text."""
    fitting = [one for one in terms() if one.speaks_of(text)]
    return sorted(fitting, key=lambda one: one.nearness(text))


@cache
def accuracy() -> dict[str, Any]:
    """How right employers and roles were found to be, as data/accuracy.toml restates it."""
    return facts.toml(DATA / "accuracy.toml")
