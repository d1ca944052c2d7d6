from pathlib import Path

import pytest

from tunewright_bridge.methods.log_chunks import locale_encoding, read_chunk
from tunewright_bridge.runs.console import ConsoleLog, ConsoleWriter
from tunewright_bridge.runs.layout import AttemptPaths

TEXT = "Schritt 1 · 损失 0.5\r\rété\n" * 50


@pytest.fixture
def attempt(tmp_path: Path) -> AttemptPaths:
    return AttemptPaths(tmp_path)


@pytest.fixture
def log(attempt: AttemptPaths) -> ConsoleLog:
    return ConsoleLog(attempt)


def test_pieces_put_together_are_the_log(attempt: AttemptPaths, log: ConsoleLog) -> None:
    attempt.console_log.write_bytes(TEXT.encode())
    for max_bytes in (4, 5, 7, 64, 10_000):
        text, offset = "", 0
        while offset < log.size():
            chunk = read_chunk(log, offset, max_bytes)
            assert chunk.start_offset == offset
            assert chunk.end_offset - chunk.start_offset <= max_bytes
            assert chunk.end_offset > offset
            text, offset = text + chunk.text, chunk.end_offset
        assert text == TEXT


def test_the_end_of_the_log_comes_where_no_offset_is_given(attempt: AttemptPaths, log: ConsoleLog) -> None:
    attempt.console_log.write_bytes(TEXT.encode())
    for max_bytes in range(4, 40):
        chunk = read_chunk(log, None, max_bytes)
        assert TEXT.endswith(chunk.text)
        assert "\ufffd" not in chunk.text
        assert chunk.end_offset == chunk.size_bytes == len(TEXT.encode())
        assert chunk.end_offset - chunk.start_offset == len(chunk.text.encode())


def test_a_character_still_being_written_waits(attempt: AttemptPaths, log: ConsoleLog) -> None:
    attempt.console_log.write_bytes("损".encode()[:2])
    chunk = read_chunk(log, 0, 100)
    assert (chunk.text, chunk.end_offset, chunk.size_bytes) == ("", 0, 2)
    attempt.console_log.write_bytes("损失".encode())
    assert read_chunk(log, 0, 100).text == "损失"


def test_bytes_that_are_no_text_are_shown_as_such(attempt: AttemptPaths, log: ConsoleLog) -> None:
    attempt.console_log.write_bytes(b"a\xffb\x80\x80\x80\x80c")
    chunk = read_chunk(log, 0, 100)
    assert chunk.text.startswith("a\ufffdb")
    assert chunk.text.endswith("c")
    assert chunk.end_offset == 8


def test_a_log_that_does_not_exist_is_empty(log: ConsoleLog) -> None:
    chunk = read_chunk(log, 10, 100)
    assert (chunk.text, chunk.start_offset, chunk.end_offset, chunk.size_bytes) == ("", 0, 0, 0)


@pytest.mark.parametrize("max_bytes", [4, 7, 64, 1000])
def test_a_character_that_was_cut_by_a_gap_does_not_hold_up_what_follows(
    attempt: AttemptPaths, log: ConsoleLog, max_bytes: int
) -> None:
    writer = ConsoleWriter(attempt, segment_bytes=10, segments_kept=2)
    line = "损失损失损失".encode()
    for _ in range(6):
        # Lines without an end, so that files end where they may.
        assert writer.append(line[:16]) == 16
    text, offset = "", 0
    while (chunk := read_chunk(log, offset, max_bytes)).text:
        text, offset = text + chunk.text, chunk.end_offset
    # The last character may still be completed; that before the gap can not.
    assert (offset, log.size()) == (95, 96)
    assert text == "\ufffd".join(["损失损失损"] * 4)


@pytest.mark.parametrize(
    ("locale", "encoding"),
    [
        ({"LANG": "zh_CN.GBK"}, "gbk"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "de_DE.ISO-8859-1@euro"}, "iso8859-1"),
        ({"LANG": "zh_CN.GBK", "LC_CTYPE": "C.UTF-8"}, None),
        ({"LANG": "C"}, None),
        ({"LANG": "xx_XX.klingon"}, None),
        ({}, None),
    ],
)
def test_the_encoding_of_a_locale(locale: dict[str, str], encoding: str | None) -> None:
    assert locale_encoding(locale) == encoding


def test_a_line_in_the_encoding_of_the_locale_is_read_by_it_and_keeps_its_offsets(
    attempt: AttemptPaths, log: ConsoleLog
) -> None:
    lines = ["损失 0.5\n".encode(), "错误：内存不足\n".encode("gbk"), "再见\r\n".encode()]
    attempt.console_log.write_bytes(b"".join(lines))
    chunk = read_chunk(log, 0, 1000, environment={"LANG": "zh_CN.GBK"})
    assert chunk.text == "损失 0.5\n错误：内存不足\n再见\r\n"
    assert (chunk.start_offset, chunk.end_offset) == (0, sum(map(len, lines)))
    attempt.console_log.write_bytes("caf\xe9\n".encode("latin-1"))
    assert read_chunk(log, 0, 1000, environment={"LC_ALL": "fr_FR.ISO-8859-1"}).text == "café\n"
    assert read_chunk(log, 0, 1000, environment={"LC_ALL": "C.UTF-8"}).text == "caf\ufffd\n"
