"""Of which stretches of which files a run's curve is made: what each attempt adds, and what a later one replaces.

An attempt that goes on from a checkpoint replaces what was logged after the checkpoint's step, and every attempt since
the one that wrote it. Where no checkpoint is known of, or the steps were counted anew, a step that goes backwards
replaces the points from there on; so it is too where a folder was trained in twice.
"""

from dataclasses import dataclass
from pathlib import Path

from tunewright_bridge.protocol.checkpoint import ResumePoint

# No step is below it.
_NOTHING_KEPT = 0


@dataclass(frozen=True, slots=True)
class MetricsFile:
    """A file of metrics, which need not exist, and where the attempt that writes it goes on."""

    path: Path
    attempt: int = 1
    resumed_from: ResumePoint | None = None


@dataclass(slots=True)
class Part:
    """A stretch of one file in which steps never decrease; steps from `limit` on were replaced by a later part."""

    file: MetricsFile
    begins_file: bool
    start_offset: int
    first_step: int
    last_step: int
    end_offset: int | None = None
    limit: int | None = None

    @property
    def path(self) -> Path:
        return self.file.path

    @property
    def known_step(self) -> int | None:
        """The step up to which earlier attempts have logged what this one may repeat; None where it repeats nothing."""
        point = self.file.resumed_from
        # With the weights alone the engine counts from the beginning.
        return point.step if point is not None and self.begins_file and self.first_step >= point.step else None

    @property
    def replaced_from(self) -> int:
        """The first step that earlier parts no longer have."""
        return self.first_step if self.known_step is None else self.known_step + 1

    def kept_until(self, limit: int | None) -> int:
        """The last step that it would have, if `limit` were its limit."""
        return self.last_step if limit is None else min(self.last_step, limit - 1)


class Parts:
    """The parts of a curve in the order in which they were logged."""

    def __init__(self) -> None:
        self._parts: list[Part] = []

    def __len__(self) -> int:
        return len(self._parts)

    def __getitem__(self, index: int) -> Part:
        return self._parts[index]

    @property
    def last(self) -> Part | None:
        return self._parts[-1] if self._parts else None

    def is_replaced(self, file: MetricsFile) -> bool:
        """Whether another file has gone on where this one was."""
        return bool(self._parts) and self._parts[-1].path != file.path and any(p.path == file.path for p in self._parts)

    def begin(self, file: MetricsFile, offset: int, step: int) -> bool:
        """Begins a part whose first line is at `offset`; whether points of earlier ones are replaced by it."""
        last = self.last
        begins_file = last is None or last.path != file.path
        if last is not None and not begins_file:
            last.end_offset = offset
        self._parts.append(Part(file, begins_file, offset, step, step))
        return self._limit()

    def _limit(self) -> bool:
        has_changed = False
        limit: int | None = None
        last_attempt: int | None = None
        for part in reversed(self._parts):
            is_passed_over = last_attempt is not None and part.file.attempt > last_attempt
            own_limit = _NOTHING_KEPT if is_passed_over else limit
            has_changed |= part.kept_until(own_limit) != part.kept_until(part.limit)
            part.limit = own_limit
            if is_passed_over:
                continue
            limit = part.replaced_from if limit is None else min(limit, part.replaced_from)
            if part.begins_file and part.file.resumed_from is not None:
                last_attempt = part.file.resumed_from.attempt
        return has_changed
