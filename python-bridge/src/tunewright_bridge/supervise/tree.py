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
# Beside it, whose devices these are: the folder of the queues that gave them.
QUEUES_VARIABLE = "TUNEWRIGHT_QUEUES"
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
    return Marks().of_command(attempt)


def carriers(attempt: AttemptPaths, *, besides: Collection[int] = ()) -> list[ProcessEntry]:
    """Every living supervisor and recorder of an attempt, those included that have said nothing yet."""
    return [entry for entry in Marks().of_carriers(attempt) if entry.pid not in besides]


class Marks:
    """The marks of all living processes at one moment: that of the first question, however many follow."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[ProcessEntry]] | None = None

    def of_command(self, attempt: AttemptPaths) -> list[ProcessEntry]:
        """See `marked`."""
        return self._carrying(ATTEMPT_VARIABLE, attempt)

    def of_carriers(self, attempt: AttemptPaths) -> list[ProcessEntry]:
        """See `carriers`."""
        return self._carrying(CARRIER_VARIABLE, attempt)

    def _carrying(self, variable: str, attempt: AttemptPaths) -> list[ProcessEntry]:
        if self._found is None:
            self._found = self._scan()
        return self._found.get((variable, mark_of(attempt)), [])

    def _scan(self) -> dict[tuple[str, str], list[ProcessEntry]]:
        found: dict[tuple[str, str], list[ProcessEntry]] = {}
        for entry in all_processes():
            if entry.is_zombie:
                continue
            environment = environment_of(entry.pid)
            for variable in (ATTEMPT_VARIABLE, CARRIER_VARIABLE):
                if variable in environment:
                    found.setdefault((variable, environment[variable]), []).append(entry)
        return found


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
