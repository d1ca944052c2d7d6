"""The world in which `judge_fork.py` makes the engine's argument classes: stand-ins, an ideal machine, and locks.

A model or adapter that is not on this disk is stood in for by a folder with a configuration only. Everything here
changes the process that it runs in for good, and is called in a child that ends right after.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORBIDDEN = "not allowed while a config is checked"

# An architecture that the engine does not know, so that it neither matches a model type nor several.
_MODEL = {
    "architectures": ["StandInForCausalLM"],
    "model_type": "qwen2",
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 2,
    "vocab_size": 1024,
    "max_position_embeddings": 32768,
    "torch_dtype": "bfloat16",
}
_ADAPTER = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": 8, "lora_alpha": 32, "target_modules": ["q_proj"]}


# Packages that the engine asks the version of, where a feature needs them.
_PACKAGES = ("deepspeed", "liger-kernel", "bitsandbytes", "vllm", "flash-attn", "hqq", "eetq", "optimum-quanto")


@dataclass(frozen=True)
class StandIns:
    """Folders in place of what would be downloaded."""

    model: Path
    adapter: Path
    empty: Path

    @classmethod
    def made_in(cls, folder: Path) -> StandIns:
        """Writes them below an empty folder."""
        model = _written(folder / "model", {"config.json": _MODEL})
        known = {"model": str(model), "tuner_type": "lora", "task_type": "causal_lm", "swift_version": "4.6.0"}
        adapter = _written(folder / "adapter", {"adapter_config.json": _ADAPTER, "args.json": known})
        return cls(model=model, adapter=adapter, empty=_written(folder / "empty", {}))

    def put_in_place(self, used: list[str]) -> None:
        """Where the engine would download; leaves out what would run code or log in. `used` gets what was missed."""
        import swift.arguments.base_args.base_args as base
        import swift.arguments.deploy_args as deploy
        import swift.hub.hub as hub
        import swift.model.model_meta as models

        real = models.safe_snapshot_download

        def folder_of(name: str, stand_in: Path, options: dict[str, Any]) -> str:
            path = os.path.expanduser(name)
            if os.path.exists(path) or os.path.isabs(path):
                return str(real(name, **options))
            used.append(name)
            return str(stand_in)

        models.safe_snapshot_download = lambda name, **options: folder_of(name, self.model, options)
        base.safe_snapshot_download = lambda name, **options: folder_of(name, self.adapter, options)
        deploy.safe_snapshot_download = base.safe_snapshot_download
        base.BaseArguments._import_external_plugins = lambda _: None
        for kind in (hub.HFHub, hub.MSHub):
            kind.try_login = classmethod(lambda *_, **__: False)


def _written(folder: Path, files: dict[str, Any]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def pretend_an_ideal_machine() -> None:
    """Every package is installed, and there are devices enough of the newest kind."""
    import swift.arguments.deploy_args as deploy
    import swift.arguments.eval_args as evaluation
    import swift.arguments.sft_args as training
    import swift.trainers.arguments as trainer
    import transformers.training_args as transformers_training

    real_version = importlib.metadata.version

    def version(distribution_name: str) -> str:
        try:
            return real_version(distribution_name)
        except importlib.metadata.PackageNotFoundError:
            if distribution_name.lower().replace("_", "-") in _PACKAGES:
                return "99.0"
            raise

    importlib.metadata.version = version
    transformers_training.is_torch_bf16_gpu_available = lambda: True
    transformers_training.is_torch_tf32_available = lambda: True
    transformers_training.enable_tf32 = lambda _: None
    training.require_version = lambda *_, **__: None
    trainer.is_liger_available = lambda: True
    trainer.TrainArgumentsMixin._patch_liger_kernel = lambda *_: None
    deploy.get_device_count = lambda: 1 << 20

    # Without devices the trainer takes every process for one of its own.
    world_size = property(lambda _: _count("WORLD_SIZE"))
    transformers_training.TrainingArguments.world_size = world_size

    # What comes after the engine's own checks needs the package itself.
    real_fsdp = training.SftArguments._init_fsdp

    def init_fsdp(self: Any) -> None:
        real_fsdp(self)
        self.deepspeed = None

    training.SftArguments._init_fsdp = init_fsdp
    training.SftArguments._init_swanlab = _checked_swanlab

    real_datasets = evaluation.EvalArguments._init_eval_dataset

    def init_eval_dataset(self: Any) -> None:
        # Only the names of the evaluator's own benchmarks are known without further packages.
        if self.eval_backend == "Native":
            real_datasets(self)

    evaluation.EvalArguments._init_eval_dataset = init_eval_dataset
    evaluation.EvalArguments.list_eval_dataset = staticmethod(_native_benchmarks)


def _native_benchmarks(_: str | None = None) -> dict[str, list[str]]:
    registry = importlib.import_module("evalscope.api.registry")
    return {"Native": sorted(registry.BENCHMARK_REGISTRY.keys())}


def _checked_swanlab(arguments: Any) -> None:
    """The engine's checks of these arguments, which it does with the package's own names. source: _init_swanlab"""
    method = arguments.swanlab_notification_method
    if method is None:
        return
    if method not in ("lark", "dingtalk", "email", "discord", "wxwork", "slack"):
        raise ValueError(f"Unsupported swanlab_notification_method: {method!r}")
    needed = ("swanlab_sender_email", "swanlab_receiver_email", "swanlab_smtp_server", "swanlab_smtp_port")
    if method == "email" and not all(getattr(arguments, name) for name in needed):
        raise ValueError(f"swanlab_notification_method email needs {', '.join(needed)}")


def spread() -> None:
    """Where the config asks for several processes, this one is the first of them, and nobody waits for the others."""
    if os.environ.get("NPROC_PER_NODE") is None and os.environ.get("NNODES") is None:
        return
    local, nodes = _count("NPROC_PER_NODE"), _count("NNODES")
    os.environ.update(
        RANK="0",
        LOCAL_RANK="0",
        WORLD_SIZE=str(local * nodes),
        LOCAL_WORLD_SIZE=str(local),
        MASTER_ADDR="127.0.0.1",
        MASTER_PORT="29500",
    )
    import torch.distributed
    from torch.testing._internal.distributed.fake_pg import FakeStore

    torch.distributed.init_process_group("fake", rank=0, world_size=local * nodes, store=FakeStore())


def _count(name: str) -> int:
    text = os.environ.get(name, "1")
    return int(text) if text.isdigit() and int(text) > 0 else 1


def lock(folder: Path) -> None:
    """From here on: no network, no new process, no file written and no folder made outside `folder`."""
    inside = str(folder.resolve())

    def make_nothing(*_: Any, **__: Any) -> None:
        return None

    os.makedirs = os.mkdir = make_nothing

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"):
            raise ConnectionError(f"{FORBIDDEN}: socket")
        if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.forkpty"):
            raise FileNotFoundError(f"{FORBIDDEN}: another process")
        if event in ("os.remove", "os.rename", "os.rmdir", "shutil.rmtree", "os.symlink", "os.link"):
            raise PermissionError(f"{FORBIDDEN}: {event}")
        if event == "open" and isinstance(arguments[0], str) and _writes(arguments):
            path = os.path.abspath(arguments[0])
            if path != os.devnull and not path.startswith(f"{inside}{os.sep}"):
                raise PermissionError(f"{FORBIDDEN}: writing {path}")

    sys.addaudithook(hook)


def _writes(arguments: tuple[Any, ...]) -> bool:
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
