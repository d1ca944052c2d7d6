"""`resume`: says from where a run would go on and what speaks against it, and then goes on."""

import sys
from argparse import Namespace
from pathlib import Path

from tunewright_bridge.command_line.follow import beginning, follow_run
from tunewright_bridge.command_line.output import print_event, print_json, print_table, time_text
from tunewright_bridge.command_line.places import find_run, root_or_default
from tunewright_bridge.methods.table import Methods
from tunewright_bridge.protocol.bridge import PreflightParams, ResumeRunParams
from tunewright_bridge.protocol.checkpoint import ResumePreflight
from tunewright_bridge.protocol.run import RunSummary
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.preflight_texts import preflight_text

# Older ones are rarely gone back to; `--json` has all.
_LISTED_CHECKPOINTS = 5


def resume(options: Namespace, methods: Methods) -> int:
    """`resume RUN`: exit code 0 only where the run succeeded, or was begun with --detach, or --check found no error."""
    root = root_or_default(options.root, Path.cwd())
    run_id = find_run(options.run, RunStore(root))
    found = methods.call(
        "runs/preflight",
        PreflightParams(
            root=str(root),
            run_id=run_id,
            checkpoint=None if options.checkpoint is None else str(Path(options.checkpoint).absolute()),
            with_config=options.with_config,
            weights_only=options.weights_only,
        ),
    )
    assert isinstance(found, ResumePreflight)  # noqa: S101  The table of methods does not know types.
    has_errors = any(check.severity == "error" for check in found.checks)
    if options.check:
        _tell(found, is_json=options.json, is_check=True)
        return 1 if has_errors else 0
    _tell(found, is_json=options.json, is_check=False)
    resumed = methods.call(
        "runs/resume",
        ResumeRunParams(
            root=str(root),
            run_id=run_id,
            # What was just told, also where another checkpoint could be found by now.
            checkpoint=found.point.checkpoint,
            with_config=options.with_config,
            weights_only=options.weights_only,
            interpreter=options.interpreter,
        ),
    )
    assert isinstance(resumed, RunSummary)  # noqa: S101  As above.
    if options.json:
        print_event("resumed", run=resumed)
    else:
        print(beginning(resumed, f"goes on with attempt {resumed.attempt}"), file=sys.stderr, flush=True)
    return 0 if options.detach else follow_run(root, resumed, is_json=options.json)


def _tell(found: ResumePreflight, *, is_json: bool, is_check: bool) -> None:
    if is_json and is_check:
        print_json(found)
    elif is_json:
        print_event("preflight", preflight=found)
    else:
        _print(found, has_all=is_check)


def _print(found: ResumePreflight, *, has_all: bool) -> None:
    point = found.point
    last = "" if found.max_steps is None else f" of {found.max_steps}"
    print(f"From {Path(point.checkpoint).name} of attempt {point.attempt}: step {found.next_step}{last}.")
    for check in found.checks:
        mark = "ERROR" if check.severity == "error" else check.severity
        print(f"{mark:8} {preflight_text(check)}")
    if found.differences:
        rows = [("ARGUMENT", "CHECKPOINT", "NOW")]
        rows += [(each.key, each.of_checkpoint or "", each.of_attempt or "") for each in found.differences]
        print_table(rows)
    if has_all:
        _print_checkpoints(found)


def _size_text(count: int) -> str:
    """A size on disk; checkpoints of adapters are small."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


def _print_checkpoints(found: ResumePreflight) -> None:
    rows = [("CHECKPOINT", "ATTEMPT", "SAVED", "SIZE", "")]
    for checkpoint in found.checkpoints[:_LISTED_CHECKPOINTS]:
        marks = "" if checkpoint.is_complete else "not complete"
        if checkpoint.path == found.point.checkpoint:
            marks = marks or "this one"
        size = _size_text(checkpoint.size_bytes)
        rows.append((checkpoint.path, str(checkpoint.attempt), time_text(checkpoint.created_at_ms), size, marks))
    print_table(rows)
    if len(found.checkpoints) > _LISTED_CHECKPOINTS:
        print(f"{len(found.checkpoints) - _LISTED_CHECKPOINTS} more; see --json.")
