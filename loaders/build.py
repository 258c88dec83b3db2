"""From a folder of DOL's files to a published lake, whatever is in the folder."""

import contextlib
import errno
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from loaders import cluster, download, lake, releases, staging, storage
from loaders.layouts import LayoutError
from loaders.staging import CompanionError, DiskError, Facts
from loaders.workbook import READABLE, UnreadableFileError, members, raw_files

_DOCUMENTS = {".pdf": "record layout", ".doc": "record layout", ".docx": "record layout"}
GONE = "no longer in the folder, so no longer in the lake"


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
    raw: Path = lake.RAW,
    lake_dir: Path = lake.LAKE,
    report: Callable[[Step], None] = lambda _: None,
    *,
    replace: bool = False,
    scheduler: str | None = None,
) -> pl.DataFrame:
    """Read every file in `raw` and publish the lake; the releases table, as lake.RELEASES.

    A file that cannot be read is refused with its reason and the others are published; where this
    version had read it before, what was read then stays in the lake. Raises BuildError when another
    build is running, when there is nothing to build from, when the disk is full, when a file of the
    lake is damaged, when the clock is wrong, or, unless `replace`, when the lake was made from
    another folder with files that `raw` has not. With the address of a Dask `scheduler` its workers
    read the files first, as cluster.stage.
    """
    lake_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lake_dir / "build.lock", timeout=0):
            return _build(raw, lake_dir, report, replace=replace, scheduler=scheduler)
    except Timeout as error:
        raise BuildError(
            f"another build is writing {lake_dir}: wait for it to end, then build again."
        ) from error
    except cluster.ClusterError as error:
        raise BuildError(f"{error} The lake is as it was.") from error
    except OSError as error:
        if not isinstance(error, DiskError) and error.errno != errno.ENOSPC:
            raise
        raise BuildError(
            f"the disk of {lake_dir} is full or fails: {error}. Free some space and build again; "
            f"the published lake is as it was."
        ) from error
    except pl.exceptions.PolarsError as error:
        raise BuildError(
            f"a file of {lake_dir} is damaged ({str(error).splitlines()[0]}): delete that folder "
            f"and build again; DOL's files in {raw} are as they were."
        ) from error


def today() -> date:
    """The day, by the clock of this machine."""
    return datetime.now(UTC).date()


def newest_quarter() -> date:
    """The first day after the quarter of the newest file that the registry knows."""
    year, quarter = max((one.fiscal_year, one.quarter or 4) for one in releases.releases())
    return date(year, 3 * quarter - 2, 1)


@dataclass(frozen=True, slots=True)
class _File:
    """A file below the raw folder, or one `member` of a zip there."""

    path: Path
    name: str
    member: str | None = None


def _files(raw: Path, lake_dir: Path) -> list[_File]:
    return [
        file
        for path in raw_files(raw, lake_dir)
        for file in _members(path, path.relative_to(raw).as_posix())
    ]


def _members(path: Path, name: str) -> list[_File]:
    """A file as it is, or each file that a zip holds; a zip that cannot be opened as it is."""
    try:
        return [_File(path, f"{name}/{one}", one) for one in members(path)] or [_File(path, name)]
    except (UnreadableFileError, OSError):
        return [_File(path, name)]


def _build(
    raw: Path,
    lake_dir: Path,
    report: Callable[[Step], None],
    *,
    replace: bool,
    scheduler: str | None,
) -> pl.DataFrame:
    if today() < newest_quarter():  # every later decision would be read as a typing error
        raise BuildError(
            f"the clock of this machine says {today()}, and DOL's files go to {newest_quarter()}: "
            f"set it, then build again; the published lake is as it was."
        )
    files = _files(raw, lake_dir)
    if not files:
        raise BuildError(
            f"nothing to build: no file in {raw}. Run `python -m loaders fetch`, or put DOL's "
            f"workbooks there."
        )
    before, made_from = _before(lake_dir), lake.current(lake_dir).get("raw")
    gone = sorted(_loaded(lake_dir) - {file.name for file in files})
    if made_from not in {None, str(raw.resolve())}:
        if gone and not replace:
            raise BuildError(_other_folder(raw, lake_dir, made_from, gone))
        before.clear()  # a file of the same name in another folder is another file
    if scheduler:
        _spread(files, lake_dir, scheduler, report)
    sources, others = _read(files, before, raw, lake_dir, report)
    others += [
        {
            "file": name,
            "release": name,
            "state": "set aside",
            "reason": f"{name}: {GONE}; put it back to have it.",
        }
        for name in gone
    ]
    if not sources:
        reasons = "\n".join(f"  {one['state']}: {one['reason']}" for one in others)
        raise BuildError(f"no file in {raw} could be loaded; the lake is as it was.\n{reasons}")
    if not any(one.facts.cases for one in sources):
        broken = ", ".join(sorted({rule for one in sources for rule in one.facts.refused}))
        raise BuildError(
            f"no row of {', '.join(one.file for one in sources)} is a case; the lake is as it was. "
            f"The rows broke: {broken}."
        )
    report(Step("publish", "", len(files), len(files)))
    lake.publish(_named_apart(sources), others, raw, lake_dir)
    return lake.releases(lake_dir)


def _spread(
    files: list[_File], lake_dir: Path, scheduler: str, report: Callable[[Step], None]
) -> None:
    """Have the workers of a cluster stage the files, each content once."""
    asked = dict[str, cluster.File]()
    for file in files:
        with contextlib.suppress(OSError):  # it is refused in words when it is read here
            _, digest = _digests(file)
            asked[digest] = cluster.File(file.path.resolve(), file.member, digest, file.name)
    for done, name in enumerate(cluster.staged(asked.values(), lake_dir.resolve(), scheduler)):
        report(Step("read", name, done, len(asked)))


def _read(
    files: list[_File],
    before: dict[str, lake.Source],
    raw: Path,
    lake_dir: Path,
    report: Callable[[Step], None],
) -> tuple[list[lake.Source], list[dict[str, Any]]]:
    """The staged files, and rows of RELEASES for the others; one odd file costs only itself."""
    manifest = download.manifest(raw)
    sources, others = list[lake.Source](), list[dict[str, Any]]()
    seen: dict[str, str] = {}
    for number, file in enumerate(files):
        report(Step("read", file.name, number, len(files)))
        row: dict[str, Any] = {"file": file.name, "release": PurePosixPath(file.name).stem}
        try:
            row["bytes"] = file.path.stat().st_size
            sources.append(_source(file, lake_dir, manifest, seen))
        except (CompanionError, _SetAsideError) as reason:
            others.append(row | {"state": "set aside", "reason": f"{file.name}: {reason}"})
        except Exception as error:
            if isinstance(error, DiskError) or getattr(error, "errno", 0) == errno.ENOSPC:
                raise
            kept = before.get(file.name)
            stays = " What was loaded from it before stays." if kept else ""
            reason = f"{file.name}: {_in_words(error)}{stays}"
            others.append(row | {"state": "refused", "reason": reason})
            if kept:
                sources.append(kept)
    return sources, others


def _in_words(error: Exception) -> str:
    if isinstance(error, UnreadableFileError | LayoutError):
        return str(error)
    if isinstance(error, OSError):
        return f"the system does not let us read it ({error})."
    return (
        f"our error, not the file's ({type(error).__name__}: {error}): please report it, with the "
        f"file's name."
    )


def _other_folder(raw: Path, lake_dir: Path, made_from: str | None, gone: list[str]) -> str:
    return (
        f"{lake_dir} was made from another folder ({made_from}) and would lose "
        f"{len(gone)} files that {raw} has not ({gone[0]}{', …' if len(gone) > 1 else ''}). Name "
        f"another lake with --lake (--work where it is built for an address), or say --replace "
        f"to replace this one."
    )


class _SetAsideError(ValueError):
    """A file that is none of ours to read."""


def _source(
    file: _File, lake_dir: Path, manifest: dict[str, dict[str, Any]], seen: dict[str, str]
) -> lake.Source:
    path, suffix = file.path, file.path.suffix.lower()
    if suffix in _DOCUMENTS:
        raise _SetAsideError(f"{_DOCUMENTS[suffix]} document")
    whole, digest = _digests(file)
    if not file.member and suffix not in READABLE and not _is_zip(path):
        raise UnreadableFileError(
            f"{suffix or 'a file without ending'} is none of {', '.join(READABLE)}: save it as "
            f"one of them, or take it out of the folder."
        )
    if digest in seen:
        raise _SetAsideError(f"the same content as {seen[digest]}")
    folder = staging.staged(path, digest, lake_dir, file.member)
    seen[digest] = file.name
    facts = Facts.of(folder)
    name = PurePosixPath(file.name).name
    holds = facts.program, facts.fiscal_year, facts.rows - facts.padding
    registered = releases.release_of(name, digest, holds=holds)
    if registered and registered.program != facts.program:  # a name can lie, a header row cannot
        registered = None
    entry = manifest.get(path.name, {})
    return lake.Source(
        release=registered.release if registered else PurePosixPath(name).stem,
        file=file.name,
        folder=folder,
        facts=facts,
        bytes=path.stat().st_size,
        retrieved_at=entry.get("retrieved_at") if entry.get("sha256") == whole else None,
    )


def _digests(file: _File) -> tuple[str, str]:
    """Of the file on disk, and of what is read from it."""
    whole = storage.sha256(file.path)
    if not file.member:
        return whole, whole
    return whole, hashlib.sha256(f"{whole} {file.member}".encode()).hexdigest()


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _loaded(lake_dir: Path) -> set[str]:
    """The files that the published lake holds, whichever version of this program made it."""
    try:
        return lake.files(lake_dir)
    except (OSError, pl.exceptions.PolarsError):  # damaged: build it anew
        return set()


def _before(lake_dir: Path) -> dict[str, lake.Source]:
    """What the published lake was made of, by file, where its staged copy is still there."""
    try:
        rows = lake.releases(lake_dir).filter(pl.col("state").cast(pl.String) == "loaded")
    except (lake.NoLakeError, OSError, pl.exceptions.PolarsError):  # damaged: build it anew
        return {}
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
        named.append(replace(source, release=name))
    return named
