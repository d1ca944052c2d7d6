"""That the console log stays small, and that a byte keeps its offset through rotations, kills and full disks."""

import os
import random
import shutil
import threading
from pathlib import Path

import pytest

from kills import killed_before_each_call
from small_disks import small_disk
from tunewright_bridge.runs.console import SEGMENT_BYTES, SEGMENTS_KEPT, ConsoleLog, ConsoleWriter
from tunewright_bridge.runs.layout import AttemptPaths, console_start

SEEDS = range(30)


@pytest.fixture
def attempt(tmp_path: Path) -> AttemptPaths:
    directory = tmp_path / "attempts" / "1"
    directory.mkdir(parents=True)
    return AttemptPaths(directory)


def writer(attempt: AttemptPaths, *, segment_bytes: int = 100, segments_kept: int = 4) -> ConsoleWriter:
    return ConsoleWriter(attempt, segment_bytes=segment_bytes, segments_kept=segments_kept)


def files(attempt: AttemptPaths) -> list[Path]:
    found = {console_start(path.name): path for path in attempt.directory.iterdir()}
    return [path for start, path in sorted(found.items(), key=lambda item: item[0] or 0) if start is not None]


def some_lines(chance: random.Random) -> bytes:
    """Lines, and now and then a piece of one, of any bytes."""
    line = bytes(chance.randrange(256) for _ in range(chance.randrange(60)))
    return line.replace(b"\n", b" ") + (b"\n" if chance.random() < 0.8 else b"")


def check_reads(log: ConsoleLog, printed: bytes, chance: random.Random) -> None:
    """Whatever is read from anywhere stands at that offset of what was printed."""
    assert log.size() == len(printed)
    for _ in range(20):
        offset = chance.choice([None, 0, chance.randrange(len(printed) + 20)])
        max_bytes = chance.choice([1, 5, 150, 1000])
        start, data = log.read(offset, max_bytes)
        assert len(data) <= max_bytes
        assert printed[start : start + len(data)] == data
        wanted = max(0, len(printed) - max_bytes) if offset is None else min(offset, len(printed))
        assert start >= wanted
        assert data or start == len(printed)


def kept(log: ConsoleLog) -> list[tuple[int, bytes]]:
    return list(log.pieces(37))


@pytest.mark.parametrize("seed", SEEDS)
def test_any_writes_and_any_reads_agree(attempt: AttemptPaths, seed: int) -> None:
    chance = random.Random(seed)
    log, printed, current = ConsoleLog(attempt), b"", writer(attempt)
    for _ in range(100):
        data = some_lines(chance)
        assert current.append(data) == len(data)
        printed += data
        check_reads(log, printed, chance)
        if chance.random() < 0.1:
            # As after an adoption.
            current.close()
            current = writer(attempt)
    assert len(files(attempt)) <= 4
    assert attempt.console_log in files(attempt)
    whole = kept(log)
    assert whole[0][0] == 0
    assert whole[-1][0] + len(whole[-1][1]) == len(printed)
    assert all(printed[start : start + len(data)] == data for start, data in whole)


def test_the_beginning_and_the_end_are_kept_and_the_middle_is_left_out(attempt: AttemptPaths) -> None:
    lines = [b"line %04d of the log\n" % number for number in range(1000)]
    current = writer(attempt, segment_bytes=1000)
    for line in lines:
        current.append(line)
    printed, log = b"".join(lines), ConsoleLog(attempt)
    first, *rest = (path.read_bytes() for path in files(attempt))
    assert printed.startswith(first)
    assert printed.endswith(b"".join(rest))
    assert len(rest) == 3
    assert all(len(text) >= 1000 and text.endswith(b"\n") for text in (first, *rest[:-1]))
    start, data = log.read(len(first), 10)
    assert (start, data) == (len(printed) - len(b"".join(rest)), rest[0][:10])
    # The last byte before the gap, and no further.
    assert log.read(len(first) - 1, 10) == (len(first) - 1, b"\n")


def test_a_log_of_usual_size_is_one_file_and_no_log_is_large(attempt: AttemptPaths) -> None:
    current = ConsoleWriter(attempt)
    block = b"x" * 65_535 + b"\n"
    for _ in range(SEGMENT_BYTES // len(block)):
        current.append(block)
    assert [path.name for path in files(attempt)] == ["console.log"]
    for _ in range(20 * SEGMENT_BYTES // len(block)):
        current.append(block)
    assert len(files(attempt)) == SEGMENTS_KEPT
    assert sum(path.stat().st_size for path in files(attempt)) < 66 << 20
    assert ConsoleLog(attempt).size() == 21 * SEGMENT_BYTES


def test_a_line_without_end_does_not_make_a_file_grow_for_ever(attempt: AttemptPaths) -> None:
    current = writer(attempt)
    for _ in range(100):
        current.append(b"x" * 20)
    assert all(path.stat().st_size <= 220 for path in files(attempt))
    assert ConsoleLog(attempt).size() == 2000


def test_a_writer_that_is_killed_anywhere_leaves_a_log_that_the_next_one_continues(
    attempt: AttemptPaths, tmp_path: Path
) -> None:
    lines = [b"line %02d ........................\n" % number for number in range(25)]

    def write_some() -> None:
        current = writer(attempt, segments_kept=3)
        for line in lines:
            current.append(line)

    printed = b"".join(lines)
    sizes = set()
    for _ in killed_before_each_call(write_some):
        log = ConsoleLog(attempt)
        size = log.size()
        sizes.add(size)
        for start, data in kept(log):
            assert printed[start : start + len(data)] == data
        # A torn line may be there; what comes next follows it.
        assert writer(attempt, segments_kept=3).append(b"\nnext\n") == 6
        assert log.size() == size + 6
        assert log.read(size, 100) == (size, b"\nnext\n")
        assert len(files(attempt)) <= 4
        shutil.rmtree(attempt.directory)
        attempt.directory.mkdir()
    assert len(sizes) > 2 * len(lines) - 2


def test_what_was_read_once_stays_when_the_disk_fills_up_and_has_room_again(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        attempt = AttemptPaths(disk.place)
        log, current = ConsoleLog(attempt), writer(attempt, segment_bytes=20_000, segments_kept=100)
        seen = b""
        stored = 0
        for round_number in range(6):
            disk.fill(free_pages=round_number)
            for _ in range(10):
                stored += current.append(b"%d" % round_number * 3_000 + b"\n")
                now = b"".join(data for _, data in log.pieces(100_000))
                assert now.startswith(seen)
                seen = now
            disk.free()
            assert current.append(b"room\n") == 5
            stored += 5
        assert log.size() == stored == len(seen) + 5
        assert 0 < stored < 6 * 30_000


def test_a_reader_is_never_told_of_other_bytes_while_files_come_and_go(attempt: AttemptPaths) -> None:
    block = bytes(range(32, 127)) + b"\n"
    stop = threading.Event()

    def write() -> None:
        current = writer(attempt, segment_bytes=500, segments_kept=3)
        while not stop.is_set():
            current.append(block)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        log, offset = ConsoleLog(attempt), 0
        for _ in range(2_000):
            start, data = log.read(offset, 700)
            assert start >= offset
            assert data == (block * 10)[start % len(block) :][: len(data)]
            offset = start + len(data)
    finally:
        stop.set()
        thread.join()
    assert offset > 0


def test_files_that_are_dropped_while_they_are_looked_at_do_not_take_a_reader_back(attempt: AttemptPaths) -> None:
    def drop(start: int) -> None:
        # Listed, and not there.
        attempt.console_segment(start).symlink_to(attempt.directory / "nothing")

    attempt.console_log.write_bytes(b"x" * 100)
    attempt.console_segment(200).write_bytes(b"y" * 10)
    log = ConsoleLog(attempt)
    drop(100)
    assert log.read(150, 100) == (200, b"y" * 10)
    assert log.size() == 210
    drop(300)
    assert log.read(205, 100) == (205, b"")
    assert log.read(None, 100) == (300, b"")
    assert log.size() == 300


@pytest.mark.parametrize("harm", ["removed", "emptied"])
def test_a_file_that_somebody_takes_away_gives_its_offsets_to_nobody(attempt: AttemptPaths, harm: str) -> None:
    current = writer(attempt)
    current.append(b"before\n")
    if harm == "removed":
        attempt.console_log.unlink()
    else:
        os.truncate(attempt.console_log, 0)
    assert current.append(b"after\n") == 6
    assert ConsoleLog(attempt).read(0, 100) == (7, b"after\n")


def test_a_log_whose_directory_was_deleted_costs_output_only(attempt: AttemptPaths) -> None:
    current = writer(attempt)
    assert current.append(b"before\n") == 7
    shutil.rmtree(attempt.directory)
    assert current.append(b"after\n") == 0
    assert ConsoleLog(attempt).read(None, 100) == (0, b"")
    assert not ConsoleLog(attempt).exists()


def test_a_log_of_one_large_file_is_read_and_continued(attempt: AttemptPaths) -> None:
    attempt.console_log.write_bytes(b"x" * 999 + b"\n")
    log = ConsoleLog(attempt)
    assert log.read(990, 100) == (990, b"x" * 9 + b"\n")
    assert writer(attempt).append(b"more\n") == 5
    assert len(files(attempt)) == 2
    assert log.read(990, 100) == (990, b"x" * 9 + b"\nmore\n")


def test_bytes_that_a_power_failure_took_are_a_gap(attempt: AttemptPaths) -> None:
    current = writer(attempt)
    for _ in range(3):
        current.append(b"x" * 99 + b"\n")
    os.truncate(files(attempt)[1], 40)
    assert kept(ConsoleLog(attempt))[-1][0] + 37 > 200
    assert ConsoleLog(attempt).read(130, 100) == (130, b"x" * 10)
    assert ConsoleLog(attempt).read(140, 10) == (200, b"x" * 10)


def test_a_file_that_reaches_into_the_next_one_is_read_up_to_it(attempt: AttemptPaths) -> None:
    attempt.console_log.write_bytes(b"x" * 100)
    attempt.console_segment(60).write_bytes(b"y" * 10)
    assert ConsoleLog(attempt).read(50, 100) == (50, b"x" * 10 + b"y" * 10)
    assert ConsoleLog(attempt).size() == 70
