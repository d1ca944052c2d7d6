"""kill -9, of one or of all, at any moment: at the start of a process, and while it writes."""

import random
import re
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from faults.folder_events import FolderEvents
from faults.processes import CARRIERS, Process, Role
from faults.world import VICTIM_SECONDS, NothingToDoError, World

_AT_LONGEST_SECONDS = 3.0
_LOOK_SECONDS = 0.005
# What is replaced is written to a file of this name first, which says whose it is.
_TEMPORARY = re.compile(r"\.(?P<file>.+)\.(?P<pid>\d+)\.tmp")
_WRITTEN = (r"\..+\.tmp", r"events\.jsonl", r"exit\.reserve", r"exit\.json", r"state\.json", r"lock", r"stop\.json")


def kill(world: World, victims: Iterable[Process]) -> None:
    """kill -9 of each."""
    for victim in victims:
        world.tell(f"kill -9 of {victim.role} {victim.pid}")
        victim.signal(signal.SIGKILL)
        note_harm(world, victim, "kill")


def note_harm(world: World, victim: Process, how: str) -> None:
    """Remembers what was done to whom: what may become of a run hangs on it."""
    if victim.run_id is not None:
        world.harm.append((victim.run_id, victim.role, how))
    window = world.window_of(victim)
    if window is not None and how == "kill":
        window.was_killed = True


def one_of(world: World, chance: random.Random, *roles: Role) -> list[Process]:
    """A process of one of the roles, chosen by chance. Raises NothingToDoError where none lives, nor will soon."""
    deadline = time.monotonic() + VICTIM_SECONDS
    while not (found := [process for process in world.processes() if process.role in roles]):
        if time.monotonic() > deadline:
            raise NothingToDoError(f"there is no {' or '.join(roles)}")
        time.sleep(_LOOK_SECONDS)
    return [chance.choice(sorted(found, key=lambda each: each.pid))]


def kill_supervisor(world: World, chance: random.Random) -> None:
    kill(world, one_of(world, chance, "supervisor"))


def kill_recorder(world: World, chance: random.Random) -> None:
    kill(world, one_of(world, chance, "recorder"))


def kill_trainer(world: World, chance: random.Random) -> None:
    kill(world, one_of(world, chance, "trainer"))


def kill_worker(world: World, chance: random.Random) -> None:
    kill(world, one_of(world, chance, "worker"))


def kill_bridge(world: World, chance: random.Random) -> None:
    kill(world, one_of(world, chance, "bridge"))


def kill_window(world: World, chance: random.Random) -> None:
    kill(world, one_of(world, chance, "window"))


def kill_carriers(world: World, chance: random.Random) -> None:
    """Supervisor and recorder of one run, in one order or the other."""
    one_of(world, chance, *CARRIERS)
    carriers = [process for process in world.processes() if process.role in CARRIERS]
    run_id = chance.choice(sorted({str(process.run_id) for process in carriers}))
    victims = [process for process in carriers if process.run_id == run_id]
    chance.shuffle(victims)
    kill(world, victims)


def kill_everything(world: World, chance: random.Random) -> None:
    """As a machine that goes down, except that it stays up; or a part of it."""
    everybody = [process for process in world.processes() if process.role != "other"]
    if chance.random() < 0.5:
        everybody = [process for process in everybody if process.role not in ("window", "bridge")]
    if chance.random() < 0.3:
        everybody = [process for process in everybody if process.role != "worker"]
    chance.shuffle(everybody)
    kill(world, everybody)


def kill_at_birth(world: World, chance: random.Random) -> None:
    """The next process of a kind, a moment after it has begun."""
    role: Role = chance.choice(("supervisor", "recorder", "trainer", "bridge"))
    known = {process.pid for process in world.processes()}
    delay_seconds = chance.choice((0.0, chance.uniform(0.0, 0.05), chance.uniform(0.0, 0.3)))
    deadline = time.monotonic() + _AT_LONGEST_SECONDS
    while time.monotonic() < deadline and not world.is_calm.is_set():
        born = [process for process in world.processes() if process.role == role and process.pid not in known]
        if born:
            time.sleep(delay_seconds)
            kill(world, born[:1])
            return
        time.sleep(0.002)
    raise NothingToDoError(f"no {role} was born")


def kill_while_writing(world: World, chance: random.Random) -> None:
    """Whoever writes a file of a run, in the middle of it."""
    pattern = chance.choice(_WRITTEN)
    is_everybody = chance.random() < 0.3
    with FolderEvents(_folders(world)) as events:
        name = events.wait_for(pattern, _AT_LONGEST_SECONDS)
        if name is None or world.is_calm.is_set():
            raise NothingToDoError(f"nothing like {pattern} was written")
        world.tell(f"{name} is being written")
        temporary = _TEMPORARY.fullmatch(name)
        everybody = [process for process in world.processes() if process.role not in ("other", "window")]
        writers = [process for process in everybody if temporary is not None and process.pid == int(temporary["pid"])]
        if is_everybody:
            kill(world, everybody)
        elif writers:
            kill(world, writers)
        else:
            kill(world, one_of(world, chance, *CARRIERS, "bridge"))


def _folders(world: World) -> list[Path]:
    runs = [path for path in world.root.glob("*") if path.is_dir()]
    return [world.root, *runs, *(attempt for run in runs for attempt in run.glob("attempts/*"))]
