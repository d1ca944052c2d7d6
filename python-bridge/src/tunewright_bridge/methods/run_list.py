"""The answer of `runs/list`: an ended run is in JSON already, and most of many runs have ended."""

from collections.abc import Sequence

from tunewright_bridge.protocol.decode import json_text
from tunewright_bridge.protocol.run import RunSummary
from tunewright_bridge.runs.index import EndedRun


class RunList:
    """Runs, newest first, and how many there are in all: the protocol's ListRunsResult."""

    def __init__(self, runs: Sequence[RunSummary | EndedRun], total: int) -> None:
        self._runs = runs
        self.total = total

    @property
    def runs(self) -> list[RunSummary]:
        """The runs themselves."""
        return [run.summary if isinstance(run, EndedRun) else run for run in self._runs]

    def json(self) -> str:
        """The protocol's form."""
        runs = ",".join(run.json if isinstance(run, EndedRun) else json_text(run) for run in self._runs)
        return f'{{"runs":[{runs}],"total":{self.total}}}'
