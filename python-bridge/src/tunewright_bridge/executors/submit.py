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
from tunewright_bridge.executors.terms import granted_devices, own_block, terms_of_config
from tunewright_bridge.protocol.bridge import StartRunParams
from tunewright_bridge.protocol.run import AttemptTerms, Provenance, RunSummary
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
        usable = usable_devices(target)
        terms = terms_of_config(config, target, usable)
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
                device_count=granted_devices(terms, usable),
                now=datetime.now(),
                environment=self._environment,
            )
            secrets.update(self._secrets(resolved))
            prepared = self._attempt(config, resolved, attempt, tool, working_directory, provenance, terms)
            check_queue(
                terms, prepared.command, resolved.values, config_path=config.path, environment=self._environment
            )
            return PreparedRun(
                config_text=redacted_text(config.text, resolved.literal_secrets.values()), attempt=prepared
            )

        store = RunStore(self._root)
        paths = store.create(self._new_run(config, target, executor, working_directory), prepare)
        executor.submit(paths, paths.attempt(1), environment={**self._environment, **secrets})
        return store.summary(paths)

    def _executor(self, target: ChosenTarget, config: ConfigFile) -> Executor:
        name = target.target.executor or "local"
        if target.host != LOCAL:
            reason = "runs on other hosts cannot be started yet"
            raise BridgeError("executor-unsupported", executor=f"{name} on {target.host}", reason=reason)
        executor = executor_named(name)
        for resources in (target.target.resources, Resources(nodes=own_block(config).nodes)):
            refusal = None if resources is None else executor.refusal(resources)
            if refusal is not None:
                raise BridgeError("executor-unsupported", executor=name, reason=refusal)
        return executor

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
        terms: AttemptTerms,
    ) -> NewAttempt:
        command = command_of(
            self._engine,
            config.task,
            resolved,
            attempt,
            tool=tool,
            working_directory=working_directory,
            environment=self._environment,
            terms=terms,
        )
        return NewAttempt(resolved_text=self._engine.dump(resolved), command=command, provenance=provenance)

    def _new_run(
        self,
        config: ConfigFile,
        target: ChosenTarget,
        executor: Executor,
        working_directory: Path,
    ) -> NewRun:
        own = own_block(config)
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
        )
