"""Makes checkpoints like the engine's, file by file and in its order, without an engine."""

import io
import json
import pickle
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

Shape = Literal["full", "sharded", "lora", "weights-only", "two-processes", "deepspeed", "fsdp"]
SHAPES: tuple[Shape, ...] = ("full", "sharded", "lora", "weights-only", "two-processes", "deepspeed", "fsdp")

_ARGUMENTS: dict[Shape, dict[str, Any]] = {
    "full": {"tuner_type": "full"},
    "sharded": {"tuner_type": "full", "max_shard_size": "1KB"},
    "lora": {"tuner_type": "lora"},
    "weights-only": {"tuner_type": "full", "save_only_model": True},
    "two-processes": {"tuner_type": "full", "global_world_size": 2, "local_world_size": 2},
    "deepspeed": {"tuner_type": "full", "deepspeed": {"zero": 2}, "global_world_size": 2, "local_world_size": 2},
    "fsdp": {"tuner_type": "full", "fsdp": ["full_shard"], "global_world_size": 2, "local_world_size": 2},
}


@dataclass(frozen=True)
class _StorageInfo:
    """Named as in torch, so that a pickle of it has the same shape."""

    relative_path: str
    offset: int
    length: int


@dataclass
class _Metadata:
    storage_data: dict[str, _StorageInfo]


def write_arguments(output: Path, shape: Shape, **arguments: Any) -> None:
    """The dump that the engine writes at its start."""
    output.mkdir(parents=True, exist_ok=True)
    dumped = {"save_only_model": False, "deepspeed": None, "global_world_size": 1, "local_world_size": 1}
    (output / "args.json").write_text(json.dumps({**dumped, **_ARGUMENTS[shape], **arguments}))


def write_checkpoint(output: Path, step: int, *, shape: Shape = "full", max_steps: int = 100, **arguments: Any) -> Path:
    """A whole checkpoint, with the dump of arguments beside it."""
    for write in writes(output, step, shape=shape, max_steps=max_steps, **arguments):
        write()
    return output / f"checkpoint-{step}"


def writes(
    output: Path, step: int, *, shape: Shape = "full", max_steps: int = 100, **arguments: Any
) -> Iterator[Callable[[], object]]:
    """What the engine does to save one, write by write; every write makes one file."""
    write_arguments(output, shape, **arguments)
    folder = output / f"checkpoint-{step}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files_of(shape, step, max_steps, (output / "args.json").read_bytes()):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        yield partial(path.write_bytes, content)


def files_of(shape: Shape, step: int, max_steps: int, arguments: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents, in the order in which real checkpoints were seen to be written."""
    yield from _weights(shape)
    yield "training_args.bin", torch_file()
    yield "args.json", arguments
    if shape == "deepspeed":
        yield f"global_step{step}/mp_rank_00_model_states.pt", torch_file()
        for rank in (1, 0):
            yield f"global_step{step}/zero_pp_rank_{rank}_mp_rank_00_optim_states.pt", torch_file()
        yield "latest", f"global_step{step}".encode()
    elif shape == "fsdp":
        yield from _distributed("pytorch_model_fsdp_0")
        yield from _distributed("optimizer_0")
    elif shape != "weights-only":
        yield "optimizer.pt", torch_file()
    if shape != "weights-only":
        yield "scheduler.pt", torch_file()
    if shape in ("two-processes", "deepspeed", "fsdp"):
        yield "rng_state_1.pth", torch_file()
        yield "rng_state_0.pth", torch_file()
    elif shape != "weights-only":
        yield "rng_state.pth", torch_file()
    history = [{"loss": 1.0 / number, "step": number} for number in range(1, step + 1)]
    state = {"epoch": step / 10, "global_step": step, "log_history": history, "max_steps": max_steps}
    yield "trainer_state.json", (json.dumps(state, indent=2, sort_keys=True) + "\n").encode()


def _weights(shape: Shape) -> Iterator[tuple[str, bytes]]:
    if shape == "fsdp":
        return
    if shape == "lora":
        yield "adapter_model.safetensors", safetensors("lora_A", "lora_B")
        yield "adapter_config.json", b"{}"
        return
    yield "config.json", b"{}"
    if shape != "sharded":
        yield "model.safetensors", safetensors("embedding", "head")
        return
    shards = {"model-00001-of-00002.safetensors": "embedding", "model-00002-of-00002.safetensors": "head"}
    for name, tensor in shards.items():
        yield name, safetensors(tensor)
    weight_map = {tensor: name for name, tensor in shards.items()}
    yield "model.safetensors.index.json", json.dumps({"metadata": {}, "weight_map": weight_map}).encode()


def _distributed(folder: str) -> Iterator[tuple[str, bytes]]:
    for rank in (0, 1):
        yield f"{folder}/__{rank}_0.distcp", bytes(64)
    places = {f"tensor-{rank}": _StorageInfo(f"__{rank}_0.distcp", 32, 32) for rank in (0, 1)}
    yield f"{folder}/.metadata", pickle.dumps(_Metadata(places))


def safetensors(*tensors: str, numbers: int = 64) -> bytes:
    """A safetensors file of float tensors."""
    size = numbers * 4
    header = {
        name: {"dtype": "F32", "shape": [numbers], "data_offsets": [index * size, (index + 1) * size]}
        for index, name in enumerate(tensors)
    }
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    return len(text).to_bytes(8, "little") + text + bytes(size * len(tensors))


def torch_file(tensor_bytes: int = 256) -> bytes:
    """What torch.save writes: an uncompressed archive."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
        archive.writestr("archive/byteorder", b"little")
        archive.writestr("archive/data/0", bytes(range(256)) * (tensor_bytes // 256))
        archive.writestr("archive/version", b"3\n")
    return content.getvalue()
