"""Hosts with queues, for every test of runs that wait."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from queued_runs import QueueHost, queue_host


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[QueueHost]:
    """One without accelerators: one run at a time."""
    with queue_host(tmp_path, monkeypatch) as found:
        yield found


@pytest.fixture
def two_cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[QueueHost]:
    """One with two GPUs."""
    with queue_host(tmp_path, monkeypatch, cards=2) as found:
        yield found
