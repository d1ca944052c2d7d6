"""Reads `logging.jsonl`: what the engine writes at each logged step, in its present form and that of its 3.x line.

source: swift/trainers/patcher.py: add_train_message; swift/megatron/callbacks/print.py: on_log
"""

import json
import math
import re
from collections.abc import Sequence
from typing import Any

from tunewright_bridge.metrics.reader import Columns, Row
from tunewright_bridge.protocol.decode import encode_number
from tunewright_bridge.protocol.metric import MetricPoint
from tunewright_bridge.protocol.run import RunProgress

FILE_NAME = "logging.jsonl"

_STEP_KEYS = ("global_step/max_steps", "iteration")
_BOOKKEEPING = frozenset({*_STEP_KEYS, "elapsed_time", "remaining_time", "percentage", "global_step"})
# Only the line at the end of training has this; its other values sum up the run and belong to no step.
_SUMMARY_KEY = "train_runtime"
_LARGEST_STEP = 2**53
# In one line: far more than there are objects in one of the engine's.
_MOST_STARTS = 8
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([dhms])")


class LoggingJsonl:
    """The engine's `logging.jsonl`."""

    file_name = FILE_NAME

    def rows(self, lines: Sequence[bytes]) -> list[Row | None]:
        """A row for each whole line; None for one that is no mapping in JSON."""
        try:
            # One call for many lines: a third faster than a call for each.
            parsed = json.loads(b"[" + b",".join(lines) + b"]")
        except (ValueError, RecursionError):
            parsed = None
        if parsed is None or len(parsed) != len(lines):
            parsed = [_parse(line) for line in lines]
        return [row if type(row) is dict else None for row in parsed]

    def steps(self, rows: Sequence[Row | None]) -> list[int | None]:
        """The step at which each row was logged; None where a row tells of no step."""
        steps: list[int | None] = []
        for row in rows:
            try:
                # What nearly every row has, without a call for each.
                step = int(row["global_step/max_steps"].partition("/")[0])  # type: ignore[index]
            except (AttributeError, KeyError, TypeError, ValueError):
                steps.append(None if row is None else _step(row))
            else:
                steps.append(step if 0 <= step <= _LARGEST_STEP else None)
        return steps

    def point(self, row: Row) -> MetricPoint | None:
        """Everything that was logged at one step; None for a row that holds no metric of a step."""
        step = _step(row)
        if step is None or _SUMMARY_KEY in row:
            return None
        values = {}
        for name, element in row.items():
            value = None if name in _BOOKKEEPING or name == "epoch" else _number(element)
            if value is not None:
                values[name] = encode_number(value)
        return MetricPoint(step=step, epoch=_finite(_number(row.get("epoch"))), values=values)

    def columns(self, rows: Sequence[Row], steps: Sequence[int]) -> Columns:
        """The rows turned over: for each name its steps and values. `steps` are those of the rows."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for index, row in enumerate(rows):
            # Most rows of a file have the same keys, so columns can be cut group by group.
            groups.setdefault(tuple(row), []).append(index)
        columns: dict[str, tuple[list[int], list[float]]] = {}
        indexes: dict[str, list[int]] = {}
        for names, members in groups.items():
            if _SUMMARY_KEY in names:
                continue
            group = [rows[index] for index in members]
            for name in names:
                if name in _BOOKKEEPING:
                    continue
                values = [row[name] for row in group]
                kept = members
                if not set(map(type, values)) <= {float}:
                    numbers = [_number(value) for value in values]
                    pairs = [(i, number) for i, number in zip(members, numbers, strict=True) if number is not None]
                    kept = [index for index, _ in pairs]
                    values = [value for _, value in pairs]
                if name in columns:
                    # The same series in rows of other keys: put both back into the order of the file.
                    merged = sorted(zip([*indexes[name], *kept], [*columns[name][1], *values], strict=True))
                    kept = [index for index, _ in merged]
                    values = [value for _, value in merged]
                if values:
                    indexes[name] = kept
                    columns[name] = ([steps[index] for index in kept], values)
        return columns

    def progress(self, rows: Sequence[Row]) -> RunProgress | None:
        """How far a run is, from its last rows, oldest first."""
        latest = next((row for row in reversed(rows) if _step(row) is not None), {})
        step = _step(latest)
        if step is None:
            return None
        loss = _latest(rows, "loss")
        eval_loss = _latest(rows, "eval_loss")
        return RunProgress(
            step=step,
            max_steps=_max_steps(latest),
            epoch=_finite(_latest(rows, "epoch")),
            loss=None if loss is None else encode_number(loss),
            eval_loss=None if eval_loss is None else encode_number(eval_loss),
            remaining_seconds=parse_duration(latest.get("remaining_time")),
            seconds_per_step=_seconds_per_step(rows),
        )


def _parse(line: bytes) -> Any:
    """The value of a line; behind a line that was torn and never ended, that of the one which follows it."""
    start = 0
    for _ in range(_MOST_STARTS):
        try:
            return json.loads(line[start:])
        except (ValueError, RecursionError):
            start = line.find(b'{"', start + 1)
            if start < 0:
                break
    return None


def _step(row: Row) -> int | None:
    for key in _STEP_KEYS:
        text = row.get(key)
        if type(text) is str:
            return _whole_number(text.partition("/")[0])
    return None


def _max_steps(row: Row) -> int | None:
    """The last step that is planned; unknown where training ends by epochs."""
    texts = [row.get(key) for key in _STEP_KEYS]
    return next((_whole_number(text.partition("/")[2]) for text in texts if isinstance(text, str)), None) or None


def _whole_number(text: str) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if 0 <= number <= _LARGEST_STEP else None


def _number(value: object) -> float | None:
    """A JSON number as a double; None for anything else, and for whole numbers that no double can hold."""
    if type(value) is float:
        return value
    return float(value) if type(value) is int and abs(value) < 2**1023 else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _latest(rows: Sequence[Row], name: str) -> float | None:
    for row in reversed(rows):
        value = _number(row.get(name))
        if value is not None:
            return value
    return None


def _seconds_per_step(rows: Sequence[Row]) -> float | None:
    seconds = _finite(_latest(rows, "train_speed(s/it)"))
    # The 3.x line wrote the inverse.
    speed = _finite(_latest(rows, "train_speed(iter/s)"))
    return 1 / speed if seconds is None and speed else seconds


def parse_duration(text: object) -> float | None:
    """Seconds of `1d 2h 3m 4s`. source: swift/utils/utils.py: format_time"""
    if not isinstance(text, str):
        return None
    parts = _DURATION.findall(text)
    return sum(float(amount) * _SECONDS[unit] for amount, unit in parts) if parts else None
