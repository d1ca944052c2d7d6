"""What one more attempt gets: the same values, a place of its own, and a checkpoint to begin from."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tunewright_bridge.engine.base import ResolvedConfig
from tunewright_bridge.engine.config_file import read_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.task import Task

NOW = datetime(2026, 3, 4, 5, 6, 7)
LATER = datetime(2026, 3, 4, 6, 0, 0)


def first(directory: Path, text: str, *, task: Task = "sft", taken: list[Path] | None = None) -> ResolvedConfig:
    config = directory / f"a.{task}.yaml"
    config.write_text(text)
    return engine_for_runs().resolve(
        read_config(config),
        attempt_output=directory / "attempts" / "1" / "output",
        working_directory=directory,
        device_count=0,
        now=NOW,
        taken=taken or [],
    )


def again(directory: Path, earlier: ResolvedConfig, *, number: int = 2, task: Task = "sft") -> ResolvedConfig:
    engine = engine_for_runs()
    return engine.resolve_again(
        task,
        engine.dump(earlier),
        earlier_output=earlier.output_directory,
        attempt_output=directory / "attempts" / str(number) / "output",
        now=LATER,
    )


def resumed(text: str, directory: Path, *, weights_only: bool = False) -> dict[str, Any]:
    resolved = first(directory, text)
    values = engine_for_runs().resume("sft", resolved, directory / "checkpoint-4", weights_only=weights_only).values
    return {key: value for key, value in values.items() if "resume" in key or key == "ignore_data_skip"}


def test_an_attempt_writes_into_its_own_folder(tmp_path: Path) -> None:
    one = first(tmp_path, "model: m\nlearning_rate: 1e-4\nhub_token: ${env:A}\n")
    two = again(tmp_path, one)
    assert two.output_directory == tmp_path / "attempts" / "2" / "output"
    assert two.values == {**one.values, "output_dir": str(two.output_directory)}
    assert two.secret_names == ["A"]
    three = again(tmp_path, two, number=3)
    assert three.output_directory == tmp_path / "attempts" / "3" / "output"


def test_where_the_config_names_the_place_an_attempt_gets_the_next_version(tmp_path: Path) -> None:
    one = first(tmp_path, "output_dir: out\n")
    one.output_directory.mkdir(parents=True)
    two = again(tmp_path, one)
    assert two.output_directory == tmp_path / "out" / "v1-20260304-060000"
    assert two.values["output_dir"] == str(two.output_directory)
    assert two.values["add_version"] is False


def test_where_the_config_wants_no_versions_an_attempt_writes_beside(tmp_path: Path) -> None:
    one = first(tmp_path, "output_dir: out\nadd_version: false\n")
    two = again(tmp_path, one)
    assert two.output_directory == tmp_path / "out-v2-20260304-060000"
    two.output_directory.mkdir()
    three = again(tmp_path, two, number=3)
    assert three.output_directory == tmp_path / "out-v3-20260304-060000"


def test_a_config_that_is_read_anew_does_not_get_an_earlier_place(tmp_path: Path) -> None:
    text = "output_dir: out\nadd_version: false\n"
    assert first(tmp_path, text).output_directory == tmp_path / "out"
    assert first(tmp_path, text, taken=[tmp_path / "out"]).output_directory == tmp_path / "out-v2-20260304-050607"


def test_an_export_into_a_named_folder_gets_another_one(tmp_path: Path) -> None:
    one = first(tmp_path, "output_dir: merged\n", task="merge-lora")
    two = again(tmp_path, one, task="merge-lora")
    assert two.output_directory == tmp_path / "merged-v2-20260304-060000"
    assert "add_version" not in two.values


def test_an_evaluation_goes_on_in_the_folder_that_was_named(tmp_path: Path) -> None:
    one = first(tmp_path, "eval_output_dir: results\n", task="eval")
    assert again(tmp_path, one, task="eval").output_directory == tmp_path / "results"


def test_a_checkpoint_is_named_to_the_engine(tmp_path: Path) -> None:
    checkpoint = str(tmp_path / "checkpoint-4")
    assert resumed("model: m\n", tmp_path) == {"resume_from_checkpoint": checkpoint}
    assert resumed("resume_from_checkpoint: other\n", tmp_path) == {"resume_from_checkpoint": checkpoint}


def test_weights_alone_keep_the_step(tmp_path: Path) -> None:
    """With ignore_data_skip beside it, the engine would begin at step 0."""
    wanted = {"resume_from_checkpoint": str(tmp_path / "checkpoint-4"), "resume_only_model": True}
    assert resumed("ignore_data_skip: true\n", tmp_path, weights_only=True) == wanted


def test_what_was_meant_for_the_first_beginning_does_not_count_for_the_next(tmp_path: Path) -> None:
    text = "resume_from_checkpoint: other\nresume_only_model: true\nignore_data_skip: true\n"
    assert resumed(text, tmp_path) == {"resume_from_checkpoint": str(tmp_path / "checkpoint-4")}


def test_who_does_not_want_data_skipped_has_it_so(tmp_path: Path) -> None:
    assert resumed("ignore_data_skip: true\n", tmp_path)["ignore_data_skip"] is True


def test_a_run_that_begins_anew_begins_where_it_once_did(tmp_path: Path) -> None:
    engine = engine_for_runs()
    one = first(tmp_path, "resume_from_checkpoint: other\nresume_only_model: true\n")
    two = engine.resume("sft", again(tmp_path, one), tmp_path / "checkpoint-4", weights_only=False)
    three = engine.begin_as(again(tmp_path, two, number=3), engine.dump(one))
    assert three.values["resume_from_checkpoint"] == "other"
    assert three.values["resume_only_model"] is True
    assert three.output_directory == tmp_path / "attempts" / "3" / "output"
    plain = engine.begin_as(again(tmp_path, two, number=3), yaml.safe_dump({"model": "m"}))
    assert "resume_from_checkpoint" not in plain.values


def test_other_tasks_have_no_checkpoints_to_go_on_from(tmp_path: Path) -> None:
    resolved = first(tmp_path, "model: m\n", task="infer")
    with pytest.raises(BridgeError) as caught:
        engine_for_runs().resume("infer", resolved, tmp_path / "checkpoint-4", weights_only=False)
    assert caught.value.code == "task-unsupported"


@pytest.mark.parametrize("text", ["", "[", "- a\n"])
def test_a_file_of_values_that_is_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(BridgeError) as caught:
        engine_for_runs().resolve_again(
            "sft", text, earlier_output=tmp_path, attempt_output=tmp_path / "attempts" / "2" / "output", now=NOW
        )
    assert caught.value.code == "config-invalid"
