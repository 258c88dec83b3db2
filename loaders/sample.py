"""Which lake the dashboard opens: the user's, or the sample where there is none."""

import os
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from filelock import FileLock

from loaders import lake, storage
from loaders.facts import DATA

SAMPLE_RAW = DATA / "sample" / "raw"


@dataclass(frozen=True)
class LakeInUse:
    """A published lake, and whether its filings are the invented ones."""

    path: Path
    is_sample: bool

    @cached_property
    def version(self) -> str:
        """Changes whenever the lake does: the key of every cache of its numbers.

        Read once, so that all parts of a page are of one version.
        """
        return f"{storage.address(self.path)}:{lake.version(self.path)}"

    @property
    def at(self) -> tuple[str, str]:
        """The version and the path, as every cache asks for them."""
        return self.version, str(self.path)


def users_lake() -> Path:
    """The folder or address of the user's lake: `FILINGS_LAKE`, or data/lake."""
    return Path(os.environ.get("FILINGS_LAKE") or lake.LAKE)


def users_raw() -> Path:
    """The folder of the user's files from DOL: `FILINGS_RAW`, or data/raw."""
    return Path(os.environ.get("FILINGS_RAW") or lake.RAW)


def lake_in_use() -> LakeInUse:
    """The user's lake, else the sample lake, built in seconds where it is not there yet."""
    if lake.published(users_lake()):
        return LakeInUse(users_lake(), is_sample=False)
    folder = _writable(SAMPLE_RAW.parent / "lake")
    with FileLock(folder / "sample.lock"):
        if not _fresh(folder):
            from loaders import build  # noqa: PLC0415 - a fifth of a second of every start

            build.build(SAMPLE_RAW, folder)
    return LakeInUse(folder, is_sample=True)


def _writable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sample.lock").touch()
    except OSError:
        folder = Path(tempfile.gettempdir()) / "filing-history-sample"
        folder.mkdir(exist_ok=True)
    return folder


def _fresh(folder: Path) -> bool:
    try:
        return lake.manifest(folder).get("makers") == lake.makers()
    except lake.NoLakeError:
        return False
