"""Since which step the weights of an attempt may be worth nothing, by the alerts that stood when it ended."""

from collections.abc import Iterable

from tunewright_bridge.protocol.alert import Alert, AlertKind, HealthRecord
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.reading import read_record_if_there

# Behind such an alert stand steps that were taken by a loss that meant nothing.
_SPOILING_KINDS: frozenset[AlertKind] = frozenset({"nan", "zero_loss", "divergence"})
# No step is taken by what an evaluation finds.
_EVALUATED_SERIES = "eval_loss"


def standing_alerts(attempt: AttemptPaths) -> list[Alert]:
    """Those that are not over. Raises BridgeError run-directory-unreadable."""
    health = read_record_if_there(HealthRecord, attempt.health)
    return [] if health is None else [alert for alert in health.alerts if alert.ended_at_ms is None]


def spoiled_since(alerts: Iterable[Alert]) -> int | None:
    """The first step that one of these alerts spoils; None where none of them touches the weights."""
    steps = [
        alert.step
        for alert in alerts
        if alert.kind in _SPOILING_KINDS and alert.step is not None and alert.series != _EVALUATED_SERIES
    ]
    return min(steps, default=None)
