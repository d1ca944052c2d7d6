"""Ends a piece of work with kill -9's effect before any one of its system calls, in a process of its own."""

import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

_KILLED = 9
# What changes a disk; other calls leave no trace, so a kill before one of them looks like a kill after the last.
_CHANGING_CALLS = ("write", "fsync", "replace", "rename", "mkdir", "unlink", "rmdir", "ftruncate", "pwrite", "link")
_CHANGING_FLAGS = os.O_CREAT | os.O_TRUNC


def killed_before_each_call(work: Callable[[], object]) -> Iterator[int]:
    """Does `work` again and again, killed one call later each time, until it comes to its end.

    Yields after each kill, for a look at what is left and for putting everything back. Each write is also cut short
    in its middle once.
    """
    number = 0
    while _is_killed(number, work):
        yield number
        number += 1


def _is_killed(number: int, work: Callable[[], object]) -> bool:
    child = os.fork()
    if child == 0:
        try:
            _lay_trap(number)
            work()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001  Nothing may return into the parent's tests.
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, _KILLED), f"the work failed by itself ({code})"
    return code == _KILLED


def _lay_trap(number: int) -> None:
    left = number

    def is_over() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    def trapped(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            if is_over():
                os._exit(_KILLED)
            if call is write and is_over():
                descriptor, data = arguments
                write(descriptor, bytes(data)[: len(data) // 2])
                os._exit(_KILLED)
            return call(*arguments, **named)

        return wrapper

    write, opened = os.write, os.open

    def trapped_open(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        if flags & _CHANGING_FLAGS and is_over():
            os._exit(_KILLED)
        return opened(path, flags, *arguments, **named)

    for name in _CHANGING_CALLS:
        setattr(os, name, trapped(getattr(os, name)))
    os.open = trapped_open
