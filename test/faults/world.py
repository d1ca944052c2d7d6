"""The world of one trial: a workspace with configs, windows with bridges, and the runs that are started in them."""

import json
import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from faults.bridge_client import BridgeClient, BridgeGoneError, RefusedError, SilentError
from faults.clock import make_interpreter
from faults.disk import Disk
from faults.journals import AttemptJournal
from faults.plans import TrainerPlan, TrialPlan
from faults.processes import TRIAL_VARIABLE, Process, Role, processes

MOST_BUCKETS = 4096
# So long a fault waits for its victim.
VICTIM_SECONDS = 2.0
_LOOK_SECONDS = 0.02


class NothingToDoError(Exception):
    """There is nobody and nothing that a fault could happen to; the message says what is missing."""


class TrialEngine(Protocol):
    """What trains in a trial."""

    interpreter: Path

    def fill(self, workspace: Path) -> None:
        """Lays what a config names into the workspace."""

    def write_config(self, path: Path, plan: TrainerPlan, own: dict[str, Any]) -> None:
        """A config for a run; `own` is its block of keys that are ours."""

    def journals(self, config: Path, directory: Path) -> list[AttemptJournal]:
        """What the trainers of the run of this config really did."""


@dataclass(slots=True)
class Followed:
    """One run in one window: what it was told when it began to follow."""

    began_at: float
    base: dict[str, Any]


@dataclass(slots=True)
class Window:
    """A window that looks at the runs."""

    number: int
    client: BridgeClient
    first_states: dict[str, str] = field(default_factory=dict)
    followed: dict[str, Followed] = field(default_factory=dict)
    # Whether it or its bridge was killed, so that what it was told counts no more.
    was_killed: bool = False
    is_frozen: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop that was granted, or of which nobody knows whether it was heard."""

    at: float
    # "now", "next-checkpoint", or "perhaps".
    when: str
    # None where nobody knows.
    attempt: int | None

    def concerns(self, attempt: int) -> bool:
        """Whether it may be about this attempt."""
        return self.attempt is None or self.attempt == attempt


@dataclass(slots=True)
class Run:
    """A run that the trial starts."""

    number: int
    plan: TrainerPlan
    config: Path
    run_id: str | None = None
    stops: list[Stop] = field(default_factory=list)
    resume_count: int = 0
    removed_at: float | None = None


class World:
    """Everything of one trial. Used from several threads."""

    def __init__(self, folder: Path, plan: TrialPlan, engine: TrialEngine, bridge: Path, protocol_hash: str) -> None:
        self.engine = engine
        self.folder = folder
        self.plan = plan
        self.began_at = time.monotonic()
        # A folder of its own, whose name no other trial has.
        self.mark = str(folder)
        self.workspace = folder / "workspace"
        self.root = self.workspace / ".tunewright" / "runs"
        self.clock = folder / "clock"
        self.windows: list[Window] = []
        # By run id: which of its processes was harmed, and how, "kill" or "halt".
        self.harm: list[tuple[str, Role, str]] = []
        self.innocents: list[subprocess.Popen[bytes]] = []
        self.story: list[str] = []
        self._told: set[str] = set()
        self.lock = threading.Lock()
        self.is_calm = threading.Event()
        self._bridge = bridge
        self._protocol_hash = protocol_hash
        self._window_count = 0
        self.workspace.mkdir()
        self.disk = Disk(self.workspace) if "full-disk" in plan.kinds else None
        own_python = sys.executable
        if "clock-jump" in plan.kinds:
            own_python = str(make_interpreter(folder, self.clock))
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("TUNEWRIGHT")},
            TRIAL_VARIABLE: self.mark,
            "TUNEWRIGHT_PYTHON": own_python,
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CONFIG_HOME": str(folder / "configuration"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        self.engine.fill(self.workspace)
        self.runs = [self._make_run(number, trainer) for number, trainer in enumerate(plan.trainers)]

    def tell(self, what: str) -> None:
        """Adds a line to the story of the trial, which is shown when it fails; once, where something repeats itself."""
        with self.lock:
            if what not in self._told:
                self._told.add(what)
                self.story.append(f"{time.monotonic() - self.began_at:7.3f}  {what}")

    def processes(self) -> list[Process]:
        """Every living process of the trial."""
        return processes(self.mark)

    def open_window(self) -> Window:
        """A new window that watches the runs and follows those that are known. Raises as BridgeClient.request."""
        with self.lock:
            number = self._window_count
            self._window_count += 1
        client = BridgeClient(self._bridge, self.environment, self.folder / "bridges.log")
        window = Window(number, client)
        with self.lock:
            self.windows.append(window)
        client.request("initialize", protocolHash=self._protocol_hash, clientName="faults")
        watched = client.request("runs/watch", root=str(self.root))
        window.first_states = {summary["id"]: summary["state"] for summary in watched["runs"]}
        for run in self.runs:
            if run.run_id is not None and run.removed_at is None:
                self.follow(window, run)
        return window

    def open_windows(self) -> list[Window]:
        """The windows whose bridge answers."""
        with self.lock:
            return [window for window in self.windows if not window.client.is_gone]

    def window_of(self, process: Process) -> Window | None:
        """The window that a process is, or to which a bridge belongs."""
        with self.lock:
            return next(
                (each for each in self.windows if each.client.process.pid in (process.pid, process.parent)), None
            )

    def harm_of(self, run: Run) -> set[tuple[Role, str]]:
        """What was done to the processes of a run."""
        return {(role, how) for run_id, role, how in self.harm if run_id == run.run_id}

    def some_run(self, chance: random.Random) -> Run:
        """A run that somebody has started, chosen by chance. Raises NothingToDoError."""
        deadline = time.monotonic() + VICTIM_SECONDS
        while not (runs := [run for run in self.runs if run.run_id is not None and run.removed_at is None]):
            if time.monotonic() > deadline:
                raise NothingToDoError("there is no run")
            time.sleep(_LOOK_SECONDS)
        return chance.choice(runs)

    def run_of(self, process: Process) -> Run | None:
        """The run to which a process belongs."""
        return next((run for run in self.runs if run.run_id is not None and run.run_id == process.run_id), None)

    def follow(self, window: Window, run: Run) -> None:
        """As a dashboard that is opened: first follow, then read."""
        if run.run_id is None or run.run_id in window.followed:
            return
        try:
            window.client.request("runs/follow", root=str(self.root), runId=run.run_id)
            began_at = time.monotonic()
            base = self.query(window.client, run.run_id)
        except RefusedError as error:
            self.tell(f"window {window.number} cannot follow run {run.number}: {error}")
            return
        window.followed[run.run_id] = Followed(began_at, base)

    def query(self, client: BridgeClient, run_id: str) -> dict[str, Any]:
        """Every point of a run's curves."""
        answer = client.request("metrics/query", root=str(self.root), runId=run_id, maxBuckets=MOST_BUCKETS)
        assert isinstance(answer, dict)
        return answer

    def start(self, run: Run, client: BridgeClient) -> bool:
        """Asks for the run once; whether it exists now."""
        try:
            summary = client.request(
                "runs/start", root=str(self.root), configPath=str(run.config), interpreter=str(self.engine.interpreter)
            )
        except (RefusedError, BridgeGoneError, SilentError) as error:
            self.tell(f"run {run.number} was not started: {type(error).__name__} {error}")
            return self.find(run)
        run.run_id = summary["id"]
        self.tell(f"run {run.number} is {run.run_id}, {summary['state']}")
        return True

    def find(self, run: Run) -> bool:
        """Looks on the disk for a run that may have been stored before its bridge died."""
        for path in sorted(self.root.glob("[0-9]*/run.json")):
            try:
                intent = json.loads(path.read_bytes())
            except (OSError, ValueError):
                continue
            if intent["configPath"] == str(run.config):
                run.run_id = intent["id"]
                return True
        return False

    def directory(self, run: Run) -> Path:
        """Where the run is. It must have been started."""
        assert run.run_id is not None
        return self.root / run.run_id

    def _make_run(self, number: int, plan: TrainerPlan) -> Run:
        config = self.workspace / f"run{number}.sft.yaml"
        own: dict[str, Any] = {"name": f"run{number}"}
        if self.plan.retries is not None:
            own["retries"] = self.plan.retries
        if self.plan.queue:
            own["queue"] = "faults"
        if self.plan.health is not None:
            own["health"] = {"alerts": {"nan": self.plan.health}}
        self.engine.write_config(config, plan, own)
        return Run(number, plan, config)
