"""The states of one run: every change is an event on disk before `state.json` says so.

What the states mean:

- `queued`: stored, and nothing has been started yet.
- `starting`: a supervisor has it. A task that trains stays here until the engine has written its first metric (or has
  lived for two minutes, since some configs log late); any other task is `running` as soon as its process is.
- `running`: the process works.
- `stopping`: somebody asked for the end; processes may still be alive.
- `succeeded`: the process ended with exit code 0.
- `cancelled`: it ended after a stop was asked for, whatever its exit code.
- `failed`: it ended otherwise, or could not be started; the reason says why in words.
- `lost`: every process is gone and none left an exit record, so nobody knows how it ended.
"""

import os
import shutil
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.decode import DecodeError, decode, encode
from tunewright_bridge.protocol.run import (
    LIVE_RUN_STATES,
    RUN_TRANSITIONS,
    RunCause,
    RunEvent,
    RunState,
    StateRecord,
)
from tunewright_bridge.runs.causes import cause_text
from tunewright_bridge.runs.creation import NewAttempt, fill_attempt
from tunewright_bridge.runs.durable import (
    append_line,
    json_line,
    last_json_line,
    locked,
    read_json,
    read_json_lines,
    sync_directory,
    write_json_atomically,
)
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.states import state_of


class TransitionError(ValueError):
    """The state machine has no such step."""

    def __init__(self, source: RunState, to: RunState) -> None:
        self.source = source
        self.to = to
        super().__init__(f"a run that is {source} cannot become {to}")


def now_ms() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def is_live(state: RunState) -> bool:
    """Whether a process of the run may be alive or may still be started."""
    return state in LIVE_RUN_STATES


def check_transition(source: RunState, to: RunState) -> None:
    """Raises TransitionError where the state machine has no step from `source` to `to`."""
    if to not in RUN_TRANSITIONS[source]:
        raise TransitionError(source, to)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptEnd:
    """How the attempt before another one ends."""

    attempt: int
    state: RunState
    cause: RunCause | None


class RunRecord:
    """Reads and changes the state of one run. Safe against other processes that do the same."""

    def __init__(self, paths: RunPaths) -> None:
        self.paths = paths

    def state(self) -> StateRecord:
        """Where the run stands by `state.json`. Raises BridgeError run-directory-unreadable."""
        try:
            return decode(StateRecord, read_json(self.paths.state))
        except (OSError, ValueError) as error:
            raise unreadable(self.paths.state, error) from error

    def transition(self, to: RunState, *, attempt: int, cause: RunCause | None = None) -> StateRecord:
        """Takes the run to `to`. Raises TransitionError where there is no such step, OSError where the disk refuses."""
        with locked(self.paths.lock):
            current = self._current()
            check_transition(current.state, to)
            return self._write(to, attempt=attempt, cause=cause, after=current)

    def advance(
        self,
        to: RunState,
        *,
        attempt: int,
        only_from: Collection[RunState],
        cause: RunCause | None = None,
    ) -> StateRecord:
        """Takes the run to `to` if it stands in one of `only_from`; otherwise somebody else was first, and it stays.

        So it does where somebody has taken it to `to` already.
        """
        with locked(self.paths.lock):
            current = self._current()
            if current.state not in only_from or current.state == to or current.attempt != attempt:
                return current
            check_transition(current.state, to)
            return self._write(to, attempt=attempt, cause=cause, after=current)

    def settle(self, to: RunState, *, attempt: int, cause: RunCause | None = None) -> StateRecord:
        """Ends a live run; one that has been ended meanwhile keeps its end."""
        return self.advance(to, attempt=attempt, only_from=LIVE_STATES, cause=cause)

    def next_attempt(self) -> AttemptPaths:
        """The attempt that `begin_attempt` would begin now; nothing of it need exist."""
        return self._next_attempt(self.state())

    def begin_attempt(
        self, new: NewAttempt, *, cause: RunCause | None, after: AttemptEnd | None = None
    ) -> AttemptPaths:
        """Begins the attempt that `next_attempt` named: an ended run is queued again.

        With `after`, the attempt in which the run stands ends in the same step: who is killed leaves the run as it was
        or begun again, and never ended only. Raises TransitionError where that attempt has ended already, BridgeError
        run-live where somebody was faster, and OSError where the disk refuses: the run has then ended as before, unless
        the event is on disk and only `state.json` is not; see `catch_up`.
        """
        with locked(self.paths.lock):
            current = self._current()
            events = []
            if after is not None:
                if current.attempt != after.attempt:
                    raise TransitionError(current.state, after.state)
                check_transition(current.state, after.state)
                events.append(_state_event(after.state, after.attempt, after.cause))
            elif is_live(current.state):
                raise BridgeError("run-live", run=self.paths.run_id, state=current.state)
            attempt = self._next_attempt(current)
            if attempt.number != new.number:
                reason = f"attempt {new.number} of {self.paths.run_id} cannot begin: {attempt.number} is the next one"
                raise BridgeError("internal", reason=reason)
            self._make(attempt, new)
            try:
                queued = _state_event("queued", attempt.number, cause)
                events += [RunEvent(at_ms=now_ms(), attempt=attempt.number, kind="attempt"), queued]
                append_line(self.paths.events, b"".join(json_line(encode(event)) for event in events))
                self._write_state(queued, "queued")
                self._tell_of_return(current)
            except OSError:
                if not self._has_begun(attempt):
                    shutil.rmtree(attempt.directory, ignore_errors=True)
                raise
        return attempt

    def note(self, event: RunEvent) -> None:
        """Puts an event that changes no state on disk."""
        with locked(self.paths.lock):
            self._current()
            append_line(self.paths.events, json_line(encode(event)))

    def events(self) -> list[RunEvent]:
        """Every event, oldest first; unreadable ones are left out."""
        found = []
        for value in read_json_lines(self.paths.events):
            try:
                found.append(decode(RunEvent, value))
            except DecodeError:
                continue
        return found

    def catch_up(self) -> StateRecord:
        """The state, after completing a change whose writer died between its event and `state.json`."""
        record = self.state()
        if self._change_to_complete(record) is None:
            # Without the lock: to open it would wake everybody who watches the run, and those look here in turn.
            return record
        with locked(self.paths.lock):
            return self._current()

    def _next_attempt(self, current: StateRecord) -> AttemptPaths:
        """One that was stored whole and whose maker died before any event of it is made anew."""
        number = current.attempt + 1
        while self.paths.attempt(number).lease.exists():
            number += 1
        return self.paths.attempt(number)

    def _make(self, attempt: AttemptPaths, new: NewAttempt) -> None:
        unfinished = self.paths.unfinished_attempt(attempt.number)
        for left in (unfinished.directory, attempt.directory):
            shutil.rmtree(left, ignore_errors=True)
        try:
            fill_attempt(unfinished, new)
            os.rename(unfinished.directory, attempt.directory)
        except BaseException:
            shutil.rmtree(unfinished.directory, ignore_errors=True)
            raise
        sync_directory(self.paths.attempts)

    def _has_begun(self, attempt: AttemptPaths) -> bool:
        event = self._last_event()
        return event is not None and event.state is not None and event.attempt == attempt.number

    def _current(self) -> StateRecord:
        record = self.state()
        event = self._change_to_complete(record)
        return record if event is None or event.state is None else self._write_state(event, event.state)

    def _change_to_complete(self, record: StateRecord) -> RunEvent | None:
        """The last event, where it is a change of which `record` does not know."""
        event = self._last_event()
        if event is None or event.kind != "state" or (event.state, event.attempt) == (record.state, record.attempt):
            return None
        return event

    def _last_event(self) -> RunEvent | None:
        try:
            return decode(RunEvent, last_json_line(self.paths.events))
        except (FileNotFoundError, DecodeError):
            return None

    def _write(self, to: RunState, *, attempt: int, cause: RunCause | None, after: StateRecord) -> StateRecord:
        event = _state_event(to, attempt, cause)
        append_line(self.paths.events, json_line(encode(event)))
        record = self._write_state(event, to)
        self._tell_of_return(after)
        return record

    def _tell_of_return(self, before: StateRecord) -> None:
        """Where many runs have ended, nobody looks at each of them again unless their folder has changed."""
        if not is_live(before.state):
            with suppress(OSError):
                os.utime(self.paths.directory.parent)

    def _write_state(self, event: RunEvent, state: RunState) -> StateRecord:
        record = state_of(event, state)
        write_json_atomically(self.paths.state, encode(record))
        return record


def _state_event(to: RunState, attempt: int, cause: RunCause | None) -> RunEvent:
    detail = None if cause is None else cause_text(cause)
    return RunEvent(at_ms=now_ms(), attempt=attempt, kind="state", state=to, detail=detail, cause=cause)


LIVE_STATES: frozenset[RunState] = frozenset(state for state in get_args(RunState) if is_live(state))
# What is lost may yet be found.
OPEN_STATES: frozenset[RunState] = LIVE_STATES | {"lost"}


def unreadable(path: Path, error: Exception) -> BridgeError:
    """The failure to report for a file of a run directory that cannot be understood."""
    # An OSError's text would repeat the path.
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return BridgeError("run-directory-unreadable", path=str(path), reason=reason)
