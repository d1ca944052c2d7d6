"""`run` and `logs`: starts a run, and stays with it until it ends or the person leaves."""

import os
import queue
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tunewright_bridge.command_line.arguments import PROGRAM
from tunewright_bridge.command_line.output import duration_text, print_event, print_json
from tunewright_bridge.command_line.places import find_run, interpreter_or_default, root_or_default
from tunewright_bridge.methods.log_chunks import read_chunk
from tunewright_bridge.methods.run_files import metrics_files, run_progress
from tunewright_bridge.methods.table import Methods
from tunewright_bridge.methods.watching.run_follow import RunFollow
from tunewright_bridge.protocol.bridge import LogChunk, RunAppended, StartRunParams
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import RunSummary
from tunewright_bridge.runs.console import ConsoleLog
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.record import is_live
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.adoption import repair

LOOK_SECONDS = 0.25
_BLOCK_BYTES = 1 << 20
INTERRUPTED_EXIT_CODE = 130


def run(options: Namespace, methods: Methods) -> int:
    """`run CONFIG`: exit code 0 only where the run succeeded, or was started with --detach."""
    folder = Path.cwd()
    root = root_or_default(options.root, folder)
    params = StartRunParams(
        root=str(root),
        config_path=str(Path(options.config).absolute()),
        interpreter=_interpreter(options, root, folder),
        target=options.target,
    )
    started = methods.call("runs/start", params)
    assert isinstance(started, RunSummary)  # noqa: S101  The table of methods does not know types.
    if options.json:
        print_event("started", run=started)
    else:
        print(beginning(started, "started"), file=sys.stderr, flush=True)
    if options.detach:
        return 0
    return follow_run(root, started, is_json=options.json)


def beginning(run: RunSummary, begun: str) -> str:
    """What is said of a run that was just begun, or that first waits for its turn."""
    place = run.queue_place
    if place is None:
        return f"{run.name} #{run.number} {begun}: {run.directory}"
    where = f"place {place.position} of {place.waiting} in the queue {place.queue}"
    return f"{run.name} #{run.number} waits at {where}: {run.directory}"


def _interpreter(options: Namespace, root: Path, folder: Path) -> str:
    """The target's own counts, whatever else is known; without either nothing can be started."""
    from tunewright_bridge.executors.targets import target_of_run

    of_target = target_of_run(options.target, root, os.environ).target.interpreter
    return interpreter_or_default(of_target or options.interpreter, os.environ, folder)


def logs(options: Namespace, methods: Methods) -> int:
    """`logs RUN [-f | --attempt NUMBER]`."""
    root = root_or_default(options.root, Path.cwd())
    store = RunStore(root)
    paths = store.get(find_run(options.run, store))
    if options.follow:
        return follow_run(root, store.summary(paths), is_json=False)
    attempt = store.latest_attempt(paths) if options.attempt is None else paths.attempt(options.attempt)
    _copy(ConsoleLog(attempt))
    return 0


def _copy(log: ConsoleLog) -> None:
    """As text for a person, and byte by byte for a file or a program."""
    if not log.exists():
        print("Nothing was printed yet.", file=sys.stderr)
    if sys.stdout.isatty():
        _copy_text(log)
        return
    sys.stdout.flush()
    copied = 0
    for offset, data in log.pieces(_BLOCK_BYTES):
        _tell_of_gap(offset - copied)
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        copied = offset + len(data)


def _copy_text(log: ConsoleLog) -> None:
    shown = 0
    while (chunk := read_chunk(log, shown, _BLOCK_BYTES)).text:
        _show(chunk, shown)
        shown = chunk.end_offset


def _show(chunk: LogChunk, shown: int) -> None:
    _tell_of_gap(chunk.start_offset - shown)
    sys.stdout.write(chunk.text)
    sys.stdout.flush()


def _tell_of_gap(missing_bytes: int) -> None:
    if missing_bytes > 0:
        print(f"[{missing_bytes:,} bytes of output are no longer kept]", file=sys.stderr, flush=True)


def follow_run(root: Path, run: RunSummary, *, is_json: bool) -> int:
    """Shows what a run writes until it ends: exit code 0 only where it succeeded."""
    shown = 0
    try:
        for appended in _until_end(root, run, is_json=is_json):
            if is_json:
                for point in appended.points:
                    print_event("point", **encode(point))
            elif appended.log is not None:
                _show(appended.log, shown)
                shown = appended.log.end_offset
    except KeyboardInterrupt:
        print(f"\nThe run goes on. Stop it with: {PROGRAM} stop {run.id} --root {root}", file=sys.stderr)
        return INTERRUPTED_EXIT_CODE
    ended = _summary(root, run.id)
    if is_json:
        print_event("finished", run=ended)
    else:
        print(_ending(ended), file=sys.stderr)
    return 0 if ended.state == "succeeded" else 1


def _until_end(root: Path, run: RunSummary, *, is_json: bool) -> Iterator[RunAppended]:
    """What the run writes, from its beginning to its end."""
    store = RunStore(root)
    paths = store.get(run.id)
    appended: queue.SimpleQueue[RunAppended] = queue.SimpleQueue()
    follow = RunFollow(str(root), paths, appended.put, largest_log_lag_bytes=None)
    follow.start()
    state = run.state
    looked_at = time.monotonic()
    try:
        while is_live(state):
            with suppress(queue.Empty):
                yield appended.get(timeout=LOOK_SECONDS)
            if time.monotonic() - looked_at >= LOOK_SECONDS:
                looked_at = time.monotonic()
                before, state = state, repair(paths).state
                if is_json and state != before:
                    print_json(_state_event(store, paths))
    except BaseException:
        follow.close()
        raise
    follow.finish()
    while not appended.empty():
        yield appended.get()


def _state_event(store: RunStore, paths: RunPaths) -> dict[str, object]:
    summary = store.summary(paths)
    reason = {} if summary.reason is None else {"reason": summary.reason}
    return {"event": "state", "state": summary.state, **reason}


def _summary(root: Path, run_id: str) -> RunSummary:
    store = RunStore(root)
    paths = store.get(run_id)
    return replace(store.summary(paths), progress=run_progress(metrics_files(paths)))


def _ending(run: RunSummary) -> str:
    spent = ""
    if run.started_at_ms is not None and run.ended_at_ms is not None:
        spent = f" after {duration_text((run.ended_at_ms - run.started_at_ms) / 1000)}"
    reason = f": {run.reason}" if run.reason else ""
    return f"{run.name} #{run.number} {run.state}{spent}{reason}\n{run.directory}"
