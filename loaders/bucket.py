"""A lake built here and published at an address of object storage.

Only what readers need goes there: the parts, which never change, and `current.json`, whose
replacement is the moment of change. What a build starts from, tax numbers among it, stays here.
"""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl

from loaders import build as building
from loaders import lake, storage

_BUILDERS = {"raw", "staged", "identity"}


def build(
    raw: Path,
    to: Path,
    work: Path,
    report: Callable[[building.Step], None] = lambda _: None,
    *,
    replace: bool = False,
    scheduler: str | None = None,
) -> pl.DataFrame:
    """As build.build in the folder `work`, then publish its lake at `to`.

    Raises BuildError also where another builder is at work on `to`, or, unless `replace`, where
    the lake there has files that `raw` never had.
    """
    try:
        with storage.alone(to):
            table = building.build(raw, work, report, replace=replace, scheduler=scheduler)
            publish(work, to, report, replace=replace)
            return table
    except storage.TakenError as error:
        raise building.BuildError(str(error)) from error


def publish(
    work: Path,
    to: Path,
    report: Callable[[building.Step], None] = lambda _: None,
    *,
    replace: bool = False,
) -> None:
    """Upload the lake of a folder; until the last PUT the old lake stands, its parts longer.

    The parts of the lake before this one stay, for whoever is reading them; older ones go.
    """
    made = {name: said for name, said in lake.manifest(work).items() if name not in _BUILDERS}
    if not replace:
        _lost(work, to)
    parts, known = lake.parts(made), lake.parts(lake.current(to))
    for number, name in enumerate(sorted(parts - known)):
        report(building.Step("upload", name, number, len(parts - known)))
        storage.put(work / "parts" / name, to / "parts" / name)
    storage.put(json.dumps(made, indent=1).encode(), to / "current.json")
    storage.remove(to / "parts", storage.names(to / "parts") - parts - known)


def _lost(work: Path, to: Path) -> None:
    """Refuse to replace a lake by one that knows nothing of its files: another builder's."""
    gone = sorted(lake.files(to) - set(lake.releases(work)["file"]))
    if gone:
        raise building.BuildError(
            f"{storage.address(to)} was made by another builder and would lose {len(gone)} files "
            f"({gone[0]}{', …' if len(gone) > 1 else ''}). Build at another address with --lake, "
            f"or say --replace to replace this lake."
        )
