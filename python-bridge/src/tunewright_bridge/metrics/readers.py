"""The table of metrics readers: a line for each kind of file."""

from pathlib import Path

from tunewright_bridge.metrics.logging_jsonl import LoggingJsonl
from tunewright_bridge.metrics.reader import MetricsReader

READERS: tuple[MetricsReader, ...] = (LoggingJsonl(),)


def reader_for(path: Path) -> MetricsReader | None:
    """The reader of a file, by the file's name."""
    return next((reader for reader in READERS if reader.file_name == path.name), None)
