"""Which checkpoints are whole at any instant, while they are written and deleted, and what is wrong with the others."""

import json
import os
import shutil
from pathlib import Path

import pytest

from made_checkpoints import SHAPES, Shape, safetensors, torch_file, write_arguments, write_checkpoint, writes
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.protocol.checkpoint import PreflightCheck

# What a training goes on without.
DISPENSABLE = {"args.json", "training_args.bin", "config.json"}


def is_complete(output: Path) -> bool:
    (checkpoint,) = engine_for_runs().checkpoints(output, 1)
    return checkpoint.is_complete


def findings(checkpoint: Path, *, weights_only: bool = False) -> list[PreflightCheck]:
    return engine_for_runs().check_checkpoint(checkpoint, weights_only=weights_only)


def codes(checkpoint: Path, *, weights_only: bool = False) -> list[tuple[str, str | None]]:
    """What is found, with the file where one is named."""
    return [
        (finding.code, finding.values.get("file", finding.values.get("files")))
        for finding in findings(checkpoint, weights_only=weights_only)
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_checkpoint_is_complete_with_its_last_write_and_not_before(tmp_path: Path, shape: Shape) -> None:
    output = tmp_path / "output"
    steps = list(writes(output, 40, shape=shape))
    checkpoint = output / "checkpoint-40"
    for write in steps:
        assert not is_complete(output), sorted(os.listdir(checkpoint))
        assert any(finding.severity == "error" for finding in findings(checkpoint))
        write()
    assert is_complete(output)
    assert [finding for finding in findings(checkpoint) if finding.severity == "error"] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_the_state_of_the_trainer_counts_when_all_of_it_is_written(tmp_path: Path, shape: Shape) -> None:
    output = tmp_path / "output"
    # Long enough that it is not read whole.
    checkpoint = write_checkpoint(output, 2000, shape=shape)
    state = checkpoint / "trainer_state.json"
    content = state.read_bytes()
    brace = content.index(b"}", len(content) // 2)
    for length in (0, 1, 100, 20_000, brace, brace + 1, brace + 2, len(content) - 2):
        state.write_bytes(content[:length])
        assert not is_complete(output), length
        assert ("trainer-state-unreadable", "trainer_state.json") in codes(checkpoint)
    state.write_bytes(content)
    assert is_complete(output)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_checkpoint_that_is_being_deleted_is_not_complete(tmp_path: Path, shape: Shape) -> None:
    """Files go in any order, so each of them is the first one once."""
    output = tmp_path / "output"
    checkpoint = write_checkpoint(output, 40, shape=shape)
    kept = shutil.copytree(checkpoint, tmp_path / "kept")
    for file in sorted(path.relative_to(kept) for path in kept.rglob("*") if path.is_file()):
        (checkpoint / file).unlink()
        expected = str(file) in DISPENSABLE
        assert is_complete(output) == expected, file
        shutil.copytree(kept, checkpoint, dirs_exist_ok=True)
    assert is_complete(output)


def test_a_process_that_is_still_writing_is_waited_for(tmp_path: Path) -> None:
    output = tmp_path / "output"
    checkpoint = write_checkpoint(output, 40, shape="two-processes")
    (checkpoint / "rng_state_1.pth").write_bytes(torch_file()[:100])
    assert not is_complete(output)


def test_what_is_written_in_the_background_is_complete_when_that_is_said(tmp_path: Path) -> None:
    output = tmp_path / "output"
    write_checkpoint(output, 40, use_flash_ckpt=True)
    for said, expected in (("20", False), ("", False), ("40", True), ("60", True)):
        (output / "dlrover_latest.txt").write_text(said)
        assert is_complete(output) == expected, said


def test_checkpoints_are_listed_newest_first_with_what_a_person_wants_to_know(tmp_path: Path) -> None:
    output = tmp_path / "output"
    for step in (5, 40, 100):
        write_checkpoint(output, step)
    (output / "checkpoint-100" / "optimizer.pt").unlink()
    # None of these is a checkpoint.
    (output / "checkpoint-40-merged").mkdir()
    (output / "checkpoint-7").write_text("")
    (output / "last-checkpoint").symlink_to("checkpoint-100")
    (output / "checkpoint-99").symlink_to("checkpoint-40")
    newest, middle, oldest = engine_for_runs().checkpoints(output, 3)
    assert [each.step for each in (newest, middle, oldest)] == [100, 40, 5]
    assert [each.is_complete for each in (newest, middle, oldest)] == [False, True, True]
    assert (middle.attempt, middle.epoch, middle.path) == (3, 4.0, str(output / "checkpoint-40"))
    assert middle.size_bytes == sum(file.stat().st_size for file in (output / "checkpoint-40").iterdir())


@pytest.mark.parametrize("place", ["nothing", "file"])
def test_where_nothing_was_saved_there_is_nothing(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    assert engine_for_runs().checkpoints(tmp_path / place, 1) == []


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("model.safetensors", "weights-damaged"),
        ("optimizer.pt", "optimizer-unreadable"),
        ("scheduler.pt", "scheduler-unreadable"),
        ("rng_state.pth", "random-state-unreadable"),
        ("trainer_state.json", "trainer-state-unreadable"),
    ],
)
def test_a_file_that_is_cut_is_named(tmp_path: Path, file: str, code: str) -> None:
    checkpoint = write_checkpoint(tmp_path, 40)
    os.truncate(checkpoint / file, (checkpoint / file).stat().st_size // 2)
    (finding,) = findings(checkpoint)
    assert (finding.code, finding.severity) == (code, "error")
    assert (finding.values["file"], finding.values["problem"]) == (file, "truncated")
    is_needed_for_weights = code in ("weights-damaged", "trainer-state-unreadable")
    assert bool(findings(checkpoint, weights_only=True)) == is_needed_for_weights


def test_pages_that_never_reached_the_disk_are_seen(tmp_path: Path) -> None:
    """After a loss of power a file may have its length and nothing in it."""
    checkpoint = write_checkpoint(tmp_path, 40)
    for file in ("model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json"):
        content = (checkpoint / file).read_bytes()
        (checkpoint / file).write_bytes(bytes(len(content)))
        assert [named for _, named in codes(checkpoint)] == [file]
        (checkpoint / file).write_bytes(content)
    assert findings(checkpoint) == []


def test_a_shard_that_is_cut_or_of_something_else_is_named(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path, 40, shape="sharded")
    shard = "model-00002-of-00002.safetensors"
    os.truncate(checkpoint / shard, 150)
    assert codes(checkpoint) == [("weights-damaged", shard)]
    (checkpoint / shard).write_bytes(safetensors("another"))
    assert codes(checkpoint) == [("weights-damaged", shard)]
    (checkpoint / shard).unlink()
    assert codes(checkpoint) == [("checkpoint-incomplete", shard)]


def test_an_index_that_says_nothing_is_damaged(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path, 40, shape="sharded")
    (checkpoint / "model.safetensors.index.json").write_text('{"weight_map": {}}')
    assert ("weights-damaged", "model.safetensors.index.json") in codes(checkpoint)


def test_the_files_of_several_processes_are_each_looked_at(tmp_path: Path) -> None:
    deepspeed = write_checkpoint(tmp_path / "deepspeed", 40, shape="deepspeed")
    part = "global_step40/zero_pp_rank_1_mp_rank_00_optim_states.pt"
    os.truncate(deepspeed / part, 100)
    assert codes(deepspeed) == [("optimizer-unreadable", part)]
    fsdp = write_checkpoint(tmp_path / "fsdp", 40, shape="fsdp")
    os.truncate(fsdp / "optimizer_0" / "__1_0.distcp", 10)
    assert codes(fsdp) == [("optimizer-unreadable", "optimizer_0/__1_0.distcp")]
    (fsdp / "pytorch_model_fsdp_0" / "__0_0.distcp").unlink()
    assert ("weights-damaged", "pytorch_model_fsdp_0/__0_0.distcp") in codes(fsdp)


def test_a_checkpoint_saved_without_an_optimizer_says_so(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path, 40, shape="weights-only")
    assert [(finding.code, finding.severity) for finding in findings(checkpoint)] == [("weights-only", "warning")]
    assert findings(checkpoint, weights_only=True) == []


def test_weights_alone_need_the_description_of_the_model(tmp_path: Path) -> None:
    full = write_checkpoint(tmp_path / "full", 40)
    (full / "config.json").unlink()
    assert codes(full) == []
    assert codes(full, weights_only=True) == [("checkpoint-incomplete", "config.json")]
    lora = write_checkpoint(tmp_path / "lora", 40, shape="lora")
    assert codes(lora, weights_only=True) == []


def test_a_folder_with_the_state_of_another_step_is_not_gone_on_from(tmp_path: Path) -> None:
    write_checkpoint(tmp_path, 40)
    moved = tmp_path / "checkpoint-60"
    (tmp_path / "checkpoint-40").rename(moved)
    assert not is_complete(tmp_path)
    (finding,) = findings(moved)
    assert (finding.code, finding.values["problem"]) == ("trainer-state-unreadable", "another-step")


def test_a_folder_that_is_gone_is_incomplete(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path / "checkpoint-40")
    assert (finding.code, finding.severity) == ("checkpoint-incomplete", "error")


def test_without_a_readable_dump_of_arguments_everything_is_expected(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path, 40, shape="weights-only")
    for dump in (tmp_path / "args.json", checkpoint / "args.json"):
        dump.write_text("{")
    assert not is_complete(tmp_path)
    write_arguments(tmp_path, "weights-only")
    assert is_complete(tmp_path)


def test_a_long_history_of_the_log_is_not_read_to_list_a_checkpoint(tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path, 40)
    state = json.loads((checkpoint / "trainer_state.json").read_text())
    begin, end = '{\n  "epoch": 4.5,\n  "global_step": 40,\n  "log_history": [\n', '\n  ],\n  "max_steps": 100\n}\n'
    assert state["global_step"] == 40
    with (checkpoint / "trainer_state.json").open("wb") as file:
        file.write(begin.encode())
        # A gigabyte that is not even JSON.
        file.seek(2**30)
        file.write(end.encode())
    (found,) = engine_for_runs().checkpoints(tmp_path, 1)
    assert (found.epoch, found.is_complete) == (4.5, True)
    assert findings(checkpoint) == []
