"""Lines are written as the engine writes them; see swift/trainers/patcher.py."""

import json

from tunewright_bridge.metrics.logging_jsonl import LoggingJsonl, parse_duration
from tunewright_bridge.protocol.metric import MetricPoint
from tunewright_bridge.protocol.run import RunProgress

TRAIN = (
    b'{"loss": 5.58740997, "grad_norm": 0.62713248, "learning_rate": 0.0009924, "token_acc": 0.0, "epoch": 0.11111111,'
    b' "global_step/max_steps": "1/18", "elapsed_time": "0s", "remaining_time": "1h 0m 2s",'
    b' "train_speed(s/it)": 0.109234}'
)
EVAL = (
    b'{"eval_loss": 5.5, "eval_runtime": 0.0212, "epoch": 0.5, "global_step/max_steps": "5/18", "elapsed_time": "0s",'
    b' "remaining_time": "1s", "train_speed(s/it)": 0.055526}'
)
END_OF_TRAINING = (
    b'{"train_runtime": 2.1393, "train_samples_per_second": 33.656, "train_loss": 5.48, "epoch": 2.0,'
    b' "global_step/max_steps": "18/18", "elapsed_time": "2s", "remaining_time": "0s"}'
)
CLOSING = (
    b'{"train_dataset": "size=36", "best_metric": 5.44, "global_step": 18, "log_history": [{"loss": 1, "step": 1}]}'
)
MEGATRON = b'{"loss": 2.5, "iteration": "3/100", "memory(GiB)": 12.5, "train_speed(s/it)": 0.5}'
OLD_LINE = (
    b'{"loss": 1.5, "acc": 0.5, "global_step/max_steps": "4/8", "percentage": "50.00%", "train_speed(iter/s)": 4.0}'
)
NOT_FINITE = b'{"loss": NaN, "grad_norm": Infinity, "kl": -Infinity, "global_step/max_steps": "2/18"}'

reader = LoggingJsonl()


def points(*lines: bytes) -> list[MetricPoint]:
    found = [reader.point(row) for row in reader.rows(lines) if row is not None]
    return [point for point in found if point is not None]


def progress(*lines: bytes) -> RunProgress | None:
    return reader.progress([row for row in reader.rows(lines) if row is not None])


def test_a_training_line_becomes_a_point() -> None:
    (point,) = points(TRAIN)
    assert point.step == 1
    assert point.epoch == 0.11111111
    assert point.values == {
        "loss": 5.58740997,
        "grad_norm": 0.62713248,
        "learning_rate": 0.0009924,
        "token_acc": 0.0,
        "train_speed(s/it)": 0.109234,
    }


def test_summaries_of_the_whole_run_are_no_points() -> None:
    assert points(END_OF_TRAINING, CLOSING) == []
    rows = [row for row in reader.rows([TRAIN, END_OF_TRAINING]) if row is not None]
    assert "train_loss" not in reader.columns(rows, [1, 18])


def test_megatron_and_the_older_line_are_read() -> None:
    megatron, old = points(MEGATRON, OLD_LINE)
    assert (megatron.step, megatron.values["memory(GiB)"]) == (3, 12.5)
    assert (old.step, old.values["acc"]) == (4, 0.5)
    assert "percentage" not in old.values
    told = progress(OLD_LINE)
    assert told is not None
    assert told.seconds_per_step == 0.25


def test_numbers_that_json_lacks_survive() -> None:
    (point,) = points(NOT_FINITE)
    assert point.values == {"loss": "NaN", "grad_norm": "Infinity", "kl": "-Infinity"}


def test_a_broken_line_takes_away_only_itself() -> None:
    broken = [
        b"{", b"", b"[]", b"\xff\xfe", b"null", b"[" * 100_000, b'{"loss": 1}',
        b'{"loss": 1, "global_step/max_steps": "x/y"}',
    ]  # fmt: skip
    assert [point.step for point in points(TRAIN, *broken, EVAL)] == [1, 5]
    huge = b'{"loss": 1, "huge": ' + b"9" * 400 + b', "flag": true, "note": "a", "global_step/max_steps": "6/18"}'
    (point,) = points(huge)
    assert point.values == {"loss": 1.0}


def test_columns_say_the_same_as_points() -> None:
    lines = [TRAIN, NOT_FINITE, MEGATRON, OLD_LINE, EVAL, END_OF_TRAINING]
    rows = [row for row in reader.rows(lines) if row is not None]
    steps = [step for step in reader.steps(rows) if step is not None]
    columns = reader.columns(rows, steps)
    assert columns["loss"][0] == [1, 2, 3, 4]
    for point in points(*lines):
        for name, value in point.values.items():
            column_steps, column = columns[name]
            assert json.dumps(column[column_steps.index(point.step)]) == json.dumps(float(value))


def test_progress_is_that_of_the_last_lines() -> None:
    told = progress(TRAIN, EVAL, CLOSING)
    assert told == RunProgress(
        step=5,
        max_steps=18,
        epoch=0.5,
        loss=5.58740997,
        eval_loss=5.5,
        remaining_seconds=1.0,
        seconds_per_step=0.055526,
    )
    assert progress(CLOSING) is None
    without_end = progress(b'{"loss": 1.0, "global_step/max_steps": "7/-1"}')
    assert without_end is not None
    assert without_end.max_steps is None


def test_durations() -> None:
    assert parse_duration("1d 2h 3m 4s") == 93_784
    assert parse_duration("0s") == 0
    assert parse_duration("soon") is None
    assert parse_duration(None) is None


def test_a_line_behind_a_torn_one_is_read_wherever_that_was_cut() -> None:
    for cut in range(len(TRAIN)):
        (point,) = points(TRAIN[:cut] + EVAL)
        assert (point.step, point.values["eval_loss"]) == (5, 5.5)
    assert points(CLOSING[:-2] + b"{") == []
