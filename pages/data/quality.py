"""How good the filings are: where every row went, what was mended, what agrees with DOL."""

import streamlit as st

from loaders import lake
from loaders.sample import lake_in_use
from pages.parts import figure, filters, quality, release
from pages.parts.ledger import in_state
from pages.parts.view import covered

in_use = lake_in_use()
at = in_use.at
table = lake.releases(in_use.path)
with st.container(horizontal=True, vertical_alignment="bottom"):
    programs = filters.program()
    loaded = quality.of_program(table, programs)
    files = quality.file(loaded)
figure.answer(quality.answer(files))
release.refused_files(in_state(table, "refused"))
quality.files(files)
quality.refusals(files, in_use)
quality.repairs(files)
quality.drift(files)
quality.cells(in_use, covered(*at), programs)
quality.totals(quality.compared(*at), programs)
