"""Which checkpoint a run goes on from, what a preflight finds, and what the next attempt gets."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from made_checkpoints import write_checkpoint
from made_runs import new_run, prepared_run, resolved_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.alert import Alert, AlertKind, HealthRecord
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import AttemptCommand, Provenance
from tunewright_bridge.provenance.datasets import fingerprints
from tunewright_bridge.runs.creation import NewAttempt, PreparedRun
from tunewright_bridge.runs.durable import write_json_atomically
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths, runs_root
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.resuming import plan_anew, plan_resume

CONFIG = "model: hub/model\ndataset: [train.jsonl]\nmax_steps: 100\nlearning_rate: 1e-4\n"


class EndedRun:
    """A run whose attempts wrote checkpoints, without a process."""

    def __init__(self, workspace: Path, text: str = CONFIG) -> None:
        self.workspace = workspace
        self.data = workspace / "train.jsonl"
        self.data.write_text('{"query": "a"}\n')
        self.config = workspace / "first.sft.yaml"
        self.config.write_text(text)
        self.paths: RunPaths = RunStore(runs_root(workspace)).create(new_run(workspace), self._prepare)
        self.record = RunRecord(self.paths)
        self.end()

    def _prepare(self, attempt: AttemptPaths) -> PreparedRun:
        engine = engine_for_runs()
        resolved = resolved_config(self.config, attempt, self.workspace)
        prepared = prepared_run(attempt, arguments=engine.command("python", "sft", attempt.resolved))
        command = replace(
            prepared.attempt.command,
            working_directory=str(self.workspace),
            environment={"A": "b"},
            secret_names=resolved.secret_names,
            output_directory=str(resolved.output_directory),
        )
        provenance = replace(prepared.attempt.provenance, datasets=fingerprints([self.data]))
        made = NewAttempt(resolved_text=engine.dump(resolved), command=command, provenance=provenance)
        return replace(prepared, attempt=made)

    def end(self) -> None:
        """The attempt in which it stands ends."""
        self.record.transition("failed", attempt=self.record.state().attempt)

    def save(self, step: int, *, attempt: int = 1, **options: object) -> Path:
        return write_checkpoint(self.output(attempt), step, **options)  # type: ignore[arg-type]

    def output(self, attempt: int) -> Path:
        return Path(read_record(AttemptCommand, self.paths.attempt(attempt).command).output_directory)

    def go_on(self, new: NewAttempt) -> AttemptPaths:
        attempt = self.record.begin_attempt(new, cause=None)
        self.end()
        return attempt


@pytest.fixture
def run(tmp_path: Path) -> EndedRun:
    return EndedRun(tmp_path)


def codes(run: EndedRun, checkpoint: Path | None = None) -> list[tuple[str, str]]:
    return [(check.code, check.severity) for check in plan_resume(run.paths, checkpoint).preflight.checks]


def failure(run: EndedRun, checkpoint: Path | None = None, *, before_step: int | None = None) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        plan_resume(run.paths, checkpoint, before_step=before_step)
    return caught.value


def test_a_run_goes_on_from_its_newest_checkpoint_in_a_folder_of_its_own(run: EndedRun) -> None:
    run.save(20)
    newest = run.save(40)
    plan = plan_resume(run.paths)
    found = plan.preflight
    assert (found.point.checkpoint, found.point.attempt, found.point.step) == (str(newest), 1, 40)
    assert (found.next_step, found.max_steps, found.checks, found.differences) == (41, 100, [], [])
    assert [checkpoint.step for checkpoint in found.checkpoints] == [40, 20]

    command, second = plan.new_attempt.command, run.paths.attempt(2)
    assert plan.new_attempt.number == 2
    assert command.output_directory == str(second.output)
    assert command.arguments[-1] == str(second.resolved)
    assert (command.environment, command.resumed_from) == ({"A": "b"}, found.point)
    assert plan.resolved.values["resume_from_checkpoint"] == str(newest)
    assert plan.new_attempt.provenance.datasets == read_record(Provenance, run.paths.attempt(1).provenance).datasets
    # A plan changes nothing.
    assert sorted(os.listdir(run.paths.attempts)) == ["1"]


def test_what_is_incomplete_or_damaged_is_passed_over(run: EndedRun) -> None:
    good = run.save(20)
    (run.save(60) / "trainer_state.json").unlink()
    damaged = run.save(40)
    os.truncate(damaged / "optimizer.pt", 100)
    assert plan_resume(run.paths).preflight.point.checkpoint == str(good)
    assert codes(run, damaged) == [("optimizer-unreadable", "error")]
    weights = plan_resume(run.paths, damaged, weights_only=True)
    assert weights.errors == []
    assert weights.resolved.values["resume_only_model"] is True


def test_a_run_without_a_checkpoint_says_so(run: EndedRun) -> None:
    assert failure(run).code == "no-checkpoint"
    (run.save(40) / "rng_state.pth").unlink()
    assert failure(run).code == "no-checkpoint"


def test_what_was_bad_already_is_not_gone_on_from(run: EndedRun) -> None:
    for step in (20, 40, 60):
        run.save(step)
    assert plan_resume(run.paths, before_step=41).preflight.point.step == 40
    assert plan_resume(run.paths, before_step=40).preflight.point.step == 20
    assert failure(run, before_step=20).code == "checkpoint-unusable"


def alert(kind: AlertKind, step: int, **values: Any) -> Alert:
    return replace(
        Alert(id=kind, kind=kind, severity="alert", attempt=1, at_ms=1, step=step, values={}, action="notify"), **values
    )


@pytest.mark.parametrize(
    ("alerts", "step"),
    [
        ([alert("nan", 41, series="loss")], 40),
        ([alert("divergence", 41), alert("zero_loss", 21)], 20),
        # It had come right again, or has not touched the weights.
        ([alert("nan", 21, series="loss", ended_at_ms=2)], 60),
        ([alert("nan", 21, series="eval_loss")], 60),
        ([alert("hang", 21), alert("out_of_memory", 21), alert("disk_full", 21)], 60),
    ],
)
def test_what_was_saved_after_training_had_gone_wrong_is_not_proposed(
    run: EndedRun, alerts: list[Alert], step: int
) -> None:
    for saved in (20, 40, 60):
        run.save(saved)
    write_json_atomically(run.paths.attempt(1).health, encode(HealthRecord(format=1, alerts=alerts)))
    assert plan_resume(run.paths).preflight.point.step == step
    # Whoever wants it all the same names it.
    named = plan_resume(run.paths, run.output(1) / "checkpoint-60")
    assert (named.preflight.point.step, named.errors) == (60, [])
    # What a later attempt saved, which went on from before that, is good.
    run.go_on(plan_resume(run.paths).new_attempt)
    run.save(80, attempt=2)
    assert plan_resume(run.paths).preflight.point.step == 80


def test_where_everything_was_saved_after_training_had_gone_wrong_it_is_said(run: EndedRun) -> None:
    newest = [run.save(step) for step in (20, 40)][-1]
    health = HealthRecord(format=1, alerts=[alert("nan", 11, series="loss")])
    write_json_atomically(run.paths.attempt(1).health, encode(health))
    refused = failure(run)
    assert (refused.code, refused.values["checkpoint"]) == ("checkpoint-unusable", str(newest))
    assert "gone wrong by step 11" in str(refused)


def test_what_was_saved_since_the_last_good_line_of_metrics_may_be_bad(run: EndedRun) -> None:
    for step in (20, 24, 30):
        run.save(step, logging_steps=10)
    assert plan_resume(run.paths, before_step=30).preflight.point.step == 20
    assert plan_resume(run.paths, before_step=31).preflight.point.step == 30


def test_a_later_attempt_comes_before_an_earlier_one_whatever_its_steps(run: EndedRun) -> None:
    run.save(20)
    run.save(60)
    run.go_on(plan_resume(run.paths, run.output(1) / "checkpoint-20").new_attempt)
    run.save(40, attempt=2)
    plan = plan_resume(run.paths)
    assert (plan.preflight.point.attempt, plan.preflight.point.step) == (2, 40)
    assert [(each.attempt, each.step) for each in plan.preflight.checkpoints] == [(2, 40), (1, 60), (1, 20)]
    assert plan.new_attempt.number == 3
    assert plan.preflight.differences == []


def test_what_was_given_up_for_an_earlier_checkpoint_is_not_gone_on_from(run: EndedRun) -> None:
    for step in (20, 40, 60):
        run.save(step)
    # The later ones were bad, so that an alert or a person went back; nothing was saved since.
    run.go_on(plan_resume(run.paths, before_step=30).new_attempt)
    again = plan_resume(run.paths)
    assert (again.preflight.point.attempt, again.preflight.point.step) == (1, 20)
    run.go_on(again.new_attempt)
    assert plan_resume(run.paths).preflight.point.step == 20
    # Whoever wants one of them all the same names it.
    assert plan_resume(run.paths, run.output(1) / "checkpoint-60").preflight.point.step == 60
    run.go_on(plan_anew(run.paths))
    assert failure(run).code == "no-checkpoint"


def test_a_checkpoint_may_be_named_by_a_link_and_must_be_the_runs_own(run: EndedRun) -> None:
    checkpoint = run.save(40)
    link = run.output(1) / "last-checkpoint"
    link.symlink_to(checkpoint.name)
    assert plan_resume(run.paths, link).preflight.point.checkpoint == str(checkpoint)
    elsewhere = write_checkpoint(run.workspace / "elsewhere", 40)
    assert failure(run, elsewhere).code == "checkpoint-unusable"
    assert failure(run, run.output(1) / "checkpoint-50").code == "checkpoint-unusable"


def test_data_that_changed_or_went_away_is_told(run: EndedRun) -> None:
    run.save(40)
    assert codes(run) == []
    run.data.write_text('{"query": "b"}\n')
    plan = plan_resume(run.paths)
    assert [(check.code, check.severity) for check in plan.preflight.checks] == [("dataset-changed", "warning")]
    assert plan.preflight.checks[0].values == {"path": str(run.data)}
    # The next attempt is compared with what it began with itself.
    run.go_on(plan.new_attempt)
    run.save(60, attempt=2)
    assert codes(run) == []
    run.data.unlink()
    assert codes(run) == [("dataset-missing", "error")]


def test_a_run_at_its_end_is_told_so(run: EndedRun) -> None:
    run.save(100)
    assert codes(run) == [("already-finished", "error")]


def test_a_run_of_an_older_version_goes_on_without_what_it_did_not_store(run: EndedRun) -> None:
    run.save(40)
    provenance = run.paths.attempt(1).provenance
    stored = json.loads(provenance.read_text())
    del stored["datasets"]
    provenance.write_text(json.dumps(stored))
    assert codes(run) == []


def test_a_run_that_begins_anew_does_not_need_the_checkpoint_it_went_on_from(run: EndedRun) -> None:
    run.save(40)
    run.go_on(plan_resume(run.paths).new_attempt)
    shutil.rmtree(run.output(1) / "checkpoint-40")
    assert failure(run).code == "no-checkpoint"
    new = plan_anew(run.paths)
    assert (new.number, new.command.resumed_from) == (3, None)
    assert "resume_from_checkpoint" not in new.resolved_text
    assert new.command.output_directory == str(run.paths.attempt(3).output)


def test_a_config_that_begins_from_a_checkpoint_begins_there_anew(tmp_path: Path) -> None:
    other = write_checkpoint(tmp_path / "other", 7)
    run = EndedRun(tmp_path, f"{CONFIG}resume_from_checkpoint: {other}\nresume_only_model: true\n")
    run.save(40)
    run.go_on(plan_resume(run.paths).new_attempt)
    new = plan_anew(run.paths)
    assert f"resume_from_checkpoint: {other}" in new.resolved_text
    assert "resume_only_model: true" in new.resolved_text


def test_a_named_place_is_never_written_to_twice(tmp_path: Path) -> None:
    run = EndedRun(tmp_path, f"{CONFIG}output_dir: out\nadd_version: false\n")
    checkpoint = run.save(40)
    assert checkpoint.parent == tmp_path / "out"
    attempt = run.go_on(plan_resume(run.paths).new_attempt)
    second = Path(read_record(AttemptCommand, attempt.command).output_directory)
    assert second.parent == tmp_path
    assert second.name.startswith("out-v2-")


def test_a_task_without_checkpoints_has_none_to_go_on_from(run: EndedRun) -> None:
    intent = json.loads(run.paths.intent.read_text())
    run.paths.intent.write_text(json.dumps({**intent, "task": "infer"}))
    run.save(40)
    assert failure(run).code == "task-unsupported"


def test_a_directory_that_cannot_be_read_is_named(run: EndedRun) -> None:
    run.save(40)
    run.paths.attempt(1).resolved.unlink()
    assert failure(run).code == "run-directory-unreadable"
