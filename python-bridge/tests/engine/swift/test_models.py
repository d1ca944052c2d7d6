"""A model folder that is not there is found before the start; the id of a model on a hub is left alone."""

from pathlib import Path
from typing import Any

import pytest

from tunewright_bridge.engine.config_file import read_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.engine.swift.models import missing_folder
from tunewright_bridge.errors import BridgeError


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"model": "tiny"}, "model"),
        ({"model": "./a/b"}, "model"),
        ({"model": "/no/such/model"}, "model"),
        ({"model": "there", "adapters": ["../gone"]}, "adapters"),
        ({"model": "there", "adapters": ["mine=./gone"]}, "adapters"),
        ({"model": "there", "resume_from_checkpoint": "out/checkpoint-3"}, "resume_from_checkpoint"),
    ],
)
def test_a_folder_that_is_missing_is_named_by_its_key(tmp_path: Path, values: dict[str, Any], key: str) -> None:
    (tmp_path / "there").mkdir()
    found = missing_folder(values, tmp_path)
    assert found is not None
    assert found[0] == key
    assert Path(found[1]).is_absolute()


@pytest.mark.parametrize(
    "values",
    [
        {"model": "Qwen/Qwen2.5-0.5B"},
        {"model": "gpt2", "use_hf": True},
        {"model": "there"},
        {"model": "${env:MODEL}"},
        {"model": None},
        {"dataset": ["gone.jsonl"]},
    ],
)
def test_what_may_be_on_a_hub_or_is_there_passes(tmp_path: Path, values: dict[str, Any]) -> None:
    (tmp_path / "there").mkdir()
    assert missing_folder(values, tmp_path) is None


def test_the_engine_refuses_the_start(tmp_path: Path) -> None:
    path = tmp_path / "a.sft.yaml"
    path.write_text("model: ./gone\n")
    with pytest.raises(BridgeError) as caught:
        engine_for_runs().check_places(read_config(path), tmp_path)
    assert caught.value.code == "model-not-found"
    assert caught.value.values == {"key": "model", "path": str(tmp_path / "gone")}
