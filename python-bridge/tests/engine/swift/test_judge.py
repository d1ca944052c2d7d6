"""How the engine's judge reads a config, and how it tells the machine from the file; without the engine."""

import importlib.metadata
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tunewright_bridge.engine.swift import judge, judge_fork, judge_world
from tunewright_bridge.engine.swift.verdict import Judge
from tunewright_bridge.errors import BridgeError


def arguments(text: str, **request: Any) -> tuple[dict[str, str], list[str]]:
    return judge.argument_list({"text": text, **request})


def test_values_become_arguments_as_the_engine_makes_them() -> None:
    variables, words = arguments("ENV: {A: 1}\nmodel: m\npacking: no\nlist: [1, a]\nmap: {a: ü}\nrate: 1e-4\nnone:\n")
    assert variables == {"A": "1"}
    assert words == [
        *("--model", "m"),
        *("--packing", "False"),
        *("--list", "1", "a"),
        *("--map", '{"a": "ü"}'),
        *("--rate", "1e-4"),
        *("--none", "None"),
    ]


def test_own_keys_are_left_out() -> None:
    assert arguments("model: m\ntunewright: {name: a}\n", without=["tunewright"])[1] == ["--model", "m"]


def test_a_mark_at_the_beginning_and_line_ends_of_windows_are_read_over() -> None:
    assert arguments("\ufeffmodel: m\r\nsystem: |\r\n  a\r\n  b\r\n")[1] == ["--model", "m", "--system", "a\nb\n"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a: b: c\n", None),
        ("- a\n", None),
        ("a: 1\n---\nb: 2\n", None),
        ("ENV: [a]\n", "ENV"),
        ("m: {d: 2026-01-01}\n", "m"),
    ],
)
def test_what_the_command_cannot_read_is_refused_before_the_parser(text: str, key: str | None) -> None:
    with pytest.raises(judge.Refused) as refusal:
        arguments(text)
    assert (refusal.value.stage, refusal.value.details.get("key")) == ("yaml", key)


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (ModuleNotFoundError("No module named 'vllm'"), "package"),
        (importlib.metadata.PackageNotFoundError("deepspeed"), "package"),
        (ConnectionError(f"{judge_world.FORBIDDEN}: socket"), "network"),
        (FileNotFoundError("path: '/a'"), "file"),
        (AssertionError("self.system: prompt.txt"), "file"),
        (ValueError("local_device_count (0) must be greater"), "device"),
        (ValueError("Default process group has not been initialized"), "device"),
        (json.JSONDecodeError("Expecting value", "ds/zero2.json", 0), "file"),
        (json.JSONDecodeError("Expecting value", "zero4", 0), None),
        (json.JSONDecodeError("Expecting value", '{"a": /}', 0), None),
        (ValueError("Packing and lazy_tokenize are incompatible."), None),
        (ValueError("warmup_ratio: 1.5 must be less than 1."), None),
        (TypeError("unsupported operand"), None),
    ],
)
def test_a_refusal_for_the_machines_sake_is_told_apart(error: Exception, part: str | None) -> None:
    assert judge_fork.machine_part(error) == part


def test_an_interpreter_without_the_engine_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "python")
    with Judge(missing) as asked, pytest.raises(BridgeError) as error:
        asked.verdict({"task": "sft", "text": ""})
    assert error.value.code == "interpreter-not-found"


def test_a_broken_engine_says_what_is_missing(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'swift'\" >&2\nexit 1\n")
    program.chmod(0o755)
    before = set(os.listdir(tmp_path))
    with Judge(str(program)) as asked, pytest.raises(BridgeError) as error:
        asked.verdict({"task": "sft", "text": ""})
    assert error.value.code == "engine-broken"
    assert "No module named 'swift'" in str(error.value)
    assert set(os.listdir(tmp_path)) == before


def test_a_precision_that_hangs_on_the_models_own_is_not_the_files_fault() -> None:
    error = ValueError("At most one of fp16 and bf16 can be True, but not both")
    assert judge_fork.model_part(error, ["--fp16", "True"]) == "model"
    assert judge_fork.model_part(error, ["--fp16", "True", "--bf16", "True"]) is None
    assert judge_fork.model_part(ValueError("anything else"), ["--fp16", "True"]) is None


def test_a_path_of_json_that_leads_nowhere_is_not_the_files_fault(tmp_path: Path) -> None:
    error = json.JSONDecodeError("Expecting value", "", 0)
    there = tmp_path / "there.json"
    there.touch()
    assert judge_fork.missing_json(error, ["--deepspeed", "ds/zero2.json"]) == "file"
    assert judge_fork.missing_json(error, ["--deepspeed", str(there)]) is None
    assert judge_fork.missing_json(error, ["--deepspeed", "zero4"]) is None
