"""How commands print: JSON for programs, tables for people."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.number import MetricNumber


def print_json(value: object) -> None:
    """One line of JSON, out at once; in ASCII, which every terminal and pipe can carry."""
    print(json.dumps(encode(value), allow_nan=False), flush=True)


def print_event(event: str, **fields: Any) -> None:
    """One event of a followed run, as a line of JSON."""
    print_json({"event": event, **fields})


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Rows with their columns aligned; the first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())


def time_text(at_ms: int | None) -> str:
    """A moment in local time."""
    return "" if at_ms is None else datetime.fromtimestamp(at_ms / 1000).strftime("%Y-%m-%d %H:%M:%S")


def duration_text(seconds: float) -> str:
    """A duration as people say it: `3 m 12 s`."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if hours:
        return f"{hours} h {minutes} m"
    return f"{minutes} m {whole % 60} s" if minutes else f"{whole} s"


def number_text(value: MetricNumber | None) -> str:
    """A metric with four significant digits."""
    return "" if value is None else f"{float(value):.4g}"


def bytes_text(count: int) -> str:
    """An amount of memory in GiB."""
    return f"{count / 2**30:.1f} GiB"
