"""What the trainers of a run really did, from the journals that they keep outside the run's directory."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Row:
    """A line of metrics that a trainer wrote, or was about to write when it ended."""

    step: int
    values: dict[str, float]
    at: float
    is_certain: bool = False


@dataclass(slots=True)
class AttemptJournal:
    """One trainer process."""

    attempt: int
    began_at: float = 0.0
    rows: list[Row] = field(default_factory=list)
    # Step and moment of each.
    checkpoints: list[tuple[int, float]] = field(default_factory=list)
    resumed_from: str | None = None
    # How many numbered lines it printed for certain.
    printed: int = 0
    # How it said that it would end: "raise", "code", "signal"; "well" where it got to its very end.
    ending: str | None = None
    ended_at: float | None = None
    was_interrupted: bool = False


def read_journals(folder: Path) -> list[AttemptJournal]:
    """The trainers of one run in the order of their attempts, and of their starts within one."""
    journals = [_read(path) for path in sorted(folder.glob("*.jsonl"))]
    return sorted(journals, key=lambda journal: (journal.attempt, journal.began_at))


def _read(path: Path) -> AttemptJournal:
    journal = AttemptJournal(attempt=int(path.name.split(".")[-4]))
    for line in path.read_bytes().splitlines():
        try:
            entry: dict[str, Any] = json.loads(line)
        except ValueError:
            continue
        match entry["kind"]:
            case "begin":
                journal.began_at = entry["at"]
                journal.resumed_from = entry["checkpoint"]
            case "point":
                journal.rows.append(Row(entry["step"], entry["values"], entry["at"]))
            case "wrote":
                journal.rows[-1].is_certain = True
                journal.rows[-1].at = entry["at"]
            case "checkpoint":
                journal.checkpoints.append((entry["step"], entry["at"]))
            case "ending":
                journal.ending, journal.ended_at = entry["how"], entry["at"]
            case "printed":
                journal.printed = entry["count"]
            case "interrupted":
                journal.was_interrupted = True
            case "end":
                journal.ending, journal.ended_at = "well", entry["at"]
    return journal
