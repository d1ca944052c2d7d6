"""Going on with an ended run: what happens, and every reason for which nothing does."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine_programs import python_with_engine, python_without_engine, resumable_task_program
from live_runs import LiveRun, wait_for
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.executors.resume import preflight, resume_run
from tunewright_bridge.executors.submit import submit_run
from tunewright_bridge.protocol.bridge import PreflightParams, ResumeRunParams, StartRunParams
from tunewright_bridge.protocol.checkpoint import ResumePreflight
from tunewright_bridge.protocol.config import AlertActions, HealthPolicy
from tunewright_bridge.protocol.run import AttemptCommand, AttemptTerms, Provenance
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths, runs_root
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore

CONFIG = "model: hub/model\ndataset: [train.jsonl]\nmax_steps: 30\nsave_steps: 10\nlearning_rate: 1e-4\n"


class Workspace:
    """A workspace with a run of a stand-in that saves checkpoints."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = runs_root(folder)
        self.config = folder / "first.sft.yaml"
        self.config.write_text(CONFIG)
        self.data = folder / "train.jsonl"
        self.data.write_text("{}\n")
        self.interpreter = python_with_engine(folder / "engine", task_program=resumable_task_program())
        self.environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "configuration")}
        self.run: LiveRun | None = None

    @property
    def paths(self) -> RunPaths:
        assert self.run is not None
        return self.run.paths

    def attempt(self, number: int) -> AttemptPaths:
        return self.paths.attempt(number)

    def start(self, trainer: str, secrets: dict[str, str] | None = None) -> LiveRun:
        params = StartRunParams(
            root=str(self.root), config_path=str(self.config), interpreter=str(self.interpreter), secrets=secrets
        )
        summary = submit_run(params, environment={**self.environment, "TRAINER": trainer})
        self.run = LiveRun(RunPaths(Path(summary.directory)))
        return self.run

    def failed(self, secrets: dict[str, str] | None = None) -> LiveRun:
        """A run that failed at step 25, with checkpoints of the steps 10 and 20."""
        run = self.start("--seconds-per-step 0.002 --fail-at-step 25 --fail broken", secrets)
        run.wait_for_end()
        run.wait_until_nothing_lives()
        return run

    def preflight(self, **options: Any) -> ResumePreflight:
        params = PreflightParams(root=str(self.root), run_id=self.paths.run_id, **options)
        return preflight(params, environment=self.environment)

    def resume(self, environment: Mapping[str, str] | None = None, **options: Any) -> LiveRun:
        params = ResumeRunParams(root=str(self.root), run_id=self.paths.run_id, **options)
        summary = resume_run(params, environment={**self.environment, **(environment or {})})
        assert self.run is not None
        self.run.attempt = self.attempt(summary.attempt)
        return self.run

    def refused(self, **options: Any) -> BridgeError:
        """The failure of a resume that must change nothing."""
        before = self.events
        with pytest.raises(BridgeError) as caught:
            self.resume(**options)
        assert self.events == before
        assert sorted(name for name in os.listdir(self.paths.attempts) if name.isdecimal()) == ["1"]
        return caught.value

    @property
    def events(self) -> list[str]:
        return self.paths.events.read_text().splitlines()

    def values(self, number: int) -> dict[str, Any]:
        values: dict[str, Any] = yaml.safe_load(self.attempt(number).resolved.read_text())
        return values


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path)
    yield workspace
    if workspace.run is not None:
        workspace.run.clean_up()


def test_a_run_that_failed_goes_on_and_succeeds(workspace: Workspace) -> None:
    run = workspace.failed()
    found = workspace.preflight()
    assert (found.point.step, found.next_step, found.max_steps, found.checks) == (20, 21, 30, [])
    resumed = workspace.resume()
    assert resumed.wait_for_end().state == "succeeded"
    steps = [json.loads(line)["global_step/max_steps"] for line in resumed.metrics]
    assert steps == [f"{step}/30" for step in range(21, 31)]
    command = read_record(AttemptCommand, workspace.attempt(2).command)
    assert command.resumed_from == found.point
    causes = [event.cause for event in RunRecord(run.paths).events() if event.state == "queued" and event.attempt == 2]
    assert [None if each is None else (each.code, each.values) for each in causes] == [
        ("resumed", {"checkpoint": "checkpoint-20", "step": "20"})
    ]
    assert read_record(Provenance, workspace.attempt(2).provenance).datasets is not None


def test_a_run_that_was_killed_whole_goes_on(workspace: Workspace) -> None:
    """Nobody has said that it ended: whoever looks first does."""
    run = workspace.start(f"--hold {workspace.folder / 'never'} --hold-at-step 25")
    wait_for((run.attempt.output / "checkpoint-20" / "trainer_state.json").exists, "a checkpoint")
    for identity in (run.supervisor, run.recorder, run.trainer):
        run.kill(identity)
    assert workspace.resume().wait_for_end().state == "succeeded"
    assert RunRecord(run.paths).state().attempt == 2


def test_a_run_that_lives_is_not_gone_on_with(workspace: Workspace) -> None:
    run = workspace.start(f"--hold {workspace.folder / 'never'}")
    run.wait_for_state("running")
    failure = workspace.refused()
    assert (failure.code, failure.values["run"]) == ("run-live", run.paths.run_id)
    with pytest.raises(BridgeError) as caught:
        workspace.preflight()
    assert caught.value.code == "run-live"
    run.stop_impatiently()


def test_a_run_without_a_checkpoint(workspace: Workspace) -> None:
    workspace.start("--fail-at-step 5 --fail broken").wait_for_end()
    assert workspace.refused().code == "no-checkpoint"


def test_a_checkpoint_that_is_damaged_is_refused_and_its_weights_are_offered(workspace: Workspace) -> None:
    run = workspace.failed()
    newest = run.attempt.output / "checkpoint-20"
    os.truncate(newest / "optimizer.pt", 50)
    assert workspace.preflight().point.step == 10
    (check,) = workspace.preflight(checkpoint=str(newest)).checks
    assert (check.code, check.values["problem"]) == ("optimizer-unreadable", "truncated")
    failure = workspace.refused(checkpoint=str(newest))
    assert failure.code == "checkpoint-unusable"
    assert "weights alone" in str(failure)
    assert workspace.preflight(checkpoint=str(newest), weights_only=True).checks == []
    assert workspace.resume(checkpoint=str(newest), weights_only=True).wait_for_end().state == "succeeded"
    assert workspace.values(2)["resume_only_model"] is True


def test_data_that_is_gone_is_refused_and_data_that_changed_is_not(workspace: Workspace) -> None:
    workspace.failed()
    workspace.data.rename(workspace.folder / "moved.jsonl")
    assert [check.code for check in workspace.preflight().checks] == ["dataset-missing"]
    failure = workspace.refused()
    assert failure.code == "checkpoint-unusable"
    assert str(workspace.data) in str(failure)
    workspace.data.write_text('{"other": 1}\n')
    assert [check.code for check in workspace.preflight().checks] == ["dataset-changed"]
    assert workspace.resume().wait_for_end().state == "succeeded"


def test_a_model_that_is_gone(workspace: Workspace) -> None:
    (workspace.folder / "tiny").mkdir()
    workspace.config.write_text(CONFIG.replace("hub/model", "./tiny"))
    workspace.failed()
    (workspace.folder / "tiny").rmdir()
    assert workspace.refused().code == "model-not-found"


def test_the_config_as_it_is_now(workspace: Workspace) -> None:
    workspace.failed()
    workspace.config.write_text(CONFIG.replace("1e-4", "5e-5").replace("30", "40") + "save_total_limit: 1\n")
    assert workspace.preflight().differences == []
    found = workspace.preflight(with_config=True)
    changed = {each.key: (each.of_checkpoint, each.of_attempt) for each in found.differences}
    assert changed["learning_rate"] == ("1e-4", "5e-5")
    assert found.max_steps == 40
    assert [(check.code, check.values["keys"]) for check in found.checks] == [
        ("arguments-differ", "learning_rate, max_steps")
    ]
    resumed = workspace.resume(with_config=True)
    assert resumed.wait_for_end().state == "succeeded"
    assert workspace.values(2)["learning_rate"] == "5e-5"
    assert len(resumed.metrics) == 20
    hashes = [read_record(Provenance, workspace.attempt(number).provenance).config_sha256 for number in (1, 2)]
    assert hashes[0] != hashes[1]


def terms_of_attempt(workspace: Workspace, number: int) -> AttemptTerms:
    terms = read_record(AttemptCommand, workspace.attempt(number).command).terms
    assert terms is not None
    return terms


def test_an_attempt_by_a_changed_config_has_that_ones_own_keys_and_every_later_one_keeps_them(
    workspace: Workspace,
) -> None:
    workspace.config.write_text(CONFIG + "tunewright: {health: {stall_minutes: 7}}\n")
    workspace.failed()
    workspace.config.write_text(CONFIG + "tunewright: {retries: 2, devices: 1, health: {alerts: {nan: stop}}}\n")
    failing = {"TRAINER": "--seconds-per-step 0.002 --fail-at-step 25 --fail broken"}
    workspace.resume(failing).wait_for_end()
    first = AttemptTerms(health=HealthPolicy(stall_minutes=7))
    assert [terms_of_attempt(workspace, number) for number in (1, 2)] == [first, first]
    workspace.resume(failing, with_config=True)
    wait_for(workspace.attempt(4).command.exists, "the retry that the changed config asks for")
    changed = AttemptTerms(retries=2, devices=1, health=HealthPolicy(alerts=AlertActions(nan="stop")))
    assert [terms_of_attempt(workspace, number) for number in (3, 4)] == [changed, changed]


def test_a_changed_config_with_a_queue_that_cannot_be_changes_nothing(workspace: Workspace) -> None:
    workspace.failed()
    workspace.config.write_text(CONFIG + "tunewright: {queue: ' '}\n")
    failure = workspace.refused(with_config=True)
    assert failure.code == "config-invalid"
    assert "tunewright.queue is empty" in str(failure)


def test_a_run_from_before_attempts_had_terms_keeps_those_of_the_run(workspace: Workspace) -> None:
    run = workspace.failed()
    intent, command = json.loads(run.paths.intent.read_text()), json.loads(run.attempt.command.read_text())
    del command["terms"]
    run.attempt.command.write_text(json.dumps(command))
    run.paths.intent.write_text(json.dumps({**intent, "retries": 1}))
    workspace.resume({"TRAINER": "--seconds-per-step 0.002 --fail-at-step 25 --fail broken"})
    wait_for(workspace.attempt(3).command.exists, "the retry that the run asks for")


def test_a_finished_run_goes_on_when_its_config_wants_more_steps(workspace: Workspace) -> None:
    run = workspace.start("")
    assert run.wait_for_end().state == "succeeded"
    assert [check.code for check in workspace.preflight().checks] == ["already-finished"]
    assert "max_steps" in str(workspace.refused())
    workspace.config.write_text(CONFIG.replace("30", "45"))
    assert workspace.resume(with_config=True).wait_for_end().state == "succeeded"


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, "config-not-found"), ("model: [", "config-not-readable"), ("dataset: [gone.jsonl]\n", "config-invalid")],
)
def test_a_config_that_cannot_be_read_any_more(workspace: Workspace, text: str | None, code: str) -> None:
    workspace.failed()
    if text is None:
        workspace.config.unlink()
    else:
        workspace.config.write_text(text)
    assert workspace.refused(with_config=True).code == code
    # Without it the run has all that it needs.
    assert workspace.resume().wait_for_end().state == "succeeded"


def test_an_interpreter_that_is_gone_and_another_one_in_its_place(workspace: Workspace, tmp_path: Path) -> None:
    workspace.failed()
    moved = tmp_path / "moved"
    shutil.move(workspace.folder / "engine", moved)
    failure = workspace.refused()
    assert (failure.code, failure.values["interpreter"]) == ("interpreter-not-found", str(workspace.interpreter))
    bare = python_without_engine(tmp_path / "bare")
    assert workspace.refused(interpreter=str(bare)).code == "engine-not-installed"
    other = python_with_engine(tmp_path / "other", task_program=resumable_task_program())
    assert workspace.resume(interpreter=str(other)).wait_for_end().state == "succeeded"
    command = read_record(AttemptCommand, workspace.attempt(2).command)
    assert command.arguments[0] == str(other)
    assert command.environment["PATH"].startswith(str(other.parent))
    assert command.tool.interpreter == str(other)


def test_a_secret_has_to_be_known_again(workspace: Workspace) -> None:
    workspace.config.write_text(CONFIG + "hub_token: ${env:MY_TOKEN}\n")
    workspace.failed(secrets={"MY_TOKEN": "of-the-editor"})
    failure = workspace.refused()
    assert (failure.code, failure.values) == ("secret-missing", {"name": "MY_TOKEN"})
    given = workspace.resume({"TRAINER": "--print-variable HF_TOKEN"}, secrets={"MY_TOKEN": "of-the-editor"})
    assert given.wait_for_end().state == "succeeded"
    given.wait_until_nothing_lives()
    assert b"HF_TOKEN=***" in given.log
    for path in workspace.paths.directory.rglob("*"):
        assert not path.is_file() or b"of-the-editor" not in path.read_bytes(), path


def test_a_secret_in_the_environment_is_known(workspace: Workspace) -> None:
    workspace.config.write_text(CONFIG + "hub_token: ${env:MY_TOKEN}\n")
    workspace.failed(secrets={"MY_TOKEN": "of-the-editor"})
    resumed = workspace.resume({"MY_TOKEN": "of-the-environment"})
    assert resumed.wait_for_end().state == "succeeded"


def test_a_secret_in_plain_text_is_read_from_the_config_again(workspace: Workspace) -> None:
    workspace.config.write_text(CONFIG + "hub_token: hf_0123456789\n")
    workspace.failed()
    resumed = workspace.resume({"TRAINER": "--print-variable HF_TOKEN"})
    assert resumed.wait_for_end().state == "succeeded"
    resumed.wait_until_nothing_lives()
    assert b"HF_TOKEN=***" in resumed.log
    workspace.config.unlink()
    with pytest.raises(BridgeError) as caught:
        workspace.resume(checkpoint=str(workspace.attempt(1).output / "checkpoint-20"))
    assert caught.value.code == "secret-missing"


def test_a_run_that_is_not_there(workspace: Workspace) -> None:
    params = ResumeRunParams(root=str(workspace.root), run_id="20260101-000000-first.sft-aaaa")
    with pytest.raises(BridgeError) as caught:
        resume_run(params, environment=workspace.environment)
    assert caught.value.code == "run-not-found"


def test_two_who_resume_at_once_begin_one_attempt(workspace: Workspace) -> None:
    from concurrent.futures import ThreadPoolExecutor

    run = workspace.failed()
    go_on = workspace.folder / "go-on"

    def outcome(_: int) -> str:
        try:
            params = ResumeRunParams(root=str(workspace.root), run_id=run.paths.run_id)
            return resume_run(params, environment={**workspace.environment, "TRAINER": f"--hold {go_on}"}).state
        except BridgeError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(outcome, range(4)))
    assert outcomes.count("run-live") == 3, outcomes
    assert RunStore(workspace.root).summary(run.paths).attempt == 2
    run.attempt = workspace.attempt(2)
    go_on.touch()
    assert run.wait_for_end().state == "succeeded"
