"""`metrics/…`: the curves of runs, kept in memory for those looked at last."""

import threading
from collections import OrderedDict
from pathlib import Path

from tunewright_bridge.methods.run_files import run_progress, stitched_files
from tunewright_bridge.methods.table import Notify
from tunewright_bridge.metrics.curves import Curves
from tunewright_bridge.protocol.bridge import MetricsQuery, MetricsResult
from tunewright_bridge.runs.store import RunStore

# Each takes a few megabytes, however long the run is.
RUNS_KEPT = 8


class _Kept:
    """The curves of one run, and the lock that lets only one query at a time bring them up to date."""

    def __init__(self) -> None:
        self.curves = Curves()
        self.lock = threading.Lock()


class MetricsMethods:
    """Keeps the curves of the last few runs asked for."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()

    def query(self, params: MetricsQuery) -> MetricsResult:
        """Series in buckets, over all attempts. Raises BridgeError run-not-found."""
        files = stitched_files(RunStore(Path(params.root)).get(params.run_id))
        kept = self._curves_of(params.root, params.run_id)
        with kept.lock:
            kept.curves.refresh(files)
            series = kept.curves.view(
                params.max_buckets, names=params.series, from_step=params.from_step, to_step=params.to_step
            )
        return MetricsResult(series=series, progress=run_progress([file.path for file in files]))

    def _curves_of(self, root: str, run_id: str) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault((root, run_id), _Kept())
            self._kept.move_to_end((root, run_id))
            while len(self._kept) > RUNS_KEPT:
                self._kept.popitem(last=False)
            return kept

    def close(self) -> None:
        """Nothing goes on after an answer."""
