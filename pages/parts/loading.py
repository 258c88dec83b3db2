"""The part of the sources page that loads: from DOL, from files given to it, from the folder."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from loaders import storage
from loaders.job import CANCELLED, SOME_REFUSED, BusyError, Job, State
from loaders.releases import Release, releases, select
from loaders.sample import users_lake, users_raw
from loaders.schema import PROGRAMS
from loaders.workbook import raw_files
from pages.parts import upload
from pages.parts.plain import counted, plain, size, span

WAYS = ("From DOL", "Upload files", "From the folder")
_BOTH = "LCA and PERM"


@st.cache_resource(show_spinner=False)
def the_job() -> Job:
    """The one job of this server."""
    return Job()


def section(job: Job) -> None:
    """Where the job stands, and the three ways to start one; none for a lake at an address."""
    if storage.is_remote(users_lake()):
        at = storage.address(users_lake())
        st.markdown("This lake is on object storage, and built on another machine:")
        st.code(f"python -m loaders build --lake {at}", language=None, wrap_lines=True)
        return
    running = job.state().running
    if running:
        st.fragment(_progress, run_every="1s")(job)
    elif job.state().finished:
        _ended(job.state())
    way = st.segmented_control(
        "How", WAYS, default=WAYS[0], required=True, key="load_way", label_visibility="collapsed"
    )
    if way == WAYS[0]:
        _from_dol(job, running=running)
    elif way == WAYS[1]:
        _upload(job, running=running)
    else:
        _from_folder(job, running=running)


# ----------------------------------------------------------------------------------- while it runs


def _progress(job: Job) -> None:
    state = job.state()
    if not state.running:
        st.rerun()
    with st.container(border=True):
        share, words = progress(state)
        st.progress(share, plain(words))
        st.button("Cancel", key="load_cancel", on_click=job.cancel, icon=":material/close:")


def progress(state: State) -> tuple[float, str]:
    """How far a running job is, from 0 to 1, and in words."""
    left = f", about {span(state.seconds_left)} left" if state.seconds_left is not None else ""
    if state.phase == "download":
        of_total = f" of {size(state.total)}" if state.total else ""
        rate = f", {size(state.bytes_per_second)}/s" if state.bytes_per_second else ""
        part = state.done / state.total if state.total else 0.0
        words = f"Downloading {state.what} (file {state.number} of {state.of}): "
        share = (max(state.number - 1, 0) + part) / max(state.of, 1)
        return min(share, 1.0), f"{words}{size(state.done)}{of_total}{rate}{left}"
    if state.phase == "read":
        part = state.done / state.total if state.total else 0.0
        return part, f"Reading {state.what} (file {state.done + 1} of {state.total}){left}"
    if state.phase == "publish":
        return 1.0, "Publishing: the newest decision of each case"
    return 0.0, "Starting"


def _ended(state: State) -> None:
    if state.status == 0:
        st.success(f"Loaded. {plain(state.message)}", icon=":material/check:")
    elif state.status == CANCELLED:
        st.info(plain(state.message), icon=":material/cancel:")
    elif state.status == SOME_REFUSED:
        st.warning(
            f"Loaded in part. {plain(state.message)}{_lines(state)}", icon=":material/warning:"
        )
    else:
        st.error(
            f"Nothing was loaded; the view is as it was.{_lines(state)}", icon=":material/block:"
        )
    if state.missed:
        _by_hand(state)


def _lines(state: State) -> str:
    """The lines of an error as a list; a reason that several releases share stands once."""
    said = dict[str, list[str]]()
    for one in state.missed:
        said.setdefault(one.why or one.state, []).append(one.release)
    missed = [f"{', '.join(names)}: {why}" for why, names in said.items()]
    single = {f"{one.release}: {one.why or one.state}" for one in state.missed}
    others = [line for line in state.error.splitlines() if line not in single]
    return "".join(f"\n- {plain(line)}" for line in [*missed, *others] if line.strip())


def _by_hand(state: State) -> None:
    """What a person can do where the download could not: the links and the folder."""
    with st.container(border=True):
        st.markdown(
            "**Get these files with your browser**, put them into the folder below under "
            "any name, then choose *From the folder*."
        )
        st.markdown(
            "\n".join(f"- [{plain(one.release)}](<{one.url}>)" for one in state.missed if one.url)
        )
        st.code(str(users_raw().absolute()), language=None, wrap_lines=True)


# -------------------------------------------------------------------------------------- the ways


def _from_dol(job: Job, *, running: bool) -> None:
    with st.container(horizontal=True, gap="medium"):
        asked = st.segmented_control(
            "Program",
            (_BOTH, *(program.upper() for program in PROGRAMS)),
            default=_BOTH,
            required=True,
            key="load_program",
        )
        program = None if asked == _BOTH else asked.lower()
        known = sorted({one.fiscal_year for one in releases() if program in {None, one.program}})
        first, last = st.select_slider(
            "Fiscal years",
            known,
            value=(known[-2], known[-1]),
            format_func=lambda year: f"FY{year}",
            key="load_years",
        )
    years = f"{first}-{last}"
    chosen = select(program=program, years=years)
    st.caption(plain(estimate(chosen, users_raw())))
    st.button(
        "Download from DOL and load",
        type="primary",
        icon=":material/download:",
        key="load_start",
        disabled=running,
        on_click=lambda: _started(
            lambda: job.start(users_raw(), users_lake(), program=program, years=years)
        ),
    )


def estimate(chosen: Sequence[Release], raw: Path) -> str:
    """What a download of these releases will take, as far as the registry knows."""
    known = [one.bytes for one in chosen if one.bytes]
    unknown, there = len(chosen) - len(known), [r for r in chosen if (raw / r.file_name).exists()]
    said = f"{counted(len(chosen), 'file')}: "
    said += f"{size(sum(known))}" if known else "size not known"
    if known and unknown:
        said += f", and {unknown} whose size is not known"
    if there:
        came = _downloaded(raw)
        kept = sum(bool(one.sha256) or one.file_name in came for one in there)
        if kept:
            said += f". {kept} in the folder already: downloaded again only if DOL changed them"
        if by_hand := len(there) - kept:
            said += f". {by_hand} put into the folder by hand: downloaded anew"
    return f"{said}. Then reading: half a minute to a minute for each 100 MB."


def _downloaded(raw: Path) -> set[str]:
    """The names of the files that came from DOL; none where a damaged manifest cannot tell."""
    from loaders import download  # noqa: PLC0415 - requests, which no other page needs

    try:
        return {*download.manifest(raw)}
    except ValueError:
        return set()


def _upload(job: Job, *, running: bool) -> None:
    st.session_state.setdefault("load_round", 0)
    given = st.file_uploader(
        "DOL's disclosure files: .xlsx, .csv, or a .zip of one. Any name will do: the header row "
        "tells which file it is.",
        type=list(upload.ENDINGS),
        accept_multiple_files=True,
        key=f"load_files_{st.session_state['load_round']}",
    )
    replace = st.checkbox("Replace a different file of the same name", key="load_replace")

    def taken() -> None:
        saved = _saved(given, replace=replace)
        st.session_state["load_said"] = saved
        if any(state != "name taken" for _, state in saved):
            st.session_state["load_round"] += 1
            _started(lambda: job.build(users_raw(), users_lake()))

    st.button(
        "Load the files",
        type="primary",
        key="load_upload",
        disabled=running or not given,
        on_click=taken,
    )
    for name, state in st.session_state.pop("load_said", []):
        st.caption(f"{plain(name)}: {plain(_SAID.get(state, state))}")


_SAID = {
    "saved": "saved into the folder.",
    "replaced": "saved in place of the file of that name.",
    "there already": "the same file is in the folder already.",
    "name taken": "not saved: the folder has a different file of that name. Rename yours, or "
    "tick the box to replace the one there.",
}


def _saved(given: Sequence[upload.Given], *, replace: bool) -> list[tuple[str, str]]:
    said = list[tuple[str, str]]()
    for file in given:
        try:
            saved = upload.save(file, users_raw(), replace=replace)
        except (OSError, ValueError) as error:
            said.append((file.name, f"not saved: {error}"))
        else:
            said.append((saved.name, saved.state))
    return said


def _from_folder(job: Job, *, running: bool) -> None:
    raw = users_raw()
    there = raw_files(raw, users_lake())
    st.markdown("Files that you put into this folder are read as they are, under any name:")
    st.code(str(raw.absolute()), language=None, wrap_lines=True)
    st.caption(
        f"{counted(len(there), 'file')} in it, {size(sum(one.stat().st_size for one in there))}."
        if there
        else "Nothing in it yet."
    )
    st.button(
        "Build from the folder",
        type="primary",
        key="load_build",
        disabled=running or not there,
        on_click=lambda: _started(lambda: job.build(raw, users_lake())),
    )


def _started(start: Callable[[], None]) -> None:
    try:
        start()
    except BusyError as error:
        st.toast(str(error))
