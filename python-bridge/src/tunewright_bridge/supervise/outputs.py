"""What an engine leaves in its output directory with secrets in it, and how they are taken out again."""

import os
from collections.abc import Iterator
from pathlib import Path

from tunewright_bridge.runs.durable import write_atomically
from tunewright_bridge.runs.redaction import Redactor

# The engine's dump of its arguments and its copy of the config are far smaller.
_LARGEST_BYTES = 16 * 1024 * 1024
_DUMP_ENDINGS = (".json", ".yaml", ".yml")
# Written to all the time, and never by us.
_LIVE_NAMES = ("logging.jsonl", "trainer_state.json")


class OutputRedaction:
    """Goes through the argument dumps of one output directory again and again; looks at each version once."""

    def __init__(self, output_directory: Path, redactor: Redactor) -> None:
        self._output_directory = output_directory
        self._redactor = redactor
        self._seen: dict[Path, tuple[int, int]] = {}

    def run(self) -> None:
        """Takes the secrets out of every dump that has changed. Raises OSError where one cannot be replaced."""
        if not self._redactor.has_secrets:
            return
        for path in _dumps(self._output_directory):
            status = path.stat()
            version = (status.st_mtime_ns, status.st_size)
            if self._seen.get(path) == version or status.st_size > _LARGEST_BYTES:
                continue
            content = path.read_bytes()
            clean = self._redactor.redact(content)
            if clean != content:
                write_atomically(path, clean, mode=status.st_mode & 0o777)
                status = path.stat()
            self._seen[path] = (status.st_mtime_ns, status.st_size)


def _dumps(directory: Path) -> Iterator[Path]:
    """The dumps of the directory and of its checkpoints."""
    for folder in (directory, *_checkpoints(directory)):
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        for entry in entries:
            if entry.name.endswith(_DUMP_ENDINGS) and entry.name not in _LIVE_NAMES and entry.is_file():
                yield Path(entry.path)


def _checkpoints(directory: Path) -> Iterator[Path]:
    return (path for path in sorted(directory.glob("checkpoint-*")) if not path.is_symlink())
