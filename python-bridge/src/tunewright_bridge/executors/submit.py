"""From a config to a started run: everything that can be known to be wrong is said before anything is stored."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from tunewright_bridge import __version__
from tunewright_bridge.engine.base import ConfigFile, Engine, ResolvedConfig
from tunewright_bridge.engine.config_file import read_config
from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.executors.attempts import command_of, usable_devices
from tunewright_bridge.executors.base import Executor
from tunewright_bridge.executors.queueing import check_queue
from tunewright_bridge.executors.secrets import redacted_text, secret_values
from tunewright_bridge.executors.table import executor_named
from tunewright_bridge.executors.targets import LOCAL, ChosenTarget, target_of_run
from tunewright_bridge.protocol.bridge import StartRunParams
from tunewright_bridge.protocol.config import OwnBlock
from tunewright_bridge.protocol.run import Provenance, RunSummary
from tunewright_bridge.protocol.targets import Resources
from tunewright_bridge.protocol.tool import ToolEnvironment
from tunewright_bridge.provenance.collect import collect
from tunewright_bridge.runs.creation import NewAttempt, NewRun, PreparedRun
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.record import now_ms
from tunewright_bridge.runs.store import RunStore
from tunewright_bridge.tools.environment import require_engine


def submit_run(params: StartRunParams, *, environment: Mapping[str, str]) -> RunSummary:
    """Starts a run of the config and gives it as it then stands.

    `environment` is what the command inherits, beside the secrets of `params`. Raises BridgeError with what is wrong;
    except for supervisor-not-started, nothing has been stored then.
    """
    return Submission(params, environment).run()


class Submission:
    """One config on its way to being a run."""

    def __init__(self, params: StartRunParams, environment: Mapping[str, str]) -> None:
        self._params = params
        self._environment = environment
        self._root = Path(params.root).absolute()
        self._config_path = Path(params.config_path).absolute()
        self._engine: Engine = engine_for_runs()

    def run(self) -> RunSummary:
        """Checks, stores, starts."""
        config = read_config(self._config_path)
        target = target_of_run(self._params.target, self._root, self._environment)
        executor = self._executor(target, config)
        working_directory = Path(self._params.working_directory or self._config_path.parent).absolute()
        self._engine.check_places(config, working_directory)
        tool = require_engine(target.target.interpreter or self._params.interpreter)
        device_count = usable_devices(target)
        wanted = self._devices_wanted(config, target, device_count)
        queue = _own_block(config).queue
        if queue is not None:
            # The queue gives it no more, and says which.
            device_count = min(device_count, wanted or 1)
        # Reads the data files, which may take a moment; the store is held up while a run is prepared.
        provenance = collect(
            config_text=config.text,
            config_folder=self._config_path.parent,
            tool=tool,
            started_at_ms=now_ms(),
            data_files=self._engine.data_files(config.values, working_directory),
        )
        secrets: dict[str, str] = {}

        def prepare(attempt: AttemptPaths) -> PreparedRun:
            resolved = self._engine.resolve(
                config,
                attempt_output=attempt.output,
                working_directory=working_directory,
                device_count=device_count,
                now=datetime.now(),
                environment=self._environment,
            )
            secrets.update(self._secrets(resolved))
            if queue is not None:
                check_queue(queue, wanted, resolved, config_path=config.path, environment=self._environment)
            return PreparedRun(
                config_text=redacted_text(config.text, resolved.literal_secrets.values()),
                attempt=self._attempt(config, resolved, attempt, tool, working_directory, provenance),
            )

        store = RunStore(self._root)
        paths = store.create(self._new_run(config, target, executor, working_directory, wanted), prepare)
        executor.submit(paths, paths.attempt(1), environment={**self._environment, **secrets})
        return store.summary(paths)

    def _executor(self, target: ChosenTarget, config: ConfigFile) -> Executor:
        name = target.target.executor or "local"
        if target.host != LOCAL:
            reason = "runs on other hosts cannot be started yet"
            raise BridgeError("executor-unsupported", executor=f"{name} on {target.host}", reason=reason)
        executor = executor_named(name)
        for resources in (target.target.resources, Resources(nodes=_own_block(config).nodes)):
            refusal = None if resources is None else executor.refusal(resources)
            if refusal is not None:
                raise BridgeError("executor-unsupported", executor=name, reason=refusal)
        return executor

    def _devices_wanted(self, config: ConfigFile, target: ChosenTarget, device_count: int) -> int | None:
        """How many devices the run keeps busy, by what is said of them; None where nothing is."""
        own = _own_block(config)
        if own.devices is not None:
            return own.devices
        if config.own.parallel_strategy == "single":
            return 1
        if config.own.parallel_strategy is not None and device_count > 0:
            # A strategy without a count spreads the run over all that it may use.
            return device_count
        resources = target.target.resources
        return None if resources is None else resources.devices

    def _secrets(self, resolved: ResolvedConfig) -> dict[str, str]:
        given = self._params.secrets or {}
        return secret_values(resolved.secret_names, resolved.literal_secrets, given, self._environment)

    def _attempt(
        self,
        config: ConfigFile,
        resolved: ResolvedConfig,
        attempt: AttemptPaths,
        tool: ToolEnvironment,
        working_directory: Path,
        provenance: Provenance,
    ) -> NewAttempt:
        command = command_of(
            self._engine,
            config.task,
            resolved,
            attempt,
            tool=tool,
            working_directory=working_directory,
            environment=self._environment,
        )
        return NewAttempt(resolved_text=self._engine.dump(resolved), command=command, provenance=provenance)

    def _new_run(
        self,
        config: ConfigFile,
        target: ChosenTarget,
        executor: Executor,
        working_directory: Path,
        devices: int | None,
    ) -> NewRun:
        own = _own_block(config)
        return NewRun(
            name=own.name or self._config_path.stem,
            task=config.task,
            config_path=self._config_path,
            working_directory=working_directory,
            host=target.host,
            executor=executor.name,
            tags=own.tags or [],
            bridge_version=__version__,
            target=target.name,
            retries=own.retries,
            queue=own.queue,
            devices=devices,
            health=own.health,
        )


def _own_block(config: ConfigFile) -> OwnBlock:
    return config.own.tunewright or OwnBlock()
