"""A device that the run holds and does nothing with."""

from collections.abc import Sequence
from dataclasses import dataclass

from tunewright_bridge.protocol.device import DeviceSample
from tunewright_bridge.supervise.health.detector import Detector, Sample, Symptom
from tunewright_bridge.supervise.health.pace import Pace
from tunewright_bridge.supervise.health.plan import TrainingPlan

_IDLE_SECONDS = 900.0
_IDLE_SAMPLES = 10
_USUAL_LINES = 3.0
# While a checkpoint is written the devices wait; how long before the first one nobody knows.
_FIRST_SAVING_SECONDS = 3600.0
_LONGEST_SAVINGS = 3.0
# Load in percent. Where the processor trains, some of it always works.
_IDLE_LOAD = 5.0
_IDLE_LOAD_OF_PROCESSOR = 2.0
_WORKING_LOAD = 20.0
# A program that only waits keeps what it has on a device, or most of it.
_HELD_SHARE = 0.5


@dataclass(slots=True)
class _Watched:
    name: str
    idle_since: float
    # Memory of the device that was in use when it worked last, and that is in use now; None where nobody can tell.
    working_bytes: int | None = None
    bytes_now: int | None = None
    idle_samples: int = 0
    has_worked: bool = False

    @property
    def is_let_go(self) -> bool:
        """Whoever worked on it has ended. The run is still there, so it was somebody else's work."""
        if self.working_bytes is None or self.bytes_now is None:
            return False
        return self.bytes_now < self.working_bytes * _HELD_SHARE


class IdleDeviceDetector(Detector):
    """Tells of devices that worked for the run, or that it was given by name, and that have long been without load.

    Where the run was given some by name, what others do with the rest is not looked at.
    """

    def __init__(self, plan: TrainingPlan, pace: Pace) -> None:
        super().__init__(plan, pace)
        self._devices: dict[str, _Watched] = {}

    def take_sample(self, sample: Sample) -> None:
        if self.pace.last is None or self.pace.last.closes_training:
            # Before the first step devices wait for data and weights.
            self._devices.clear()
            return
        accelerators = [device for device in sample.devices if device.kind != "cpu"]
        for device in accelerators or sample.devices:
            self._look_at(device, sample.at)

    def symptoms(self, now: float) -> Sequence[Symptom]:
        if not self.plan.is_training:
            return ()
        allowed = self._allowed_seconds()
        return [
            Symptom(
                "idle_device",
                subject=identity,
                step=None if self.pace.last is None else self.pace.last.step,
                values={"device": device.name, "minutes": f"{(now - device.idle_since) / 60:.0f}"},
            )
            for identity, device in self._devices.items()
            if device.has_worked
            and not device.is_let_go
            and device.idle_samples >= _IDLE_SAMPLES
            and now - device.idle_since >= allowed
        ]

    def _look_at(self, device: DeviceSample, now: float) -> None:
        load = device.utilization_percent
        if load is None or (device.kind != "cpu" and self.plan.named_devices and not self._is_named(device)):
            return
        known = self._devices.get(device.id)
        if known is None:
            known = self._devices[device.id] = _Watched(device.name, now, has_worked=self._is_named(device))
        known.has_worked = known.has_worked or load >= _WORKING_LOAD
        known.bytes_now = device.memory_used_bytes if device.kind != "cpu" else None
        if load >= _WORKING_LOAD:
            known.working_bytes = known.bytes_now
        if load >= (_IDLE_LOAD_OF_PROCESSOR if device.kind == "cpu" else _IDLE_LOAD):
            known.idle_since = now
            known.idle_samples = 0
        else:
            known.idle_samples += 1

    def _is_named(self, device: DeviceSample) -> bool:
        names = self.plan.named_devices
        return device.kind != "cpu" and any(
            name == str(device.index) or (name and device.id.startswith(name)) for name in names
        )

    def _allowed_seconds(self) -> float:
        allowed = max(_IDLE_SECONDS, _USUAL_LINES * (self.pace.seconds_per_line or 0.0))
        if "saving" in self.pace.due_now():
            longest = self.pace.longest.get("saving")
            allowed += _FIRST_SAVING_SECONDS if longest is None else _LONGEST_SAVINGS * longest
        return allowed
