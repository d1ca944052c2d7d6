"""The exit record of an attempt: written once, also on a full disk."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tunewright_bridge.runs.durable import json_bytes, sync_directory
from tunewright_bridge.runs.layout import AttemptPaths

if TYPE_CHECKING:
    from tunewright_bridge.protocol.run import ExitRecord

_RESERVED_BYTES = 4096


def reserve_exit(attempt: AttemptPaths) -> None:
    """Takes the disk space of the exit record while there is some."""
    attempt.exit_reserve.write_bytes(b" " * _RESERVED_BYTES)


def read_exit(attempt: AttemptPaths) -> "ExitRecord | None":
    """How the command ended: by who waited for it, or else by its own last words. Only believed when nothing lives.

    Raises BridgeError run-directory-unreadable.
    """
    from tunewright_bridge.protocol.run import ExitRecord
    from tunewright_bridge.runs.reading import read_record_if_there

    for path in (attempt.exit, attempt.finish):
        record = read_record_if_there(ExitRecord, path)
        if record is not None:
            return record
    return None


def write_exit(attempt: AttemptPaths, *, code: int | None = None, error: str | None = None) -> None:
    """Stores how the command ended, durably. `code` is negative where a signal ended it. The first record stays."""
    if attempt.exit.exists():
        return
    value: dict[str, object] = {"format": 1, "endedAtMs": time.time_ns() // 1_000_000}
    if code is not None:
        value["exitCode" if code >= 0 else "signal"] = abs(code)
    if error is not None:
        value["error"] = error[: _RESERVED_BYTES // 8]
    # Written over the reserved bytes, in place, and cut: needs no new block.
    content = json_bytes(value)
    descriptor = os.open(attempt.exit_reserve, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.pwrite(descriptor, content, 0)
        os.ftruncate(descriptor, len(content))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.replace(attempt.exit_reserve, attempt.exit)
    sync_directory(Path(attempt.directory))
