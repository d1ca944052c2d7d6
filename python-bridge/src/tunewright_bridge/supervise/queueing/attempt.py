"""What the supervisor of an attempt needs of its run's queue: to enter, to wait, to start with devices, to leave."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import AttemptCommand, QueueWait, RunIntent
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record, terms_of
from tunewright_bridge.runs.record import RunRecord, is_live
from tunewright_bridge.supervise.children import WakeUp
from tunewright_bridge.supervise.queueing.admission import refusal, too_many, wish_for
from tunewright_bridge.supervise.queueing.devices import Wish, grant_environment
from tunewright_bridge.supervise.queueing.folders import queue_folders
from tunewright_bridge.supervise.queueing.host import HostLook
from tunewright_bridge.supervise.queueing.own_entry import OwnEntry
from tunewright_bridge.supervise.queueing.standing import Standings
from tunewright_bridge.supervise.queueing.sweeping import sweep
from tunewright_bridge.supervise.queueing.turn import Granted, Host
from tunewright_bridge.supervise.queueing.waiter import Waiter
from tunewright_bridge.supervise.waiting import NeverStartsError

_LOG = logging.getLogger(__name__)


class QueuedAttempt:
    """The place of one attempt's run in its queue."""

    def __init__(
        self, paths: RunPaths, attempt: AttemptPaths, intent: RunIntent, queue: str, environment: Mapping[str, str]
    ) -> None:
        self._paths = paths
        self._attempt = attempt
        self._intent = intent
        self._queue = queue
        self._environment = environment
        self._folders = queue_folders(environment)
        self._own = OwnEntry(self._folders, queue, paths, f"{intent.name} #{intent.number}")
        self._host_look = HostLook()
        self._is_fixed = False
        self._must_enter_again = False

    def enter(self, command: AttemptCommand, *, is_new: bool, waits_for: QueueWait | None = None) -> None:
        """Makes the run one that waits.

        Raises NeverStartsError and OSError where it `is_new`; otherwise it is tried again while it waits.
        """
        try:
            wish, host = self._wish(command)
            problem = refusal(self._queue, wish, host) if is_new else None
            if problem is not None:
                raise NeverStartsError(problem)
            self._own.enter(wish, keeps_place=command.start_after_seconds is not None, waits_for=waits_for)
            sweep(self._own.reader, Standings())
        except OSError as error:
            if is_new:
                raise
            self._must_enter_again = True
            _LOG.warning("the run waits, and its queue was not told: %s", error)

    def _wish(self, command: AttemptCommand) -> tuple[Wish, Host]:
        host = self._host_look.read()
        wish = wish_for(
            terms_of(self._intent, command).devices,
            host,
            fixed=command.environment,
            inherited=self._environment,
            in_config=_variables_of(self._attempt),
        )
        # Which devices are meant can only be told where they answer; nothing is granted before.
        self._must_enter_again = host.devices is None
        self._is_fixed = wish.is_fixed
        return wish, host

    def say(self, waits_for: QueueWait | None) -> None:
        """Tells others why the run is not ready, or that it is. Where the disk refuses, the next look tells it."""
        try:
            self._own.say(waits_for)
        except OSError as error:
            _LOG.warning("the queue was not told: %s", error)

    def wait(
        self, command: AttemptCommand, wake_up: WakeUp, is_interrupted: Callable[[], bool]
    ) -> dict[str, str] | None:
        """Waits for devices and takes them: what to set for the command. None where the wait was interrupted.

        Raises NeverStartsError.
        """
        waiter = Waiter(self._own, self._host_look)
        while not is_interrupted():
            if self._must_enter_again:
                self.enter(command, is_new=False)
            outcome = waiter.look()
            if isinstance(outcome, Granted):
                return grant_environment(outcome.devices, queues=self._folders.directory, is_fixed=self._is_fixed)
            if outcome is not None:
                raise NeverStartsError(too_many(outcome.wanted, outcome.present))
            waiter.sleep(wake_up, is_interrupted)
        return None

    def give_back(self, reason: OSError) -> None:
        """After devices were taken and the run could not be started: others go first until it can."""
        try:
            self._own.give_back(QueueWait(code="storage", values={"reason": reason.strerror or str(reason)}))
        except OSError as error:
            _LOG.warning("the devices could not be given back: %s", error)

    def leave(self) -> None:
        """Takes the run out of its queue, unless it is to be started again: then its place is kept."""
        try:
            if self._is_over():
                self._own.leave()
        except OSError as error:
            # Whoever looks at the queue next sees that the run is over.
            _LOG.warning("the run could not be taken out of its queue: %s", error)

    def _is_over(self) -> bool:
        if not self._paths.intent.exists():
            # Where the whole folder of runs is away, it may come back.
            return self._paths.directory.parent.is_dir()
        try:
            state = RunRecord(self._paths).state()
            # With a changed config the run may have begun anew in another queue, or in none.
            command = read_record(AttemptCommand, self._paths.attempt(state.attempt).command)
        except BridgeError:
            return False
        return not is_live(state.state) or terms_of(self._intent, command).queue != self._queue


def _variables_of(attempt: AttemptPaths) -> Any:
    """The config's `ENV`, which the launcher sets where the environment does not."""
    content = attempt.resolved.read_bytes()
    if b"ENV" not in content:
        return None
    import yaml

    values = yaml.safe_load(content)
    return values.get("ENV") if isinstance(values, Mapping) else None
