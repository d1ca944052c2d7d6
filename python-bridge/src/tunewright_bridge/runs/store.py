"""The runs below one folder: stores new ones whole, lists them fast, opens one. Reads files, never asks processes."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Collection, Container
from dataclasses import replace
from datetime import datetime
from logging import getLogger
from pathlib import Path

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import AttemptSummary, RunDetail, RunIntent, RunProgress, RunSummary
from tunewright_bridge.runs.creation import NewRun, PreparedRun, fill
from tunewright_bridge.runs.durable import locked, storage_errors, sync_directory
from tunewright_bridge.runs.index import EndedRun, read_index, stamp_of, write_index
from tunewright_bridge.runs.layout import (
    GITIGNORE_TEXT,
    STATE_NAME,
    UNFINISHED_PREFIX,
    AttemptPaths,
    RunPaths,
    list_index,
)
from tunewright_bridge.runs.names import is_run_id, name_in, new_run_id, second_in
from tunewright_bridge.runs.reading import alerts_now, alerts_of_all_attempts, attempt_summary_of, summary_of
from tunewright_bridge.runs.record import OPEN_STATES, RunRecord, is_live, now_ms, unreadable

_LOG = getLogger(__name__)
_UNFINISHED_KEPT_SECONDS = 3600.0
# The index is written anew once it lacks so many runs, and this part of them all: without it, each costs a millisecond.
_FEWEST_MISSING = 16
_MISSING_SHARE = 0.02
# Of runs that have ended long ago, each is looked at so often where nothing tells of a change.
_LOOK_AT_ALL_SECONDS = 30.0
_YOUNGEST_NS = 1_000_000_000


class RunStore:
    """The runs below `root`. May be kept and used from several threads; remembers how ended runs ended.

    `progress_of` says how far a run came, which is above what this room knows: with it, ended runs are summed up with
    their progress, and the list index can be written.
    """

    def __init__(self, root: Path, *, progress_of: Callable[[RunPaths], RunProgress | None] | None = None) -> None:
        self.root = root
        self._progress_of = progress_of
        # Read when the runs are listed for the first time.
        self._ended: dict[str, EndedRun] | None = None
        self._missing_in_index = 0
        # The time of the folder at the last look at all runs, where it had been quiet then; and when the next is due.
        self._quiet_since_ns: int | None = None
        self._next_look_at_all = 0.0
        # What was said last of each run that cannot be listed whole.
        self._complaints: dict[str, str] = {}
        self._guard = threading.Lock()

    def create(self, new: NewRun, prepare: Callable[[AttemptPaths], PreparedRun]) -> RunPaths:
        """Stores a run with its first attempt, queued. The directory appears complete or not at all.

        `prepare` gets the paths that the attempt will have and says what goes into the run. Raises BridgeError
        directory-not-writable or disk-full, and whatever `prepare` raises.
        """
        with storage_errors(self.root):
            self._make_root()
            with locked(self.root / ".lock"):
                self._sweep_unfinished()
                created_at_ms = now_ms()
                run_id = new_run_id(new.name, datetime.fromtimestamp(created_at_ms / 1000))
                intent = self._intent(new, run_id, created_at_ms)
                paths = RunPaths(self.root / run_id)
                prepared = prepare(paths.attempt(1))
                unfinished = RunPaths(self.root / (UNFINISHED_PREFIX + run_id))
                try:
                    fill(unfinished, intent, prepared)
                    os.rename(unfinished.directory, paths.directory)
                except BaseException:
                    shutil.rmtree(unfinished.directory, ignore_errors=True)
                    raise
                sync_directory(self.root)
        return paths

    def run_ids(self) -> list[str]:
        """Every run, newest first. A root that does not exist holds none."""
        try:
            names = os.listdir(self.root)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unreadable(self.root, error) from error
        return sorted(filter(is_run_id, names), reverse=True)

    def listed(
        self,
        limit: int | None = None,
        *,
        besides: Container[str] = (),
        if_still: Callable[[str], RunSummary | None] | None = None,
    ) -> tuple[list[RunSummary | EndedRun], int]:
        """The newest runs, newest first, and how many there are in all. One that is unreadable is logged instead, once.

        Beside the newest, however old: those that may be live or be found alive, and those in `besides`. `if_still`
        gives a run that needs no reading.
        """
        looks_at_all = limit is None or self._is_look_at_all_due()
        run_ids = self.run_ids()
        known_runs = self._known_runs()
        runs: list[RunSummary | EndedRun] = []
        unreadable_count = 0
        for place, run_id in enumerate(run_ids):
            is_wanted = limit is None or place < limit or run_id in besides
            known = known_runs.get(run_id)
            if known is not None and not (is_wanted or looks_at_all or known.state in OPEN_STATES):
                continue
            found = self._found(run_id, known, if_still)
            if found is None:
                unreadable_count += 1
            elif is_wanted or found.state in OPEN_STATES:
                runs.append(found)
        self._forget_removed(run_ids)
        return runs, len(run_ids) - unreadable_count

    def _found(
        self, run_id: str, known: EndedRun | None, if_still: Callable[[str], RunSummary | None] | None
    ) -> RunSummary | EndedRun | None:
        if known is not None:
            if known.has_stamp(_stamp_if_there(f"{self.root}/{run_id}")):
                return known
        elif if_still is not None and (still := if_still(run_id)) is not None:
            return still
        try:
            return self.summary(RunPaths(self.root / run_id))
        except BridgeError as error:
            self._complain(run_id, f"not listed: {error}")
            return None

    def _is_look_at_all_due(self) -> bool:
        """An ended run that goes on changes its folder's time; some file systems do not tell, so not for ever."""
        try:
            changed_at_ns = os.stat(self.root).st_mtime_ns
        except OSError:
            return True
        now = time.monotonic()
        if changed_at_ns == self._quiet_since_ns and now < self._next_look_at_all:
            return False
        # File systems count time in steps: a folder may change twice in one of them and show it once.
        is_quiet = time.time_ns() - changed_at_ns > _YOUNGEST_NS
        self._quiet_since_ns = changed_at_ns if is_quiet else None
        self._next_look_at_all = now + _LOOK_AT_ALL_SECONDS
        return True

    def list(self, limit: int | None = None) -> tuple[list[RunSummary], int]:
        """See `listed`."""
        runs, total = self.listed(limit)
        return [run.summary if isinstance(run, EndedRun) else run for run in runs], total

    def save_index(self) -> None:
        """Writes the list index where it lacks much of what is known by now."""
        if self._progress_of is None:
            return
        with self._guard:
            ended = self._ended or {}
            if self._missing_in_index < max(_FEWEST_MISSING, _MISSING_SHARE * len(ended)):
                return
            self._missing_in_index = 0
            known = dict(ended)
        write_index(list_index(self.root), known)

    def get(self, run_id: str) -> RunPaths:
        """The run of this id. Raises BridgeError run-not-found."""
        paths = RunPaths(self.root / run_id)
        if not is_run_id(run_id) or not paths.directory.is_dir():
            raise BridgeError("run-not-found", run=run_id, root=str(self.root))
        return paths

    def summary(self, paths: RunPaths) -> RunSummary:
        """The run in short, as its files tell it; without progress while it is live.

        Raises BridgeError run-directory-unreadable.
        """
        stamp = _stamp(paths.state)
        known = self._known_runs().get(paths.run_id)
        if known is not None and known.has_stamp(stamp):
            return known.summary
        # A run that was copied or renamed goes by the name of its folder, by which it is asked for.
        summary = replace(self._with_alerts(paths, summary_of(paths)), id=paths.run_id)
        if not is_live(summary.state):
            if self._progress_of is not None:
                summary = replace(summary, progress=self._progress_of(paths))
            with self._guard:
                if self._ended is not None:
                    self._ended[paths.run_id] = EndedRun.of(summary, str(self.root), stamp)
                    self._missing_in_index += 1
        return summary

    def _known_runs(self) -> dict[str, EndedRun]:
        with self._guard:
            if self._ended is None:
                self._ended = read_index(list_index(self.root), self.root)
            return self._ended

    def detail(self, paths: RunPaths) -> RunDetail:
        """The run with its config and every attempt."""
        try:
            config_text = paths.config.read_text(errors="replace")
            numbers = sorted(int(name) for name in os.listdir(paths.attempts) if name.isdecimal())
        except OSError as error:
            raise unreadable(paths.directory, error) from error
        summary = self.summary(paths)
        # A later one has not begun: its maker died before the event, or is about to write it.
        begun = [paths.attempt(number) for number in numbers if number <= summary.attempt]
        attempts = [found for attempt in begun if (found := self._attempt_summary(attempt, summary)) is not None]
        alerts = alerts_of_all_attempts(RunRecord(paths).events())
        return RunDetail(summary=summary, config_text=config_text, attempts=attempts, alerts=alerts)

    def latest_attempt(self, paths: RunPaths) -> AttemptPaths:
        """The attempt in which the run stands."""
        return paths.attempt(RunRecord(paths).state().attempt)

    def _attempt_summary(self, attempt: AttemptPaths, summary: RunSummary) -> AttemptSummary | None:
        """The other attempts are worth seeing without one that cannot be read."""
        is_over = attempt.number < summary.attempt or not is_live(summary.state)
        try:
            return attempt_summary_of(attempt, is_over=is_over)
        except BridgeError as error:
            self._complain(summary.id, f"shown without an attempt: {error}")
            return None

    def _with_alerts(self, paths: RunPaths, summary: RunSummary) -> RunSummary:
        """A run is worth seeing without its alerts."""
        try:
            return replace(summary, alerts=alerts_now(paths.attempt(summary.attempt)))
        except BridgeError as error:
            self._complain(paths.run_id, f"listed without alerts: {error}")
            return summary

    def _make_root(self) -> None:
        if not self.root.is_dir():
            self.root.mkdir(parents=True, exist_ok=True)
            for folder in (self.root.parent, self.root.parent.parent):
                sync_directory(folder)
        ignore = self.root.parent / ".gitignore"
        if self.root.parent.name == ".tunewright" and not ignore.exists():
            ignore.write_text(GITIGNORE_TEXT)

    def _sweep_unfinished(self) -> None:
        for name in os.listdir(self.root):
            path = self.root / name
            if name.startswith(UNFINISHED_PREFIX) and time.time() - path.stat().st_mtime > _UNFINISHED_KEPT_SECONDS:
                shutil.rmtree(path, ignore_errors=True)

    def _intent(self, new: NewRun, run_id: str, created_at_ms: int) -> RunIntent:
        return RunIntent(
            format=1,
            id=run_id,
            name=new.name,
            number=self._next_number(new.name, name_in(run_id)),
            task=new.task,
            created_at_ms=created_at_ms,
            config_path=str(new.config_path),
            working_directory=str(new.working_directory),
            target=new.target,
            host=new.host,
            executor=new.executor,
            tags=new.tags,
            bridge_version=new.bridge_version,
        )

    def _next_number(self, name: str, name_in_ids: str) -> int:
        """One more than the newest run of this name; ids of the same second are in no order."""
        greatest, second = 0, None
        for run_id in self.run_ids():
            if name_in(run_id) != name_in_ids:
                continue
            if second not in (None, second_in(run_id)):
                break
            try:
                summary = self.summary(RunPaths(self.root / run_id))
            except BridgeError:
                continue
            if summary.name == name:
                greatest, second = max(greatest, summary.number), second_in(run_id)
        return greatest + 1

    def _complain(self, run_id: str, problem: str) -> None:
        with self._guard:
            is_known = self._complaints.get(run_id) == problem
            self._complaints[run_id] = problem
        if not is_known:
            _LOG.warning("%s", problem)

    def _forget_removed(self, run_ids: Collection[str]) -> None:
        present = set(run_ids)
        with self._guard:
            removed = (self._ended or {}).keys() - present
            self._missing_in_index += len(removed)
            for run_id in removed:
                del (self._ended or {})[run_id]
            for run_id in self._complaints.keys() - present:
                del self._complaints[run_id]


def _stamp_if_there(directory: str) -> str:
    """The stamp of a run's state; that of no state at all where it cannot be had."""
    try:
        return stamp_of(os.stat(f"{directory}/{STATE_NAME}"))
    except OSError:
        return "-"


def _stamp(path: Path) -> str:
    try:
        return stamp_of(os.stat(path))
    except OSError as error:
        raise unreadable(path, error) from error
