"""What a config comes to for the engine: own keys, places, secrets, and the text that is handed on."""

import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tunewright_bridge.engine.base import ResolvedConfig
from tunewright_bridge.engine.config_file import read_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError

NOW = datetime(2026, 3, 4, 5, 6, 7)


def resolve(
    directory: Path,
    text: str,
    *,
    task: str = "sft",
    device_count: int = 0,
    environment: dict[str, str] | None = None,
) -> ResolvedConfig:
    path = directory / f"a.{task}.yaml"
    path.write_text(text)
    return engine_for_runs().resolve(
        read_config(path),
        attempt_output=directory / "attempt" / "output",
        working_directory=directory,
        device_count=device_count,
        now=NOW,
        environment=environment,
    )


def refusal(directory: Path, text: str, **options: Any) -> str:
    with pytest.raises(BridgeError) as caught:
        resolve(directory, text, **options)
    assert caught.value.code == "config-invalid"
    return str(caught.value)


# What every config of a task that trains gains, beside its place.
GAINED = {"logging_nan_inf_filter": False}


def test_a_plain_config_only_gains_its_place_and_shows_losses_as_they_are(tmp_path: Path) -> None:
    resolved = resolve(tmp_path, "model: m\nlearning_rate: 1e-4\npacking: true\n")
    output = tmp_path / "attempt" / "output"
    assert resolved.output_directory == output
    assert resolved.environment == {}
    assert resolved.values == {
        "model": "m",
        "learning_rate": "1e-4",
        "packing": True,
        "output_dir": str(output),
        "add_version": False,
        **GAINED,
    }


@pytest.mark.parametrize("line", ["logging_nan_inf_filter: true\n", "logging-nan-inf-filter: true\n"])
def test_who_wants_losses_filtered_has_them_filtered(tmp_path: Path, line: str) -> None:
    values = resolve(tmp_path, line).values
    assert [value for key, value in values.items() if "filter" in key] == [True]


def test_a_named_place_gets_the_version_folder_that_the_engine_would_make(tmp_path: Path) -> None:
    (tmp_path / "out" / "v3-20250101-000000").mkdir(parents=True)
    (tmp_path / "out" / "notes").mkdir()
    resolved = resolve(tmp_path, "output_dir: out\n")
    assert resolved.output_directory == tmp_path / "out" / "v4-20260304-050607"
    assert resolved.values == {"output_dir": str(resolved.output_directory), "add_version": False, **GAINED}


def test_a_named_place_without_versions_is_used_as_it_is(tmp_path: Path) -> None:
    resolved = resolve(tmp_path, "output_dir: out\nadd_version: false\n")
    assert resolved.output_directory == tmp_path / "out"


@pytest.mark.parametrize(
    ("task", "values"),
    [
        ("merge-lora", {"output_dir": "attempt/output/model"}),
        ("eval", {"eval_output_dir": "attempt/output"}),
        ("infer", {"result_path": "attempt/output/answers.jsonl"}),
        ("deploy", {}),
    ],
)
def test_other_tasks_write_into_the_attempt_by_their_own_key(tmp_path: Path, task: str, values: dict[str, str]) -> None:
    resolved = resolve(tmp_path, "model: m\n", task=task)
    assert resolved.values == {"model": "m", **{key: str(tmp_path / place) for key, place in values.items()}}


CPU_FLAGS = {"use_cpu": True, "ddp_backend": "gloo"}


@pytest.mark.parametrize(
    ("text", "device_count", "values", "processes"),
    [
        ("parallel_strategy: single\n", 0, {}, None),
        ("parallel_strategy: ddp\n", 4, {}, "4"),
        ("parallel_strategy: ddp\n", 0, {}, "1"),
        ("parallel_strategy: ddp\ntunewright: {devices: 2}\n", 0, CPU_FLAGS, "2"),
        ("parallel_strategy: ddp\ntunewright: {devices: 2}\n", 4, {}, "2"),
        ("parallel_strategy: fsdp2\n", 2, {"fsdp": "fsdp2"}, "2"),
        ("parallel_strategy: fsdp2\n", 0, {"fsdp": "fsdp2", **CPU_FLAGS}, "1"),
        ("parallel_strategy: zero2\n", 0, {"deepspeed": "zero2"}, "1"),
        ("parallel_strategy: zero3-offload\n", 8, {"deepspeed": "zero3_offload"}, "8"),
    ],
)
def test_a_strategy_becomes_the_engines_keys(
    tmp_path: Path, text: str, device_count: int, values: dict[str, Any], processes: str | None
) -> None:
    resolved = resolve(tmp_path, text, device_count=device_count)
    del resolved.values["output_dir"], resolved.values["add_version"]
    assert resolved.values == {**values, **GAINED}
    assert resolved.environment == ({} if processes is None else {"NPROC_PER_NODE": processes})


def test_a_single_device_is_the_first_that_may_be_used(tmp_path: Path) -> None:
    text = "parallel_strategy: single\n"
    assert resolve(tmp_path, text, device_count=4).environment == {"CUDA_VISIBLE_DEVICES": "0"}
    outside = {"CUDA_VISIBLE_DEVICES": "2,3"}
    assert resolve(tmp_path, text, device_count=2, environment=outside).environment == {"CUDA_VISIBLE_DEVICES": "2"}


@pytest.mark.parametrize(("visible", "processes"), [("2,3", "2"), ("5", "1"), ("0,-1,2", "1"), ("0,1,2,3", "4")])
def test_devices_that_the_run_will_not_see_get_no_process(tmp_path: Path, visible: str, processes: str) -> None:
    text = "parallel_strategy: ddp\n"
    in_config = f"{text}ENV: {{CUDA_VISIBLE_DEVICES: '{visible}'}}\n"
    outside = {"CUDA_VISIBLE_DEVICES": visible}
    assert resolve(tmp_path, in_config, device_count=4).environment == {"NPROC_PER_NODE": processes}
    assert resolve(tmp_path, text, device_count=4, environment=outside).environment == {"NPROC_PER_NODE": processes}


def test_a_run_from_which_every_device_is_hidden_computes_on_the_cpu(tmp_path: Path) -> None:
    text = "parallel_strategy: ddp\ntunewright: {devices: 2}\nENV: {CUDA_VISIBLE_DEVICES: ''}\n"
    assert CPU_FLAGS.items() <= resolve(tmp_path, text, device_count=4).values.items()


def test_keys_for_the_cpu_that_the_config_sets_itself_stay(tmp_path: Path) -> None:
    resolved = resolve(tmp_path, "parallel_strategy: ddp\nddp_backend: mpi\ntunewright: {devices: 2}\n")
    assert resolved.values["ddp_backend"] == "mpi"
    assert resolved.values["use_cpu"] is True


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("parallel_strategy: zero2\ndeepspeed: zero3\n", ["parallel_strategy zero2", "deepspeed"]),
        ("parallel_strategy: ddp\nfsdp: fsdp2\n", ["parallel_strategy ddp", "fsdp"]),
        ("parallel_strategy: megatron\n", ["megatron", "Megatron task", "megatron-sft.yaml"]),
        ("parallel_strategy: single\ntunewright: {devices: 2}\n", ["single", "tunewright.devices asks for 2"]),
        (
            "parallel_strategy: ddp\nENV: {NPROC_PER_NODE: 3}\n",
            ["ddp starts 2 processes", "ENV.NPROC_PER_NODE asks for 3"],
        ),
        ("parallel_strategy: ddp\ntunewright: {devices: 9}\n", ["asks for 9 devices and 2 can be used"]),
        (
            "global_batch_size: 8\ngradient_accumulation_steps: 2\n",
            ["global_batch_size", "gradient_accumulation_steps"],
        ),
        ("global_batch_size: 8\nper_device_train_batch_size: auto\n", ["'auto'"]),
        ("ENV: [a]\n", ["ENV must hold"]),
        ("output_dir: ${env:SCRATCH}/out\n", ["output_dir cannot hold"]),
    ],
)
def test_contradictions_are_refused_and_name_both_sides(tmp_path: Path, text: str, names: list[str]) -> None:
    message = refusal(tmp_path, text, device_count=2)
    for name in names:
        assert name in message


def test_strategies_are_refused_where_the_task_cannot_be_spread(tmp_path: Path) -> None:
    assert "no meaning for the task eval" in refusal(tmp_path, "parallel_strategy: ddp\n", task="eval")
    assert "does not fit the task" in refusal(tmp_path, "parallel_strategy: zero2\n", task="megatron-sft")
    assert "no meaning" in refusal(tmp_path, "global_batch_size: 4\n", task="infer")


def test_megatron_tasks_are_spread_and_keep_their_own_batch_key(tmp_path: Path) -> None:
    resolved = resolve(
        tmp_path, "parallel_strategy: megatron\nglobal_batch_size: 16\n", task="megatron-sft", device_count=4
    )
    assert resolved.environment == {"NPROC_PER_NODE": "4"}
    assert resolved.values["global_batch_size"] == 16


def test_the_global_batch_becomes_accumulation_over_all_devices(tmp_path: Path) -> None:
    text = "global_batch_size: 64\nper_device_train_batch_size: 4\n"
    assert resolve(tmp_path, text).values["gradient_accumulation_steps"] == 16
    assert (
        resolve(tmp_path, "parallel_strategy: ddp\n" + text, device_count=8).values["gradient_accumulation_steps"] == 2
    )
    in_env = "ENV: {NPROC_PER_NODE: 2}\n" + text
    assert resolve(tmp_path, in_env).values["gradient_accumulation_steps"] == 8


@pytest.mark.parametrize(("size", "nearest"), [(10, "nearest sizes are 8 or 16"), (3, "nearest sizes are 8")])
def test_a_global_batch_that_does_not_divide_names_the_nearest(tmp_path: Path, size: int, nearest: str) -> None:
    text = f"parallel_strategy: ddp\nglobal_batch_size: {size}\nper_device_train_batch_size: 4\n"
    assert nearest in refusal(tmp_path, text, device_count=2)


def test_references_stay_text_and_are_named(tmp_path: Path) -> None:
    resolved = resolve(
        tmp_path,
        "hub_token: ${env:HF_TOKEN}\ndataset: ['${env:DATA}/a.jsonl', b]\nmodel_kwargs: {k: '${env:DATA}'}\n"
        "ENV: {WANDB_API_KEY: '${env:WANDB}'}\n",
    )
    assert resolved.secret_names == ["DATA", "HF_TOKEN", "WANDB"]
    assert resolved.values.get("hub_token") == "${env:HF_TOKEN}"
    assert resolved.values["ENV"] == {"WANDB_API_KEY": "${env:WANDB}"}
    assert resolved.literal_secrets == {}


def test_credentials_in_plain_text_leave_the_values(tmp_path: Path) -> None:
    text = (
        "hub_token: hf_secret\nENV: {SWANLAB_API_KEY: swan_1, AWS_SECRET_KEY: aws_1, HUB_TOKEN: other, 'A-TOKEN': dash,"
        " OMP_NUM_THREADS: 1, TOKENIZERS_PARALLELISM: false}\nmax_tokens: 7\n"
    )
    resolved = resolve(tmp_path, text)
    written = engine_for_runs().dump(resolved)
    assert not [secret for secret in resolved.literal_secrets.values() if secret in written]
    assert resolved.literal_secrets == {
        "TUNEWRIGHT_SECRET_HUB_TOKEN": "hf_secret",
        "TUNEWRIGHT_SECRET_ENV_SWANLAB_API_KEY": "swan_1",
        "TUNEWRIGHT_SECRET_ENV_AWS_SECRET_KEY": "aws_1",
        "TUNEWRIGHT_SECRET_ENV_HUB_TOKEN": "other",
        "TUNEWRIGHT_SECRET_ENV_A_TOKEN": "dash",
    }
    assert resolved.secret_names == sorted(resolved.literal_secrets)
    assert resolved.values["ENV"]["OMP_NUM_THREADS"] == 1
    assert resolved.values["max_tokens"] == 7


def test_the_dump_reads_back_to_the_same_values(tmp_path: Path) -> None:
    resolved = resolve(
        tmp_path,
        "a: 1e-5\nb: 1.0e-5\nc: 'true'\nd: null\ne: {x: [1, {y: é}]}\nf: .nan\ng: '089'\nh: 2024-01-02\ni: 'null'\n"
        "j: \"two\\nlines \"\nk: ''\nl: []\nm: '${env:X}'\nn: 12345678901234567890\np: 1_000\n",
    )
    again = yaml.safe_load(engine_for_runs().dump(resolved))
    assert repr(again) == repr(resolved.values)


def test_the_shell_line_gives_a_shell_the_same_words_and_no_secret(tmp_path: Path) -> None:
    resolved = resolve(
        tmp_path,
        "parallel_strategy: ddp\nmodel: it's a \"model\"\ndataset: [a b, c]\nmodel_kwargs: {k: 'v w'}\n"
        "hub_token: pre-${env:HF_TOKEN}\nENV: {A: 'x y'}\n",
        device_count=2,
    )
    engine = engine_for_runs()
    line = engine.shell_command("sft", resolved, tmp_path)
    assert "&& A='x y' NPROC_PER_NODE=2 swift sft --model" in line
    show = f'swift() {{ pwd; echo "$A $NPROC_PER_NODE"; printf \'%s|\' "$@"; }}; {line}'
    shown = subprocess.run(
        ["sh", "-c", show], env={"HF_TOKEN": "hf_1"}, capture_output=True, text=True, check=True
    ).stdout.split("\n", 2)
    assert shown[:2] == [str(tmp_path), "x y 2"]
    assert shown[2].split("|")[:11] == [
        "sft", "--model", "it's a \"model\"", "--dataset", "a b", "c", "--model_kwargs", '{"k": "v w"}',
        "--hub_token", "pre-hf_1", "--output_dir",
    ]  # fmt: skip


def test_the_command_holds_no_value_of_the_config() -> None:
    command = engine_for_runs().command("/env/bin/python", "sft", Path("/run/resolved.yaml"))
    assert command[0] == "/env/bin/python"
    assert Path(command[1]).name == "launcher.py"
    assert command[2:] == ["sft", "/run/resolved.yaml"]


def test_a_task_that_the_engine_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BridgeError) as caught:
        resolve(tmp_path, "model: m\n", task="download")
    assert caught.value.code == "task-unsupported"
