"""Words and numbers for people; text from files shown as it is."""

import re
from collections.abc import Iterable
from datetime import date

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&@^='\"/])")
# Where markdown would make a link of bare text; a word joiner there is not seen and prevents it.
_LINKS = re.compile(r"(?i)(?<=\bwww)(?=\.)|(?<=:)(?=//)|(?=@)")
_UNITS = ("B", "kB", "MB", "GB", "TB")


def plain(text: str) -> str:
    """Text that markdown shows as it is, on one line."""
    return _MARKUP.sub(r"\\\1", _LINKS.sub("\u2060", " ".join(text.split())))


def read(markdown: str) -> str:
    """What people read of a sentence in markdown: `plain` undone, stars and colours gone."""
    text = re.sub(r":(?:gray|grey|red|green|blue|orange|violet)\[([^\]]*)\]", r"\1", markdown)
    kept = re.sub(r"\\(.)|[*`\u2060]", lambda one: one[1] or "", text)
    return " ".join(kept.split())


def size(count: float) -> str:
    """Bytes in the unit that leaves one to three digits."""
    exponent = 0
    while count >= 999.5 and exponent < len(_UNITS) - 1:  # noqa: PLR2004 - it would read 1000
        count, exponent = count / 1000, exponent + 1
    digits = 1 if exponent > 1 and count < 10 else 0  # noqa: PLR2004 - one more for 1.2 GB
    return f"{count:.{digits}f} {_UNITS[exponent]}"


def day(when: date) -> str:
    """`30 Jun 2025`."""
    return f"{when.day} {when:%b %Y}"


def span(seconds: float) -> str:
    """A time to wait, as exact as it is known."""
    if seconds < 90:  # noqa: PLR2004 - then minutes read better
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"  # noqa: PLR2004


def dollars(amount: float) -> str:
    """`$120,000`, as markdown that is no formula."""
    return rf"\${amount:,.0f}"


def counted(count: int, one: str) -> str:
    """`no file`, `1 file`, `1,204 files`."""
    return f"{count or 'no'} {one}" if count < 2 else f"{count:,} {one}s"  # noqa: PLR2004


def listed(parts: Iterable[str], last: str = "and") -> str:
    """`A`, `A and B`, `A, B and C`."""
    *first, end = [*parts] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end
