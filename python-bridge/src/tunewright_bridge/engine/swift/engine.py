"""The one object that the rest of the bridge talks to when the engine is PyPI's `ms-swift`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.base import Comparison, ConfigFile, ResolvedConfig
from tunewright_bridge.engine.swift import arguments, outputs, resuming
from tunewright_bridge.engine.swift.checkpoints import check_checkpoint, checkpoints, last_logged_step
from tunewright_bridge.engine.swift.comparison import compare
from tunewright_bridge.engine.swift.credentials import take_literal_secrets
from tunewright_bridge.engine.swift.datasets import data_files, missing_file
from tunewright_bridge.engine.swift.models import missing_folder
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.checkpoint import CheckpointSummary, PreflightCheck
from tunewright_bridge.protocol.task import Task


class SwiftEngine:
    """Implements `Engine`."""

    name = "swift"

    def resolve(
        self,
        config: ConfigFile,
        *,
        attempt_output: Path,
        working_directory: Path,
        device_count: int,
        now: datetime,
        environment: Mapping[str, str] | None = None,
        taken: Collection[Path] = (),
    ) -> ResolvedConfig:
        return arguments.resolve(
            config,
            attempt_output=attempt_output,
            working_directory=working_directory,
            device_count=device_count,
            now=now,
            environment=environment,
            taken=taken,
        )

    def literal_secrets(self, config: ConfigFile) -> Mapping[str, str]:
        return take_literal_secrets(config.values)[1]

    def check_places(self, config: ConfigFile, working_directory: Path) -> None:
        missing = missing_folder(config.values, working_directory)
        if missing is not None:
            raise BridgeError("model-not-found", key=missing[0], path=missing[1])
        missing = missing_file(config.values, working_directory)
        if missing is not None:
            reason = f"{missing[0]} names the file {missing[1]}, which does not exist"
            raise BridgeError("config-invalid", path=str(config.path), reason=reason)

    def command(self, interpreter: str, task: Task, resolved_path: Path) -> list[str]:
        return [interpreter, str(Path(__file__).with_name("launcher.py")), task, str(resolved_path)]

    def dump(self, resolved: ResolvedConfig) -> str:
        return arguments.dump(resolved)

    def shell_command(self, task: Task, resolved: ResolvedConfig, working_directory: Path) -> str:
        program = f"megatron {task.removeprefix('megatron-')}" if task.startswith("megatron-") else f"swift {task}"
        return arguments.shell_command(program, resolved, working_directory)

    def metrics_files(self, output_directory: Path) -> list[Path]:
        return outputs.metrics_files(output_directory)

    def resolve_again(
        self, task: Task, resolved_text: str, *, earlier_output: Path, attempt_output: Path, now: datetime
    ) -> ResolvedConfig:
        return resuming.resolve_again(
            task, resolved_text, earlier_output=earlier_output, attempt_output=attempt_output, now=now
        )

    def resume(self, task: Task, resolved: ResolvedConfig, checkpoint: Path, *, weights_only: bool) -> ResolvedConfig:
        return resuming.resume(task, resolved, checkpoint, weights_only=weights_only)

    def begin_as(self, resolved: ResolvedConfig, original_text: str) -> ResolvedConfig:
        return resuming.begin_as(resolved, original_text)

    def checkpoints(
        self, output_directory: Path, attempt: int, *, after_step: int | None = None
    ) -> list[CheckpointSummary]:
        return checkpoints(output_directory, attempt, after_step=after_step)

    def last_logged_step(self, output_directory: Path, before_step: int) -> int:
        return last_logged_step(output_directory, before_step)

    def check_checkpoint(self, checkpoint: Path, *, weights_only: bool) -> list[PreflightCheck]:
        return check_checkpoint(checkpoint, weights_only=weights_only)

    def compare_with_checkpoint(
        self,
        checkpoint: CheckpointSummary,
        resolved: ResolvedConfig,
        *,
        trained_text: str | None,
        environment: Mapping[str, str],
        weights_only: bool,
    ) -> Comparison:
        return compare(
            checkpoint,
            resolved,
            trained=None if trained_text is None else resuming.read_resolved(trained_text),
            environment=environment,
            weights_only=weights_only,
        )

    def data_files(self, values: Mapping[str, Any], working_directory: Path) -> list[Path]:
        return data_files(values, working_directory)

    def introspect(self, interpreter: str) -> dict[str, Any]:
        from tunewright_bridge.engine.swift.introspection import introspect

        return introspect(interpreter)
