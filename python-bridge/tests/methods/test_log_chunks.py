from pathlib import Path

from tunewright_bridge.methods.log_chunks import read_chunk

TEXT = "Schritt 1 · 损失 0.5\r\rété\n" * 50


def test_pieces_put_together_are_the_log(tmp_path: Path) -> None:
    path = tmp_path / "console.log"
    path.write_bytes(TEXT.encode())
    for max_bytes in (4, 5, 7, 64, 10_000):
        text, offset = "", 0
        while offset < path.stat().st_size:
            chunk = read_chunk(path, offset, max_bytes)
            assert chunk.start_offset == offset
            assert chunk.end_offset - chunk.start_offset <= max_bytes
            assert chunk.end_offset > offset
            text, offset = text + chunk.text, chunk.end_offset
        assert text == TEXT


def test_the_end_of_the_log_comes_where_no_offset_is_given(tmp_path: Path) -> None:
    path = tmp_path / "console.log"
    path.write_bytes(TEXT.encode())
    for max_bytes in range(4, 40):
        chunk = read_chunk(path, None, max_bytes)
        assert TEXT.endswith(chunk.text)
        assert "\ufffd" not in chunk.text
        assert chunk.end_offset == chunk.size_bytes == len(TEXT.encode())
        assert chunk.end_offset - chunk.start_offset == len(chunk.text.encode())


def test_a_character_still_being_written_waits(tmp_path: Path) -> None:
    path = tmp_path / "console.log"
    path.write_bytes("损".encode()[:2])
    chunk = read_chunk(path, 0, 100)
    assert (chunk.text, chunk.end_offset, chunk.size_bytes) == ("", 0, 2)
    path.write_bytes("损失".encode())
    assert read_chunk(path, 0, 100).text == "损失"


def test_bytes_that_are_no_text_are_shown_as_such(tmp_path: Path) -> None:
    path = tmp_path / "console.log"
    path.write_bytes(b"a\xffb\x80\x80\x80\x80c")
    chunk = read_chunk(path, 0, 100)
    assert chunk.text.startswith("a\ufffdb")
    assert chunk.text.endswith("c")
    assert chunk.end_offset == 8


def test_a_log_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    chunk = read_chunk(tmp_path / "console.log", 10, 100)
    assert (chunk.text, chunk.start_offset, chunk.end_offset, chunk.size_bytes) == ("", 0, 0, 0)
