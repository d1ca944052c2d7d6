"""The real engine, killed between two checkpoints and resumed: its losses are those of a training nobody disturbed."""

import json
import os
import shutil
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from forked_engine import Ended, ForkedEngine, engine_python
from made_runs import new_run, prepared_run, resolved_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.protocol.run import AttemptCommand
from tunewright_bridge.runs.creation import PreparedRun
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths, runs_root
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.resuming import plan_resume

pytestmark = pytest.mark.engine

SAMPLE = Path(__file__).parents[4] / "samples" / "first-run"
KILLED_AFTER_SAVE = Path(__file__).parents[1] / "programs" / "killed_after_save.py"

STEPS = 34
# An epoch has 25 steps: the checkpoint lies within the first one, and the end within the second.
SHORT = {"max_steps": STEPS, "save_steps": 10, "logging_steps": 1, "eval_strategy": "no", "val_dataset": None}
LORA = {"tuner_type": "lora", "lora_rank": 4, "lora_dropout": 0.2, "target_modules": "all-linear"}


@pytest.fixture(scope="module")
def sample(forked_engine: ForkedEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's folder with its model made."""
    directory = tmp_path_factory.mktemp("sample")
    shutil.copytree(SAMPLE, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("model", ".tunewright"))
    made = forked_engine.run(directory / "make_model.py", working_directory=directory)
    assert made.exit_code == 0, made.output
    return directory


class EngineRun:
    """A run of the sample whose attempts are forks of the engine, so that none of them costs its imports."""

    def __init__(self, engine: ForkedEngine, sample: Path, workspace: Path, **keys: Any) -> None:
        self._engine = engine
        self._sample = sample
        values = yaml.safe_load((SAMPLE / "first.sft.yaml").read_text(encoding="utf-8")) | SHORT | keys
        workspace.mkdir()
        self.config = workspace / "first.sft.yaml"
        self.config.write_text(yaml.safe_dump({key: value for key, value in values.items() if value is not None}))
        self.paths: RunPaths = RunStore(runs_root(workspace)).create(new_run(workspace), self._prepare)
        self.record = RunRecord(self.paths)

    def _prepare(self, attempt: AttemptPaths) -> PreparedRun:
        engine = engine_for_runs()
        resolved = resolved_config(self.config, attempt, self._sample)
        prepared = prepared_run(
            attempt,
            arguments=engine.command(engine_python(), "sft", attempt.resolved),
            environment=resolved.environment,
            working_directory=self._sample,
        )
        command = replace(prepared.attempt.command, output_directory=str(resolved.output_directory))
        return replace(
            prepared, attempt=replace(prepared.attempt, resolved_text=engine.dump(resolved), command=command)
        )

    def run(self, attempt: AttemptPaths) -> Ended:
        """An attempt until it ends."""
        return self._start(attempt, [])

    def run_until_killed(self, attempt: AttemptPaths, *, after: int) -> None:
        """An attempt that is killed a few steps after it has saved the checkpoint of a step."""
        checkpoint = self.output(attempt) / f"checkpoint-{after}"
        ended = self._start(attempt, [str(KILLED_AFTER_SAVE), str(checkpoint), "4"])
        assert ended.signal == signal.SIGKILL, ended.output[-4000:]

    def _start(self, attempt: AttemptPaths, before: list[str]) -> Ended:
        command = read_record(AttemptCommand, attempt.command)
        program, *arguments = [*before, *command.arguments[1:]]
        self.record.transition("starting", attempt=attempt.number)
        ended = self._engine.run(
            Path(program),
            arguments,
            working_directory=self._sample,
            environment=command.environment,
            timeout_seconds=120,
        )
        self.record.transition("failed", attempt=attempt.number)
        return ended

    def resume(self, checkpoint: Path | None = None, *, weights_only: bool = False) -> AttemptPaths:
        """Goes on by a plan without an error, and trains to the end."""
        plan = plan_resume(self.paths, checkpoint, weights_only=weights_only)
        assert plan.errors == []
        attempt = self.record.begin_attempt(plan.new_attempt, cause=None)
        ended = self.run(attempt)
        assert ended.exit_code == 0, ended.output[-4000:]
        return attempt

    def output(self, attempt: AttemptPaths) -> Path:
        return Path(read_record(AttemptCommand, attempt.command).output_directory)

    def logged(self, attempt: AttemptPaths) -> dict[int, dict[str, float]]:
        """What was logged of each step."""
        (metrics,) = engine_for_runs().metrics_files(self.output(attempt))
        rows = [json.loads(line) for line in metrics.read_text().splitlines()]
        return {int(row["global_step/max_steps"].partition("/")[0]): row for row in rows if "loss" in row}


def losses(logged: dict[int, dict[str, float]], begin: int, end: int) -> list[float]:
    return [logged[step]["loss"] for step in range(begin, end + 1)]


@pytest.mark.parametrize("keys", [{}, pytest.param(LORA, marks=pytest.mark.long)], ids=["full", "lora"])
def test_a_training_that_was_killed_goes_on_as_if_nothing_had_been(
    forked_engine: ForkedEngine, sample: Path, tmp_path: Path, keys: dict[str, Any]
) -> None:
    undisturbed = EngineRun(forked_engine, sample, tmp_path / "undisturbed", **keys)
    whole = undisturbed.paths.attempt(1)
    assert undisturbed.run(whole).exit_code == 0
    expected = undisturbed.logged(whole)
    assert sorted(expected) == list(range(1, STEPS + 1))

    run = EngineRun(forked_engine, sample, tmp_path / "killed", **keys)
    first = run.paths.attempt(1)
    run.run_until_killed(first, after=20)
    before = {path: path.stat().st_mtime_ns for path in run.output(first).rglob("*")}
    preflight = plan_resume(run.paths).preflight
    assert (preflight.point.step, preflight.next_step, preflight.max_steps) == (20, 21, STEPS)
    assert (preflight.checks, preflight.differences) == ([], [])

    second = run.resume()
    logged = run.logged(second)
    assert sorted(logged) == list(range(21, STEPS + 1))
    assert losses(logged, 21, STEPS) == pytest.approx(losses(expected, 21, STEPS), rel=1e-5)
    rates = [logged[step]["learning_rate"] for step in logged]
    assert rates == pytest.approx([expected[step]["learning_rate"] for step in logged])
    assert {path: path.stat().st_mtime_ns for path in run.output(first).rglob("*")} == before

    # What is left to do is nothing, and the engine would train a step too many.
    assert [check.code for check in plan_resume(run.paths).errors] == ["already-finished"]


def test_a_checkpoint_without_a_usable_optimizer_still_gives_its_weights_and_its_step(
    forked_engine: ForkedEngine, sample: Path, tmp_path: Path
) -> None:
    run = EngineRun(forked_engine, sample, tmp_path / "cut")
    first = run.paths.attempt(1)
    run.run_until_killed(first, after=20)
    newest = run.output(first) / "checkpoint-20"
    os.truncate(newest / "optimizer.pt", 1_000_000)
    # By itself a run goes on from the newest that is good.
    assert plan_resume(run.paths).preflight.point.step == 10
    assert [check.code for check in plan_resume(run.paths, newest).errors] == ["optimizer-unreadable"]

    logged = run.logged(run.resume(newest, weights_only=True))
    assert sorted(logged) == list(range(21, STEPS + 1))
    before = run.logged(first)
    assert logged[21]["loss"] == pytest.approx(before[21]["loss"], rel=1e-5)
    # The schedule begins anew, as the preflight says.
    assert logged[21]["learning_rate"] == pytest.approx(before[1]["learning_rate"])


@pytest.mark.long
def test_a_training_that_saves_only_weights_goes_on_with_them(
    forked_engine: ForkedEngine, sample: Path, tmp_path: Path
) -> None:
    run = EngineRun(forked_engine, sample, tmp_path / "weights", save_only_model=True)
    first = run.paths.attempt(1)
    run.run_until_killed(first, after=10)
    plan = plan_resume(run.paths)
    assert [(check.code, check.severity) for check in plan.preflight.checks] == [("weights-only", "warning")]
    logged = run.logged(run.resume())
    assert sorted(logged) == list(range(11, STEPS + 1))
    assert logged[11]["loss"] == pytest.approx(run.logged(first)[11]["loss"], rel=1e-5)
