"""What the devices of this host are to a queue: which there are, which are in use, and how a run is told of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright_bridge.protocol.device import DeviceKind, DeviceSample
from tunewright_bridge.supervise.tree import DEVICES_VARIABLE, QUEUES_VARIABLE

# Which devices a program sees.
_VISIBLE_VARIABLES: Mapping[DeviceKind, str] = {
    "cuda": "CUDA_VISIBLE_DEVICES",
    "npu": "ASCEND_RT_VISIBLE_DEVICES",
    "rocm": "HIP_VISIBLE_DEVICES",
}
# A part of a card (MIG) has an id of its own, and no reader lists it by itself.
_PART = "MIG-"
# A desktop and idle programs take a little memory of a device that is free all the same.
_BUSY_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Device:
    """A device that a run can have for itself."""

    id: str
    kind: DeviceKind
    # None for a part of a card.
    index: int | None
    # In use, by whomever: more than a tenth of its memory is taken.
    is_busy: bool = False

    @property
    def visible_name(self) -> str:
        """By which a program is told to see it."""
        return self.id if self.index is None else str(self.index)


# A host without accelerators has one device, which all processes of a run share.
PROCESSOR = Device("cpu", "cpu", 0)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a run wants of the devices of a host."""

    kind: DeviceKind
    count: int
    # Where only some may be used; exactly these where there are `count` of them.
    allowed_ids: tuple[str, ...] | None = None
    # The run's config says itself which devices its command sees.
    is_fixed: bool = False


def devices_of(samples: Iterable[DeviceSample]) -> list[Device]:
    """The accelerators of a host, in order."""
    ordered = sorted(samples, key=lambda sample: (sample.kind, sample.index))
    return [Device(sample.id, sample.kind, sample.index, _is_busy(sample)) for sample in ordered]


def _is_busy(sample: DeviceSample) -> bool:
    used, total = sample.memory_used_bytes, sample.memory_total_bytes
    return used is not None and total is not None and used > total * _BUSY_SHARE


def wish_of(
    count: int,
    devices: Sequence[Device],
    *,
    fixed: Mapping[str, str],
    inherited: Mapping[str, str],
    in_config: Mapping[str, str],
) -> Wish:
    """What a run wants that asks for `count` of `devices`, the accelerators of its host.

    The variables that say which devices a program sees come from the attempt's command (`fixed`), from whoever started
    the run (`inherited`), or else from the config (`in_config`), in this order. Those of command and config name what
    the run will use, whatever `count` is; those that are inherited only limit the choice.
    """
    kind: DeviceKind = devices[0].kind if devices else "cpu"
    devices = [device for device in devices if device.kind == kind]
    variable = _VISIBLE_VARIABLES.get(kind)
    if variable is None:
        # The processes of a run share the processor, however many there are.
        return Wish(kind, 1 if kind == "cpu" else count)
    for source in (fixed, inherited, in_config):
        if variable not in source:
            continue
        ids = _ids_of(source[variable], devices)
        if not ids:
            # To hide every device is the usual way to train on the processor.
            return Wish("cpu", 1, is_fixed=True)
        if source is inherited:
            return Wish(kind, count, ids)
        return Wish(kind, len(ids), ids, is_fixed=True)
    return Wish(kind, count)


def _ids_of(visible: str, devices: Sequence[Device]) -> tuple[str, ...]:
    """The devices that a list of indices or ids names; it is read up to the first name that can be none.

    source: CUDA C++ Programming Guide, CUDA_VISIBLE_DEVICES
    """
    ids: list[str] = []
    for name in (name.strip() for name in visible.split(",")):
        if name.isdecimal():
            found = [device.id for device in devices if device.index == int(name)]
        elif name.startswith(_PART):
            found = [name]
        else:
            found = [device.id for device in devices if name and device.id.startswith(name)]
        if len(found) != 1:
            break
        ids += found
    return tuple(dict.fromkeys(ids))


def grant_environment(granted: Sequence[Device], *, queues: Path, is_fixed: bool) -> dict[str, str]:
    """What tells a command which devices it got from `queues`; only the marks where its config says so itself."""
    variables = {DEVICES_VARIABLE: ",".join(device.id for device in granted), QUEUES_VARIABLE: str(queues)}
    variable = _VISIBLE_VARIABLES.get(granted[0].kind)
    if variable is None or is_fixed:
        return variables
    if granted[0].kind == "cuda":
        # Otherwise the fastest comes first, and an index means another card to the driver's library than to a program.
        variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
    variables[variable] = ",".join(device.visible_name for device in granted)
    return variables


def usable(devices: Sequence[Device], kind: DeviceKind, allowed_ids: Sequence[str] | None) -> list[Device]:
    """Those of the host's accelerators, or the processor, that somebody may use who wants such a kind."""
    if kind == "cpu":
        return [PROCESSOR]
    of_kind = {device.id: device for device in devices if device.kind == kind}
    if allowed_ids is None:
        return list(of_kind.values())
    found = (of_kind.get(id_) or (Device(id_, kind, None) if id_.startswith(_PART) else None) for id_ in allowed_ids)
    return [device for device in found if device is not None]


def devices_in_use(environments: Iterable[Mapping[str, str]], queues: Path) -> set[str]:
    """The devices that living processes were given by `queues`, by their environments."""
    found: set[str] = set()
    for environment in environments:
        if environment.get(QUEUES_VARIABLE) == str(queues):
            found.update(name for name in environment.get(DEVICES_VARIABLE, "").split(",") if name)
    return found
