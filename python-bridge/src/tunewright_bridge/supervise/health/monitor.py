"""Watches over the health of one attempt: reads what is new, asks the detectors, tells and acts. The thin rim of it."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tunewright_bridge.protocol.alert import Alert, AlertKind, HealthAction
from tunewright_bridge.protocol.device import HostSample
from tunewright_bridge.protocol.run import AttemptCommand, ExitRecord, RunIntent, StopRequest
from tunewright_bridge.protocol.task import TRAINING_TASKS
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record_if_there, terms_of
from tunewright_bridge.runs.record import RunRecord, now_ms
from tunewright_bridge.supervise.health.book import AlertBook
from tunewright_bridge.supervise.health.detector import Ending, Symptom
from tunewright_bridge.supervise.health.detectors import DETECTORS
from tunewright_bridge.supervise.health.host import HostSource, named_devices
from tunewright_bridge.supervise.health.panel import DetectorPanel
from tunewright_bridge.supervise.health.plan import TrainingPlan, plan_of
from tunewright_bridge.supervise.health.policy import Policy
from tunewright_bridge.supervise.health.sources import ConsoleSource, EngineArguments, MetricsSource
from tunewright_bridge.supervise.health.step_lines import StepLines
from tunewright_bridge.supervise.stop_requests import store_stop

_LOG = logging.getLogger(__name__)

# An alert shall be out within 10 s of its line, on a busy machine too.
_LOOK_SECONDS = 2.0
# A command that fails by itself gets this long to end; then it hangs, and a stop is carried out all the same.
_DYING_SECONDS = 60.0
_WAITING_SAMPLES = 64
_LASTING: frozenset[AlertKind] = frozenset({"nan", "zero_loss", "divergence", "out_of_memory", "engine_failure"})


@dataclass(frozen=True, slots=True)
class _StopWanted:
    """An alert that is to stop the run, from some moment on."""

    alert: Alert
    not_before: float


class HealthMonitor:
    """`step` is called again and again by the supervisor's watch, and `close` when nothing of the attempt lives."""

    def __init__(
        self,
        paths: RunPaths,
        attempt: AttemptPaths,
        intent: RunIntent,
        command: AttemptCommand,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempt = attempt
        self._clock = clock
        self._policy = Policy(terms_of(intent, command).health)
        self._record = RunRecord(paths)
        self._is_training = intent.task in TRAINING_TASKS
        self._first_step = 0 if command.resumed_from is None else command.resumed_from.step
        output = Path(command.output_directory)
        self._arguments = EngineArguments(output, attempt)
        self._metrics = MetricsSource(output, self._first_step)
        self._console = ConsoleSource(attempt)
        self._step_lines = StepLines()
        self._host = HostSource(output, attempt)
        self._named_devices = named_devices(command.environment)
        self._samples: deque[HostSample] = deque(maxlen=_WAITING_SAMPLES)
        self._plan = self._plan_of({})
        self._panel = DetectorPanel(DETECTORS, self._plan)
        self._book: AlertBook | None = None
        self._stop_wanted: _StopWanted | None = None
        self._failure = ""

    def take_sample(self, sample: HostSample) -> None:
        """A sample of the devices; may come from another thread."""
        self._samples.append(sample)

    def step(self) -> float | None:
        """Looks at what is new. Seconds until the next look; None where nothing is watched."""
        if not self._policy.is_on:
            return None
        try:
            self._look(None)
        except Exception as error:  # noqa: BLE001  What breaks here must end neither the supervision nor the run.
            # Said once; the next look tries again, and nothing that was not stored counts as told.
            if str(error) != self._failure:
                _LOG.exception("health could not be looked at")
            self._failure = str(error)
        return _LOOK_SECONDS

    def close(self) -> None:
        """The last look, once the command has ended."""
        if not self._policy.is_on:
            return
        try:
            self._look(self._ending())
        except Exception:  # noqa: BLE001  What breaks here must not keep the end of the run from being stored.
            _LOG.exception("health could not be looked at for the last time")

    def _look(self, ending: Ending | None) -> None:
        now = self._clock()
        if self._book is None:
            self._book = self._open_book(now)
        arguments = self._arguments.news()
        if arguments is not None:
            self._plan = self._plan_of(arguments)
            self._panel.learn(self._plan)
        for point in self._metrics.news(now):
            if point is None:
                self._panel.restart()
            else:
                self._panel.take_point(point)
        while self._samples:
            sample = self._host.sample(self._samples.popleft(), self._plan, now)
            self._learn_devices(self._host.named_devices)
            self._panel.take_sample(sample)
        for block in self._console.news(is_over=ending is not None):
            self._panel.take_console(block)
            self._step_lines.take(block)
        if ending is not None:
            self._panel.take_ending(ending)
        symptoms = self._panel.symptoms(now)
        if ending is not None:
            # What was wrong with a live run is over with it; what it came to stays.
            symptoms = [symptom for symptom in symptoms if symptom.kind in _LASTING]
        self._tell(self._book, symptoms, now)
        if ending is None:
            self._stop_if_wanted(now)

    def _learn_devices(self, named: tuple[str, ...]) -> None:
        """What the command inherited, or a queue gave it, wins over what its config says."""
        if named and named != self._named_devices:
            self._named_devices = named
            self._plan = replace(self._plan, named_devices=named)
            self._panel.learn(self._plan)

    def _plan_of(self, arguments: Mapping[str, Any]) -> TrainingPlan:
        variables = arguments.get("ENV")
        named = named_devices(variables) if isinstance(variables, Mapping) else ()
        return plan_of(
            arguments,
            is_training=self._is_training,
            first_step=self._first_step,
            stall_seconds=self._policy.stall_seconds,
            # What is set already wins over the config.
            named_devices=self._named_devices or named,
        )

    def _open_book(self, now: float) -> AlertBook:
        book = AlertBook(self._record, self._attempt)
        for alert in book.alerts:
            # Whoever told it may have died before it asked for the stop.
            if alert.ended_at_ms is None and alert.action in ("stop", "resume"):
                self._stop_wanted = _StopWanted(alert, now + _DYING_SECONDS)
        return book

    def _tell(self, book: AlertBook, found: Iterable[Symptom], now: float) -> None:
        book.write_again()
        symptoms = [symptom for symptom in found if self._action(symptom) != "ignore"]
        for symptom in symptoms:
            alert = book.begin(self._with_place(symptom), self._action(symptom))
            if alert is None:
                continue
            _LOG.warning("alert %s at step %s", alert.id, alert.step)
            if alert.action in ("stop", "resume") and self._stop_wanted is None:
                patience = _DYING_SECONDS if symptom.ends_the_command else 0.0
                self._stop_wanted = _StopWanted(alert, now + patience)
        book.end_others(symptom.id for symptom in symptoms)

    def _with_place(self, symptom: Symptom) -> Symptom:
        """With the line of the log that shows it, where what the engine logged does."""
        if symptom.series is None or symptom.log_offset is not None:
            return symptom
        return replace(symptom, log_offset=self._step_lines.offset_of(symptom.step))

    def _action(self, symptom: Symptom) -> HealthAction:
        return self._policy.action(symptom.kind, symptom.severity)

    def _stop_if_wanted(self, now: float) -> None:
        wanted = self._stop_wanted
        if wanted is None or now < wanted.not_before:
            return
        by = f"an alert ({wanted.alert.kind})"
        request = StopRequest(format=1, requested_at_ms=now_ms(), by=by, alert=wanted.alert)
        store_stop(self._record, self._attempt, request)
        self._stop_wanted = None

    def _ending(self) -> Ending:
        record = read_record_if_there(ExitRecord, self._attempt.exit)
        if record is None or self._attempt.stop.exists():
            return Ending()
        return Ending(
            exit_code=record.exit_code,
            signal=record.signal,
            was_killed_for_memory=self._host.was_killed_for_memory(),
        )
