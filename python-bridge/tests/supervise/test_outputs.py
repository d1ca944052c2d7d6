"""Secrets in what the engine dumps, sampling of long runs, and pipes where the file system has no named ones."""

import errno
import json
import os
import stat
from pathlib import Path

import pytest

from tunewright_bridge.runs.console import ConsoleWriter
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.redaction import Redactor
from tunewright_bridge.supervise.console import ConsolePump, open_pipe, reopen_pipe
from tunewright_bridge.supervise.outputs import OutputRedaction
from tunewright_bridge.supervise.samples import interval_seconds


def test_dumps_of_the_output_and_its_checkpoints_are_cleaned_and_metrics_are_not_touched(tmp_path: Path) -> None:
    dumps = [tmp_path / "args.json", tmp_path / "first.sft.yaml", tmp_path / "checkpoint-2" / "args.json"]
    for path in dumps:
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"hub_token": "hf_0123456", "seed": 42}))
        path.chmod(0o640)
    metrics = tmp_path / "logging.jsonl"
    metrics.write_text('{"loss": 1, "note": "hf_0123456"}\n')
    redaction = OutputRedaction(tmp_path, Redactor(["hf_0123456"]))
    redaction.run()
    for path in dumps:
        assert json.loads(path.read_text()) == {"hub_token": "***", "seed": 42}
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert "hf_0123456" in metrics.read_text()
    before = dumps[0].stat().st_ino
    redaction.run()
    assert dumps[0].stat().st_ino == before
    dumps[0].write_text("again hf_0123456")
    redaction.run()
    assert dumps[0].read_text() == "again ***"


def test_an_output_directory_that_does_not_exist_yet_is_no_failure(tmp_path: Path) -> None:
    OutputRedaction(tmp_path / "later", Redactor(["hf_0123456"])).run()


def test_a_run_of_a_month_has_a_few_ten_thousand_samples() -> None:
    elapsed, count = 0.0, 0
    while elapsed < 30 * 86_400:
        elapsed += interval_seconds(elapsed)
        count += 1
    assert interval_seconds(3600) == 5
    assert 10_000 < count < 50_000


def test_a_named_pipe_keeps_what_was_printed_while_nobody_read(tmp_path: Path) -> None:
    reader, writer = open_pipe(tmp_path / "pipe")
    os.close(reader)
    os.write(writer, b"x" * 60_000)
    pump = ConsolePump(ConsoleWriter(AttemptPaths(tmp_path)), reopen_pipe(tmp_path / "pipe"), Redactor([]))
    pump.close()
    os.close(writer)
    assert (tmp_path / "console.log").read_bytes() == b"x" * 60_000
    (tmp_path / "pipe").unlink()
    assert reopen_pipe(tmp_path / "pipe") is None


def test_a_file_system_without_named_pipes_gets_a_plain_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: int) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    # No file system of the kind can be mounted on every machine that runs this.
    monkeypatch.setattr(os, "mkfifo", refuse)
    reader, writer = open_pipe(tmp_path / "pipe")
    os.write(writer, b"printed\n")
    os.close(writer)
    pump = ConsolePump(ConsoleWriter(AttemptPaths(tmp_path)), reader, Redactor([]))
    pump.move()
    assert pump.descriptor is None
    pump.close()
    assert (tmp_path / "console.log").read_bytes() == b"printed\n"
