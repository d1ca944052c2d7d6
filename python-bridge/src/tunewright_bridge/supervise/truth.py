"""What is true of an attempt, from its files and the processes of this host, and what follows from it."""

from dataclasses import dataclass
from logging import getLogger
from typing import Literal

from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import (
    AttemptCommand,
    ExitRecord,
    RecorderRecord,
    StateRecord,
    StopRequest,
)
from tunewright_bridge.protocol.targets import ExecutorName
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.reading import read_record, read_record_if_there
from tunewright_bridge.runs.record import is_live
from tunewright_bridge.supervise.endings import TAIL_BYTES, End, end_of, stop_cause
from tunewright_bridge.supervise.exits import read_exit
from tunewright_bridge.supervise.lease import read_lease
from tunewright_bridge.supervise.processes import boot_id, is_alive, is_knowable
from tunewright_bridge.supervise.tree import Marks

_LOG = getLogger(__name__)

# Between storing an attempt and the first moment of its supervisor, which is seen from then on: milliseconds of work.
QUEUED_GRACE_MS = 1_500
# What a living supervisor may take from the exit record to the run's last state.
FINISHING_GRACE_MS = 3_000

Life = Literal["none", "alive", "dead", "unknowable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the files and the processes say of an attempt at one moment."""

    supervisor: Life
    recorder: Life
    trainer: Life
    # These two are looked for only where they could decide something.
    # Whether anything of the command lives, and whether a supervisor or recorder does that has said nothing yet.
    has_leftovers: bool
    is_being_started: bool
    has_restarted: bool
    # Whether the attempt starts by itself, after another one of its run.
    is_retry: bool
    # When it was stored, by the file system; looked for only without a supervisor.
    stored_at_ms: int | None
    # How the command ended, by the recorder or else by the command itself.
    exit_record: ExitRecord | None
    stop: StopRequest | None


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing to do: the state is true, or nobody here can tell."""


@dataclass(frozen=True, slots=True)
class Adopt:
    """Something lives, or is to live, and nobody looks after it."""


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing lives; this is how it ended."""

    end: End


def look(attempt: AttemptPaths, marks: Marks | None = None) -> Situation:
    """The present situation of an attempt. `marks` are those of the processes now, where they are known already."""
    marks = marks or Marks()
    lease = read_lease(attempt)
    record = read_record_if_there(RecorderRecord, attempt.recorder)
    supervisor = _life(None if lease is None else lease.supervisor)
    recorder = _life(None if record is None else record.recorder)
    trainer = _life(None if record is None else record.trainer)
    lives = not {"alive", "unknowable"}.isdisjoint((supervisor, recorder, trainer))
    has_restarted = lease is not None and is_knowable(lease.supervisor) and lease.supervisor.boot_id != boot_id()
    is_being_started = not lives and recorder == "none" and bool(marks.of_carriers(attempt))
    if not lives and recorder == "none" and not is_being_started and attempt.recorder.exists():
        # The recorder has spoken while it was looked for.
        return look(attempt)
    # A supervisor alone may still be ending what outlived the command.
    may_have_leftovers = not (lives or is_being_started) or (supervisor, recorder, trainer) == ("alive", "dead", "dead")
    command = read_record(AttemptCommand, attempt.command) if supervisor == "none" else None
    return Situation(
        supervisor=supervisor,
        recorder=recorder,
        trainer=trainer,
        has_leftovers=may_have_leftovers and not has_restarted and bool(marks.of_command(attempt)),
        is_being_started=is_being_started,
        has_restarted=has_restarted,
        is_retry=command is not None and command.start_after_seconds is not None,
        stored_at_ms=_stored_at_ms(attempt) if supervisor == "none" else None,
        # Read after the processes were looked at: whoever died in between had written it before.
        exit_record=read_exit(attempt),
        stop=read_record_if_there(StopRequest, attempt.stop),
    )


def _stored_at_ms(attempt: AttemptPaths) -> int | None:
    """When the run got its name, or its last state: how long storing it took before does not count."""
    try:
        return attempt.directory.parent.parent.stat().st_ctime_ns // 1_000_000
    except FileNotFoundError:
        return None


def _life(identity: ProcessIdentity | None) -> Life:
    if identity is None:
        return "none"
    if not is_knowable(identity):
        return "unknowable"
    return "alive" if is_alive(identity) else "dead"


def follows(
    state: StateRecord, executor: ExecutorName, situation: Situation, *, now_ms: int, tail: str
) -> Leave | Adopt | Settle:
    """What has to be done about a run that stands in `state`. `tail` is the end of its console log.

    Whoever has left `queued` had a lease; one that is gone is as good as that of a dead supervisor.
    """
    if not is_live(state.state) and state.state != "lost":
        return Leave()
    if "unknowable" in (situation.supervisor, situation.recorder, situation.trainer) or situation.is_being_started:
        return Leave()
    if state.state == "queued":
        return _while_queued(state, executor, situation, now_ms)
    lives = situation.has_leftovers or "alive" in (situation.recorder, situation.trainer)
    if situation.supervisor == "alive":
        return _with_supervisor(state, situation, lives=lives, now_ms=now_ms, tail=tail)
    if lives:
        return Adopt()
    end = end_of(
        situation.exit_record,
        situation.stop,
        state,
        tail,
        has_restarted=situation.has_restarted,
        has_begun=situation.recorder != "none",
    )
    return Leave() if end.state == state.state else Settle(end)


def _while_queued(
    state: StateRecord, executor: ExecutorName, situation: Situation, now_ms: int
) -> Leave | Adopt | Settle:
    """It waits under a supervisor for its turn, or is about to get one."""
    if situation.supervisor == "alive":
        return Leave()
    if situation.stop is not None:
        return Settle(End("cancelled", stop_cause(situation.stop, state)))
    if situation.supervisor == "dead":
        return Adopt()
    # A clock that was set may cut this short; whoever was about to start the attempt is then told that it has ended.
    moments = [state.since_ms] if situation.stored_at_ms is None else [state.since_ms, situation.stored_at_ms]
    if executor != "local" or any(0 <= now_ms - moment < QUEUED_GRACE_MS for moment in moments):
        return Leave()
    return Adopt() if situation.is_retry else Settle(End("failed", cause("never-started")))


def _with_supervisor(
    state: StateRecord, situation: Situation, *, lives: bool, now_ms: int, tail: str
) -> Leave | Settle:
    """A supervisor that cannot write, on a full disk, must not keep a run alive that has ended."""
    exit_record = situation.exit_record
    if exit_record is None or lives or 0 <= now_ms - exit_record.ended_at_ms < FINISHING_GRACE_MS:
        return Leave()
    return Settle(end_of(exit_record, situation.stop, state, tail))


def console_tail(attempt: AttemptPaths) -> str:
    """The end of the attempt's console log; empty where there is none, or none that can be read."""
    try:
        _, data = ConsoleLog(attempt).read(None, TAIL_BYTES)
    except OSError as error:
        # That a run has ended is true without the words that it ended with.
        _LOG.warning("the console log of %s cannot be read: %s", attempt.run_id, error)
        return ""
    return data.decode(errors="replace")
