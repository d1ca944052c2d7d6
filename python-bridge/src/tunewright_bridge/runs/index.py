"""The list index: how the ended runs of a root ended, in one file, so that ten thousand of them are listed at once.

Only a memory of what the run directories say: it is believed run by run, as long as the run's `state.json` is the file
that it was, and a missing, broken or foreign index is one that knows nothing. What it holds of a run is what answers
say of it, so that most runs go from the file into an answer as they are.

Two lines say which version wrote it and the check sum of the rest. Then two lines a run: its id; and stamp, state and
summary of the run.
"""

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from json.encoder import encode_basestring
from logging import getLogger
from pathlib import Path
from typing import Any, cast

from tunewright_bridge import __version__
from tunewright_bridge.protocol.decode import decode_value, json_text, wire_name
from tunewright_bridge.protocol.methods import PROTOCOL_HASH
from tunewright_bridge.protocol.run import RunCause, RunProgress, RunState, RunSummary
from tunewright_bridge.runs.durable import write_atomically

_LOG = getLogger(__name__)

# Another version may sum runs up in another way.
_VERSION = f"{__version__} {PROTOCOL_HASH}"


def stamp_of(status: os.stat_result) -> str:
    """What tells one `state.json` from another: another file is another state."""
    return f"{status.st_mtime_ns} {status.st_ino} {status.st_size} "


class EndedRun:
    """An ended run as it was summed up when its `state.json` had this stamp; made into an object only where wanted."""

    __slots__ = ("_line", "_root", "_summary", "id")

    def __init__(self, run_id: str, root: str, line: str) -> None:
        self.id = run_id
        # A summary holds where its run lies, which an index that was moved or mounted elsewhere does not know.
        self._root = root
        self._line = line
        self._summary: RunSummary | None = None

    @classmethod
    def of(cls, summary: RunSummary, root: str, stamp: str) -> "EndedRun":
        """The run that `summary` sums up."""
        text = json_text(summary)
        place = f'"id":{encode_basestring(summary.id)},"directory":{encode_basestring(summary.directory)},'
        return cls(summary.id, root, f"{stamp}{summary.state} {{{text.removeprefix('{' + place)}")

    @property
    def line(self) -> str:
        """Stamp, state and summary, as the index holds them."""
        return self._line

    @property
    def state(self) -> RunState:
        """How it ended."""
        return cast(RunState, self._line.split(" ", 4)[3])

    @property
    def json(self) -> str:
        """The summary as an answer holds it."""
        directory = encode_basestring(f"{self._root}/{self.id}")
        return f'{{"id":{encode_basestring(self.id)},"directory":{directory},{self._line.split(" ", 4)[4][1:]}'

    @property
    def summary(self) -> RunSummary:
        """The summary itself."""
        if self._summary is None:
            self._summary = _summary(json.loads(self.json))
        return self._summary

    def has_stamp(self, stamp: str) -> bool:
        """Whether this is what became of the run whose `state.json` has this stamp."""
        return self._line.startswith(stamp)


def read_index(path: Path, root: Path) -> dict[str, EndedRun]:
    """What the index at `path` knows of the runs below `root`, by id; nothing where it cannot be used."""
    try:
        version, _, rest = path.read_bytes().partition(b"\n")
        checksum, _, content = rest.partition(b"\n")
        if version.decode() != _VERSION:
            return {}
        if int(checksum) != zlib.crc32(content):
            raise ValueError("it was not written whole")
        lines = content.decode(errors="surrogatepass").split("\n")
        place = str(root)
        return {run_id: EndedRun(run_id, place, line) for run_id, line in zip(lines[0::2], lines[1::2], strict=False)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        _LOG.warning("the list of runs is made anew, since %s cannot be used: %s", path, error)
        return {}


def write_index(path: Path, runs: Mapping[str, EndedRun]) -> None:
    """Replaces the index. A root that takes no files goes without: nothing is lost but time."""
    content = "".join(f"{run_id}\n{run.line}\n" for run_id, run in runs.items()).encode(errors="surrogatepass")
    try:
        write_atomically(path, b"%b\n%d\n%b" % (_VERSION.encode(), zlib.crc32(content), content))
    except OSError as error:
        _LOG.info("the list index was not written: %s", error)


def _summary(value: dict[str, Any]) -> RunSummary:
    """Built without the checks of `decode`, which take longer than all the rest: the check sum stands for them."""
    arguments = {attribute: value.get(name) for name, attribute in _attributes(RunSummary)}
    for attribute, kind in (("cause", RunCause), ("progress", RunProgress)):
        plain = arguments[attribute]
        if plain is not None:
            arguments[attribute] = kind(**{name: plain.get(wire) for wire, name in _attributes(kind)})
    for attribute in ("alerts", "queue_place"):
        # Seldom there, and deeper than a line of plain values.
        if arguments[attribute] is not None:
            annotation = next(field.type for field in fields(RunSummary) if field.name == attribute)
            arguments[attribute] = decode_value(annotation, arguments[attribute])
    return RunSummary(**cast(dict[str, Any], arguments))


@cache
def _attributes(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    """The names of a dataclass on the wire and in Python."""
    return tuple((wire_name(field.name), field.name) for field in fields(kind))
