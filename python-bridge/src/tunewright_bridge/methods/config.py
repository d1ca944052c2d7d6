"""`config/…`: what a config comes to, and what the engine says of it."""

import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tunewright_bridge.methods.table import Notify
from tunewright_bridge.protocol.bridge import CheckConfigParams, EngineVerdict, ResolveConfigParams, ResolveConfigResult

if TYPE_CHECKING:
    from tunewright_bridge.engine.warm_judges import WarmJudges


class ConfigMethods:
    """Needs nothing of the client. Engines that have judged a config stay for a while."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._lock = threading.Lock()
        self._judges: WarmJudges | None = None

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

    def check(self, params: CheckConfigParams) -> EngineVerdict:
        """The engine's own verdict, on the text of the editor or else on the file. Nothing is run."""
        from tunewright_bridge.engine.config_check import engine_verdict
        from tunewright_bridge.engine.warm_judges import WarmJudges

        with self._lock:
            self._judges = self._judges or WarmJudges()
        return engine_verdict(self._judges, Path(params.config_path), interpreter=params.interpreter, text=params.text)

    def close(self) -> None:
        """Ends the engines that were kept."""
        with self._lock:
            judges = self._judges
        if judges is not None:
            judges.close()
