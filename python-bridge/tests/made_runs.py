"""Makes runs for tests of everything that works on run directories."""

import sys
from datetime import datetime
from pathlib import Path

from tunewright_bridge.engine.base import ResolvedConfig
from tunewright_bridge.engine.config_file import read_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.protocol.run import AttemptCommand, AttemptTerms, Provenance
from tunewright_bridge.protocol.tool import ToolEnvironment
from tunewright_bridge.runs.creation import NewAttempt, NewRun, PreparedRun
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.store import RunStore


def new_run(directory: Path, *, name: str = "first.sft") -> NewRun:
    """What a run of the config `<name>.yaml` in `directory` is asked for with."""
    return NewRun(
        name=name,
        task="sft",
        config_path=directory / f"{name}.yaml",
        working_directory=directory,
        host="local",
        executor="local",
        tags=[],
        bridge_version="0.1.0",
    )


def prepared_run(
    paths: AttemptPaths,
    *,
    config_text: str = "model: tiny\n",
    arguments: list[str] | None = None,
    environment: dict[str, str] | None = None,
    secret_names: list[str] | None = None,
    working_directory: Path | None = None,
    terms: AttemptTerms | None = None,
) -> PreparedRun:
    """A run whose attempt executes `arguments`; a program that does nothing where there are none."""
    command = AttemptCommand(
        format=1,
        arguments=arguments or [sys.executable, "-c", ""],
        working_directory=str(working_directory or Path.cwd()),
        environment=environment or {},
        secret_names=secret_names or [],
        tool=ToolEnvironment(tool="engine", interpreter=sys.executable, health="ok", packages={}),
        output_directory=str(paths.output),
        terms=terms or AttemptTerms(),
    )
    provenance = Provenance(
        format=1,
        started_at_ms=0,
        config_sha256="",
        bridge_version="0.1.0",
        host_name="here",
        platform="linux",
        packages={},
    )
    attempt = NewAttempt(resolved_text="model: tiny\n", command=command, provenance=provenance)
    return PreparedRun(config_text=config_text, attempt=attempt)


def resolved_config(config: Path, attempt: AttemptPaths, working_directory: Path) -> ResolvedConfig:
    """A config file as the engine would get it in `attempt`, on a host without accelerators."""
    return engine_for_runs().resolve(
        read_config(config),
        attempt_output=attempt.output,
        working_directory=working_directory,
        device_count=0,
        now=datetime.now(),
    )


def make_run(root: Path, *, name: str = "first.sft", terms: AttemptTerms | None = None) -> RunPaths:
    """A stored, queued run."""
    return RunStore(root).create(new_run(root, name=name), lambda attempt: prepared_run(attempt, terms=terms))
