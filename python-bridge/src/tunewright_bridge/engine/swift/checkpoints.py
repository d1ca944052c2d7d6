"""Finds the checkpoints that the engine has saved, and says whether a run can go on from one."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tunewright_bridge.protocol.checkpoint import CheckpointSummary, PreflightCheck

# source: transformers/trainer_utils.py: PREFIX_CHECKPOINT_DIR
_NAME = re.compile(r"checkpoint-(\d+)")


def checkpoints(output_directory: Path, attempt: int) -> list[CheckpointSummary]:
    """See `Engine.checkpoints`."""
    found = [_summary(path, step, attempt) for path, step in _folders(output_directory)]
    return sorted(found, key=lambda checkpoint: checkpoint.step, reverse=True)


def check_checkpoint(checkpoint: Path, *, weights_only: bool) -> list[PreflightCheck]:
    """See `Engine.check_checkpoint`."""
    try:
        trainer_state(checkpoint)
    except (OSError, ValueError) as error:
        values = {"file": "trainer_state.json", "reason": str(error)}
        return [PreflightCheck(code="trainer-state-unreadable", severity="error", values=values)]
    if not weights_only and not (checkpoint / "optimizer.pt").exists():
        return [PreflightCheck(code="weights-only", severity="warning", values={})]
    return []


def trainer_state(checkpoint: Path) -> dict[str, Any]:
    """What the trainer said of itself at the end of saving. Raises OSError, ValueError."""
    state = json.loads((checkpoint / "trainer_state.json").read_bytes())
    if not isinstance(state, dict):
        raise ValueError("it holds no keys")
    return state


def _folders(directory: Path) -> Iterator[tuple[Path, int]]:
    try:
        entries = list(os.scandir(directory))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        match = _NAME.fullmatch(entry.name)
        if match is not None and entry.is_dir(follow_symlinks=False):
            yield Path(entry.path), int(match[1])


def _summary(path: Path, step: int, attempt: int) -> CheckpointSummary:
    try:
        state = trainer_state(path)
    except (OSError, ValueError):
        state = {}
    epoch = state.get("epoch")
    return CheckpointSummary(
        path=str(path),
        attempt=attempt,
        step=step,
        epoch=float(epoch) if isinstance(epoch, (int, float)) else None,
        size_bytes=sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
        created_at_ms=path.stat().st_mtime_ns // 1_000_000,
        is_complete=state.get("global_step") == step,
    )
