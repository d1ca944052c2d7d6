"""Compares, all the while, what the bridges say of each run with the processes that there really are.

Where both disagree, the clock runs from the moment at which somebody looks and is told the wrong thing, until somebody
is told the right one.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from faults.bridge_client import BridgeGoneError, RefusedError, SilentError
from faults.processes import CARRIERS, Process
from faults.world import Run, Window, World

LIMIT_SECONDS = 5.0
_LOOK_SECONDS = 0.15
ENDED = frozenset({"succeeded", "failed", "cancelled", "lost"})


class Observer:
    """Looks through whatever window is open, in a thread of its own."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        # By run: since when what is wrong with it, and of which state and attempt that is said.
        self._wrong_since: dict[int, tuple[float, str, tuple[str, int]]] = {}
        self._is_counted: set[int] = set()
        self.worst_seconds = 0.0
        self.false_states: list[str] = []
        self.problems: list[str] = []
        self.latest: dict[int, Mapping[str, Any]] = {}

    def start(self) -> None:
        """Begins to look."""
        self._thread.start()

    def end(self) -> None:
        """Looks no more; an error that is still there has lasted until now."""
        self._is_over.set()
        self._thread.join()

    @property
    def agrees(self) -> bool:
        """Whether everything that was told last was right."""
        return not self._wrong_since

    def _run(self) -> None:
        turn = 0
        while not self._is_over.wait(_LOOK_SECONDS):
            windows = [window for window in self._world.open_windows() if not window.is_frozen]
            if not windows:
                # Nobody looks, so nobody is told anything wrong.
                self._wrong_since.clear()
                continue
            turn += 1
            self._look(windows[turn % len(windows)])

    def _look(self, window: Window) -> None:
        asked_at = time.monotonic()
        before = self._world.processes()
        try:
            answer = window.client.request("runs/list", root=str(self._world.root))
        except BridgeGoneError:
            return
        except (RefusedError, SilentError) as error:
            if not (window.was_killed or window.is_frozen):
                self.problems.append(f"the run list did not open: {type(error).__name__} {error}")
            return
        after = self._world.processes()
        told = {run["configPath"]: run for run in answer["runs"]}
        for run in self._world.runs:
            self._judge(run, told.get(str(run.config)), (before, after), asked_at)

    def _judge(
        self, run: Run, told: Mapping[str, Any] | None, looks: Sequence[Sequence[Process]], asked_at: float
    ) -> None:
        if told is not None:
            self.latest[run.number] = told
        error = None
        if told is not None and run.removed_at is None:
            # Something may have changed while the bridge answered, so that one of the two looks has to agree.
            errors = [state_error(told, look) for look in looks]
            error = None if None in errors else errors[-1]
        if error is None:
            self._settle(run)
            return
        assert told is not None
        said = (told["state"], told["attempt"])
        if self._wrong_since.get(run.number, (0.0, "", said))[2] != said:
            # Another statement, which is wrong for reasons of its own.
            self._settle(run)
        began_at, *_ = self._wrong_since.setdefault(run.number, (asked_at, error, said))
        seconds = time.monotonic() - began_at
        self.worst_seconds = max(self.worst_seconds, seconds)
        if seconds > LIMIT_SECONDS and run.number not in self._is_counted:
            self._is_counted.add(run.number)
            self.false_states.append(f"run {run.number}: {error}, for more than {LIMIT_SECONDS:.0f} s")
            self._world.tell(f"WRONG for {seconds:.1f} s: run {run.number}: {error}")

    def _settle(self, run: Run) -> None:
        wrong = self._wrong_since.pop(run.number, None)
        self._is_counted.discard(run.number)
        if wrong is not None and time.monotonic() - wrong[0] > 1:
            self._world.tell(f"run {run.number} was wrong for {time.monotonic() - wrong[0]:.1f} s: {wrong[1]}")


def state_error(told: Mapping[str, Any], living: Sequence[Process]) -> str | None:
    """What is wrong with a state, given the living processes of the trial."""
    state = told["state"]
    own = [process for process in living if process.run_id == told["id"]]
    training = [process for process in own if process.role in ("trainer", "worker")]
    carriers = [process for process in own if process.role in CARRIERS]
    if state in ENDED and training:
        return f"it is {state}, and {training[0].role} {training[0].pid} lives"
    if state == "queued":
        if training:
            return f"it is queued, and {training[0].role} {training[0].pid} lives"
        # A bridge that was halted while it started the run goes on where it was.
        is_coming = any(process.role in ("bridge", "window") and process.is_stopped for process in living)
        return None if carriers or is_coming else "it is queued, and nobody is there who would start it"
    if state == "starting" and not (training or carriers):
        return "it is starting, and nothing of it lives"
    if state in ("running", "stopping") and not training:
        return f"it is {state}, and nothing of it trains"
    return None
