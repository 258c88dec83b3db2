"""The views that a person keeps for a report: in the session, in an order, under headlines."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import uuid4

import polars as pl
import streamlit as st

from analytics.provenance import Provenance
from charts import drawn, export, report
from charts.report import Report, View
from charts.theme import Figure
from loaders import lake
from loaders.index import in_words
from loaders.sample import lake_in_use
from pages.parts import downloads
from pages.parts.about import source
from pages.parts.plain import counted, plain, read

Drawing = Callable[[bool], Figure]
"""Draws a figure for a dark page, or not."""
_OTHER = {
    "employer": "of other employers",
    "one of the employers": "of other employers",
    "state": "of other states, or none",
    "place": "of other cities and counties, or none",
    "occupation": "of other occupation codes, or none",
    "seniority": "of another seniority",
    "level": "of another wage level, or none",
    "visa class": "of other visa classes",
    "status": "decided otherwise",
    "role": "of other roles",
    "words in the title": "the title has not the words",
    "program": "of the other program",
    "fiscal years": "of other fiscal years",
}


def link() -> str:
    """The whole address of what the person sees."""
    asked = [(key, one) for key in st.query_params for one in st.query_params.get_all(key)]
    return (st.context.url or "") + (f"?{urlencode(asked)}" if asked else "")


def answered(sentence: str) -> None:
    """Remember the answer of the page that is open."""
    st.session_state["answered"] = (st.context.url, sentence)


def _answer() -> str:
    where, sentence = st.session_state.get("answered", (None, ""))
    return sentence if where == st.context.url else ""


def left_out(about: Provenance) -> list[tuple[str, int]]:
    """Why cases were left out, and how many, in the order of the filters."""
    return [(_OTHER.get(why, why), cases) for why, cases in about.excluded.items() if cases]


def view(
    figure: Figure,
    table: pl.DataFrame,
    name: str,
    *,
    alt: str,
    columns: Mapping[str, str],
    about: Provenance,
    headline: str = "",
    below: Sequence[str] = (),
) -> View:
    """A figure of this page as a view that can be kept."""
    in_use = lake_in_use()
    title, _ = drawn.title(figure)
    definition = read(about.definition)
    return View(
        id=name,
        headline=read(headline) if headline else title,
        answer="" if headline else read(_answer()),
        figure=figure,
        table=table,
        columns=dict(columns),
        alt=alt,
        note=" ".join(one for one in map(read, filter(None, below)) if one not in definition),
        definition=definition,
        counted=_counted(about),
        releases=about.releases,
        source=source(in_use),
        link=link(),
        sample=in_use.is_sample,
    )


def _counted(about: Provenance) -> str:
    left = "".join(f"; left out {cases:,}: {why}" for why, cases in left_out(about))
    return f"{counted(about.counted, 'case')} of {about.all:,}{left}."


def told(about: Provenance) -> dict[str, str]:
    """What stands beside the numbers in a file."""
    return {
        "Definition": read(about.definition),
        "Counted": _counted(about),
        "Files": ", ".join(about.releases) or "none",
    }


def said(one: View) -> dict[str, str]:
    """What stands beside the numbers of a view in a file."""
    return {
        "Title": one.title,
        **({"Note": one.note} if one.note else {}),
        "Definition": one.definition,
        "Counted": one.counted,
        "Files": ", ".join(one.releases) or "none",
        "Source": one.source,
        "Link": one.link,
    }


# ------------------------------------------------------------------------------------- the report


def kept() -> list[View]:
    """The views so far, in their order."""
    return st.session_state.setdefault("report", [])


@st.fragment
def offer(one: View, drawing: Drawing) -> None:
    """The button that keeps a view, drawn for white paper: nothing but it is drawn anew."""
    if st.button("Add to report", icon=":material/add_to_photos:", key=f"report_{one.id}"):
        _keep(one, drawing)


def _keep(one: View, drawing: Drawing) -> None:
    """Keep a view as it is now, in the colours of paper; the same view stands there once.

    A page's answer stands below the first view of it.
    """
    if any(_same(one, other) for other in kept()):
        st.toast("This view is in the report already.", icon=":material/check:")
        return
    taken = one.answer in {other.answer for other in kept()}
    kept().append(
        replace(
            one,
            id=f"{one.id}/{uuid4().hex[:8]}",
            answer="" if taken else one.answer,
            figure=drawing(False),  # noqa: FBT003
        )
    )
    st.toast(
        f"In the report: {counted(len(kept()), 'view')}. See Report in the sidebar.",
        icon=":material/add_to_photos:",
    )


def _same(one: View, other: View) -> bool:
    name = other.id.partition("/")[0]
    return (one.id, one.link, one.alt) == (name, other.link, other.alt)


def move(at: int, by: int) -> None:
    """Move the view at a place up or down."""
    views = kept()
    views[at], views[at + by] = views[at + by], views[at]


def remove(at: int) -> None:
    """Take one view out."""
    kept().pop(at)


def clear() -> None:
    """Take all views out."""
    kept().clear()


def _renamed(at: int, key: str) -> None:
    """A view under another headline; an empty one gives it back the figure's title."""
    said = " ".join(str(st.session_state[key]).split())
    one = kept()[at]
    kept()[at] = replace(one, headline=said or drawn.title(one.figure)[0])


def question() -> str:
    """What the report answers, as the person says it."""
    said = st.text_input(
        "What question does the report answer?", key="report_question", persist_state="session",
        placeholder="The title of its first slide", max_chars=200,
    )  # fmt: skip
    return " ".join((said or "").split()) or "Filing history"


def exports(asked: str) -> None:
    """The report as PowerPoint, PDF and HTML, each made when it is asked for."""
    in_use = lake_in_use()
    loaded = f"Loaded: {in_words(lake.periods(in_use.path))}"
    whole = Report(asked, datetime.now().astimezone().date(), tuple(kept()), loaded)
    printable = downloads.pictured()
    with st.container(horizontal=True):
        _button("PowerPoint", lambda: _slides(whole), "pptx", _PPTX)
        _button("PDF", lambda: report.pdf(whole), "pdf", "application/pdf", there=printable)
        _button("HTML", lambda: report.html(whole), "html", "text/html")
    rest = "pictures" if printable else "tables"
    st.caption(
        "On slides, bars and lines are charts that PowerPoint edits; maps, bands and rates "
        f"with their intervals are {rest}." + ("" if printable else f" {report.NO_BROWSER}")
    )


def _slides(whole: Report) -> bytes:
    from charts import slides  # noqa: PLC0415 - 150 modules that nothing else needs

    return slides.pptx(whole)


_PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def _button(
    label: str, made: Callable[[], bytes], ending: str, kind: str, *, there: bool = True
) -> None:
    st.download_button(
        label, made, f"filing-history-report.{ending}", kind, key=f"report_as_{ending}",
        on_click="ignore", icon=":material/download:", disabled=not there,
        type="primary" if ending == "pptx" else "secondary",
    )  # fmt: skip


def listed() -> None:
    """The views in their order: each with its headline to change, its place, its figure."""
    for at, one in enumerate(kept()):
        with st.container(border=True, key=f"kept_{at}"):
            key = f"headline_{one.id}"
            st.text_input(
                f"Headline of slide {at + 2}", one.headline, key=key, on_change=_renamed,
                args=(at, key), max_chars=400,
            )  # fmt: skip
            picture = "" if drawn.panels(one.figure) else " · a picture on its slide"
            st.caption(plain(f"{one.title} · {one.source}{picture}"))
            with st.container(horizontal=True, vertical_alignment="center"):
                _act("Up", "arrow_upward", f"up_{one.id}", move, (at, -1), off=at == 0)
                last = at == len(kept()) - 1
                _act("Down", "arrow_downward", f"down_{one.id}", move, (at, 1), off=last)
                _act("Remove", "delete", f"remove_{one.id}", remove, (at,))
                if one.link:
                    st.link_button("Open the view", one.link, icon=":material/open_in_new:")
            with st.expander("The figure"):
                paper = export.grounded(one.figure)
                st.plotly_chart(paper, theme=None, key=f"figure_{one.id}", alt=one.alt)


def _act(
    label: str,
    icon: str,
    key: str,
    act: Callable[..., None],
    args: tuple[int, ...],
    *,
    off: bool = False,
) -> None:
    st.button(label, icon=f":material/{icon}:", key=key, on_click=act, args=args, disabled=off)
