"""Starts runs of the stand-in trainer for tests, waits for what becomes of them, and leaves no process behind."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import yaml

from made_runs import new_run, prepared_run
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.config import HealthPolicy
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import AttemptTerms, Lease, RecorderRecord, RunState, StateRecord
from tunewright_bridge.protocol.task import Task
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.creation import PreparedRun
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths, runs_root
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord, is_live
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.processes import is_alive
from tunewright_bridge.supervise.starting import start_supervisor
from tunewright_bridge.supervise.stop import request_stop
from tunewright_bridge.supervise.stopping import Patience
from tunewright_bridge.supervise.tree import carriers, marked, signal_all

TRAINER = Path(__file__).parent / "programs" / "trainer.py"
STAND_IN_ENGINE = Path(__file__).parent / "programs" / "engine"
IMPATIENT = Patience(interrupt_seconds=1.0, terminate_seconds=1.0, missing_seconds=1.0, retry_seconds=0.3)
_DEADLINE_SECONDS = 60.0


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = _DEADLINE_SECONDS) -> None:
    """Waits until `condition` holds; fails, naming `what`, when it never does."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain for {what}")
        time.sleep(0.01)


class LiveRun:
    """A run with real processes; what is asked of its attempt is asked of the first one, or of the one it is put to."""

    def __init__(self, paths: RunPaths) -> None:
        self.paths = paths
        self.attempt: AttemptPaths = paths.attempt(1)

    def go_to_attempt(self, number: int) -> None:
        """Waits until the run stands in this attempt, and speaks of it from now on."""
        wait_for(lambda: self.state.attempt == number, f"attempt {number}; the run is {self.state}")
        self.attempt = self.paths.attempt(number)

    @property
    def state(self) -> StateRecord:
        return RunRecord(self.paths).state()

    @property
    def supervisor(self) -> ProcessIdentity:
        return read_record(Lease, self.attempt.lease).supervisor

    @property
    def generation(self) -> int:
        return read_record(Lease, self.attempt.lease).generation

    @property
    def recorder(self) -> ProcessIdentity:
        return read_record(RecorderRecord, self.attempt.recorder).recorder

    @property
    def trainer(self) -> ProcessIdentity:
        return read_record(RecorderRecord, self.attempt.recorder).trainer

    @property
    def log(self) -> bytes:
        return b"".join(data for _, data in ConsoleLog(self.attempt).pieces(1 << 20))

    @property
    def metrics(self) -> list[str]:
        return (self.attempt.output / "logging.jsonl").read_text().splitlines()

    def wait_for_state(self, *states: RunState) -> StateRecord:
        """Waits without repairing anything."""
        wait_for(lambda: self.state.state in states, f"{states}; it is {self.state}")
        return self.state

    def wait_for_end(self, *, repairing: bool = False) -> StateRecord:
        """Waits until the run is over, by itself or, if `repairing`, as a bridge that looks at it again and again."""

        def is_over() -> bool:
            state = repair(self.paths) if repairing else self.state
            return not is_live(state.state)

        wait_for(is_over, f"the end; it is {self.state}")
        return self.state

    def wait_for_log(self, text: bytes) -> None:
        wait_for(lambda: text in self.log, f"{text!r} in the log")

    def wait_for_steps(self, count: int) -> None:
        file = self.attempt.output / "logging.jsonl"
        wait_for(lambda: file.exists() and len(self.metrics) >= count, f"{count} steps")

    def kill(self, identity: ProcessIdentity) -> None:
        """kill -9, and waits until it has happened."""
        os.kill(identity.pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(identity), f"the end of {identity.pid}")

    def stop_impatiently(self) -> None:
        """Asks again and again, as a person does who cannot wait, until the run is over."""

        def has_ended() -> bool:
            # Refused where the run has just ended.
            with suppress(BridgeError):
                request_stop(self.paths, "somebody impatient")
            # Longer than what counts as the same impatience, when two of them are added up.
            time.sleep(0.6)
            return not is_live(self.state.state)

        wait_for(has_ended, f"the end; it is {self.state}")

    @property
    def survivors(self) -> list[int]:
        """Every process of the attempt, our own ones included, that lives."""
        own = [identity.pid for identity in self._carriers() if is_alive(identity)]
        return sorted({*own, *(entry.pid for entry in marked(self.attempt))})

    def wait_until_nothing_lives(self) -> None:
        wait_for(lambda: not self.survivors, f"the end of {self.survivors}")

    def clean_up(self) -> None:
        """Ends whatever a failed test may have left: supervisors first, so that nobody takes over."""
        for find in (carriers, marked):
            # Again and again, since one of them may just be making another.
            while left := [entry for attempt in self._attempts() for entry in find(attempt)]:
                signal_all(left, signal.SIGKILL)
                time.sleep(0.01)

    def _attempts(self) -> list[AttemptPaths]:
        """Those that there are, and the one that may just be made."""
        names = os.listdir(self.paths.attempts) if self.paths.attempts.exists() else ["1"]
        numbers = sorted(int(name) for name in names if name.isdecimal())
        return [self.paths.attempt(number) for number in (*numbers, max(numbers, default=0) + 1)]

    def _carriers(self) -> list[ProcessIdentity]:
        found = [self.supervisor] if self.attempt.lease.exists() else []
        return [*found, self.recorder, self.trainer] if self.attempt.recorder.exists() else found


def store_live_run(
    workspace: Path,
    *options: str,
    arguments: list[str] | None = None,
    environment: Mapping[str, str] | None = None,
    secret_names: list[str] | None = None,
    task: Task = "sft",
) -> LiveRun:
    """Stores a run of the stand-in trainer with `options`, or of any command, without starting it."""

    def prepare(attempt: AttemptPaths) -> PreparedRun:
        command = arguments or [sys.executable, str(TRAINER), "--output", str(attempt.output), *options]
        return prepared_run(
            attempt,
            arguments=command,
            environment={"PYTHONUNBUFFERED": "1", **(environment or {})},
            secret_names=secret_names,
            working_directory=workspace,
        )

    new = replace(new_run(workspace), task=task)
    return LiveRun(RunStore(runs_root(workspace)).create(new, prepare))


def store_engine_run(
    workspace: Path,
    values: Mapping[str, object],
    *,
    retries: int | None = None,
    health: HealthPolicy | None = None,
    secret_names: list[str] | None = None,
) -> LiveRun:
    """Stores a run of the stand-in engine on these arguments, as a config of them would be resolved."""
    engine = engine_for_runs()

    def prepare(attempt: AttemptPaths) -> PreparedRun:
        prepared = prepared_run(
            attempt,
            arguments=engine.command(sys.executable, "sft", attempt.resolved),
            environment={"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(STAND_IN_ENGINE)},
            secret_names=secret_names,
            working_directory=workspace,
            terms=AttemptTerms(retries=retries, health=health),
        )
        text = yaml.safe_dump({"model": "tiny", **values, "output_dir": str(attempt.output), "add_version": False})
        return replace(prepared, attempt=replace(prepared.attempt, resolved_text=text))

    return LiveRun(RunStore(runs_root(workspace)).create(new_run(workspace), prepare))


@contextmanager
def engine_run(
    workspace: Path,
    values: Mapping[str, object],
    *,
    retries: int | None = None,
    health: HealthPolicy | None = None,
    secrets: Mapping[str, str] | None = None,
    patience: Patience = IMPATIENT,
) -> Iterator[LiveRun]:
    """A started run of the stand-in engine."""
    secrets = secrets or {}
    run = store_engine_run(workspace, values, retries=retries, health=health, secret_names=list(secrets))
    try:
        start_supervisor(run.paths, run.attempt, environment={**os.environ, **secrets}, patience=patience)
        yield run
    finally:
        run.clean_up()


@contextmanager
def live_run(
    workspace: Path,
    *options: str,
    arguments: list[str] | None = None,
    secrets: Mapping[str, str] | None = None,
    patience: Patience = IMPATIENT,
    task: Task = "sft",
) -> Iterator[LiveRun]:
    """A started run of the stand-in trainer, or of any command."""
    secrets = secrets or {}
    run = store_live_run(workspace, *options, arguments=arguments, secret_names=list(secrets), task=task)
    try:
        start_supervisor(run.paths, run.attempt, environment={**os.environ, **secrets}, patience=patience)
        yield run
    finally:
        run.clean_up()
