"""Looks at the host for one run: room where its checkpoints go, their size, the memory of its processes."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.device import HostSample
from tunewright_bridge.protocol.run import RecorderRecord
from tunewright_bridge.runs.layout import AttemptPaths
from tunewright_bridge.runs.reading import read_record_if_there
from tunewright_bridge.supervise.health.detector import Sample
from tunewright_bridge.supervise.health.plan import TrainingPlan
from tunewright_bridge.supervise.processes import descendants, environment_of
from tunewright_bridge.supervise.tree import DEVICES_VARIABLE

# All processes of the host are looked through for those of the run.
_MEMORY_SECONDS = 30.0
_CHECKPOINT_SECONDS = 20.0
# What a queue gave comes first, since it names devices by their ids.
_DEVICE_VARIABLES = (DEVICES_VARIABLE, "CUDA_VISIBLE_DEVICES", "ASCEND_RT_VISIBLE_DEVICES")
_WEIGHT_ENDINGS = (".safetensors", ".bin")
# A first full checkpoint holds the weights and, for each, two numbers of the optimizer at least as large.
_PARTS_OF_FULL_CHECKPOINT = 3


class HostSource:
    """Makes samples; what cannot be read is left out of them."""

    def __init__(self, output_directory: Path, attempt: AttemptPaths) -> None:
        self._output = output_directory
        self._attempt = attempt
        self._trainer: int | None = None
        # What the command was given by name, as far as its environment tells.
        self.named_devices: tuple[str, ...] = ()
        self._knows_names = False
        self._memory: tuple[float, int | None] = (-_MEMORY_SECONDS, None)
        self._checkpoint: tuple[float, int | None] = (-_CHECKPOINT_SECONDS, None)
        self._folders: set[str] = set()
        self._kills: tuple[Path, int] | None = None

    def sample(self, host: HostSample, plan: TrainingPlan, now: float) -> Sample:
        """The sample at `now`."""
        self._find_trainer()
        self._find_names()
        return Sample(
            at=now,
            devices=host.devices,
            run_memory_bytes=self._run_memory(now),
            free_disk_bytes=_room(self._output),
            checkpoint_bytes=self._checkpoint_bytes(plan, now),
        )

    def was_killed_for_memory(self) -> bool:
        """Whether the system has killed something of the run's control group for want of memory since the start."""
        if self._kills is None:
            return False
        path, before = self._kills
        count = _kill_count(path)
        return count is not None and count > before

    def _find_trainer(self) -> None:
        if self._trainer is not None:
            return
        try:
            record = read_record_if_there(RecorderRecord, self._attempt.recorder)
        except BridgeError:
            return
        if record is not None:
            self._trainer = record.trainer.pid
            path = _kills_file(self._trainer)
            count = None if path is None else _kill_count(path)
            self._kills = None if path is None or count is None else (path, count)

    def _find_names(self) -> None:
        if self._trainer is None or self._knows_names:
            return
        environment = environment_of(self._trainer)
        # A process that just becomes another program shows none for an instant.
        self._knows_names = bool(environment)
        self.named_devices = named_devices(environment)

    def _run_memory(self, now: float) -> int | None:
        if self._trainer is not None and now - self._memory[0] >= _MEMORY_SECONDS:
            pids = [self._trainer, *(entry.pid for entry in descendants(self._trainer))]
            sizes = [size for pid in pids if (size := _own_memory(pid)) is not None]
            self._memory = (now, sum(sizes) if sizes else None)
            return self._memory[1]
        return None

    def _checkpoint_bytes(self, plan: TrainingPlan, now: float) -> int | None:
        at, known = self._checkpoint
        if now - at < _CHECKPOINT_SECONDS:
            return known
        folders = _checkpoint_folders(self._output)
        if folders and folders != self._folders:
            found = engine_for_runs().checkpoints(self._output, self._attempt.number)
            newest = next((checkpoint for checkpoint in found if checkpoint.is_complete), None)
            if newest is not None:
                self._folders = folders
                known = newest.size_bytes
        elif known is None and not folders:
            known = _first_checkpoint_bytes(plan)
        self._checkpoint = (now, known)
        return known


def named_devices(variables: Mapping[str, Any]) -> tuple[str, ...]:
    """The devices that an environment allows a program, by id or number; empty where it allows all."""
    for variable in _DEVICE_VARIABLES:
        names = [name.strip() for name in str(variables.get(variable, "")).split(",")]
        found = tuple(name for name in names if name not in ("", "-1"))
        if found:
            return found
    return ()


def _room(folder: Path) -> int | None:
    """Bytes that this user may still write at a place that may not exist yet."""
    for place in (folder, *folder.parents):
        try:
            status = os.statvfs(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return status.f_bavail * status.f_frsize
    return None


def _checkpoint_folders(output: Path) -> set[str]:
    try:
        return {entry.name for entry in os.scandir(output) if entry.name.startswith("checkpoint-")}
    except OSError:
        return set()


def _first_checkpoint_bytes(plan: TrainingPlan) -> int | None:
    """What the first checkpoint takes at least; None where that cannot be told, as for adapters."""
    if plan.sizes.is_adapter or plan.model_folder is None:
        return None
    try:
        weights = sum(
            entry.stat().st_size for entry in os.scandir(plan.model_folder) if entry.name.endswith(_WEIGHT_ENDINGS)
        )
    except OSError:
        return None
    return weights * (1 if plan.saves_only_model else _PARTS_OF_FULL_CHECKPOINT) or None


def _own_memory(pid: int) -> int | None:
    """Memory that is this process's alone and that no file backs; data sets that are mapped from a disk are not."""
    if sys.platform != "linux":
        import psutil

        try:
            return int(psutil.Process(pid).memory_info().rss)
        except psutil.Error:
            return None
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    line = next((line for line in text.splitlines() if line.startswith("RssAnon:")), None)
    return None if line is None else int(line.split()[1]) * 1024


def _kills_file(pid: int) -> Path | None:
    """Where the kernel counts what it killed in the control group of a process."""
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        _, controllers, group = line.split(":", 2)
        relative = group.lstrip("/")
        if controllers == "memory":
            path = Path("/sys/fs/cgroup/memory") / relative / "memory.oom_control"
        elif controllers == "":
            path = Path("/sys/fs/cgroup") / relative / "memory.events"
        else:
            continue
        if path.exists():
            return path
    return None


def _kill_count(path: Path) -> int | None:
    try:
        fields = [line.split() for line in path.read_text().splitlines()]
    except OSError:
        return None
    return next((int(field[1]) for field in fields if field[0] == "oom_kill" and field[1].isdigit()), None)
