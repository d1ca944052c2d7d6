"""The trials' own judgement: what was lost, doubled or made up is found, and what may be is allowed."""

import json
from pathlib import Path

import pytest

from faults.curves import Difference, Point, difference, expected_curve, points_of, queried_points, step_gaps
from faults.journals import AttemptJournal, Row, read_journals
from faults.kinds import FAULTS, IN_NAMESPACES, possible_kinds
from faults.main import read_results, summary
from faults.plans import plan_trial
from faults.processes import Process, Role
from faults.records import record_problems
from faults.truth import state_error


def journal(attempt: int, steps: range, *, unfinished: int = 0) -> AttemptJournal:
    rows = [Row(step, {"loss": attempt + step / 100}, at=0.0, is_certain=True) for step in steps]
    for row in rows[len(rows) - unfinished :]:
        row.is_certain = False
    return AttemptJournal(attempt=attempt, rows=rows)


def shown(*journals: AttemptJournal) -> list[Point]:
    return [point for each in journals for row in each.rows for point in points_of(row)]


def test_what_was_written_and_is_shown_once_is_right() -> None:
    first = journal(1, range(1, 6))
    assert difference(shown(first), expected_curve([first])) == Difference([], [], [])


def test_a_missing_and_a_doubled_point_are_found() -> None:
    first = journal(1, range(1, 6))
    points = [*shown(first)[1:], shown(first)[4]]
    found = difference(points, expected_curve([first]))
    assert [point[1] for point in found.lost] == [1]
    assert [point[1] for point in found.doubled] == [5]


def test_a_later_attempt_replaces_what_came_after_its_checkpoint() -> None:
    first, second = journal(1, range(1, 6)), journal(2, range(4, 8))
    expected = expected_curve([first, second])
    right = [*shown(first)[:3], *shown(second)]
    assert difference(right, expected) == Difference([], [], [])
    assert [point[1] for point in difference([*right, shown(first)[4]], expected).wrong] == [5]
    assert step_gaps(expected) == []


def test_a_line_whose_writer_was_killed_may_be_there_or_not() -> None:
    first = journal(1, range(1, 6), unfinished=1)
    for points in (shown(first), shown(first)[:-1]):
        assert difference(points, expected_curve([first])) == Difference([], [], [])


def test_steps_that_nobody_trained_are_a_gap() -> None:
    assert step_gaps(expected_curve([journal(1, range(1, 3)), journal(2, range(6, 9))])) != []


def test_a_value_that_is_no_number_is_a_point_as_well() -> None:
    first = AttemptJournal(attempt=1, rows=[Row(1, {"loss": float("nan")}, at=0.0, is_certain=True)])
    series = {"name": "loss", "lastSteps": [1], "lasts": ["NaN"], "counts": [1]}
    shown_points = queried_points({"series": [series]}, ["loss"])
    assert difference(shown_points, expected_curve([first])) == Difference([], [], [])


def test_the_points_behind_a_bucket_are_counted() -> None:
    series = {"name": "loss", "lastSteps": [1, 3], "lasts": [0.5, "NaN"], "counts": [1, 2]}
    assert [point[:2] for point in queried_points({"series": [series]}, ["loss"])] == [
        ("loss", 1),
        ("loss", 3),
        ("loss", 3),
    ]


def test_a_journal_tells_what_was_begun_and_what_was_done(tmp_path: Path) -> None:
    lines = [
        {"kind": "begin", "at": 1.0, "checkpoint": None},
        {"kind": "point", "at": 2.0, "step": 1, "values": {"loss": 1.5}},
        {"kind": "wrote", "at": 3.0},
        {"kind": "point", "at": 4.0, "step": 2, "values": {"loss": 1.4}},
    ]
    (tmp_path / "20260102-030405-run0-abcd.2.77.123.jsonl").write_text("\n".join(map(json.dumps, lines)))
    (found,) = read_journals(tmp_path)
    assert found.attempt == 2
    assert [(row.step, row.is_certain) for row in found.rows] == [(1, True), (2, False)]
    assert found.ending is None


@pytest.mark.parametrize(
    ("events", "state", "problems"),
    [
        (["queued", "starting", "running", "succeeded"], "succeeded", 0),
        (["queued", "running"], "running", 1),
        (["queued", "starting"], "queued", 1),
    ],
)
def test_events_that_are_no_steps_of_the_machine_are_found(
    tmp_path: Path, events: list[str], state: str, problems: int
) -> None:
    lines = [json.dumps({"kind": "state", "attempt": 1, "state": each}) for each in events]
    (tmp_path / "events.jsonl").write_text("\n".join([*lines, '{"kind": "sta']))
    (tmp_path / "state.json").write_text(json.dumps({"attempt": 1, "state": state}))
    assert len(record_problems(tmp_path)) == problems


@pytest.mark.parametrize(
    ("state", "living", "is_right"),
    [
        ("running", ["supervisor", "trainer"], True),
        ("running", ["supervisor", "recorder"], False),
        ("stopping", [], False),
        ("starting", ["supervisor"], True),
        ("starting", [], False),
        ("queued", ["supervisor"], True),
        ("queued", [], False),
        ("queued", ["supervisor", "trainer"], False),
        ("lost", [], True),
        ("lost", ["trainer"], False),
        ("succeeded", ["worker"], False),
    ],
)
def test_a_state_that_the_living_processes_belie_is_found(state: str, living: list[Role], is_right: bool) -> None:
    processes = [Process(number, 1, "1", False, role, "a", 1, role) for number, role in enumerate(living)]
    # What lives of another run says nothing of this one.
    processes.append(Process(99, 1, "1", False, "trainer", "another", 1, "trainer"))
    assert (state_error({"id": "a", "state": state}, processes) is None) == is_right


def test_a_trial_hangs_on_its_seed_alone() -> None:
    kinds = possible_kinds(have_namespaces=True)
    assert plan_trial(7, kinds) == plan_trial(7, kinds)
    assert plan_trial(7, kinds) != plan_trial(8, kinds)


def test_without_namespaces_there_are_trials_of_every_other_kind() -> None:
    kinds = possible_kinds(have_namespaces=False)
    assert {kind for kind, _ in kinds} == FAULTS.keys() - IN_NAMESPACES
    come = {kind for seed in range(1, 61) for kind in plan_trial(seed, kinds).kinds}
    assert come.isdisjoint(IN_NAMESPACES)
    # The short form is long enough for nearly all of them.
    assert len(come) >= len(kinds) - 2


def test_results_are_added_up_and_a_torn_one_is_left_out(tmp_path: Path) -> None:
    result = {
        "seed": 1,
        "kinds": ["stop", "kill-bridge"],
        "secondsToTruth": 0.5,
        "lostPoints": 1,
        "doubledPoints": 0,
        "falseStates": 2,
        "orphans": 0,
        "problems": ["…"],
    }
    file = tmp_path / "results.jsonl"
    file.write_text(json.dumps(result) + "\n" + json.dumps(result | {"seed": 2, "secondsToTruth": 2.5}) + '\n{"seed"')
    found = summary(read_results(file))
    kinds = found.pop("kinds")
    assert {kind for kind, count in kinds.items() if count == 0} == FAULTS.keys() - {"kill-bridge", "stop"}
    assert (kinds["kill-bridge"], kinds["stop"]) == (2, 2)
    assert found == {
        "trials": 2,
        "lostPoints": 2,
        "doubledPoints": 0,
        "falseStates": 4,
        "orphans": 0,
        "worstSecondsToTruth": 2.5,
    }
