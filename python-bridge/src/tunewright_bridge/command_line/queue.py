"""`queue`: who waits for devices on this machine, why, and in which order."""

from argparse import Namespace
from pathlib import Path
from typing import Any

from tunewright_bridge.command_line.arguments import PROGRAM
from tunewright_bridge.command_line.output import print_json, print_table
from tunewright_bridge.command_line.places import UsageError
from tunewright_bridge.methods.table import Methods
from tunewright_bridge.protocol.bridge import Empty, MoveInQueueParams, QueueList
from tunewright_bridge.protocol.queue import QueuedRun
from tunewright_bridge.protocol.run import QueueWait

# `{name}` stands for one of the values.
_WAITS = {
    "turn": "its turn, {ahead} before it",
    "other-queue": "{run} in the queue {queue}, which came earlier",
    "devices-held": "free devices: wants {wanted}, {free} free",
    "devices-busy": "devices that other programs use: {devices}",
    "devices-unknown": "devices that do not answer: {reason}",
    "retry": "the time of its retry; others go first",
    "storage": "room to write: {reason}; others go first",
    "nobody": "somebody who starts it: its supervisor has ended",
}
# Behind everybody, however many wait.
_LAST = 2**31


def queue(options: Namespace, methods: Methods) -> int:
    """`queue` and `queue move`."""
    listed: Any = methods.call("queue/list", Empty())
    if options.action == "move":
        run = _waiting(listed, options.run)
        position = 1 if options.first else _LAST if options.last else options.position
        listed = methods.call("queue/move", MoveInQueueParams(root=run.root, run_id=run.run_id, position=position))
    if options.json:
        print_json(listed)
    else:
        _print(listed)
    return 0


def _print(listed: QueueList) -> None:
    if not listed.queues:
        print("No run waits in a queue on this machine.")
        return
    rows = [("QUEUE", "PLACE", "RUN", "STATE", "DEVICES", "WAITS FOR", "ID")]
    for summary in listed.queues:
        place = 0
        for run in summary.entries:
            place += run.device_ids is None
            rows.append(
                (
                    summary.name,
                    str(place) if run.device_ids is None else "",
                    _short(run),
                    run.state,
                    str(run.devices_wanted) if run.device_ids is None else ", ".join(run.device_ids),
                    "" if run.waits_for is None else wait_text(run.waits_for),
                    run.run_id,
                )
            )
    print_table(rows)


def wait_text(wait: QueueWait) -> str:
    """Why a run waits, in English."""
    if wait.code == "turn" and wait.values.get("ahead") == "0":
        return "the next look at the devices"
    return _WAITS[wait.code].format_map(_Values(wait.values))


class _Values(dict[str, str]):
    """An older supervisor may have left a value out."""

    def __missing__(self, name: str) -> str:
        return "?"


def _short(run: QueuedRun) -> str:
    """`name#number`, as commands take it."""
    return run.name.replace(" #", "#")


def _waiting(listed: QueueList, reference: str) -> QueuedRun:
    """The waiting run meant by an id, its beginning, `name#number` or `name`. Raises UsageError."""
    runs = [run for summary in listed.queues for run in summary.entries if run.device_ids is None]
    for is_meant in (
        lambda run: run.run_id == reference,
        lambda run: _short(run) == reference,
        lambda run: run.run_id.startswith(reference) or run.name.rpartition(" #")[0] == reference,
    ):
        found = [run for run in runs if is_meant(run)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(f"{run.run_id} in {Path(run.root)}" for run in found[:5])
            raise UsageError(f"{reference} may mean {len(found)} runs that wait: {ids}{', …' if found[5:] else ''}.")
    raise UsageError(f"No run {reference} waits in a queue. `{PROGRAM} queue` lists those that do.")
