"""Processes as psutil tells of them, where there is no /proc."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple


class ProcessEntry(NamedTuple):
    """A process at one moment."""

    pid: int
    parent: int
    # Time of creation, as psutil writes it.
    start_token: str
    is_zombie: bool
    # Stopped by a signal: alive, and deaf until it is continued.
    is_paused: bool = False


@lru_cache(maxsize=1)
def boot_id() -> str:
    """Changes with each boot."""
    if sys.platform == "darwin":
        found = subprocess.run(["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"], capture_output=True, text=True)
        if found.returncode == 0 and found.stdout.strip():
            return found.stdout.strip()
    import psutil

    return str(int(psutil.boot_time()))


def look_up(pid: int) -> ProcessEntry | None:
    """The process, or None where there is none."""
    import psutil

    try:
        process = psutil.Process(pid)
        with process.oneshot():
            return ProcessEntry(
                pid,
                process.ppid(),
                repr(process.create_time()),
                process.status() == psutil.STATUS_ZOMBIE,
                process.status() == psutil.STATUS_STOPPED,
            )
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return None


def all_processes() -> Iterator[ProcessEntry]:
    """Every process that can be seen."""
    import psutil

    for pid in psutil.pids():
        entry = look_up(pid)
        if entry is not None:
            yield entry


def environment_of(pid: int) -> dict[str, str]:
    """The environment with which a process was started; empty where it is not ours to see."""
    import psutil

    try:
        return dict(psutil.Process(pid).environ())
    except (psutil.Error, OSError):
        return {}


def send_signal(entry: ProcessEntry, number: signal.Signals) -> bool:
    """Signals exactly this process, never another that got its id. False where it is gone."""
    import psutil

    try:
        process = psutil.Process(entry.pid)
        if repr(process.create_time()) != entry.start_token:
            return False
        # psutil compares the creation time once more before it sends.
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return False
    return True
