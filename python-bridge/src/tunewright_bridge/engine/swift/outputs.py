"""Where the engine writes, by task, and what it writes there for us to read."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tunewright_bridge.protocol.task import TRAINING_TASKS, Task

# The key that names the place of a task's results. Tasks that are not here write nothing that is theirs to place.
# source: swift/arguments: sft_args.py, export_args.py, sampling_args.py, eval_args.py, infer_args.py
_PLACE_KEYS: dict[Task, str] = {
    "pt": "output_dir",
    "sft": "output_dir",
    "rlhf": "output_dir",
    "megatron-pt": "output_dir",
    "megatron-sft": "output_dir",
    "megatron-rlhf": "output_dir",
    "export": "output_dir",
    "merge-lora": "output_dir",
    "megatron-export": "output_dir",
    "sample": "output_dir",
    "eval": "eval_output_dir",
    "infer": "result_path",
}

# Tasks whose folder must not exist yet: the engine refuses it, or takes the merge for done and skips it.
# source: swift/arguments/export_args.py: _init_output_dir; swift/pipelines/export/merge_lora.py
_NEED_NEW_FOLDER: frozenset[Task] = frozenset({"export", "merge-lora", "megatron-export"})

_VERSION = re.compile(r"v\d+-\d{8}-\d{6}")
_LATER_PLACE = re.compile(r"-v\d+-\d{8}-\d{6}$")


def place_key(task: Task) -> str | None:
    """The key by which a config of `task` says where its results go."""
    return _PLACE_KEYS.get(task)


def decide_output(
    task: Task,
    values: Mapping[str, Any],
    *,
    attempt_output: Path,
    working_directory: Path,
    now: datetime,
    taken: Collection[Path] = (),
) -> tuple[dict[str, Any], Path]:
    """The keys to set so that the place of the results is known before the start, and that place.

    The engine makes a folder `v<N>-<time>` of its own inside a training's output_dir unless add_version is off, and
    only says in its log which. So the folder is chosen here by the same rule, and add_version is switched off.
    Places where earlier attempts wrote are `taken`.
    """
    key = _PLACE_KEYS.get(task)
    if key is None:
        return {}, attempt_output
    named = values.get(key)
    if named is None or named == "":
        return _own_place(task, key, attempt_output)
    directory = working_directory / Path(str(named)).expanduser()
    if key == "result_path":
        return {key: str(directory)}, directory.parent
    if task not in TRAINING_TASKS:
        place = _beside(directory, now) if task in _NEED_NEW_FOLDER and directory in taken else directory
        return {key: str(place)}, place
    if is_on(values.get("add_version", True)):
        directory = directory / f"v{_next_version(directory)}-{now:%Y%m%d-%H%M%S}"
    elif directory in taken:
        directory = _beside(directory, now)
    return {key: str(directory), "add_version": False}, directory


def decide_again(
    task: Task, values: Mapping[str, Any], *, earlier_output: Path, attempt_output: Path, now: datetime
) -> tuple[dict[str, Any], Path]:
    """The keys to set so that one more attempt with the same resolved `values` writes into no folder of an earlier one.

    `attempt_output` is the new attempt's own place, `earlier_output` the place that was decided for an earlier one.
    """
    key = _PLACE_KEYS.get(task)
    if key is None or earlier_output.is_relative_to(attempt_output.parent.parent):
        return decide_output(
            task,
            {name: value for name, value in values.items() if name != key},
            attempt_output=attempt_output,
            working_directory=attempt_output,
            now=now,
        )
    if task not in TRAINING_TASKS and task not in _NEED_NEW_FOLDER:
        # Each start of these writes into a folder or file of its own in there, or adds to what is there.
        return {}, earlier_output
    directory = _beside(earlier_output, now)
    return {key: str(directory), **({"add_version": False} if task in TRAINING_TASKS else {})}, directory


def _beside(directory: Path, now: datetime) -> Path:
    """A folder that is not there yet: the next version where the engine's rule made `directory`, else a sibling."""
    if _VERSION.fullmatch(directory.name):
        return directory.with_name(f"v{_next_version(directory.parent)}-{now:%Y%m%d-%H%M%S}")
    name = _LATER_PLACE.sub("", directory.name)
    number = 2
    while (place := directory.with_name(f"{name}-v{number}-{now:%Y%m%d-%H%M%S}")).exists():
        number += 1
    return place


def metrics_files(output_directory: Path) -> list[Path]:
    """source: swift/trainers/patcher.py: ProgressCallbackNew.on_log"""
    return [output_directory / "logging.jsonl"]


def _own_place(task: Task, key: str, attempt_output: Path) -> tuple[dict[str, Any], Path]:
    if key == "result_path":
        return {key: str(attempt_output / "answers.jsonl")}, attempt_output
    directory = attempt_output / "model" if task in _NEED_NEW_FOLDER else attempt_output
    place: dict[str, Any] = {key: str(directory)}
    if task in TRAINING_TASKS:
        place["add_version"] = False
    return place, directory


def _next_version(directory: Path) -> int:
    """source: swift/utils/utils.py: _get_version"""
    try:
        names = [entry.name for entry in directory.iterdir()]
    except OSError:
        names = []
    versions = [int(match[1]) for name in names if (match := re.match(r"v(\d+)", name))]
    return max(versions, default=-1) + 1


def is_on(value: Any) -> bool:
    """source: transformers/hf_argparser.py: string_to_bool"""
    return str(value).strip().lower() not in {"false", "no", "n", "f", "0"}
