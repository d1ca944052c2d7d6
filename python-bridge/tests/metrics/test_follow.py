import random
from pathlib import Path

import pytest

from tunewright_bridge.metrics import follow
from tunewright_bridge.metrics.follow import LineFollower


def read(follower: LineFollower) -> list[bytes]:
    return [line for piece in follower.pieces() for line in piece.lines]


def test_only_whole_lines_come_and_each_once(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    follower = LineFollower(path)
    assert read(follower) == []
    text = b"".join(b"line %d %s\n" % (number, b"x" * (number % 90)) for number in range(500))
    random_source = random.Random(7)
    seen: list[bytes] = []
    position = 0
    with path.open("ab", buffering=0) as file:
        while position < len(text):
            size = random_source.randint(1, 400)
            file.write(text[position : position + size])
            position += size
            seen += read(follower)
    assert b"\n".join(seen) + b"\n" == text
    assert read(follower) == []


def test_a_file_that_is_cut_or_replaced_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    path.write_bytes(b"old 1\nold 2\n")
    follower = LineFollower(path)
    assert read(follower) == [b"old 1", b"old 2"]

    path.write_bytes(b"new\n")
    pieces = list(follower.pieces())
    assert pieces[0].is_restart
    assert [line for piece in pieces for line in piece.lines] == [b"new"]

    other = tmp_path / "other"
    other.write_bytes(b"replaced 1\nreplaced 2\nreplaced 3\n")
    other.replace(path)
    assert read(follower) == [b"replaced 1", b"replaced 2", b"replaced 3"]

    path.unlink()
    assert read(follower) == []


def test_a_line_longer_than_a_piece_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "PIECE_BYTES", 64)
    path = tmp_path / "logging.jsonl"
    follower = LineFollower(path)
    path.write_bytes(b"before\n" + b"x" * 500)
    assert read(follower) == [b"before"]
    with path.open("ab") as file:
        file.write(b"x" * 500 + b"\nafter\n")
    assert read(follower) == [b"after"]


def test_offsets_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    path.write_bytes(b"one\ntwo\nthree\n")
    (piece,) = LineFollower(path, 4).pieces()
    assert piece.lines == [b"two", b"three"]
    assert piece.offset_of(1) == 8
    (bounded,) = LineFollower(path, 0, 8).pieces()
    assert bounded.lines == [b"one", b"two"]
