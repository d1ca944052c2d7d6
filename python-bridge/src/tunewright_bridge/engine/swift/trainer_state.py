"""What the trainer says of itself in a checkpoint's `trainer_state.json`, read in bounded time however long it is."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from tunewright_bridge.engine.swift.checkpoint_files import TRAINER_STATE
from tunewright_bridge.engine.tensor_files import FileError, read_json_object

# Its log history may be tens of megabytes long; what counts stands before and after it.
_END_BYTES = 16 * 1024
_LARGEST_PARSED_BYTES = 32 * 1024 * 1024

# The keys are sorted, and the history of the log stands between these. source: transformers/trainer_callback.py
_STEP = re.compile(rb'^  "global_step": (\d+),?$', re.MULTILINE)
_EPOCH = re.compile(rb'^  "epoch": ([-+.\deE]+),?$', re.MULTILINE)
_MAX_STEPS = re.compile(rb'^  "max_steps": (\d+),?$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class TrainerState:
    """How far a training was."""

    step: int
    epoch: float | None
    max_steps: int | None


def read_trainer_state(checkpoint: Path) -> TrainerState:
    """The state in a checkpoint. Raises FileError where it is not whole, OSError."""
    path = checkpoint / TRAINER_STATE
    begin, end, size = _ends(path)
    if not size:
        raise FileError(path, "empty")
    step = _STEP.search(begin)
    if step is None or size <= len(begin):
        return _parsed(path, size)
    # An entry of the history ends with a brace too, but a deeper one.
    if not end.endswith((b"\n}\n", b"\n}")):
        raise FileError(path, "truncated")
    epoch, max_steps = _EPOCH.search(begin), _MAX_STEPS.search(end)
    return TrainerState(
        step=int(step[1]),
        epoch=None if epoch is None else _number(epoch[1]),
        max_steps=None if max_steps is None else int(max_steps[1]) or None,
    )


def check_trainer_state(checkpoint: Path) -> TrainerState:
    """As `read_trainer_state`, and every byte of it is looked at where it is not too long for that."""
    path = checkpoint / TRAINER_STATE
    size = path.stat().st_size
    return _parsed(path, size) if size <= _LARGEST_PARSED_BYTES else read_trainer_state(checkpoint)


def _ends(path: Path) -> tuple[bytes, bytes, int]:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        begin = file.read(_END_BYTES)
        file.seek(max(0, size - _END_BYTES))
        return begin, file.read(), size


def _parsed(path: Path, size: int) -> TrainerState:
    if size > _LARGEST_PARSED_BYTES:
        raise FileError(path, "damaged", "it does not begin with the state of a training")
    state = read_json_object(path)
    step, epoch, max_steps = state.get("global_step"), state.get("epoch"), state.get("max_steps")
    if not isinstance(step, int):
        raise FileError(path, "damaged", "it does not say at which step it was written")
    return TrainerState(
        step=step,
        epoch=float(epoch) if isinstance(epoch, (int, float)) else None,
        max_steps=max_steps if isinstance(max_steps, int) and max_steps > 0 else None,
    )


def _number(text: bytes) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
