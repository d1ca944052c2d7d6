"""Asks for the end of a run. What then happens to its processes is the supervisor's business."""

import os
import signal
from dataclasses import replace
from logging import getLogger

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import RunIntent, StateRecord, StopRequest, StopWhen
from tunewright_bridge.protocol.task import TRAINING_TASKS
from tunewright_bridge.runs.durable import storage_errors
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord, is_live, now_ms
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.endings import stop_cause, waits_for_checkpoint
from tunewright_bridge.supervise.lease import read_lease
from tunewright_bridge.supervise.processes import continue_if_paused, is_alive, look_up, send_signal
from tunewright_bridge.supervise.starting import SupervisorError, adopt
from tunewright_bridge.supervise.stop_requests import complete_checkpoints, store_stop

_LOG = getLogger(__name__)


def request_stop(paths: RunPaths, by: str, *, when: StopWhen = "now") -> StateRecord:
    """Asks the supervisor to stop the run, and returns at once with the state that it has then.

    Asking again is allowed: it makes the supervisor less patient, and `now` overrides `next-checkpoint`. A run that
    has not started yet is cancelled at once. Raises BridgeError run-not-live, run-directory-unreadable,
    invalid-request, directory-not-writable or disk-full.
    """
    state = repair(paths, starts_waiting=False)
    if not is_live(state.state):
        raise BridgeError("run-not-live", run=paths.run_id, state=state.state)
    attempt = paths.attempt(state.attempt)
    request = StopRequest(format=1, requested_at_ms=now_ms(), by=by)
    if when == "next-checkpoint":
        request = replace(request, when=when, after_step=_newest_step(paths, attempt))
    with storage_errors(paths.directory):
        state = _stop(paths, attempt, state, request)
    _wake_supervisor(paths, attempt, state)
    if state.attempt != attempt.number and is_live(state.state):
        # It has gone on by itself meanwhile.
        return request_stop(paths, by, when=when)
    return state


def _newest_step(paths: RunPaths, attempt: AttemptPaths) -> int | None:
    intent = read_record(RunIntent, paths.intent)
    if intent.task not in TRAINING_TASKS:
        reason = f"the task {intent.task} saves no checkpoints"
        raise BridgeError("invalid-request", method="runs/stop", reason=reason)
    complete = complete_checkpoints(attempt)
    return complete[0].step if complete else None


def _stop(paths: RunPaths, attempt: AttemptPaths, state: StateRecord, request: StopRequest) -> StateRecord:
    record = RunRecord(paths)
    # Of this and the start one is first, since both hold the run's lock.
    if state.state == "queued":
        state = record.advance(
            "cancelled", attempt=attempt.number, only_from=["queued"], cause=stop_cause(request, state)
        )
    if not is_live(state.state) or state.attempt != attempt.number:
        return state
    stored = store_stop(record, attempt, request)
    if stored is None:
        return record.state()
    if waits_for_checkpoint(stored):
        return state
    return record.advance(
        "stopping", attempt=attempt.number, only_from=["starting", "running"], cause=stop_cause(stored, state)
    )


def _wake_supervisor(paths: RunPaths, attempt: AttemptPaths, state: StateRecord) -> None:
    lease = read_lease(attempt)
    if lease is None:
        return
    supervisor = look_up(lease.supervisor.pid)
    if supervisor is not None and is_alive(lease.supervisor):
        send_signal(supervisor, signal.SIGTERM)
        continue_if_paused(lease.supervisor)
        return
    if not is_live(state.state):
        return
    try:
        # The next one finds the request in the attempt.
        adopt(paths, attempt, environment=os.environ)
    except SupervisorError as error:
        _LOG.warning("%s has nobody who could stop it: %s", paths.directory, error)
