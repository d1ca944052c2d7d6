"""Which files the engine writes into a checkpoint, in which order, and which of them are there.

Saving goes: weights, adapter and tokenizer; then the optimizer, the scheduler and the state of the random generators,
which each process writes for itself and nobody waits for; then, by the first process, `trainer_state.json`. Older
checkpoints are deleted after that, file by file in no order. So the last file alone says nothing.
source: transformers/trainer.py: _save_checkpoint; transformers/trainer_utils.py: rotate_checkpoints;
swift/trainers/mixin.py: _save
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TRAINER_STATE = "trainer_state.json"
SCHEDULER = "scheduler.pt"
SCALER = "scaler.pt"
# source: swift/trainers/mixin.py: _get_last_checkpoint_step
_ASYNCHRONOUS_MARK = "dlrover_latest.txt"

# source: transformers/utils: SAFE_WEIGHTS_NAME, WEIGHTS_NAME and their indexes
_INDEXES = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_WHOLE_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_ADAPTERS = ("adapter_model.safetensors", "adapter_model.bin")
# source: accelerate/utils/constants.py: FSDP_MODEL_NAME, OPTIMIZER_NAME
_SHARDED_MODEL = re.compile(r"pytorch_model_fsdp(_\d+)?(_rank\d+)?(\.bin)?")
_SHARDED_OPTIMIZER = re.compile(r"optimizer(_\d+)?(_rank\d+)?(\.bin)?")
# source: deepspeed/runtime/engine.py: _get_zero_ckpt_name, _get_ckpt_name
_ZERO_OPTIMIZER = re.compile(r"(?:bf16_|fp16_)?zero_pp_rank_(\d+)_mp_rank_(\d+)_optim_states\.pt")
_MODEL_STATES = re.compile(r"(?:zero_pp_rank_\d+_)?mp_rank_\d+_model_states\.pt")


@dataclass(frozen=True, slots=True)
class Saving:
    """How a training saves, by its own dump of its arguments."""

    is_weights_only: bool = False
    is_adapter: bool = False
    has_deepspeed: bool = False
    # Whether the learning rate's schedule is kept with the optimizer.
    has_own_schedule: bool = False
    # Whether the weights are nowhere but in the files of the optimizer.
    keeps_weights_parted: bool = False
    # All processes that train, and those of the machine whose disk this is.
    world_size: int = 1
    local_world_size: int = 1
    # Files may be written in the background, long after the trainer goes on.
    is_asynchronous: bool = False


def saving_of(arguments: Mapping[str, Any]) -> Saving:
    """source: swift/arguments/base_args/base_args.py: save_args"""
    world_size = _positive(arguments.get("global_world_size"))
    return Saving(
        is_weights_only=arguments.get("save_only_model") is True,
        is_adapter=arguments.get("tuner_type") not in (None, "full"),
        has_deepspeed=bool(arguments.get("deepspeed")),
        has_own_schedule=_has_own_schedule(arguments.get("deepspeed")),
        keeps_weights_parted=_keeps_weights_parted(arguments.get("deepspeed")),
        world_size=world_size,
        local_world_size=min(_positive(arguments.get("local_world_size")), world_size),
        is_asynchronous=arguments.get("use_flash_ckpt") is True,
    )


def _has_own_schedule(deepspeed: Any) -> bool:
    """source: transformers/trainer.py: _save_optimizer_and_scheduler"""
    return bool(deepspeed) and (not isinstance(deepspeed, Mapping) or bool(deepspeed.get("scheduler")))


def _keeps_weights_parted(deepspeed: Any) -> bool:
    """source: transformers/trainer.py: save_model"""
    zero = deepspeed.get("zero_optimization") if isinstance(deepspeed, Mapping) else None
    if not isinstance(zero, Mapping) or zero.get("stage") != 3:
        return False
    return zero.get("stage3_gather_16bit_weights_on_model_save") is not True


def saving_into(checkpoint: Path) -> Saving:
    """How the training saves that writes this checkpoint; the dump beside it is there before the first one is."""
    return saving_by(checkpoint.parent) or saving_by(checkpoint) or Saving()


def saving_by(folder: Path) -> Saving | None:
    """How the training saves whose dump of arguments lies in the folder; None where there is none to be read."""
    try:
        arguments = json.loads((folder / "args.json").read_bytes())
    except (OSError, ValueError):
        return None
    return saving_of(arguments) if isinstance(arguments, dict) else None


@dataclass(frozen=True, slots=True)
class Parts:
    """The files of a checkpoint by what they are for, as paths below it; what should be there and is not is `missing`.

    A distributed folder stands for the files in it.
    """

    weights: list[str]
    weights_missing: list[str]
    optimizer: list[str]
    optimizer_missing: list[str]
    random_states: list[str]
    random_states_missing: list[str]
    has_scheduler: bool
    has_trainer_state: bool

    def missing(self, saving: Saving) -> list[str]:
        """Every file that a training which saves so writes, and that is not there."""
        absent = list(self.weights_missing)
        if not saving.is_weights_only:
            absent += self.optimizer_missing + self.random_states_missing
            if not self.has_scheduler and not saving.has_own_schedule:
                absent.append(SCHEDULER)
        return absent if self.has_trainer_state else [*absent, TRAINER_STATE]


def parts_of(checkpoint: Path, saving: Saving) -> Parts:
    """What is there now. Raises OSError where the folder itself cannot be listed."""
    names = {entry.name for entry in checkpoint.iterdir()}
    weights, weights_missing = _weights(checkpoint, names, saving)
    optimizer, optimizer_missing = _optimizer(checkpoint, names, saving)
    expected = _random_state_names(saving)
    return Parts(
        weights=weights,
        weights_missing=weights_missing,
        optimizer=optimizer,
        optimizer_missing=optimizer_missing,
        random_states=sorted(name for name in names if re.fullmatch(r"rng_state(_\d+)?\.pth", name)),
        random_states_missing=sorted(expected - names),
        has_scheduler=SCHEDULER in names,
        has_trainer_state=TRAINER_STATE in names,
    )


def is_marked_unfinished(checkpoint: Path, step: int, saving: Saving) -> bool:
    """Whether a training that saves in the background has not said yet that this checkpoint is whole."""
    if not saving.is_asynchronous:
        return False
    try:
        return int((checkpoint.parent / _ASYNCHRONOUS_MARK).read_text()) < step
    except (OSError, ValueError):
        return True


def _weights(checkpoint: Path, names: set[str], saving: Saving) -> tuple[list[str], list[str]]:
    for index in _INDEXES:
        if index in names:
            shards = shards_of(checkpoint / index)
            return [index, *sorted(shards & names)], sorted(shards - names)
    found = [name for name in _WHOLE_WEIGHTS if name in names]
    if not found:
        found = _adapter_files(checkpoint, names)
    if not found:
        found = sorted(name for name in names if _SHARDED_MODEL.fullmatch(name))
        if found:
            return found, _without_metadata(checkpoint, found)
    if not found and saving.keeps_weights_parted:
        found = _model_states(checkpoint, names)
    # Shards without their index are being deleted, or being written.
    if not found:
        return [], ["adapter_model.safetensors" if saving.is_adapter else "model.safetensors"]
    needs_description = any(name in _ADAPTERS for name in found) and "adapter_config.json" not in names
    return found, ["adapter_config.json"] if needs_description else []


def _adapter_files(checkpoint: Path, names: set[str]) -> list[str]:
    """Adapters lie in the checkpoint itself or, where there are several, in a folder each."""
    top = [name for name in _ADAPTERS if name in names]
    if top:
        return top
    return sorted(
        f"{name}/{file}"
        for name in names
        for file in _ADAPTERS
        if "." not in name and (checkpoint / name / file).exists()
    )


def _model_states(checkpoint: Path, names: set[str]) -> list[str]:
    """The weights where DeepSpeed keeps them itself and the engine was told not to gather them."""
    tag = _deepspeed_tag(checkpoint, names)
    return [] if tag is None else _matching(checkpoint, tag, _MODEL_STATES)


def _optimizer(checkpoint: Path, names: set[str], saving: Saving) -> tuple[list[str], list[str]]:
    if "latest" in names or saving.has_deepspeed:
        return _deepspeed_optimizer(checkpoint, names, saving)
    if "optimizer.pt" in names:
        return ["optimizer.pt"], []
    found = sorted(name for name in names if _SHARDED_OPTIMIZER.fullmatch(name))
    return (found, _without_metadata(checkpoint, found)) if found else ([], ["optimizer.pt"])


def _without_metadata(checkpoint: Path, names: list[str]) -> list[str]:
    """A distributed folder is written with its table of contents last."""
    tables = [f"{name}/.metadata" for name in names if not name.endswith(".bin")]
    return [table for table in tables if not (checkpoint / table).exists()]


def _deepspeed_optimizer(checkpoint: Path, names: set[str], saving: Saving) -> tuple[list[str], list[str]]:
    tag = _deepspeed_tag(checkpoint, names)
    if tag is None:
        return [], ["latest"]
    found = _matching(checkpoint, tag, _ZERO_OPTIMIZER)
    ranks = {int(match[1]) for name in found if (match := _ZERO_OPTIMIZER.fullmatch(name.rpartition("/")[2]))}
    # Without ZeRO the optimizer is a part of the model's states.
    missing = [f"{tag}/zero_pp_rank_{rank}_mp_rank_00_optim_states.pt" for rank in _ranks(saving) if rank not in ranks]
    states = _matching(checkpoint, tag, _MODEL_STATES)
    if not states:
        return found, [f"{tag}/mp_rank_00_model_states.pt"]
    return [*states, *found], missing if found else []


def _deepspeed_tag(checkpoint: Path, names: set[str]) -> str | None:
    """The folder that DeepSpeed's file `latest` names."""
    if "latest" not in names:
        return None
    try:
        tag = (checkpoint / "latest").read_text().strip()
    except (OSError, ValueError):
        return None
    return tag if tag in names else None


def _matching(checkpoint: Path, folder: str, pattern: re.Pattern[str]) -> list[str]:
    try:
        names = [entry.name for entry in (checkpoint / folder).iterdir()]
    except OSError:
        return []
    return sorted(f"{folder}/{name}" for name in names if pattern.fullmatch(name))


def shards_of(index: Path) -> set[str]:
    """The files that an index of weights names; none where it cannot be read."""
    try:
        weight_map = json.loads(index.read_bytes())["weight_map"]
        return {str(name) for name in weight_map.values()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return set()


def _random_state_names(saving: Saving) -> set[str]:
    if saving.world_size == 1:
        return {"rng_state.pth"}
    return {f"rng_state_{rank}.pth" for rank in _ranks(saving)}


def _ranks(saving: Saving) -> range:
    """The processes whose files must lie on this disk; of several machines each may have written to its own."""
    return range(saving.world_size if saving.local_world_size == saving.world_size else 0)


def _positive(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 1
