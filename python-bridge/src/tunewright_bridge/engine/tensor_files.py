"""Tells whether files that hold tensors are whole, from their tables of contents: no tensor is read or made.

The time does not grow with the size of the tensors; checksums are only compared in files of `CHECKED_WHOLE_BYTES` and
less, and nothing that a file asks for is executed. Raises FileError, or OSError where a file cannot be read.
"""

import json
import os
import pickle
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, BinaryIO

from tunewright_bridge.protocol.checkpoint import FileProblem

CHECKED_WHOLE_BYTES = 16 * 1024 * 1024
# source: safetensors/src/tensor.rs: MAX_HEADER_SIZE
_LARGEST_HEADER_BYTES = 100_000_000
_LARGEST_PICKLE_BYTES = 64 * 1024 * 1024

# Bits of one element. source: safetensors/src/tensor.rs: Dtype
_BITS = {
    **dict.fromkeys(("F4",), 4),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
}


class FileError(ValueError):
    """A file is not whole; `detail` says more where the problem alone does not."""

    def __init__(self, path: Path, problem: FileProblem, detail: str | None = None) -> None:
        self.path = path
        self.problem: FileProblem = problem
        self.detail = detail
        super().__init__(f"{path.name}: {problem}" + ("" if detail is None else f" ({detail})"))


def check_safetensors(path: Path) -> set[str]:
    """The names of the tensors in a safetensors file whose table fits the file's size."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise FileError(path, "empty")
        prefix = file.read(8)
        if len(prefix) < 8:
            raise FileError(path, "truncated")
        (length,) = struct.unpack("<Q", prefix)
        if length > _LARGEST_HEADER_BYTES:
            raise FileError(path, "damaged", "its header has no sensible length")
        header = file.read(length)
    if len(header) < length:
        raise FileError(path, "truncated")
    return _check_table(path, _parsed(path, header), size - 8 - length)


def _check_table(path: Path, table: dict[str, Any], data_bytes: int) -> set[str]:
    tensors = {name: entry for name, entry in table.items() if name != "__metadata__"}
    position = 0
    try:
        for name, entry in sorted(tensors.items(), key=lambda item: tuple(item[1]["data_offsets"])):
            begin, end = entry["data_offsets"]
            elements = 1
            for extent in entry["shape"]:
                elements *= extent
            bits = _BITS.get(entry["dtype"])
            if begin != position or (bits is not None and (end - begin) * 8 != elements * bits):
                raise FileError(path, "damaged", f"the place of the tensor {name} is wrong")
            position = end
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(path, "damaged", "its table of tensors is not readable") from error
    if data_bytes < position:
        raise FileError(path, "truncated", f"{position - data_bytes} bytes are missing")
    if data_bytes > position:
        raise FileError(path, "damaged", f"{data_bytes - position} bytes belong to no tensor")
    return set(tensors)


def check_torch_file(path: Path) -> None:
    """A file of torch.save: an archive whose table of contents lies at its end, so that a cut is always seen."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            raise FileError(path, "empty")
        start = file.read(4)
        if start[:1] == b"\x80":
            # The form that torch wrote before 1.6 has no table of contents.
            return
        if start != b"PK\x03\x04":
            raise FileError(path, "damaged", "it is no file of torch.save")
        _check_archive(path, file, size)


def _check_archive(path: Path, file: BinaryIO, size: int) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if not any(entry.filename.endswith("/data.pkl") for entry in entries):
                raise FileError(path, "damaged", "it is no file of torch.save")
            for entry in entries:
                if entry.header_offset + entry.compress_size > archive.start_dir:
                    raise FileError(path, "damaged", f"the place of {entry.filename} is wrong")
                is_small = size <= CHECKED_WHOLE_BYTES
                if is_small or (entry.filename.endswith("/data.pkl") and entry.file_size <= CHECKED_WHOLE_BYTES):
                    archive.read(entry)
    except zipfile.BadZipFile as error:
        is_cut = "not a zip file" in str(error)
        raise FileError(path, "truncated" if is_cut else "damaged", None if is_cut else str(error)) from error
    except (EOFError, NotImplementedError, RuntimeError, struct.error, zlib.error) as error:
        raise FileError(path, "damaged", str(error)) from error


def check_distributed_folder(folder: Path) -> None:
    """A folder of torch.distributed.checkpoint: every file that its `.metadata` counts on is long enough."""
    metadata = folder / ".metadata"
    size = metadata.stat().st_size
    if size == 0:
        raise FileError(metadata, "empty")
    if size > _LARGEST_PICKLE_BYTES:
        return
    ends = _ends_of_pieces(metadata)
    for name, end in sorted(ends.items()):
        piece = folder / name
        try:
            found = piece.stat().st_size
        except FileNotFoundError:
            raise FileError(piece, "missing") from None
        if found < end:
            raise FileError(piece, "truncated", f"{end - found} bytes are missing")


class _Anything(dict[Any, Any]):
    """Stands for every class and every object that a pickle names."""

    # Objects are also made without their initializer.
    state: Any = None

    def __init__(self, *_: Any, **__: Any) -> None:
        super().__init__()

    def __hash__(self) -> int:  # type: ignore[override]
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __call__(self, *_: Any, **__: Any) -> "_Anything":
        return _Anything()

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Inert(pickle.Unpickler):
    """Gives the shape of what was pickled and runs nothing of it."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        return _Anything

    def persistent_load(self, pid: Any) -> Any:
        return None


def _ends_of_pieces(metadata: Path) -> dict[str, int]:
    """How long each file must be at least. source: torch/distributed/checkpoint/filesystem.py: _StorageInfo"""
    try:
        with metadata.open("rb") as file:
            storage = _Inert(file).load().state["storage_data"]
        ends: dict[str, int] = {}
        for info in storage.values():
            name, end = str(info.state["relative_path"]), int(info.state["offset"]) + int(info.state["length"])
            ends[name] = max(end, ends.get(name, 0))
    except OSError:
        raise
    except Exception as error:
        # A damaged pickle makes the unpickler fail in any way whatever.
        raise FileError(metadata, "truncated" if isinstance(error, EOFError) else "damaged", str(error)) from error
    return ends


def read_json_object(path: Path) -> dict[str, Any]:
    """The keys and values of a JSON file."""
    content = path.read_bytes()
    if not content.strip(b"\0 \n"):
        raise FileError(path, "empty")
    return _parsed(path, content)


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        is_cut = content[:1] == b"{" and not content.rstrip().endswith(b"}")
        raise FileError(path, "truncated" if is_cut else "damaged", str(error)) from error
    if not isinstance(value, dict):
        raise FileError(path, "damaged", "it holds no keys")
    return value
