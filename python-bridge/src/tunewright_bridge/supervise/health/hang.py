"""No step for much longer than steps take here."""

from collections.abc import Sequence

from tunewright_bridge.supervise.health.detector import Detector, Symptom
from tunewright_bridge.supervise.health.pace import Pace, Pause
from tunewright_bridge.supervise.health.plan import TrainingPlan

# Shorter silences come from anything: a slow disk, an epoch that begins, a kernel that is compiled.
_LEAST_SECONDS = 300.0
_USUAL_LINES = 5.0
_LONGEST_SILENCES = 3.0
# Before the first pause of its kind nobody knows how long it takes here, so the first alert may come late.
_FIRST_PAUSE_SECONDS: dict[Pause, float] = {"evaluation": 7200.0, "saving": 3600.0, "end": 7200.0}
_FIRST_PAUSE_LINES = 100.0
# The first steps of a run can be of any length: kernels are compiled, caches filled.
_KNOWN_INTERVALS = 5
_UNKNOWN_SECONDS = 3600.0


class HangDetector(Detector):
    """Tells of a silence behind the last line. Without two lines of training there is no pace, and it says nothing."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._began_at: float | None = None
        self._is_over = False

    def take_ending(self, ending: object) -> None:
        self._is_over = True

    def symptoms(self, now: float) -> Sequence[Symptom]:
        if self._began_at is None:
            self._began_at = now
        last = self.pace.last
        silent_since = self._began_at if last is None else last.seen_at
        allowed = self._allowed_seconds()
        if self._is_over or not self.plan.is_training or allowed is None or now - silent_since <= allowed:
            return ()
        due = self.pace.due_now()
        expected = next((kind for kind in ("end", "evaluation", "saving") if kind in due), "steps")
        usual = self.pace.seconds_per_line
        values = {
            "minutes": f"{(now - silent_since) / 60:.3g}",
            "usualSeconds": "" if usual is None else f"{usual:.3g}",
            "expected": expected,
        }
        step = None if last is None else last.step
        return [Symptom("hang", step=step, values={**values, "step": str(step or 0)})]

    def _allowed_seconds(self) -> float | None:
        stall_seconds = self.plan.stall_seconds
        if stall_seconds is not None:
            return stall_seconds if stall_seconds > 0 else None
        usual = self.pace.seconds_per_line
        if usual is None:
            return None
        longest = self.pace.longest
        allowed = max(_LEAST_SECONDS, _USUAL_LINES * usual, _LONGEST_SILENCES * longest.get("steps", 0.0))
        if len(self.pace.intervals) < _KNOWN_INTERVALS:
            allowed = max(allowed, _UNKNOWN_SECONDS)
        for kind in self.pace.due_now():
            known = longest.get(kind)
            first = max(_FIRST_PAUSE_SECONDS[kind], _FIRST_PAUSE_LINES * usual)
            allowed += first if known is None else _LONGEST_SILENCES * known
        return allowed
