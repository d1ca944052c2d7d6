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
    # The step at which the attempt went on.
    first_step: int = 0

    @property
    def is_reinforcement(self) -> bool:
        """Whether the loss is a difference around 0 that says nothing of success."""
        return self.rlhf_type in ("grpo", "ppo", "gkd")


def plan_of(arguments: Mapping[str, Any], *, is_training: bool, first_step: int = 0) -> TrainingPlan:
    """The plan that a resolved config, or better the engine's own dump of its arguments, tells of."""
    saving = _rhythm(arguments, "save", _DEFAULT_SAVE_STEPS)
    evaluation = _rhythm(arguments, "eval", saving.every_steps)
    return TrainingPlan(
        is_training=is_training,
        rlhf_type=_text(arguments.get("rlhf_type")),
        evaluation=evaluation,
        may_evaluate=not _is_never(arguments.get("eval_strategy")),
        saving=saving,
        may_save=not _is_never(arguments.get("save_strategy")),
        uses_half_precision=_is_on(arguments.get("fp16")),
        hides_nan=_is_on(arguments.get("logging_nan_inf_filter")),
        first_step=first_step,
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


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if number > 0 else None


def _is_on(value: Any) -> bool:
    return str(value).strip().lower() in ("true", "1", "yes", "t", "y")
