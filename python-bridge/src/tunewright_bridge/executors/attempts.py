"""What the attempts of a run are made with, whether it is the first one or goes on from a checkpoint."""

import os
from collections.abc import Mapping
from pathlib import Path

from tunewright_bridge.engine.base import Engine, ResolvedConfig
from tunewright_bridge.executors.targets import ChosenTarget
from tunewright_bridge.protocol.run import AttemptCommand, AttemptTerms
from tunewright_bridge.protocol.task import Task
from tunewright_bridge.protocol.tool import ToolEnvironment
from tunewright_bridge.runs.layout import AttemptPaths


def usable_devices(target: ChosenTarget) -> int:
    """Accelerators that a run may use; the config's own count is weighed against it by the engine."""
    from tunewright_bridge.devices import accelerator_count

    present = accelerator_count()
    resources = target.target.resources
    allowed = None if resources is None else resources.devices
    return present if allowed is None else min(present, allowed)


def command_of(
    engine: Engine,
    task: Task,
    resolved: ResolvedConfig,
    attempt: AttemptPaths,
    *,
    tool: ToolEnvironment,
    working_directory: Path,
    environment: Mapping[str, str],
    terms: AttemptTerms,
) -> AttemptCommand:
    """How `attempt` is started with what `resolved` says; `environment` is what it would inherit."""
    return AttemptCommand(
        format=1,
        arguments=engine.command(tool.interpreter, task, attempt.resolved),
        working_directory=str(working_directory),
        environment={**activation(tool, environment), **resolved.environment},
        secret_names=resolved.secret_names,
        tool=tool,
        output_directory=str(resolved.output_directory),
        terms=terms,
    )


def activation(tool: ToolEnvironment, environment: Mapping[str, str]) -> dict[str, str]:
    """What activating the tool's environment would do: compilers and the like are found beside its Python first.

    Beside it, what makes the log readable: whole at every moment, in one encoding whatever the person's locale is, and
    never an error because of a character that cannot be printed.
    """
    folders = [str(Path(tool.interpreter).parent), environment.get("PATH", os.defpath)]
    path = os.pathsep.join(folders)
    return {"PATH": path, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8:backslashreplace"}
