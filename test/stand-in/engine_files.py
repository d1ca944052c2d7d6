"""Writes what the engine writes, without training: lines of metrics, and checkpoints in which a reader finds no fault.

For stand-in trainers, which run as programs of their own in whatever Python a test gives them: standard library only.
"""

import io
import json
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def metrics_line(values: Mapping[str, Any], step: int, max_steps: int) -> str:
    """A line of `logging.jsonl`. source: swift/trainers/patcher.py: ProgressCallbackNew.on_log"""
    return json.dumps({**values, "global_step/max_steps": f"{step}/{max_steps}"}) + "\n"


def log_metrics(output: Path, values: Mapping[str, Any], step: int, max_steps: int) -> None:
    """Appends a line to a file that is opened for it, as the engine does."""
    output.mkdir(parents=True, exist_ok=True)
    with (output / "logging.jsonl").open("a") as file:
        file.write(metrics_line(values, step, max_steps))


def save_checkpoint(
    output: Path, step: int, max_steps: int, *, arguments: Mapping[str, Any] | None = None, seconds: float = 0.0
) -> None:
    """Writes one in the order in which the engine does, file by file, and takes so long for it.

    Without `arguments` there is no dump of them, as some versions leave none.
    """
    folder = output / f"checkpoint-{step}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text('{"model_type": "qwen2"}')
    (folder / "model.safetensors").write_bytes(_tensors_file())
    (folder / "training_args.bin").write_bytes(_torch_file())
    if arguments is not None:
        (folder / "args.json").write_text(json.dumps(arguments))
    state = {"global_step": step, "max_steps": max_steps, "epoch": step / max_steps, "log_history": []}
    later = {name: _torch_file() for name in ("optimizer.pt", "scheduler.pt", "rng_state.pth")}
    for name, content in {**later, "trainer_state.json": json.dumps(state).encode()}.items():
        time.sleep(seconds / (len(later) + 1))
        (folder / name).write_bytes(content)


def step_of(checkpoint: Path) -> int:
    """Where a checkpoint was made."""
    return int(json.loads((checkpoint / "trainer_state.json").read_text())["global_step"])


def _tensors_file() -> bytes:
    """A safetensors file of one small tensor."""
    header = json.dumps({"weight": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(16)


def _torch_file() -> bytes:
    """What torch.save writes, without a tensor in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
        archive.writestr("archive/byteorder", b"little")
        archive.writestr("archive/version", b"3\n")
    return content.getvalue()
