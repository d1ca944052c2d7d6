"""What a command prints, on its way to the console log: bars collapsed, secrets redacted, all else untouched."""

import errno
import fcntl
import os
import sys
from contextlib import suppress
from pathlib import Path

from tunewright_bridge.runs.console import ConsoleWriter
from tunewright_bridge.runs.redaction import Redactor

# Output without a newline is stored in pieces of this size.
_LONGEST_LINE_BYTES = 64 * 1024
_READ_BYTES = 64 * 1024
# As much as an unprivileged process may ask for on a usual Linux; holds what is printed while nobody reads.
_PIPE_BYTES = 1024 * 1024


class LineCollapser:
    """Turns a stream of bytes into what a log should hold.

    A line that a carriage return wrote over keeps its last state only, so that a progress bar is one line. Everything
    else, other encodings included, passes as it came.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        # The line that is not complete: from its last carriage return on, that one included.
        self._pending = b""
        # Whether the beginning of that line is already in the log.
        self._is_begun = False

    @property
    def waits_for_end(self) -> bool:
        """Whether there is the beginning of a line that `flush` would pass on."""
        return bool(self._pending) and b"\r" not in self._pending

    def feed(self, data: bytes) -> bytes:
        """Takes what was printed, gives what can be stored."""
        *lines, rest = (self._pending + data).split(b"\n")
        output = []
        for line in lines:
            output.append(self._completed(line))
            self._is_begun = False
        # Returns at its end may belong to a line ending, and overwrite nothing yet.
        overwritten = rest.rfind(b"\r", 0, len(rest.rstrip(b"\r")))
        self._pending = rest[overwritten:] if overwritten > 0 else rest
        if len(self._pending) > _LONGEST_LINE_BYTES:
            output.append(self._pass_on())
        return b"".join(output)

    def flush(self) -> bytes:
        """What can be stored of a line that waits for its end; a progress bar can not."""
        return self._pass_on() if self.waits_for_end else b""

    def close(self) -> bytes:
        """What is left when nothing more will come."""
        if not self._pending:
            return b""
        rest = self._completed(self._pending)
        self._pending = b""
        # The last line had no newline, so it gets none.
        return rest[:-1]

    def _completed(self, line: bytes) -> bytes:
        body = line.rstrip(b"\r")
        ending = b"\r\n" if len(body) < len(line) else b"\n"
        overwritten = body.rfind(b"\r")
        last_state = self._redactor.redact(body[overwritten + 1 :])
        if overwritten >= 0 and self._is_begun:
            last_state = b"\r" + last_state
        return last_state + ending

    def _pass_on(self) -> bytes:
        kept = self._redactor.held_back(self._pending)
        passed = self._pending[: len(self._pending) - kept]
        self._pending = self._pending[len(passed) :]
        self._is_begun = self._is_begun or bool(passed)
        return self._redactor.redact(passed)


class ConsolePump:
    """Moves what a command prints from the attempt's pipe into its log. Never fails: a full disk costs output only.

    Takes over the descriptor `pipe`; None where the pipe is gone.
    """

    def __init__(self, log: ConsoleWriter, pipe: int | None, redactor: Redactor) -> None:
        self._collapser = LineCollapser(redactor)
        self._log = log
        self._pipe = pipe
        self._lost_bytes = 0

    @property
    def descriptor(self) -> int | None:
        """What to wait for; None when nothing more can come."""
        return self._pipe

    @property
    def has_begun_line(self) -> bool:
        """Whether there is the beginning of a line to `flush`."""
        return self._collapser.waits_for_end

    def move(self) -> None:
        """Moves what is there, without waiting."""
        while self._pipe is not None:
            try:
                data = os.read(self._pipe, _READ_BYTES)
            except BlockingIOError:
                return
            if not data:
                os.close(self._pipe)
                self._pipe = None
                return
            self._store(self._collapser.feed(data))

    def flush(self) -> None:
        """Stores the beginning of a line whose end does not come."""
        self._store(self._collapser.flush())

    def close(self) -> None:
        """Moves what is left and ends."""
        self.move()
        self._store(self._collapser.close())
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None
        self._log.close()

    def _store(self, data: bytes) -> None:
        if data and self._lost_bytes:
            # Half a line may stand before it, which must not read as a whole one.
            note = f"\n[tunewright] {self._lost_bytes} bytes of output could not be stored\n".encode()
            if self._log.append(note) < len(note):
                self._lost_bytes += len(data)
                return
            self._lost_bytes = 0
        if data:
            self._lost_bytes += len(data) - self._log.append(data)


def open_pipe(path: Path) -> tuple[int, int]:
    """Makes the pipe of an attempt: the end to read from, and the one for the command.

    The pipe has a name and the command holds both of its ends, so that it neither breaks nor loses anything when its
    reader is killed; whoever adopts the attempt goes on reading. A file system that knows no such pipes gets a plain
    one, with which the command does not outlive the recorder for long.
    """
    path.unlink(missing_ok=True)
    try:
        os.mkfifo(path, 0o600)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL):
            raise
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        return reader, writer
    writer = os.open(path, os.O_RDWR)
    if sys.platform == "linux":
        # Where it is refused, the usual 64 KiB have to do; only an orphan prints so much before it is adopted.
        with suppress(OSError):
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK), writer


def reopen_pipe(path: Path) -> int | None:
    """The end to read from of a pipe whose reader has died; None where nothing is left to read."""
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
