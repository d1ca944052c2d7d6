"""From a config to a started run, and every bad input on the way: said clearly, nothing stored, nothing left alive."""

import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine_programs import python_with_engine, python_without_engine
from live_runs import LiveRun, wait_for
from small_disks import SmallDisk, small_disk
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.executors.submit import submit_run
from tunewright_bridge.protocol.bridge import StartRunParams
from tunewright_bridge.protocol.config import AlertActions, HealthPolicy
from tunewright_bridge.protocol.run import AttemptCommand, AttemptTerms, Provenance, RunIntent, RunSummary
from tunewright_bridge.runs.layout import RunPaths, runs_root
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.store import RunStore

CONFIG = "model: hub/model\ndataset: [train.jsonl]\n"


class Workspace:
    """A workspace with a config, and an interpreter that has an engine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = runs_root(folder)
        self.config = folder / "first.sft.yaml"
        self.config.write_text(CONFIG)
        self.config.with_name("train.jsonl").touch()
        self.interpreter = python_with_engine(folder / "engine")
        self.environment = {**os.environ, "TRAINER": "--steps 3", "XDG_CONFIG_HOME": str(folder / "configuration")}
        self.runs: list[LiveRun] = []

    def submit(
        self, *, target: str | None = None, secrets: dict[str, str] | None = None, interpreter: Path | None = None
    ) -> RunSummary:
        params = StartRunParams(
            root=str(self.root),
            config_path=str(self.config),
            interpreter=str(interpreter or self.interpreter),
            target=target,
            secrets=secrets,
        )
        summary = submit_run(params, environment=self.environment)
        self.runs.append(LiveRun(RunPaths(Path(summary.directory))))
        return summary

    def started(self, **arguments: dict[str, str]) -> LiveRun:
        self.submit(secrets=arguments.get("secrets"))
        return self.runs[-1]

    def refused(self, *, target: str | None = None, interpreter: Path | None = None) -> BridgeError:
        """The failure of a submission that must leave nothing behind."""
        with pytest.raises(BridgeError) as caught:
            self.submit(target=target, interpreter=interpreter)
        assert RunStore(self.root).list() == ([], 0)
        return caught.value


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path)
    yield workspace
    for run in workspace.runs:
        run.clean_up()


def test_a_config_becomes_a_run_that_says_what_it_was_made_from(workspace: Workspace) -> None:
    workspace.config.write_text(CONFIG + "tunewright: {name: my run, tags: [a]}\n")
    run = workspace.started()
    assert run.wait_for_end().state == "succeeded"
    assert len(run.metrics) == 3
    intent = read_record(RunIntent, run.paths.intent)
    assert (intent.name, intent.tags, intent.task, intent.host) == ("my run", ["a"], "sft", "local")
    assert intent.working_directory == str(workspace.folder)
    provenance = read_record(Provenance, run.attempt.provenance)
    assert provenance.packages["ms-swift"] == "4.6.0"
    assert len(provenance.config_sha256) == 64
    command = read_record(AttemptCommand, run.attempt.command)
    assert command.arguments[0] == str(workspace.interpreter)
    assert command.output_directory == str(run.attempt.output)
    assert run.paths.config.read_text() == workspace.config.read_text()


def test_what_the_config_says_of_the_run_itself_is_kept_with_the_run(workspace: Workspace) -> None:
    own = "{devices: 1, retries: 2, queue: night, health: {stall_minutes: 7, alerts: {nan: stop}}}"
    workspace.config.write_text(f"{CONFIG}tunewright: {own}\n")
    command = read_record(AttemptCommand, workspace.started().attempt.command)
    health = HealthPolicy(stall_minutes=7, alerts=AlertActions(nan="stop"))
    assert command.terms == AttemptTerms(devices=1, retries=2, queue="night", health=health)


def test_a_start_waits_for_nothing(workspace: Workspace) -> None:
    workspace.submit()
    workspace.environment["TRAINER"] = f"--steps 1 --hold {workspace.folder / 'never'}"
    began = time.time()
    summary = workspace.submit()
    assert summary.started_at_ms is not None
    assert summary.state in ("starting", "running")
    # An idle machine needs 0.4 s, which `npm run bench` watches; one that is busy with other tests needs more.
    assert summary.started_at_ms / 1000 - began < 20.0


def test_the_place_that_a_config_names_is_recorded_before_the_start(workspace: Workspace) -> None:
    workspace.config.write_text(CONFIG + "output_dir: out\n")
    run = workspace.started()
    run.wait_for_end()
    place = Path(read_record(AttemptCommand, run.attempt.command).output_directory)
    assert place.parent == workspace.folder / "out"
    assert place.name.startswith("v0-")
    assert (place / "logging.jsonl").exists()


def test_a_log_is_utf_8_whatever_the_person_has_set(workspace: Workspace) -> None:
    workspace.environment |= {"PYTHONIOENCODING": "gbk", "WORD": "损失 é 🙂", "TRAINER": "--print-variable WORD"}
    run = workspace.started()
    run.wait_for_end()
    run.wait_until_nothing_lives()
    assert run.log.decode() == "WORD=损失 é 🙂\n"


def test_a_secret_comes_from_the_editor_before_the_environment(workspace: Workspace) -> None:
    workspace.config.write_text(CONFIG + "hub_token: ${env:MY_TOKEN}\n")
    workspace.environment |= {"MY_TOKEN": "of-the-environment", "TRAINER": "--print-variable HF_TOKEN"}
    run = workspace.started(secrets={"MY_TOKEN": "of-the-editor"})
    run.wait_for_end()
    run.wait_until_nothing_lives()
    assert run.log == b"HF_TOKEN=***\n"
    _assert_nowhere(run.paths, b"of-the-e")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("hf_0123456789", "hf_0123456789"),
        ('"hf_\\x30123"', "hf_0123"),
        ("'it''s a secret'", "it's a secret"),
        (">-\n  two\n  lines", "two lines"),
        ("abc", "abc"),
    ],
)
def test_a_secret_in_plain_text_is_taken_out_of_everything_that_is_stored(
    workspace: Workspace, written: str, value: str
) -> None:
    workspace.config.write_text(f"{CONFIG}hub_token: {written}\nmax_length: 5 # not hf_0123456789\n")
    workspace.environment["TRAINER"] = "--dump --print-variable HF_TOKEN"
    run = workspace.started()
    run.wait_for_end()
    run.wait_until_nothing_lives()
    stored = run.paths.config.read_text()
    assert 'hub_token: "***"' in stored
    assert "max_length: 5 # not" in stored
    assert workspace.config.read_text() != stored
    if len(value) > 3:
        assert json.loads((run.attempt.output / "args.json").read_text()) == {"HF_TOKEN": "***"}
        _assert_nowhere(run.paths, value.encode())
        assert written.encode() not in run.paths.config.read_bytes()


def _assert_nowhere(paths: RunPaths, value: bytes) -> None:
    for path in paths.directory.rglob("*"):
        assert not path.is_file() or value not in path.read_bytes(), path


def test_a_secret_that_nobody_has(workspace: Workspace) -> None:
    workspace.config.write_text(CONFIG + "hub_token: ${env:NOBODY_HAS_THIS}\n")
    failure = workspace.refused()
    assert (failure.code, failure.values) == ("secret-missing", {"name": "NOBODY_HAS_THIS"})


def test_no_python_at_the_place(workspace: Workspace) -> None:
    failure = workspace.refused(interpreter=workspace.folder / "no" / "python")
    assert failure.code == "interpreter-not-found"
    assert str(workspace.folder / "no" / "python") in str(failure)


def test_a_python_without_the_engine(workspace: Workspace) -> None:
    assert (
        workspace.refused(interpreter=python_without_engine(workspace.folder / "bare")).code == "engine-not-installed"
    )


def test_an_engine_whose_package_is_broken(workspace: Workspace) -> None:
    (workspace.folder / "engine" / "site" / "swift" / "__init__.py").write_text("import no_such_module")
    failure = workspace.refused()
    assert failure.code == "engine-broken"
    assert "no_such_module" in failure.values["reason"]


def test_an_engine_that_dies_at_import(tmp_path: Path, workspace: Workspace) -> None:
    workspace.interpreter = python_with_engine(tmp_path / "broken", task_program="import torch_that_is_not_there\n")
    run = workspace.started()
    end = run.wait_for_end()
    assert (end.state, end.reason) == (
        "failed",
        "ModuleNotFoundError: No module named 'torch_that_is_not_there' (exit code 1)",
    )
    run.wait_until_nothing_lives()


@pytest.mark.parametrize("model", ["./no-such-model", "../no-such-model", "/no/such/model", "~/no-such-model"])
def test_a_model_that_does_not_exist(workspace: Workspace, model: str) -> None:
    workspace.config.write_text(f"model: {model}\ndataset: [train.jsonl]\n")
    failure = workspace.refused()
    assert failure.code == "model-not-found"
    assert failure.values["key"] == "model"
    assert failure.values["path"].endswith("model")


def test_a_data_file_that_does_not_exist(workspace: Workspace) -> None:
    workspace.config.write_text("model: hub/model\ndataset: [trian.jsonl]\n")
    failure = workspace.refused()
    assert failure.code == "config-invalid"
    assert "trian.jsonl" in failure.values["reason"]


@pytest.mark.parametrize("content", ["", "model: [", "- a\n", "\x00\x01"])
def test_a_config_that_is_none(workspace: Workspace, content: str) -> None:
    workspace.config.write_text(content)
    assert workspace.refused().code == "config-not-readable"


def test_a_config_for_a_task_without_a_program(workspace: Workspace) -> None:
    workspace.config = workspace.folder / "first.download.yaml"
    workspace.config.write_text("model: hub/model\n")
    assert workspace.refused().code == "task-unsupported"


@pytest.mark.parametrize(
    ("target", "part"),
    [
        ("{executor: slurm}", "knows only: local"),
        ("{executor: ray}", "knows only: local"),
        ("{host: gpu-box}", "other hosts"),
        ("{resources: {partition: gpu}}", "partition"),
        ("{resources: {nodes: 2}}", "nodes"),
    ],
)
def test_a_target_that_cannot_be_used_here(workspace: Workspace, target: str, part: str) -> None:
    workspace.root.parent.mkdir()
    (workspace.root.parent / "targets.yaml").write_text(f"targets:\n  there: {target}\n")
    failure = workspace.refused(target="there")
    assert failure.code == "executor-unsupported"
    assert part in failure.values["reason"]


def test_a_target_may_name_the_interpreter(workspace: Workspace) -> None:
    workspace.root.parent.mkdir()
    (workspace.root.parent / "targets.yaml").write_text(
        f"default: here\ntargets:\n  here: {{interpreter: {workspace.interpreter}, resources: {{nodes: 1}}}}\n"
    )
    workspace.submit(interpreter=Path("/no/such/python"))
    assert read_record(RunIntent, workspace.runs[-1].paths.intent).target == "here"


def test_runs_that_start_at_the_same_moment_get_numbers_of_their_own(workspace: Workspace) -> None:
    threads = [threading.Thread(target=workspace.submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.number for run in RunStore(workspace.root).list()[0]) == [1, 2, 3, 4]


def test_a_file_in_the_place_of_the_folder(workspace: Workspace) -> None:
    workspace.root.parent.write_text("mine")
    with pytest.raises(BridgeError) as caught:
        workspace.submit()
    assert caught.value.code == "directory-not-writable"
    assert workspace.root.parent.read_text() == "mine"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk") as disk:
        yield disk


def test_a_disk_that_cannot_be_written(workspace: Workspace, disk: SmallDisk) -> None:
    disk.forbid_writing()
    workspace.root = runs_root(disk.place)
    failure = workspace.refused()
    assert failure.code == "directory-not-writable"
    assert failure.values["path"] == str(workspace.root)
    assert "Read-only" in failure.values["reason"]


def test_a_full_disk_at_the_start(workspace: Workspace, disk: SmallDisk) -> None:
    workspace.root = runs_root(disk.place)
    workspace.root.mkdir(parents=True)
    disk.fill()
    assert workspace.refused().code == "disk-full"
    disk.free()
    assert workspace.started().wait_for_end().state == "succeeded"


def test_a_disk_that_fills_up_during_the_run_costs_output_and_not_the_end(
    workspace: Workspace, disk: SmallDisk
) -> None:
    from tunewright_bridge.supervise.adoption import repair, repair_all

    go_on = workspace.folder / "go-on"
    program = (
        "import os, sys, time\n"
        f"while not os.path.exists({str(go_on)!r}): time.sleep(0.01)\n"
        "print('x' * 100_000, flush=True)\n"
        "sys.exit(7)\n"
    )
    (workspace.folder / "engine" / "site" / "swift" / "cli" / "sft.py").write_text(program)
    workspace.root = runs_root(disk.place)
    run = workspace.started()
    disk.fill()
    go_on.write_text("")
    wait_for(run.attempt.exit.exists, "the exit record")
    wait_for(lambda: repair(run.paths).state == "failed", "the truth, though it cannot be stored")
    assert repair_all(RunStore(workspace.root))[0][0].state == "failed"
    run.wait_until_nothing_lives()
    disk.free()
    end = repair(run.paths)
    assert end.state == "failed"
    assert "exit code 7" in (end.reason or "")
    assert run.state == end
