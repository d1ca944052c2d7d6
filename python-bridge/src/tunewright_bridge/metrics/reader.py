"""What a reader of a metrics file must offer, whichever program wrote the file."""

from collections.abc import Sequence
from typing import Any, Protocol

from tunewright_bridge.protocol.metric import MetricPoint
from tunewright_bridge.protocol.run import RunProgress

# A line of a metrics file, parsed.
Row = dict[str, Any]

# For each series by name: the steps of its points, and their values.
Columns = dict[str, tuple[list[int], list[float]]]


class MetricsReader(Protocol):
    """Reads the lines of one kind of file. Lines that it cannot read are left out, never raised."""

    @property
    def file_name(self) -> str:
        """Name of the files that it reads."""
        ...

    def rows(self, lines: Sequence[bytes]) -> list[Row | None]:
        """One element for each whole line."""
        ...

    def steps(self, rows: Sequence[Row | None]) -> list[int | None]:
        """The step of each row; None where there is none."""
        ...

    def point(self, row: Row) -> MetricPoint | None:
        """A row as the protocol's point."""
        ...

    def columns(self, rows: Sequence[Row], steps: Sequence[int]) -> Columns:
        """Many rows, series by series."""
        ...

    def progress(self, rows: Sequence[Row]) -> RunProgress | None:
        """How far a run is, from the end of its file."""
        ...
