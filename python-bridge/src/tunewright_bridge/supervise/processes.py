"""Processes of this host by identity: a process id is believed only with its start token and the boot id.

Imports nothing beyond the standard library at first, because the recorder lives on it.
"""

import os
import signal
import sys
from typing import TYPE_CHECKING

if sys.platform == "linux":
    from tunewright_bridge.supervise.processes_linux import (
        ProcessEntry,
        all_processes,
        boot_id,
        environment_of,
        look_up,
        send_signal,
    )
else:
    from tunewright_bridge.supervise.processes_psutil import (
        ProcessEntry,
        all_processes,
        boot_id,
        environment_of,
        look_up,
        send_signal,
    )

if TYPE_CHECKING:
    from tunewright_bridge.protocol.process import ProcessIdentity

__all__ = [
    "ProcessEntry",
    "all_processes",
    "boot_id",
    "continue_if_paused",
    "descendants",
    "environment_of",
    "host_name",
    "identity_of",
    "identity_values",
    "is_alive",
    "is_at_work",
    "is_knowable",
    "look_up",
    "send_signal",
]


def host_name() -> str:
    """Name of this host, as identities carry it."""
    return os.uname().nodename


def identity_values(pid: int) -> dict[str, str | int]:
    """The wire form of a process's identity. Raises ProcessLookupError where there is no such process."""
    entry = look_up(pid)
    if entry is None:
        raise ProcessLookupError(f"there is no process {pid}")
    return {"pid": pid, "startToken": entry.start_token, "bootId": boot_id(), "hostName": host_name()}


def identity_of(pid: int) -> "ProcessIdentity":
    """The identity of a process, zombies included. Raises ProcessLookupError where there is no such process."""
    from tunewright_bridge.protocol.decode import decode
    from tunewright_bridge.protocol.process import ProcessIdentity

    return decode(ProcessIdentity, identity_values(pid))


def is_knowable(identity: "ProcessIdentity") -> bool:
    """Whether this host can tell if the process lives: it is of this boot, or of this host before a restart."""
    return identity.boot_id == boot_id() or identity.host_name == host_name()


def is_alive(identity: "ProcessIdentity") -> bool:
    """Whether exactly this process lives here. A zombie does not: it only waits to be forgotten."""
    return _living(identity) is not None


def is_at_work(identity: "ProcessIdentity") -> bool:
    """Whether exactly this process lives here and no signal has stopped it."""
    entry = _living(identity)
    return entry is not None and not entry.is_paused


def _living(identity: "ProcessIdentity") -> ProcessEntry | None:
    if identity.boot_id != boot_id():
        return None
    entry = look_up(identity.pid)
    return None if entry is None or entry.is_zombie or entry.start_token != identity.start_token else entry


def continue_if_paused(identity: "ProcessIdentity") -> bool:
    """Wakes exactly this process where a signal has stopped it; whether it had to."""
    if identity.boot_id != boot_id():
        return False
    entry = look_up(identity.pid)
    if entry is None or not entry.is_paused or entry.start_token != identity.start_token:
        return False
    return send_signal(entry, signal.SIGCONT)


def descendants(root: int) -> list[ProcessEntry]:
    """Every process below `root` by parent links, zombies left out; whatever their sessions and groups are."""
    by_parent: dict[int, list[ProcessEntry]] = {}
    for entry in all_processes():
        by_parent.setdefault(entry.parent, []).append(entry)
    found: list[ProcessEntry] = []
    waiting = [root]
    while waiting:
        for child in by_parent.pop(waiting.pop(), []):
            waiting.append(child.pid)
            if not child.is_zombie:
                found.append(child)
    return found
