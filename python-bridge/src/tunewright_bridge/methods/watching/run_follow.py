"""Follows one run: tells what the engine logs and what the command prints, a moment after it is written."""

import threading
from collections.abc import Callable
from dataclasses import replace
from logging import getLogger
from pathlib import Path

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.methods.log_chunks import read_chunk
from tunewright_bridge.methods.run_files import metrics_files, run_progress
from tunewright_bridge.methods.watching.folder_watch import FolderWatch
from tunewright_bridge.metrics.follow import LineFollower
from tunewright_bridge.metrics.readers import reader_for
from tunewright_bridge.protocol.bridge import LogChunk, RunAppended
from tunewright_bridge.protocol.metric import MetricPoint
from tunewright_bridge.protocol.run import RunProgress
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.store import RunStore

_LOG = getLogger(__name__)

# Looks without being woken, for folders that cannot be watched.
LOOK_SECONDS = 0.5
# What comes within this time is told together: a progress bar writes many times a second, and each telling costs.
# A line of metrics is to be drawn within 0.3 s.
GATHER_SECONDS = 0.2
LOG_CHUNK_BYTES = 64 * 1024
# An editor shows the end of the log: who prints faster than anyone reads is not followed line by line.
LARGEST_LOG_LAG_BYTES = 1024 * 1024


class RunFollow:
    """One run from its beginning, or from the moment of `begin_here` on. One thread, until `close` or `finish`.

    When the run goes on with another attempt, the log of the one before is told to its end, and then the new one's from
    its beginning. Where a log is further behind than `largest_log_lag_bytes`, what lies between is left out; nothing is
    where None.
    """

    def __init__(
        self,
        root: str,
        paths: RunPaths,
        notify: Callable[[RunAppended], None],
        *,
        largest_log_lag_bytes: int | None = LARGEST_LOG_LAG_BYTES,
    ) -> None:
        self._root = root
        self._paths = paths
        self._notify = notify
        self._largest_log_lag_bytes = largest_log_lag_bytes
        self._store = RunStore(Path(root))
        self._followers: dict[Path, LineFollower] = {}
        self._attempt: AttemptPaths | None = None
        self._log_offset = 0
        # To the end that it had at the last reading.
        self._is_log_told = False
        # Of the file that was read last.
        self._known_progress: dict[Path, RunProgress] = {}
        self._problem = ""
        self._woken = threading.Event()
        self._is_over = threading.Event()
        self._is_silent = False
        self._telling = threading.Lock()
        self._folders = FolderWatch(self._woken.set)
        self._thread = threading.Thread(target=self._run, name=f"follow {paths.run_id}", daemon=True)

    def begin_here(self) -> None:
        """Everything written until now is known to the client, or will be asked for. Raises BridgeError."""
        try:
            self._find_files()
            for follower in self._followers.values():
                follower.skip_to_end()
            if self._attempt is not None:
                self._log_offset = read_chunk(ConsoleLog(self._attempt), None, 4).end_offset
        except BaseException:
            self._folders.close()
            raise

    def start(self) -> None:
        """Begins to tell."""
        self._thread.start()

    def close(self) -> None:
        """Ends the thread. Nothing is told any more once this returns."""
        with self._telling:
            self._is_silent = True
        self._is_over.set()
        self._woken.set()

    def finish(self) -> None:
        """Tells what was written until now, and ends the thread."""
        self._is_over.set()
        self._woken.set()
        self._thread.join()
        self._tell_new()

    def _run(self) -> None:
        while not self._is_over.is_set():
            self._woken.wait(LOOK_SECONDS)
            if self._is_over.wait(GATHER_SECONDS):
                break
            self._woken.clear()
            self._tell_new()
        self._folders.close()

    def _tell_new(self) -> None:
        try:
            self._find_files()
            self._tell()
            self._problem = ""
        except (BridgeError, OSError) as error:
            # Said once, and not at every look at a run that was deleted, say.
            if str(error) != self._problem:
                _LOG.warning("%s could not be followed: %s", self._paths.directory, error)
            self._problem = str(error)

    def _find_files(self) -> None:
        """Takes in the files of a new attempt."""
        attempt = self._store.latest_attempt(self._paths)
        if attempt != self._attempt:
            while self._attempt is not None and self._attempt.number < attempt.number:
                self._is_log_told = False
                self._tell_log()
                self._attempt = self._paths.attempt(self._attempt.number + 1)
                self._log_offset = 0
            if attempt != self._attempt:
                self._attempt, self._log_offset = attempt, 0
            for path in metrics_files(self._paths):
                self._followers.setdefault(path, LineFollower(path))
        folders = {self._paths.directory, attempt.directory}
        for path in list(self._followers)[-1:]:
            folders.add(path.parent if path.parent.is_dir() else path.parent.parent)
        self._folders.set_folders(folders)

    def _tell(self) -> None:
        self._is_log_told = False
        for path, follower in self._followers.items():
            reader = reader_for(path)
            if reader is None:
                continue
            for piece in follower.pieces():
                rows = [row for row in reader.rows(piece.lines) if row is not None]
                points = [point for row in rows if (point := reader.point(row)) is not None]
                self._append(points, self._next_log(), self._progress(path, reader.progress(rows)))
        self._tell_log()

    def _tell_log(self) -> None:
        # Each reading looks for the files of the log: no second one only to find nothing.
        while not self._is_log_told and (log := self._next_log()) is not None:
            self._append([], log, None)

    def _progress(self, path: Path, told: RunProgress | None) -> RunProgress | None:
        """How far the run is after lines that tell this much; what they do not tell was told before."""
        known = self._known_progress.get(path)
        if told is None or known is None or told.loss is None or told.seconds_per_step is None:
            # Seldom: before the first line, and after a line of an evaluation alone.
            told = run_progress(list(self._followers))
        elif told.eval_loss is None:
            told = replace(told, eval_loss=known.eval_loss)
        if told is not None:
            self._known_progress = {path: told}
        return told

    def _next_log(self) -> LogChunk | None:
        if self._attempt is None:
            return None
        console = ConsoleLog(self._attempt)
        chunk = read_chunk(console, self._log_offset, LOG_CHUNK_BYTES)
        if chunk.size_bytes < self._log_offset:
            # The log was replaced, so it is told from its beginning.
            chunk = read_chunk(console, 0, LOG_CHUNK_BYTES)
        largest_lag_bytes = self._largest_log_lag_bytes
        if largest_lag_bytes is not None and chunk.size_bytes - chunk.end_offset > largest_lag_bytes:
            chunk = read_chunk(console, None, LOG_CHUNK_BYTES)
        self._log_offset = chunk.end_offset
        self._is_log_told = chunk.end_offset >= chunk.size_bytes
        return chunk if chunk.text else None

    def _append(self, points: list[MetricPoint], log: LogChunk | None, progress: RunProgress | None) -> None:
        if not (points or log):
            return
        told = RunAppended(root=self._root, run_id=self._paths.run_id, points=points, progress=progress, log=log)
        with self._telling:
            if not self._is_silent:
                self._notify(told)
