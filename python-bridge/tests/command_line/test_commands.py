"""The command line as a person runs it: a process in a workspace; a stand-in for the engine trains."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bridge_child import SOURCE
from engine_programs import python_with_engine, python_without_engine
from live_runs import LiveRun
from made_runs import make_run
from tunewright_bridge.command_line.follow import beginning
from tunewright_bridge.protocol.alert import Alert
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.device import HostSample
from tunewright_bridge.protocol.metric import MetricPoint
from tunewright_bridge.protocol.run import QueuePlace, RunDetail, RunEvent, RunSummary
from tunewright_bridge.runs.console import ConsoleLog, ConsoleWriter
from tunewright_bridge.runs.layout import RunPaths, runs_root
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore

DEADLINE_SECONDS = 60


class Terminal:
    """A folder in which commands are typed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = runs_root(folder)
        (folder / "first.sft.yaml").write_text("model: hub/model\ndataset: [train.jsonl]\n")
        (folder / "train.jsonl").touch()
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "CONDA_PREFIX")},
            "PYTHONPATH": str(SOURCE),
            "TUNEWRIGHT_INTERPRETER": str(python_with_engine(folder / "engine")),
            "XDG_CONFIG_HOME": str(folder / "configuration"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def start(self, *arguments: str, trainer: str = "--steps 3") -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "tunewright_bridge", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**self.environment, "TRAINER": trainer},
        )

    def type(self, *arguments: str, trainer: str = "--steps 3") -> "subprocess.CompletedProcess[str]":
        process = self.start(*arguments, trainer=trainer)
        output, errors = process.communicate(timeout=DEADLINE_SECONDS)
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)

    def live_runs(self) -> list[LiveRun]:
        return [LiveRun(RunPaths(self.root / run_id)) for run_id in RunStore(self.root).run_ids()]


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    found = Terminal(tmp_path)
    yield found
    for run in found.live_runs():
        run.clean_up()


def events(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_run_follows_to_the_end_and_tells_programs_everything(terminal: Terminal) -> None:
    done = terminal.type("run", "first.sft.yaml", "--json", trainer="--steps 20")
    assert done.returncode == 0, done.stderr
    told = events(done.stdout)
    assert told[0]["event"] == "started"
    started = decode(RunSummary, told[0]["run"])
    points = [decode(MetricPoint, event) for event in told if event["event"] == "point"]
    assert [point.step for point in points] == list(range(1, 21))
    assert "succeeded" in [event["state"] for event in told if event["event"] == "state"]
    assert told[-1]["event"] == "finished"
    finished = decode(RunSummary, told[-1]["run"])
    assert (finished.id, finished.state, finished.exit_code) == (started.id, "succeeded", 0)
    assert finished.progress is not None
    assert finished.progress.step == 20


def test_run_prints_what_the_command_prints(terminal: Terminal) -> None:
    done = terminal.type("run", "first.sft.yaml", trainer="--steps 2 --print-each-step 40")
    assert done.returncode == 0, done.stderr
    (run,) = terminal.live_runs()
    assert done.stdout.encode() == run.log
    assert "first.sft #1 succeeded after" in done.stderr


def test_a_run_that_fails_is_a_failure_of_the_command(terminal: Terminal) -> None:
    done = terminal.type("run", "first.sft.yaml", "--json", trainer="--exit-code 3")
    assert done.returncode == 1
    finished = decode(RunSummary, events(done.stdout)[-1]["run"])
    assert (finished.state, finished.exit_code) == ("failed", 3)


def test_ctrl_c_leaves_the_run_alone_and_stop_ends_it(terminal: Terminal) -> None:
    process = terminal.start("run", "first.sft.yaml", "--json", trainer="--steps 100000")
    assert process.stdout is not None
    while json.loads(process.stdout.readline())["event"] != "point":
        pass
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 130
    (run,) = terminal.live_runs()
    assert f"The run goes on. Stop it with: tunewright-bridge stop {run.paths.run_id}" in errors
    run.wait_for_steps(len(run.metrics) + 5)

    stopped = terminal.type("stop", run.paths.run_id)
    assert stopped.returncode == 0, stopped.stderr
    assert run.wait_for_end().state == "cancelled"
    again = terminal.type("stop", "first.sft#1")
    assert again.returncode == 1
    assert again.stderr == f"tunewright-bridge: The run {run.paths.run_id} has already ended (cancelled).\n"


def test_stop_can_wait_for_the_next_checkpoint(terminal: Terminal) -> None:
    trainer = "--steps 100000 --save-steps 25 --seconds-per-step 0.05"
    assert terminal.type("run", "first.sft.yaml", "--detach", trainer=trainer).returncode == 0
    (run,) = terminal.live_runs()
    run.wait_for_steps(1)
    stopped = terminal.type("stop", "first.sft", "--at-checkpoint")
    assert stopped.returncode == 0, stopped.stderr
    assert stopped.stdout.startswith("first.sft #1 is ")
    assert stopped.stdout.endswith(", and stops at its next checkpoint.\n")
    end = run.wait_for_end()
    assert (end.state, end.cause and end.cause.code) == ("cancelled", "stopped-at-checkpoint")
    shown = terminal.type("show", "first.sft")
    assert "cancelled: stopped by the user once checkpoint-" in shown.stdout


def test_show_tells_the_alerts_of_a_run_and_what_to_do(terminal: Terminal) -> None:
    paths = make_run(terminal.root)
    told = Alert(
        id="nan",
        kind="nan",
        severity="alert",
        attempt=1,
        at_ms=1,
        values={"series": "loss", "value": "nan", "step": "30"},
        action="notify",
    )
    RunRecord(paths).note(RunEvent(at_ms=1, attempt=1, kind="alert", alert=told))
    (line,) = [line for line in terminal.type("show", "first.sft").stdout.splitlines() if line.startswith("alert")]
    assert "loss is nan since step 30." in line
    assert "resume from the checkpoint before step 30" in line


def test_show_says_that_a_run_stops_at_its_next_checkpoint(terminal: Terminal) -> None:
    trainer = "--steps 100000 --save-steps 90000 --seconds-per-step 0.05"
    assert terminal.type("run", "first.sft.yaml", "--detach", trainer=trainer).returncode == 0
    (run,) = terminal.live_runs()
    run.wait_for_steps(1)
    assert terminal.type("stop", "first.sft", "--at-checkpoint").returncode == 0
    assert "stops      at its next checkpoint\n" in terminal.type("show", "first.sft").stdout


def test_who_begins_a_run_is_told_where_it_waits(terminal: Terminal) -> None:
    run = RunStore(terminal.root).summary(make_run(terminal.root))
    begun = "goes on with attempt 2"
    assert beginning(run, begun) == f"first.sft #1 {begun}: {run.directory}"
    waiting = replace(run, queue_place=QueuePlace(queue="night", position=2, waiting=3, devices_wanted=1))
    assert beginning(waiting, "goes on with attempt 2").startswith(
        "first.sft #1 waits at place 2 of 3 in the queue night"
    )


def test_a_log_with_a_gap_is_copied_byte_by_byte_and_shown_to_a_person_as_text(terminal: Terminal) -> None:
    attempt = make_run(terminal.root).attempt(1)
    writer = ConsoleWriter(attempt, segment_bytes=100, segments_kept=2)
    lines = [f"step {number} 损失\n".encode() for number in range(30)] + [b"caf\xe9\n"]
    for line in lines:
        writer.append(line)
    kept = b"".join(data for _, data in ConsoleLog(attempt).pieces(1000))

    command = [sys.executable, "-m", "tunewright_bridge", "logs", "first.sft"]
    environment = {**terminal.environment, "PYTHONIOENCODING": "gbk", "LC_ALL": "zh_CN.GBK"}
    settings: dict[str, Any] = {"cwd": terminal.folder, "env": environment, "timeout": DEADLINE_SECONDS}
    copied = subprocess.run(command, capture_output=True, **settings)
    assert copied.stdout == kept
    missing = sum(map(len, lines)) - len(kept)
    assert copied.stderr.decode("gbk") == f"[{missing} bytes of output are no longer kept]\n"

    screen, stdout = os.openpty()
    subprocess.run(command, stdout=stdout, stderr=subprocess.DEVNULL, **settings)
    os.close(stdout)
    shown = os.read(screen, 10_000).decode("gbk")
    os.close(screen)
    assert shown.startswith("step 0 损失\r\nstep 1 损失\r\n")
    assert "step 29 损失\r\ncaf" in shown


def test_a_detached_run_is_listed_shown_and_followed(terminal: Terminal) -> None:
    detached = terminal.type(
        "run", "first.sft.yaml", "--detach", "--json", trainer="--steps 60 --print-each-step 40000"
    )
    assert detached.returncode == 0, detached.stderr
    (started,) = events(detached.stdout)
    run_id = started["run"]["id"]

    followed = terminal.type("logs", run_id, "-f")
    assert followed.returncode == 0, followed.stderr
    printed = terminal.type("logs", run_id[:15])
    assert printed.stdout == followed.stdout != ""

    listed = terminal.type("runs")
    heading, row = listed.stdout.splitlines()
    assert heading.split() == ["RUN", "STATE", "STEP", "LOSS", "CREATED", "ID"]
    assert row.split()[:3] == ["first.sft#1", "succeeded", "60/60"]
    assert row.split()[-1] == run_id
    as_json = json.loads(terminal.type("runs", "--json").stdout)
    assert [run["id"] for run in as_json["runs"]] == [run_id]

    shown = terminal.type("show", "first.sft#1")
    assert terminal.type("show", "first.sft").stdout == shown.stdout
    assert f"id         {run_id}" in shown.stdout
    detail = decode(RunDetail, json.loads(terminal.type("show", run_id, "--json").stdout))
    assert detail.summary.state == "succeeded"


def test_a_run_that_cannot_be_read_is_named_and_hides_no_other(terminal: Terminal) -> None:
    for name in ("a.sft", "b.sft"):
        RunRecord(make_run(terminal.root, name=name)).settle("failed", attempt=1)
    broken = make_run(terminal.root, name="broken.sft")
    broken.intent.write_text("{")
    listed = terminal.type("runs")
    assert {row.split()[0] for row in listed.stdout.splitlines()} == {"RUN", "a.sft#1", "b.sft#1"}
    assert listed.stderr.startswith("tunewright-bridge: ")
    assert str(broken.intent) in listed.stderr
    shown = terminal.type("show", broken.run_id)
    assert shown.returncode == 1
    assert "Nothing was changed." in shown.stderr
    assert terminal.type("runs", "--limit", "2").stdout.endswith("1 more; see --limit.\n")


def test_commands_work_from_a_folder_below(terminal: Terminal) -> None:
    make_run(terminal.root)
    below = terminal.folder / "configs"
    below.mkdir()
    terminal.folder = below
    assert "first.sft#1" in terminal.type("runs").stdout


@pytest.mark.parametrize(
    ("arguments", "exit_code", "said"),
    [
        (["run", "missing.sft.yaml"], 1, "There is no config at"),
        (["run", "first.sft.yaml", "--interpreter", "/nowhere/python"], 1, "There is no Python at /nowhere/python"),
        (["run", "first.sft.yaml", "--target", "moon"], 1, "There is no target named moon"),
        (["show", "nothing"], 2, "There is no run nothing"),
        (["logs", "nothing"], 2, "There is no run nothing"),
        (["stop"], 2, "RUN"),
        (["dance"], 2, "dance"),
        ([], 2, "COMMAND"),
        (["runs", "--limit", "many"], 2, "--limit: invalid whole number value: 'many'"),
        (["runs", "--limit", "0"], 2, "--limit: must be at least 1"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    terminal: Terminal, arguments: list[str], exit_code: int, said: str
) -> None:
    done = terminal.type(*arguments)
    assert done.returncode == exit_code
    assert said in done.stderr
    assert done.stderr.startswith("tunewright-bridge: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_without_an_interpreter_it_is_said_how_to_name_one(terminal: Terminal) -> None:
    del terminal.environment["TUNEWRIGHT_INTERPRETER"]
    done = terminal.type("run", "first.sft.yaml")
    assert done.returncode == 2
    assert "set TUNEWRIGHT_INTERPRETER" in done.stderr


def test_the_interpreter_of_a_target_is_enough(terminal: Terminal) -> None:
    interpreter = terminal.environment.pop("TUNEWRIGHT_INTERPRETER")
    terminal.root.parent.mkdir()
    (terminal.root.parent / "targets.yaml").write_text(f"targets: {{here: {{interpreter: {interpreter}}}}}\n")
    done = terminal.type("run", "first.sft.yaml", "--target", "here")
    assert done.returncode == 0, done.stderr
    assert terminal.type("run", "first.sft.yaml").returncode == 2


def test_an_interpreter_without_the_engine_is_named(terminal: Terminal) -> None:
    without = python_without_engine(terminal.folder / "plain")
    done = terminal.type("run", "first.sft.yaml", "--interpreter", str(without))
    assert done.returncode == 1
    assert f"is not installed in {without}" in done.stderr


def test_devices_and_doctor(terminal: Terminal) -> None:
    devices = terminal.type("devices")
    assert devices.stdout.splitlines()[1].startswith("cpu ")
    sample = decode(HostSample, json.loads(terminal.type("devices", "--json").stdout))
    assert sample.devices[0].kind == "cpu"
    doctor = terminal.type("doctor", "--json")
    checks = json.loads(doctor.stdout)["checks"]
    assert checks != []
    assert doctor.returncode == (1 if any(check["status"] == "failed" for check in checks) else 0)
    for_people = terminal.type("doctor").stdout
    assert all(check["id"] in for_people for check in checks)
    assert "--interpreter" not in for_people
    del terminal.environment["TUNEWRIGHT_INTERPRETER"]
    assert "Pass --interpreter PATH" in terminal.type("doctor").stdout


def test_a_folder_that_is_gone_is_said_in_one_line(terminal: Terminal) -> None:
    script = f"mkdir gone && cd gone && rmdir ../gone && exec {sys.executable} -m tunewright_bridge runs"
    done = subprocess.run(["sh", "-c", script], cwd=terminal.folder, env=terminal.environment, capture_output=True)
    assert done.returncode == 1
    assert done.stderr == b"tunewright-bridge: No such file or directory\n"


def test_help_names_every_command(terminal: Terminal) -> None:
    done = terminal.type("--help")
    assert done.returncode == 0
    for command in ("run", "runs", "show", "logs", "stop", "schema", "devices", "doctor", "serve"):
        assert f"    {command} " in done.stdout
    assert terminal.type("run", "--help").returncode == 0


def test_a_reader_that_closes_early_is_no_error(terminal: Terminal) -> None:
    for number in range(3):
        make_run(terminal.root, name=f"run{number}.sft")
    process = terminal.start("runs", "--json")
    assert process.stdout is not None
    process.stdout.close()
    process.wait(DEADLINE_SECONDS)
    assert process.stderr is not None
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
