"""The processes of one attempt, found by parent links and by marks in their environment, and how they are signalled."""

import signal
from collections.abc import Collection, Iterable

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
# Names the devices that an attempt of a queue was given; set for its recorder, and so for everything below it.
DEVICES_VARIABLE = "TUNEWRIGHT_DEVICES"
# Set for supervisor and recorder from their first moment: finds them before they have written who they are.
CARRIER_VARIABLE = "TUNEWRIGHT_CARRIER"


def mark_of(attempt: AttemptPaths) -> str:
    """The value of the marks: by id and not by path, since one place may have several paths."""
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
    """Every living process of the command of an attempt, supervisor and recorder left out."""
    return _carrying(ATTEMPT_VARIABLE, mark_of(attempt))


def carriers(attempt: AttemptPaths, *, besides: Collection[int] = ()) -> list[ProcessEntry]:
    """Every living supervisor and recorder of an attempt, those included that have said nothing yet."""
    return [entry for entry in _carrying(CARRIER_VARIABLE, mark_of(attempt)) if entry.pid not in besides]


def _carrying(variable: str, mark: str) -> list[ProcessEntry]:
    return [
        entry for entry in all_processes() if not entry.is_zombie and environment_of(entry.pid).get(variable) == mark
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
