"""Turns what an attempt got into what a further attempt gets: a place of its own, and a checkpoint to go on from."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.base import ResolvedConfig
from tunewright_bridge.engine.swift.credentials import referenced_names
from tunewright_bridge.engine.swift.outputs import decide_again, is_on
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.resumable import RESUMABLE_TASKS
from tunewright_bridge.protocol.task import Task

# Where a training begins. source: swift/trainers/arguments.py, transformers/training_args.py
_BEGINNING_KEYS = ("resume_from_checkpoint", "resume_only_model", "ignore_data_skip")


def resolve_again(
    task: Task, resolved_text: str, *, earlier_output: Path, attempt_output: Path, now: datetime
) -> ResolvedConfig:
    """See `Engine.resolve_again`."""
    values = read_resolved(resolved_text)
    place, output_directory = decide_again(
        task, values, earlier_output=earlier_output, attempt_output=attempt_output, now=now
    )
    values.update(place)
    return ResolvedConfig(
        values=values,
        environment={},
        secret_names=sorted(set(referenced_names(values))),
        output_directory=output_directory,
    )


def read_resolved(text: str) -> dict[str, Any]:
    """The values of a `resolved.yaml`. Raises BridgeError config-invalid."""
    import yaml

    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BridgeError("config-invalid", path="resolved.yaml", reason=str(error)) from None
    if not isinstance(values, dict):
        raise BridgeError("config-invalid", path="resolved.yaml", reason="it holds no keys")
    return values


def begin_as(resolved: ResolvedConfig, original_text: str) -> ResolvedConfig:
    """See `Engine.begin_as`."""
    original = read_resolved(original_text)
    values = {key: value for key, value in resolved.values.items() if key not in _BEGINNING_KEYS}
    values.update({key: original[key] for key in _BEGINNING_KEYS if key in original})
    return replace(resolved, values=values)


def resume(task: Task, resolved: ResolvedConfig, checkpoint: Path, *, weights_only: bool) -> ResolvedConfig:
    """See `Engine.resume`."""
    # Those whose checkpoints the key resume_from_checkpoint understands. source: swift/arguments/sft_args.py
    if task not in RESUMABLE_TASKS:
        raise BridgeError("task-unsupported", task=task, reason="it does not go on from checkpoints")
    values = dict(resolved.values)
    # Both may have been meant for the beginning of the first attempt, from weights of another run.
    had_weights_only = is_on(values.pop("resume_only_model", False))
    if weights_only or had_weights_only:
        # With both, the engine would not even read the step. source: swift/trainers/mixin.py: SwiftMixin.__init__
        values.pop("ignore_data_skip", None)
    values["resume_from_checkpoint"] = str(checkpoint)
    if weights_only:
        values["resume_only_model"] = True
    return replace(resolved, values=values)
