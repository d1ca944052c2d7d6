"""What differs between the training that wrote a checkpoint and an attempt that would go on from it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.base import Comparison, ResolvedConfig
from tunewright_bridge.engine.swift.checkpoint_files import parts_of, saving_into
from tunewright_bridge.engine.swift.credentials import SECRET_KEYS, referenced_names
from tunewright_bridge.engine.swift.outputs import is_on
from tunewright_bridge.engine.swift.trainer_state import TrainerState, read_trainer_state
from tunewright_bridge.protocol.checkpoint import ArgumentDifference, CheckpointSummary, PreflightCheck

# Differ from attempt to attempt, or change nothing at all.
_BY_NATURE = frozenset(
    {
        "ENV",
        "add_version",
        "ignore_data_skip",
        "logging_dir",
        "output_dir",
        "resume_from_checkpoint",
        "resume_only_model",
        "run_name",
    }
)
# Do not change what is trained, only what is written down and how often, or how fast it goes.
_HARMLESS = (
    "logging_",
    "save_",
    "eval_",
    "report_to",
    "hub_",
    "push_to_hub",
    "swanlab_",
    "dataloader_",
    "dataset_num_",
)
_HARMLESS_KEYS = frozenset({"per_device_eval_batch_size", "val_dataset", "log_level", "create_checkpoint_symlink"})
# With another value the weights of the checkpoint fit nothing.
_SHAPING = frozenset({"tuner_type", "lora_rank", "task_type", "num_labels"})
# With another value the state of the optimizer fits nothing.
_OF_OPTIMIZER = frozenset({"optim", "deepspeed", "fsdp"})
# The engine replaces what is written by the file that it stands for.
_REPLACED = frozenset({"deepspeed", "fsdp", "fsdp_config"})

_LONGEST_VALUE = 200


def compare(
    checkpoint: CheckpointSummary,
    resolved: ResolvedConfig,
    *,
    trained: Mapping[str, Any] | None,
    environment: Mapping[str, str],
    weights_only: bool,
) -> Comparison:
    """See `Engine.compare_with_checkpoint`."""
    folder = Path(checkpoint.path)
    arguments = _arguments(folder)
    differences = differing(resolved.values, trained, arguments)
    max_steps = _max_steps(resolved.values, _state(folder), differences)
    checks = [
        *_argument_checks(differences, weights_only=weights_only),
        *_world_size_checks(folder, resolved, environment, weights_only=weights_only),
    ]
    if max_steps is not None and checkpoint.step >= max_steps:
        values = {"step": str(checkpoint.step), "maxSteps": str(max_steps)}
        checks.append(PreflightCheck(code="already-finished", severity="error", values=values))
    return Comparison(next_step=checkpoint.step + 1, max_steps=max_steps, differences=differences, checks=checks)


def differing(
    new: Mapping[str, Any], trained: Mapping[str, Any] | None, arguments: Mapping[str, Any]
) -> list[ArgumentDifference]:
    """Keys whose values differ, sorted.

    `trained` is what the training was given, `arguments` all that its arguments came to, defaults included: with both
    it is known whether a key that was not written before is written with its default now.
    """
    found = []
    for key in sorted({*new, *(trained or {})} - _BY_NATURE - SECRET_KEYS):
        if trained is not None and key in trained and key in new and same(trained[key], new[key]):
            continue
        was_known = key in arguments or (trained is not None and key in trained)
        old = trained[key] if trained is not None and key in trained else arguments.get(key)
        if not was_known or _has_reference(old) or _has_reference(new.get(key)):
            continue
        if key not in new:
            found.append(ArgumentDifference(key=key, of_checkpoint=_text(old)))
        elif not same(old, new[key]) and not _is_replaced(key, old, new[key]):
            found.append(ArgumentDifference(key=key, of_checkpoint=_text(old), of_attempt=_text(new[key])))
    return found


def same(left: Any, right: Any) -> bool:
    """Whether the engine's parser would make the same of two values, however each of them is written."""
    left, right = _plain(left), _plain(right)
    if isinstance(left, list) or isinstance(right, list):
        lefts, rights = (value if isinstance(value, list) else [value] for value in (left, right))
        return len(lefts) == len(rights) and all(same(one, other) for one, other in zip(lefts, rights, strict=True))
    if isinstance(left, bool) or isinstance(right, bool):
        return is_on(left) == is_on(right)
    try:
        return float(left) == float(right)
    except (TypeError, ValueError):
        return bool(left == right) or str(left) == str(right)


def _plain(value: Any) -> Any:
    """JSON in a text as what it says; nothing as an empty value."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return None if value in ("None", []) else value


def _is_replaced(key: str, old: Any, new: Any) -> bool:
    return key in _REPLACED and bool(old) and bool(new) and not isinstance(old, str)


def _has_reference(value: Any) -> bool:
    return next(referenced_names(value), None) is not None


def _text(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _argument_checks(differences: list[ArgumentDifference], *, weights_only: bool) -> list[PreflightCheck]:
    keys = [
        difference.key
        for difference in differences
        if not difference.key.startswith(_HARMLESS) and difference.key not in _HARMLESS_KEYS
    ]
    if not keys:
        return []
    unfit = _SHAPING if weights_only else _SHAPING | _OF_OPTIMIZER
    severe = [key for key in keys if key in unfit]
    checks = [_differ(severe, "error")] if severe else []
    rest = [key for key in keys if key not in unfit]
    return [*checks, _differ(rest, "warning")] if rest else checks


def _differ(keys: list[str], severity: Any) -> PreflightCheck:
    return PreflightCheck(code="arguments-differ", severity=severity, values={"keys": ", ".join(keys)})


def _world_size_checks(
    folder: Path, resolved: ResolvedConfig, environment: Mapping[str, str], *, weights_only: bool
) -> list[PreflightCheck]:
    saving = saving_into(folder)
    of_attempt = _processes(resolved, environment)
    if of_attempt == saving.world_size:
        return []
    # Each process of DeepSpeed keeps a part of the optimizer, and finds no other.
    is_parted = saving.has_deepspeed and not weights_only and _has_optimizer(folder)
    return [
        PreflightCheck(
            code="world-size-differs",
            severity="error" if is_parted else "warning",
            values={"ofCheckpoint": str(saving.world_size), "ofAttempt": str(of_attempt)},
        )
    ]


def _has_optimizer(folder: Path) -> bool:
    try:
        return bool(parts_of(folder, saving_into(folder)).optimizer)
    except OSError:
        return False


def _processes(resolved: ResolvedConfig, environment: Mapping[str, str]) -> int:
    """How many processes would train: what is set already wins over the config's `ENV`, and we over both."""
    variables = resolved.values.get("ENV")
    listed = variables if isinstance(variables, Mapping) else {}
    given = {**listed, **environment, **resolved.environment}
    counts = []
    for name in ("NPROC_PER_NODE", "NNODES"):
        # torchrun also takes words, such as `gpu`, of which nobody knows the number here.
        text = str(given.get(name, 1))
        counts.append(int(text) if text.isdecimal() and int(text) > 0 else 1)
    return counts[0] * counts[1]


def _max_steps(
    values: Mapping[str, Any], state: TrainerState | None, differences: list[ArgumentDifference]
) -> int | None:
    """The last step of the attempt; None where only the data tell it, and they or what is done with them changed."""
    written = str(values.get("max_steps", ""))
    if written.isdecimal() and int(written) > 0:
        return int(written)
    changed = {difference.key for difference in differences}
    decisive = {
        "dataset",
        "gradient_accumulation_steps",
        "max_steps",
        "num_train_epochs",
        "packing",
        "per_device_train_batch_size",
        "split_dataset_ratio",
    }
    return None if state is None or changed & decisive else state.max_steps


def _state(folder: Path) -> TrainerState | None:
    try:
        return read_trainer_state(folder)
    except (OSError, ValueError):
        return None


def _arguments(folder: Path) -> dict[str, Any]:
    try:
        arguments = json.loads((folder / "args.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return arguments if isinstance(arguments, dict) else {}
