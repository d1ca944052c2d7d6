"""How an attempt is brought to its end: interrupt, wait, terminate, wait, kill; the whole tree, whatever its groups."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass

from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.supervise.processes import ProcessEntry, descendants, is_alive
from tunewright_bridge.supervise.tree import signal_all, still_alive, tree_of

# A request that comes sooner after the last step is the same impatience, not a new one.
_SAME_REQUEST_SECONDS = 1.0
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an attempt may take to obey, its run's directory may be missing, and a retry waits."""

    # Enough to finish the step at hand and to write a checkpoint of usual size.
    interrupt_seconds: float = 30.0
    terminate_seconds: float = 10.0
    # Longer than a disk on the network is away that somebody has to reconnect.
    missing_seconds: float = 60.0
    # Before the first retry; before each further one twice as long, up to a limit.
    retry_seconds: float = 10.0
    longest_retry_seconds: float = 600.0


class Stopping:
    """One stop in progress. `step` is called until it says that nothing is left; time comes from the caller."""

    def __init__(self, attempt: AttemptPaths, trainer: ProcessIdentity | None, patience: Patience, now: float) -> None:
        self._attempt = attempt
        self._trainer = trainer
        self._patience = patience
        # Whose descendants belong to the attempt as well.
        self.root: int | None = None
        # Everything ever seen: a worker whose parent dies can no longer be found by its parent.
        self._known: dict[tuple[int, str], ProcessEntry] = {}
        self._phase = "interrupt"
        self._phase_ends = now + patience.interrupt_seconds
        self._phase_began = now
        self._interrupt()

    def hurry(self, now: float) -> None:
        """Somebody asked again: no more waiting for the present request to be obeyed."""
        if now - self._phase_began >= _SAME_REQUEST_SECONDS:
            self._phase_ends = now

    def step(self, now: float) -> float | None:
        """Does what is due. Seconds until the next step, or None when no process of the attempt is left."""
        alive = self._alive()
        if not alive:
            return None
        # The leader has obeyed and left workers behind: nobody will tell them but us.
        is_headless = self._phase == "interrupt" and (self._trainer is None or not is_alive(self._trainer))
        if self._phase != "kill" and (now >= self._phase_ends or is_headless):
            self._enter_next_phase(now)
            if self._phase == "terminate":
                signal_all(alive, signal.SIGTERM)
                # Who is paused hears nothing but a kill.
                signal_all(alive, signal.SIGCONT)
        if self._phase == "kill":
            signal_all(alive, signal.SIGKILL)
        return _LOOK_SECONDS

    def _enter_next_phase(self, now: float) -> None:
        self._phase = "terminate" if self._phase == "interrupt" else "kill"
        self._phase_began = now
        self._phase_ends = now + self._patience.terminate_seconds

    def _interrupt(self) -> None:
        alive = self._alive()
        # The command leads its group; its group is what a terminal would interrupt, and torchrun tells its workers.
        if self._trainer is not None and is_alive(self._trainer):
            with suppress(ProcessLookupError):
                os.killpg(self._trainer.pid, signal.SIGINT)
        # Who is paused hears nothing but a kill.
        signal_all(alive, signal.SIGCONT)

    def _alive(self) -> list[ProcessEntry]:
        trainer = None if self._trainer is None or not is_alive(self._trainer) else self._trainer.pid
        below_root = [] if self.root is None else descendants(self.root)
        for entry in (*tree_of(self._attempt, trainer), *below_root):
            self._known[entry.pid, entry.start_token] = entry
        return still_alive(self._known.values())
