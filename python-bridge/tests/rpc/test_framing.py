import io

import pytest

from tunewright_bridge.rpc import framing
from tunewright_bridge.rpc.framing import MalformedFrame, frame, read_body


def test_messages_come_back_as_they_were_sent() -> None:
    bodies = [b"{}", b"", "später".encode(), b"x" * 100_000]
    stream = io.BytesIO(b"".join(map(frame, bodies)))
    assert [read_body(stream) for _ in bodies] == bodies
    assert read_body(stream) is None


def test_headers_are_read_as_other_programs_write_them() -> None:
    stream = io.BytesIO(b"content-length:2\nContent-Type: application/vscode-jsonrpc; charset=utf-8\n\n{}")
    assert read_body(stream) == b"{}"


@pytest.mark.parametrize("header", [b"Length: 2", b"Content-Length: two", b"Content-Length: -2", b"nonsense"])
def test_a_header_without_a_length_does_not_end_the_stream(header: bytes) -> None:
    stream = io.BytesIO(header + b"\r\n\r\n" + frame(b"next"))
    with pytest.raises(MalformedFrame) as caught:
        read_body(stream)
    assert caught.value.can_continue
    assert read_body(stream) == b"next"


def test_a_message_that_is_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "LONGEST_BODY_BYTES", 10)
    stream = io.BytesIO(frame(b"x" * 11) + frame(b"next"))
    with pytest.raises(MalformedFrame, match="11 bytes is too long") as caught:
        read_body(stream)
    assert caught.value.can_continue
    assert read_body(stream) == b"next"


@pytest.mark.parametrize("data", [b"Content-Length: 5\r\n\r\nabc", b"Content-Length: 5\r\n", b"x" * 20_000])
def test_nothing_can_follow_a_stream_that_breaks_off(data: bytes) -> None:
    with pytest.raises(MalformedFrame) as caught:
        read_body(io.BytesIO(data))
    assert not caught.value.can_continue
