"""Makes what a run directory says true again, from whatever bridge happens to look at it."""

import os
from dataclasses import replace
from logging import getLogger

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import RunIntent, RunState, RunSummary, StateRecord
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import LIVE_STATES, RunRecord, is_live, now_ms
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.starting import SupervisorError, adopt
from tunewright_bridge.supervise.truth import Adopt, Leave, Settle, console_tail, follows, look

_LOG = getLogger(__name__)

_REPAIRED_STATES: frozenset[RunState] = LIVE_STATES | {"lost"}


def repair(paths: RunPaths) -> StateRecord:
    """The true state of a run, and its directory made to say so; adopts what lives without a supervisor.

    Cheap where all is well: four small files and three look-ups of processes. Returns the truth also where the disk
    refuses to take it. Raises BridgeError run-directory-unreadable.
    """
    record = RunRecord(paths)
    state = record.state()
    if state.state not in _REPAIRED_STATES:
        return state
    state = _caught_up(record, state)
    attempt = paths.attempt(state.attempt)
    intent = read_record(RunIntent, paths.intent)
    situation = look(attempt)
    tail = "" if situation.exit_record is None else console_tail(attempt)
    step = follows(state, intent.executor, situation, now_ms=now_ms(), tail=tail)
    match step:
        case Leave():
            return state
        case Settle():
            return _settle(record, state, step)
        case Adopt():
            return _adopt(paths, attempt, record, state)


def repair_all(store: RunStore, limit: int | None = None) -> tuple[list[RunSummary], int]:
    """Lists like the store, with the truth of every run that is not over."""
    runs, total = store.list(limit)
    return [_repaired(store, run) if run.state in _REPAIRED_STATES else run for run in runs], total


def _repaired(store: RunStore, run: RunSummary) -> RunSummary:
    try:
        paths = store.get(run.id)
        state = repair(paths)
        # The disk may have refused to take the truth.
        return replace(store.summary(paths), state=state.state, reason=state.reason)
    except BridgeError as error:
        _LOG.warning("%s is listed as it says it is: %s", run.id, error)
        return run


def _caught_up(record: RunRecord, state: StateRecord) -> StateRecord:
    try:
        return record.catch_up()
    except OSError as error:
        _LOG.warning("%s: %s", record.paths.directory, error)
        return state


def _settle(record: RunRecord, state: StateRecord, end: Settle) -> StateRecord:
    try:
        return record.advance(end.state, attempt=state.attempt, only_from=_REPAIRED_STATES, reason=end.reason)
    except OSError as error:
        _LOG.warning("%s ended as %s, which could not be stored: %s", record.paths.directory, end.state, error)
        return StateRecord(format=1, state=end.state, attempt=state.attempt, since_ms=now_ms(), reason=end.reason)


def _adopt(paths: RunPaths, attempt: AttemptPaths, record: RunRecord, state: StateRecord) -> StateRecord:
    try:
        adopt(paths, attempt, environment=os.environ)
    except SupervisorError as error:
        _LOG.warning("%s could not be adopted: %s", paths.directory, error)
        return state
    adopted = record.state()
    return adopted if is_live(adopted.state) else state
