"""Makes what a run directory says true again, from whatever bridge happens to look at it."""

import os
import signal
import time
from dataclasses import replace
from logging import getLogger

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import RunIntent, RunSummary, StateRecord
from tunewright_bridge.runs.causes import cause_text
from tunewright_bridge.runs.index import EndedRun
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import OPEN_STATES, RunRecord, is_live, now_ms
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.concluding import conclude
from tunewright_bridge.supervise.lease import read_lease
from tunewright_bridge.supervise.processes import continue_if_paused
from tunewright_bridge.supervise.starting import SupervisorError, adopt
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.tree import Marks, carriers, signal_all
from tunewright_bridge.supervise.truth import Adopt, Leave, Settle, Situation, console_tail, follows, look

_LOG = getLogger(__name__)

# A process that just becomes another program shows no environment for an instant.
_SECOND_LOOK_SECONDS = 0.05


def repair(
    paths: RunPaths, *, starts_waiting: bool = True, patience: Patience | None = None, marks: Marks | None = None
) -> StateRecord:
    """The true state of a run, and its directory made to say so; adopts what lives, or waits, without a supervisor.

    Cheap where all is well: four small files and three look-ups of processes. Returns the truth also where the disk
    refuses to take it. With `starts_waiting` off, a run that waits for its turn is left to wait for another look.
    `patience` is for whoever is started; `marks` are those of the processes now, where many runs are looked at.
    Raises BridgeError run-directory-unreadable.
    """
    record = RunRecord(paths)
    state = record.state()
    if state.state not in OPEN_STATES:
        return state
    state = _caught_up(record, state)
    attempt = paths.attempt(state.attempt)
    intent = read_record(RunIntent, paths.intent)
    _wake_carriers(attempt, state)
    situation = look(attempt, marks)
    step = _step(state, intent, attempt, situation)
    if isinstance(step, Settle) and situation.recorder == "none":
        time.sleep(_SECOND_LOOK_SECONDS)
        step = _step(state, intent, attempt, look(attempt))
    match step:
        case Leave():
            return state
        case Settle():
            return _settle(paths, attempt, step, patience or Patience())
        case Adopt():
            if state.state == "queued" and not starts_waiting:
                return state
            return _adopt(paths, attempt, patience)


def repair_all(store: RunStore, limit: int | None = None) -> tuple[list[RunSummary | EndedRun], int]:
    """Lists like the store, with the truth of every run that is not over."""
    runs, total = store.listed(limit)
    marks = Marks()
    # Oldest first: those that wait in a queue then find somebody who waits for them in about their order.
    oldest_first = (_repaired(store, run, marks) if run.state in OPEN_STATES else run for run in reversed(runs))
    return list(oldest_first)[::-1], total


def _repaired(store: RunStore, run: RunSummary | EndedRun, marks: Marks) -> RunSummary | EndedRun:
    try:
        paths = store.get(run.id)
        # Of the lost there may be many, and hardly ever is one found alive.
        state = repair(paths, marks=marks if run.state == "lost" else None)
        if isinstance(run, EndedRun) and state.state == run.state:
            return run
        # The disk may have refused to take the truth.
        return replace(store.summary(paths), state=state.state, reason=state.reason, cause=state.cause)
    except (BridgeError, OSError) as error:
        _LOG.warning("%s is listed as it says it is: %s", run.id, error)
        return run


def _caught_up(record: RunRecord, state: StateRecord) -> StateRecord:
    try:
        return record.catch_up()
    except OSError as error:
        _LOG.warning("%s: %s", record.paths.directory, error)
        return state


def _wake_carriers(attempt: AttemptPaths, state: StateRecord) -> None:
    """Whom a signal has stopped can neither start the command nor stop it, nor tell how it ended."""
    lease = read_lease(attempt)
    if lease is not None and continue_if_paused(lease.supervisor):
        _LOG.warning("the supervisor of %s had been stopped by a signal; it goes on", attempt.run_id)
    is_waiting = state.state == "queued" and lease is not None
    if is_live(state.state) and not is_waiting and not attempt.recorder.exists():
        # Who was stopped before it had written who it is.
        signal_all([entry for entry in carriers(attempt) if entry.is_paused], signal.SIGCONT)


def _step(state: StateRecord, intent: RunIntent, attempt: AttemptPaths, situation: Situation) -> Leave | Adopt | Settle:
    tail = "" if situation.exit_record is None else console_tail(attempt)
    return follows(state, intent.executor, situation, now_ms=now_ms(), tail=tail)


def _settle(paths: RunPaths, attempt: AttemptPaths, step: Settle, patience: Patience) -> StateRecord:
    end = step.end
    try:
        return conclude(paths, attempt, end, only_from=OPEN_STATES, environment=os.environ, patience=patience)
    except OSError as error:
        _LOG.warning("%s ended as %s, which could not be stored: %s", paths.directory, end.state, error)
        reason = None if end.cause is None else cause_text(end.cause)
        return StateRecord(
            format=1, state=end.state, attempt=attempt.number, since_ms=now_ms(), reason=reason, cause=end.cause
        )


def _adopt(paths: RunPaths, attempt: AttemptPaths, patience: Patience | None) -> StateRecord:
    try:
        adopt(paths, attempt, environment=os.environ, patience=patience)
    except SupervisorError as error:
        _LOG.warning("%s could not be adopted: %s", paths.directory, error)
    return RunRecord(paths).state()
