"""Starts live runs that log what a test wants, under a health policy."""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from live_runs import IMPATIENT, LiveRun, store_live_run, wait_for
from tunewright_bridge.protocol.alert import Alert, HealthRecord
from tunewright_bridge.protocol.config import HealthPolicy
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import AttemptCommand, AttemptTerms
from tunewright_bridge.runs.durable import write_json_atomically
from tunewright_bridge.runs.reading import read_record, read_record_if_there
from tunewright_bridge.runs.record import RunRecord
from tunewright_bridge.supervise.starting import start_supervisor

REPLAYER = Path(__file__).parents[2] / "programs" / "replayer.py"
# What the issue promises of an alert, counted from its line.
PROMISED_SECONDS = 10.0
# What a busy machine that tests gets.
ALERT_SECONDS = 4 * PROMISED_SECONDS


def loss_lines(losses: Iterable[float], *, apart: float = 0.05, first: int = 1) -> list[dict[str, Any]]:
    """A script in which the engine logs one loss a step."""
    script = []
    for index, loss in enumerate(losses):
        step = first + index
        line = {"loss": loss, "grad_norm": 1.0, "global_step/max_steps": f"{step}/1000", "elapsed_time": "0s"}
        script.append({"t": index * apart, "log": json.dumps(line)})
    return script


@contextmanager
def live_health(
    workspace: Path, script: Iterable[Mapping[str, Any]], *, health: HealthPolicy | None = None, stay: bool = True
) -> Iterator[LiveRun]:
    """A started run that logs the script and then stays, unless told to end."""
    path = workspace / "script.jsonl"
    path.write_text("".join(json.dumps(event) + "\n" for event in script))
    run = store_live_run(workspace, arguments=[sys.executable, str(REPLAYER), str(path), *(["--stay"] * stay)])
    command = read_record(AttemptCommand, run.attempt.command)
    terms = AttemptTerms(health=health)
    write_json_atomically(run.attempt.command, encode(replace(command, terms=terms)))
    try:
        start_supervisor(run.paths, run.attempt, environment=os.environ, patience=IMPATIENT)
        yield run
    finally:
        run.clean_up()


def told(run: LiveRun) -> list[Alert]:
    """The alerts that `health.json` holds."""
    record = read_record_if_there(HealthRecord, run.attempt.health)
    return [] if record is None else record.alerts


def alert_events(run: LiveRun) -> list[tuple[str, str]]:
    """Kind and alert of each event that tells of one, oldest first."""
    events = RunRecord(run.paths).events()
    return [(event.kind, event.alert.id) for event in events if event.alert is not None]


def wait_for_alert(run: LiveRun, kind: str, *, seconds: float = ALERT_SECONDS) -> Alert:
    """The alert, once it is on disk."""
    wait_for(lambda: any(alert.kind == kind for alert in told(run)), f"an alert {kind}", seconds=seconds)
    return next(alert for alert in told(run) if alert.kind == kind)
