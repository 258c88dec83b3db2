"""Employer names to keys: what stays of a name when only its spelling is taken away.

Pure expressions. The facts (legal suffixes, trade-name tails, foldings, short forms) are in
data/employers; what a name means is not decided here.
"""

from functools import cache

import polars as pl

from loaders import facts
from loaders.facts import DATA, rules

EMPLOYERS = DATA / "employers"
_SINGLE = "\x01"  # never in a name: marks a word of one letter


@cache
def _listed(name: str) -> list[tuple[str, ...]]:
    table = facts.table(EMPLOYERS / f"{name}.csv")
    return table.fill_null("").rows()


def _neutral(*kinds: str) -> list[str]:
    return [text for text, of in _listed("neutral_words") if of in kinds]


@cache
def common_words() -> frozenset[str]:
    """Words that so many employers share that they tell none of them apart."""
    return frozenset(word for word, *_ in _listed("common_words"))


def folded(name: pl.Expr) -> pl.Expr:
    """Upper case without accents; apostrophes gone, HTML entities and broken letters mended."""
    marked = name.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_uppercase()
    before, after = zip(*_listed("folding"), strict=True)
    return marked.str.replace_many(list(before), list(after))


def _tail(*kinds: str) -> str:
    forms = "|".join(pattern for pattern, kind in _listed("tails") if kind in kinds)
    return rf"^(.*?)[\s,;:./(\[-]*(?:{forms})[\s,;:./)\]-]*(.*)$"


def words(text: pl.Expr) -> pl.Expr:
    """Words of letters and digits with one space between; `&` is AND, `J. P.` is JP."""
    spaced = (
        text.str.replace_all(r"\s*[&+]\s*", " AND ")
        .str.replace_all(r"[^\p{L}\p{N}]+", " ")
        .str.strip_chars()
        .str.replace_all(r"\b([\p{L}\p{N}])\b", f"$1{_SINGLE}")
    )
    for _ in range(4):  # a run of single letters doubles in length each time
        spaced = spaced.str.replace_all(f"{_SINGLE} ([\\p{{L}}\\p{{N}}]+{_SINGLE})", "$1")
    return spaced.str.replace_all(_SINGLE, "", literal=True)


def bare(text: pl.Expr) -> pl.Expr:
    """`words` without a leading THE and without legal suffixes, as long as a word is left."""
    endings = "|".join(
        sorted((suffix for suffix, *_ in _listed("suffixes")), key=len, reverse=True)
    )
    return _spelled(text).str.extract(rf"^(.+?)(?: (?:{endings}))*$")


def _spelled(text: pl.Expr) -> pl.Expr:
    return words(text).str.replace(r"^THE (.)", "$1")


def key(name: pl.Expr) -> pl.Expr:
    """The name alone: no suffix, no trade name, no former name, no note of whose division it is.

    Where a name begins with its tail (`DBA JOE'S`), the tail is the name. Null for no letters.
    """
    text = folded(name)
    tail = text.str.extract_groups(_tail("trade", "former", "other"))
    head = pl.when(tail.struct[0].str.contains(r"\p{L}|\p{N}")).then(tail.struct[0])
    return bare(pl.coalesce(head, tail.struct[1], text))


def article(name: pl.Expr) -> pl.Expr:
    """Whether a name begins with THE, which its key does not keep."""
    return folded(name).str.starts_with("THE ")


def full(name: pl.Expr) -> pl.Expr:
    """The key with every trade and former name left where it stands."""
    return bare(folded(name))


def beginning(name: pl.Expr) -> pl.Expr:
    """`full` with its legal suffix: what stands before other words of a name."""
    return _spelled(folded(name))


def needs_more(name: pl.Expr) -> pl.Expr:
    """Whether a name is one word and an article or a suffix: no one says Southern Company so."""
    word = key(name)
    longer = article(name) | (beginning(name) != word)
    return longer & ~word.str.contains(" ", literal=True)


def trade_key(name: pl.Expr) -> pl.Expr:
    """The key of the trade name or former name that stands in a filed name; else null."""
    tail = folded(name).str.extract_groups(_tail("trade", "former"))
    return pl.when(tail.struct[0].str.contains(r"\p{L}|\p{N}")).then(bare(tail.struct[1]))


def bracketed_key(name: pl.Expr) -> pl.Expr:
    """The key of a trade name in brackets behind a legal suffix, without a DBA; else null."""
    rule = rules()["employers"]
    said = folded(name).str.extract(rule["bracketed"])
    inside = bare(said)
    plain = ~said.str.contains(rule["bracketed_not"]) & ~is_common(inside)
    return pl.when(plain, trade_key(name).is_null()).then(inside)


def loose(key: pl.Expr) -> pl.Expr:
    """A key without what careless spelling changes: spaces, plurals, short forms, AND."""
    short, spelled = zip(*_listed("spellings"), strict=True)
    word = pl.element().replace(list(short), list(spelled))
    word = (
        pl.when(word.str.contains(r"^\p{L}{3,}[^SUI\d]S$"))
        .then(word.str.strip_suffix("S"))
        .otherwise(word)
    )
    return _run_together(key, word).str.replace_all("SS", "S", literal=True)  # WILLIAMSSONOMA


def unspaced(key: pl.Expr) -> pl.Expr:
    """A key without spaces and AND: Softpath System is not Softpath Systems."""
    return _run_together(key, pl.element())


def _run_together(key: pl.Expr, word: pl.Expr) -> pl.Expr:
    return (
        key.str.replace_all(r"\b([\p{L}\p{N}]) AND ([\p{L}\p{N}])\b", "$1$2")  # T&S, TS
        .str.split(" ")
        .list.eval(word.filter(~pl.element().is_in(_neutral("small"))))
        .list.join("")
    )


def without_initial(key: pl.Expr) -> pl.Expr:
    """A key without a person's middle initial: Earl L. Pickett Enterprises."""
    return key.str.replace(rules()["employers"]["middle"], "$1$2")


def initials(key: pl.Expr) -> pl.Expr:
    """The first letters of a key's words, but for the small ones."""
    told = pl.element().filter(~pl.element().is_in(_neutral("small", "unsaid"))).str.head(1)
    return key.str.split(" ").list.eval(told).list.join("")


def telling(key: pl.Expr) -> pl.Expr:
    """How many words of a key are not common ones."""
    return key.str.split(" ").list.eval(_tells()).list.sum()


@cache
def _tells() -> pl.Expr:
    """Of a word, whether it is more than a common one or a letter."""
    common = pl.element().is_in(pl.Series(sorted(common_words())).implode())
    return ~(common | (pl.element().str.len_chars() == 1))


def is_common(key: pl.Expr) -> pl.Expr:
    """Whether a key is made of common words, or of no more than three letters."""
    return (telling(key) == 0) | (key.str.len_chars() <= 3)  # noqa: PLR2004


def stem(key: pl.Expr) -> pl.Expr:
    """The first words of a key up to the last one that tells; the key where none does."""
    words_of = key.str.split(" ")
    last = words_of.list.eval(_tells()).list.reverse().list.arg_max()
    return words_of.list.head(words_of.list.len() - last).list.join(" ")


def without(key: pl.Expr, kind: str) -> pl.Expr:
    """A key without a last word of `data/employers/neutral_words.csv` of this kind."""
    endings = "|".join(sorted(_neutral(kind), key=len, reverse=True))
    return key.str.extract(rf"^(.+?)(?: (?:{endings}))?$")


@cache
def field_words() -> pl.DataFrame:
    """Words of a `field` of business, with the sectors (NAICS) that file in it, a row each."""
    rows = [
        (word, field, one) for word, field, naics in _listed("field_words") for one in naics.split()
    ]
    return pl.DataFrame(rows, schema=["words", "field", "naics"], orient="row")


def field_word(key: pl.Expr) -> pl.Expr:
    """The last words of a key where they tell a field of business and more stands before them."""
    spelled = {words for words, *_ in _listed("field_words")}
    longest = sorted(spelled, key=len, reverse=True)
    return key.str.extract(rf" ({'|'.join(longest)})$")
