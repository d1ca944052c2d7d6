"""Turns parallel_strategy and global_batch_size into the engine's keys; pure, and no other own key is known here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tunewright_bridge.engine.config_file import is_megatron
from tunewright_bridge.protocol.config import OwnKeys, ParallelStrategy
from tunewright_bridge.protocol.task import Task

# Tasks that the engine starts once a device when NPROC_PER_NODE is set. source: swift/cli/main.py: cli_main
_SPREAD_TASKS: tuple[Task, ...] = ("pt", "sft", "rlhf", "infer")
_TUNING_TASKS: tuple[Task, ...] = ("pt", "sft", "rlhf")

# What the engine sets itself where a strategy asks for sharding. source: swift/config/*.json
_PRESETS: dict[ParallelStrategy, tuple[str, str]] = {
    "fsdp2": ("fsdp", "fsdp2"),
    "zero0": ("deepspeed", "zero0"),
    "zero1": ("deepspeed", "zero1"),
    "zero2": ("deepspeed", "zero2"),
    "zero2-offload": ("deepspeed", "zero2_offload"),
    "zero3": ("deepspeed", "zero3"),
    "zero3-offload": ("deepspeed", "zero3_offload"),
}


class StrategyError(ValueError):
    """The own keys contradict the config or the devices; the text says how, and names the keys."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How a task is spread over processes: engine keys and environment to set, and how many devices share a batch."""

    values: dict[str, Any]
    environment: dict[str, str]
    devices: int


def spread(
    task: Task, values: Mapping[str, Any], own: OwnKeys, *, device_count: int, environment: Mapping[str, str]
) -> Spread:
    """What `parallel_strategy` and the counts of `tunewright:` come to. Raises StrategyError."""
    nodes = own.tunewright.nodes if own.tunewright is not None and own.tunewright.nodes is not None else 1
    given = _given_environment(values, environment)
    device_count = _visible_count(device_count, given.get("CUDA_VISIBLE_DEVICES"))
    strategy = own.parallel_strategy
    if strategy is None:
        # Without a strategy the engine's own means decide, and one process may hold several devices.
        processes = _count(given.get("NPROC_PER_NODE")) or 1
        return Spread({}, {}, processes * (_count(given.get("NNODES")) or nodes))
    _check_task(task, strategy)
    _check_keys(values, strategy)
    processes = _processes(own, strategy, device_count)
    _check_environment(values, strategy, processes)
    if strategy == "single":
        return Spread({}, _one_device(given, device_count), 1)
    keys: dict[str, Any] = {}
    if strategy in _PRESETS:
        key, preset = _PRESETS[strategy]
        keys[key] = preset
    # The engine only treats CPU processes as data-parallel when it is told both; FSDP2 needs it for one process too.
    if device_count == 0 and task in _TUNING_TASKS and (processes > 1 or strategy == "fsdp2"):
        keys.update({key: value for key, value in (("use_cpu", True), ("ddp_backend", "gloo")) if key not in values})
    return Spread(keys, {"NPROC_PER_NODE": str(processes)}, processes * nodes)


def accumulation(task: Task, values: Mapping[str, Any], own: OwnKeys, devices: int) -> dict[str, Any]:
    """gradient_accumulation_steps for `global_batch_size`. Raises StrategyError where the sizes do not divide."""
    size = own.global_batch_size
    if size is None:
        return {}
    if task not in _TUNING_TASKS:
        raise StrategyError(f"global_batch_size has no meaning for the task {task}; remove it")
    if values.get("gradient_accumulation_steps") is not None:
        raise StrategyError("global_batch_size sets gradient_accumulation_steps, which is set too; remove one of them")
    # source: swift/trainers/arguments.py: per_device_train_batch_size = 1
    given = values.get("per_device_train_batch_size", 1)
    per_device = _count(given)
    if per_device is None:
        raise StrategyError(f"global_batch_size needs a whole per_device_train_batch_size, which is {given!r}")
    per_step = per_device * devices
    if size % per_step:
        below, above = size // per_step * per_step, (size // per_step + 1) * per_step
        nearest = f"{below} or {above}" if below else str(above)
        count = "1 device" if devices == 1 else f"{devices} devices"
        raise StrategyError(
            f"global_batch_size {size} is not divisible by {per_step} (per_device_train_batch_size {per_device} "
            f"on {count}); the nearest sizes are {nearest}"
        )
    return {"gradient_accumulation_steps": size // per_step}


def _check_task(task: Task, strategy: ParallelStrategy) -> None:
    if is_megatron(task) != (strategy == "megatron") and not (is_megatron(task) and strategy == "single"):
        if strategy == "megatron":
            raise StrategyError(
                f"parallel_strategy megatron needs a Megatron task, and this is {task}; "
                f"name the config <name>.megatron-{task if task in _TUNING_TASKS else 'sft'}.yaml "
                "and use Megatron's keys, or choose another strategy"
            )
        raise StrategyError(f"parallel_strategy {strategy} does not fit the task {task}; use megatron or remove it")
    if is_megatron(task):
        return
    allowed = _SPREAD_TASKS if strategy in ("single", "ddp") else _TUNING_TASKS
    if task not in allowed:
        raise StrategyError(f"parallel_strategy {strategy} has no meaning for the task {task}; remove it")


def _check_keys(values: Mapping[str, Any], strategy: ParallelStrategy) -> None:
    for key in ("deepspeed", "fsdp"):
        if values.get(key) not in (None, ""):
            raise StrategyError(f"parallel_strategy {strategy} and {key} are both set; remove one of them")


def _check_environment(values: Mapping[str, Any], strategy: ParallelStrategy, processes: int) -> None:
    """The config's own `ENV` must not ask for another number of processes."""
    variables = values.get("ENV")
    asked = variables.get("NPROC_PER_NODE") if isinstance(variables, Mapping) else None
    if asked is not None and _count(asked) != processes:
        raise StrategyError(
            f"parallel_strategy {strategy} starts {processes} process{'es' if processes > 1 else ''} and "
            f"ENV.NPROC_PER_NODE asks for {asked}; remove NPROC_PER_NODE, or set tunewright.devices to {asked}"
        )


def _processes(own: OwnKeys, strategy: ParallelStrategy, device_count: int) -> int:
    asked = own.tunewright.devices if own.tunewright is not None else None
    if strategy == "single":
        if asked is not None and asked > 1:
            raise StrategyError(f"parallel_strategy single uses 1 device and tunewright.devices asks for {asked}")
        return 1
    if asked is None:
        return max(device_count, 1)
    if 0 < device_count < asked:
        raise StrategyError(f"tunewright.devices asks for {asked} devices and {device_count} can be used")
    return asked


def _visible_count(device_count: int, visible: str | None) -> int:
    """How many of the devices CUDA_VISIBLE_DEVICES leaves; it is read up to the first name that can be none."""
    if visible is None:
        return device_count
    names = [name.strip() for name in visible.split(",")]
    return min(device_count, next((index for index, name in enumerate(names) if name in ("", "-1")), len(names)))


def _one_device(given: Mapping[str, str], device_count: int) -> dict[str, str]:
    """The engine spreads one process over every device that it sees, so only the first may be seen."""
    if device_count < 2:
        return {}
    return {"CUDA_VISIBLE_DEVICES": given.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]}


def _given_environment(values: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """What the launcher's environment will hold: a variable that is already set wins over the config's `ENV`."""
    variables = values.get("ENV")
    listed = variables if isinstance(variables, Mapping) else {}
    return {**{str(name): str(value) for name, value in listed.items()}, **environment}


def _count(value: Any) -> int | None:
    """A positive whole number, however it is written, or None."""
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if number > 0 else None
