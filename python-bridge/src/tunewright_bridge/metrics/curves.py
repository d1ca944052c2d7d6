"""The curves of one run in bounded memory: read once, then kept up to date; parts come back as fine as asked for."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from logging import getLogger

from tunewright_bridge.metrics.follow import LineFollower, Piece
from tunewright_bridge.metrics.parts import MetricsFile, Part, Parts
from tunewright_bridge.metrics.reader import MetricsReader, Row
from tunewright_bridge.metrics.readers import reader_for
from tunewright_bridge.metrics.series import BoundedSeries, never_decreases
from tunewright_bridge.protocol.metric import SeriesBuckets

_LOG = getLogger(__name__)

# Enough for the widest screen, and for a closer look without reading the files again.
BUCKETS_KEPT = 8_192
LARGEST_VIEW = 4_096
# A run that logs more names than this is not a curve to look at.
SERIES_KEPT = 512
MARKS_KEPT = 4_096
FIRST_MARK_BYTES = 64 * 1024


class Marks:
    """A few places of the files by step, so that a part of a long run is found without reading the rest."""

    def __init__(self) -> None:
        self._spacing_bytes = FIRST_MARK_BYTES
        self._steps: list[int] = []
        self._places: list[tuple[int, int]] = []

    def add(self, step: int, part: int, offset: int) -> None:
        """Notes that the line at `offset` of the part is of `step`, unless a place nearby is noted."""
        if self._places:
            last_part, last_offset = self._places[-1]
            if last_part == part and offset - last_offset < self._spacing_bytes:
                return
        self._steps.append(step)
        self._places.append((part, offset))
        if len(self._places) > MARKS_KEPT:
            self._steps = self._steps[::2]
            self._places = self._places[::2]
            self._spacing_bytes *= 2

    def before(self, step: int) -> tuple[int, int]:
        """Part and offset from which on to read for the points from `step` on."""
        # A mark's own step may have begun in the lines before it: an evaluation has the step of the line above.
        position = bisect_right(self._steps, step - 1) - 1
        return self._places[position] if position >= 0 else (0, 0)


class Curves:
    """The curves of a run's metrics files, in the order of its attempts."""

    def __init__(self) -> None:
        self._followers: dict[MetricsFile, LineFollower] = {}
        self._forget()

    def _forget(self) -> None:
        self._parts = Parts()
        self._series: dict[str, BoundedSeries] = {}
        self._marks = Marks()

    def refresh(self, files: Sequence[MetricsFile]) -> None:
        """Reads what the files have more than at the last call."""
        if list(self._followers) != list(files)[: len(self._followers)]:
            self._followers = {}
            self._forget()
        for file in files:
            self._followers.setdefault(file, LineFollower(file.path))
        has_turned_back = False
        for file in files:
            try:
                for piece in self._followers[file].pieces():
                    if piece.is_restart:
                        self._followers = {}
                        self._forget()
                        self.refresh(files)
                        return
                    has_turned_back |= self._take(file, piece, is_replaced=has_turned_back)
            except OSError as error:
                # The other attempts' curves are worth seeing without this one's.
                _LOG.warning("%s cannot be read: %s", file.path, error)
        if has_turned_back:
            self._read_again()

    def _take(self, file: MetricsFile, piece: Piece, *, is_replaced: bool) -> bool:
        """Takes lines in; tells whether points were replaced, after which the curves must be put together again."""
        reader = reader_for(file.path)
        if reader is None or self._parts.is_replaced(file):
            # An attempt that was replaced adds nothing more.
            return False
        rows, steps, indexes = _rows_with_steps(reader, piece.lines)
        if not steps:
            return False
        has_turned_back = False
        part = self._parts.last
        if part is None or part.path != file.path:
            has_turned_back = self._parts.begin(file, 0, steps[0])
            part = self._parts[-1]
        if steps[0] < part.last_step or not never_decreases(steps):
            for position, step in enumerate(steps):
                if step < part.last_step:
                    has_turned_back |= self._parts.begin(file, piece.offset_of(indexes[position]), step)
                    part = self._parts[-1]
                part.last_step = step
        part.last_step = steps[-1]
        if not (is_replaced or has_turned_back):
            self._marks.add(steps[0], len(self._parts) - 1, piece.start_offset)
            _add(self._series, part, reader, rows, steps)
        return has_turned_back

    def _read_again(self) -> None:
        self._series = {}
        self._marks = Marks()
        for index in range(len(self._parts)):
            part = self._parts[index]
            for reader, rows, steps, offset in _read(part, part.start_offset, self._end_of(part)):
                self._marks.add(steps[0], index, offset)
                _add(self._series, part, reader, rows, steps)

    def _end_of(self, part: Part) -> int:
        return self._followers[part.file].offset if part.end_offset is None else part.end_offset

    def view(
        self,
        max_buckets: int,
        *,
        names: Sequence[str] | None = None,
        from_step: int | None = None,
        to_step: int | None = None,
    ) -> list[SeriesBuckets]:
        """Each series, or those named, in at most `max_buckets` buckets."""
        max_buckets = min(max(1, max_buckets), LARGEST_VIEW)
        names = list(self._series) if names is None else names
        wanted = {name: self._series[name] for name in names if name in self._series}
        if any(_is_too_coarse(series, max_buckets, from_step, to_step) for series in wanted.values()):
            wanted = self._read_range(list(wanted), max_buckets, from_step, to_step)
        return [series.view(name, max_buckets, from_step, to_step) for name, series in wanted.items()]

    def _read_range(
        self, names: Sequence[str], max_buckets: int, from_step: int | None, to_step: int | None
    ) -> dict[str, BoundedSeries]:
        """The series between two steps from the files, where the buckets kept are too coarse."""
        found: dict[str, BoundedSeries] = {name: BoundedSeries(2 * max_buckets) for name in names}
        first_part, offset = self._marks.before(from_step) if from_step is not None else (0, 0)
        for index in range(first_part, len(self._parts)):
            part = self._parts[index]
            start = max(part.start_offset, offset if index == first_part else 0)
            for reader, rows, steps, _ in _read(part, start, self._end_of(part)):
                inside = [
                    position
                    for position, step in enumerate(steps)
                    if (from_step is None or step >= from_step) and (to_step is None or step <= to_step)
                ]
                _add(found, part, reader, [rows[i] for i in inside], [steps[i] for i in inside], is_complete=True)
                if to_step is not None and steps[-1] > to_step:
                    return found
        return found


def _is_too_coarse(series: BoundedSeries, max_buckets: int, from_step: int | None, to_step: int | None) -> bool:
    if from_step is None and to_step is None:
        return False
    start, end = series.bucket_range(from_step, to_step)
    is_whole = end - start == len(series)
    return series.points_per_bucket > 1 and not is_whole and end - start < max_buckets


def _rows_with_steps(reader: MetricsReader, lines: Sequence[bytes]) -> tuple[list[Row], list[int], list[int]]:
    """Rows that tell of a step, their steps, and the positions of their lines."""
    found = reader.rows(lines)
    kept = [
        (row, step, index)
        for index, (row, step) in enumerate(zip(found, reader.steps(found), strict=True))
        if row is not None and step is not None
    ]
    rows, steps, indexes = zip(*kept, strict=True) if kept else ((), (), ())
    return list(rows), list(steps), list(indexes)


def _read(part: Part, start: int, end: int) -> Iterator[tuple[MetricsReader, list[Row], list[int], int]]:
    """Reader, rows, steps and offset of the pieces of a part between two offsets, without what was replaced."""
    reader = reader_for(part.path)
    if reader is None:
        return
    for piece in LineFollower(part.path, start, end).pieces():
        rows, steps, _ = _rows_with_steps(reader, piece.lines)
        if part.limit is not None and steps and steps[-1] >= part.limit:
            kept = [position for position, step in enumerate(steps) if step < part.limit]
            rows, steps = [rows[i] for i in kept], [steps[i] for i in kept]
        if steps:
            yield reader, rows, steps, piece.start_offset


def _add(
    series: dict[str, BoundedSeries],
    part: Part,
    reader: MetricsReader,
    rows: Sequence[Row],
    steps: Sequence[int],
    *,
    is_complete: bool = False,
) -> None:
    """Adds rows of a part to the series; to those that are there and no others where they are `is_complete`."""
    known = 0 if part.known_step is None else bisect_right(steps, part.known_step)
    for start, end in (*((position, position + 1) for position in range(known)), (known, len(rows))):
        for name, (some_steps, values) in reader.columns(rows[start:end], steps[start:end]).items():
            one = series.get(name)
            if one is None:
                if is_complete or len(series) >= SERIES_KEPT:
                    continue
                one = series[name] = BoundedSeries(BUCKETS_KEPT)
            # At the checkpoint's own step an attempt may repeat what the one before has logged.
            if end > known or one.last_step is None or one.last_step < some_steps[0]:
                one.add(some_steps, values)
