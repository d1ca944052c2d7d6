"""What a detector sees of a run, and what it says; nothing is read or written here, and time comes from the caller.

A detector tells what is wrong now. That an alert begins or ends with it is seen by comparing two tellings (book.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tunewright_bridge.protocol.alert import AlertKind, AlertSeverity
from tunewright_bridge.protocol.device import DeviceSample
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.health.point import Point


@dataclass(frozen=True, slots=True)
class Sample:
    """The host at one moment."""

    at: float
    devices: Sequence[DeviceSample] = ()
    # Memory of the run's own processes that nothing on the disk backs.
    run_memory_bytes: int | None = None
    # Room on the disk where the checkpoints go.
    free_disk_bytes: int | None = None
    # Of the newest complete checkpoint, or what the first one takes at least.
    checkpoint_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ConsoleBlock:
    """Whole lines of the console log, and the byte offset at which the first one starts."""

    content: bytes
    offset: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How the command ended, where nobody asked it to."""

    exit_code: int | None = None
    signal: int | None = None
    # The system said that it killed something for want of memory while the command ran.
    was_killed_for_memory: bool = False


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something that is wrong now."""

    kind: AlertKind
    severity: AlertSeverity = "alert"
    # What it is about, where one kind can be about several things.
    subject: str | None = None
    step: int | None = None
    series: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    log_offset: int | None = None
    # The command ends by itself because of this; to stop it would only hide how it ended.
    ends_the_command: bool = False

    @property
    def id(self) -> str:
        """Unique among the alerts of an attempt."""
        return self.kind if self.subject is None else f"{self.kind}:{self.subject}"


class Detector:
    """Watches for one kind of trouble. What a detector does not care for it leaves alone."""

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        self.plan = plan
        # Shared by all, and fed with each point before they are.
        self.pace = pace

    def learn(self, plan: TrainingPlan) -> None:
        """More is known of the config than before."""
        self.plan = plan

    def restart(self) -> None:
        """Steps begin anew, earlier than they were: what was learned of the way here no longer holds."""

    def take_point(self, point: Point) -> None:
        """The engine logged a line."""

    def take_sample(self, sample: Sample) -> None:
        """The host was looked at."""

    def take_console(self, block: ConsoleBlock) -> None:
        """The command printed something."""

    def take_ending(self, ending: Ending) -> None:
        """The command has ended by itself; nothing will come any more."""

    def symptoms(self, now: float) -> Sequence[Symptom]:
        """What is wrong at the moment `now`."""
        return ()
