"""What is wrong after a trial: points lost or doubled, false states, processes left over, files nobody can read."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from faults.bridge_client import BridgeClient, BridgeGoneError, RefusedError, SilentError
from faults.curves import (
    Point,
    appended_points,
    difference,
    expected_curve,
    in_order,
    points_of,
    queried_points,
    step_gaps,
)
from faults.ends import end_problem
from faults.journals import AttemptJournal
from faults.logs import log_problems
from faults.records import record_problems
from faults.truth import LIMIT_SECONDS, Observer
from faults.world import Run, Window, World

_CLOSE_SECONDS = 10.0
_POLL_SECONDS = 0.05
# The names that the stand-in trainer logs; others are made of them.
_SERIES = ("loss", "grad_norm", "learning_rate", "token_acc", "eval_loss", "eval_runtime")
# One value is the same in every attempt, so that only their steps tell those apart.
_TELLING_SERIES = ("loss", "eval_loss")


@dataclass(slots=True)
class Verdict:
    """The result of a trial."""

    lost_points: int = 0
    doubled_points: int = 0
    false_states: int = 0
    orphans: int = 0
    worst_seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    @property
    def has_failed(self) -> bool:
        return bool(self.problems)

    def wire(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "lostPoints": self.lost_points,
            "doubledPoints": self.doubled_points,
            "falseStates": self.false_states,
            "orphans": self.orphans,
            "secondsToTruth": round(self.worst_seconds, 2),
            "problems": self.problems,
        }


def judge(world: World, observer: Observer) -> Verdict:
    """Looks at everything once more, with a bridge of its own, when nothing of the runs lives any more."""
    verdict = Verdict(worst_seconds=observer.worst_seconds)
    verdict.problems += observer.problems
    for error in observer.false_states:
        verdict.false_states += 1
        verdict.problems.append(f"false state: {error}")
    for window in world.windows:
        verdict.problems += [f"window {window.number} was answered with {text}" for text in window.client.defects]
    for innocent in world.innocents:
        if innocent.poll() is not None:
            verdict.problems.append(f"the innocent program {innocent.pid} was ended")
    try:
        _judge_runs(world, verdict)
    except (BridgeGoneError, RefusedError, SilentError) as error:
        verdict.problems.append(f"the last bridge failed: {type(error).__name__} {error}")
    _judge_leftovers(world, verdict)
    return verdict


def _judge_runs(world: World, verdict: Verdict) -> None:
    last = world.open_window()
    listed = last.client.request("runs/list", root=str(world.root))
    known = {run["id"]: run for run in listed["runs"]}
    stored = {path.name for path in world.root.glob("[0-9]*")}
    if listed["total"] != len(known):
        verdict.problems.append(
            f"the list names {len(known)} of {listed['total']} runs: {sorted(stored - known.keys())}"
        )
    for run in world.runs:
        if run.run_id is None or run.removed_at is not None:
            continue
        if run.run_id not in known:
            verdict.problems.append(f"run {run.number} is in no list")
            continue
        _judge_run(world, run, last.client, verdict)


def _judge_run(world: World, run: Run, client: BridgeClient, verdict: Verdict) -> None:
    assert run.run_id is not None
    detail = client.request("runs/get", root=str(world.root), runId=run.run_id)
    journals = world.engine.journals(run.config, world.directory(run))
    latest = [journal for journal in journals if journal.attempt == detail["summary"]["attempt"]]
    is_untouched = not world.harm_of(run) and "full-disk" not in world.plan.kinds
    printed = latest[0].printed if latest and is_untouched else 0
    verdict.problems += [f"run {run.number}: {text}" for text in log_problems(world, client, run.run_id, printed)]
    problem = end_problem(world, run, detail, journals)
    if problem is not None:
        verdict.false_states += 1
        verdict.problems.append(f"false state: run {run.number}: {problem}")
    verdict.problems += [f"run {run.number}: {text}" for text in record_problems(world.directory(run))]
    for journal in journals:
        for row in journal.rows:
            row.values = {name: value for name, value in row.values.items() if name in _SERIES}
    expected = expected_curve(journals)
    shown = queried_points(world.query(client, run.run_id), _SERIES)
    _count(verdict, f"run {run.number} read again", difference(shown, expected))
    verdict.problems += [f"run {run.number}: {text}" for text in step_gaps(expected)]
    for window in world.windows:
        _judge_window(world, window, run, journals, detail["summary"]["state"], verdict)


def _judge_window(
    world: World, window: Window, run: Run, journals: list[AttemptJournal], state: str, verdict: Verdict
) -> None:
    """What a window was told of a run, point by point, and that it was told how the run ended."""
    assert run.run_id is not None
    followed = window.followed.get(run.run_id)
    if followed is None:
        return
    place = f"run {run.number} in window {window.number}"
    told = _appended(window, run.run_id)
    written = Counter(point for journal in journals for row in journal.rows for point in points_of(row))
    doubled = (Counter(told) - written).total() - sum(1 for point in told if point not in written)
    if doubled:
        verdict.doubled_points += doubled
        verdict.problems.append(f"{place}: {doubled} points were told twice")
    wrong = [point for point in told if point not in written]
    if wrong:
        verdict.problems.append(f"{place}: {wrong[:3]} were told and never written")
    if window.was_killed or window.client.is_gone:
        return
    # Somebody who was frozen for a while catches up.
    base = set(queried_points(followed.base, _TELLING_SERIES))
    required = {
        point
        for journal in journals
        for row in journal.rows
        if row.is_certain and row.at > followed.began_at
        for point in points_of(row)
        if point[0] in _TELLING_SERIES
    }
    deadline = time.monotonic() + LIMIT_SECONDS
    while (missing := required - base - set(told)) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        told = _appended(window, run.run_id)
    if missing:
        verdict.lost_points += len(missing)
        verdict.problems.append(f"{place}: {len(missing)} points were never told, {in_order(missing)[:3]} among them")
    while _last_told(window, run.run_id) != state and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    if (last := _last_told(window, run.run_id)) != state:
        verdict.false_states += 1
        verdict.problems.append(f"false state: {place} is shown as {last}, and is {state}")


def _appended(window: Window, run_id: str) -> list[Point]:
    notices = [params for _, params in window.client.notices("runs/appended") if params["runId"] == run_id]
    return appended_points(notices, _TELLING_SERIES)


def _last_told(window: Window, run_id: str) -> str | None:
    state = window.first_states.get(run_id)
    for _, params in window.client.notices("runs/changed"):
        for summary in params["changed"]:
            if summary["id"] == run_id:
                state = summary["state"]
    return state


def _count(verdict: Verdict, place: str, found: Any) -> None:
    verdict.lost_points += len(found.lost)
    verdict.doubled_points += len(found.doubled) + len(found.wrong)
    for name in ("lost", "doubled", "wrong"):
        points = getattr(found, name)
        if points:
            verdict.problems.append(f"{place}: {len(points)} points {name}, {points[:3]} among them")


def _judge_leftovers(world: World, verdict: Verdict) -> None:
    """Windows are closed, and then nothing may live."""
    for window in world.windows:
        window.client.close()
    deadline = time.monotonic() + _CLOSE_SECONDS
    while (left := world.processes()) and time.monotonic() < deadline:
        for window in world.windows:
            window.client.process.poll()
        time.sleep(_POLL_SECONDS)
    for process in left:
        verdict.orphans += 1
        halted = " (halted)" if process.is_stopped else ""
        verdict.problems.append(f"orphan: {process.role} {process.pid}{halted}: {process.words}")
