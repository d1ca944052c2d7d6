"""What is told to a run that has no memory left: the cheapest change first, with numbers that fit its config."""

from typing import Any

import pytest

from tunewright_bridge.supervise.health.advice import ADVICE, advice
from tunewright_bridge.supervise.health.plan import plan_of

FULL = {
    "tuner_type": "full",
    "torch_dtype": "bfloat16",
    "per_device_train_batch_size": 8,
    "gradient_accumulation_steps": 2,
    "gradient_checkpointing": True,
    "eval_strategy": "no",
    "max_length": 4096,
    "global_world_size": 4,
}


def told(**changes: Any) -> dict[str, str]:
    return advice(plan_of({**FULL, **changes}, is_training=True), "device", has_accelerator=True)


def names(**changes: Any) -> list[str]:
    return told(**changes)["advice"].split(",")


def test_the_effective_batch_stays() -> None:
    values = told()
    assert (values["newBatch"], values["newAccumulation"]) == ("4", "4")
    values = told(per_device_train_batch_size=9)
    assert (values["newBatch"], values["newAccumulation"]) == ("3", "6")


def test_the_cheapest_comes_first() -> None:
    assert names() == [
        "smaller-batch",
        "shard-optimizer",
        "shard-everything",
        "shorter-samples",
        "lora",
        "quantized",
        "offload",
    ]


@pytest.mark.parametrize(
    ("changes", "gone"),
    [
        ({"per_device_train_batch_size": 1}, "smaller-batch"),
        ({"global_world_size": 1}, "shard-optimizer"),
        ({"deepspeed": "zero3"}, "shard-everything"),
        ({"deepspeed": "zero3_offload"}, "offload"),
        ({"tuner_type": "lora"}, "lora"),
        ({"quant_method": "bnb"}, "quantized"),
        ({"max_length": 512}, "shorter-samples"),
    ],
)
def test_what_the_config_has_already_is_left_out(changes: dict[str, Any], gone: str) -> None:
    assert gone in names()
    assert gone not in names(**changes)


def test_what_only_some_configs_need_is_told_to_them() -> None:
    assert names(gradient_checkpointing=False)[1] == "gradient-checkpointing"
    assert "half-precision" in names(torch_dtype="float32")
    assert "shorter-completions" in names(rlhf_type="grpo", max_completion_length=512)
    assert "smaller-evaluation-batch" in names(eval_strategy="steps", per_device_eval_batch_size=16)


def test_a_host_without_memory_is_not_told_to_move_more_onto_it() -> None:
    plan = plan_of({**FULL, "dataloader_num_workers": 4, "deepspeed": "zero3_offload"}, is_training=True)
    assert advice(plan, "host", has_accelerator=True)["advice"] == "fewer-workers,streaming,no-offload"
    on_processor = advice(plan_of(FULL, is_training=True), "host", has_accelerator=False)["advice"].split(",")
    assert "smaller-batch" in on_processor
    assert not {"offload", "shard-optimizer", "half-precision", "quantized"} & set(on_processor)


def test_every_change_has_words() -> None:
    every = {*names(), *names(gradient_checkpointing=False, torch_dtype="float32")}
    assert every <= set(ADVICE)


def test_a_number_without_end_is_as_good_as_none() -> None:
    endless = float("inf")
    plan = plan_of({"max_length": endless, "save_steps": endless, "save_total_limit": endless}, is_training=True)
    assert (plan.sizes.max_length, plan.checkpoints_kept) == (None, None)
    assert plan.saving.steps(1000) == 500
