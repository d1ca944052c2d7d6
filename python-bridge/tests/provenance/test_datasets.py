"""Fingerprints of data files: they notice changes, and never take long."""

import os
import time
from pathlib import Path

import pytest

from tunewright_bridge.protocol.run import DatasetFingerprint
from tunewright_bridge.provenance.datasets import MOST_FILES, WHOLE_BYTES, fingerprint, fingerprints


def test_a_small_file_counts_whole(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"a" * 1_000_000)
    before = fingerprint(path)
    assert (before.path, before.size_bytes) == (str(path), 1_000_000)
    os.utime(path, (1, 1))
    assert fingerprint(path) == before
    with path.open("r+b") as file:
        file.seek(500_000)
        file.write(b"b")
    assert fingerprint(path) != before


@pytest.mark.parametrize("place", [0, -1, None])
def test_a_large_file_counts_by_its_beginning_its_end_and_its_size(tmp_path: Path, place: int | None) -> None:
    path = tmp_path / "train.jsonl"
    with path.open("wb") as file:
        file.truncate(WHOLE_BYTES * 4)
    before = fingerprint(path)
    if place is None:
        with path.open("ab") as file:
            file.write(b"\0")
    else:
        with path.open("r+b") as file:
            file.seek(place, os.SEEK_SET if place == 0 else os.SEEK_END)
            file.write(b"x")
    assert fingerprint(path) != before


def test_a_file_that_has_not_changed_since_it_was_known_is_not_read_again(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b"as it was")
    known = DatasetFingerprint(path=str(path), size_bytes=9, sha256="told before")
    long_after, just_after = (time.time_ns() // 1_000_000 + seconds * 1000 for seconds in (3600, 1))
    assert fingerprints([path], known=[known], known_at_ms=long_after) == [known]
    assert fingerprints([path], known=[known], known_at_ms=just_after) == [fingerprint(path)]
    path.write_bytes(b"longer than it was")
    assert fingerprints([path], known=[known], known_at_ms=long_after) == [fingerprint(path)]


def test_a_terabyte_takes_no_longer(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    with path.open("wb") as file:
        file.truncate(2**40)
    began = time.process_time()
    assert fingerprint(path).size_bytes == 2**40
    # Reading it all would take minutes of processor time.
    assert time.process_time() - began < 5.0


def test_files_that_are_gone_are_left_out_and_their_number_is_bounded(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.jsonl" for number in range(MOST_FILES + 10)]
    for path in paths:
        path.write_text(path.name)
    assert len(fingerprints(paths)) == MOST_FILES
    paths[0].unlink()
    assert [found.path for found in fingerprints(paths[:2])] == [str(paths[1])]
