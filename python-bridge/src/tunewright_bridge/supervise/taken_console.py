"""The console of an attempt in the supervisor's hands: held open all the time, read once the recorder is gone."""

import logging

from tunewright_bridge.runs.console import ConsoleWriter
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.redaction import Redactor
from tunewright_bridge.supervise.console import ConsolePump, reopen_pipe

_LOG = logging.getLogger(__name__)


class TakenConsole:
    """The command's pipe, and the pump that moves what is in it where nobody else does."""

    def __init__(self, attempt: AttemptPaths, redactor: Redactor) -> None:
        self._attempt = attempt
        self._redactor = redactor
        self._pipe: int | None = None
        self._pump: ConsolePump | None = None

    @property
    def descriptor(self) -> int | None:
        """What to wait for; None while the recorder reads."""
        return None if self._pump is None else self._pump.descriptor

    def hold(self) -> None:
        """Opens the pipe without reading from it: what is in a pipe that nobody holds is lost."""
        self._pipe = reopen_pipe(self._attempt.console_pipe)

    def move(self) -> None:
        """Does the recorder's work, which is gone."""
        if self._pump is None:
            _LOG.info("the recorder is gone; taking over")
        self._own_pump().move()

    def flush(self) -> None:
        """Stores the beginning of a line whose end does not come."""
        if self._pump is not None:
            self._pump.flush()

    def close(self) -> None:
        """Moves what is left, and ends."""
        # A recorder that ended by itself has left nothing in the pipe.
        self._own_pump().close()
        self._attempt.console_pipe.unlink(missing_ok=True)

    def _own_pump(self) -> ConsolePump:
        if self._pump is None:
            self._pump = ConsolePump(ConsoleWriter(self._attempt), self._pipe, self._redactor)
        return self._pump
