"""The list index: how the ended runs of a root ended, in one file, so that ten thousand of them are listed at once.

Only a memory of what the run directories say: it is believed run by run, as long as the run's `state.json` is the file
that it was, and a missing, broken or foreign index is one that knows nothing.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from logging import getLogger
from pathlib import Path
from typing import Any

from tunewright_bridge import __version__
from tunewright_bridge.protocol.decode import DecodeError, decode_value, encode
from tunewright_bridge.protocol.methods import PROTOCOL_HASH
from tunewright_bridge.protocol.run import RunCause, RunProgress, RunSummary
from tunewright_bridge.runs.durable import json_line, parsed_json, write_atomically

_LOG = getLogger(__name__)

# When `state.json` was written, its inode and its size: another file is another state.
Fingerprint = tuple[int, int, int]

# Another version may sum runs up in another way.
_VERSION = f"{__version__} {PROTOCOL_HASH}"

_FIELDS = tuple(field.name for field in fields(RunSummary))
# A summary holds where its run lies, which an index that was moved or mounted elsewhere does not know.
_KEPT = tuple(name for name in _FIELDS if name not in ("id", "directory"))
_PLAIN_PROGRESS = tuple(field.name for field in fields(RunProgress))


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """An ended run as it was summed up when its state had this fingerprint."""

    fingerprint: Fingerprint
    summary: RunSummary


def read_index(path: Path, root: Path) -> dict[str, IndexEntry]:
    """What the index at `path` knows of the runs below `root`, by id; nothing where it cannot be used."""
    try:
        checksum, _, content = path.read_bytes().partition(b"\n")
        if int(checksum) != zlib.crc32(content):
            raise ValueError("it was not written whole")
        value = parsed_json(content)
        if value["version"] != _VERSION:
            return {}
        directory = f"{root}/"
        return {run_id: _entry(run_id, directory, row) for run_id, row in value["runs"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _LOG.warning("the list of runs is made anew, since %s cannot be used: %s", path, error)
        return {}


def write_index(path: Path, entries: Mapping[str, IndexEntry]) -> None:
    """Replaces the index. A root that takes no files goes without: nothing is lost but time."""
    runs = {run_id: _row(entry) for run_id, entry in entries.items()}
    content = json_line({"version": _VERSION, "runs": runs})
    try:
        write_atomically(path, b"%d\n" % zlib.crc32(content) + content)
    except OSError as error:
        _LOG.info("the list index was not written: %s", error)


def _row(entry: IndexEntry) -> list[Any]:
    summary = entry.summary
    progress = summary.progress
    values = [encode(getattr(summary, name)) for name in _KEPT if name != "progress"]
    plain = None if progress is None else [encode(getattr(progress, name)) for name in _PLAIN_PROGRESS]
    return [*entry.fingerprint, plain, *values]


def _entry(run_id: str, directory: str, row: list[Any]) -> IndexEntry:
    """Built without the checks of `decode`, which would take longer than all the rest: the checksum stands for them."""
    modified, inode, size, plain, *values = row
    arguments = dict(zip(_NAMES_OF_VALUES, values, strict=True))
    if arguments["cause"] is not None:
        arguments["cause"] = RunCause(**arguments["cause"])
    for name in _NESTED:
        if arguments[name] is not None:
            arguments[name] = _decoded(name, arguments[name])
    progress = None if plain is None else RunProgress(**dict(zip(_PLAIN_PROGRESS, plain, strict=True)))
    summary = RunSummary(id=run_id, directory=directory + run_id, progress=progress, **arguments)
    return IndexEntry((modified, inode, size), summary)


_NAMES_OF_VALUES = tuple(name for name in _KEPT if name != "progress")
# Seldom there, and deeper than a line of plain values.
_NESTED = ("alerts", "queue_place")


def _decoded(name: str, value: Any) -> Any:
    annotation = next(field.type for field in fields(RunSummary) if field.name == name)
    try:
        return decode_value(annotation, value)
    except DecodeError as error:
        raise ValueError(str(error)) from error
