"""The engine's verdicts, from the engine itself."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from forked_engine import engine_python
from tunewright_bridge.engine.swift.verdict import Judge, Verdict

pytestmark = pytest.mark.engine

GOOD = "model: Qwen/Qwen2.5-0.5B-Instruct\ndataset: [data/a.jsonl]\ntorch_dtype: float32\n"


@pytest.fixture(scope="module")
def engine() -> Iterator[Judge]:
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    with Judge(engine_python(), environment=environment) as judge:
        yield judge


def stage(verdict: Verdict) -> tuple[str, str | None, str | None]:
    return verdict.stage, verdict.key, verdict.machine


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (GOOD, ("accepted", None, None)),
        (f"{GOOD}max_length: null\n", ("parser", "max_length", None)),
        (f"{GOOD}train_type: lora\n", ("parser", "train_type", None)),
        (f"{GOOD}eval_b: 1\n", ("parser", "eval_b", None)),
        (f"{GOOD}packing: true\n", ("class", None, None)),
        (f"{GOOD}fsdp: fsdp2\ndeepspeed: zero2\n", ("class", None, None)),
        (f"{GOOD}deepspeed: zero2\n", ("class", None, "package")),
        (f"{GOOD}system: prompt.txt\n", ("class", None, "file")),
        (GOOD.replace("float32", "bfloat16"), ("class", None, "device")),
        ("", ("parser", None, None)),
        ("a: b: c\n", ("yaml", None, None)),
    ],
)
def test_each_stage_has_its_say(engine: Judge, text: str, wanted: tuple[str, str | None, str | None]) -> None:
    assert stage(engine.verdict({"task": "sft", "text": text})) == wanted


def test_a_model_that_is_not_here_is_stood_in_for_and_nothing_is_written(engine: Judge, tmp_path: Path) -> None:
    verdict = engine.verdict({"task": "sft", "text": f"{GOOD}output_dir: out\n", "folder": str(tmp_path)})
    assert (verdict.stage, verdict.stand_ins) == ("accepted", ("Qwen/Qwen2.5-0.5B-Instruct",))
    assert list(tmp_path.iterdir()) == []
