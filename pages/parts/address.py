"""Filters that keep their values across pages, and links whose own values win.

Streamlit tells a page's widgets from another's, so that a filter of one name on two pages is two
filters, and a link loses what it says of a filter that the page it stands on has, too. Here every
page is run as a part of dashboard.py: one key, one filter, one place in the address. What a link
says of a filter is then told from what the address said before.
"""

import runpy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import ScriptRunContext, StopException, get_script_run_ctx
from streamlit.runtime.state.query_params import QueryParams

_SEEN, _PAGE = "address_seen", "address_page"
Address = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last run left: the address, the values of its filters, and what stays of all pages.

    `kept` is what the address said of each filter when it was drawn last; `drawn` are the filters
    of each page.
    """

    address: Address
    filters: Mapping[str, Any] = field(default_factory=dict)
    kept: Address = field(default_factory=dict)
    drawn: Mapping[str, frozenset[str]] = field(default_factory=dict)


def run(spelled: Callable[[str, Address], Address]) -> None:
    """Run the page that is asked for, its filters as the address, a link or another page has them.

    `spelled` says the address of a page, by its path, as its filters do. In place of the run() of
    the page that st.navigation returns.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return
    seen = st.session_state.get(_SEEN, Seen(_now()))
    # Should this run be cut short, its filters are not known to the next one.
    st.session_state[_SEEN] = replace(seen, address=_now(), filters={})
    path = context.pages_manager.get_pages()[context.page_script_hash]["url_pathname"]
    said, now = spelled(path, _now()), _now()
    if said.keys() != now.keys() and _PAGE not in st.session_state:
        _say(context, said)  # else what the link had would stay behind the filter
    elif said != now:  # no step of the browser's own, which back would come to
        with context.session_state.query_params() as query:
            _fill(query, said)
    if not context.is_history_navigation:
        _follow(context, seen)
    _turn(context, seen)
    try:
        runpy.run_path(context.pages_manager.get_pages()[context.page_script_hash]["script_path"])
    except StopException:
        _leave(context, seen)
        raise
    _leave(context, seen)


def _leave(context: ScriptRunContext, seen: Seen) -> None:
    """Leave to the next run what this one had.

    Past the guard of the session: after st.stop() that ends whoever asks it for anything.
    """
    state = context.session_state._state  # noqa: SLF001
    address, values = state.query_params, state.filtered_state
    now = {key: address.get_all(key) for key in address}
    drawn = frozenset(key for key in values if address.is_bound(key))
    others = {key: said for key, said in seen.kept.items() if key not in drawn}
    state[_SEEN] = Seen(
        now,
        {key: values[key] for key in drawn},
        others | {key: now[key] for key in drawn if key in now},
        {**seen.drawn, context.page_script_hash: drawn},
    )


def _turn(context: ScriptRunContext, seen: Seen) -> None:
    """Where this is another page than the last, bring along what its filters had.

    What the address brought of other filters stays there: taking it out would be a step of its own
    for the browser's button back.
    """
    last, here = st.session_state.get(_PAGE), context.page_script_hash
    st.session_state[_PAGE] = here
    if last in {None, here}:
        return
    with context.session_state.query_params() as address:
        for key in _now():
            if bound := address.get_binding_for_param(key):
                address.unbind_widget(bound.widget_id)
    wanted = seen.drawn.get(here, frozenset(seen.kept))
    absent = {key: said for key, said in seen.kept.items() if key in wanted and key not in _now()}
    if absent and not context.is_history_navigation:
        _say(context, {**_now(), **absent})


def _say(context: ScriptRunContext, said: Address) -> None:
    """Have the address, and the filters that are drawn from it, say this: one step of the browser.

    A key that is already there again under its value sends the whole address.
    """
    with context.session_state.query_params() as address:
        _fill(address, said)
        key = next(iter(said))
        address.set_corrected_value(key, said[key], "string_array_value")


def _fill(address: QueryParams, said: Address) -> None:
    """Have the filters drawn from this address."""
    address.populate_from_query_string(urlencode(said, doseq=True))
    address.set_initial_query_params_from_current()


def put(key: str, value: str | None) -> None:
    """Have the address say this of a key, or nothing, though a filter of another page holds it."""
    context = get_script_run_ctx(suppress_warning=True)
    if context:
        with context.session_state.query_params() as address:
            if bound := address.get_binding_for_param(key):
                address.unbind_widget(bound.widget_id)
    if value is None:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = value


def page(url_path: str) -> str | None:
    """The file of the page at this path, for a link to it; None where there is no such page."""
    context = get_script_run_ctx(suppress_warning=True)
    pages = context.pages_manager.get_pages().values() if context else ()
    paths = {one["url_pathname"]: one["script_path"] for one in pages}
    return paths.get(url_path)


def _now() -> Address:
    return {key: st.query_params.get_all(key) for key in st.query_params}


def asked(now: Address, before: Address) -> Address:
    """What a link says: a browser puts it behind what the address said before, or in its place."""
    return {
        key: said[len(was) :] if len(said) > len(was) > 0 and said[: len(was)] == was else said
        for key, said in now.items()
        if said != (was := before.get(key, []))
    }


def _follow(context: ScriptRunContext, seen: Seen) -> None:
    """Where a link was followed, have its values win over those that the filters had."""
    now = _now()
    with context.session_state.query_params() as address:
        linked = {
            key: said
            for key, said in asked(now, seen.address).items()
            if address.is_bound(key)
            and _kept(key, seen.filters, added=said != now[key], many=len(now[key]))
        }
    if linked:
        _say(context, {**seen.address, **now, **linked})
        for key in linked:
            if key in st.session_state:
                del st.session_state[key]


def _kept(key: str, filters: Mapping[str, Any], *, added: bool, many: int) -> bool:
    """Whether a person left the filter itself as it was in the last run.

    That is not known of a run that was cut short: then what a browser added is a link's, unless
    the filter has as many values, `many`, as the address says.
    """
    held: Any = st.session_state.get(key)
    if key in filters:
        return held == filters[key]
    values = list(held) if isinstance(held, (list, tuple)) else [held]
    return added and len(values) != many
