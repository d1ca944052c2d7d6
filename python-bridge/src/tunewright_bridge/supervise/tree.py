"""The processes of one attempt, found by parent links and by a mark in their environment, and how they are ended."""

import signal
from collections.abc import Iterable

from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.supervise.processes import (
    ProcessEntry,
    all_processes,
    descendants,
    environment_of,
    look_up,
    send_signal,
)

# Set for the command, and so for everything below it: finds workers whose parents are gone.
ATTEMPT_VARIABLE = "TUNEWRIGHT_ATTEMPT"


def mark_of(attempt: AttemptPaths) -> str:
    """The value of the mark: by id and not by path, since one place may have several paths."""
    return f"{attempt.run_id}/{attempt.number}"


def tree_of(attempt: AttemptPaths, trainer: int | None = None) -> list[ProcessEntry]:
    """Every living process of an attempt: those that carry its mark, `trainer`, and all below it."""
    found = {entry.pid: entry for entry in marked(attempt)}
    if trainer is not None:
        found.update((entry.pid, entry) for entry in descendants(trainer))
        leader = look_up(trainer)
        if leader is not None and not leader.is_zombie:
            found[trainer] = leader
    return list(found.values())


def marked(attempt: AttemptPaths) -> list[ProcessEntry]:
    """Every living process that carries the mark of an attempt."""
    mark = mark_of(attempt)
    return [
        entry
        for entry in all_processes()
        if not entry.is_zombie and environment_of(entry.pid).get(ATTEMPT_VARIABLE) == mark
    ]


def still_alive(entries: Iterable[ProcessEntry]) -> list[ProcessEntry]:
    """Those of `entries` that live on."""
    alive = []
    for entry in entries:
        current = look_up(entry.pid)
        if current is not None and not current.is_zombie and current.start_token == entry.start_token:
            alive.append(entry)
    return alive


def signal_all(entries: Iterable[ProcessEntry], number: signal.Signals) -> None:
    """Sends a signal to each; those that are gone meanwhile need none."""
    for entry in entries:
        send_signal(entry, number)
