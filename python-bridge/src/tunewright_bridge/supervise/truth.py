"""What is true of an attempt, from its files and the processes of this host, and what follows from it."""

from dataclasses import dataclass
from typing import Literal

from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import ExitRecord, RecorderRecord, RunState, StateRecord, StopRequest
from tunewright_bridge.protocol.targets import ExecutorName
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.reading import read_record_if_there
from tunewright_bridge.runs.record import is_live
from tunewright_bridge.supervise.endings import TAIL_BYTES, end_of
from tunewright_bridge.supervise.lease import read_lease
from tunewright_bridge.supervise.processes import boot_id, is_alive, is_knowable
from tunewright_bridge.supervise.tree import marked

NEVER_STARTED_REASON = "the run was stored, and whoever was about to start it ended first"

# Between taking the lease and the recorder's first word; far more than it needs.
STARTING_GRACE_MS = 10_000
# Between storing a run and its supervisor's lease.
QUEUED_GRACE_MS = 30_000
# What a living supervisor may take from the exit record to the run's last state.
FINISHING_GRACE_MS = 3_000

Life = Literal["none", "alive", "dead", "unknowable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the files and the processes say of an attempt at one moment."""

    supervisor: Life
    recorder: Life
    trainer: Life
    # Whether anything that carries the attempt's mark lives; looked for only where it could decide something.
    has_leftovers: bool
    has_restarted: bool
    lease_taken_at_ms: int | None
    exit_record: ExitRecord | None
    stop: StopRequest | None


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing to do: the state is true, or nobody here can tell."""


@dataclass(frozen=True, slots=True)
class Adopt:
    """Something lives, and nobody looks after it."""


@dataclass(frozen=True, slots=True)
class Settle:
    """Nothing lives; this is how it ended."""

    state: RunState
    reason: str | None


def look(attempt: AttemptPaths) -> Situation:
    """The present situation of an attempt."""
    lease = read_lease(attempt)
    record = read_record_if_there(RecorderRecord, attempt.recorder)
    supervisor = _life(None if lease is None else lease.supervisor)
    recorder = _life(None if record is None else record.recorder)
    trainer = _life(None if record is None else record.trainer)
    is_deserted = supervisor == "dead" and "unknowable" not in (recorder, trainer)
    return Situation(
        supervisor=supervisor,
        recorder=recorder,
        trainer=trainer,
        has_leftovers=is_deserted and "alive" not in (recorder, trainer) and bool(marked(attempt)),
        has_restarted=lease is not None and is_knowable(lease.supervisor) and lease.supervisor.boot_id != boot_id(),
        lease_taken_at_ms=None if lease is None else lease.taken_at_ms,
        # Read after the processes were looked at: whoever died in between had written it before.
        exit_record=read_record_if_there(ExitRecord, attempt.exit),
        stop=read_record_if_there(StopRequest, attempt.stop),
    )


def _life(identity: ProcessIdentity | None) -> Life:
    if identity is None:
        return "none"
    if not is_knowable(identity):
        return "unknowable"
    return "alive" if is_alive(identity) else "dead"


def follows(
    state: StateRecord, executor: ExecutorName, situation: Situation, *, now_ms: int, tail: str
) -> Leave | Adopt | Settle:
    """What has to be done about a run that stands in `state`. `tail` is the end of its console log."""
    if not is_live(state.state) and state.state != "lost":
        return Leave()
    if "unknowable" in (situation.supervisor, situation.recorder, situation.trainer):
        return Leave()
    if situation.supervisor == "none":
        return _without_supervisor(state, executor, now_ms)
    lives = situation.has_leftovers or "alive" in (situation.recorder, situation.trainer)
    if situation.supervisor == "alive":
        return _with_supervisor(situation, lives=lives, now_ms=now_ms, tail=tail)
    if lives:
        return Adopt()
    end, reason = end_of(situation.exit_record, situation.stop, tail, has_restarted=situation.has_restarted)
    if end == state.state or (situation.exit_record is None and _may_still_begin(situation, now_ms)):
        return Leave()
    return Settle(end, reason)


def _without_supervisor(state: StateRecord, executor: ExecutorName, now_ms: int) -> Leave | Settle:
    if state.state == "queued" and executor == "local" and now_ms - state.since_ms > QUEUED_GRACE_MS:
        return Settle("failed", NEVER_STARTED_REASON)
    return Leave()


def _with_supervisor(situation: Situation, *, lives: bool, now_ms: int, tail: str) -> Leave | Settle:
    """A supervisor that cannot write, on a full disk, must not keep a run alive that has ended."""
    exit_record = situation.exit_record
    if exit_record is None or lives or now_ms - exit_record.ended_at_ms < FINISHING_GRACE_MS:
        return Leave()
    return Settle(*end_of(exit_record, situation.stop, tail))


def _may_still_begin(situation: Situation, now_ms: int) -> bool:
    """Whether a recorder whose supervisor has died may be about to write its first word."""
    if situation.recorder != "none" or situation.lease_taken_at_ms is None or situation.has_restarted:
        return False
    return now_ms - situation.lease_taken_at_ms < STARTING_GRACE_MS


def console_tail(attempt: AttemptPaths) -> str:
    """The end of the attempt's console log; empty where there is none."""
    _, data = ConsoleLog(attempt).read(None, TAIL_BYTES)
    return data.decode(errors="replace")
