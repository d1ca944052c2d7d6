"""`runs/…`: starts, lists, watches, follows, stops and resumes runs."""

import os
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tunewright_bridge.methods.log_chunks import read_chunk
from tunewright_bridge.methods.run_files import progress_of_run
from tunewright_bridge.methods.run_list import RunList
from tunewright_bridge.methods.table import Notify, Subscription
from tunewright_bridge.methods.watching.root_watch import RootWatch
from tunewright_bridge.methods.watching.run_follow import RunFollow
from tunewright_bridge.protocol.bridge import (
    Empty,
    ListRunsParams,
    LogChunk,
    LogQuery,
    PreflightParams,
    ResumeRunParams,
    RunReference,
    RunsRoot,
    StartRunParams,
    StopRunParams,
)
from tunewright_bridge.protocol.checkpoint import ResumePreflight
from tunewright_bridge.protocol.run import RunDetail, RunSummary
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.index import EndedRun
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import is_live
from tunewright_bridge.runs.store import RunStore

if TYPE_CHECKING:
    from tunewright_bridge.supervise.queueing.listing import Queues


class RunsMethods:
    """The runs of any number of roots, for one client."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._lock = threading.Lock()
        self._stores: dict[str, RunStore] = {}
        self._watches: dict[str, RootWatch] = {}
        self._follows: dict[tuple[str, str], RunFollow] = {}
        # A look at the queues may take a while, and holds up nothing else.
        self._queues_lock = threading.Lock()
        self._queues: Queues | None = None

    def start(self, params: StartRunParams) -> RunSummary:
        """Starts a run and gives it as it then stands."""
        from tunewright_bridge.executors.submit import submit_run

        summary = submit_run(params, environment=os.environ)
        self._poke(params.root)
        return self._with_place(Path(params.root), summary) if summary.state == "queued" else summary

    def list(self, params: ListRunsParams) -> RunList:
        """The newest runs, and older ones that are not over, with progress."""
        from tunewright_bridge.supervise.adoption import repair_all

        store = self._store(params.root)
        runs, total = repair_all(store, params.limit)
        listed = [run if isinstance(run, EndedRun) else self._with_progress(store, run) for run in runs]
        store.save_index()
        return RunList(listed, total)

    def get(self, params: RunReference) -> RunDetail:
        """One run whole. Raises BridgeError run-not-found."""
        from tunewright_bridge.supervise.adoption import repair

        store = self._store(params.root)
        paths = store.get(params.run_id)
        repair(paths)
        detail = store.detail(paths)
        return replace(detail, summary=self._with_progress(store, detail.summary))

    def stop(self, params: StopRunParams) -> RunSummary:
        """Asks for the end of a run, at once or when its next checkpoint is there. Raises BridgeError run-not-live."""
        from tunewright_bridge.supervise.stop import request_stop

        store = self._store(params.root)
        paths = store.get(params.run_id)
        request_stop(paths, "the user", when=params.when or "now")
        self._poke(params.root)
        return self._with_progress(store, store.summary(paths))

    def preflight(self, params: PreflightParams) -> ResumePreflight:
        """What a resume would do, and what speaks against it."""
        from tunewright_bridge.executors.resume import preflight

        return preflight(params, environment=os.environ)

    def resume(self, params: ResumeRunParams) -> RunSummary:
        """Goes on from a checkpoint, and gives the run as it then stands."""
        from tunewright_bridge.executors.resume import resume_run

        summary = resume_run(params, environment=os.environ)
        self._poke(params.root)
        return self._with_place(Path(params.root), summary) if summary.state == "queued" else summary

    def watch(self, params: ListRunsParams) -> Subscription:
        """The newest runs now, and their changes as notifications. Replaces an earlier watch of the same root."""
        self.unwatch(RunsRoot(root=params.root))
        watch = RootWatch(Path(params.root), params.limit, partial(self._notify, "runs/changed"))
        with self._lock:
            self._watches[params.root] = watch
        return Subscription(watch.first_look(), watch.start)

    def unwatch(self, params: RunsRoot) -> Empty:
        """Ends the notifications of a root."""
        with self._lock:
            watch = self._watches.pop(params.root, None)
        if watch is not None:
            watch.close()
        return Empty()

    def log(self, params: LogQuery) -> LogChunk:
        """A piece of an attempt's console log; empty for an attempt that is not there."""
        store = self._store(params.root)
        paths = store.get(params.run_id)
        attempt = store.latest_attempt(paths) if params.attempt is None else paths.attempt(params.attempt)
        return read_chunk(ConsoleLog(attempt), params.offset, params.max_bytes)

    def follow(self, params: RunReference) -> Subscription:
        """What the run writes from now on comes as notifications. Replaces an earlier one of the same run."""
        paths = self._store(params.root).get(params.run_id)
        self.unfollow(params)
        follow = RunFollow(params.root, paths, partial(self._notify, "runs/appended"))
        follow.begin_here()
        with self._lock:
            self._follows[params.root, params.run_id] = follow
        return Subscription(Empty(), follow.start)

    def unfollow(self, params: RunReference) -> Empty:
        """Ends the notifications of a run."""
        with self._lock:
            follow = self._follows.pop((params.root, params.run_id), None)
        if follow is not None:
            follow.close()
        return Empty()

    def close(self) -> None:
        """Ends every watch."""
        with self._lock:
            begun: list[RootWatch | RunFollow] = [*self._watches.values(), *self._follows.values()]
            self._watches.clear()
            self._follows.clear()
        for each in begun:
            each.close()

    def _store(self, root: str) -> RunStore:
        with self._lock:
            return self._stores.setdefault(root, RunStore(Path(root), progress_of=progress_of_run))

    def _poke(self, root: str) -> None:
        with self._lock:
            watch = self._watches.get(root)
        if watch is not None:
            watch.poke()

    def _with_progress(self, store: RunStore, summary: RunSummary) -> RunSummary:
        if not is_live(summary.state):
            return summary
        summary = replace(summary, progress=progress_of_run(RunPaths(store.root / summary.id)))
        return self._with_place(store.root, summary) if summary.state == "queued" else summary

    def _with_place(self, root: Path, summary: RunSummary) -> RunSummary:
        from tunewright_bridge.supervise.queueing.folders import queue_folders
        from tunewright_bridge.supervise.queueing.listing import Queues, with_place

        with self._queues_lock:
            if self._queues is None:
                self._queues = Queues(queue_folders(os.environ))
            return with_place(summary, root, self._queues.places())
