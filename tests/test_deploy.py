"""What the container file copies and installs, without a machine that builds containers."""

import re

from tests.conftest import ROOT

COPIED = re.findall(r"^COPY (.+) \S+$", (ROOT / "Containerfile").read_text(), re.MULTILINE)
FILES = {name for line in COPIED for name in line.split()}


def pinned(name: str) -> set[str]:
    return set(re.findall(r"^[a-z0-9].*==[^ ;]+", (ROOT / name).read_text(), re.MULTILINE))


def test_the_image_has_all_that_the_program_is_made_of_and_nothing_is_ignored_away():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages | {"dashboard.py", "pages", "data", ".streamlit"} <= FILES
    let_through = (ROOT / ".dockerignore").read_text().splitlines()
    for name in FILES:
        assert (ROOT / name).exists()
        assert f"!{name}" in let_through


def test_what_people_loaded_and_keep_is_no_part_of_an_image():
    ours = {f"/{line}" for line in (ROOT / ".dockerignore").read_text().splitlines()}
    kept = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines()}
    assert {line for line in kept if line.startswith("/data/")} <= ours


def test_the_extras_add_to_the_requirements_and_change_none():
    assert pinned("requirements.txt") < pinned("requirements-extras.txt")
