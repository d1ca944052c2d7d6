"""What is recorded: healthy runs of every shape, and sick ones that are really sick."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psutil

# The sample's model and data; a NaN is logged as it is, as Tunewright resolves it.
BASE: dict[str, Any] = {
    "model": "model",
    "model_type": "qwen2",
    "template": "qwen2_5",
    "system": "",
    "torch_dtype": "float32",
    "check_model": False,
    "dataset": ["data/train.jsonl"],
    "val_dataset": ["data/val.jsonl"],
    "max_length": 128,
    "tuner_type": "full",
    "learning_rate": 0.002,
    "lr_scheduler_type": "cosine",
    "warmup_ratio": 0.05,
    "max_steps": 200,
    "per_device_train_batch_size": 16,
    "per_device_eval_batch_size": 32,
    "gradient_accumulation_steps": 1,
    "fp16": False,
    "bf16": False,
    "gradient_checkpointing": False,
    "logging_steps": 1,
    "eval_strategy": "steps",
    "eval_steps": 50,
    "save_steps": 100,
    "save_total_limit": 2,
    "report_to": "none",
    "dataloader_num_workers": 0,
    "logging_nan_inf_filter": False,
}

Disturbance = Callable[[int, Path, float], bool]
Preparation = Callable[[Path, Path], None]


@dataclass(frozen=True)
class Recipe:
    """A run to record; `values` change the base, None takes a key out."""

    values: dict[str, Any] = field(default_factory=dict)
    task: str = "sft"
    environment: dict[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()
    # Called at every look with the process, its output and the seconds since the start, until it says that it is done.
    disturb: Disturbance | None = None
    prepare: Preparation | None = None
    clean_up: Preparation | None = None
    output: str = ""
    longest_seconds: float = 400.0
    # Lines that it prints, from the last one back; what they say of a healthy run matters for a few only.
    lines_kept: int = 100


def _lora(**values: Any) -> dict[str, Any]:
    return {"tuner_type": "lora", "target_modules": ["all-linear"], "learning_rate": 0.002, **values}


ALL_LINES = 100_000
NO_LINES = 0

_HEALTHY: dict[str, Recipe] = {
    "full": Recipe({"max_steps": 400, "logging_steps": 2}),
    "lora": Recipe(_lora(max_steps=250, eval_steps=60, save_steps=60)),
    "dpo": Recipe(
        {
            "rlhf_type": "dpo",
            "dataset": ["data/dpo.jsonl"],
            "val_dataset": None,
            "split_dataset_ratio": 0.1,
            "per_device_train_batch_size": 4,
            "max_steps": 120,
            "learning_rate": 2e-4,
            "eval_steps": 40,
            "save_steps": 60,
        },
        task="rlhf",
    ),
    "kto": Recipe(
        {
            "rlhf_type": "kto",
            "dataset": ["data/kto.jsonl"],
            "val_dataset": None,
            "split_dataset_ratio": 0.1,
            "per_device_train_batch_size": 4,
            "max_steps": 100,
            "learning_rate": 2e-4,
        },
        task="rlhf",
    ),
    "orpo": Recipe(
        {
            "rlhf_type": "orpo",
            "dataset": ["data/dpo.jsonl"],
            "val_dataset": None,
            "split_dataset_ratio": 0.1,
            "per_device_train_batch_size": 4,
            "max_steps": 100,
            "learning_rate": 5e-4,
        },
        task="rlhf",
    ),
    "grpo": Recipe(
        {
            "rlhf_type": "grpo",
            "dataset": ["data/grpo.jsonl"],
            "val_dataset": None,
            "reward_funcs": ["format"],
            "num_generations": 4,
            "per_device_train_batch_size": 4,
            "per_device_eval_batch_size": 4,
            "max_completion_length": 24,
            "beta": 0.04,
            "log_completions": True,
            "max_steps": 80,
            "learning_rate": 1e-4,
            "eval_strategy": "no",
            "save_steps": 40,
        },
        task="rlhf",
    ),
    "streaming": Recipe({"streaming": True, "max_steps": 250, "val_dataset": None, "eval_strategy": "no"}),
    "pt": Recipe(
        {
            "dataset": ["data/pt.jsonl"],
            "system": None,
            "val_dataset": None,
            "split_dataset_ratio": 0.05,
            "max_steps": 200,
        },
        task="pt",
    ),
    "ddp": Recipe(
        {"max_steps": 120, "use_cpu": True, "ddp_backend": "gloo", "per_device_train_batch_size": 8},
        environment={"NPROC_PER_NODE": "2"},
    ),
    "accumulation": Recipe({"gradient_accumulation_steps": 24, "max_steps": 50, "eval_steps": 20, "save_steps": 20}),
    "batch-of-one": Recipe(
        {
            "per_device_train_batch_size": 1,
            "learning_rate": 1e-4,
            "max_steps": 500,
            "eval_steps": 250,
            "save_steps": 250,
        }
    ),
    "long-evaluation": Recipe(
        {
            "val_dataset": ["data/big-validation.jsonl"],
            "per_device_eval_batch_size": 1,
            "max_steps": 240,
            "eval_steps": 80,
        }
    ),
    "epochs": Recipe(
        {
            "max_steps": None,
            "num_train_epochs": 8,
            "eval_strategy": "epoch",
            "save_strategy": "epoch",
            "learning_rate": 0.003,
        }
    ),
    "easy-then-hard": Recipe(
        {
            "dataset": ["data/easy-then-hard.jsonl"],
            "dataset_shuffle": False,
            "train_dataloader_shuffle": False,
            "per_device_train_batch_size": 4,
            "max_steps": 250,
            "learning_rate": 5e-4,
        }
    ),
    "bfloat16": Recipe({"torch_dtype": "bfloat16", "bf16": True, "use_cpu": True, "max_steps": 120}),
    "frequent-saves": Recipe({"save_steps": 5, "max_steps": 150, "eval_strategy": "no"}),
    "high-rate": Recipe({"learning_rate": 0.02, "max_steps": 200, "warmup_ratio": 0.1}),
    "grouped-by-length": Recipe({"group_by_length": True, "max_steps": 150, "per_device_train_batch_size": 4}),
    "no-logging-for-long": Recipe({"logging_steps": 50, "max_steps": 400, "eval_steps": 200}),
    "workers": Recipe({"dataloader_num_workers": 2, "max_steps": None, "num_train_epochs": 5}),
}
# What these print is looked through for failures that are none.
_TALKATIVE = ("full", "dpo", "grpo", "ddp")
HEALTHY = {
    name: replace(recipe, lines_kept=ALL_LINES if name in _TALKATIVE else NO_LINES) for name, recipe in _HEALTHY.items()
}


def _stop_at_step(step: int) -> Disturbance:
    """SIGSTOP for the trainer once it has logged so many lines: it hangs, and no process is gone."""

    def stop(pid: int, output: Path, seconds: float) -> bool:
        log = output / "logging.jsonl"
        if not log.exists() or log.read_bytes().count(b"\n") < step:
            return False
        for process in [*psutil.Process(pid).children(recursive=True), psutil.Process(pid)]:
            os.kill(process.pid, signal.SIGSTOP)
        return True

    return stop


_HELD: list[socket.socket] = []


def _hold_port(workspace: Path, output: Path) -> None:
    held = socket.socket()
    held.bind(("127.0.0.1", 29517))
    held.listen()
    _HELD.append(held)


def _free_port(workspace: Path, output: Path) -> None:
    while _HELD:
        _HELD.pop().close()


_SMALL_DISK = Path("/mnt/record-small-disk")


def _mount(workspace: Path, output: Path) -> None:
    _SMALL_DISK.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(_SMALL_DISK)], check=True)


def _unmount(workspace: Path, output: Path) -> None:
    subprocess.run(["umount", "--lazy", str(_SMALL_DISK)], check=True)


_GROUP = Path("/sys/fs/cgroup/memory/record-health")


def _limit_memory(workspace: Path, output: Path) -> None:
    _GROUP.mkdir(exist_ok=True)
    (_GROUP / "memory.limit_in_bytes").write_text(str(1300 * 1024 * 1024))


def _unlimit_memory(workspace: Path, output: Path) -> None:
    for _ in range(100):
        for pid in (_GROUP / "cgroup.procs").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        with suppress(OSError):
            _GROUP.rmdir()
            return
        time.sleep(0.1)


_IN_GROUP = ("sh", "-c", f'echo $$ > {_GROUP}/cgroup.procs; exec "$@"', "sh")

SICK: dict[str, Recipe] = {
    "diverging-to-nan": Recipe(
        {
            "learning_rate": 1e18,
            "lr_scheduler_type": "constant",
            "warmup_ratio": 0,
            "max_grad_norm": 1e30,
            "max_steps": 80,
            "optim": "sgd",
        }
    ),
    "diverging-at-once": Recipe(
        {"learning_rate": 3.0, "lr_scheduler_type": "constant", "warmup_ratio": 0, "max_steps": 120}
    ),
    "diverging-late": Recipe(
        {
            "learning_rate": 1.0,
            "lr_scheduler_type": "constant_with_warmup",
            "warmup_ratio": 0.95,
            "max_steps": 300,
            "eval_strategy": "no",
        }
    ),
    "nan-behind-the-filter": Recipe(
        {
            "learning_rate": 1e18,
            "lr_scheduler_type": "constant",
            "warmup_ratio": 0,
            "max_grad_norm": 1e30,
            "max_steps": 80,
            "optim": "sgd",
            "logging_nan_inf_filter": True,
        }
    ),
    "hanging": Recipe({"max_steps": 400}, disturb=_stop_at_step(100), longest_seconds=100.0),
    "hanging-ddp": Recipe(
        {"max_steps": 400, "use_cpu": True, "ddp_backend": "gloo", "per_device_train_batch_size": 8},
        environment={"NPROC_PER_NODE": "2"},
        disturb=_stop_at_step(60),
        longest_seconds=110.0,
    ),
    "killed-by-memory-limit": Recipe(
        {"per_device_train_batch_size": 1024, "dataset": ["data/train.jsonl#20000"], "max_steps": 200},
        prefix=_IN_GROUP,
        prepare=_limit_memory,
        clean_up=_unlimit_memory,
    ),
    "no-address-space": Recipe(
        {"per_device_train_batch_size": 4096, "dataset": ["data/train.jsonl#20000"]},
        prefix=("sh", "-c", 'ulimit -v 9000000; exec "$@"', "sh"),
    ),
    "disk-full": Recipe(
        {"save_steps": 10, "max_steps": 200, "eval_strategy": "no", "save_total_limit": 5},
        output=str(_SMALL_DISK / "output"),
        prepare=_mount,
        clean_up=_unmount,
    ),
    "port-in-use": Recipe(
        {"use_cpu": True, "ddp_backend": "gloo"},
        environment={"NPROC_PER_NODE": "2", "MASTER_PORT": "29517"},
        prepare=_hold_port,
        clean_up=_free_port,
    ),
    "no-such-model": Recipe({"model": "nobody/no-such-model"}),
    "no-such-model-hf": Recipe({"model": "nobody/no-such-model", "use_hf": True}),
    "wrong-columns": Recipe({"dataset": ["data/wrong-columns.jsonl"]}),
    "unknown-template": Recipe({"template": None}),
    "unknown-argument": Recipe({"train_type": "lora"}),
    "kto-batch-of-one": Recipe(
        {
            "rlhf_type": "kto",
            "dataset": ["data/kto.jsonl"],
            "val_dataset": None,
            "eval_strategy": "no",
            "per_device_train_batch_size": 1,
            "max_steps": 10,
        },
        task="rlhf",
    ),
    "streaming-without-steps": Recipe(
        {"streaming": True, "max_steps": None, "val_dataset": None, "eval_strategy": "no"}
    ),
    "no-flash-attention": Recipe({"attn_impl": "flash_attention_2"}),
    "packing-without-flash-attention": Recipe({"packing": True}),
    "no-bitsandbytes": Recipe({"quant_method": "bnb", "quant_bits": 4, "tuner_type": "lora"}),
    "no-deepspeed": Recipe({"deepspeed": "zero2"}),
    "no-swanlab": Recipe({"report_to": "swanlab"}),
    "no-liger": Recipe({"use_liger_kernel": True}),
    "no-vllm": Recipe(
        {
            "rlhf_type": "grpo",
            "dataset": ["data/grpo.jsonl"],
            "val_dataset": None,
            "reward_funcs": ["format"],
            "num_generations": 4,
            "per_device_train_batch_size": 4,
            "use_vllm": True,
            "vllm_mode": "colocate",
            "eval_strategy": "no",
        },
        task="rlhf",
    ),
    "dpo-without-rejected": Recipe(
        {"rlhf_type": "dpo", "val_dataset": None, "eval_strategy": "no", "max_steps": 5}, task="rlhf"
    ),
    "unknown-tuner": Recipe({"tuner_type": "lorra"}),
    "half-precision": Recipe({"torch_dtype": "float16", "fp16": True, "max_steps": 20}),
    "bfloat16-without-gpu": Recipe({"torch_dtype": "bfloat16", "bf16": True, "max_steps": 5}),
    "nothing-fits": Recipe({"max_length": 4}),
}

RECIPES: dict[str, Recipe] = {**HEALTHY, **SICK}
