"""What is done about each kind of alert, by the config's `tunewright.health`."""

from tunewright_bridge.protocol.alert import AlertKind, AlertSeverity, HealthAction
from tunewright_bridge.protocol.config import HealthPolicy


class Policy:
    """A config's wishes, with what holds where it has none: watch, and notify."""

    def __init__(self, wishes: HealthPolicy | None) -> None:
        self._wishes = wishes or HealthPolicy()

    @property
    def is_on(self) -> bool:
        """Whether anything is watched at all."""
        return self._wishes.enabled is not False

    @property
    def stall_seconds(self) -> float | None:
        """How long a run may be without a step, where the config says so."""
        minutes = self._wishes.stall_minutes
        return None if minutes is None else minutes * 60

    def action(self, kind: AlertKind, severity: AlertSeverity) -> HealthAction:
        """What to do about an alert. A hint ends no run unless the config names its kind."""
        named: HealthAction | None = None if self._wishes.alerts is None else getattr(self._wishes.alerts, kind)
        if named is not None:
            return named
        general = self._wishes.on_alert or "notify"
        return "notify" if severity == "hint" and general in ("stop", "resume") else general
