"""What follows from each situation in which a run can be found; no process is needed to say so."""

from dataclasses import replace
from pathlib import Path

import pytest

from made_runs import make_run
from tunewright_bridge.protocol.run import ExitRecord, RunState, StateRecord, StopRequest
from tunewright_bridge.protocol.targets import ExecutorName
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.adoption import repair, repair_all
from tunewright_bridge.supervise.endings import End
from tunewright_bridge.supervise.exits import write_exit
from tunewright_bridge.supervise.truth import (
    Adopt,
    Leave,
    Settle,
    Situation,
    follows,
)

NOW = 1_000_000
EXIT = ExitRecord(format=1, exit_code=0, ended_at_ms=NOW - 10_000)
WELL = Situation(
    supervisor="alive",
    recorder="alive",
    trainer="alive",
    has_leftovers=False,
    is_being_started=False,
    has_restarted=False,
    is_retry=False,
    stored_at_ms=None,
    exit_record=None,
    stop=None,
)
DESERTED = replace(WELL, supervisor="dead", recorder="dead", trainer="dead")
UNBEGUN = replace(WELL, supervisor="dead", recorder="none", trainer="none")
BARE = replace(UNBEGUN, supervisor="none")
STOP = StopRequest(format=1, requested_at_ms=EXIT.ended_at_ms - 10, by="you")

LOST = Settle(End("lost", cause("lost")))
SUCCEEDED = Settle(End("succeeded"))
NEVER_STARTED = Settle(End("failed", cause("never-started")))
CANCELLED = Settle(End("cancelled", cause("stopped", by="you")))


def state(name: RunState, *, since_ms: int = NOW - 200_000) -> StateRecord:
    return StateRecord(format=1, state=name, attempt=1, since_ms=since_ms)


def after(name: RunState, situation: Situation, executor: ExecutorName = "local") -> Leave | Adopt | Settle:
    return follows(state(name), executor, situation, now_ms=NOW, tail="")


@pytest.mark.parametrize(
    ("name", "situation", "expected"),
    [
        ("running", WELL, Leave()),
        ("running", replace(WELL, supervisor="dead"), Adopt()),
        ("stopping", replace(WELL, supervisor="dead", recorder="dead"), Adopt()),
        ("running", replace(DESERTED, has_leftovers=True), Adopt()),
        ("running", replace(DESERTED, recorder="alive", exit_record=EXIT), Adopt()),
        ("running", DESERTED, LOST),
        ("running", replace(DESERTED, has_restarted=True), Settle(End("lost", cause("restarted")))),
        ("running", replace(DESERTED, exit_record=EXIT), SUCCEEDED),
        # The recorder says who it is before the command begins.
        ("starting", UNBEGUN, NEVER_STARTED),
        ("starting", replace(UNBEGUN, is_being_started=True), Leave()),
        ("starting", replace(UNBEGUN, has_leftovers=True), Adopt()),
        # The lease is gone.
        ("starting", BARE, NEVER_STARTED),
        ("running", replace(DESERTED, supervisor="none"), LOST),
        ("running", replace(WELL, supervisor="none"), Adopt()),
        ("lost", replace(DESERTED, supervisor="none"), Leave()),
        # A supervisor that lives and cannot write.
        ("running", replace(WELL, recorder="dead", trainer="dead", exit_record=EXIT), SUCCEEDED),
        (
            "running",
            replace(WELL, recorder="dead", trainer="dead", exit_record=replace(EXIT, ended_at_ms=NOW - 100)),
            Leave(),
        ),
        ("running", replace(WELL, recorder="dead", trainer="dead"), Leave()),
        # The clock was set back since.
        (
            "running",
            replace(WELL, recorder="dead", trainer="dead", exit_record=replace(EXIT, ended_at_ms=NOW + 90_000)),
            SUCCEEDED,
        ),
        # Another machine's.
        ("running", replace(DESERTED, supervisor="unknowable"), Leave()),
        ("running", replace(DESERTED, trainer="unknowable"), Leave()),
        # Found after all.
        ("lost", DESERTED, Leave()),
        ("lost", replace(DESERTED, exit_record=EXIT), SUCCEEDED),
        ("lost", replace(DESERTED, trainer="alive"), Adopt()),
        ("succeeded", DESERTED, Leave()),
        ("failed", replace(DESERTED, trainer="alive"), Leave()),
        # Waiting for its turn.
        ("queued", BARE, NEVER_STARTED),
        ("queued", replace(BARE, is_retry=True), Adopt()),
        ("queued", replace(BARE, is_being_started=True), Leave()),
        ("queued", replace(UNBEGUN, supervisor="alive"), Leave()),
        ("queued", UNBEGUN, Adopt()),
        ("queued", replace(UNBEGUN, has_restarted=True), Adopt()),
        ("queued", replace(UNBEGUN, stop=STOP), CANCELLED),
        ("queued", replace(UNBEGUN, supervisor="unknowable"), Leave()),
    ],
)
def test_what_follows(name: RunState, situation: Situation, expected: Leave | Adopt | Settle) -> None:
    assert after(name, situation) == expected


def test_a_run_that_was_just_stored_gets_a_moment_for_its_supervisor() -> None:
    fresh = state("queued", since_ms=NOW - 1_000)
    assert follows(fresh, "local", BARE, now_ms=NOW, tail="") == Leave()
    assert follows(fresh, "local", replace(BARE, is_retry=True), now_ms=NOW, tail="") == Leave()
    assert after("queued", BARE, "slurm") == Leave()


def test_what_took_long_to_store_gets_its_moment_all_the_same() -> None:
    assert after("queued", replace(BARE, stored_at_ms=NOW - 1_000)) == Leave()
    assert after("queued", replace(BARE, stored_at_ms=NOW - 2_000)) == NEVER_STARTED
    # The clock of a file server that is ahead.
    assert after("queued", replace(BARE, stored_at_ms=NOW + 90_000)) == NEVER_STARTED


def test_a_clock_that_was_set_back_keeps_no_run_queued() -> None:
    ahead = state("queued", since_ms=NOW + 3_600_000)
    assert follows(ahead, "local", BARE, now_ms=NOW, tail="") == NEVER_STARTED


def test_a_stop_decides_only_if_it_came_first() -> None:
    assert after("stopping", replace(DESERTED, stop=STOP)) == CANCELLED
    ended = replace(DESERTED, exit_record=EXIT, stop=STOP)
    assert after("stopping", ended) == CANCELLED
    late = replace(ended, stop=replace(STOP, requested_at_ms=EXIT.ended_at_ms + 1))
    assert after("stopping", late) == SUCCEEDED


def test_a_stop_counts_although_the_clock_was_set_back_before_the_end() -> None:
    ended = replace(EXIT, exit_code=1, ended_at_ms=STOP.requested_at_ms - 3_600_000)
    assert after("stopping", replace(DESERTED, exit_record=ended, stop=STOP)) == CANCELLED


def test_a_run_ends_and_is_listed_although_its_log_cannot_be_read(tmp_path: Path) -> None:
    paths = make_run(tmp_path)
    record, attempt = RunRecord(paths), paths.attempt(1)
    record.transition("starting", attempt=1)
    record.transition("running", attempt=1)
    write_exit(attempt, code=3)
    attempt.console_segment(0).mkdir()
    assert repair(paths).cause == cause("exit-code", exitCode=3)
    assert [run.state for run in repair_all(RunStore(tmp_path))[0]] == ["failed"]
