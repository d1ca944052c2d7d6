"""What a config says of the way ahead: when the run logs, evaluates and saves, and how it computes. Nothing is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# source: transformers/training_args.py and swift/arguments/sft_args.py: defaults
_DEFAULT_SAVE_STEPS = 500.0
_NEVER: tuple[str, ...] = ("no", "none")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When something happens again and again in training."""

    # Steps between two of them; a fraction below 1 is one of all steps.
    every_steps: float | None = None
    every_epoch: bool = False

    def steps(self, max_steps: int | None) -> int | None:
        """Steps between two of them, where that is known."""
        if self.every_steps is None:
            return None
        if self.every_steps >= 1:
            return int(self.every_steps)
        return max(1, int(self.every_steps * max_steps)) if max_steps else None


@dataclass(frozen=True, slots=True)
class Sizes:
    """What decides how much memory a training takes. source: swift/arguments and transformers: defaults"""

    batch: int = 1
    accumulation: int = 1
    evaluation_batch: int = 1
    max_length: int | None = None
    completion_length: int | None = None
    checkpoints_gradients: bool = True
    is_adapter: bool = True
    is_quantized: bool = False
    is_single_precision: bool = False
    # Processes that train together, whether they share weights or optimizer, and whether those lie on the host.
    devices: int = 1
    is_sharded: bool = False
    is_offloaded: bool = False
    loading_workers: int = 0
    dataset_processes: int = 1
    is_streamed: bool = False


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """The parts of a config that matter for what is normal; `TrainingPlan()` is that of an unknown one."""

    # pt, sft, rlhf; and which kind of rlhf.
    is_training: bool = True
    rlhf_type: str | None = None
    evaluation: Rhythm = Rhythm()
    # Where nothing is known an evaluation may come at any time.
    may_evaluate: bool = True
    saving: Rhythm = Rhythm()
    may_save: bool = True
    uses_half_precision: bool = False
    hides_nan: bool = False
    # Rows come as they stand in the files, so that the loss may change when another file begins.
    has_ordered_data: bool = False
    # Errors of memory are caught and training begins anew with smaller batches.
    finds_batch_size: bool = False
    # Only the last so many checkpoints stay.
    checkpoints_kept: int | None = None
    sizes: Sizes = Sizes()
    # Folder of the model's weights, where it is on this disk, and what a checkpoint holds of them.
    model_folder: str | None = None
    saves_only_model: bool = False
    # What CUDA_VISIBLE_DEVICES names: the devices that the run was given.
    named_devices: tuple[str, ...] = ()
    # Seconds without a step before an alert, where the config says so; 0 for never.
    stall_seconds: float | None = None
    # The step at which the attempt went on.
    first_step: int = 0

    @property
    def is_reinforcement(self) -> bool:
        """Whether the loss is a difference around 0 that says nothing of success."""
        return self.rlhf_type in ("grpo", "ppo", "gkd")


def plan_of(
    arguments: Mapping[str, Any],
    *,
    is_training: bool,
    first_step: int = 0,
    stall_seconds: float | None = None,
    named_devices: tuple[str, ...] = (),
) -> TrainingPlan:
    """The plan that a resolved config, or better the engine's own dump of its arguments, tells of."""
    saving = _rhythm(arguments, "save", _DEFAULT_SAVE_STEPS)
    evaluation = _rhythm(arguments, "eval", saving.every_steps)
    kept = _number(arguments.get("save_total_limit"))
    return TrainingPlan(
        is_training=is_training,
        rlhf_type=_text(arguments.get("rlhf_type")),
        evaluation=evaluation,
        may_evaluate=not _is_never(arguments.get("eval_strategy")),
        saving=saving,
        may_save=not _is_never(arguments.get("save_strategy")),
        uses_half_precision=_is_on(arguments.get("fp16")),
        hides_nan=_is_on(arguments.get("logging_nan_inf_filter")),
        has_ordered_data=_is_off(arguments.get("dataset_shuffle"))
        or _is_off(arguments.get("train_dataloader_shuffle"))
        or _is_on(arguments.get("streaming")),
        finds_batch_size=_is_on(arguments.get("auto_find_batch_size")),
        checkpoints_kept=None if kept is None else int(kept),
        sizes=_sizes(arguments),
        model_folder=_whole_text(arguments.get("model_dir") or arguments.get("model")),
        saves_only_model=_is_on(arguments.get("save_only_model")),
        named_devices=named_devices,
        stall_seconds=stall_seconds,
        first_step=first_step,
    )


def _sizes(arguments: Mapping[str, Any]) -> Sizes:
    def count(name: str, default: int) -> int:
        return int(_number(arguments.get(name)) or default)

    sharding = f"{arguments.get('deepspeed') or ''} {arguments.get('fsdp') or ''}"
    length = _number(arguments.get("max_length"))
    completion = _number(arguments.get("max_completion_length"))
    return Sizes(
        batch=count("per_device_train_batch_size", 1),
        accumulation=count("gradient_accumulation_steps", 1),
        evaluation_batch=count("per_device_eval_batch_size", 1),
        max_length=None if length is None else int(length),
        completion_length=None if completion is None else int(completion),
        checkpoints_gradients=not _is_off(arguments.get("gradient_checkpointing")),
        is_adapter=arguments.get("tuner_type") != "full",
        is_quantized=arguments.get("quant_method") is not None,
        is_single_precision=str(arguments.get("torch_dtype")) == "float32",
        devices=count("global_world_size", 1),
        is_sharded=any(name in sharding for name in ("zero2", "zero3", "fsdp", "stage")),
        is_offloaded="offload" in sharding,
        loading_workers=count("dataloader_num_workers", 0),
        dataset_processes=count("dataset_num_proc", 1),
        is_streamed=_is_on(arguments.get("streaming")),
    )


def _rhythm(arguments: Mapping[str, Any], name: str, default_steps: float | None) -> Rhythm:
    strategy = _text(arguments.get(f"{name}_strategy"))
    if strategy in _NEVER:
        return Rhythm()
    if strategy == "epoch":
        return Rhythm(every_epoch=True)
    return Rhythm(every_steps=_number(arguments.get(f"{name}_steps")) or default_steps)


def _is_never(value: Any) -> bool:
    return _text(value) in _NEVER


def _text(value: Any) -> str | None:
    """`IntervalStrategy.STEPS`, as a dump may spell it, and `steps` are the same."""
    return None if value is None else str(value).rpartition(".")[2].lower()


def _whole_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if 0 < number < float("inf") else None


def _is_on(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "1", "yes", "t", "y")


def _is_off(value: Any) -> bool:
    return str(value).strip().lower() in ("false", "0", "no", "n", "f")
