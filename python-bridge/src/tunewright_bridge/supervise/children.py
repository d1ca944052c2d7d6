"""A process that looks after others: wakes up for its signals, and takes in the orphans below it."""

import ctypes
import os
import select
import signal
import sys
from collections.abc import Collection

_PR_SET_CHILD_SUBREAPER = 36


def take_in_orphans() -> None:
    """Makes orphans below this process its children, so that their ends are seen and none gets lost. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap() -> dict[int, int]:
    """Exit codes, by process id, of the children that have ended; negative where a signal ended them."""
    ended: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return ended
        if pid == 0:
            return ended
        ended[pid] = os.waitstatus_to_exitcode(status)


def reap_all_but(kept: int) -> int | None:
    """Like `reap`, and the exit code of the child `kept`, which the kernel goes on remembering; None while it lives.

    Whoever is killed before the code is stored leaves it to whoever takes in the orphans.
    """
    if sys.platform != "linux":
        return reap().get(kept)
    while True:
        try:
            found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return None
        if found is None:
            return None
        if found.si_pid == kept:
            return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
        os.waitpid(found.si_pid, 0)


class WakeUp:
    """Waits for descriptors, signals and the end of children all at once."""

    def __init__(self, counted: Collection[signal.Signals], ignored: Collection[signal.Signals]) -> None:
        self.counts: dict[int, int] = dict.fromkeys(counted, 0)
        self._reader, writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(writer, False)
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        # Handlers, not SIG_IGN: a program that is started here must not inherit deafness.
        for number in {signal.SIGCHLD, *counted, *ignored}:
            signal.signal(number, self._count)

    def wait(self, descriptors: Collection[int], seconds: float | None) -> set[int]:
        """Returns when a descriptor can be read, a signal came, or the time is over; the readable descriptors."""
        readable, _, _ = select.select([self._reader, *descriptors], [], [], seconds)
        if self._reader in readable:
            readable.remove(self._reader)
            while True:
                try:
                    if len(os.read(self._reader, 512)) < 512:
                        break
                except BlockingIOError:
                    break
        return set(readable)

    def _count(self, number: int, frame: object) -> None:
        if number in self.counts:
            self.counts[number] += 1
