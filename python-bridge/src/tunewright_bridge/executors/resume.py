"""Goes on with an ended run from one of its checkpoints, and says beforehand what that would do."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from tunewright_bridge.engine.base import ConfigFile, Engine
from tunewright_bridge.engine.config_file import read_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.executors.attempts import activation, command_of, usable_devices
from tunewright_bridge.executors.queueing import check_queue
from tunewright_bridge.executors.secrets import secret_values
from tunewright_bridge.executors.table import executor_named
from tunewright_bridge.executors.targets import ChosenTarget, target_of_run
from tunewright_bridge.executors.terms import granted_devices, terms_of_config
from tunewright_bridge.protocol.bridge import PreflightParams, ResumeRunParams
from tunewright_bridge.protocol.checkpoint import ResumePreflight
from tunewright_bridge.protocol.config import OwnKeys
from tunewright_bridge.protocol.run import AttemptCommand, RunIntent, RunSummary
from tunewright_bridge.protocol.tool import ToolEnvironment
from tunewright_bridge.provenance.collect import collect
from tunewright_bridge.runs.causes import cause
from tunewright_bridge.runs.durable import storage_errors
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.runs.reading import read_record, terms_of
from tunewright_bridge.runs.record import RunRecord, is_live, now_ms
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.preflight_texts import preflight_text
from tunewright_bridge.supervise.resuming import Basis, ResumePlan, basis_of_last, output_directories, plan_resume
from tunewright_bridge.tools.environment import require_engine


def preflight(params: PreflightParams, *, environment: Mapping[str, str]) -> ResumePreflight:
    """What a resume with these params would do, and what speaks against it. Starts and stores nothing.

    Raises BridgeError run-live, no-checkpoint, checkpoint-unusable, task-unsupported, and for a config that is read
    anew what a start would raise.
    """
    paths = RunStore(Path(params.root).absolute()).get(params.run_id)
    resumption = Resumption(paths, environment)
    return resumption.plan(
        params.checkpoint, weights_only=params.weights_only is True, with_config=params.with_config is True
    ).preflight


def resume_run(params: ResumeRunParams, *, environment: Mapping[str, str]) -> RunSummary:
    """Goes on from a checkpoint with a new attempt, and gives the run as it then stands.

    `environment` is what the command inherits, beside the secrets of `params`. Raises BridgeError as `preflight` does,
    checkpoint-unusable also where the preflight finds an error, and secret-missing, interpreter-not-found,
    engine-not-installed, engine-broken, model-not-found, disk-full, directory-not-writable: nothing has changed then.
    """
    store = RunStore(Path(params.root).absolute())
    paths = store.get(params.run_id)
    resumption = Resumption(paths, environment)
    tool = require_engine(params.interpreter or resumption.interpreter(with_config=params.with_config is True))
    plan = resumption.plan(
        params.checkpoint,
        weights_only=params.weights_only is True,
        with_config=params.with_config is True,
        tool=tool,
    )
    resumption.check(plan)
    secrets = resumption.secrets(plan, params.secrets or {})
    point = plan.preflight.point
    with storage_errors(paths.directory):
        attempt = RunRecord(paths).begin_attempt(
            plan.new_attempt, cause=cause("resumed", checkpoint=Path(point.checkpoint).name, step=point.step)
        )
    executor = executor_named(resumption.intent.executor)
    executor.submit(paths, attempt, environment={**environment, **secrets})
    return store.summary(paths)


class Resumption:
    """An ended run on its way to one more attempt. Raises BridgeError run-live where it has not ended."""

    def __init__(self, paths: RunPaths, environment: Mapping[str, str]) -> None:
        self._paths = paths
        self._environment = environment
        self._engine: Engine = engine_for_runs()
        state = repair(paths)
        if is_live(state.state):
            raise BridgeError("run-live", run=paths.run_id, state=state.state)
        self.intent = read_record(RunIntent, paths.intent)
        self._last_command = read_record(AttemptCommand, paths.attempt(state.attempt).command)

    def interpreter(self, *, with_config: bool) -> str:
        """The Python of the last attempt, or of the run's target where all is read anew."""
        of_target = self._target().target.interpreter if with_config else None
        return of_target or self._last_command.tool.interpreter

    def plan(
        self,
        checkpoint: str | None,
        *,
        weights_only: bool,
        with_config: bool,
        tool: ToolEnvironment | None = None,
    ) -> ResumePlan:
        """The next attempt, run by `tool`, or by that of the last attempt."""
        used = tool or self._last_command.tool
        return plan_resume(
            self._paths,
            None if checkpoint is None else Path(checkpoint),
            weights_only=weights_only,
            basis=self._basis_of_config(used) if with_config else self._basis_of_last(used),
            environment=self._environment,
        )

    def check(self, plan: ResumePlan) -> None:
        """Raises BridgeError for what makes that the attempt would fail, or train something else."""
        if plan.errors:
            reason = "; ".join(preflight_text(check) for check in plan.errors)
            raise BridgeError("checkpoint-unusable", checkpoint=plan.preflight.point.checkpoint, reason=reason)
        values = plan.resolved.values
        config = ConfigFile(Path(self.intent.config_path), "", self.intent.task, values, OwnKeys())
        self._engine.check_places(config, Path(self.intent.working_directory))
        command = plan.new_attempt.command
        check_queue(
            terms_of(self.intent, command), command, values, config_path=config.path, environment=self._environment
        )

    def secrets(self, plan: ResumePlan, given: Mapping[str, str]) -> dict[str, str]:
        """The value of each secret of the next attempt. Raises BridgeError secret-missing."""
        sources = [plan.resolved.literal_secrets, given, self._environment]
        names = plan.new_attempt.command.secret_names
        if any(all(name not in source for source in sources) for name in names):
            sources.append(self._secrets_in_config())
        return secret_values(names, *sources)

    def _secrets_in_config(self) -> Mapping[str, str]:
        """Those that the config holds in plain text; a run directory holds only their names."""
        try:
            return self._engine.literal_secrets(self._config())
        except BridgeError:
            # That a secret is missing says more than that the config has gone.
            return {}

    def _basis_of_last(self, tool: ToolEnvironment) -> Basis:
        basis = basis_of_last(self._paths)
        arguments = self._engine.command(tool.interpreter, basis.task, RunRecord(self._paths).next_attempt().resolved)
        environment = {**basis.command.environment, **activation(tool, self._environment)}
        return replace(
            basis,
            command=replace(basis.command, arguments=arguments, environment=environment, tool=tool),
            provenance=replace(basis.provenance, python_version=tool.python_version, packages=dict(tool.packages)),
        )

    def _basis_of_config(self, tool: ToolEnvironment) -> Basis:
        config = self._config()
        working_directory = Path(self.intent.working_directory)
        self._engine.check_places(config, working_directory)
        attempt = RunRecord(self._paths).next_attempt()
        target = self._target()
        usable = usable_devices(target)
        terms = terms_of_config(config, target, usable)
        resolved = self._engine.resolve(
            config,
            attempt_output=attempt.output,
            working_directory=working_directory,
            device_count=granted_devices(terms, usable),
            now=datetime.now(),
            environment=self._environment,
            taken=output_directories(self._paths),
        )
        return Basis(
            task=config.task,
            resolved=resolved,
            command=command_of(
                self._engine,
                config.task,
                resolved,
                attempt,
                tool=tool,
                working_directory=working_directory,
                environment=self._environment,
                terms=terms,
            ),
            provenance=collect(
                config_text=config.text,
                config_folder=config.path.parent,
                tool=tool,
                started_at_ms=now_ms(),
            ),
        )

    def _config(self) -> ConfigFile:
        return read_config(Path(self.intent.config_path), self.intent.task)

    def _target(self) -> ChosenTarget:
        return target_of_run(self.intent.target, self._paths.directory.parent, self._environment)
