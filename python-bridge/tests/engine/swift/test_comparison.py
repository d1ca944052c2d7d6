"""What differs between a training and an attempt that goes on from its checkpoint, and what of that matters."""

import json
from pathlib import Path
from typing import Any

import pytest

from made_checkpoints import Shape, write_checkpoint
from tunewright_bridge.engine.base import Comparison, ResolvedConfig
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.engine.swift.comparison import differing, same

# As the engine dumps them: every argument there is, with its default.
DUMP = {
    "model": "model",
    "learning_rate": 0.0001,
    "lora_rank": 8,
    "optim": "adamw_torch",
    "tuner_type": "lora",
    "save_steps": 10.0,
    "dataset": ["data/train.jsonl"],
    "output_dir": "/somewhere",
    "max_length": 2048,
    "deepspeed": None,
    "packing": False,
    "hub_token": None,
}
TRAINED = {"model": "model", "learning_rate": "1e-4", "dataset": ["data/train.jsonl"], "output_dir": "/first"}


def keys(new: dict[str, Any], trained: dict[str, Any] | None = None) -> dict[str, tuple[str | None, str | None]]:
    found = differing(new, TRAINED if trained is None else trained, DUMP)
    return {difference.key: (difference.of_checkpoint, difference.of_attempt) for difference in found}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1e-4", 0.0001),
        (10, 10.0),
        ("true", True),
        ("no", False),
        ("data/train.jsonl", ["data/train.jsonl"]),
        (["a", 1], ["a", "1"]),
        ('{"a": 1}', {"a": 1}),
        ("None", None),
        (None, []),
        ("", ""),
    ],
)
def test_values_that_the_engine_takes_for_the_same_are_the_same(left: Any, right: Any) -> None:
    assert same(left, right)
    assert same(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [("1e-4", 0.001), (True, False), (["a", "b"], ["b", "a"]), ("a", ["a", "b"]), ({"a": 1}, {"a": 2}), ("", "x")],
)
def test_other_values_differ(left: Any, right: Any) -> None:
    assert not same(left, right)


def test_an_unchanged_config_differs_in_nothing() -> None:
    assert keys({**TRAINED, "learning_rate": 0.0001, "output_dir": "/second", "resume_from_checkpoint": "x"}) == {}


def test_a_changed_an_added_and_a_removed_key_are_told_with_both_values() -> None:
    new = {"model": "model", "learning_rate": 0.001, "output_dir": "/second", "max_length": 128}
    assert keys(new) == {
        "dataset": ('["data/train.jsonl"]', None),
        "learning_rate": ("1e-4", "0.001"),
        "max_length": ("2048", "128"),
    }


def test_a_key_that_is_written_with_its_default_now_is_no_difference() -> None:
    assert keys({**TRAINED, "max_length": 2048, "packing": "no"}) == {}


def test_secrets_are_neither_compared_nor_told() -> None:
    assert keys({**TRAINED, "hub_token": "${env:A}", "model": "${env:B}"}, {**TRAINED, "hub_token": "${env:C}"}) == {}


def test_a_preset_stands_for_the_file_that_it_was_replaced_by() -> None:
    dump = {**DUMP, "deepspeed": {"zero_optimization": {"stage": 2}}}
    assert differing({"deepspeed": "zero2"}, None, dump) == []
    assert [each.key for each in differing({"deepspeed": "zero2"}, None, DUMP)] == ["deepspeed"]
    assert [each.key for each in differing({"deepspeed": "zero3"}, {"deepspeed": "zero2"}, dump)] == ["deepspeed"]


def test_a_long_value_is_cut() -> None:
    ((_, now),) = keys({**TRAINED, "dataset": ["x" * 1000]}).values()
    assert now is not None
    assert len(now) < 300


def compared(
    output: Path,
    values: dict[str, Any],
    *,
    step: int = 40,
    shape: Shape = "full",
    trained: dict[str, Any] | None = None,
    environment: dict[str, str] | None = None,
    weights_only: bool = False,
) -> Comparison:
    dumped: dict[str, Any] = {**DUMP, "tuner_type": "full"} if shape == "full" else {}
    write_checkpoint(output, step, shape=shape, **dumped)
    engine = engine_for_runs()
    return engine.compare_with_checkpoint(
        engine.checkpoints(output, 1)[0],
        ResolvedConfig(values=values, environment={}, secret_names=[], output_directory=output),
        trained_text=json.dumps(TRAINED if trained is None else trained),
        environment=environment or {},
        weights_only=weights_only,
    )


def severities(comparison: Comparison) -> dict[str, tuple[str, dict[str, str]]]:
    return {check.code: (check.severity, check.values) for check in comparison.checks}


def test_what_is_only_written_down_differently_is_told_and_not_warned_of(tmp_path: Path) -> None:
    comparison = compared(tmp_path, {**TRAINED, "save_steps": 50, "logging_steps": 5})
    assert "save_steps" in [difference.key for difference in comparison.differences]
    assert comparison.checks == []


def test_what_changes_the_training_is_warned_of_and_what_fits_nothing_is_an_error(tmp_path: Path) -> None:
    changed = {**TRAINED, "learning_rate": 0.01}
    assert severities(compared(tmp_path, changed)) == {"arguments-differ": ("warning", {"keys": "learning_rate"})}
    rank = compared(tmp_path, {**changed, "lora_rank": 16})
    assert [(check.severity, check.values["keys"]) for check in rank.checks] == [
        ("error", "lora_rank"),
        ("warning", "learning_rate"),
    ]


def test_another_optimizer_matters_only_where_its_state_is_taken(tmp_path: Path) -> None:
    changed = {**TRAINED, "optim": "adafactor"}
    assert severities(compared(tmp_path, changed))["arguments-differ"][0] == "error"
    assert severities(compared(tmp_path, changed, weights_only=True))["arguments-differ"][0] == "warning"


@pytest.mark.parametrize(
    ("shape", "environment", "expected"),
    [
        ("full", {}, None),
        ("full", {"NPROC_PER_NODE": "1"}, None),
        ("full", {"NPROC_PER_NODE": "4"}, ("warning", {"ofCheckpoint": "1", "ofAttempt": "4"})),
        ("two-processes", {"NPROC_PER_NODE": "2"}, None),
        ("two-processes", {}, ("warning", {"ofCheckpoint": "2", "ofAttempt": "1"})),
        ("two-processes", {"NPROC_PER_NODE": "1", "NNODES": "2"}, None),
        ("deepspeed", {"NPROC_PER_NODE": "4"}, ("error", {"ofCheckpoint": "2", "ofAttempt": "4"})),
        ("fsdp", {"NPROC_PER_NODE": "4"}, ("warning", {"ofCheckpoint": "2", "ofAttempt": "4"})),
    ],
)
def test_another_number_of_processes_is_told(
    tmp_path: Path, shape: Shape, environment: dict[str, str], expected: tuple[str, dict[str, str]] | None
) -> None:
    comparison = compared(tmp_path, dict(TRAINED), shape=shape, environment=environment)
    assert severities(comparison).get("world-size-differs") == expected


def test_the_number_of_processes_may_stand_in_the_config(tmp_path: Path) -> None:
    values = {**TRAINED, "ENV": {"NPROC_PER_NODE": 2}}
    assert severities(compared(tmp_path, values, shape="two-processes")) == {}
    # What is set already wins over the config.
    told = severities(compared(tmp_path, values, shape="two-processes", environment={"NPROC_PER_NODE": "3"}))
    assert told["world-size-differs"][1]["ofAttempt"] == "3"


@pytest.mark.parametrize(
    ("values", "step", "max_steps", "is_finished"),
    [
        ({}, 40, 100, False),
        ({}, 100, 100, True),
        ({"max_steps": 100}, 100, 100, True),
        ({"max_steps": 150}, 100, 150, False),
        ({"max_steps": 50}, 60, 50, True),
        ({"max_steps": -1}, 100, None, False),
        # How long it is now, only the engine can tell.
        ({"num_train_epochs": 5}, 100, None, False),
    ],
)
def test_a_training_that_has_reached_its_end_is_not_gone_on_with(
    tmp_path: Path, values: dict[str, Any], step: int, max_steps: int | None, is_finished: bool
) -> None:
    trained = {**TRAINED, "num_train_epochs": 3, "max_steps": 100}
    trained = {key: value for key, value in trained.items() if key not in values or key != "num_train_epochs"}
    given = {**trained, **values}
    if "max_steps" not in values:
        given.pop("max_steps", None)
        trained.pop("max_steps", None)
    if "num_train_epochs" in values:
        trained["num_train_epochs"] = 3
    comparison = compared(tmp_path, given, step=step, trained=trained)
    assert (comparison.next_step, comparison.max_steps) == (step + 1, max_steps)
    assert ("already-finished" in severities(comparison)) == is_finished
