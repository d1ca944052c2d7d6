"""The order of a queue: by rank, a number that a move puts between two others."""

from collections.abc import Iterable, Sequence

from tunewright_bridge.supervise.queueing.entries import Entry


def rank_at_end(entries: Iterable[Entry]) -> float:
    """Behind every entry of every queue: what entered later has the greater rank, whatever the clock says."""
    return max((entry.record.rank for entry in entries), default=0.0) + 1.0


def rank_at_front(others: Sequence[Entry]) -> float:
    """Before `others`, which are in order."""
    return others[0].record.rank - 1.0 if others else 1.0


def rank_at(position: int, others: Sequence[Entry]) -> float | None:
    """The rank that makes an entry the one at `position`, from 1, among `others`, which are in order.

    A position beyond the end means the end. None where no number lies between the neighbors.
    """
    index = min(max(position, 1), len(others) + 1) - 1
    if index == 0:
        return rank_at_front(others)
    before = others[index - 1].record.rank
    if index == len(others):
        return before + 1.0
    after = others[index].record.rank
    middle = before + (after - before) / 2
    return middle if before < middle < after else None


def spread_ranks(entries: Sequence[Entry]) -> list[tuple[Entry, float]]:
    """New ranks for all entries, far apart; to be written in the order given, so that no crash changes the order."""
    beyond = rank_at_end(entries)
    ordered = sorted(entries, key=lambda entry: entry.order)
    return [(entry, beyond + index) for index, entry in reversed(list(enumerate(ordered)))]
