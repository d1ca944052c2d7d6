"""Thirty runs, two cards, and kills at random: never two on one card, and all of them end."""

import os
import random
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from live_runs import LiveRun, wait_for
from queued_runs import QueueHost, queue_host
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.runs.record import is_live
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.processes import is_alive

RUNS = 30
KILLS = 40
# On a machine that does nothing else it takes less than a minute.
DEADLINE_SECONDS = 420.0


class Looker:
    """Two bridges that look at every run again and again, as windows do, and get in each other's way."""

    def __init__(self, host: QueueHost) -> None:
        self._host = host
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(2)]

    def __enter__(self) -> "Looker":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._is_over.wait(0.3):
            for run in list(self._host.runs):
                if is_live(run.state.state):
                    repair(run.paths)


def carriers(run: LiveRun) -> list[ProcessIdentity]:
    with suppress(BridgeError):
        found = [run.supervisor] if run.attempt.lease.exists() else []
        return [*found, run.recorder, run.trainer] if run.attempt.recorder.exists() else found
    return []


def kill_somebody(host: QueueHost, chance: random.Random) -> bool:
    """kill -9, or a pause, of one process or of several at once."""
    alive = [identity for run in host.runs for identity in carriers(run) if is_alive(identity)]
    if not alive:
        return False
    victims = chance.sample(alive, min(len(alive), chance.choice([1, 1, 1, 3, 8])))
    for victim in victims:
        with suppress(ProcessLookupError):
            os.kill(victim.pid, chance.choice([signal.SIGKILL] * 5 + [signal.SIGSTOP]))
    return True


def let_commands_go_on(host: QueueHost) -> None:
    """Supervisors and recorders are woken by whoever looks; a command stays paused until whoever paused it relents."""
    for run in host.runs:
        with suppress(BridgeError, ProcessLookupError):
            if run.attempt.recorder.exists() and is_alive(run.trainer):
                os.kill(run.trainer.pid, signal.SIGCONT)


@pytest.mark.parametrize("seed", [1])
def test_thirty_runs_and_random_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    with queue_host(tmp_path, monkeypatch, cards=2) as host:
        # Nobody gets to work before all of them wait.
        host.hold("both", devices=2)
        for number in range(RUNS):
            options = {"devices": 2} if number % 7 == 3 else {}
            queue = "day" if number % 5 == 4 else "night"
            host.start(f"r{number}", "--seconds", f"{chance.uniform(0.1, 1.0):.2f}", queue=queue, **options)
        assert len(host.waiting("night")) + len(host.waiting("day")) == RUNS
        host.let_go("both")
        with Looker(host):
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.0, 0.5))
                move_somebody(host, chance)
                if not kill_somebody(host, chance):
                    break
            let_commands_go_on(host)
            wait_for(
                lambda: not any(is_live(run.state.state) for run in host.runs),
                f"the end of {[run.paths.run_id for run in host.runs if is_live(run.state.state)]}",
                seconds=DEADLINE_SECONDS,
            )
        assert host.overlaps == []
        # Whoever was never killed while its command ran has done its work, and a run begins once.
        assert len(host.begun) == len(set(host.begun))
        done = [run for run in host.runs if run.state.state == "succeeded"]
        assert len(done) >= RUNS // 3, [run.state for run in host.runs]
        wait_for(lambda: host.queues.summaries() == [], "that nothing is left of the queues")
        wait_for(lambda: not any(run.survivors for run in host.runs), "the end of every process")


def move_somebody(host: QueueHost, chance: random.Random) -> None:
    waiting = [entry for queue in ("night", "day") for entry in host.entries(queue) if entry.device_ids is None]
    if not waiting:
        return
    entry = chance.choice(waiting)
    # It may have been its turn meanwhile.
    with suppress(BridgeError):
        host.queues.move(Path(entry.root), entry.run_id, chance.randint(1, RUNS))
