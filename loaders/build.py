"""From a folder of DOL's files to a published lake, whatever is in the folder."""

import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from loaders import download, lake, releases, staging
from loaders.facts import DATA
from loaders.layouts import LayoutError
from loaders.staging import CompanionError, DiskError, Facts
from loaders.workbook import READABLE, UnreadableFileError

RAW = DATA / "raw"
_DOCUMENTS = {".pdf": "record layout", ".doc": "record layout", ".docx": "record layout"}
_PASSED_OVER = {".json", ".part", ".md", ".txt", ".tmp", ".crdownload", ".download"}


class BuildError(RuntimeError):
    """A build that cannot go on; the published lake is as it was."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where a build stands: what it does, with which file, as number `done` of `total`."""

    doing: str
    file: str
    done: int
    total: int


def build(
    raw: Path = RAW,
    lake_dir: Path = lake.LAKE,
    report: Callable[[Step], None] = lambda _: None,
) -> pl.DataFrame:
    """Read every file in `raw` and publish the lake; the releases table, as lake.RELEASES.

    A file that cannot be read is refused with its reason and the others are published; where it
    had been read before, what was read then stays in the lake. Raises BuildError when another
    build is running, when there is nothing to build from, or when the disk is full.
    """
    lake_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lake_dir / "build.lock", timeout=0):
            return _build(raw, lake_dir, report)
    except Timeout as error:
        raise BuildError(
            f"another build is writing {lake_dir}: wait for it to end, then build again."
        ) from error
    except OSError as error:
        if not isinstance(error, DiskError) and error.errno != errno.ENOSPC:
            raise
        raise BuildError(
            f"the disk of {lake_dir} is full or fails: {error}. Free some space and build again; "
            f"the published lake is as it was."
        ) from error


def _files(raw: Path) -> list[Path]:
    if not raw.is_dir():
        return []
    return sorted(
        path
        for path in raw.rglob("*")
        if path.is_file()
        and not path.name.startswith((".", "~$"))
        and path.suffix.lower() not in _PASSED_OVER
    )


def _build(raw: Path, lake_dir: Path, report: Callable[[Step], None]) -> pl.DataFrame:
    paths = _files(raw)
    if not paths:
        raise BuildError(
            f"nothing to build: no file in {raw}. Run `python -m loaders fetch`, or put DOL's "
            f"workbooks there."
        )
    before = _before(lake_dir)
    manifest = download.manifest(raw)
    sources, others = list[lake.Source](), list[dict[str, Any]]()
    seen: dict[str, str] = {}
    for number, path in enumerate(paths):
        file = path.relative_to(raw).as_posix()
        report(Step("read", file, number, len(paths)))
        row = {"file": file, "bytes": path.stat().st_size, "release": path.stem}
        try:
            source = _source(path, file, lake_dir, manifest, seen)
        except (CompanionError, _SetAsideError) as reason:
            others.append(row | {"state": "set aside", "reason": f"{file}: {reason}"})
        except (UnreadableFileError, LayoutError) as error:
            kept = before.get(file)
            stays = " What was loaded from it before stays." if kept else ""
            others.append(row | {"state": "refused", "reason": f"{file}: {error}{stays}"})
            if kept:
                sources.append(kept)
        else:
            sources.append(source)
    for file in sorted(before.keys() - {path.relative_to(raw).as_posix() for path in paths}):
        gone = f"{file}: no longer in the folder, so no longer in the lake; put it back to have it."
        others.append({"file": file, "release": file, "state": "set aside", "reason": gone})
    if not sources:
        reasons = "\n".join(f"  {one['state']}: {one['reason']}" for one in others)
        raise BuildError(f"no file in {raw} could be loaded; the lake is as it was.\n{reasons}")
    report(Step("publish", "", len(paths), len(paths)))
    lake.publish(_named_apart(sources), others, lake_dir)
    return lake.releases(lake_dir)


class _SetAsideError(ValueError):
    """A file that is none of ours to read."""


def _source(
    path: Path,
    file: str,
    lake_dir: Path,
    manifest: dict[str, dict[str, Any]],
    seen: dict[str, str],
) -> lake.Source:
    suffix = path.suffix.lower()
    if suffix in _DOCUMENTS:
        raise _SetAsideError(f"{_DOCUMENTS[suffix]} document")
    try:
        digest = staging.sha256(path)
    except OSError as error:
        raise UnreadableFileError(f"the system does not let us read it ({error}).") from error
    if suffix not in READABLE and not _is_zip(path):
        raise UnreadableFileError(
            f"{suffix or 'a file without ending'} is none of {', '.join(READABLE)}: save it as "
            f"one of them, or take it out of the folder."
        )
    if digest in seen:
        raise _SetAsideError(f"the same content as {seen[digest]}")
    folder = staging.staged(path, digest, lake_dir)
    seen[digest] = file
    facts = Facts.of(folder)
    registered = releases.release_of(path.name, digest)
    if registered and registered.program != facts.program:  # a name can lie, a header row cannot
        registered = None
    entry = manifest.get(path.name, {})
    return lake.Source(
        release=registered.release if registered else path.stem,
        file=file,
        folder=folder,
        facts=facts,
        bytes=path.stat().st_size,
        retrieved_at=entry.get("retrieved_at") if entry.get("sha256") == digest else None,
    )


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _before(lake_dir: Path) -> dict[str, lake.Source]:
    """What the published lake was made of, by file, where its staged copy is still there."""
    if not lake.published(lake_dir):
        return {}
    rows = lake.releases(lake_dir).filter(pl.col("state").cast(pl.String) == "loaded")
    staged = {
        Facts.of(folder).sha256: folder
        for folder in lake.staged(lake_dir)
        if (folder / "facts.json").exists()
    }
    return {
        row["file"]: lake.Source(
            release=row["release"],
            file=row["file"],
            folder=staged[row["sha256"]],
            facts=Facts.of(staged[row["sha256"]]),
            bytes=row["bytes"],
            retrieved_at=row["retrieved_at"],
            reason="loaded from an earlier copy: the file in the folder now cannot be read",
        )
        for row in rows.rows(named=True)
        if row["sha256"] in staged
    }


def _named_apart(sources: Iterable[lake.Source]) -> list[lake.Source]:
    """The sources with release names that differ: a second one of a name takes its file's."""
    taken, named = set[str](), list[lake.Source]()
    for source in sources:
        name = source.release
        if name in taken:
            name = f"{source.release} ({source.file}, {source.facts.sha256[:8]})"
        taken.add(name)
        fields = {slot: getattr(source, slot) for slot in source.__slots__}
        named.append(lake.Source(**(fields | {"release": name})))
    return named
