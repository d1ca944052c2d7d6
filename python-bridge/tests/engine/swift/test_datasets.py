"""A data file that is not there is found before the start; the id of a data set on a hub is left alone."""

from pathlib import Path
from typing import Any

import pytest

from tunewright_bridge.engine.config_file import read_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.engine.swift.datasets import missing_file
from tunewright_bridge.errors import BridgeError


@pytest.mark.parametrize(
    ("values", "key", "name"),
    [
        ({"dataset": ["data/trian.jsonl"]}, "dataset", "data/trian.jsonl"),
        ({"dataset": "trian.json"}, "dataset", "trian.json"),
        ({"dataset": ["there.jsonl", "trian.csv#500"]}, "dataset", "trian.csv"),
        ({"dataset": ["./folder"]}, "dataset", "folder"),
        ({"dataset": ["there.jsonl"], "val_dataset": ["gone.jsonl"]}, "val_dataset", "gone.jsonl"),
    ],
)
def test_a_file_that_is_missing_is_named_by_its_key(
    tmp_path: Path, values: dict[str, Any], key: str, name: str
) -> None:
    (tmp_path / "there.jsonl").touch()
    assert missing_file(values, tmp_path) == (key, str(tmp_path / name))


@pytest.mark.parametrize(
    "value",
    ["owner/name", "hf::owner/name:all#500", ["there.jsonl"], "there.jsonl#20", "odd#1.jsonl", "${env:DATA}/a.jsonl"],
)
def test_what_may_be_on_a_hub_or_is_there_passes(tmp_path: Path, value: Any) -> None:
    (tmp_path / "there.jsonl").touch()
    (tmp_path / "odd#1.jsonl").touch()
    assert missing_file({"dataset": value}, tmp_path) is None


def test_the_engine_refuses_the_start(tmp_path: Path) -> None:
    path = tmp_path / "a.sft.yaml"
    path.write_text("model: owner/model\ndataset: [trian.jsonl]\n")
    with pytest.raises(BridgeError) as caught:
        engine_for_runs().check_places(read_config(path), tmp_path)
    assert caught.value.code == "config-invalid"
    assert str(tmp_path / "trian.jsonl") in caught.value.values["reason"]


def test_every_data_file_that_is_named_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    for name in ("there.jsonl", "val.jsonl", "folder/b.jsonl", "folder/a.jsonl"):
        (tmp_path / name).touch()
    values = {
        "dataset": ["there.jsonl#20", "folder", "owner/name", "gone.jsonl", "${env:DATA}/a.jsonl", 7, ""],
        "val_dataset": "val.jsonl",
        "cached_dataset": None,
    }
    found = [str(path.relative_to(tmp_path)) for path in engine_for_runs().data_files(values, tmp_path)]
    assert found == ["there.jsonl", "folder/a.jsonl", "folder/b.jsonl", "gone.jsonl", "val.jsonl"]
