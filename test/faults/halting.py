"""SIGSTOP: processes that live and do nothing. Windows and bridges go on after a while, and so may the others."""

import random
import signal
import time

from faults.killing import note_harm, one_of
from faults.processes import Process, Role
from faults.world import World

_LONGEST_SECONDS = 3.0
# So often nobody of ours ever lets it go on: whoever needs it has to.
_FOR_EVER_SHARE = 0.4


def halt_supervisor(world: World, chance: random.Random) -> None:
    _halt(world, chance, "supervisor", for_ever_share=_FOR_EVER_SHARE)


def halt_recorder(world: World, chance: random.Random) -> None:
    _halt(world, chance, "recorder", for_ever_share=_FOR_EVER_SHARE)


def halt_trainer(world: World, chance: random.Random) -> None:
    _halt(world, chance, "trainer", for_ever_share=0.0)


def halt_bridge(world: World, chance: random.Random) -> None:
    _halt(world, chance, "bridge", for_ever_share=0.0)


def halt_window(world: World, chance: random.Random) -> None:
    _halt(world, chance, "window", for_ever_share=0.0)


def _halt(world: World, chance: random.Random, role: Role, *, for_ever_share: float) -> None:
    is_for_ever = chance.random() < for_ever_share
    seconds = chance.uniform(0.1, _LONGEST_SECONDS)
    for victim in one_of(world, chance, role):
        _set_frozen(world, victim, is_frozen=True)
        world.tell(f"SIGSTOP of {role} {victim.pid}{' for ever' if is_for_ever else f' for {seconds:.1f} s'}")
        victim.signal(signal.SIGSTOP)
        note_harm(world, victim, "halt")
        if is_for_ever:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not world.is_calm.is_set():
            time.sleep(0.02)
        world.tell(f"SIGCONT of {role} {victim.pid}")
        victim.signal(signal.SIGCONT)
        _set_frozen(world, victim, is_frozen=False)


def _set_frozen(world: World, victim: Process, *, is_frozen: bool) -> None:
    window = world.window_of(victim)
    if window is not None:
        window.is_frozen = is_frozen
