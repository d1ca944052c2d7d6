"""The faults by name, and how often each comes. One function each: it chooses its victim, acts, and tells the story."""

import random
from collections.abc import Callable, Mapping

from faults import breaking, halting, killing, stopping
from faults.world import World

# Does something to the world; returns early where there is nothing to do it to.
FaultFunction = Callable[[World, random.Random], None]

FAULTS: Mapping[str, tuple[FaultFunction, float]] = {
    "kill-supervisor": (killing.kill_supervisor, 3),
    "kill-recorder": (killing.kill_recorder, 3),
    "kill-carriers": (killing.kill_carriers, 2),
    "kill-trainer": (killing.kill_trainer, 2),
    "kill-worker": (killing.kill_worker, 1),
    "kill-bridge": (killing.kill_bridge, 3),
    "kill-window": (killing.kill_window, 3),
    "kill-everything": (killing.kill_everything, 2),
    "kill-at-birth": (killing.kill_at_birth, 3),
    "kill-while-writing": (killing.kill_while_writing, 5),
    "event-without-state": (breaking.event_without_state, 2),
    "torn-event": (breaking.torn_event, 2),
    "torn-metrics": (breaking.torn_metrics, 2),
    "left-over-files": (breaking.left_over_files, 1),
    "full-disk": (breaking.full_disk, 2),
    "clock-jump": (breaking.clock_jump, 2),
    "reused-id": (breaking.reused_id, 2),
    "removed-directory": (breaking.removed_directory, 0.4),
    "second-window": (stopping.second_window, 1),
    "halt-supervisor": (halting.halt_supervisor, 2),
    "halt-recorder": (halting.halt_recorder, 2),
    "halt-trainer": (halting.halt_trainer, 1),
    "halt-bridge": (halting.halt_bridge, 1),
    "halt-window": (halting.halt_window, 1),
    "stop": (stopping.stop, 3),
    "double-stop": (stopping.double_stop, 2),
    "stop-from-two-windows": (stopping.stop_from_two_windows, 2),
    "stop-at-checkpoint": (stopping.stop_at_checkpoint, 3),
    "resume": (stopping.resume, 4),
    "resume-from-two-windows": (stopping.resume_from_two_windows, 1.5),
}

# Need namespaces of the trial's own.
IN_NAMESPACES = frozenset({"full-disk", "reused-id"})


# Need what only the stand-in does, or more time than is to be had.
NOT_ON_ENGINE = frozenset({"kill-worker", "full-disk", "removed-directory"})


def engine_kinds(*, have_namespaces: bool) -> list[tuple[str, float]]:
    """The kinds that can happen to the real engine."""
    return [
        (name, weight) for name, weight in possible_kinds(have_namespaces=have_namespaces) if name not in NOT_ON_ENGINE
    ]


def possible_kinds(*, have_namespaces: bool) -> list[tuple[str, float]]:
    """The kinds that can happen on this machine, with their weights."""
    return [(name, weight) for name, (_, weight) in FAULTS.items() if have_namespaces or name not in IN_NAMESPACES]
