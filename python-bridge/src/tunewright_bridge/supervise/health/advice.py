"""The cheapest changes that help a run which has no memory left, computed from its config."""

from collections.abc import Iterator, Mapping
from typing import Literal

from tunewright_bridge.supervise.health.plan import Sizes, TrainingPlan

_SHORTEST_LENGTH = 512


# What each change is, in the order of its cost: the first ones train the same thing a little slower.
ADVICE: Mapping[str, str] = {
    "fewer-workers": "Set dataloader_num_workers: 0 (now {workers}). Each of them holds memory of its own.",
    "fewer-processes": "Set dataset_num_proc: 1 (now {processes}). Preparing the data takes longer.",
    "streaming": "Set streaming: true and max_steps. Data are then read piece by piece.",
    "no-offload": "Set parallel_strategy: zero3. Offloading moves memory from the devices to the host.",
    "smaller-batch": "Set per_device_train_batch_size: {newBatch} and gradient_accumulation_steps: {newAccumulation} "
    "(now {batch} and {accumulation}). It trains the same, with the same effective batch.",
    "smaller-evaluation-batch": "Set per_device_eval_batch_size: 1 (now {evaluationBatch}). Results are the same.",
    "gradient-checkpointing": "Set gradient_checkpointing: true. Results are the same; steps take a third longer.",
    "shard-optimizer": "Set parallel_strategy: zero2. The optimizer's state is spread over the {devices} devices.",
    "shard-everything": "Set parallel_strategy: zero3. Weights, too, are spread over the {devices} devices; steps take "
    "longer.",
    "shorter-completions": "Set max_completion_length: {newCompletion} (now {completion}).",
    "shorter-samples": "Set max_length: {newLength} (now {length}). Longer samples are cut or left out.",
    "half-precision": "Set torch_dtype: bfloat16 and bf16: true, where the device can. Weights take half the memory.",
    "lora": "Set tuner_type: lora. Only small added weights are trained: gradients and optimizer take little.",
    "quantized": "Set quant_method: bnb and quant_bits: 4 with tuner_type: lora. The model's weights take a quarter.",
    "offload": "Set parallel_strategy: zero3-offload. The optimizer's state moves to the host's memory; steps take "
    "much longer.",
}


def advice(plan: TrainingPlan, place: Literal["device", "host"], *, has_accelerator: bool) -> dict[str, str]:
    """Values of an alert: `advice` holds names of ADVICE, the cheapest first; the others belong to their texts."""
    values: dict[str, str] = {}
    names: list[str] = []
    if place == "host":
        names += _changes_for_host(plan.sizes, values)
    if place == "device" or not has_accelerator:
        names += _changes_for_device(plan, values, has_accelerator)
    return {**values, "advice": ",".join(names)}


def _changes_for_host(sizes: Sizes, values: dict[str, str]) -> Iterator[str]:
    if sizes.loading_workers > 0:
        values.update(workers=str(sizes.loading_workers))
        yield "fewer-workers"
    if sizes.dataset_processes > 1:
        values.update(processes=str(sizes.dataset_processes))
        yield "fewer-processes"
    if not sizes.is_streamed:
        yield "streaming"
    if sizes.is_offloaded:
        yield "no-offload"


def _changes_for_device(plan: TrainingPlan, values: dict[str, str], has_accelerator: bool) -> Iterator[str]:
    sizes = plan.sizes
    if sizes.batch > 1:
        # By a number that divides the batch, so that the product stays.
        factor = next(number for number in range(2, sizes.batch + 1) if sizes.batch % number == 0)
        values.update(batch=str(sizes.batch), accumulation=str(sizes.accumulation))
        values.update(newBatch=str(sizes.batch // factor), newAccumulation=str(sizes.accumulation * factor))
        yield "smaller-batch"
    if plan.may_evaluate and sizes.evaluation_batch > max(1, sizes.batch):
        values.update(evaluationBatch=str(sizes.evaluation_batch))
        yield "smaller-evaluation-batch"
    if not sizes.checkpoints_gradients:
        yield "gradient-checkpointing"
    if has_accelerator and sizes.devices > 1 and not sizes.is_sharded:
        values.update(devices=str(sizes.devices))
        yield "shard-optimizer"
        yield "shard-everything"
    if plan.is_reinforcement and sizes.completion_length is not None and sizes.completion_length > 1:
        values.update(completion=str(sizes.completion_length), newCompletion=str(sizes.completion_length // 2))
        yield "shorter-completions"
    if sizes.max_length is not None and sizes.max_length >= 2 * _SHORTEST_LENGTH:
        values.update(length=str(sizes.max_length), newLength=str(sizes.max_length // 2))
        yield "shorter-samples"
    if has_accelerator and sizes.is_single_precision:
        yield "half-precision"
    if not sizes.is_adapter:
        yield "lora"
    if has_accelerator and not sizes.is_quantized:
        yield "quantized"
    if has_accelerator and not sizes.is_offloaded:
        yield "offload"
