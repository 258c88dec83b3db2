"""A person's own listings, each beside the filing history of its employer."""

from pathlib import Path

import polars as pl
import streamlit as st

from analytics import counts
from loaders import lake, match
from loaders.sample import lake_in_use
from pages.parts import about, chosen, decision, given, history, job, listed


@st.cache_data(max_entries=4, show_spinner=False)
def covered(version: str, path: str) -> pl.DataFrame:  # noqa: ARG001
    return counts.coverage(lake.filings(Path(path))).collect()


in_use = lake_in_use()
at = (in_use.version, str(in_use.path))
index = history.index(*at)
choices = chosen.kept()

table = given.draw()
if table is None:
    chosen.draw(choices, index)
    st.stop()
joined = match.joined(table, index, choices)
st.markdown(f"#### {listed.headline(joined)}")
history.not_loaded(index)
picked = listed.draw(joined, index.programs)
about.download(match.flat(joined), "listings-and-filings")
if picked is None:
    st.caption("Tick a row to see its history, and who is behind the name.")
    chosen.draw(choices, index)
    st.stop()
row = joined.row(picked, named=True)
listed.visas(row)
who = decision.draw(row, row["listing_name"] or "", row["listing_state"], index, choices)
if who:
    listed.internship(row)
    told = listed.role_of(row)
    key = f"{picked}_{row['listing_title']}"
    words = st.text_input(
        "Words in the job title", "" if told else row["listing_title"] or "",
        key=f"title_of_{key}", max_chars=120, placeholder=row["listing_title"], width=420,
        help="Instead of a role: all words must occur in the title as filed.",
    )  # fmt: skip
    wanted = job.asked(told, words)
    state = row["listing_state"]
    history.draw(in_use, who, wanted, covered(*at), state=state, key=f"role_of_{key}")
chosen.draw(choices, index)
