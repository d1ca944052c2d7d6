"""Finds the checkpoints that the engine has saved, and says whether a training can go on from one."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from tunewright_bridge.engine.swift.checkpoint_files import (
    SCALER,
    SCHEDULER,
    TRAINER_STATE,
    Parts,
    Saving,
    is_marked_unfinished,
    parts_of,
    saving_by,
    saving_into,
)
from tunewright_bridge.engine.swift.trainer_state import check_trainer_state, read_trainer_state
from tunewright_bridge.engine.tensor_files import (
    FileError,
    check_distributed_folder,
    check_safetensors,
    check_torch_file,
    read_json_object,
)
from tunewright_bridge.protocol.checkpoint import CheckpointSummary, PreflightCheck, PreflightCode

# source: transformers/trainer_utils.py: PREFIX_CHECKPOINT_DIR
_NAME = re.compile(r"checkpoint-(\d+)")


def checkpoints(output_directory: Path, attempt: int, *, after_step: int | None = None) -> list[CheckpointSummary]:
    """See `Engine.checkpoints`."""
    folders = [(path, step) for path, step in _folders(output_directory) if after_step is None or step > after_step]
    shared = saving_by(output_directory) if folders else None
    found = []
    for path, step in folders:
        summary = _summary(path, step, attempt, shared or saving_into(path))
        if summary is not None:
            found.append(summary)
    return sorted(found, key=lambda checkpoint: checkpoint.step, reverse=True)


def check_checkpoint(checkpoint: Path, *, weights_only: bool) -> list[PreflightCheck]:
    """See `Engine.check_checkpoint`."""
    saving = saving_into(checkpoint)
    try:
        parts = parts_of(checkpoint, saving)
    except OSError as error:
        return [_finding("checkpoint-incomplete", files=f"{checkpoint.name} ({error.strerror})")]
    takes_weights_only = weights_only or (saving.is_weights_only and not parts.optimizer)
    missing = _needed(checkpoint, parts, saving, weights_only=takes_weights_only)
    checks = [_finding("checkpoint-incomplete", files=", ".join(missing))] if missing else []
    checks += _state_checks(checkpoint, parts)
    checks += _checks(checkpoint, "weights-damaged", parts.weights)
    if not takes_weights_only:
        checks += _checks(checkpoint, "optimizer-unreadable", parts.optimizer)
        optional = [name for name in (SCHEDULER, SCALER) if (checkpoint / name).exists()]
        checks += _checks(checkpoint, "scheduler-unreadable", optional)
        checks += _checks(checkpoint, "random-state-unreadable", parts.random_states)
    elif not weights_only:
        checks.append(PreflightCheck(code="weights-only", severity="warning", values={}))
    return checks


def last_logged_step(output_directory: Path, before_step: int) -> int:
    """See `Engine.last_logged_step`. source: transformers/trainer_callback.py: DefaultFlowCallback.on_step_end"""
    try:
        interval = read_json_object(output_directory / "args.json").get("logging_steps")
    except (FileError, OSError):
        interval = None
    # Less than 1 is a share of all steps, of which the dump does not say how many there are.
    every = int(interval) if isinstance(interval, (int, float)) and interval >= 1 else 1
    return max(before_step - 1, 0) // every * every


def _summary(path: Path, step: int, attempt: int, saving: Saving) -> CheckpointSummary | None:
    """None where it has been deleted meanwhile."""
    state = None
    is_complete = False
    try:
        parts = parts_of(path, saving)
        if not parts.missing(saving):
            state = read_trainer_state(path)
            is_finished = state.step == step and not is_marked_unfinished(path, step, saving)
            is_complete = is_finished and _have_all_written(path, parts)
        made_at = (path / TRAINER_STATE if state is not None else path).stat().st_mtime_ns
    except FileNotFoundError:
        if not path.exists():
            return None
        made_at, is_complete = path.stat().st_mtime_ns, False
    except (FileError, OSError):
        made_at, is_complete = path.stat().st_mtime_ns, False
    return CheckpointSummary(
        path=str(path),
        attempt=attempt,
        step=step,
        epoch=None if state is None else state.epoch,
        size_bytes=_size(path),
        created_at_ms=made_at // 1_000_000,
        is_complete=is_complete,
    )


def _have_all_written(checkpoint: Path, parts: Parts) -> bool:
    """Whether the files that each process writes for itself, and that nobody waits for, are whole.

    A distributed folder loses one file after the other when it is deleted, and only its table of contents knows which.
    """
    try:
        if len(parts.random_states) > 1:
            for name in parts.random_states:
                check_torch_file(checkpoint / name)
        for name in (*parts.weights, *parts.optimizer):
            if (checkpoint / name).is_dir():
                check_distributed_folder(checkpoint / name)
    except FileError:
        return False
    return True


def _size(path: Path) -> int:
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.stat(os.path.join(folder, name)).st_size
            except FileNotFoundError:
                continue
    return total


def _folders(directory: Path) -> Iterator[tuple[Path, int]]:
    try:
        entries = list(os.scandir(directory))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        match = _NAME.fullmatch(entry.name)
        if match is not None and entry.is_dir(follow_symlinks=False):
            yield Path(entry.path), int(match[1])


def _needed(checkpoint: Path, parts: Parts, saving: Saving, *, weights_only: bool) -> list[str]:
    """The files that are missing and without which the training would not go on as it was."""
    if not weights_only:
        return parts.missing(saving)
    missing = list(parts.weights_missing)
    # The model itself is then made from the checkpoint. source: swift/arguments/sft_args.py: __post_init__
    if not saving.is_adapter and not (checkpoint / "config.json").exists():
        missing.append("config.json")
    return missing if parts.has_trainer_state else [*missing, TRAINER_STATE]


def _state_checks(checkpoint: Path, parts: Parts) -> list[PreflightCheck]:
    if not parts.has_trainer_state:
        return []
    try:
        state = check_trainer_state(checkpoint)
    except FileError as error:
        return [_file_finding("trainer-state-unreadable", TRAINER_STATE, error)]
    except OSError as error:
        return [_unreadable("trainer-state-unreadable", TRAINER_STATE, error)]
    match = _NAME.fullmatch(checkpoint.name)
    if match is not None and int(match[1]) != state.step:
        detail = f"it was written at step {state.step}"
        return [_finding("trainer-state-unreadable", file=TRAINER_STATE, problem="another-step", detail=detail)]
    return []


def _checks(checkpoint: Path, code: PreflightCode, names: list[str]) -> list[PreflightCheck]:
    """The first thing that is wrong with files of one purpose; the rest would say the same."""
    tensors: dict[str, set[str]] = {}
    for name in names:
        path = checkpoint / name
        try:
            if path.suffix == ".safetensors":
                tensors[name] = check_safetensors(path)
            else:
                _check_of(path)(path)
        except FileError as error:
            return [_file_finding(code, name, error)]
        except OSError as error:
            return [_unreadable(code, name, error)]
    index = next((name for name in names if name.endswith(".safetensors.index.json")), None)
    return [] if index is None else _index_checks(checkpoint / index, code, tensors)


def _check_of(path: Path) -> Callable[[Path], object]:
    if path.is_dir():
        return check_distributed_folder
    return read_json_object if path.suffix == ".json" else check_torch_file


def _index_checks(index: Path, code: PreflightCode, tensors: dict[str, set[str]]) -> list[PreflightCheck]:
    """Every tensor must be in the shard where the index says it is."""
    weight_map = read_json_object(index).get("weight_map")
    if not isinstance(weight_map, dict) or not weight_map:
        return [_finding(code, file=index.name, problem="damaged", detail="it names no tensors")]
    for tensor, shard in weight_map.items():
        if shard in tensors and tensor not in tensors[shard]:
            return [_finding(code, file=shard, problem="damaged", detail=f"the tensor {tensor} is not in it")]
    return []


def _file_finding(code: PreflightCode, name: str, error: FileError) -> PreflightCheck:
    # Where the file belongs to a folder of many, the folder's name alone would not help.
    file = name if error.path.name == Path(name).name else f"{name}/{error.path.name}"
    detail = {} if error.detail is None else {"detail": error.detail}
    return _finding(code, file=file, problem=error.problem, **detail)


def _unreadable(code: PreflightCode, name: str, error: OSError) -> PreflightCheck:
    problem = "missing" if isinstance(error, FileNotFoundError) else "not-readable"
    return _finding(code, file=name, problem=problem, detail=error.strerror or str(error))


def _finding(code: PreflightCode, **values: str) -> PreflightCheck:
    return PreflightCheck(code=code, severity="error", values=values)
