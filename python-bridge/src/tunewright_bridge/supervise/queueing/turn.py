"""Whose turn it is, and which devices it gets; pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tunewright_bridge.protocol.queue import QueueEntry
from tunewright_bridge.protocol.run import QueueWait
from tunewright_bridge.supervise.queueing.devices import Device, usable
from tunewright_bridge.supervise.queueing.entries import Entry
from tunewright_bridge.supervise.queueing.standing import Claim


@dataclass(frozen=True, slots=True)
class Granted:
    """The run may start, on these devices."""

    devices: list[Device]


@dataclass(frozen=True, slots=True)
class Denied:
    """The run has to wait."""

    reason: QueueWait


@dataclass(frozen=True, slots=True)
class Impossible:
    """The run wants more than this host has."""

    wanted: int
    present: int


Outcome = Granted | Denied | Impossible


@dataclass(frozen=True, slots=True)
class Host:
    """The devices of the host at one moment."""

    # The accelerators, in order; None where nobody can tell.
    devices: Sequence[Device] | None
    # By the marks of living processes, whatever the entries say.
    ids_in_use: Collection[str] = frozenset()
    # Why nobody can tell.
    problem: str = ""


def ahead_of(mine: Entry, claims: Iterable[Claim], passed_over: Collection[Path]) -> list[Claim]:
    """Those of the same queue that start before `mine`, in order. Deserted ones count unless they are passed over."""
    queue = (claim for claim in claims if claim.entry.queue == mine.queue and claim.entry.order < mine.order)
    return [claim for claim in queue if _has_turn(claim, passed_over)]


def _has_turn(claim: Claim, passed_over: Collection[Path]) -> bool:
    return claim.standing == "waits" or (claim.standing == "deserted" and claim.entry.path not in passed_over)


def allot(mine: Entry, claims: Sequence[Claim], host: Host, passed_over: Collection[Path]) -> Outcome:
    """Devices for `mine`, the first of its queue.

    The firsts of several queues get devices in the order of their ranks: what an earlier one waits for is kept for it,
    since it would never get several devices at once while others take each one that becomes free.
    """
    wanted = mine.record.devices_wanted
    if host.devices is None and mine.record.device_kind != "cpu":
        return Denied(QueueWait(code="devices-unknown", values={"reason": host.problem}))
    present = _usable(mine.record, host)
    if len(present) < wanted:
        return Impossible(wanted, len(present))
    held = {id_ for claim in claims if claim.entry.path != mine.path for id_ in _held_by(claim)} | {*host.ids_in_use}
    unheld = [device for device in present if device.id not in held]
    free = [device for device in unheld if not device.is_busy]
    if len(free) >= wanted:
        reserved: set[str] = set()
        for claim in _earlier_firsts(mine, claims, passed_over):
            reserved |= _reserved_for(claim.entry.record, host, held | reserved)
            mine_still = [device for device in free if device.id not in reserved]
            if len(mine_still) < wanted:
                values = {"queue": claim.entry.queue, "run": claim.entry.record.name}
                return Denied(QueueWait(code="other-queue", values=values))
        return Granted([device for device in free if device.id not in reserved][:wanted])
    values = {"wanted": str(wanted), "free": str(len(free))}
    if len(unheld) < wanted:
        return Denied(QueueWait(code="devices-held", values=values))
    busy = ", ".join(device.visible_name for device in unheld if device.is_busy)
    return Denied(QueueWait(code="devices-busy", values={**values, "devices": busy}))


def _usable(record: QueueEntry, host: Host) -> list[Device]:
    return usable(host.devices or [], record.device_kind, record.allowed_device_ids)


def _held_by(claim: Claim) -> list[str]:
    return claim.entry.record.device_ids or [] if claim.standing == "holds" else []


def _earlier_firsts(mine: Entry, claims: Iterable[Claim], passed_over: Collection[Path]) -> Iterator[Claim]:
    """Of every other queue the one whose turn it is, where it came before `mine`; in order."""
    seen = {mine.queue}
    for claim in sorted(claims, key=lambda claim: claim.entry.order):
        if claim.entry.order > mine.order:
            return
        if claim.entry.queue not in seen and _has_turn(claim, passed_over):
            seen.add(claim.entry.queue)
            yield claim


def _reserved_for(record: QueueEntry, host: Host, taken: Collection[str]) -> set[str]:
    """What it will take, or everything that it can use where it still waits for more."""
    free = [device.id for device in _usable(record, host) if device.id not in taken and not device.is_busy]
    return set(free[: record.devices_wanted])
