"""One trial: `python -m faults.trial SEED FOLDER BRIDGE all|none [SAMPLE INTERPRETER]`. Prints its result as one line.

With a sample and an interpreter it is a trial of the real engine; `all` faults need namespaces of the trial's own.

A trial draws its plan from its seed, starts runs through the built bridge, lets the faults come, waits until everything
is over, and then compares what is shown with what there was.
"""

import json
import random
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from faults.bridge_client import BridgeGoneError, RefusedError, SilentError, protocol_hash
from faults.kinds import FAULTS, engine_kinds, possible_kinds
from faults.plans import Fault, plan_engine_trial, plan_trial
from faults.processes import CARRIERS, end_all
from faults.real_engine import RealEngine
from faults.stand_in import StandIn
from faults.stopping import ask
from faults.truth import ENDED, Observer
from faults.verdict import Verdict, judge
from faults.world import NothingToDoError, Run, TrialEngine, Window, World

_START_PAUSE_SECONDS = 0.5
_BIRTH_SECONDS = 15.0
_FIRST_STEP_SECONDS = 120.0
_LOOK_SECONDS = 0.02
# What a run may take longer than planned, and what its first retry waits.
_SPARE_SECONDS = 2.0
_RETRY_SECONDS = 10.0
# From the last fault to the end of the last run.
_END_SECONDS = 60.0
# A run whose directory was removed is ended by its supervisor after a minute, and may be stubborn.
_REMOVED_SECONDS = 120.0
_STOP_PAUSE_SECONDS = 1.3
_CLOSE_SECONDS = 10.0
_POLL_SECONDS = 0.1


class Trial:
    """One trial on its way."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._observer = Observer(world)
        self._problems: list[str] = []
        # The kinds of the faults that found somebody to happen to.
        self.happened: list[str] = []

    def run(self) -> Verdict:
        """Everything from the first window to the verdict."""
        world = self._world
        for _ in range(world.plan.windows):
            world.open_window()
        world.began_at = time.monotonic()
        self._observer.start()
        threads = [threading.Thread(target=self._start, args=(run,), daemon=True) for run in world.runs]
        threads += [threading.Thread(target=self._let_come, args=(fault,), daemon=True) for fault in world.plan.faults]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        world.is_calm.set()
        world.tell("calm")
        self._make_whole()
        self._wait_for_end()
        self._observer.end()
        verdict = judge(world, self._observer)
        verdict.problems += self._problems
        return verdict

    def clean_up(self) -> None:
        """Ends whatever is left, process by process."""
        for innocent in self._world.innocents:
            innocent.kill()
            innocent.wait()
        end_all(self._world.mark)

    def _start(self, run: Run) -> None:
        """Starts a run, and asks again, through another window, where that was in vain."""
        time.sleep(run.number * _START_PAUSE_SECONDS)
        while not self._has_started(run) and not self._world.is_calm.is_set():
            time.sleep(_START_PAUSE_SECONDS)
            if self._is_late():
                return

    def _is_late(self) -> bool:
        longest = max(run.plan.seconds for run in self._world.runs)
        return time.monotonic() - self._world.began_at > 2 * longest

    def _has_started(self, run: Run) -> bool:
        if self._world.find(run):
            return True
        window = self._window()
        if window is None or not self._world.start(run, window.client):
            return False
        try:
            for each in self._world.open_windows():
                self._world.follow(each, run)
        except (BridgeGoneError, SilentError):
            return True
        return True

    def _window(self) -> Window | None:
        """An open window; a new one where every other was killed."""
        usable = [window for window in self._world.open_windows() if not window.is_frozen]
        if usable:
            return usable[0]
        try:
            return self._world.open_window()
        except (BridgeGoneError, SilentError, RefusedError) as error:
            self._world.tell(f"no window opens: {type(error).__name__} {error}")
            return None

    def _let_come(self, fault: Fault) -> None:
        self._wait_until(fault.after)
        time.sleep(fault.at)
        act, _ = FAULTS[fault.kind]
        try:
            act(self._world, random.Random(fault.seed))
            self.happened.append(fault.kind)
        except NothingToDoError as error:
            self._world.tell(f"no {fault.kind}: {error}")
        except Exception:  # noqa: BLE001 - whatever goes wrong in the trial itself must be seen
            self._problems.append(f"{fault.kind} could not be done: {traceback.format_exc()}")

    def _wait_until(self, moment: Literal["start", "birth", "step"]) -> None:
        """Until the moment from which the time of a fault counts; a run that never comes so far is not waited for."""
        world = self._world
        deadline = time.monotonic() + (_FIRST_STEP_SECONDS if moment == "step" else _BIRTH_SECONDS)
        has_come: dict[str, Callable[[], bool]] = {
            "start": lambda: True,
            "birth": lambda: any(process.run_id is not None for process in world.processes()),
            "step": lambda: any(world.root.glob("*/attempts/*/output/logging.jsonl")),
        }
        while not has_come[moment]() and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)

    def _make_whole(self) -> None:
        """Somebody looks again: from here on everything has to become right by itself."""
        for window in self._world.open_windows():
            if window.was_killed:
                window.client.wait_until_gone(_CLOSE_SECONDS)
        if self._window() is None:
            self._problems.append("no window opens")

    def _wait_for_end(self) -> None:
        world = self._world
        is_removed = any(run.removed_at is not None for run in world.runs)
        began_at = time.monotonic()
        patience = self._patience_seconds()
        stopped_at = 0.0
        while not self._is_over():
            now = time.monotonic()
            if now - began_at > patience + _END_SECONDS + (_REMOVED_SECONDS if is_removed else 0.0):
                self._problems.append(f"the trial does not end: {self._what_is_left()}")
                return
            # What has trained for longer than planned is halted or waits: a person would stop it.
            if now - began_at > patience and now - stopped_at > _STOP_PAUSE_SECONDS:
                stopped_at = now
                self._stop_everything()
            time.sleep(_POLL_SECONDS)

    def _patience_seconds(self) -> float:
        """How long what was started may train on by itself, waits included."""
        plan = self._world.plan
        times = [run.plan.seconds for run in self._world.runs]
        retries = max(plan.retries or 0, 1 if plan.health == "resume" else 0)
        training = (sum(times) if plan.queue else max(times)) * (1 + retries)
        return training + _SPARE_SECONDS + _RETRY_SECONDS * ((1 << retries) - 1)

    def _stop_everything(self) -> None:
        window = self._window()
        for run in self._world.runs:
            told = self._observer.latest.get(run.number)
            if window is None or run.removed_at is not None or told is None or told["state"] in ENDED:
                continue
            ask(self._world, run, window)

    def _is_over(self) -> bool:
        world = self._world
        living = [process for process in world.processes() if process.run_id is not None]
        if living:
            return False
        for run in world.runs:
            if run.run_id is None or run.removed_at is not None:
                continue
            told = self._observer.latest.get(run.number)
            if told is None or told["state"] not in ENDED:
                return False
        return self._observer.agrees

    def _what_is_left(self) -> str:
        states = [self._observer.latest.get(run.number, {}).get("state") for run in self._world.runs]
        living = [f"{each.role} {each.pid}" for each in self._world.processes() if each.run_id is not None]
        halted = [str(each.pid) for each in self._world.processes() if each.is_stopped and each.role in CARRIERS]
        return f"states {states}, living {living}, halted {halted}"


def main(arguments: list[str]) -> int:
    """Runs one trial."""
    seed, folder, bridge = int(arguments[0]), Path(arguments[1]), Path(arguments[2])
    have_namespaces = arguments[3] == "all"
    folder.mkdir(parents=True)
    engine: TrialEngine
    if len(arguments) > 4:
        plan = plan_engine_trial(seed, engine_kinds(have_namespaces=have_namespaces))
        engine = RealEngine(sample=Path(arguments[4]), interpreter=Path(arguments[5]))
    else:
        plan = plan_trial(seed, possible_kinds(have_namespaces=have_namespaces))
        engine = StandIn(folder)
    world = World(folder, plan, engine, bridge, protocol_hash(bridge))
    trial = Trial(world)
    try:
        verdict = trial.run()
    except Exception:  # noqa: BLE001 - a trial that breaks has failed
        verdict = Verdict(problems=[traceback.format_exc()])
    finally:
        trial.clean_up()
    result: dict[str, Any] = {
        "seed": seed,
        "kinds": sorted(trial.happened),
        "seconds": round(time.monotonic() - world.began_at, 1),
        **verdict.wire(),
    }
    if verdict.has_failed:
        result["story"] = world.story
        # The disk of the trial ends with it.
        if world.root.exists():
            shutil.copytree(world.root, folder / "runs", ignore=shutil.ignore_patterns("console.pipe"))
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
