"""Processes as Linux tells of them in /proc."""

import os
import signal
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class ProcessEntry(NamedTuple):
    """A process at one moment."""

    pid: int
    parent: int
    # Clock ticks from boot to start: does not move when the clock is set.
    start_token: str
    is_zombie: bool
    # Stopped by a signal: alive, and deaf until it is continued.
    is_paused: bool = False


@lru_cache(maxsize=1)
def boot_id() -> str:
    """Changes with each boot, and differs between containers, whose process ids are of no use to each other."""
    with open("/proc/sys/kernel/random/boot_id") as file:
        boot = file.read().strip()
    try:
        return f"{boot}/{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return boot


def look_up(pid: int) -> ProcessEntry | None:
    """The process, or None where there is none."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            stat = file.read()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the program's name in brackets, and may hold anything.
    state, parent, *rest = stat[stat.rindex(b")") + 2 :].split()
    return ProcessEntry(pid, int(parent), rest[17].decode(), state in (b"Z", b"X", b"x"), state == b"T")


def all_processes() -> Iterator[ProcessEntry]:
    """Every process that can be seen."""
    for name in os.listdir("/proc"):
        if name.isdecimal():
            entry = look_up(int(name))
            if entry is not None:
                yield entry


def environment_of(pid: int) -> dict[str, str]:
    """The environment with which a process was started; empty where it is not ours to see."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            content = file.read()
    except OSError:
        return {}
    pairs = (item.partition(b"=") for item in content.split(b"\0"))
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs if name}


def send_signal(entry: ProcessEntry, number: signal.Signals) -> bool:
    """Signals exactly this process, never another that got its id. False where it is gone."""
    try:
        descriptor = os.pidfd_open(entry.pid)
    except ProcessLookupError:
        return False
    except OSError:
        return _send_without_descriptor(entry, number)
    try:
        if not _is_still(entry):
            return False
        signal.pidfd_send_signal(descriptor, number)
    except ProcessLookupError:
        return False
    finally:
        os.close(descriptor)
    return True


def _send_without_descriptor(entry: ProcessEntry, number: signal.Signals) -> bool:
    if not _is_still(entry):
        return False
    try:
        os.kill(entry.pid, number)
    except ProcessLookupError:
        return False
    return True


def _is_still(entry: ProcessEntry) -> bool:
    current = look_up(entry.pid)
    return current is not None and current.start_token == entry.start_token
