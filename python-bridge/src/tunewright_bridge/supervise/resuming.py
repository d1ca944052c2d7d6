"""Plans one more attempt of a run: from which checkpoint it goes on, what speaks against that, and what it gets."""

import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tunewright_bridge.engine.base import ResolvedConfig
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.checkpoint import CheckpointSummary, PreflightCheck, ResumePoint, ResumePreflight
from tunewright_bridge.protocol.run import AttemptCommand, DatasetFingerprint, Provenance, RunIntent
from tunewright_bridge.protocol.task import Task
from tunewright_bridge.provenance.datasets import fingerprints
from tunewright_bridge.runs.creation import NewAttempt
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record
from tunewright_bridge.runs.record import RunRecord, now_ms, unreadable
from tunewright_bridge.supervise.spoiling import spoiled_since, standing_alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What the next attempt gets, before it is decided where it begins."""

    task: Task
    resolved: ResolvedConfig
    # Its arguments and its place are those of the next attempt already.
    command: AttemptCommand
    provenance: Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumePlan:
    """A further attempt that goes on from a checkpoint, ready to be begun where no check is an error."""

    preflight: ResumePreflight
    new_attempt: NewAttempt
    # What the new attempt's engine gets.
    resolved: ResolvedConfig

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
    environment: Mapping[str, str] | None = None,
) -> ResumePlan:
    """The next attempt of a run, from `checkpoint` or else from the newest good one.

    What was saved after the last line of metrics before a spoiling alert that stood, or before `before_step`, may be
    bad already, and is taken only by name.
    Without a `basis` the attempt gets what the last one got; `environment` is what it would inherit, our own where
    absent. Starts and stores nothing. Raises BridgeError no-checkpoint, checkpoint-unusable, task-unsupported,
    run-directory-unreadable.
    """
    engine = engine_for_runs()
    basis = basis or basis_of_last(paths)
    found = checkpoints_of(paths)
    chosen, checks = _choose(paths, found, checkpoint, weights_only=weights_only, before_step=before_step)
    # A checkpoint that was saved without an optimizer is taken for what it holds.
    takes_weights_only = weights_only or any(check.code == "weights-only" for check in checks)
    writer = paths.attempt(chosen.attempt)
    compared = engine.compare_with_checkpoint(
        chosen,
        basis.resolved,
        trained_text=_text_of(writer),
        environment={**(os.environ if environment is None else environment), **basis.command.environment},
        weights_only=takes_weights_only,
    )
    data_files = engine.data_files(basis.resolved.values, Path(basis.command.working_directory))
    datasets = _fingerprints(paths, data_files)
    checks = [
        *checks,
        *compared.checks,
        *_data_checks(data_files, datasets, read_record(Provenance, writer.provenance)),
    ]
    point = ResumePoint(attempt=chosen.attempt, checkpoint=chosen.path, step=chosen.step)
    resolved = engine.resume(basis.task, basis.resolved, Path(chosen.path), weights_only=takes_weights_only)
    return ResumePlan(
        preflight=ResumePreflight(
            point=point,
            next_step=compared.next_step,
            max_steps=compared.max_steps,
            checks=checks,
            differences=compared.differences,
            checkpoints=found,
        ),
        new_attempt=_new_attempt(paths, basis, resolved, datasets, point),
        resolved=resolved,
    )


def plan_anew(paths: RunPaths) -> NewAttempt:
    """The next attempt of a run, with what the last one got, from where the run itself once began.

    Raises BridgeError run-directory-unreadable.
    """
    engine = engine_for_runs()
    basis = basis_of_last(paths)
    for number in sorted(_attempt_numbers(paths), reverse=True):
        attempt = paths.attempt(number)
        if number <= RunRecord(paths).state().attempt and _command_of(attempt).resumed_from is None:
            resolved = engine.begin_as(basis.resolved, _text_of(attempt))
            break
    else:
        resolved = basis.resolved
    datasets = _fingerprints(paths, engine.data_files(resolved.values, Path(basis.command.working_directory)))
    return _new_attempt(paths, basis, resolved, datasets, None)


def checkpoints_of(paths: RunPaths) -> list[CheckpointSummary]:
    """Every checkpoint of a run, newest first: those of later attempts before those of earlier ones."""
    engine = engine_for_runs()
    found: list[CheckpointSummary] = []
    for number in sorted(_attempt_numbers(paths), reverse=True):
        for checkpoint in engine.checkpoints(Path(_command_of(paths.attempt(number)).output_directory), number):
            # Two attempts may have been told to write to one folder.
            if all(known.path != checkpoint.path for known in found):
                found.append(checkpoint)
    return found


def output_directories(paths: RunPaths) -> list[Path]:
    """Where the attempts of a run have written, oldest first. Raises BridgeError run-directory-unreadable."""
    numbers = sorted(_attempt_numbers(paths))
    return [Path(_command_of(paths.attempt(number)).output_directory) for number in numbers]


def basis_of_last(paths: RunPaths) -> Basis:
    """What the last attempt got, for the next one. Raises BridgeError run-directory-unreadable."""
    engine = engine_for_runs()
    record = RunRecord(paths)
    task = read_record(RunIntent, paths.intent).task
    last, following = paths.attempt(record.state().attempt), record.next_attempt()
    command = _command_of(last)
    resolved = engine.resolve_again(
        task,
        _text_of(last),
        earlier_output=Path(command.output_directory),
        attempt_output=following.output,
        now=datetime.now(),
    )
    return Basis(
        task=task,
        resolved=resolved,
        command=replace(
            command,
            arguments=engine.command(command.tool.interpreter, task, following.resolved),
            output_directory=str(resolved.output_directory),
            resumed_from=None,
            start_after_seconds=None,
        ),
        provenance=replace(read_record(Provenance, last.provenance), started_at_ms=now_ms()),
    )


def _fingerprints(paths: RunPaths, files: list[Path]) -> list[DatasetFingerprint]:
    """Reads only files that may have changed: a bridge that others wait for may be planning."""
    last = read_record(Provenance, paths.attempt(RunRecord(paths).state().attempt).provenance)
    return fingerprints(files, known=last.datasets or (), known_at_ms=last.started_at_ms)


def _new_attempt(
    paths: RunPaths,
    basis: Basis,
    resolved: ResolvedConfig,
    datasets: list[DatasetFingerprint],
    point: ResumePoint | None,
) -> NewAttempt:
    return NewAttempt(
        number=RunRecord(paths).next_attempt().number,
        resolved_text=engine_for_runs().dump(resolved),
        command=replace(basis.command, secret_names=resolved.secret_names, resumed_from=point),
        provenance=replace(basis.provenance, datasets=datasets or None),
    )


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
    furthest = _steps_that_count(paths)
    first_bad = {number: _spoiled_since(paths, furthest, number, before_step) for number in furthest}
    spoiled: CheckpointSummary | None = None
    for candidate in found:
        if candidate.step > furthest.get(candidate.attempt, -1):
            continue
        bad_since = first_bad[candidate.attempt]
        if bad_since is not None and candidate.step > _last_good_step(candidate, bad_since):
            spoiled = spoiled or candidate
            continue
        # Weights can be taken also where other files of a checkpoint are not there.
        if not candidate.is_complete and not weights_only:
            continue
        checks = engine.check_checkpoint(Path(candidate.path), weights_only=weights_only)
        if not any(check.severity == "error" for check in checks):
            return candidate, checks
    if spoiled is not None:
        step = first_bad[spoiled.attempt]
        reason = f"training had gone wrong by step {step}, and no checkpoint from before that is whole"
        raise BridgeError("checkpoint-unusable", checkpoint=spoiled.path, reason=reason)
    raise BridgeError("no-checkpoint", run=paths.run_id)


def _steps_that_count(paths: RunPaths) -> dict[int, float]:
    """Up to which step the checkpoints of each attempt lead to the last one; attempts that do not are left out.

    What an attempt saved behind the checkpoint from which a later one went on was given up, and may be bad.
    """
    number = RunRecord(paths).state().attempt
    steps: dict[int, float] = {number: math.inf}
    while (point := _command_of(paths.attempt(number)).resumed_from) is not None and point.attempt < number:
        number = point.attempt
        steps[number] = point.step
    return steps


def _spoiled_since(paths: RunPaths, attempts: Iterable[int], first: int, before_step: int | None) -> int | None:
    """The first step that is known to be bad, by the alerts that stood in those of `attempts` from the `first` on."""
    steps = [spoiled_since(standing_alerts(paths.attempt(number))) for number in attempts if number >= first]
    return min((step for step in (*steps, before_step) if step is not None), default=None)


def _last_good_step(candidate: CheckpointSummary, before_step: int) -> int:
    return engine_for_runs().last_logged_step(Path(candidate.path).parent, before_step)


def _named(found: list[CheckpointSummary], named: Path) -> CheckpointSummary:
    # The engine keeps links to the last and the best one.
    path = os.path.realpath(named)
    for checkpoint in found:
        if os.path.realpath(checkpoint.path) == path:
            return checkpoint
    raise BridgeError("checkpoint-unusable", checkpoint=str(named), reason="it is no checkpoint of this run")


def _data_checks(files: list[Path], now: list[DatasetFingerprint], trained: Provenance) -> list[PreflightCheck]:
    """What has become of the data files with which the training began."""
    readable = {fingerprint.path: fingerprint for fingerprint in now}
    then = {fingerprint.path: fingerprint for fingerprint in trained.datasets or []}
    checks = []
    for path in map(str, files):
        if path not in readable and not os.path.exists(path):
            checks.append(PreflightCheck(code="dataset-missing", severity="error", values={"path": path}))
        elif path in readable and path in then and readable[path] != then[path]:
            checks.append(PreflightCheck(code="dataset-changed", severity="warning", values={"path": path}))
    return checks


def _attempt_numbers(paths: RunPaths) -> list[int]:
    try:
        return [int(name) for name in os.listdir(paths.attempts) if name.isdecimal()]
    except OSError as error:
        raise unreadable(paths.attempts, error) from error


def _command_of(attempt: AttemptPaths) -> AttemptCommand:
    return read_record(AttemptCommand, attempt.command)


def _text_of(attempt: AttemptPaths) -> str:
    try:
        return attempt.resolved.read_text()
    except (OSError, ValueError) as error:
        raise unreadable(attempt.resolved, error) from error
