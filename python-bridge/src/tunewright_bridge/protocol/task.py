# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from typing import Literal


Task = Literal["pt", "sft", "rlhf", "infer", "eval", "export", "deploy", "rollout", "sample", "app", "merge-lora", "megatron-pt", "megatron-sft", "megatron-rlhf", "megatron-export", "download"]


TASKS = ["pt","sft","rlhf","infer","eval","export","deploy","rollout","sample","app","merge-lora","megatron-pt","megatron-sft","megatron-rlhf","megatron-export","download"]


TASKS_KNOWN_BY_NAME = ["pt","sft","rlhf","megatron-pt","megatron-sft","megatron-rlhf"]


TRAINING_TASKS = ["pt","sft","rlhf","megatron-pt","megatron-sft","megatron-rlhf"]
