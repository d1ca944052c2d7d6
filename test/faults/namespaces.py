"""Namespaces of a trial's own: process ids that it can reuse, disks that it can fill, and an end that takes all along.

`namespaces.py PROGRAM ARGUMENTS…` is the first process of such a namespace.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_LAST_PID = Path("/proc/sys/kernel/ns_last_pid")
# When the first process ends, however it does, the kernel ends every other.
_UNSHARE = ("unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc")


def are_possible() -> bool:
    """Whether this user may make them here."""
    probe = [*_UNSHARE, "sh", "-c", f"test -w {_LAST_PID} && mount -t tmpfs tmpfs /mnt"]
    try:
        return subprocess.run(probe, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except FileNotFoundError:
        return False


def inside(command: Sequence[str]) -> list[str]:
    """The command that runs `command` in namespaces of its own."""
    return [*_UNSHARE, sys.executable, str(Path(__file__).absolute()), *command]


def give_next_pid(pid: int) -> None:
    """The next process that is started here gets this id, if it is free."""
    _LAST_PID.write_text(str(pid - 1))


def main() -> int:
    """Starts the program, buries those whom nobody else buries, and ends with it."""
    program = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == program:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
