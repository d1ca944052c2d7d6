"""A config is read as the engine reads it, and a file that is none is refused with its reason."""

import os
from pathlib import Path

import pytest

from tunewright_bridge.engine.config_file import CONFIG_MAX_BYTES, read_config
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.config import OwnBlock


def write(directory: Path, name: str, content: str | bytes) -> Path:
    path = directory / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        read_config(path)
    return caught.value


def test_values_are_what_the_engine_reads_from_the_same_text(tmp_path: Path) -> None:
    config = read_config(
        write(
            tmp_path,
            "first.sft.yaml",
            "model: tiny\nlearning_rate: 1e-4\nwarmup: 1.0e-4\npacking: no\nname: y\ncode: 010\ndataset: [a, 3]\n"
            "max_length: null\nmax_length: 12\n",
        )
    )
    assert config.task == "sft"
    assert config.values == {
        "model": "tiny",
        "learning_rate": "1e-4",
        "warmup": 0.0001,
        "packing": False,
        "name": "y",
        "code": 8,
        "dataset": ["a", 3],
        "max_length": 12,
    }


def test_own_keys_are_taken_out_and_decoded(tmp_path: Path) -> None:
    config = read_config(
        write(
            tmp_path,
            "first.sft.yaml",
            "model: m\nparallel_strategy: zero2\nglobal_batch_size: 8\ntunewright:\n  tags: [a]\n  devices: 2\n",
        )
    )
    assert config.values == {"model": "m"}
    assert config.own.parallel_strategy == "zero2"
    assert config.own.global_batch_size == 8
    assert config.own.tunewright == OwnBlock(tags=["a"], devices=2)


def test_global_batch_size_is_the_engines_own_key_on_megatron_tasks(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, "big.megatron-sft.yaml", "model: m\nglobal_batch_size: 16\n"))
    assert config.values["global_batch_size"] == 16
    assert config.own.global_batch_size is None


@pytest.mark.parametrize(
    ("name", "text", "task"),
    [
        ("a.eval.yaml", "model: m\n", "eval"),
        ("a.yaml", "# tunewright: rlhf\nmodel: m\n", "rlhf"),
        ("a.sft.yml", "# tunewright: dpo\nmodel: m\n", "sft"),
        ("a.sft.yaml", "\ufeff# tunewright: pt\nmodel: m\n", "pt"),
        ("a.sft.json", '{"model": "m"}', "sft"),
        ("a.json", '// tunewright: sft\n{"model": "m"}', "sft"),
    ],
)
def test_the_first_line_decides_the_task_and_then_the_name(tmp_path: Path, name: str, text: str, task: str) -> None:
    assert read_config(write(tmp_path, name, text)).task == task


def test_a_task_that_is_known_already_is_not_looked_for(tmp_path: Path) -> None:
    assert read_config(write(tmp_path, "anything.txt", "model: m\n"), "sft").task == "sft"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "it is empty"),
        ("# nothing yet\n", "it is empty"),
        ("- a\n- b\n", "it holds a list"),
        ("just words\n", "it holds a single value"),
        ("model: [tiny\nlearning_rate: 1\n", "line 2, column 14"),
        ("model: a\n\tpacking: true\n", "line 2, column 1"),
        ("a: 1\n---\nb: 2\n", "line 2"),
        ("on: 3\n", "the key True is not text; YAML reads a bare `true`, `yes` or `on` as a value"),
        ("5: 3\n", "the key 5 is not text"),
        ("model: !!python/object:os.system x\n", "line 1, column 8"),
        ("packing: !!bool perhaps\n", "does not fit its tag"),
        ("model: \x07\n", "line 1: a control character (#x07)"),
        ("a: &a [*a]\n", "holds itself"),
        ("a: " + "[" * 800, "nested too deeply"),
        (b"PK\x03\x04\x00\x00\x00", "it is a binary file"),
        (b"model: \xff\xfe\n", "it is not UTF-8 text (byte 7)"),
        (b"a: " + b"x" * CONFIG_MAX_BYTES, "it is larger than 8 MB"),
    ],
)
def test_a_file_that_is_no_config_is_refused_with_its_reason(tmp_path: Path, content: str | bytes, reason: str) -> None:
    error = refusal(write(tmp_path, "a.sft.yaml", content))
    assert error.code == "config-not-readable"
    assert reason in str(error)


def test_broken_json_is_refused_with_its_place(tmp_path: Path) -> None:
    error = refusal(write(tmp_path, "a.sft.json", '{"model": "m",\n}'))
    assert error.code == "config-not-readable"
    assert "line 2, column 1" in str(error)


def test_missing_files_folders_and_unknown_tasks_have_their_own_codes(tmp_path: Path) -> None:
    assert refusal(tmp_path / "none.sft.yaml").code == "config-not-found"
    assert "it is a folder" in str(refusal(tmp_path))
    os.mkfifo(tmp_path / "pipe.sft.yaml")
    assert "a pipe or a device" in str(refusal(tmp_path / "pipe.sft.yaml"))
    assert refusal(write(tmp_path, "notes.yaml", "model: m\n")).code == "task-unknown"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("parallel_strategy: zero9\n", "parallel_strategy: must be one of single"),
        ("global_batch_size: 0\n", "global_batch_size: must be at least 1"),
        ("tunewright: {queues: a}\n", "tunewright.queues: is not known"),
        ("tunewright: 3\n", "tunewright: must be a mapping"),
    ],
)
def test_a_wrong_own_key_is_named(tmp_path: Path, text: str, key: str) -> None:
    error = refusal(write(tmp_path, "a.sft.yaml", "model: m\n" + text))
    assert error.code == "config-invalid"
    assert key in str(error)


def test_an_alias_that_doubles_a_thousand_times_costs_nothing(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert len(read_config(write(tmp_path, "a.sft.yaml", "\n".join(lines))).values) == 60
