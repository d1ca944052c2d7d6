"""Known failures of the engine and its libraries, recognized in what it prints and in how it ends."""

import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tunewright_bridge.supervise.health.advice import advice
from tunewright_bridge.supervise.health.detector import ConsoleBlock, Detector, Ending, Sample, Symptom
from tunewright_bridge.supervise.health.failure_table import KNOWN_FAILURES, KnownFailure
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point

# What torchrun, or the rank itself, puts in front of a line.
_PREFIX = re.compile(rb"^(?:\[(?:rank|default)?\d+\]:?\s*)+")
_TRACEBACK = b"Traceback (most recent call last):"
# The line of a traceback that names the error. Its frames are indented.
_ERROR = re.compile(
    rb"^(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Failure|Timeout)\b(?::|\s*$)"
    rb"|^(?:[A-Za-z_]\w*\.)+[A-Z]\w*: "
)
_CODE_INDENT = b"    "
# A look at every line would cost too much: a block is looked into where it holds one of these.
_SIGNS = (_TRACEBACK, b"Watchdog caught", b": error: ", b"terminate called", b"Killed")
# The engine prints its first sample, which may hold anything, a traceback too.
_ECHO_BEGINS = (b"[INPUT", b"[LABELS", b"[CHOSEN", b"[REJECTED")
_RECORD = re.compile(rb"^\[(?:INFO|WARNING|ERROR|DEBUG|rank)")
# Of an error's text so much is looked at; some begin with their reason in the second line.
_LINES_OF_ERROR = 25
# A traceback is shorter than this, others in between included.
_LINES_OF_TRACEBACK = 600
_LONGEST_LINE = 2000
_MOST_FOUND = 50
# Is it caught, then lines of metrics come; one that is told at once waits so long for them.
_WAIT_SECONDS = 4.0
_POINTS_AFTER = 3
_LATE_SECONDS = 6.0
# Devices or the host count as full from here on.
_FULL = 0.95

# Failures of the host's memory rather than of a device's.
_OF_HOST = ("worker-killed", "worker-killed-for-memory", "host-out-of-memory", "killed-for-memory", "killed")
# Nothing shows that memory ran out, since a person may have killed it; what would help is told all the same.
_MAYBE_MEMORY = ("worker-killed", "killed")
_BY_ID = {known.id: known for known in KNOWN_FAILURES}


@dataclass(slots=True)
class _Found:
    """An error that was printed, and the known failure that it is, once that is clear."""

    offset: int
    seen_at: float | None = None
    failure: KnownFailure | None = None
    values: Mapping[str, str] | None = None
    points_after: int = 0
    # Printed before anybody looked: whether lines of metrics came after it is not known.
    is_old: bool = False

    def is_caught(self, now: float) -> bool:
        """A single line may have been logged just before the error and be seen just after it."""
        is_late = self.seen_at is not None and now - self.seen_at > _LATE_SECONDS
        return self.points_after >= _POINTS_AFTER or (self.points_after > 0 and is_late)


class FailureDetector(Detector):
    """Tells of failures that end the command. What the engine catches, so that it goes on, is none."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._found: list[_Found] = []
        self._text: list[str] = []
        # The last line of code of the traceback that is being printed.
        self._frame = ""
        self._lines_since_traceback = _LINES_OF_TRACEBACK
        self._is_echo = False
        self._is_open = False
        self._ending: Ending | None = None
        self._step: int | None = None
        self._has_looked = False
        self._is_host_full = False
        self._has_accelerator = False

    def take_point(self, point: Point) -> None:
        self._step = point.step
        for found in self._found:
            found.points_after += 1
        # Training went on, so what was printed before was caught.
        self._found = [found for found in self._found if not found.is_caught(point.seen_at)]

    def take_sample(self, sample: Sample) -> None:
        self._has_accelerator = any(device.kind != "cpu" for device in sample.devices)
        for device in sample.devices:
            if device.kind == "cpu" and device.memory_used_bytes and device.memory_total_bytes:
                self._is_host_full = device.memory_used_bytes / device.memory_total_bytes >= _FULL

    def take_console(self, block: ConsoleBlock) -> None:
        is_waiting = self._is_open or self._is_echo or self._lines_since_traceback < _LINES_OF_TRACEBACK
        if not is_waiting and not any(sign in block.content for sign in (*_SIGNS, *_ECHO_BEGINS)):
            return
        offset = block.offset
        for line in block.content.split(b"\n"):
            self._take_line(line[:_LONGEST_LINE].rstrip(b"\r"), offset)
            offset += len(line) + 1

    def take_ending(self, ending: Ending) -> None:
        self._ending = ending

    def symptoms(self, now: float) -> Sequence[Symptom]:
        self._has_looked = True
        for found in self._found:
            found.seen_at = now if found.seen_at is None else found.seen_at
        best = self._best(now)
        if best is not None and best.failure is not None:
            return [self._symptom(best.failure, best.values or {}, best.offset)]
        return list(self._symptoms_of_ending())

    def _take_line(self, raw: bytes, offset: int) -> None:
        line = _PREFIX.sub(b"", raw)
        if _RECORD.match(line):
            self._is_echo = any(begin in line for begin in _ECHO_BEGINS)
            self._is_open = False
        if self._is_echo:
            return
        self._lines_since_traceback += 1
        if line[:4] == _CODE_INDENT and line.strip(b" ^~"):
            self._frame = line.decode(errors="replace")
        if _TRACEBACK in line:
            self._lines_since_traceback = 0
            self._is_open = False
        elif _ERROR.match(line) and self._lines_since_traceback < _LINES_OF_TRACEBACK:
            self._begin(offset)
            self._add(line)
        elif self._is_open:
            self._add(line)
        else:
            self._take_plain(line, offset)

    def _begin(self, offset: int) -> None:
        self._is_open = True
        self._text = []
        if len(self._found) < _MOST_FOUND:
            self._found.append(_Found(offset, is_old=not self._has_looked))

    def _add(self, line: bytes) -> None:
        self._text.append(line.decode(errors="replace"))
        if len(self._text) > _LINES_OF_ERROR or not self._found:
            self._is_open = False
            return
        found = self._found[-1]
        # What comes later may say it better, but only the first line that fits is what failed.
        if found.failure is None:
            found.failure, found.values = _recognized("\n".join(self._text), "error", self._frame)

    def _take_plain(self, line: bytes, offset: int) -> None:
        failure, values = _recognized(line.decode(errors="replace"), "line")
        if failure is not None and len(self._found) < _MOST_FOUND:
            self._found.append(_Found(offset, failure=failure, values=values, is_old=not self._has_looked))

    def _best(self, now: float) -> _Found | None:
        """The error that says best why the command ends: the last one, but not what follows from another."""
        known = [found for found in self._found if found.failure is not None]
        if not self._has_failed:
            known = [found for found in known if self._is_told_at_once(found, now)]
        causes = [found for found in known if found.failure is not None and not found.failure.is_consequence]
        # Where memory or a disk is full, other errors follow.
        roots = [found for found in causes if found.failure is not None and found.failure.is_told_at_once]
        choices = roots or causes or known
        return choices[-1] if choices else None

    def _is_told_at_once(self, found: _Found, now: float) -> bool:
        if found.failure is None or not found.failure.is_told_at_once or self.plan.finds_batch_size:
            return False
        return not found.is_old and found.seen_at is not None and now - found.seen_at >= _WAIT_SECONDS

    @property
    def _has_failed(self) -> bool:
        ending = self._ending
        return ending is not None and (bool(ending.exit_code) or ending.signal is not None)

    def _symptoms_of_ending(self) -> Iterator[Symptom]:
        number = None if self._ending is None else _signal_number(self._ending)
        if number is None or self._ending is None:
            return
        name = _signal_name(number)
        failure, values = _recognized(name, "ending")
        if failure is not None:
            yield self._symptom(failure, {**values, "signal": name}, None)

    @property
    def _has_memory_run_out(self) -> bool:
        return self._is_host_full or (self._ending is not None and self._ending.was_killed_for_memory)

    def _symptom(self, failure: KnownFailure, values: Mapping[str, str], offset: int | None) -> Symptom:
        if failure.where_memory_ran_out is not None and self._has_memory_run_out:
            failure = _BY_ID[failure.where_memory_ran_out]
        if failure.kind == "out_of_memory" or failure.id in _MAYBE_MEMORY:
            place: Literal["device", "host"] = "host" if failure.id in _OF_HOST else "device"
            values = {**values, **advice(self.plan, place, has_accelerator=self._has_accelerator)}
        return Symptom(
            failure.kind,
            subject=failure.id,
            step=self._step,
            values=values,
            log_offset=offset,
            ends_the_command=True,
        )


def _recognized(text: str, source: str, frame: str = "") -> tuple[KnownFailure | None, dict[str, str]]:
    """The first entry of the table that fits, with its values."""
    for known in KNOWN_FAILURES:
        if known.pattern is None or known.source != source:
            continue
        if known.frame is not None and not re.search(known.frame, frame):
            continue
        # Compiled when first needed: most runs never fail.
        match = (re.match if source == "line" else re.search)(known.pattern, text)
        if match is not None:
            values = {name.rstrip("0123456789"): value for name, value in match.groupdict().items() if value}
            return known, values
    return None, {}


def _signal_number(ending: Ending) -> int | None:
    """A shell or torchrun in between reports a signal as 128 and its number."""
    if ending.signal is not None:
        return ending.signal
    code = ending.exit_code
    if code is None or code == 0:
        return None
    if code < 0:
        return -code
    # A Python program that ends with a negative code is seen to end with what is left of it below 256.
    return code - 128 if 128 < code < 160 else (256 - code if code > 224 else None)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
