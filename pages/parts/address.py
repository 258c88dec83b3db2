"""Filters that keep their values across pages, and links whose own values win.

Streamlit tells a page's widgets from another's, so that a filter of one name on two pages is two
filters, and a link loses what it says of a filter that the page it stands on has, too. Here every
page is run as a part of dashboard.py: one key, one filter, one place in the address. What a link
says of a filter is then told from what the address said before.
"""

import runpy
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import ScriptRunContext, get_script_run_ctx

_SEEN = "address_seen"
Address = Mapping[str, list[str]]


def run() -> None:
    """Run the page that is asked for, its filters as the address, a link or another page has them.

    In place of the run() of the page that st.navigation returns.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return
    _follow(context)
    try:
        runpy.run_path(context.pages_manager.get_pages()[context.page_script_hash]["script_path"])
    finally:
        with context.session_state.query_params() as address:
            bound = [str(key) for key in st.session_state if address.is_bound(str(key))]
        st.session_state[_SEEN] = (_now(), {key: st.session_state[key] for key in bound})


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


def _follow(context: ScriptRunContext) -> None:
    """Where a link was followed, have its values win over those that the filters had."""
    now = _now()
    before, filters = st.session_state.get(_SEEN, (now, {}))
    st.session_state[_SEEN] = (now, {})
    if context.is_history_navigation:
        return
    with context.session_state.query_params() as address:
        linked = {
            key: said
            for key, said in asked(now, before).items()
            if address.is_bound(key) and not _changed(key, filters)
        }
        if not linked:
            return
        address.populate_from_query_string(urlencode({**before, **now, **linked}, doseq=True))
        address.set_initial_query_params_from_current()
        for key, said in linked.items():
            address.set_corrected_value(key, said, "string_array_value")
    for key in linked:
        if key in st.session_state:
            del st.session_state[key]


def _changed(key: str, filters: Mapping[str, Any]) -> bool:
    """Whether a person changed the filter itself since the last run."""
    return key in filters and st.session_state.get(key) != filters[key]
