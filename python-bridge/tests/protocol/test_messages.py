"""Feeds the shared sample messages to the Python side; test/protocol/messages.test.ts feeds them to the other."""

import importlib
import json
import math
import pkgutil
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any

import pytest

import tunewright_bridge.protocol as protocol
from tunewright_bridge.protocol.config import HealthPolicy
from tunewright_bridge.protocol.decode import DecodeError, decode, encode, encode_number, wire_name
from tunewright_bridge.protocol.methods import METHODS
from tunewright_bridge.protocol.run import ExitRecord

SAMPLES = json.loads((Path(__file__).parents[3] / "test" / "protocol" / "messages.json").read_text("utf-8"))


def _classes() -> dict[str, type[Any]]:
    classes: dict[str, type[Any]] = {}
    for module in pkgutil.iter_modules(protocol.__path__, f"{protocol.__name__}."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, type) and is_dataclass(value):
                classes[name] = value
    return classes


CLASSES = _classes()


@pytest.mark.parametrize("sample", SAMPLES, ids=[f"{sample['schema']}: {sample['why']}" for sample in SAMPLES])
def test_both_sides_agree(sample: dict[str, Any]) -> None:
    kind = CLASSES[sample["schema"]]
    if sample["fits"]:
        # Unknown fields are passed over, and a default of null is as good as none.
        kept = {key: value for key, value in sample["value"].items() if key != "mood" and value is not None}
        assert encode(decode(kind, sample["value"])) == kept
    else:
        with pytest.raises(DecodeError):
            decode(kind, sample["value"])


def test_every_method_names_classes_that_exist() -> None:
    for method in METHODS.values():
        assert method.params_name in CLASSES
        assert method.result_name in CLASSES


def test_an_error_names_the_place() -> None:
    with pytest.raises(DecodeError, match=r"exitCode: must be a whole number, not 'x'"):
        decode(ExitRecord, {"format": 1, "exitCode": "x", "endedAtMs": 1})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "not true"),
        (10**400, "not 10000000"),
        (1 << 20_000, "not a very large number"),
        ("x" * 1000, "x…"),
        (math.nan, "not nan"),
        (math.inf, "not inf"),
    ],
    ids=["truth", "no double", "no digits", "long text", "NaN", "infinity"],
)
def test_a_value_that_is_no_number_is_named_in_few_words(value: object, words: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(HealthPolicy, {"stall_minutes": value})
    assert words in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(("value", "word"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")])
def test_numbers_that_json_lacks_become_words(value: float, word: str) -> None:
    assert encode_number(value) == word
    assert json.dumps(encode({"loss": value}), allow_nan=False) == json.dumps({"loss": word})


def test_wire_names_are_camel_case() -> None:
    assert wire_name("memory_total_bytes") == "memoryTotalBytes"
