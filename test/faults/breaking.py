"""What happens to files, disks, clocks and process ids rather than to processes."""

import json
import random
import shutil
import subprocess
import time
from pathlib import Path

from faults.clock import set_offset
from faults.killing import kill, one_of
from faults.namespaces import give_next_pid
from faults.processes import TRIAL_VARIABLE, start_of
from faults.records import read_events
from faults.world import NothingToDoError, World

_HOUR_SECONDS = 3600.0
_LONGEST_FULL_SECONDS = 2.5
_BURIAL_SECONDS = 2.0


def _append(world: World, path: Path, content: bytes) -> None:
    try:
        # Only where it is: a run that is being removed must not be made anew.
        with path.open("r+b") as file:
            file.seek(0, 2)
            file.write(content)
    except OSError as error:
        raise NothingToDoError(f"{path.name} was not torn: {error}") from error


def torn_event(world: World, chance: random.Random) -> None:
    """As a writer leaves it that is killed in the middle of an event."""
    run = world.some_run(chance)
    event = json.dumps({"atMs": 1, "attempt": 1, "kind": "note", "detail": "a note of some length"}).encode()
    cut = chance.randint(1, len(event) - 1)
    world.tell(f"an event of run {run.number} is torn")
    _append(world, world.directory(run) / "events.jsonl", event[:cut])


def event_without_state(world: World, chance: random.Random) -> None:
    """As a supervisor leaves it that is killed between the event and `state.json`: everything of the run is killed."""
    run = world.some_run(chance)
    directory = world.directory(run)
    try:
        before = (directory / "state.json").read_bytes()
        state = json.loads(before)
    except (OSError, ValueError) as error:
        raise NothingToDoError(f"the state of run {run.number} is not to be read: {error}") from error
    following = {"queued": "starting", "starting": "running", "running": "stopping"}.get(state["state"])
    # A supervisor takes its lease before it writes the first event.
    if following is None or not (directory / "attempts" / str(state["attempt"]) / "lease.json").exists():
        raise NothingToDoError(f"run {run.number} is {state['state']}, and nobody supervises it")
    victims = [process for process in world.processes() if process.run_id == run.run_id or process.role == "bridge"]
    kill(world, victims)
    events = read_events(directory / "events.jsonl")
    last = next((event["state"] for event in reversed(events) if event["kind"] == "state"), None)
    if (directory / "state.json").read_bytes() != before or last != state["state"]:
        # Whoever was killed had begun the change, so that there is nothing to add.
        return
    event = {"atMs": state["sinceMs"] + 1, "attempt": state["attempt"], "kind": "state", "state": following}
    world.tell(f"run {run.number} has the event {following}, and the state {state['state']}")
    _append(world, directory / "events.jsonl", json.dumps(event).encode() + b"\n")


def torn_metrics(world: World, chance: random.Random) -> None:
    """The trainer is killed, and its last line was cut short."""
    for victim in one_of(world, chance, "trainer"):
        kill(world, [victim])
        run = world.run_of(victim)
        if run is None:
            return
        line = b'{"loss": 1.23456, "grad_norm": 1.5, "global_step/max_steps": "7'
        file = world.directory(run) / "attempts" / str(victim.attempt) / "output" / "logging.jsonl"
        _append(world, file, line[: chance.randint(1, len(line))])


def left_over_files(world: World, chance: random.Random) -> None:
    """What those leave who are killed while they replace a file."""
    run = world.some_run(chance)
    directory = world.directory(run)
    for name in (".state.json.1.tmp", "attempts/1/.lease.json.1.tmp", "attempts/1/.recorder.json.1.tmp"):
        try:
            (directory / name).write_bytes(b'{"format": 1, "st')
        except OSError as error:
            raise NothingToDoError(f"nothing was left over: {error}") from error
    world.tell(f"run {run.number} has files that nobody finished")


def full_disk(world: World, chance: random.Random) -> None:
    """The disk of the workspace is full for a while."""
    assert world.disk is not None
    free_pages = chance.choice((0, 1, 2, 4))
    seconds = chance.uniform(0.2, _LONGEST_FULL_SECONDS)
    world.tell(f"the disk is full but for {free_pages} pages, for {seconds:.1f} s")
    world.disk.fill(free_pages)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not world.is_calm.is_set():
        time.sleep(0.02)
    world.disk.free()
    world.tell("the disk has room again")


def clock_jump(world: World, chance: random.Random) -> None:
    """The wall clock is set, forth or back, for every program of ours."""
    seconds = chance.choice((-1, 1)) * chance.choice((2.0, 30.0, _HOUR_SECONDS, 40 * 24 * _HOUR_SECONDS))
    world.tell(f"the clock jumps by {seconds:+.0f} s")
    set_offset(world.clock, seconds)


def reused_id(world: World, chance: random.Random) -> None:
    """Somebody of a run is killed, and an innocent program gets the process id."""
    for victim in one_of(world, chance, "supervisor", "recorder", "trainer", "worker"):
        kill(world, [victim])
        deadline = time.monotonic() + _BURIAL_SECONDS
        while Path(f"/proc/{victim.pid}").exists():
            if time.monotonic() > deadline:
                raise NothingToDoError(f"{victim.pid} is not buried, so nobody gets its id")
            time.sleep(0.001)
        give_next_pid(victim.pid)
        environment = {name: value for name, value in world.environment.items() if name != TRIAL_VARIABLE}
        innocent = subprocess.Popen(["sleep", "600"], env=environment, start_new_session=True)
        start = start_of(innocent.pid)
        world.tell(f"an innocent program has the id {innocent.pid}")
        if innocent.pid == victim.pid and start is not None:
            world.innocents.append(innocent)
        else:
            innocent.kill()
            innocent.wait()


def removed_directory(world: World, chance: random.Random) -> None:
    """Somebody deletes the directory of a run."""
    run = world.some_run(chance)
    run.removed_at = time.monotonic()
    world.tell(f"the directory of run {run.number} is removed")
    directory = world.directory(run)
    for _ in range(50):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            return
        time.sleep(0.01)
