"""Reads the records of a run directory, and sums them up."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from tunewright_bridge.protocol.alert import Alert, HealthRecord
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.run import (
    AttemptCommand,
    AttemptSummary,
    AttemptTerms,
    ExitRecord,
    RecorderRecord,
    RunEvent,
    RunIntent,
    RunSummary,
    StateRecord,
    StopRequest,
    StopWhen,
)
from tunewright_bridge.runs.durable import read_json
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.record import is_live, unreadable

T = TypeVar("T")


def read_record(kind: type[T], path: Path) -> T:
    """A record of a run directory. Raises BridgeError run-directory-unreadable where it is missing or broken."""
    try:
        return decode(kind, read_json(path))
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def read_record_if_there(kind: type[T], path: Path) -> T | None:
    """A record that may not have been written yet. Raises BridgeError run-directory-unreadable."""
    try:
        return decode(kind, read_json(path))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def terms_of(intent: RunIntent, command: AttemptCommand) -> AttemptTerms:
    """How an attempt is carried; attempts once had no terms of their own, and got those of the run."""
    if command.terms is not None:
        return command.terms
    return AttemptTerms(retries=intent.retries, queue=intent.queue, devices=intent.devices, health=intent.health)


def summary_of(paths: RunPaths) -> RunSummary:
    """The run in short, as its files tell it, without progress. Raises BridgeError run-directory-unreadable."""
    intent = read_record(RunIntent, paths.intent)
    state = read_record(StateRecord, paths.state)
    attempt = paths.attempt(state.attempt)
    exit_record = _exit_of(attempt, is_over=not is_live(state.state))
    recorder = read_record_if_there(RecorderRecord, attempt.recorder)
    ended_at_ms = None
    if not is_live(state.state):
        ended_at_ms = exit_record.ended_at_ms if exit_record is not None else state.since_ms
    return RunSummary(
        id=intent.id,
        directory=str(paths.directory),
        name=intent.name,
        number=intent.number,
        task=intent.task,
        state=state.state,
        since_ms=state.since_ms,
        reason=state.reason,
        cause=state.cause,
        attempt=state.attempt,
        host=intent.host,
        executor=intent.executor,
        config_path=intent.config_path,
        created_at_ms=intent.created_at_ms,
        started_at_ms=None if recorder is None else recorder.started_at_ms,
        ended_at_ms=ended_at_ms,
        exit_code=None if exit_record is None else exit_record.exit_code,
        stop_when=_stop_when(attempt) if is_live(state.state) else None,
    )


def _exit_of(attempt: AttemptPaths, *, is_over: bool) -> ExitRecord | None:
    """How the command ended; by its own last word where nothing of it lives and nobody could wait for it."""
    record = read_record_if_there(ExitRecord, attempt.exit)
    return read_record_if_there(ExitRecord, attempt.finish) if record is None and is_over else record


def _stop_when(attempt: AttemptPaths) -> StopWhen | None:
    request = read_record_if_there(StopRequest, attempt.stop)
    return None if request is None else request.when or "now"


def alerts_now(attempt: AttemptPaths) -> list[Alert] | None:
    """The newest alert of each id of an attempt; None where there is none. Raises BridgeError."""
    record = read_record_if_there(HealthRecord, attempt.health)
    return None if record is None else record.alerts or None


def alerts_of_all_attempts(events: Iterable[RunEvent]) -> list[Alert] | None:
    """Every alert that the events tell of, oldest first, each as it was told last; None where there is none."""
    alerts: dict[tuple[int, str, int], Alert] = {}
    for event in events:
        if event.alert is not None:
            alerts[event.alert.attempt, event.alert.id, event.alert.at_ms] = event.alert
    return list(alerts.values()) or None


def attempt_summary_of(attempt: AttemptPaths, *, is_over: bool) -> AttemptSummary:
    """The attempt in short. Raises BridgeError run-directory-unreadable."""
    exit_record = _exit_of(attempt, is_over=is_over)
    recorder = read_record_if_there(RecorderRecord, attempt.recorder)
    command = read_record(AttemptCommand, attempt.command)
    return AttemptSummary(
        number=attempt.number,
        started_at_ms=None if recorder is None else recorder.started_at_ms,
        ended_at_ms=None if exit_record is None else exit_record.ended_at_ms,
        exit_code=None if exit_record is None else exit_record.exit_code,
        signal=None if exit_record is None else exit_record.signal,
        output_directory=command.output_directory,
        tool=command.tool,
        resumed_from=command.resumed_from,
    )
