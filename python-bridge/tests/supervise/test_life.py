"""A run from start to end under its supervisor and recorder: states, exit records, console log, devices."""

import json
import signal
import sys
from pathlib import Path

import pytest

from live_runs import live_run, store_live_run, wait_for
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.device import HostSample
from tunewright_bridge.protocol.run import ExitRecord, RecorderRecord, RunState
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.processes import identity_of
from tunewright_bridge.supervise.starting import SupervisorError, start_supervisor


def test_a_run_that_works_succeeds_and_every_step_is_there(tmp_path: Path) -> None:
    go_on = tmp_path / "go-on"
    with live_run(tmp_path, "--steps", "30", "--hold", str(go_on)) as run:
        run.wait_for_state("running")
        go_on.touch()
        assert run.wait_for_end().state == "succeeded"
        run.wait_until_nothing_lives()
        assert len(run.metrics) == 30
        assert [event.state for event in RunRecord(run.paths).events()] == [
            "queued",
            "starting",
            "running",
            "succeeded",
        ]
        summary = RunStore(run.paths.directory.parent).summary(run.paths)
        assert (summary.exit_code, summary.attempt) == (0, 1)
        assert summary.started_at_ms is not None
        assert summary.ended_at_ms is not None
        assert summary.created_at_ms <= summary.started_at_ms <= summary.ended_at_ms


def test_training_is_starting_until_the_first_metric(tmp_path: Path) -> None:
    ready, go_on = tmp_path / "ready", tmp_path / "go-on"
    options = ["--ready", str(ready), "--steps", "100000", "--hold", str(go_on), "--hold-at-step", "1"]
    with live_run(tmp_path, *options) as run:
        wait_for(ready.exists, "the trainer")
        assert run.state.state == "starting"
        go_on.touch()
        run.wait_for_steps(1)
        run.wait_for_state("running")


@pytest.mark.parametrize(
    ("options", "state", "reason"),
    [
        (["--exit-code", "3"], "failed", "exit code 3"),
        (["--fail", "the data is missing"], "failed", "ValueError: the data is missing (exit code 1)"),
        (["--die", "SIGSEGV"], "failed", "the command was ended by SIGSEGV"),
        (["--die", "SIGKILL"], "failed", "SIGKILL; the system may have run out of memory"),
        (["--no-such-option"], "failed", "trainer.py: error: unrecognized arguments: --no-such-option (exit code 2)"),
    ],
)
def test_a_run_that_breaks_fails_with_a_reason(
    tmp_path: Path, options: list[str], state: RunState, reason: str
) -> None:
    with live_run(tmp_path, *options) as run:
        end = run.wait_for_end()
        assert end.state == state
        assert end.reason is not None
        assert reason in end.reason


def test_a_program_that_is_not_there_fails_before_anybody_is_told(tmp_path: Path) -> None:
    with live_run(tmp_path, arguments=["/no/such/python", "x"]) as run:
        assert run.state.state == "failed"
        assert run.state.reason == "the command could not be started: /no/such/python: No such file or directory"
        run.wait_until_nothing_lives()


def test_a_program_that_cannot_be_executed_fails_with_the_reason(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_bytes(b"\x00\x01")
    program.chmod(0o755)
    with live_run(tmp_path, arguments=[str(program)]) as run:
        assert run.state.state == "failed"
        assert "Exec format error" in (run.state.reason or "")


def test_records_are_of_the_protocol_and_name_the_processes(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    with live_run(tmp_path, "--ready", str(ready), "--steps", "1000") as run:
        wait_for(ready.exists, "the trainer")
        carriers = read_record(RecorderRecord, run.attempt.recorder)
        assert carriers.trainer == identity_of(int(ready.read_text()))
        assert carriers.recorder == identity_of(carriers.recorder.pid)
        run.kill(carriers.trainer)
        run.wait_for_end()
        assert read_record(ExitRecord, run.attempt.exit).signal == 9


def test_a_second_start_of_the_same_attempt_is_refused(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "1000") as run:
        with pytest.raises(SupervisorError):
            start_supervisor(run.paths, run.attempt, environment={})
        assert run.state.state in ("starting", "running")


def test_a_run_that_was_cancelled_before_its_start_is_not_started(tmp_path: Path) -> None:
    run = store_live_run(tmp_path, "--steps", "1000")
    RunRecord(run.paths).transition("cancelled", attempt=1)
    with pytest.raises(SupervisorError, match="cancelled already"):
        start_supervisor(run.paths, run.attempt, environment={})
    assert run.state.state == "cancelled"
    run.wait_until_nothing_lives()


def test_progress_bars_are_one_line_and_everything_else_is_untouched(tmp_path: Path) -> None:
    odd = b"\xff\xfe caf\xe9\x00\x1b[31mred\x1b[0m\ttab\r\nlast without newline"
    with live_run(tmp_path, "--bar", "2000", "--print-bytes", odd.hex()) as run:
        run.wait_for_end()
        run.wait_until_nothing_lives()
        assert run.log == b"training: 2000/2000\n" + odd


def test_much_output_is_kept_whole(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "200", "--seconds-per-step", "0", "--print-each-step", "100000") as run:
        run.wait_for_end()
        run.wait_until_nothing_lives()
        assert len(run.log) == 200 * 100_001


def test_output_is_in_the_log_while_the_run_goes_on(tmp_path: Path) -> None:
    code = "import sys, time; print('first'); print('half a line', end='', flush=True); time.sleep(60)"
    with live_run(tmp_path, arguments=[sys.executable, "-c", code]) as run:
        run.wait_for_log(b"first\nhalf a line")
        assert run.state.state == "starting"


def test_secrets_reach_the_command_and_nothing_on_disk(tmp_path: Path) -> None:
    value = 'hf_"quoted"\\value'
    with live_run(
        tmp_path,
        "--print-variable",
        "HUB_TOKEN",
        "--dump",
        "--fail",
        f"token {value} was refused",
        "--steps",
        "2",
        secrets={"HUB_TOKEN": value},
    ) as run:
        # The message is an argument of this test's program, not a secret on its way.
        arguments = run.attempt.command.read_bytes()
        state = run.wait_for_end()
        run.wait_until_nothing_lives()
        assert b"HUB_TOKEN=***" in run.log
        assert "token *** was refused" in (state.reason or "")
        assert json.loads((run.attempt.output / "args.json").read_text()) == {"HUB_TOKEN": "***"}
        forms = [value.encode(), json.dumps(value)[1:-1].encode()]
        for path in run.paths.directory.rglob("*"):
            if path.is_file() and path.read_bytes() != arguments:
                assert not any(form in path.read_bytes() for form in forms), path


def test_workers_that_outlive_the_command_are_ended(tmp_path: Path) -> None:
    with live_run(tmp_path, "--workers", "2", "--workers-outlive", "--ignore", "SIGTERM") as run:
        assert run.wait_for_end().state == "succeeded"
        assert run.survivors in ([], [run.supervisor.pid])


def test_devices_are_sampled_beside_the_run(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "1000") as run:
        wait_for(lambda: run.attempt.devices.exists() and bool(run.attempt.devices.read_bytes()), "a sample")
        sample = decode(HostSample, json.loads(run.attempt.devices.read_text().splitlines()[0]))
        assert any(device.kind == "cpu" for device in sample.devices)


def test_the_command_runs_where_it_should_with_nothing_to_read(tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd(), repr(sys.stdin.read()), os.getsid(0) == os.getpid())"
    with live_run(tmp_path, arguments=[sys.executable, "-c", code]) as run:
        run.wait_for_end()
        assert run.log.decode() == f"{tmp_path} '' True\n"


def test_the_starter_may_ignore_signals_and_the_command_does_not(tmp_path: Path) -> None:
    code = "import signal; print([repr(signal.getsignal(n)) for n in (signal.SIGINT, signal.SIGTERM)])"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with live_run(tmp_path, arguments=[sys.executable, "-c", code]) as run:
            run.wait_for_end()
            assert b"default_int_handler" in run.log
            assert b"SIG_IGN" not in run.log
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_secret_does_not_wait_in_a_dump_until_training_begins(tmp_path: Path) -> None:
    options = ["--dump", "--print-variable", "HUB_TOKEN", "--steps", "1", "--seconds-per-step", "600"]
    with live_run(tmp_path, *options, secrets={"HUB_TOKEN": "hf_0123456"}) as run:
        dump = run.attempt.output / "args.json"
        wait_for(dump.exists, "the dump")
        wait_for(lambda: b"***" in dump.read_bytes(), "the dump without it")
        assert b"hf_0123456" not in dump.read_bytes()
        assert run.state.state == "starting"
