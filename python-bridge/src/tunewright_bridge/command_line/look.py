"""`runs`, `show`, `stop`, `schema`, `devices`, `doctor`: commands that answer and end."""

import os
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tunewright_bridge.command_line.output import (
    bytes_text,
    number_text,
    print_json,
    print_table,
    time_text,
)
from tunewright_bridge.command_line.places import (
    NO_INTERPRETER,
    default_interpreter,
    find_run,
    interpreter_or_default,
    root_or_default,
)
from tunewright_bridge.methods.table import Methods
from tunewright_bridge.protocol.alert import Alert
from tunewright_bridge.protocol.bridge import (
    DoctorParams,
    Empty,
    ListRunsParams,
    ListRunsResult,
    RunReference,
    SchemaParams,
    StopRunParams,
)
from tunewright_bridge.protocol.device import DeviceSample
from tunewright_bridge.protocol.run import RunProgress, RunSummary, StopWhen
from tunewright_bridge.runs.store import RunStore

_MARKS: Mapping[str, str] = {"ok": "ok", "warning": "warning", "failed": "FAILED", "skipped": "skipped"}


def runs(options: Namespace, methods: Methods) -> int:
    """`runs`."""
    root = root_or_default(options.root, Path.cwd())
    listed: Any = methods.call("runs/list", ListRunsParams(root=str(root), limit=options.limit))
    if options.json:
        print_json(ListRunsResult(runs=listed.runs, total=listed.total))
        return 0
    if listed.total == 0:
        print(f"There are no runs in {root}.")
        return 0
    rows = [("RUN", "STATE", "STEP", "LOSS", "CREATED", "ID")]
    for run in listed.runs:
        step, loss = _progress_cells(run.progress)
        rows.append((f"{run.name}#{run.number}", run.state, step, loss, time_text(run.created_at_ms), run.id))
    print_table(rows)
    left_out = listed.total - len(listed.runs)
    if left_out > 0:
        print(f"{left_out} more; see --limit.")
    return 0


def _progress_cells(progress: RunProgress | None) -> tuple[str, str]:
    if progress is None:
        return "", ""
    step = str(progress.step) if progress.max_steps is None else f"{progress.step}/{progress.max_steps}"
    return step, number_text(progress.loss)


def show(options: Namespace, methods: Methods) -> int:
    """`show RUN`."""
    detail: Any = methods.call("runs/get", _reference(options))
    if options.json:
        print_json(detail)
        return 0
    run: RunSummary = detail.summary
    step, loss = _progress_cells(run.progress)
    facts = {
        "run": f"{run.name} #{run.number} ({run.task})",
        "state": run.state + (f": {run.reason}" if run.reason else ""),
        "id": run.id,
        "directory": run.directory,
        "config": run.config_path,
        "where": f"{run.host}, {run.executor}",
        "created": time_text(run.created_at_ms),
        "started": time_text(run.started_at_ms),
        "ended": time_text(run.ended_at_ms),
        "exit code": "" if run.exit_code is None else str(run.exit_code),
        "step": step,
        "loss": loss,
    }
    if run.stop_when == "next-checkpoint":
        facts["stops"] = "at its next checkpoint"
    for attempt in detail.attempts:
        tool = "" if attempt.tool is None else f"  ({attempt.tool.interpreter})"
        facts[f"attempt {attempt.number}"] = f"{attempt.output_directory or ''}{tool}"
    rows = [(name, value) for name, value in facts.items() if value]
    print_table([*rows, *((alert.severity, _alert_cell(alert)) for alert in detail.alerts or ())])
    return 0


def _alert_cell(alert: Alert) -> str:
    from tunewright_bridge.supervise.health.texts import alert_text

    when = time_text(alert.at_ms) + ("" if alert.ended_at_ms is None else f", over {time_text(alert.ended_at_ms)}")
    return f"{when}: {alert_text(alert)}"


def stop(options: Namespace, methods: Methods) -> int:
    """`stop RUN`."""
    reference = _reference(options)
    when: StopWhen = "next-checkpoint" if options.at_checkpoint else "now"
    run: Any = methods.call("runs/stop", StopRunParams(root=reference.root, run_id=reference.run_id, when=when))
    if options.json:
        print_json(run)
    elif run.stop_when == "next-checkpoint" and run.state in ("starting", "running"):
        print(f"{run.name} #{run.number} is {run.state}, and stops at its next checkpoint.")
    else:
        print(f"{run.name} #{run.number} is {run.state}.")
    return 0


def _reference(options: Namespace) -> RunReference:
    root = root_or_default(options.root, Path.cwd())
    return RunReference(root=str(root), run_id=find_run(options.run, RunStore(root)))


def schema(options: Namespace, methods: Methods) -> int:
    """`schema`."""
    interpreter = interpreter_or_default(options.interpreter, os.environ, Path.cwd())
    result: Any = methods.call("schema/get", SchemaParams(interpreter=interpreter, refresh=options.refresh))
    found = result["schema"]
    if options.json:
        print_json(found)
        return 0
    print(f"Engine {found['engineVersion']} in {interpreter}")
    rows = [("TASK", "CLASS", "ARGUMENTS")]
    for task, class_name in found["tasks"].items():
        rows.append((task, class_name, str(len(found["classes"][class_name]))))
    print_table(rows)
    registries = ", ".join(f"{len(entries)} {_words(name)}" for name, entries in found["registries"].items())
    print(f"Known by name: {registries}.")
    return 0


def _words(name: str) -> str:
    """`modelTypes` as people write it."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)


def devices(options: Namespace, methods: Methods) -> int:
    """`devices`."""
    sample: Any = methods.call("devices/read", Empty())
    if options.json:
        print_json(sample)
        return 0
    rows = [("DEVICE", "LOAD", "MEMORY", "TEMPERATURE", "POWER", "NAME")]
    rows += [_device_row(device) for device in sample.devices]
    print_table(rows)
    for reader in sample.unavailable:
        print(f"{reader.reader}: {reader.reason}")
    return 0


def _device_row(device: DeviceSample) -> tuple[str, str, str, str, str, str]:
    memory = ""
    if device.memory_used_bytes is not None and device.memory_total_bytes is not None:
        memory = f"{bytes_text(device.memory_used_bytes)} of {bytes_text(device.memory_total_bytes)}"
    return (
        device.id if device.kind == "cpu" else f"{device.kind}:{device.index}",
        "" if device.utilization_percent is None else f"{device.utilization_percent:.0f} %",
        memory,
        "" if device.temperature_celsius is None else f"{device.temperature_celsius:.0f} °C",
        "" if device.power_watts is None else f"{device.power_watts:.0f} W",
        device.name,
    )


def doctor(options: Namespace, methods: Methods) -> int:
    """`doctor`: exit code 1 where a check failed."""
    from tunewright_bridge.tools.findings import advice_text, finding_text

    folder = Path.cwd()
    interpreter = options.interpreter or default_interpreter(os.environ, folder)
    report: Any = methods.call("environment/doctor", DoctorParams(interpreter=interpreter))
    if options.json:
        print_json(report)
    else:
        for check in report.checks:
            print(f"{_MARKS[check.status]:8} {check.id}: {finding_text(check)}")
            if check.next is not None:
                print(f"{'':8} {advice_text(check.next)}")
        if interpreter is None:
            print(f"\n{NO_INTERPRETER}")
    return 1 if any(check.status == "failed" for check in report.checks) else 0
