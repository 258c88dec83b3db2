"""Saved web pages: schema.org job postings in JSON-LD or microdata, and the text of the rest.

The only module that parses HTML. lxml gives up on markup that nests without end, expands no
entity and fetches nothing; no address in a page is ever opened.
"""

import json
from collections.abc import Iterator
from typing import Any

from lxml import etree

from loaders import atlas
from loaders.listing_facts import limit

Record = dict[str, str]

_BLOCKS = frozenset(
    "address article aside blockquote br button dd div dl dt fieldset figure footer form h1 h2 h3 "
    "h4 h5 h6 header hr li main nav ol option p pre section table td th title tr ul".split()
)
_PARAGRAPHS = frozenset("article section table ul ol h1 h2 h3 header footer".split())
_SILENT = frozenset("script style noscript template svg head select iframe object".split())
_ADDRESS = {"href": "a area link", "src": "img source", "datetime": "time", "value": "data meter"}


def _tree(html: str) -> Any:
    """The tree of a page, null where there is nothing to parse."""
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(html.encode("utf-8", "replace"), parser)
    except etree.ParseError:
        return None


def text(html: str) -> str:
    """The words of a page, a line for each block, scripts and styles left out."""
    tree = _tree(html)
    return "" if tree is None else _text(tree)


def _text(tree: Any) -> str:
    pieces, silent = list[str](), 0
    for event, node in etree.iterwalk(tree, events=("start", "end")):
        name = node.tag if isinstance(node.tag, str) else ""
        if name in _SILENT:
            silent += 1 if event == "start" else -1
        if name in _BLOCKS:
            pieces.append("\n\n" if name in _PARAGRAPHS else "\n")
        words = node.text if event == "start" else node.tail
        outside = event == "end" and node is tree
        if words and not silent and not outside:
            pieces.append(" ".join(f".{words}.".split())[1:-1])
    lines = "".join(pieces).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines)


def postings(html: str) -> list[Record]:
    """The job postings that a page declares, none where it has no such data."""
    tree = _tree(html)
    if tree is None:
        return []
    made = [posting(one) for data in _json_ld(tree) for one in declared(data)]
    items = [
        posting(_item(node, 0))
        for node in tree.iter()
        if "schema.org/JobPosting" in (node.get("itemtype") or "")
    ]
    return [one for one in made + items if one]


def _json_ld(tree: Any) -> Iterator[Any]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            words = (script.text or "").strip()
            for wrapper in ("<!--", "-->", "//<![CDATA[", "//]]>", "<![CDATA[", "]]>"):
                words = words.removeprefix(wrapper).removesuffix(wrapper).strip()
            try:
                yield json.loads(words, strict=False, parse_int=str, parse_float=str)
            except (ValueError, RecursionError):  # a page may hold several, one of them broken
                continue


def declared(data: Any) -> Iterator[dict[str, Any]]:
    """The objects of type JobPosting anywhere in JSON, in order."""
    waiting = [(data, 0)]
    while waiting:
        one, depth = waiting.pop()
        if isinstance(one, dict) and "JobPosting" in _all(one.get("@type")):
            yield one
        elif depth < limit("depth"):
            waiting += [(item, depth + 1) for item in reversed(inside(one))]


def inside(value: Any) -> list[Any]:
    """What a JSON object or list holds; nothing for other values."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _item(node: Any, depth: int) -> dict[str, Any]:
    """The properties of a microdata item."""
    made, waiting = dict[str, Any](), list(reversed(node))
    while waiting:
        one = waiting.pop()
        if name := one.get("itemprop"):
            made.setdefault(name, []).append(_value(one, depth))
        if one.get("itemscope") is None:
            waiting += reversed(one)
    return made


def _value(node: Any, depth: int) -> Any:
    if node.get("itemscope") is not None:
        return _item(node, depth + 1) if depth < limit("depth") else {}
    if node.get("content") is not None:
        return node.get("content")
    for attribute, tags in _ADDRESS.items():
        if node.tag in tags.split() and node.get(attribute) is not None:
            return node.get(attribute)
    return _text(node).strip()


# ------------------------------------------------------------------------------ schema.org to text


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _first(value: Any) -> Any:
    return next(iter(_all(value)), None)


def _said(value: Any) -> str:
    """The text of a value: itself, its name or its value."""
    for _ in range(4):
        value = _first(value)
        if not isinstance(value, dict):
            break
        value = value.get("name") or value.get("value") or value.get("@value")
    return "" if value is None or inside(value) else str(value).strip()


def posting(data: dict[str, Any]) -> Record:
    """A JobPosting under our fields, as text."""
    description = _said(data.get("description"))
    where = [_address(one) for one in _all(data.get("jobLocation"))]
    remote = "TELECOMMUTE" in _said(data.get("jobLocationType")).upper()
    asked = [_area(one) for one in _all(data.get("applicantLocationRequirements"))]
    made = {
        "name": _said(data.get("hiringOrganization")),
        "title": _said(data.get("title")) or _said(data.get("name")),
        "place": "; ".join(filter(None, where)) or "; ".join(filter(None, asked if remote else [])),
        "workplace": "remote" if remote else "",
        "pay": _salary(data.get("baseSalary") or data.get("estimatedSalary"), data),
        "posted": _said(data.get("datePosted")),
        "deadline": _said(data.get("validThrough")),
        "kind": " ".join(map(_said, _all(data.get("employmentType")))),
        "url": _said(data.get("url")),
        "text": text(description) if "<" in description or "&" in description else description,
    }
    return {field: value for field, value in made.items() if value}


def _address(place: Any) -> str:
    place = _first(place)
    address = _first(place.get("address")) if isinstance(place, dict) else place
    if not isinstance(address, dict):
        return _said(address or place)
    parts = ("addressLocality", "addressRegion", "addressCountry")
    return atlas.address(*(_said(address.get(part)) for part in parts))


def _area(area: Any) -> str:
    """Where applicants may live; a country by its code is no state of the same letters."""
    area = _first(area)
    countries = isinstance(area, dict) and "Country" in _all(area.get("@type"))
    return atlas.stated(_said(area)) if countries else _said(area)


def _salary(salary: Any, data: dict[str, Any]) -> str:
    """A salary as "USD 100 - 120 HOUR", the form that a listing would write."""
    salary = _first(salary)
    if not isinstance(salary, dict):
        return f"{_said(data.get('salaryCurrency'))} {salary}".strip() if salary else ""
    value = _first(salary.get("value"))
    amounts = value if isinstance(value, dict) else salary
    low, high = (_said(amounts.get(name)) for name in ("minValue", "maxValue"))
    if not low and not high:
        low = high = _said(amounts.get("value"))
    currency = _said(salary.get("currency")) or _said(data.get("salaryCurrency"))
    unit = _said(amounts.get("unitText")) or _said(salary.get("unitText"))
    return written(low, high, currency, unit)


def written(low: str, high: str, currency: str, unit: str) -> str:
    """Amounts in columns of their own, as one text; empty where there is no amount."""
    if not low and not high:
        return ""
    if not low:
        return f"up to {currency} {high} {unit}".strip()
    if not high:
        return f"from {currency} {low} {unit}".strip()
    return f"{currency} {low} - {high} {unit}".strip()
