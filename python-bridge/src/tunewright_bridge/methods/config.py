"""`config/…`: what a config comes to."""

from datetime import datetime
from pathlib import Path

from tunewright_bridge.methods.table import Notify
from tunewright_bridge.protocol.bridge import ResolveConfigParams, ResolveConfigResult


class ConfigMethods:
    """Needs nothing of the client."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify

    def resolve(self, params: ResolveConfigParams) -> ResolveConfigResult:
        """The config as the engine would get it, and the shell line that runs it by hand."""
        import os

        from tunewright_bridge.devices import accelerator_count
        from tunewright_bridge.engine.config_file import read_config
        from tunewright_bridge.engine.engines import engine_for_runs

        path = Path(params.config_path)
        config = read_config(path)
        working_directory = Path(params.working_directory) if params.working_directory else path.parent
        engine = engine_for_runs()
        resolved = engine.resolve(
            config,
            # Nothing is run, so there is no attempt; this is where the engine itself would write.
            attempt_output=working_directory / "output",
            working_directory=working_directory,
            device_count=accelerator_count(),
            now=datetime.now(),
            environment=os.environ,
        )
        return ResolveConfigResult(
            resolved_text=engine.dump(resolved),
            shell_command=engine.shell_command(config.task, resolved, working_directory),
        )

    def close(self) -> None:
        """Nothing goes on after an answer."""
