"""That alerts of a live run reach the disk in time, are told once, and do what the config's policy says."""

import json
import math
from pathlib import Path

import pytest

from live_runs import LiveRun, wait_for
from made_runs import make_run
from small_disks import small_disk
from supervise.health.live_health import (
    alert_events,
    live_health,
    loss_lines,
    told,
    wait_for_alert,
)
from tunewright_bridge.protocol.alert import HealthAction, HealthRecord
from tunewright_bridge.protocol.config import AlertActions, HealthPolicy
from tunewright_bridge.protocol.run import AttemptCommand, RunIntent, StopRequest
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.health import HealthMonitor


def test_a_nan_is_told_once_and_ends_when_numbers_come_again(tmp_path: Path) -> None:
    script = loss_lines([2.0, math.nan, math.nan])
    script += [{**event, "t": 7.0} for event in loss_lines([2.0, 2.0, 2.0], first=4)]
    with live_health(tmp_path, script) as run:
        alert = wait_for_alert(run, "nan")
        assert (alert.severity, alert.action, alert.step, alert.series) == ("alert", "notify", 2, "loss")
        assert alert.values["value"] == "NaN"
        wait_for(lambda: len(alert_events(run)) == 2, "the end of the alert")
        assert alert_events(run) == [("alert", "nan:loss"), ("alert-ended", "nan:loss")]
        wait_for(lambda: told(run)[0].ended_at_ms is not None, "the end in the file")
        assert run.state.state == "running"


def test_a_nan_leads_to_the_line_that_was_printed_of_its_step(tmp_path: Path) -> None:
    paths = make_run(tmp_path)
    attempt = paths.attempt(1)
    intent, command = read_record(RunIntent, paths.intent), read_record(AttemptCommand, attempt.command)
    logged = [event["log"] for event in loss_lines([2.0, math.nan])]
    printed = ["loading", *(repr(json.loads(line)) for line in logged)]
    attempt.console_segment(0).write_text("".join(f"{line}\n" for line in printed))
    output = Path(command.output_directory)
    output.mkdir(parents=True, exist_ok=True)
    (output / "logging.jsonl").write_text("".join(f"{line}\n" for line in logged))
    HealthMonitor(paths, attempt, intent, command).step()
    [alert] = read_record(HealthRecord, attempt.health).alerts
    assert (alert.kind, alert.step, alert.log_offset) == ("nan", 2, len("\n".join(printed[:2])) + 1)


def test_what_breaks_while_health_is_looked_at_ends_neither_watch_nor_run(tmp_path: Path) -> None:
    def broken_clock() -> float:
        raise ValueError("out of order")

    paths = make_run(tmp_path)
    attempt = paths.attempt(1)
    intent, command = read_record(RunIntent, paths.intent), read_record(AttemptCommand, attempt.command)
    monitor = HealthMonitor(paths, attempt, intent, command, clock=broken_clock)
    assert monitor.step() is not None
    monitor.close()


def states_of(run: LiveRun) -> list[tuple[int, str | None]]:
    """Attempt and state of each event that changed it."""
    return [(event.attempt, event.state) for event in RunRecord(run.paths).events() if event.kind == "state"]


@pytest.mark.parametrize("action", ["stop", "resume"])
def test_an_alert_stops_the_run_where_the_config_says_so(tmp_path: Path, action: HealthAction) -> None:
    health = HealthPolicy(alerts=AlertActions(nan=action))
    with live_health(tmp_path, loss_lines([2.0, math.inf]), health=health) as run:
        wait_for(run.attempt.stop.exists, "the request to stop")
        request = read_record(StopRequest, run.attempt.stop)
        assert request.alert is not None
        assert (request.when, request.alert.kind, request.alert.action) == (None, "nan", action)
        assert request.alert.values["value"] == "Infinity"
        wait_for(lambda: (1, "stopping") in states_of(run), "the stop")


@pytest.mark.parametrize("health", [HealthPolicy(enabled=False), HealthPolicy(alerts=AlertActions(nan="ignore"))])
def test_a_config_can_ask_for_silence(tmp_path: Path, health: HealthPolicy) -> None:
    with live_health(tmp_path, loss_lines([2.0, math.nan]), health=health, stay=False) as run:
        assert run.wait_for_end().state == "succeeded"
        assert told(run) == []


def test_what_a_killed_supervisor_told_is_not_told_again(tmp_path: Path) -> None:
    with live_health(tmp_path, loss_lines([2.0, math.nan])) as run:
        first = wait_for_alert(run, "nan")
        run.kill(run.supervisor)
        repair(run.paths)
        wait_for(lambda: run.generation == 2, "the adoption")
        with run.paths.directory.joinpath("attempts/1/output/logging.jsonl").open("a") as file:
            file.write('{"loss": 1.0, "grad_norm": NaN, "global_step/max_steps": "3/1000"}\n')
        wait_for(lambda: len(told(run)) == 2, "the alert after it")
        assert told(run)[0] == first
        assert alert_events(run) == [("alert", "nan:loss"), ("alert", "nan:grad_norm")]


def test_what_is_logged_last_is_told_although_the_command_has_ended(tmp_path: Path) -> None:
    with live_health(tmp_path, loss_lines([2.0, math.nan], apart=0.0), stay=False) as run:
        run.wait_for_end()
        assert [alert.kind for alert in told(run)] == ["nan"]


def test_a_run_without_steps_hangs_after_the_minutes_that_its_config_says(tmp_path: Path) -> None:
    health = HealthPolicy(stall_minutes=0.05)
    with live_health(tmp_path, loss_lines([2.0, 1.9, 1.8]), health=health) as run:
        alert = wait_for_alert(run, "hang")
        assert alert.step == 3
        with (run.attempt.output / "logging.jsonl").open("a") as file:
            file.write(loss_lines([1.7], first=4)[0]["log"] + "\n")
        wait_for(lambda: told(run)[0].ended_at_ms is not None, "the end of the alert")


def test_a_command_that_runs_out_of_memory_is_told_what_helps_and_where_it_says_so(tmp_path: Path) -> None:
    error = "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.32 GiB. GPU 0 has a total capacity"
    lines = ["Traceback (most recent call last):", '  File "train.py", line 3', error]
    script = [*loss_lines([2.0]), *({"t": 0.5, "text": line} for line in lines), {"t": 0.6, "exit": 1}]
    with live_health(tmp_path, script) as run:
        assert run.wait_for_end().state == "failed"
        alert = wait_for_alert(run, "out_of_memory", seconds=0)
        assert (alert.subject, alert.step, alert.values["wanted"]) == ("cuda-out-of-memory", 1, "2.32 GiB")
        assert "lora" not in alert.values["advice"].split(",")
        assert alert.log_offset is not None
        assert run.log[alert.log_offset :].startswith(error.encode())


def test_a_failure_that_does_not_end_the_command_is_told_while_it_lives(tmp_path: Path) -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "train.py", line 3',
        "OSError: [Errno 28] No space left on device",
    ]
    script = [*loss_lines([2.0]), *({"t": 1.0, "text": line} for line in lines)]
    with live_health(tmp_path, script) as run:
        alert = wait_for_alert(run, "engine_failure")
        assert alert.subject == "no-space-left"
        assert run.state.state == "running"


def test_a_disk_that_is_nearly_full_is_told_until_the_run_ends(tmp_path: Path) -> None:
    script = [*loss_lines([2.0] * 3), {"t": 12.0, "exit": 0}]
    with small_disk(tmp_path / "disk") as disk, live_health(disk.place, script) as run:
        assert wait_for_alert(run, "disk_full").values["needed"] == "64 MiB"
        run.wait_for_end()
        assert [alert.ended_at_ms is not None for alert in told(run)] == [True]
