"""A command behind a gate: a process with an id that can be stored before anything of the command has run.

Whoever is killed between starting a command and writing down which process it is would leave one that nobody knows.
"""

import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NoReturn

_GO = b"1"
# Which call failed, in what the child says before it ends.
_FOLDER, _PROGRAM = b"d", b"p"


class GatedCommand:
    """A child in a session of its own that becomes the command when the gate is opened, and dies where it never is."""

    def __init__(
        self, arguments: Sequence[str], *, working_directory: str, environment: Mapping[str, str], output: int
    ) -> None:
        self._arguments = list(arguments)
        self._working_directory = working_directory
        gate_reader, self._gate = os.pipe()
        self._failure, failure_writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self._gate)
            os.close(self._failure)
            self._become_command(gate_reader, failure_writer, environment, output)
        os.close(gate_reader)
        os.close(failure_writer)

    def open(self) -> None:
        """Lets the command begin. Raises OSError with the path in question where it cannot."""
        # Whoever was ended behind the gate is missed by whoever waits for it.
        with suppress(BrokenPipeError):
            os.write(self._gate, _GO)
        os.close(self._gate)
        with open(self._failure, "rb") as failure:
            said = failure.read()
        if said:
            number = int(said[1:])
            place = self._working_directory if said[:1] == _FOLDER else self._arguments[0]
            raise OSError(number, os.strerror(number), place)

    def _become_command(self, gate: int, failure: int, environment: Mapping[str, str], output: int) -> NoReturn:
        failing = _FOLDER
        try:
            os.setsid()
            _forget_signals()
            nothing = os.open(os.devnull, os.O_RDONLY)
            for descriptor, place in ((nothing, 0), (output, 1), (output, 2)):
                os.dup2(descriptor, place)
            if os.read(gate, 1) != _GO:
                os.kill(os.getpid(), signal.SIGKILL)
            os.chdir(self._working_directory)
            failing = _PROGRAM
            os.execvpe(self._arguments[0], self._arguments, environment)  # noqa: S606 - a list, and no shell
        except OSError as error:
            os.write(failure, failing + str(error.errno or 0).encode())
        finally:
            os._exit(127)


def _forget_signals() -> None:
    """What comes while the gate is closed ends the child, and the command inherits no deafness."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if signal.getsignal(number) not in (signal.SIG_DFL, None):
            signal.signal(number, signal.SIG_DFL)
