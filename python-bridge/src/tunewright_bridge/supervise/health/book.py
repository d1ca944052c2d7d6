"""The alerts of one attempt on disk: an event for each that begins or ends, then `health.json` with all of them."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.alert import Alert, HealthAction, HealthRecord
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import RunEvent
from tunewright_bridge.runs.durable import write_json_atomically
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.reading import read_record_if_there
from tunewright_bridge.runs.record import RunRecord, now_ms
from tunewright_bridge.supervise.health.detector import Symptom

# Something that comes and goes all the time has been said by then.
_MOST_TIMES = 20


class AlertBook:
    """What was told, so that it is told once. Whoever adopts the attempt goes on with what the disk says."""

    def __init__(self, record: RunRecord, attempt: AttemptPaths) -> None:
        self._record = record
        self._attempt = attempt
        self._alerts: dict[str, Alert] = {}
        self._times: dict[str, int] = {}
        for alert in _stored(record, attempt):
            self._alerts[alert.id] = alert
        # The last supervisor may have died between an event and the file.
        self._is_written = not self._alerts

    @property
    def alerts(self) -> list[Alert]:
        """The latest of each id."""
        return list(self._alerts.values())

    def begin(self, symptom: Symptom, action: HealthAction) -> Alert | None:
        """Stores a new alert; None where it is known already. Raises OSError where the disk refuses."""
        known = self._alerts.get(symptom.id)
        times = self._times.get(symptom.id, 0)
        if (known is not None and known.ended_at_ms is None) or times >= _MOST_TIMES:
            return None
        alert = Alert(
            id=symptom.id,
            kind=symptom.kind,
            severity=symptom.severity,
            attempt=self._attempt.number,
            at_ms=now_ms(),
            step=symptom.step,
            series=symptom.series,
            subject=symptom.subject,
            values=dict(symptom.values),
            action=action,
            log_offset=symptom.log_offset,
        )
        self._store("alert", alert)
        self._times[symptom.id] = times + 1
        return alert

    def end_others(self, ids: Iterable[str]) -> None:
        """Ends every alert that is not among `ids`. Raises OSError where the disk refuses."""
        going_on = set(ids)
        for alert in self.alerts:
            if alert.id not in going_on and alert.ended_at_ms is None:
                self._store("alert-ended", replace(alert, ended_at_ms=now_ms()))

    def write_again(self) -> None:
        """Stores `health.json` where the disk refused it before. Raises OSError."""
        if not self._is_written:
            self._write()

    def _store(self, kind: Literal["alert", "alert-ended"], alert: Alert) -> None:
        at_ms = alert.ended_at_ms or alert.at_ms
        self._record.note(RunEvent(at_ms=at_ms, attempt=self._attempt.number, kind=kind, alert=alert))
        self._alerts[alert.id] = alert
        self._is_written = False
        self._write()

    def _write(self) -> None:
        write_json_atomically(self._attempt.health, encode(HealthRecord(format=1, alerts=self.alerts)))
        self._is_written = True


def _stored(record: RunRecord, attempt: AttemptPaths) -> list[Alert]:
    """What earlier supervisors told: by the events, since `health.json` may be one behind."""
    try:
        kept = read_record_if_there(HealthRecord, attempt.health)
    except BridgeError:
        kept = None
    alerts = {} if kept is None else {alert.id: alert for alert in kept.alerts}
    for event in record.events():
        if event.attempt == attempt.number and event.alert is not None:
            alerts[event.alert.id] = event.alert
    return list(alerts.values())
