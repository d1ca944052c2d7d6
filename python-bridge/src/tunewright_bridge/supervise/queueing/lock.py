"""The lock of the queues: held for moments, waited for with a deadline, never lost to a process that was paused."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tunewright_bridge.supervise.processes import look_up, send_signal

_TRY_AGAIN_SECONDS = 0.02
# Nobody holds the lock for so long who is at work.
_SUSPICIOUS_SECONDS = 1.0


@contextmanager
def queues_locked(lock: Path, *, seconds: float) -> Iterator[None]:
    """Holds the lock file `lock` against every other process and thread. Raises TimeoutError, or OSError."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, lock, seconds)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, lock: Path, seconds: float) -> None:
    began = time.monotonic()
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = time.monotonic() - began
            if waited >= seconds:
                raise TimeoutError(f"{lock} is held by somebody else") from None
            if waited >= _SUSPICIOUS_SECONDS:
                _wake_holder(descriptor)
            time.sleep(_TRY_AGAIN_SECONDS)
        else:
            _sign(descriptor)
            return


def _sign(descriptor: int) -> None:
    """Says who holds the lock; on a full disk it is held all the same."""
    own = look_up(os.getpid())
    if own is None:
        return
    with suppress(OSError):
        signature = f"{own.pid} {own.start_token}\n".encode()
        os.pwrite(descriptor, signature.ljust(64), 0)


def _wake_holder(descriptor: int) -> None:
    """Somebody who was stopped (SIGSTOP) in the middle would hold up every queue of the host."""
    words = os.pread(descriptor, 64, 0).decode(errors="replace").split()
    if len(words) != 2 or not words[0].isdecimal():
        return
    holder = look_up(int(words[0]))
    if holder is not None and holder.start_token == words[1]:
        send_signal(holder, signal.SIGCONT)
