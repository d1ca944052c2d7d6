"""Messages in a byte stream, each behind a header that gives its length. source: LSP 3.17, base protocol."""

from typing import BinaryIO

LONGEST_HEADER_BYTES = 8 * 1024
LONGEST_BODY_BYTES = 64 * 1024 * 1024
_DISCARD_BYTES = 1024 * 1024


class MalformedFrame(Exception):
    """A frame that cannot be read. `can_continue` tells whether the next one can be found."""

    def __init__(self, problem: str, *, can_continue: bool) -> None:
        self.can_continue = can_continue
        super().__init__(problem)


def read_body(stream: BinaryIO) -> bytes | None:
    """The next message's bytes; None at the end of the stream. Raises MalformedFrame."""
    length = _read_length(stream)
    if length is None:
        return None
    if length > LONGEST_BODY_BYTES:
        is_complete = _discard(stream, length)
        raise MalformedFrame(f"a message of {length} bytes is too long", can_continue=is_complete)
    body = stream.read(length)
    if len(body) < length:
        raise MalformedFrame("the stream ended inside a message", can_continue=False)
    return body


def _read_length(stream: BinaryIO) -> int | None:
    """The length that the header gives; None at the end of the stream."""
    length: int | None = None
    size = 0
    has_begun = False
    while True:
        line = stream.readline(LONGEST_HEADER_BYTES)
        size += len(line)
        if not line:
            if has_begun:
                raise MalformedFrame("the stream ended inside a header", can_continue=False)
            return None
        if size > LONGEST_HEADER_BYTES or not line.endswith(b"\n"):
            raise MalformedFrame("a header is too long", can_continue=False)
        if not line.strip():
            if not has_begun:
                # An empty line between messages is harmless.
                continue
            break
        has_begun = True
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            text = value.strip()
            length = int(text) if text.isdigit() and len(text) <= 18 else None
    if length is None:
        raise MalformedFrame("a header gives no valid Content-Length", can_continue=True)
    return length


def _discard(stream: BinaryIO, length: int) -> bool:
    while length > 0:
        piece = stream.read(min(length, _DISCARD_BYTES))
        if not piece:
            return False
        length -= len(piece)
    return True


def frame(body: bytes) -> bytes:
    """The message with its header."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
