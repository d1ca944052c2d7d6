"""The launcher against the real engine: its own command and parser are the judges, and a tiny model really trains."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from forked_engine import Ended, ForkedEngine, engine_python
from tunewright_bridge.engine.base import ResolvedConfig
from tunewright_bridge.engine.config_file import read_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.engine.swift import launcher

pytestmark = pytest.mark.engine

LAUNCHER = Path(launcher.__file__)
JUDGE = Path(__file__).parents[1] / "programs" / "judge.py"
SAMPLE = Path(__file__).parents[4] / "samples" / "first-run"


def judge(
    engine: ForkedEngine, directory: Path, text: str, *, task: str = "sft", environment: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the launcher hands on for the YAML `text`, and what the engine's parser says."""
    resolved = directory / "resolved.yaml"
    resolved.write_text(text)
    answer = directory / "answer.json"
    ended = engine.run(
        JUDGE,
        [task, str(resolved), str(answer)],
        working_directory=directory,
        environment={"LAUNCHER_FOLDER": str(LAUNCHER.parent), **(environment or {})},
    )
    assert ended.exit_code == 0, ended.output
    judged: dict[str, Any] = json.loads(answer.read_text())
    return judged


TRICKY = """
model: it's a "model"
dataset: [a.jsonl#500, 'b c.jsonl', 3, 1.5, true, null]
learning_rate: 1e-4
adam_beta1: 1.0e-1
weight_decay: .5
max_length: 089
packing: no
lazy_tokenize: true
system: null
model_kwargs: {a: [1, {b: é}], c: null, d: true}
device_map: '{"": "cpu"}'
gradient_checkpointing_kwargs:
  use_reentrant: false
seed: 0x10
lr_scheduler_type: cosine
run_name: 2024-01-02
num_train_epochs: 1_0
target_modules: all-linear
report_to: []
ENV:
  FROM_ENV: 7
"""


def test_the_arguments_are_those_of_the_engines_own_command(forked_engine: ForkedEngine, tmp_path: Path) -> None:
    judged = judge(forked_engine, tmp_path, TRICKY)
    assert judged["launched"]["arguments"] == judged["engineArguments"]
    assert judged["launched"]["environment"]["FROM_ENV"] == "7"
    assert judged["verdict"] == judged["engineVerdict"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("model: m\ndataset: [a, b]\nlearning_rate: 1e-4\n", {"dataset": ["a", "b"], "learning_rate": 1e-4}),
        ("packing: no\nlazy_tokenize: yes\n", {"packing": False, "lazy_tokenize": True}),
        ("system: null\n", {"system": "None"}),
        ("model_kwargs: {a: 1}\n", {"model_kwargs": '{"a": 1}'}),
        ("quant_bits: 4\nquant_method: bnb\n", {"quant_bits": 4, "quant_method": "bnb"}),
        ("max_length: 010\n", {"max_length": 8}),
        ("deepspeed: zero2\nuse_cpu: true\n", {"deepspeed": "zero2", "use_cpu": True}),
    ],
)
def test_the_parser_gets_the_values_that_were_meant(
    forked_engine: ForkedEngine, tmp_path: Path, text: str, values: dict[str, Any]
) -> None:
    verdict = judge(forked_engine, tmp_path, text)["verdict"]
    assert verdict["remaining"] == []
    assert {name: verdict["values"][name] for name in values} == values


@pytest.mark.parametrize(
    "text",
    ["max_length: null\n", "torch_dtype: fp32\n", "packing: maybe\n", "optim: no_such_optimizer\n"],
)
def test_what_the_parser_refuses_is_refused_alike(forked_engine: ForkedEngine, tmp_path: Path, text: str) -> None:
    judged = judge(forked_engine, tmp_path, text)
    assert judged["verdict"]["refused"]
    assert judged["verdict"] == judged["engineVerdict"]


def resolve_sample(directory: Path, extra: dict[str, Any]) -> ResolvedConfig:
    """The sample's config with `extra` keys, resolved for an attempt in `directory`."""
    values = yaml.safe_load((SAMPLE / "first.sft.yaml").read_text(encoding="utf-8"))
    path = directory / "first.sft.yaml"
    path.write_text(yaml.safe_dump({**values, **extra}))
    return engine_for_runs().resolve(
        read_config(path),
        attempt_output=directory / "output",
        working_directory=directory,
        device_count=0,
        now=datetime(2026, 1, 2, 3, 4, 5),
    )


@pytest.fixture(scope="module")
def workspace(forked_engine: ForkedEngine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's workspace with its model made."""
    import shutil

    directory = tmp_path_factory.mktemp("first-run")
    shutil.copytree(SAMPLE, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("model", ".tunewright"))
    made = forked_engine.run(directory / "make_model.py", working_directory=directory)
    assert made.exit_code == 0, made.output
    return directory


def train(engine: ForkedEngine, workspace: Path, extra: dict[str, Any], secrets: dict[str, str]) -> tuple[Ended, Path]:
    """Runs the sample through the launcher as a run does; the second result is where the engine wrote."""
    resolved = resolve_sample(workspace, {"logging_steps": 1, **extra})
    path = workspace / "resolved.yaml"
    path.write_text(engine_for_runs().dump(resolved))
    assert resolved.secret_names == sorted(secrets)
    command = engine_for_runs().command("python", "sft", path)
    ended = engine.run(
        Path(command[1]),
        command[2:],
        working_directory=workspace,
        environment={**secrets, **resolved.environment},
        timeout_seconds=120,
    )
    assert ended.exit_code == 0, ended.output[-4000:]
    return ended, resolved.output_directory


def files_with(text: str, directory: Path) -> list[Path]:
    """Every file below `directory` that holds the text."""
    files = [file for file in directory.rglob("*") if file.is_file()]
    assert any(file.name == "args.json" for file in files)
    return [file for file in files if text.encode() in file.read_bytes()]


def test_a_real_run_trains_and_shows_its_token_nowhere(forked_engine: ForkedEngine, workspace: Path) -> None:
    extra = {"max_steps": 6, "save_steps": 6, "hub_token": "${env:HF_TOKEN}", "use_hf": True}
    ended, output = train(forked_engine, workspace, extra, {"HF_TOKEN": "hf_this_is_a_secret"})
    (metrics,) = engine_for_runs().metrics_files(output)
    rows = [json.loads(line) for line in metrics.read_text().splitlines()]
    losses = [row["loss"] for row in rows if "loss" in row]
    assert len(losses) == 6
    assert losses[-1] < losses[0]
    assert (output / "resolved.yaml").exists()
    assert "hf_this_is_a_secret" not in ended.output
    assert files_with("hf_this_is_a_secret", workspace) == []


def test_a_credential_that_is_an_argument_is_neither_logged_nor_dumped(
    forked_engine: ForkedEngine, workspace: Path
) -> None:
    extra = {"max_steps": 1, "swanlab_secret": "${env:SWAN}"}
    ended, _ = train(forked_engine, workspace, extra, {"SWAN": "swan_this_is_a_secret"})
    assert "swan_this_is_a_secret" not in ended.output
    assert files_with("swan_this_is_a_secret", workspace) == []


def test_a_model_that_is_not_there_ends_with_the_engines_own_words(
    forked_engine: ForkedEngine, workspace: Path, tmp_path: Path
) -> None:
    resolved = resolve_sample(workspace, {"model": "/no-such-model"})
    path = tmp_path / "resolved.yaml"
    path.write_text(engine_for_runs().dump(resolved))
    ended = forked_engine.run(LAUNCHER, ["sft", str(path)], working_directory=workspace)
    assert ended.exit_code == 1
    assert "no-such-model" in ended.output


@pytest.mark.long
def test_two_processes_on_a_cpu_share_each_step(workspace: Path) -> None:
    import os
    import subprocess

    single = {"max_steps": 2, "logging_steps": 1, "eval_strategy": "no", "gradient_accumulation_steps": None}
    spread = {"parallel_strategy": "ddp", "global_batch_size": 32, "tunewright": {"devices": 2}}
    resolved = resolve_sample(workspace, {**single, **spread, "output_dir": "spread"})
    path = workspace / "spread.yaml"
    path.write_text(engine_for_runs().dump(resolved))
    ended = subprocess.run(
        engine_for_runs().command(engine_python(), "sft", path),
        cwd=workspace,
        env={**os.environ, **resolved.environment, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-4000:]
    (metrics,) = engine_for_runs().metrics_files(resolved.output_directory)
    first = json.loads(metrics.read_text().splitlines()[0])
    rows = len((workspace / "data" / "train.jsonl").read_text().splitlines())
    # An epoch advances by 32 rows a step only where both processes really take a share of 16.
    assert first["epoch"] == pytest.approx(32 / rows, rel=0.1)
