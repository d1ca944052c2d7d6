"""A stand-in for the engine's `sft`, for tests of the editor: trains nothing, at a steady pace, until it is stopped.

`STAND_IN_NAN_FROM`: the first step whose loss is no number; a training that goes on from a checkpoint has none.
"""

import argparse
import io
import json
import os
import time
import zipfile
from pathlib import Path

_STEPS = 20_000
_SECONDS_PER_STEP = 0.05
_SAVE_STEPS = 40


def main() -> None:
    """Trains until somebody has had enough."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--output_dir", type=Path, required=True)
    parser.add_argument("--resume_from_checkpoint", type=Path)
    options, _ = parser.parse_known_args()
    resumed_from = options.resume_from_checkpoint
    first = 1 if resumed_from is None else step_of(resumed_from) + 1
    nan_from = int(os.environ.get("STAND_IN_NAN_FROM", _STEPS + 1)) if resumed_from is None else _STEPS + 1
    options.output_dir.mkdir(parents=True, exist_ok=True)
    for step in range(first, _STEPS + 1):
        time.sleep(_SECONDS_PER_STEP)
        log(options.output_dir, step, float("nan") if step >= nan_from else 2 / (1 + step / 20) + 0.2)
        if step % _SAVE_STEPS == 0:
            save(options.output_dir / f"checkpoint-{step}", step)


def log(output: Path, step: int, loss: float) -> None:
    """A line as the engine writes it. source: swift/trainers/patcher.py: ProgressCallbackNew.on_log"""
    line = {"loss": loss, "grad_norm": 1.5, "learning_rate": 1e-4, "global_step/max_steps": f"{step}/{_STEPS}"}
    with (output / "logging.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")
    print(line, flush=True)


def save(folder: Path, step: int) -> None:
    """A checkpoint in which a reader finds nothing wrong, in the order in which the engine writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    header = json.dumps({"weight": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}).encode()
    (folder / "config.json").write_text('{"model_type": "qwen2"}')
    (folder / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + bytes(16))
    for name in ("training_args.bin", "optimizer.pt", "scheduler.pt", "rng_state.pth"):
        (folder / name).write_bytes(torch_file())
    state = {"global_step": step, "max_steps": _STEPS, "epoch": step / _STEPS, "log_history": []}
    (folder / "trainer_state.json").write_text(json.dumps(state))
    (folder / "args.json").write_text("{}")


def torch_file() -> bytes:
    """What torch.save writes, without a tensor in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
        archive.writestr("archive/byteorder", b"little")
        archive.writestr("archive/version", b"3\n")
    return content.getvalue()


def step_of(checkpoint: Path) -> int:
    """Where the checkpoint was made."""
    return int(json.loads((checkpoint / "trainer_state.json").read_text())["global_step"])


main()
