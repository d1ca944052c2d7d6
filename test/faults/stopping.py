"""What people do at the wrong moment: they stop a run, twice, from two windows, and open another window."""

import random
import time
from typing import Any

from faults.bridge_client import BridgeGoneError, RefusedError, SilentError
from faults.world import Run, Window, World

# More than what counts as the same impatience.
_IMPATIENT_SECONDS = 1.2


def stop(world: World, chance: random.Random) -> None:
    run, windows = _chosen(world, chance)
    if run is not None and windows:
        ask(world, run, windows[0])


def double_stop(world: World, chance: random.Random) -> None:
    run, windows = _chosen(world, chance)
    if run is not None and windows:
        ask(world, run, windows[0])
        time.sleep(chance.choice((0.0, _IMPATIENT_SECONDS)))
        ask(world, run, windows[0])


def stop_from_two_windows(world: World, chance: random.Random) -> None:
    run, windows = _chosen(world, chance)
    if run is None:
        return
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
        if not isinstance(error, RefusedError):
            run.stops.append((asked_at, "perhaps"))
        world.tell(f"run {run.number} was not stopped: {type(error).__name__} {error}")
        return False
    run.stops.append((asked_at, when))
    world.tell(f"run {run.number} was asked to stop ({when}): {answer['state']}")
    return True


def _chosen(world: World, chance: random.Random) -> tuple[Run | None, list[Window]]:
    runs = [run for run in world.runs if run.run_id is not None and run.removed_at is None]
    windows = [window for window in world.open_windows() if not window.is_frozen]
    chance.shuffle(windows)
    return (chance.choice(runs) if runs else None), windows
