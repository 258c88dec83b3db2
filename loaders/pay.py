"""Pay as listings write it: "$45 - $60 an hour", "120k-150k", "USD 120,000.00 per year".

Spellings of units, currencies and scales are in data/listings, the bounds of each unit in
data/codes/pay_periods.csv.
"""

import re
from dataclasses import dataclass
from functools import cache

from loaders.facts import pay_periods
from loaders.listing_facts import any_of, limit, rows

# "95 000" is a number: its space parts three digits, which no scale or sign of percent follows.
_NUMBER = (
    r"(?:\d{1,3}(?:[\u0020\u2009]\d{3}){1,3}(?![\d(]|[,.]\d{3}|\s?[k%])(?:[.,]\d{1,2}(?!\d))?"
    r"|\d(?:[\d,.'\u2019\u00a0\u202f]*\d)?)"
)
_TO = r"\s*(?:-|\u2013|\u2014|\u2212|~|to|and|through|up\s+to)\s*"
# Letters that an expression blind to case takes for I, i, s and K, and no table has.
_ODD = str.maketrans("\u0130\u0131\u017f\u212a", "IisK")
_LARGE = 4  # characters of a scale that is spelled out


@dataclass(frozen=True, slots=True)
class Pay:
    """Pay as written: amounts in `unit`, which is null where neither word nor size tells it.

    `currency` is an ISO code, "$" or "¥" where the sign is all there is, null for a bare number.
    `stated` is false for a unit that was told by the size of the amount.
    """

    low: float | None
    high: float | None
    unit: str | None
    currency: str | None
    stated: bool = True
    text: str = ""


@cache
def _currencies() -> dict[str, tuple[str, bool]]:
    return {spelling.upper(): (code, near == "yes") for spelling, code, near in rows("currencies")}


@cache
def _units() -> dict[str, str]:
    return {spelling.lower(): unit for spelling, unit, _ in rows("pay_units")}


@cache
def _scales() -> dict[str, float | None]:
    """What an amount is multiplied by; null where it is a company's sum, or counted otherwise."""
    return {spelling: float(times) if times else None for spelling, times in rows("scales")}


def _either(spellings: list[str]) -> str:
    return "|".join(re.escape(one) for one in sorted(spellings, key=len, reverse=True))


@cache
def _amounts() -> re.Pattern[str]:
    sign = rf"(?:{_either([spelling for spelling, *_ in rows('currencies')])})"
    unit = _either(list(_units()))
    scale = rf"(?:{_either(list(_scales()))})(?![\w(])"
    each = any_of("each").pattern

    def amount(n: int) -> str:
        return (
            rf"(?P<sign{n}>{sign})?\s?(?P<number{n}>{_NUMBER})\s?(?P<scale{n}>{scale})?"
            rf"(?:\s?(?P<after{n}>{sign})(?![\w$]))?"
            rf"(?:[\s,(]{{0,2}}(?:{each})?\s?(?P<unit{n}>{unit})"
            rf"(?!\w|-(?!\s?(?:{sign})?\s?\d))(?:\)|\.(?=\s*[-\u2013\u2014]))?)?"
        )

    ends = "|".join(f"(?P<{end}>{any_of(end).pattern})" for end in ("most", "between", "least"))
    return re.compile(
        rf"(?<![\w.,-])(?:{ends})?"
        rf"\s*{amount(1)}"
        rf"(?P<more>(?<=\S)\+)?(?:(?P<to>{_TO}){amount(2)})?"
        rf"(?!\d|\s?%|[.,]\d)",
        re.IGNORECASE,
    )


def _value(number: str, scale: str | None) -> float | None:
    """Thousands' commas, dots and spaces off; null for what is no amount of pay."""
    text = re.sub(r"['\u2019\s]", "", number)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?", text):
        text = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    else:
        text = text.replace(",", "")
    if not re.fullmatch(r"\d{1,12}(?:\.\d{1,6})?", text):
        return None
    factor = _scales()[scale.lower()] if scale else 1
    return round(float(text) * factor, 2) if factor else None


def _surely(unit: str, amount: float) -> bool:
    low, high = pay_periods()[unit]["surely_from"], pay_periods()[unit]["surely_to"]
    return low is not None and high is not None and low <= amount <= high


def _plausible(unit: str, amount: float) -> bool:
    low, high = pay_periods()[unit]["low"], pay_periods()[unit]["high"]
    return low is not None and high is not None and low <= amount <= high


def _by_size(amount: float) -> str | None:
    return next((unit for unit in pay_periods() if _surely(unit, amount)), None)


def _read(found: re.Match[str], unit_before: str | None = None) -> Pay | None:
    """The pay that one match says, null where it is a sum of another kind."""
    scales = [found["scale1"], found["scale2"]]
    if any(scale and not _scales()[scale.lower()] for scale in scales):
        return None
    low, high = _range(found)
    if not low and not high:
        return None
    signs = [found[name] for name in ("sign1", "after1", "sign2", "after2") if found[name]]
    known = [_currencies()[sign.upper()] for sign in signs]
    codes = [code for code, _ in known]
    currency = next((code for code in codes if code != "$"), codes[0] if codes else None)
    said = found["unit1"] or found["unit2"]
    unit = _units()[said.lower()] if said else unit_before
    near = all(near for _, near in known)
    told = unit or (_by_size(high or low or 0) if near else None)
    if high is None and found["most"]:
        low, high = None, low
    elif high is None and not (found["least"] or found["more"]):
        high = low
    if low and high and low > high:
        low, high = high, low
    return Pay(
        low, high, told if told in pay_periods() else None, currency, bool(unit), found[0].strip()
    )


def _range(found: re.Match[str]) -> tuple[float | None, float | None]:
    """The two amounts of a match; the second null where it is none, or one of another kind.

    "120-150K" says thousands of both. "And" makes a range after "between" or of rising amounts.
    """
    scales = found["scale1"], found["scale2"]
    shared = found["to"] and scales[1] and not scales[0] and len(found["number1"]) < _LARGE
    low = _value(found["number1"], scales[1] if shared else scales[0])
    high = _value(found["number2"], scales[1]) if found["to"] else None
    if (found["to"] or "").strip().lower() == "and" and not found["between"]:
        rising = low and high and found["sign1"] and found["sign2"] and low <= high
        return low, high if rising else None
    return low, high


def in_cell(text: str) -> Pay | None:
    """The pay in a cell or line that is about pay; null where it names none."""
    text = text[: limit("cell_chars")].translate(_ODD)
    made = (
        (found, _read(found, _unit_in(text[: found.start()])))
        for found in _amounts().finditer(text)
    )
    fits = [pay for found, pay in made if pay and not _elsewise(text, found)]
    return max(fits, key=lambda pay: (pay.currency is not None, pay.unit is not None), default=None)


def in_prose(text: str) -> Pay | None:
    """The pay that a description names, null for none; sums of other kinds are passed over.

    An amount counts where a currency or "k" stands at it, and it is a range, has a unit, is all
    of its line, or has a word of pay in its sentence.
    """
    text = text.translate(_ODD)
    best: tuple[int, Pay] | None = None
    for found in _amounts().finditer(text):
        if not any(
            found[name] for name in ("sign1", "after1", "sign2", "scale1", "scale2", "unit1")
        ):
            continue
        before, after = _sentence(text, found)
        pay = _read(found, _unit_in(before))
        if pay is None or _elsewise(text, found):
            continue
        score = _score(pay, found, before, after)
        if score > (best[0] if best else 1):
            best = score, pay
    return best[1] if best else None


def _score(pay: Pay, found: re.Match[str], before: str, after: str) -> int:
    """How surely an amount in prose is this listing's pay; below 2 it is not."""
    amounts = [amount for amount in (pay.low, pay.high) if amount]
    if pay.unit is None or (
        pay.currency in {None, "$", "USD"} and not all(_plausible(pay.unit, one) for one in amounts)
    ):
        return 0
    signed = any(found[name] for name in ("sign1", "after1", "sign2", "after2")) or (
        found["scale2"] is not None
    )
    about = any_of("pay").search(before) or any_of("pay").search(after)
    alone = not before.strip() and not after.strip(" .")
    stated = pay.stated and (signed or about)
    ranged = bool(found["to"]) and signed
    return 4 * bool(about) + 2 * bool(stated) + 2 * ranged + 3 * (alone and signed)


def _sentence(text: str, found: re.Match[str]) -> tuple[str, str]:
    """What stands before and after a match in its sentence, 120 characters at most."""
    before = re.split(r"[.!?;\n]\s|\n", text[max(0, found.start() - 120) : found.start()])[-1]
    after = re.split(r"[.!?;]\s|\n", text[found.end() : found.end() + 120])[0]
    return before, after


@cache
def _before() -> re.Pattern[str]:
    return re.compile(_either([spelling for spelling, _, before in rows("pay_units") if before]))


def _unit_in(before: str) -> str | None:
    """The unit that the words before an amount name, as "hourly pay:" does."""
    words = _before().findall(before.lower())
    return _units()[words[-1]] if words else None


def _elsewise(text: str, found: re.Match[str]) -> bool:
    """Whether the words at an amount say that it is no pay: a bonus, a stipend, a 401k."""
    before = text[max(0, found.start() - 60) : found.start()]
    after = text[found.end() : found.end() + 60]
    said = text[found.start("number1") : found.end() + 60]
    bare = not any(found[name] for name in ("sign1", "after1", "sign2", "after2"))
    return bool(
        any_of("not_pay_after").match(after)
        or any_of("not_pay_before").search(before)
        or (bare and any_of("not_pay").match(said))
    )
