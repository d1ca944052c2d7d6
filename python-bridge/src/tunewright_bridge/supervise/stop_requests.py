"""The stop request of an attempt: how several become one, and when one that waits for a checkpoint is due."""

from dataclasses import replace
from pathlib import Path

from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.protocol.checkpoint import CheckpointSummary
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import AttemptCommand, RunEvent, StopRequest
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.durable import locked, write_json_atomically
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.reading import read_record, read_record_if_there
from tunewright_bridge.runs.record import RunRecord, now_ms
from tunewright_bridge.supervise.endings import waits_for_checkpoint


def store_stop(record: RunRecord, attempt: AttemptPaths, request: StopRequest) -> StopRequest | None:
    """Puts a request on disk, together with what was asked before; None where the command has ended already.

    Raises OSError and BridgeError run-directory-unreadable.
    """
    if request.alert is not None and attempt.exit.exists():
        return None
    # What a person wants is known from here on, also where the command has ended: it is not to go on by itself.
    why = None if request.alert is None else cause("stopped-by-alert", kind=request.alert.kind)
    event = RunEvent(at_ms=now_ms(), attempt=attempt.number, kind="stop-requested", detail=request.by, cause=why)
    record.note(event)
    with locked(record.paths.lock):
        # Whoever finds a request can so be sure that it came before the end.
        if attempt.exit.exists():
            return None
        before = read_record_if_there(StopRequest, attempt.stop)
        together = request if before is None else _together(before, request)
        if together != before:
            write_json_atomically(attempt.stop, encode(together))
    return together


def is_end_wanted(record: RunRecord, attempt: AttemptPaths) -> bool:
    """Whether a person has asked for the end of the attempt, be it too late. Raises BridgeError."""
    stop = read_record_if_there(StopRequest, attempt.stop)
    if stop is not None and stop.alert is None:
        return True
    # Beside the request of an alert, or without any, it came too late to be stored as one.
    asked = (event for event in record.events() if event.kind == "stop-requested" and event.attempt == attempt.number)
    return any(event.cause is None for event in asked)


def _together(before: StopRequest, new: StopRequest) -> StopRequest:
    """What two requests ask for: the sooner stop, and what a person wants over what an alert wants."""
    if new.alert is not None and before.alert is None:
        # A run that a person wants to end does not go on by itself.
        return replace(before, when=None, after_step=None) if waits_for_checkpoint(before) else before
    if new.alert is None and before.alert is not None:
        return replace(new, when=None, after_step=None)
    return new if waits_for_checkpoint(before) and not waits_for_checkpoint(new) else before


def complete_checkpoints(attempt: AttemptPaths, *, after_step: int | None = None) -> list[CheckpointSummary]:
    """The checkpoints of one attempt that are complete, newest first. Raises BridgeError run-directory-unreadable."""
    command = read_record(AttemptCommand, attempt.command)
    found = engine_for_runs().checkpoints(Path(command.output_directory), attempt.number, after_step=after_step)
    return [checkpoint for checkpoint in found if checkpoint.is_complete]


def awaited_checkpoint(attempt: AttemptPaths, stop: StopRequest) -> CheckpointSummary | None:
    """The checkpoint for which a request waits, where it is complete. Costs little while there is none."""
    return next(iter(complete_checkpoints(attempt, after_step=stop.after_step)), None)
