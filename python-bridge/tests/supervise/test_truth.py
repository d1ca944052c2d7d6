"""What follows from each situation in which a run can be found; no process is needed to say so."""

from dataclasses import replace

import pytest

from tunewright_bridge.protocol.run import ExitRecord, RunState, StateRecord, StopRequest
from tunewright_bridge.protocol.targets import ExecutorName
from tunewright_bridge.supervise.endings import LOST_REASON, RESTARTED_REASON
from tunewright_bridge.supervise.truth import (
    NEVER_STARTED_REASON,
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
    has_restarted=False,
    lease_taken_at_ms=NOW - 100_000,
    exit_record=None,
    stop=None,
)
DESERTED = replace(WELL, supervisor="dead", recorder="dead", trainer="dead")
BARE = replace(WELL, supervisor="none", recorder="none", trainer="none", lease_taken_at_ms=None)


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
        ("running", DESERTED, Settle("lost", LOST_REASON)),
        ("running", replace(DESERTED, has_restarted=True), Settle("lost", RESTARTED_REASON)),
        ("running", replace(DESERTED, exit_record=EXIT), Settle("succeeded", None)),
        ("starting", replace(DESERTED, recorder="none", trainer="none"), Settle("lost", LOST_REASON)),
        (
            "starting",
            replace(DESERTED, recorder="none", trainer="none", lease_taken_at_ms=NOW - 1_000),
            Leave(),
        ),
        # A supervisor that lives and cannot write.
        ("running", replace(WELL, recorder="dead", trainer="dead", exit_record=EXIT), Settle("succeeded", None)),
        (
            "running",
            replace(WELL, recorder="dead", trainer="dead", exit_record=replace(EXIT, ended_at_ms=NOW - 100)),
            Leave(),
        ),
        ("running", replace(WELL, recorder="dead", trainer="dead"), Leave()),
        # Another machine's.
        ("running", replace(DESERTED, supervisor="unknowable"), Leave()),
        ("running", replace(DESERTED, trainer="unknowable"), Leave()),
        # Found after all.
        ("lost", DESERTED, Leave()),
        ("lost", replace(DESERTED, exit_record=EXIT), Settle("succeeded", None)),
        ("lost", replace(DESERTED, trainer="alive"), Adopt()),
        ("queued", BARE, Settle("failed", NEVER_STARTED_REASON)),
        ("succeeded", DESERTED, Leave()),
        ("failed", replace(DESERTED, trainer="alive"), Leave()),
    ],
)
def test_what_follows(name: RunState, situation: Situation, expected: Leave | Adopt | Settle) -> None:
    assert after(name, situation) == expected


def test_a_queued_run_waits_for_a_moment_and_in_a_queue_for_ever() -> None:
    fresh = state("queued", since_ms=NOW - 1_000)
    assert follows(fresh, "local", BARE, now_ms=NOW, tail="") == Leave()
    assert after("queued", BARE, "slurm") == Leave()


def test_a_stop_decides_only_if_it_came_first() -> None:
    stop = StopRequest(format=1, requested_at_ms=EXIT.ended_at_ms - 1, by="you")
    assert after("stopping", replace(DESERTED, stop=stop)) == Settle("cancelled", "stopped by you")
    ended = replace(DESERTED, exit_record=EXIT, stop=stop)
    assert after("stopping", ended) == Settle("cancelled", "stopped by you")
    late = replace(ended, stop=replace(stop, requested_at_ms=EXIT.ended_at_ms + 1))
    assert after("stopping", late) == Settle("succeeded", None)
