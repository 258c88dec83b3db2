"""Files that people give to the page, into the raw folder: never over a different file unasked."""

import hashlib
import os
import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from loaders.storage import sha256

ENDINGS = ("xlsx", "csv", "zip")
_CHUNK = 1 << 20
_LONGEST = 200  # bytes: with the ending, less than any file system's limit
# Names that Windows keeps for devices, whatever their ending.
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


class Given(Protocol):
    """A file that a browser sent: its name as sent, and its bytes."""

    @property
    def name(self) -> str:
        """The name, which may be anything."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of one given file under the name it has in the folder."""

    name: str
    state: Literal["saved", "replaced", "there already", "name taken"]


def bare_name(given: str) -> str:
    """A file name without any path, fit for every system; ValueError for another ending."""
    name = re.split(r"[\\/]", given)[-1]
    name = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "_", name).strip(" .").lstrip("~$. ")
    stem, dot, ending = name.rpartition(".")
    if not stem or ending.lower() not in ENDINGS:
        raise ValueError(f"{name or given!r} is none of {', '.join(ENDINGS)}.")
    if _DEVICES.fullmatch(stem.split(".")[0].strip()):
        stem = f"_{stem}"
    return stem.encode()[:_LONGEST].decode(errors="ignore") + dot + ending


def save(given: Given, raw: Path, *, replace: bool = False) -> Saved:
    """Put a file into `raw` under its bare name, whole or not at all.

    A different file of that name stays unless `replace`; the same one is not written again.
    """
    name = bare_name(given.name)
    raw.mkdir(parents=True, exist_ok=True)
    path, part = raw / name, raw / f".{uuid.uuid4().hex}.part"
    try:
        digest = _written(given, part)
        there = path.exists()
        if there and sha256(path) == digest:
            return Saved(path.name, "there already")
        if there and not replace:
            return Saved(path.name, "name taken")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Saved(path.name, "replaced" if there else "saved")


def _written(content: Given, part: Path) -> str:
    digest = hashlib.sha256()
    with part.open("wb") as file:
        while chunk := content.read(_CHUNK):
            file.write(chunk)
            digest.update(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
