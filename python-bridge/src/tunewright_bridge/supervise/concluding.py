"""The end of an attempt of which nothing lives, stored; and the beginning of the next one where the run retries."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from logging import getLogger
from pathlib import Path

from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.metrics.progress import progress
from tunewright_bridge.protocol.alert import Alert
from tunewright_bridge.protocol.run import (
    AttemptCommand,
    RunCause,
    RunIntent,
    RunState,
    StateRecord,
    StopRequest,
)
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.creation import NewAttempt
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record, read_record_if_there, terms_of
from tunewright_bridge.runs.record import AttemptEnd, RunRecord, TransitionError
from tunewright_bridge.supervise.endings import End
from tunewright_bridge.supervise.resuming import plan_anew, plan_resume
from tunewright_bridge.supervise.retrying import Enough, PastAttempt, Retry, decide
from tunewright_bridge.supervise.spoiling import spoiled_since, standing_alerts
from tunewright_bridge.supervise.starting import SupervisorError, start_supervisor
from tunewright_bridge.supervise.stop_requests import is_end_wanted
from tunewright_bridge.supervise.stopping import Patience

_LOG = getLogger(__name__)


def conclude(
    paths: RunPaths,
    attempt: AttemptPaths,
    end: End,
    *,
    only_from: Collection[RunState],
    environment: Mapping[str, str],
    patience: Patience,
) -> StateRecord:
    """Stores how `attempt` ended, unless somebody was faster, and starts the next one where the run goes on by itself.

    May be called by several at once: the run ends once, and one of them starts what follows. `environment` is what a
    next attempt inherits. Raises OSError where the disk refuses.
    """
    record = RunRecord(paths)
    current = record.state()
    if current.attempt != attempt.number or current.state not in only_from:
        return current
    try:
        alert = _resuming_alert(attempt)
        decision = _decision(paths, attempt, end, alert, patience)
        if isinstance(decision, Retry):
            new = _plan(paths, before_step=spoiled_since([] if alert is None else [alert]))
            # Planning opens files and may take a while, in which a person can change their mind.
            if not is_end_wanted(record, attempt):
                following = _begin_next(record, new, attempt, end, decision)
                _start(paths, following, environment, patience)
                return record.state()
        else:
            end = decision.end
    except TransitionError:
        return record.state()
    except (BridgeError, OSError) as error:
        # The end is true all the same.
        _LOG.warning("%s does not go on by itself: %s", paths.run_id, error)
    return record.advance(end.state, attempt=attempt.number, only_from=only_from, cause=end.cause)


def _resuming_alert(attempt: AttemptPaths) -> Alert | None:
    """The alert after which the run is to go on from a checkpoint."""
    stop = read_record_if_there(StopRequest, attempt.stop)
    if stop is not None and stop.alert is not None:
        return stop.alert if stop.alert.action == "resume" else None
    return next((alert for alert in standing_alerts(attempt) if alert.action == "resume"), None)


def _decision(
    paths: RunPaths, attempt: AttemptPaths, end: End, alert: Alert | None, patience: Patience
) -> Retry | Enough:
    terms = terms_of(read_record(RunIntent, paths.intent), read_record(AttemptCommand, attempt.command))
    if (terms.retries is None and alert is None) or is_end_wanted(RunRecord(paths), attempt):
        return Enough(end)
    return decide(
        end,
        _past(paths, attempt, end),
        retries=terms.retries,
        resumes_by_alert=alert is not None,
        patience=patience,
    )


def _past(paths: RunPaths, attempt: AttemptPaths, end: End) -> list[PastAttempt]:
    """The attempts up to this one, oldest first; how they ended is what their last event says."""
    causes: dict[int, RunCause | None] = {}
    for event in RunRecord(paths).events():
        if event.kind == "state":
            causes[event.attempt] = event.cause
    causes[attempt.number] = end.cause
    return [_past_attempt(paths.attempt(number), causes[number]) for number in sorted(causes)]


def _past_attempt(attempt: AttemptPaths, cause: RunCause | None) -> PastAttempt:
    command = read_record(AttemptCommand, attempt.command)
    try:
        reached = progress(engine_for_runs().metrics_files(Path(command.output_directory)))
    except OSError:
        reached = None
    step = None if command.resumed_from is None else command.resumed_from.step
    return PastAttempt(
        cause=cause,
        step=step if reached is None else reached.step,
        is_retry=command.start_after_seconds is not None,
    )


def _begin_next(record: RunRecord, new: NewAttempt, attempt: AttemptPaths, end: End, retry: Retry) -> AttemptPaths:
    command = replace(new.command, start_after_seconds=retry.after_seconds)
    point = command.resumed_from
    step = {} if point is None else {"step": point.step}
    return record.begin_attempt(
        replace(new, command=command),
        cause=cause("retry", attempt=attempt.number, seconds=retry.after_seconds, **step),
        after=AttemptEnd(attempt=attempt.number, state=end.state, cause=end.cause),
    )


def _plan(paths: RunPaths, *, before_step: int | None) -> NewAttempt:
    """From the last checkpoint that is good, or else from the beginning. Raises BridgeError where neither helps."""
    try:
        plan = plan_resume(paths, before_step=before_step)
    except BridgeError as error:
        if error.code not in ("no-checkpoint", "checkpoint-unusable", "task-unsupported"):
            raise
        return plan_anew(paths)
    if plan.errors:
        codes = ", ".join(check.code for check in plan.errors)
        raise BridgeError("checkpoint-unusable", checkpoint=plan.preflight.point.checkpoint, reason=codes)
    return plan.new_attempt


def _start(paths: RunPaths, attempt: AttemptPaths, environment: Mapping[str, str], patience: Patience) -> None:
    try:
        start_supervisor(paths, attempt, environment=environment, patience=patience)
    except SupervisorError as error:
        # It is queued, so whoever looks at it next tries again.
        _LOG.warning("attempt %s of %s has no supervisor yet: %s", attempt.number, paths.run_id, error)
