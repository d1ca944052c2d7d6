"""`resume` as a person types it, and as a program reads it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge_child import SOURCE
from engine_programs import python_with_engine, resumable_task_program
from live_runs import LiveRun
from tunewright_bridge.protocol.checkpoint import ResumePreflight
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.run import RunSummary
from tunewright_bridge.runs.layout import RunPaths, runs_root
from tunewright_bridge.runs.store import RunStore

DEADLINE_SECONDS = 120
CONFIG = "model: hub/model\ndataset: [train.jsonl]\nmax_steps: 30\nsave_steps: 10\nlearning_rate: 1e-4\n"


class Terminal:
    """A folder with a run that failed at step 25."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = runs_root(folder)
        self.config = folder / "first.sft.yaml"
        self.config.write_text(CONFIG)
        (folder / "train.jsonl").write_text("{}\n")
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX")},
            "PYTHONPATH": str(SOURCE),
            "TUNEWRIGHT_INTERPRETER": str(python_with_engine(folder / "engine", task_program=resumable_task_program())),
            "XDG_CONFIG_HOME": str(folder / "configuration"),
        }
        failed = self.type("run", "first.sft.yaml", trainer="--fail-at-step 25 --fail broken")
        assert failed.returncode == 1, failed.stderr

    def type(self, *arguments: str, trainer: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "tunewright_bridge", *arguments],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={**self.environment, "TRAINER": f"--seconds-per-step 0.002 {trainer}"},
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    @property
    def run(self) -> LiveRun:
        (run_id,) = RunStore(self.root).run_ids()
        return LiveRun(RunPaths(self.root / run_id))


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    found = Terminal(tmp_path)
    yield found
    found.run.clean_up()


def test_a_person_is_told_from_where_it_goes_on_and_sees_it_to_its_end(terminal: Terminal) -> None:
    done = terminal.type("resume", "first.sft", trainer="--print-each-step 10")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("From checkpoint-20 of attempt 1: step 21 of 30.\n")
    # What the first attempt printed is not printed again.
    assert done.stdout.count("xxxxxxxxxx") == 10
    assert "first.sft #1 goes on with attempt 2" in done.stderr
    assert "first.sft #1 succeeded after" in done.stderr


def test_a_check_says_what_differs_and_changes_nothing(terminal: Terminal) -> None:
    terminal.config.write_text(CONFIG.replace("1e-4", "0.5"))
    assert "ARGUMENT" not in terminal.type("resume", "first.sft", "--check").stdout
    done = terminal.type("resume", "first.sft", "--check", "--with-config")
    assert done.returncode == 0, done.stderr
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["ARGUMENT", "CHECKPOINT", "NOW"] in lines
    assert ["learning_rate", "1e-4", "0.5"] in lines
    assert any(line[:1] == ["warning"] and "learning_rate" in line[-1] for line in lines)
    assert "this one" in done.stdout
    assert sorted(os.listdir(terminal.run.paths.attempts)) == ["1"]


def test_what_speaks_against_it_is_an_error_of_the_command(terminal: Terminal) -> None:
    checkpoint = terminal.run.attempt.output / "checkpoint-20"
    os.truncate(checkpoint / "optimizer.pt", 50)
    options = ("resume", "first.sft", "--checkpoint", os.path.relpath(checkpoint, terminal.folder))
    checked = terminal.type(*options, "--check")
    assert checked.returncode == 1
    assert "ERROR    optimizer.pt is cut off" in checked.stdout
    refused = terminal.type(*options)
    assert refused.returncode == 1
    assert "checkpoint-20" in refused.stderr
    assert "Traceback" not in refused.stderr
    begun = terminal.type(*options, "--weights-only", "--detach")
    assert begun.returncode == 0, begun.stderr
    assert terminal.run.wait_for_end().state == "succeeded"


def test_a_program_reads_what_would_happen_and_what_happens(terminal: Terminal) -> None:
    checked = terminal.type("resume", "first.sft", "--check", "--json")
    found = decode(ResumePreflight, json.loads(checked.stdout))
    assert (found.next_step, [checkpoint.step for checkpoint in found.checkpoints]) == (21, [20, 10])
    done = terminal.type("resume", "first.sft", "--json")
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["event"] for event in told[:2]] == ["preflight", "resumed"]
    assert decode(ResumePreflight, told[0]["preflight"]) == found
    assert decode(RunSummary, told[1]["run"]).attempt == 2
    assert decode(RunSummary, told[-1]["run"]).state == "succeeded"


def test_a_run_that_is_not_there_is_a_mistake_of_writing(terminal: Terminal) -> None:
    done = terminal.type("resume", "second.sft")
    assert done.returncode == 2
    assert "There is no run second.sft" in done.stderr
