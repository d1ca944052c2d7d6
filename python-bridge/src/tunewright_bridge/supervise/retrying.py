"""Whether a run goes on by itself after an attempt of it has ended, after how long; pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tunewright_bridge.protocol.run import RunCause, RunState
from tunewright_bridge.runs.causes import cause, with_failure
from tunewright_bridge.supervise.endings import End
from tunewright_bridge.supervise.stopping import Patience

# Where an alert asks for it and the config names no number.
RETRIES_AFTER_ALERT = 3

# How a run ends that did not do what it was to do, and that nobody wanted to end.
_FAILED_STATES: frozenset[RunState] = frozenset({"failed", "lost"})
# What another attempt could not help.
_HOPELESS_CODES = frozenset({"secret-missing", "supervisor-not-started"})
# Process ids, addresses and sizes differ between two failures that are the same.
_NUMBER = re.compile(r"0x[0-9a-f]+|\d+")
_MOST_DOUBLINGS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAttempt:
    """What an attempt came to."""

    cause: RunCause | None
    # The last step that it logged, or that from which it went on.
    step: int | None
    # Whether it was begun by itself.
    is_retry: bool


@dataclass(frozen=True, slots=True)
class Retry:
    """One more attempt."""

    after_seconds: float


@dataclass(frozen=True, slots=True)
class Enough:
    """No more attempts: the end says why."""

    end: End


def decide(
    end: End, past: Sequence[PastAttempt], *, retries: int | None, resumes_by_alert: bool, patience: Patience
) -> Retry | Enough:
    """What follows from `end`, that of the last of `past`. `retries` is how many the config allows."""
    if not _is_retried(end, resumes_by_alert=resumes_by_alert):
        return Enough(end)
    allowed = retries if retries is not None else RETRIES_AFTER_ALERT if resumes_by_alert else 0
    if allowed == 0:
        return Enough(end)
    last = past[-1]
    # Only a retry says anything about the next one: before another attempt a person may have changed something.
    if last.is_retry and len(past) > 1 and _is_same_failure(past[-2], last):
        return Enough(_final(end, cause("same-failure", step=last.step or 0)))
    used = _retries_so_far(past)
    if used >= allowed:
        return Enough(_final(end, cause("retries-used-up", count=used)))
    return Retry(min(patience.retry_seconds * 2.0 ** min(used, _MOST_DOUBLINGS), patience.longest_retry_seconds))


def _is_retried(end: End, *, resumes_by_alert: bool) -> bool:
    if end.cause is not None and end.cause.code in _HOPELESS_CODES:
        return False
    return end.state in _FAILED_STATES or (end.state == "cancelled" and resumes_by_alert)


def _final(end: End, why: RunCause) -> End:
    """An attempt that was stopped to go on, and does not, has failed."""
    return End("failed" if end.state == "cancelled" else end.state, with_failure(why, end.cause))


def _retries_so_far(past: Sequence[PastAttempt]) -> int:
    """Those since a person began an attempt."""
    count = 0
    for attempt in reversed(past):
        if not attempt.is_retry:
            break
        count += 1
    return count


def _is_same_failure(before: PastAttempt, last: PastAttempt) -> bool:
    if before.step != last.step or before.cause is None or last.cause is None:
        return False
    return _outline(before.cause) == _outline(last.cause)


def _outline(failure: RunCause) -> tuple[str, list[tuple[str, str]]]:
    return failure.code, sorted((name, _NUMBER.sub("#", value)) for name, value in failure.values.items())
