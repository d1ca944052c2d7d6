"""When a lost run is worth another look: it is hardly ever found alive, and then soon after it was lost."""

import time
from collections.abc import Callable, Collection

SHORTEST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 60.0
# The next look comes after this part of the time for which the run has been known as lost.
_WAIT_SHARE = 0.25


class LostRuns:
    """The runs that were seen as lost, and when each of them is to be looked at again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # When it was first seen, and when the next look is due.
        self._times: dict[str, tuple[float, float]] = {}

    def is_due(self, run_id: str) -> bool:
        """Whether to look at the run now; the next look is then due some time later."""
        now = self._clock()
        first, due = self._times.get(run_id, (now, now))
        if now < due:
            return False
        wait = min(max((now - first) * _WAIT_SHARE, SHORTEST_WAIT_SECONDS), LONGEST_WAIT_SECONDS)
        self._times[run_id] = (first, now + wait)
        return True

    def keep_only(self, run_ids: Collection[str]) -> None:
        """Forgets every other run."""
        self._times = {run_id: times for run_id, times in self._times.items() if run_id in run_ids}
