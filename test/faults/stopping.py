"""What people do at the wrong moment: they stop a run, twice, from two windows, and open another window."""

import random
import threading
import time
from typing import Any

from faults.bridge_client import BridgeGoneError, RefusedError, SilentError
from faults.world import NothingToDoError, Run, Stop, Window, World

# More than what counts as the same impatience.
_IMPATIENT_SECONDS = 1.2
# The request may be on the disk although what follows it found no room.
_HALF_DONE_CODES = ("disk-full", "directory-not-writable")
# The next attempt was there already, and somebody stopped it before its supervisor had it.
_BEGUN_CODE = "supervisor-not-started"
# How much longer than planned a run may take before nobody waits for its end any more.
_END_SECONDS = 3.0
_LOOK_SECONDS = 0.1


def stop(world: World, chance: random.Random) -> None:
    run, windows = _chosen(world, chance)
    ask(world, run, windows[0])


def double_stop(world: World, chance: random.Random) -> None:
    run, windows = _chosen(world, chance)
    ask(world, run, windows[0])
    time.sleep(chance.choice((0.0, _IMPATIENT_SECONDS)))
    ask(world, run, windows[0])


def stop_from_two_windows(world: World, chance: random.Random) -> None:
    run, windows = _chosen(world, chance)
    if len(windows) < 2:
        second_window(world, chance)
        windows = world.open_windows()
    for window in windows[:2]:
        ask(world, run, window)


def second_window(world: World, chance: random.Random) -> None:
    """Another window with another bridge, which looks at the same runs."""
    try:
        window = world.open_window()
        world.tell(f"window {window.number} is open")
    except (BridgeGoneError, SilentError, RefusedError) as error:
        world.tell(f"another window did not open: {type(error).__name__} {error}")


def ask(world: World, run: Run, window: Window, when: str = "now") -> bool:
    """Asks for a stop; whether it was granted."""
    asked_at = time.monotonic()
    params: dict[str, Any] = {} if when == "now" else {"when": when}
    try:
        answer = window.client.request("runs/stop", root=str(world.root), runId=run.run_id, **params)
    except (RefusedError, BridgeGoneError, SilentError) as error:
        # It may have been heard all the same.
        if not isinstance(error, RefusedError) or error.code in _HALF_DONE_CODES:
            run.stops.append(Stop(asked_at, "perhaps", None))
        world.tell(f"run {run.number} was not stopped: {type(error).__name__} {error}")
        return False
    run.stops.append(Stop(asked_at, when, answer["attempt"]))
    world.tell(f"run {run.number} was asked to stop ({when}): {answer['state']}")
    return True


def stop_at_checkpoint(world: World, chance: random.Random) -> None:
    """Stops when the next checkpoint is there; sometimes somebody cannot wait for it."""
    run, windows = _chosen(world, chance)
    ask(world, run, windows[0], when="next-checkpoint")
    if chance.random() < 0.3:
        time.sleep(chance.uniform(0.0, _IMPATIENT_SECONDS))
        ask(world, run, windows[-1])


def resume(world: World, chance: random.Random) -> None:
    """Lets a run go on as soon as it has ended."""
    run, _ = _chosen(world, chance)
    _wait_for_end(world, run)
    _go_on(world, run, _chosen(world, chance)[1][:1])


def resume_from_two_windows(world: World, chance: random.Random) -> None:
    """Two people let the same run go on: one of them does."""
    run, windows = _chosen(world, chance)
    if len(windows) < 2:
        second_window(world, chance)
    _wait_for_end(world, run)
    windows = _chosen(world, chance)[1][:2]
    threads = [threading.Thread(target=_go_on, args=(world, run, [window])) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _wait_for_end(world: World, run: Run) -> None:
    """Until somebody is told that the run has ended. Raises NothingToDoError where that takes too long."""
    deadline = time.monotonic() + run.plan.seconds + _END_SECONDS
    while time.monotonic() < deadline:
        windows = [window for window in world.open_windows() if not window.is_frozen]
        try:
            detail = windows[0].client.request("runs/get", root=str(world.root), runId=run.run_id)
        except (IndexError, RefusedError, BridgeGoneError, SilentError):
            time.sleep(_LOOK_SECONDS)
            continue
        if detail["summary"]["state"] in ("succeeded", "failed", "cancelled", "lost"):
            return
        time.sleep(_LOOK_SECONDS)
    raise NothingToDoError(f"run {run.number} does not end, so it cannot go on")


def _go_on(world: World, run: Run, windows: list[Window]) -> None:
    for window in windows:
        try:
            answer = window.client.request("runs/resume", root=str(world.root), runId=run.run_id)
        except (RefusedError, BridgeGoneError, SilentError) as error:
            world.tell(f"run {run.number} does not go on: {type(error).__name__} {error}")
            if not isinstance(error, RefusedError) or error.code in (*_HALF_DONE_CODES, _BEGUN_CODE):
                run.resume_count += 1
            return
        run.resume_count += 1
        world.tell(f"run {run.number} goes on with attempt {answer['attempt']}: {answer['state']}")


def _chosen(world: World, chance: random.Random) -> tuple[Run, list[Window]]:
    """A run, and the windows that are open, by chance. Raises NothingToDoError."""
    run = world.some_run(chance)
    windows = [window for window in world.open_windows() if not window.is_frozen]
    if not windows:
        raise NothingToDoError("there is no window")
    chance.shuffle(windows)
    return run, windows
