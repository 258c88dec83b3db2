"""Where a lake is: a folder of this machine, or an address of object storage.

An address is a path too, Path("s3://bucket/lake"): pathlib makes one slash of two, and `address`
puts it back. Credentials, region and endpoint are those of the environment (AWS_*), which obstore
and Polars read alike.
"""

import hashlib
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

_SCHEME = "s3:"
_LOCK = "build.lock"


class TakenError(RuntimeError):
    """Another builder is at work on this address."""


def is_remote(path: Path) -> bool:
    """Whether a path is an address of object storage."""
    return path.parts[:1] == (_SCHEME,)


def address(path: Path) -> str:
    """A path as people and Polars write it."""
    return "/".join(("s3:/", *path.parts[1:])) if is_remote(path) else str(path)


def text(path: Path) -> str:
    """What a file says; FileNotFoundError where there is none."""
    if not is_remote(path):
        return path.read_text("utf-8")
    with _objects(path.parent) as (obstore, objects):
        return bytes(obstore.get(objects, path.name).bytes()).decode()


def sha256(path: Path) -> str:
    """The digest of what a file holds, as DOL's files are pinned in the registry."""
    if not is_remote(path):
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    whole = hashlib.sha256()
    with _objects(path.parent) as (obstore, objects):
        for piece in obstore.get(objects, path.name):
            whole.update(piece)
    return whole.hexdigest()


@contextmanager
def replacing(path: Path) -> Generator[Path]:
    """A file to write, which takes the place of `path` when it is on the disk whole, or never."""
    making = path.with_suffix(".making")
    try:
        yield making
        with making.open("rb+") as file:
            os.fsync(file.fileno())
        making.replace(path)
    finally:
        making.unlink(missing_ok=True)


def tag(path: Path) -> str | None:
    """Changes whenever the file does; None where there is none."""
    try:
        if not is_remote(path):
            return str(path.stat().st_mtime_ns)
        with _objects(path.parent) as (obstore, objects):
            return obstore.head(objects, path.name)["e_tag"]
    except FileNotFoundError:
        return None


def put(content: bytes | Path, to: Path) -> None:
    """Upload bytes or a file: the object is there whole or not at all."""
    with _objects(to.parent) as (obstore, objects):
        obstore.put(objects, to.name, content)


def names(folder: Path) -> set[str]:
    """The names of all objects right below an address."""
    with _objects(folder) as (obstore, objects):
        listed = obstore.list_with_delimiter(objects)["objects"]
        return {PurePosixPath(one["path"]).name for one in listed}


def remove(folder: Path, gone: set[str]) -> None:
    """Delete these objects right below an address."""
    with _objects(folder) as (obstore, objects):
        obstore.delete(objects, sorted(gone))


@contextmanager
def alone(lake: Path) -> Generator[None]:
    """Hold the lock of an address; TakenError where somebody else does.

    The lock is an object that is made only where there is none (If-None-Match): a store that does
    not know this condition keeps nobody out.
    """
    with _objects(lake) as (obstore, objects):
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        try:
            obstore.put(objects, _LOCK, since.encode(), mode="create")
        except obstore.exceptions.AlreadyExistsError as error:
            raise TakenError(
                f"another build has been writing {address(lake)} since {text(lake / _LOCK)}: wait "
                f"for it to end, then build again. If it was broken off, delete "
                f"{address(lake / _LOCK)} first."
            ) from error
    try:
        yield
    finally:
        remove(lake, {_LOCK})


@contextmanager
def _objects(folder: Path) -> Generator[tuple[Any, Any]]:
    """The library and the store of a folder; what the store refuses is an OSError."""
    try:
        import obstore  # noqa: PLC0415 - an extra, for those whose lake is on object storage
        import obstore.store  # noqa: PLC0415
    except ImportError as error:
        raise OSError(
            f"{address(folder)} needs obstore: python -m pip install -r requirements-extras.txt"
        ) from error
    try:
        yield obstore, obstore.store.from_url(address(folder))
    except obstore.exceptions.AlreadyExistsError:
        raise
    except (obstore.exceptions.BaseError, OSError) as error:
        kind = FileNotFoundError if isinstance(error, FileNotFoundError) else OSError
        said = str(error).splitlines()[0].partition("<")[0].strip(" :")
        raise kind(f"{address(folder)}: {said}") from error
