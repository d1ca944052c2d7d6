"""How a run may have ended, from what its trainers did and what was done to them; anything else is a false state."""

from collections.abc import Mapping, Sequence
from typing import Any

from faults.journals import AttemptJournal
from faults.processes import CARRIERS
from faults.world import Run, Stop, World

# As often a run goes on after an alert where its config does not say how often it may.
_ALERT_RETRIES = 3
# Between an ending and the record of it, a stop may still be granted.
_MARGIN_SECONDS = 0.5


def end_problem(world: World, run: Run, detail: Mapping[str, Any], journals: Sequence[AttemptJournal]) -> str | None:
    """What is wrong with the state in which the run ended."""
    summary = detail["summary"]
    state, attempt = summary["state"], summary["attempt"]
    by_attempt: dict[int, list[AttemptJournal]] = {}
    for journal in journals:
        by_attempt.setdefault(journal.attempt, []).append(journal)
    for number, trainers in by_attempt.items():
        if len(trainers) > 1:
            return f"attempt {number} was started {len(trainers)} times"
    if attempt < max(by_attempt, default=1):
        return f"it stands in attempt {attempt}, and attempt {max(by_attempt)} has trained"
    retries = world.plan.retries or (_ALERT_RETRIES if world.plan.health == "resume" else 0)
    most = (1 + retries) * (1 + run.resume_count)
    if attempt > most:
        return f"it stands in attempt {attempt}, and nobody asked for more than {most}"
    trainer = by_attempt[attempt][0] if attempt in by_attempt else None
    stops = [stop for stop in run.stops if stop.concerns(attempt)]
    allowed = _allowed(world, run, trainer, stops)
    if state not in allowed:
        return f"it is {state} ({summary.get('reason')}), and can only be {' or '.join(sorted(allowed))}"
    return _retry_problem(world, run, state, attempt, stops)


def _retry_problem(world: World, run: Run, state: str, attempt: int, stops: Sequence[Stop]) -> str | None:
    """A run that fails once, and that nobody touches, goes on by itself where its config says so."""
    ending = run.plan.ending
    is_untouched = not (world.harm_of(run) or stops or run.resume_count) and "full-disk" not in world.plan.kinds
    if world.plan.retries is None or ending is None or ending.attempts != 1 or not is_untouched:
        return None
    if ending.how == "diverge":
        return None
    return None if state == "succeeded" else f"it is {state} after attempt {attempt}, and was to be retried"


def _allowed(world: World, run: Run, trainer: AttemptJournal | None, stops: Sequence[Stop]) -> set[str]:
    if trainer is None:
        # Nothing has trained: somebody was killed before, the disk was full, or a stop came first.
        return {"failed", "lost", *(["cancelled"] if stops else []), *_by_alert(world, run)}
    natural = _natural(world, run, trainer) | _by_alert(world, run)
    if not stops:
        return natural
    first = min(stop.at for stop in stops)
    was_over = trainer.ended_at is not None and trainer.ended_at + _MARGIN_SECONDS < first
    if was_over and not _is_uncertain(world, run):
        return natural
    at_checkpoint = [stop for stop in stops if stop.when == "next-checkpoint"]
    if len(at_checkpoint) == len(stops):
        has_checkpoint = any(at > first for _, at in trainer.checkpoints)
        return natural | {"cancelled"} if has_checkpoint or world.harm_of(run) else natural
    if trainer.ending is None and any(stop.when == "now" for stop in stops):
        return {"cancelled"}
    return natural | {"cancelled"}


def _natural(world: World, run: Run, trainer: AttemptJournal) -> set[str]:
    """How it ends where nobody stops it."""
    ended = {"succeeded"} if trainer.ending == "well" else {"failed"}
    killed = {role for role, how in world.harm_of(run) if how == "kill"}
    if trainer.ending == "well" and "trainer" in killed:
        # Killed in its last moment, between its word and its end.
        ended = ended | {"failed"}
    # Whoever waited for the trainer was killed as well: then its own last word counts, if it had one.
    return ended | {"lost"} if killed & set(CARRIERS) or "full-disk" in world.plan.kinds else ended


def _by_alert(world: World, run: Run) -> set[str]:
    """How it may end where an alert stops it: it can have been too late, or nothing good was there to go on from."""
    ending = run.plan.ending
    if ending is None or ending.how != "diverge" or world.plan.health is None:
        return set()
    return {"cancelled"} if world.plan.health == "stop" else {"cancelled", "failed"}


def _is_uncertain(world: World, run: Run) -> bool:
    """Whether the record of the end may have come late."""
    return bool(world.harm_of(run)) or "full-disk" in world.plan.kinds or run.plan.workers_outlive
