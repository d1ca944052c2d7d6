import json
import tracemalloc
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tunewright_bridge.metrics import curves as curves_module
from tunewright_bridge.metrics.curves import Curves
from tunewright_bridge.protocol.metric import SeriesBuckets


def write(path: Path, steps: Iterable[int], *, offset: float = 0.0, last: int = 100, eval_every: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for step in steps:
            place = {"epoch": step / 10, "global_step/max_steps": f"{step}/{last}", "remaining_time": "1s"}
            file.write(json.dumps({"loss": step + offset, "learning_rate": 0.1, **place}) + "\n")
            if eval_every and step % eval_every == 0:
                file.write(json.dumps({"eval_loss": step + offset, **place}) + "\n")
    return path


def by_name(series: Iterable[SeriesBuckets]) -> Mapping[str, SeriesBuckets]:
    return {buckets.name: buckets for buckets in series}


def points(curves: Curves, name: str = "loss") -> list[tuple[int, float]]:
    series = by_name(curves.view(4096))[name]
    assert set(series.counts) <= {1}
    return [(step, float(value)) for step, value in zip(series.first_steps, series.lasts, strict=True)]


def test_a_growing_file_gives_a_growing_curve(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    curves = Curves()
    curves.refresh([path])
    assert curves.view(100) == []
    for start in range(1, 100, 7):
        write(path, range(start, start + 7), eval_every=5)
        curves.refresh([path])
    assert points(curves) == [(step, float(step)) for step in range(1, 106)]
    assert [step for step, _ in points(curves, "eval_loss")] == list(range(5, 106, 5))
    assert (10, 1.0) in points(curves, "epoch")
    assert [series.name for series in curves.view(10, names=["loss", "unknown"])] == ["loss"]


@pytest.mark.parametrize("resumed_at", [0, 10, 17, 20, 25])
def test_a_resumed_attempt_replaces_the_points_from_where_it_resumed(tmp_path: Path, resumed_at: int) -> None:
    first = write(tmp_path / "1/logging.jsonl", range(1, 21), eval_every=5)
    curves = Curves()
    curves.refresh([first])
    second = tmp_path / "2/logging.jsonl"
    curves.refresh([first, second])
    write(second, range(resumed_at + 1, 31), offset=0.5)
    curves.refresh([first, second])
    write(second, range(31, 36), offset=0.5)
    curves.refresh([first, second])
    kept = range(1, min(20, resumed_at) + 1)
    expected = [*((step, float(step)) for step in kept), *((step, step + 0.5) for step in range(resumed_at + 1, 36))]
    assert points(curves) == expected
    afresh = Curves()
    afresh.refresh([first, second])
    assert points(afresh) == expected


def test_three_attempts_are_stitched(tmp_path: Path) -> None:
    files = [
        write(tmp_path / "1/logging.jsonl", range(1, 31)),
        write(tmp_path / "2/logging.jsonl", range(21, 41), offset=0.25),
        write(tmp_path / "3/logging.jsonl", range(11, 51), offset=0.5),
    ]
    curves = Curves()
    curves.refresh(files)
    assert points(curves) == [(step, step + (0.0 if step < 11 else 0.5)) for step in range(1, 51)]


def test_a_folder_that_was_trained_in_twice_shows_the_second_training(tmp_path: Path) -> None:
    path = write(tmp_path / "logging.jsonl", range(1, 51))
    write(path, range(1, 21), offset=0.5)
    curves = Curves()
    curves.refresh([path])
    assert points(curves) == [(step, step + 0.5) for step in range(1, 21)]
    write(path, range(21, 31), offset=0.5)
    curves.refresh([path])
    assert points(curves)[-1] == (30, 30.5)


def test_a_replaced_file_starts_the_curve_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "logging.jsonl", range(1, 51))
    curves = Curves()
    curves.refresh([path])
    path.write_text("")
    write(path, range(1, 4), offset=0.5)
    curves.refresh([path])
    assert points(curves) == [(1, 1.5), (2, 2.5), (3, 3.5)]


def test_a_file_that_cannot_be_read_takes_away_only_itself(tmp_path: Path) -> None:
    first = write(tmp_path / "1/logging.jsonl", range(1, 6))
    unreadable = tmp_path / "2/logging.jsonl"
    unreadable.mkdir(parents=True)
    curves = Curves()
    curves.refresh([first, unreadable])
    assert [step for step, _ in points(curves)] == [1, 2, 3, 4, 5]


def test_a_closer_look_is_as_fine_as_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves_module, "BUCKETS_KEPT", 64)
    monkeypatch.setattr(curves_module, "FIRST_MARK_BYTES", 1024)
    files = [
        write(tmp_path / "1/logging.jsonl", range(1, 3001), eval_every=10),
        write(tmp_path / "2/logging.jsonl", range(2001, 5001), offset=0.5),
    ]
    curves = Curves()
    curves.refresh(files)
    assert all(len(series.counts) <= 20 for series in curves.view(20))
    for low, high in ((1, 30), (990, 1010), (1990, 2010), (4990, 5000), (4990, 6000)):
        close = by_name(curves.view(50, from_step=low, to_step=high))["loss"]
        expected = list(range(low, min(high, 5000) + 1))
        assert close.first_steps == expected
        assert close.lasts == [step + (0.0 if step < 2001 else 0.5) for step in expected]
    whole = by_name(curves.view(20))["loss"]
    assert whole.point_count == 5000
    assert whole.maximums[-1] == 5000.5


def test_memory_does_not_grow_with_the_run(tmp_path: Path) -> None:
    def peak_bytes(steps: int) -> int:
        path = write(tmp_path / str(steps) / "logging.jsonl", range(1, steps + 1))
        curves = Curves()
        tracemalloc.start()
        try:
            curves.refresh([path])
            curves.view(1000)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak_bytes(60_000) < 1.3 * peak_bytes(20_000)
