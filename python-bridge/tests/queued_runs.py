"""Runs that wait in queues on a pretend host, with real processes; tells who used which device, and whether two did."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pynvml
import pytest

from live_runs import IMPATIENT, LiveRun, wait_for
from made_runs import new_run, prepared_run
from tunewright_bridge.protocol.queue import QueuedRun
from tunewright_bridge.protocol.run import AttemptTerms
from tunewright_bridge.runs.creation import PreparedRun
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths, runs_root
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.queueing.folders import queue_folders
from tunewright_bridge.supervise.queueing.listing import Queues
from tunewright_bridge.supervise.starting import start_supervisor

_PROGRAMS = Path(__file__).parent / "programs"


class QueueHost:
    """A host with as many pretend cards as wanted; none is a host that has only its processor."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, cards: int, state: Path) -> None:
        self.workspace = folder / "workspace"
        self.ledger = folder / "ledger"
        self.runs: list[LiveRun] = []
        self._folder = folder
        self._cards = folder / "cards.json"
        for place in (self.workspace, self.ledger):
            place.mkdir()
        # Supervisors search modules where the test does.
        monkeypatch.syspath_prepend(str(_PROGRAMS / "nvml"))
        # Another test may have loaded the real one already; it is back at the end of this one.
        monkeypatch.setitem(sys.modules, "pynvml", pynvml)
        monkeypatch.delitem(sys.modules, "pynvml")
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        monkeypatch.setenv("PRETEND_CARDS", str(self._cards) if cards else "")
        monkeypatch.setenv("XDG_STATE_HOME", str(state))
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
        self.use_cards([0.0] * cards)
        self.queues_folder = queue_folders(os.environ).directory
        self.queues = Queues(queue_folders(os.environ))

    def use_cards(self, shares: list[float]) -> None:
        """The share of each card's memory that is in use, by whomever."""
        self._replace_cards(json.dumps(shares))

    def break_driver(self) -> None:
        """From now on the driver does not answer."""
        self._replace_cards("broken")

    def _replace_cards(self, text: str) -> None:
        unfinished = self._cards.with_suffix(".new")
        unfinished.write_text(text)
        unfinished.replace(self._cards)

    def store(
        self,
        name: str,
        *options: str,
        queue: str | None = "night",
        devices: int | None = None,
        resolved_text: str = "model: tiny\n",
        environment: dict[str, str] | None = None,
        retries: int | None = None,
        workspace: Path | None = None,
    ) -> LiveRun:
        """A run that is not started."""
        place = workspace or self.workspace

        def prepare(attempt: AttemptPaths) -> PreparedRun:
            program = str(_PROGRAMS / "device_user.py")
            arguments = [sys.executable, program, name, "--ledger", str(self.ledger), *options]
            prepared = prepared_run(
                attempt,
                arguments=arguments,
                environment=environment,
                working_directory=place,
                terms=AttemptTerms(queue=queue, devices=devices, retries=retries),
            )
            return replace(prepared, attempt=replace(prepared.attempt, resolved_text=resolved_text))

        run = LiveRun(RunStore(runs_root(place)).create(new_run(place, name=name), prepare))
        self.runs.append(run)
        return run

    def start(self, name: str, *options: str, **values: object) -> LiveRun:
        """A run with a supervisor: it waits, or works."""
        run = self.store(name, *options, **values)  # type: ignore[arg-type]
        start_supervisor(run.paths, run.attempt, environment=os.environ, patience=IMPATIENT)
        return run

    def take_in(self, directory: Path) -> None:
        """A run that somebody else has started ends with the others."""
        self.runs.append(LiveRun(RunPaths(directory)))

    @property
    def environment(self) -> dict[str, str]:
        """What those inherit who work on this host."""
        return dict(os.environ)

    def hold(self, name: str, **values: object) -> LiveRun:
        """A run that has its devices until it is let go."""
        run = self.start(name, "--until", str(self._folder / f"{name} may go"), **values)
        self.wait_until_begun(name)
        return run

    def let_go(self, name: str) -> None:
        (self._folder / f"{name} may go").touch()

    @property
    def begun(self) -> list[str]:
        """Names of the runs whose command began, in this order."""
        return [line.split()[0] for line in self._lines("begun")]

    def devices_of(self, name: str) -> tuple[str, str]:
        """What the command of a run was told: the devices by their ids, and those that it is to see."""
        _, devices, visible = next(line.split() for line in self._lines("begun") if line.split()[0] == name)
        return devices, visible

    @property
    def overlaps(self) -> list[str]:
        """Whoever began to use a device that was in use."""
        return self._lines("overlaps")

    def wait_until_begun(self, *names: str, seconds: float = 30.0) -> None:
        wait_for(lambda: set(names) <= set(self.begun), f"the beginning of {names}", seconds=seconds)

    def waiting(self, queue: str = "night") -> list[str]:
        """Names of those that wait, in order."""
        return [entry.name.partition(" ")[0] for entry in self.entries(queue) if entry.device_ids is None]

    def reason(self, name: str, queue: str = "night") -> str:
        """Why a run waits; empty where nobody knows of it."""
        for entry in self.entries(queue):
            if entry.name.partition(" ")[0] == name and entry.waits_for is not None:
                return entry.waits_for.code
        return ""

    def entries(self, queue: str = "night") -> list[QueuedRun]:
        return [entry for summary in self.queues.summaries() if summary.name == queue for entry in summary.entries]

    def entry_file(self, run: LiveRun, queue: str = "night") -> Path:
        return queue_folders(os.environ).entry(queue, run.paths.directory.parent, run.paths.run_id)

    def _lines(self, name: str) -> list[str]:
        try:
            return (self.ledger / name).read_text().splitlines()
        except FileNotFoundError:
            return []


@contextmanager
def queue_host(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, cards: int = 0, state: Path | None = None
) -> Iterator[QueueHost]:
    """A host whose runs are all ended afterwards. Its queues lie below `state`."""
    host = QueueHost(folder, monkeypatch, cards, state or folder / "state")
    try:
        yield host
        assert host.overlaps == []
    finally:
        # Supervisors of those that wait first, so that none starts when another ends.
        for run in reversed(host.runs):
            run.clean_up()
