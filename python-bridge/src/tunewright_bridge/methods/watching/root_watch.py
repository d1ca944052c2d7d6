"""Watches the runs of one root: notices what changes, repairs runs whose supervisor has died, tells the client."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from logging import getLogger
from pathlib import Path

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.methods.run_files import metrics_files, progress_of_run, run_progress
from tunewright_bridge.methods.watching.folder_watch import FolderWatch
from tunewright_bridge.methods.watching.lost_runs import LostRuns
from tunewright_bridge.methods.watching.stillness import Stillness
from tunewright_bridge.metrics.progress import TAIL_BYTES
from tunewright_bridge.protocol.bridge import ListRunsResult, RunsChanged
from tunewright_bridge.protocol.run import RunProgress, RunSummary
from tunewright_bridge.runs.index import EndedRun
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import is_live
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.queueing.folders import queue_folders
from tunewright_bridge.supervise.queueing.listing import Queues, with_place
from tunewright_bridge.supervise.tree import Marks

_LOG = getLogger(__name__)

# Looks without being woken: for folders that cannot be watched, and for supervisors that died silently.
LOOK_SECONDS = 2.0
# Changes that come together are told together.
GATHER_SECONDS = 0.05
# However often a large root changes, looking at it takes at most a tenth of a core.
LOOK_SHARE = 0.1
# A list needs no faster progress than a person can read.
PROGRESS_SECONDS = 1.0
# Lines enough to tell the pace of a run.
KNOWN_TAIL_BYTES = 8 * 1024


@dataclass(slots=True)
class _Known:
    """What the client was last told of a run."""

    # Of a live run without progress, which goes by another clock.
    summary: RunSummary
    progress: RunProgress | None
    progress_at: float
    # Size and time of the file from which it was read.
    progress_stamp: tuple[int, int] | None


class RootWatch:
    """The newest runs of a root, and older ones that are not over. One thread, which ends with `close`."""

    def __init__(self, root: Path, limit: int | None, notify: Callable[[RunsChanged], None]) -> None:
        self._root = root
        self._limit = limit
        self._notify = notify
        self._store = RunStore(root, progress_of=progress_of_run)
        self._queues = Queues(queue_folders(os.environ))
        self._waits = False
        self._stillness = Stillness()
        self._lost = LostRuns()
        self._total = 0
        self._known: dict[str, _Known] = {}
        self._files: dict[tuple[str, int], list[Path]] = {}
        # By run, or by root: what was said of it last.
        self._problems: dict[Path, str] = {}
        self._woken = threading.Event()
        self._is_over = threading.Event()
        self._folders = FolderWatch(self._woken.set)
        self._thread = threading.Thread(target=self._run, name=f"watch {root}", daemon=True)

    def first_look(self) -> ListRunsResult:
        """The runs as they are now; to be called once, before `start`. Raises BridgeError, and is then over."""
        self._watch_folders([])
        try:
            self._look()
        except BaseException:
            self._folders.close()
            raise
        runs = [_shown(known) for known in self._known.values()]
        self._store.save_index()
        return ListRunsResult(runs=runs, total=self._total)

    def start(self) -> None:
        """Begins to tell."""
        self._thread.start()

    def poke(self) -> None:
        """Looks now."""
        self._woken.set()

    def close(self) -> None:
        """Ends the thread."""
        self._is_over.set()
        self._woken.set()

    def _run(self) -> None:
        looked_for_seconds = 0.0
        told_total = self._total
        while not self._is_over.is_set():
            self._woken.wait(LOOK_SECONDS)
            if self._is_over.wait(max(GATHER_SECONDS, looked_for_seconds / LOOK_SHARE)):
                break
            self._woken.clear()
            began_at = time.thread_time()
            try:
                changed, removed = self._look()
                self._problems.pop(self._root, None)
            except (BridgeError, OSError) as error:
                self._say_once(self._root, error)
                continue
            finally:
                looked_for_seconds = time.thread_time() - began_at
            # Of the runs that are not listed only their number is told.
            total = self._total
            if (changed or removed or total != told_total) and not self._is_over.is_set():
                told_total = total
                self._notify(RunsChanged(root=str(self._root), changed=changed, removed=removed, total=total))
        self._folders.close()

    def _look(self) -> tuple[list[RunSummary], list[str]]:
        """Runs that changed since the last look, and ids of those that are gone."""
        now = time.monotonic()
        still: set[str] = set()

        def if_still(run_id: str) -> RunSummary | None:
            summary = self._stillness.summary(run_id)
            if summary is not None:
                still.add(run_id)
            return summary

        found, self._total = self._store.listed(self._limit, besides=self._known, if_still=if_still)
        summaries = [run.summary if isinstance(run, EndedRun) else run for run in found]
        present = set(self._store.run_ids())
        changed: list[RunSummary] = []
        live_runs: list[RunPaths] = []
        # In the order of the list, which is what the first look hands out.
        known_before, self._known = self._known, {}
        for summary in self._placed(self._all_repaired(summaries, still)):
            paths = RunPaths(self._root / summary.id)
            if is_live(summary.state):
                live_runs.append(paths)
            before = known_before.get(summary.id)
            known = self._updated(paths, summary, before, now)
            self._known[summary.id] = known
            if before is None or before.summary != known.summary or before.progress != known.progress:
                changed.append(_shown(known))
        self._watch_folders(live_runs)
        # A run that is half removed is in no list, and yet not gone.
        self._known |= {run_id: known_before[run_id] for run_id in present & known_before.keys() - self._known.keys()}
        gone = known_before.keys() - present
        self._files = {key: files for key, files in self._files.items() if key[0] not in gone}
        self._stillness.keep_only(present)
        self._lost.keep_only(present)
        return changed, sorted(gone)

    def _all_repaired(self, summaries: list[RunSummary], still: set[str]) -> list[RunSummary]:
        """Oldest first, so that those that wait in a queue find somebody who waits for them in their order."""
        marks = Marks()
        return [found if found.id in still else self._repaired(found, marks) for found in reversed(summaries)][::-1]

    def _placed(self, summaries: list[RunSummary]) -> list[RunSummary]:
        """With the places of those that wait in a queue."""
        self._waits = any(summary.state == "queued" for summary in summaries)
        places = self._queues.places() if self._waits else {}
        return [with_place(summary, self._root, places) for summary in summaries]

    def _repaired(self, summary: RunSummary, marks: Marks) -> RunSummary:
        is_lost = summary.state == "lost"
        if not (self._lost.is_due(summary.id) if is_lost else is_live(summary.state)):
            return summary
        paths = RunPaths(self._root / summary.id)
        try:
            stamps = self._stillness.stamps_of(paths, summary.attempt)
            # Of the lost there may be many, and hardly ever is one found alive.
            repair(paths, marks=marks if is_lost else None)
            self._problems.pop(paths.directory, None)
            found = self._store.summary(paths)
            self._stillness.remember(paths, found, stamps)
            return found
        except (BridgeError, OSError) as error:
            self._say_once(paths.directory, error)
            return summary

    def _say_once(self, place: Path, error: Exception) -> None:
        """Not at every look: a folder may stay unreadable for days."""
        if self._problems.get(place) != str(error):
            _LOG.warning("%s could not be looked after: %s", place, error)
        self._problems[place] = str(error)

    def _updated(self, paths: RunPaths, summary: RunSummary, before: _Known | None, now: float) -> _Known:
        has_changed = before is None or before.summary != summary
        if before is not None and not has_changed:
            is_due = is_live(summary.state) and now - before.progress_at >= PROGRESS_SECONDS
            if not is_due:
                return before
        stamp = _stamp_of(self._metrics_files(paths, summary.attempt)[-1:]) if is_live(summary.state) else None
        if stamp is not None and before is not None and stamp == before.progress_stamp:
            progress = before.progress
        elif is_live(summary.state):
            progress = run_progress(self._metrics_files(paths, summary.attempt), _tail_bytes(stamp, before))
        else:
            progress = summary.progress
        if progress is not None and progress.eval_loss is None and before is not None and before.progress is not None:
            # An evaluation is too far back in the file to be found again by its end.
            progress = replace(progress, eval_loss=before.progress.eval_loss)
        return _Known(summary, progress, now, stamp)

    def _metrics_files(self, paths: RunPaths, attempt: int) -> list[Path]:
        key = (paths.run_id, attempt)
        if key not in self._files:
            self._files[key] = metrics_files(paths)
        return self._files[key]

    def _watch_folders(self, live_runs: list[RunPaths]) -> None:
        # Before the first run there is no root: then the folder in which it will be made.
        places = (self._root, self._root.parent, self._root.parent.parent)
        folders = [next((place for place in places if place.is_dir()), self._root)]
        if self._waits:
            folders += self._queues.folders()
        for paths in live_runs:
            # Not where metrics are written: each line would be a look at all runs, and a list shows no single lines.
            folders.append(paths.directory)
        self._folders.set_folders(folders)


def _stamp_of(files: list[Path]) -> tuple[int, int] | None:
    """Changes with every line that is written to the file."""
    for file in files:
        try:
            status = file.stat()
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns
    return None


def _tail_bytes(stamp: tuple[int, int] | None, before: _Known | None) -> int:
    """How much of the end of a metrics file to read: what is new and a little more, where the rest was read before."""
    if stamp is None or before is None or before.progress is None or before.progress_stamp is None:
        return TAIL_BYTES
    new_bytes = stamp[0] - before.progress_stamp[0]
    return min(new_bytes + KNOWN_TAIL_BYTES, TAIL_BYTES) if new_bytes >= 0 else TAIL_BYTES


def _shown(known: _Known) -> RunSummary:
    """The run as the client is told of it."""
    if known.summary.progress is known.progress:
        return known.summary
    return replace(known.summary, progress=known.progress)
