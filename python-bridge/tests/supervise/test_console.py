"""What goes into a console log, for every way in which output can be cut into pieces."""

import pytest

from tunewright_bridge.runs.redaction import Redactor
from tunewright_bridge.supervise.console import LineCollapser

CASES = [
    (b"plain\nlines\n", b"plain\nlines\n"),
    (b"no newline at the end", b"no newline at the end"),
    (b"\r  0%\r 50%\r100%\n", b"100%\n"),
    (b"Map:   0%\rMap: 100%\nnext\n", b"Map: 100%\nnext\n"),
    (b"\r 50%", b" 50%"),
    (b"dos\r\nlines\r\n", b"dos\r\nlines\r\n"),
    (b"\r 50%\r\r\n", b" 50%\r\n"),
    (b"\n\n\r\n\n", b"\n\n\r\n\n"),
    (b"\xff\xfe\x00bin\xe9\n\xe8\xae", b"\xff\xfe\x00bin\xe9\n\xe8\xae"),
    (b"\r 10%\r      \rmessage\n\r 20%\n", b"message\n 20%\n"),
    (b"", b""),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(("printed", "stored"), CASES)
def test_however_it_comes_the_log_is_the_same(printed: bytes, stored: bytes, size: int) -> None:
    collapser = LineCollapser(Redactor([]))
    pieces = [printed[start : start + size] for start in range(0, len(printed), size)]
    assert b"".join([*map(collapser.feed, pieces), collapser.close()]) == stored


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 1000])
def test_a_secret_is_found_however_it_is_cut_and_flushed(size: int) -> None:
    collapser = LineCollapser(Redactor(["hunter2-hunter2", "key\nwith-two-long-lines"]))
    printed = b"a hunter2-hunter2 b hunter2-hunter1 c with-two-long-lines\nhunter2-hunter2"
    output = b""
    for start in range(0, len(printed), size):
        output += collapser.feed(printed[start : start + size]) + collapser.flush()
    output += collapser.close()
    assert output == b"a *** b hunter2-hunter1 c ***\n***"


def test_the_beginning_of_a_line_is_shown_and_a_bar_is_not() -> None:
    collapser = LineCollapser(Redactor([]))
    assert collapser.feed(b"Loading ... ") == b""
    assert collapser.flush() == b"Loading ... "
    assert collapser.feed(b"done\n") == b"done\n"
    assert collapser.feed(b"\r 50%") == b""
    assert collapser.flush() == b""
    assert collapser.feed(b"\r100%\n") == b"100%\n"


def test_a_bar_that_begins_after_its_line_was_shown_stays_one_line() -> None:
    collapser = LineCollapser(Redactor([]))
    collapser.feed(b"  0%")
    assert collapser.flush() == b"  0%"
    assert collapser.feed(b"\r 50%\r100%\n") == b"\r100%\n"


def test_a_line_without_end_does_not_fill_the_memory() -> None:
    collapser = LineCollapser(Redactor([]))
    passed = sum(len(collapser.feed(b"x" * 1000)) for _ in range(1000))
    assert passed > 900_000


def test_a_secret_is_found_as_json_and_as_python_write_it() -> None:
    redactor = Redactor(['say "it\'s" \\ or é'])
    for text in ('"say \\"it\'s\\" \\\\ or \\u00e9"', '"say \\"it\'s\\" \\\\ or é"', repr('say "it\'s" \\ or é')):
        assert b"it" not in redactor.redact(text.encode())


def test_a_secret_too_short_to_be_one_does_not_eat_the_log() -> None:
    assert Redactor(["", "1", "abc"]).redact(b"1 abc") == b"1 abc"
