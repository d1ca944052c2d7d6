"""How a run may have ended, from what its trainers did and what was done to them; anything else is a false state."""

from collections.abc import Mapping, Sequence
from typing import Any

from faults.journals import AttemptJournal
from faults.processes import CARRIERS
from faults.world import Run, World

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
    trainer = by_attempt[attempt][0] if attempt in by_attempt else None
    allowed = _allowed(world, run, trainer)
    if state in allowed:
        return None
    return f"it is {state} ({summary.get('reason')}), and can only be {' or '.join(sorted(allowed))}"


def _allowed(world: World, run: Run, trainer: AttemptJournal | None) -> set[str]:
    if trainer is None:
        # Nothing has trained: somebody was killed before, the disk was full, or a stop came first.
        return {"failed", "lost", "cancelled"} if run.stops else {"failed", "lost"}
    natural = _natural(world, run, trainer)
    if not run.stops:
        return natural
    first_stop = min(at for at, _ in run.stops)
    was_over = trainer.ended_at is not None and trainer.ended_at + _MARGIN_SECONDS < first_stop
    if was_over and not _is_uncertain(world, run):
        return natural
    if all(when == "perhaps" for _, when in run.stops):
        return natural | {"cancelled"}
    return {"cancelled"} if trainer.ending is None else natural | {"cancelled"}


def _natural(world: World, run: Run, trainer: AttemptJournal) -> set[str]:
    """How it ends where nobody stops it."""
    if trainer.ending is not None:
        ended = {"succeeded"} if trainer.ending == "well" else {"failed"}
    else:
        ended = {"failed"}
    harmed = {role for _, role, how in run.harmed if how == "kill"}
    if trainer.ending == "well" and harmed & {"trainer"}:
        # Killed in its last moment, between its word and its end.
        ended = ended | {"failed"}
    if not run.harmed and "full-disk" not in world.plan.kinds:
        return ended
    # Whoever waited for the trainer was killed as well: then its own last word counts, if it had one.
    return ended | {"lost"} if harmed & set(CARRIERS) or "full-disk" in world.plan.kinds else ended


def _is_uncertain(world: World, run: Run) -> bool:
    """Whether the record of the end may have come late."""
    return bool(run.harmed) or "full-disk" in world.plan.kinds or run.plan.workers_outlive
