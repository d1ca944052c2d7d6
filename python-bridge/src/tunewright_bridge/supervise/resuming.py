"""Plans one more attempt of a run: from which checkpoint it goes on, what speaks against that, and what it gets."""

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tunewright_bridge.engine.base import ResolvedConfig
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.checkpoint import CheckpointSummary, PreflightCheck, ResumePoint, ResumePreflight
from tunewright_bridge.protocol.run import AttemptCommand, Provenance, RunIntent
from tunewright_bridge.protocol.task import Task
from tunewright_bridge.runs.creation import NewAttempt
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord, now_ms, unreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a further attempt gets, before it is decided where it begins."""

    task: Task
    resolved: ResolvedConfig
    # Of an earlier attempt, or made from the config; its arguments and place are those of the new attempt already.
    command: AttemptCommand
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePlan:
    """A further attempt that goes on from a checkpoint, ready to be begun where no check is an error."""

    preflight: ResumePreflight
    new_attempt: NewAttempt

    @property
    def errors(self) -> list[PreflightCheck]:
        """What makes that the attempt would fail, or train something else."""
        return [check for check in self.preflight.checks if check.severity == "error"]


def plan_resume(
    paths: RunPaths,
    checkpoint: Path | None = None,
    *,
    weights_only: bool = False,
    before_step: int | None = None,
    basis: Basis | None = None,
) -> ResumePlan:
    """The next attempt of an ended run, from `checkpoint` or else from the newest good one.

    `before_step` leaves out checkpoints of that step and later: what they hold was bad already. Without a `basis` the
    attempt gets what the last one got. Starts and stores nothing. Raises BridgeError no-checkpoint,
    checkpoint-unusable, run-directory-unreadable, task-unsupported.
    """
    engine = engine_for_runs()
    found = checkpoints_of(paths)
    chosen, checks = _choose(paths, found, checkpoint, weights_only=weights_only, before_step=before_step)
    basis = basis or basis_of_last(paths)
    takes_weights_only = weights_only or any(check.code == "weights-only" for check in checks)
    resolved = engine.resume(basis.task, basis.resolved, Path(chosen.path), weights_only=takes_weights_only)
    point = ResumePoint(attempt=chosen.attempt, checkpoint=chosen.path, step=chosen.step)
    preflight = ResumePreflight(
        point=point, next_step=chosen.step + 1, checks=checks, differences=[], checkpoints=found
    )
    return ResumePlan(
        preflight=preflight,
        new_attempt=NewAttempt(
            resolved_text=engine.dump(resolved),
            command=replace(basis.command, secret_names=resolved.secret_names, resumed_from=point),
            provenance=basis.provenance,
        ),
    )


def plan_anew(paths: RunPaths) -> NewAttempt:
    """The next attempt of an ended run, from the beginning, with what the last one got.

    A checkpoint that the config itself names, or that the last attempt went on from, is gone on from again. Raises
    BridgeError run-directory-unreadable.
    """
    basis = basis_of_last(paths)
    text = engine_for_runs().dump(basis.resolved)
    return NewAttempt(resolved_text=text, command=basis.command, provenance=basis.provenance)


def checkpoints_of(paths: RunPaths) -> list[CheckpointSummary]:
    """Every checkpoint of a run, newest first: those of later attempts before those of earlier ones."""
    engine = engine_for_runs()
    found: list[CheckpointSummary] = []
    seen: set[str] = set()
    for number in sorted(_attempt_numbers(paths), reverse=True):
        output = Path(read_record(AttemptCommand, paths.attempt(number).command).output_directory)
        for checkpoint in engine.checkpoints(output, number):
            if checkpoint.path not in seen:
                seen.add(checkpoint.path)
                found.append(checkpoint)
    return found


def basis_of_last(paths: RunPaths) -> Basis:
    """What the last attempt got, for the next one. Raises BridgeError run-directory-unreadable."""
    engine = engine_for_runs()
    intent = read_record(RunIntent, paths.intent)
    last = paths.attempt(RunRecord(paths).state().attempt)
    new = paths.attempt(next_number(paths))
    command = read_record(AttemptCommand, last.command)
    resolved = engine.resolve_again(
        intent.task,
        _text_of(last),
        earlier_output=Path(command.output_directory),
        attempt_output=new.output,
        now=datetime.now(),
    )
    return Basis(
        task=intent.task,
        resolved=resolved,
        command=replace(
            command,
            arguments=engine.command(command.tool.interpreter, intent.task, new.resolved),
            output_directory=str(resolved.output_directory),
            resumed_from=None,
            start_after_seconds=None,
        ),
        provenance=replace(read_record(Provenance, last.provenance), started_at_ms=now_ms()),
    )


def next_number(paths: RunPaths) -> int:
    """The number of the attempt that would be begun now."""
    return RunRecord(paths).state().attempt + 1


def _choose(
    paths: RunPaths,
    found: list[CheckpointSummary],
    named: Path | None,
    *,
    weights_only: bool,
    before_step: int | None,
) -> tuple[CheckpointSummary, list[PreflightCheck]]:
    engine = engine_for_runs()
    if named is not None:
        chosen = _named(found, named)
        return chosen, engine.check_checkpoint(Path(chosen.path), weights_only=weights_only)
    for candidate in found:
        if not candidate.is_complete or (before_step is not None and candidate.step >= before_step):
            continue
        checks = engine.check_checkpoint(Path(candidate.path), weights_only=weights_only)
        if not any(check.severity == "error" for check in checks):
            return candidate, checks
    raise BridgeError("no-checkpoint", run=paths.run_id)


def _named(found: list[CheckpointSummary], named: Path) -> CheckpointSummary:
    path = os.path.abspath(named)
    for checkpoint in found:
        if checkpoint.path == path:
            return checkpoint
    raise BridgeError("checkpoint-unusable", checkpoint=path, reason="the run has no checkpoint there")


def _attempt_numbers(paths: RunPaths) -> list[int]:
    try:
        return [int(name) for name in os.listdir(paths.attempts) if name.isdecimal()]
    except OSError as error:
        raise unreadable(paths.attempts, error) from error


def _text_of(attempt: AttemptPaths) -> str:
    try:
        return attempt.resolved.read_text()
    except (OSError, ValueError) as error:
        raise unreadable(attempt.resolved, error) from error
