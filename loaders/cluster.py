"""Files staged on the workers of a Dask cluster, for a build that then finds them staged.

Raw folder and lake are folders that all machines share, under one path. What a worker stages is
what the build itself would have, bit for bit: a staged folder is named by what made it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from loaders import staging

_SHARED = "the raw folder and the lake must be folders that all machines share, under one path."


class ClusterError(RuntimeError):
    """A cluster whose workers do not see our folders, or run other code than we do."""


@dataclass(frozen=True, slots=True)
class File:
    """A file to stage, or a `member` of a zip, under the digest of its content."""

    path: Path
    member: str | None
    digest: str
    name: str


def staged(files: Iterable[File], lake: Path, scheduler: str) -> Iterator[str]:
    """Stage files on the workers of a scheduler (tcp://host:8786); each one's name when it is done.

    A file that cannot be read truthfully is passed over: the build reads it again, and says why.
    """
    try:
        from distributed import Client, as_completed  # noqa: PLC0415 - an extra: few have a cluster
    except ImportError as error:
        raise ClusterError(
            "--scheduler needs Dask: python -m pip install -r requirements-extras.txt."
        ) from error
    with Client(scheduler) as client:
        asked = {client.submit(_stage, file, lake, pure=False): file for file in files}
        for future in as_completed(asked):
            file = asked[future]
            try:
                folder = future.result()
            except FileNotFoundError as error:
                raise ClusterError(f"a worker does not see {file.name}: {_SHARED}") from error
            except Exception as error:
                raise ClusterError(f"no worker could stage {file.name}: {error}.") from error
            if folder and not folder.endswith(staging.maker()):
                raise ClusterError("the workers run another version of this program.")
            if folder and not (lake / "staged" / folder).is_dir():
                raise ClusterError(f"{file.name} was staged where we do not see it: {_SHARED}")
            yield file.name


def _stage(file: File, lake: Path) -> str | None:
    """On a worker: the name of the file's staged folder; None for one that cannot be read."""
    try:
        return staging.staged(file.path, file.digest, lake, file.member).name
    except FileNotFoundError:
        raise
    except Exception:  # noqa: BLE001 - the build meets it again, and refuses the file in words
        return None
