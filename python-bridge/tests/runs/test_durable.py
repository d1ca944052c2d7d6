"""That a file is replaced whole or not at all, whoever else writes it, is killed or finds the disk full."""

import json
import os
import threading
from pathlib import Path

import pytest

from kills import killed_before_each_call
from small_disks import small_disk
from tunewright_bridge.runs.durable import append_line, read_json, read_json_lines, write_json_atomically


def test_a_file_is_the_old_one_or_the_new_one_whenever_its_writer_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    old, new = {"state": "old"}, {"state": "new" * 1000}
    write_json_atomically(path, old)
    found = []
    for _ in killed_before_each_call(lambda: write_json_atomically(path, new)):
        found.append(read_json(path))
        assert found[-1] in (old, new)
        # What is left of it is in nobody's way.
        write_json_atomically(path, old)
        assert read_json(path) == old
    assert old in found
    assert new in found


def test_many_threads_replace_a_file_and_each_time_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "stop.json"
    write_json_atomically(path, [])
    failures: list[Exception] = []

    def write(number: int) -> None:
        try:
            for _ in range(50):
                write_json_atomically(path, [number] * 2000)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert len(set(read_json(path))) <= 1
    assert failures == []
    assert os.listdir(tmp_path) == ["stop.json"]


def test_a_line_that_the_disk_refuses_is_not_there_and_neither_is_half_of_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        path = disk.place / "events.jsonl"
        append_line(path, b'{"number": 0}\n')
        refused = 0
        for number in range(1, 40):
            disk.fill(free_pages=number % 3)
            before = path.read_bytes()
            line = json.dumps({"number": number, "detail": "x" * 3000}).encode() + b"\n"
            try:
                append_line(path, line)
            except OSError:
                refused += 1
                assert path.read_bytes() == before
            else:
                assert path.read_bytes() == before + line
        assert 0 < refused < 39
        disk.free()
        append_line(path, b'{"number": 40}\n')
        assert [value["number"] for value in read_json_lines(path)][-1] == 40


@pytest.mark.parametrize("torn", [b'{"a": 1', b'{"a": 1}', b"\0\0\0", b"\xff{"])
def test_a_line_follows_whatever_a_crash_has_left(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"a": 0}\n' + torn)
    append_line(path, b'{"a": 2}\n')
    values = [value["a"] for value in read_json_lines(path)]
    assert values == ([0, 1, 2] if torn.endswith(b"}") else [0, 2])
