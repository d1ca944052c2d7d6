"""Files of tensors that are whole, cut, torn or something else altogether."""

import json
import os
import pickle
import struct
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from made_checkpoints import files_of, safetensors, torch_file
from tunewright_bridge.engine.tensor_files import (
    FileError,
    check_distributed_folder,
    check_safetensors,
    check_torch_file,
    read_json_object,
)


def problem(check: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(FileError) as caught:
        check(path)
    return caught.value.problem


def test_a_whole_file_of_tensors_gives_their_names(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(safetensors("a", "b"))
    assert check_safetensors(path) == {"a", "b"}


@pytest.mark.parametrize("content", [safetensors("a", "b"), torch_file()], ids=["safetensors", "torch"])
def test_a_cut_is_seen_wherever_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    check = check_safetensors if content[:2] != b"PK" else check_torch_file
    for length in range(len(content)):
        path.write_bytes(content[:length])
        assert problem(check, path) in ("empty", "truncated", "damaged"), length
    path.write_bytes(content)
    check(path)


@pytest.mark.parametrize(
    "header",
    [
        {"a": {"dtype": "F32", "shape": [64], "data_offsets": [0, 252]}},
        {"a": {"dtype": "F32", "shape": [64], "data_offsets": [4, 260]}},
        {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 256]}},
        {"a": {"dtype": "F32", "data_offsets": [0, 256]}},
        {"a": {"dtype": "F32", "shape": ["x"], "data_offsets": [0, 256]}},
        {"a": {"dtype": "F32", "shape": [64], "data_offsets": [0]}},
        {"a": 7},
        {},
        [],
    ],
)
def test_a_table_that_does_not_fit_the_data_is_damage(tmp_path: Path, header: object) -> None:
    path = tmp_path / "model.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(256))
    assert problem(check_safetensors, path) == "damaged"


def test_a_type_that_is_not_known_yet_is_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    text = json.dumps({"a": {"dtype": "F3", "shape": [64], "data_offsets": [0, 24]}}).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(24))
    assert check_safetensors(path) == {"a"}


def test_a_header_without_a_sensible_length_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(struct.pack("<Q", 1 << 60) + bytes(64))
    assert problem(check_safetensors, path) == "damaged"


def test_a_byte_that_flipped_is_seen_in_a_small_file(tmp_path: Path) -> None:
    path = tmp_path / "optimizer.pt"
    content = bytearray(torch_file(4096))
    content[content.index(bytes(range(16))) + 1000] ^= 1
    path.write_bytes(content)
    assert problem(check_torch_file, path) == "damaged"


@pytest.mark.parametrize("content", [b"not a file of tensors", bytes(4096)])
def test_something_else_is_not_taken_for_a_file_of_torch(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "optimizer.pt"
    path.write_bytes(content)
    assert problem(check_torch_file, path) == "damaged"


def test_another_archive_is_no_file_of_torch(tmp_path: Path) -> None:
    path = tmp_path / "optimizer.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert problem(check_torch_file, path) == "damaged"


def test_the_size_of_the_tensors_does_not_cost_time(tmp_path: Path) -> None:
    """Files of 100 GB, sparse: reading them would take minutes."""
    size = 100 * 2**30
    weights = tmp_path / "model.safetensors"
    header = json.dumps({"a": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    weights.write_bytes(len(header).to_bytes(8, "little") + header)
    os.truncate(weights, 8 + len(header) + size)
    optimizer = tmp_path / "optimizer.pt"
    with zipfile.ZipFile(optimizer, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
    _enlarge(optimizer, size)
    began = time.process_time()
    assert check_safetensors(weights) == {"a"}
    check_torch_file(optimizer)
    os.truncate(weights, os.path.getsize(weights) - 1)
    os.truncate(optimizer, os.path.getsize(optimizer) - 1)
    assert problem(check_safetensors, weights) == "truncated"
    assert problem(check_torch_file, optimizer) == "truncated"
    # Reading a hundred gigabytes takes more processor time than this on any machine.
    assert time.process_time() - began < 5.0


def _enlarge(archive: Path, size: int) -> None:
    """Puts a hole of `size` bytes between the entries of an archive and its table of contents."""
    with zipfile.ZipFile(archive) as opened:
        start = opened.start_dir
        entry = opened.infolist()[0]
    content = archive.read_bytes()[:start]
    with archive.open("wb") as file:
        file.write(content)
        file.seek(start + size)
        with zipfile.ZipFile(file, "w") as rewritten:
            rewritten.filelist.append(entry)
            rewritten.NameToInfo[entry.filename] = entry
            rewritten.start_dir = start + size
            # The entry counts as one that was just written.
            setattr(rewritten, "_didModify", True)  # noqa: B010


def distributed(folder: Path) -> Path:
    """A folder as torch.distributed.checkpoint leaves it."""
    for name, content in files_of("fsdp", 4, 8, b"{}"):
        if name.startswith("optimizer_0/"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
    return folder / "optimizer_0"


def test_a_distributed_folder_counts_on_its_files(tmp_path: Path) -> None:
    folder = distributed(tmp_path)
    check_distributed_folder(folder)
    os.truncate(folder / "__1_0.distcp", 63)
    assert problem(check_distributed_folder, folder) == "truncated"
    (folder / "__1_0.distcp").unlink()
    assert problem(check_distributed_folder, folder) == "missing"


def test_metadata_that_is_cut_is_seen(tmp_path: Path) -> None:
    metadata = distributed(tmp_path) / ".metadata"
    content = metadata.read_bytes()
    for length in range(len(content)):
        metadata.write_bytes(content[:length])
        assert problem(check_distributed_folder, metadata.parent) in ("empty", "truncated", "damaged"), length


class _Trap:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f'{sys.executable} -c \'open("sprung", "w")\'',)


def test_nothing_that_a_file_asks_for_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = distributed(tmp_path)
    (folder / ".metadata").write_bytes(pickle.dumps(_Trap()))
    assert problem(check_distributed_folder, folder) == "damaged"
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (bytes(100), "empty"),
        (b'{"a": 1', "truncated"),
        (b'{"a": "b', "truncated"),
        (b"[]", "damaged"),
        (b"{]}", "damaged"),
        (b"[" * 100_000, "damaged"),
        (b"\xff\xfe", "damaged"),
    ],
)
def test_json_that_is_none(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    assert problem(read_json_object, path) == expected
