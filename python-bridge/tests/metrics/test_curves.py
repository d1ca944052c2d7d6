import json
import random
import tracemalloc
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tunewright_bridge.metrics import curves as curves_module
from tunewright_bridge.metrics.curves import Curves
from tunewright_bridge.metrics.parts import MetricsFile
from tunewright_bridge.protocol.checkpoint import ResumePoint
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


def refresh(curves: Curves, *paths: Path) -> None:
    """As for attempts of which is not known where they went on."""
    curves.refresh([MetricsFile(path, number) for number, path in enumerate(paths, start=1)])


def by_name(series: Iterable[SeriesBuckets]) -> Mapping[str, SeriesBuckets]:
    return {buckets.name: buckets for buckets in series}


def points(curves: Curves, name: str = "loss") -> list[tuple[int, float]]:
    series = by_name(curves.view(4096))[name]
    assert set(series.counts) <= {1}
    return [(step, float(value)) for step, value in zip(series.first_steps, series.lasts, strict=True)]


def test_a_growing_file_gives_a_growing_curve(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    curves = Curves()
    refresh(curves, path)
    assert curves.view(100) == []
    for start in range(1, 100, 7):
        write(path, range(start, start + 7), eval_every=5)
        refresh(curves, path)
    assert points(curves) == [(step, float(step)) for step in range(1, 106)]
    assert [step for step, _ in points(curves, "eval_loss")] == list(range(5, 106, 5))
    assert (10, 1.0) in points(curves, "epoch")
    assert [series.name for series in curves.view(10, names=["loss", "unknown"])] == ["loss"]


@pytest.mark.parametrize("resumed_at", [0, 10, 17, 20, 25])
def test_a_resumed_attempt_replaces_the_points_from_where_it_resumed(tmp_path: Path, resumed_at: int) -> None:
    first = write(tmp_path / "1/logging.jsonl", range(1, 21), eval_every=5)
    curves = Curves()
    refresh(curves, first)
    second = tmp_path / "2/logging.jsonl"
    refresh(curves, first, second)
    write(second, range(resumed_at + 1, 31), offset=0.5)
    refresh(curves, first, second)
    write(second, range(31, 36), offset=0.5)
    refresh(curves, first, second)
    kept = range(1, min(20, resumed_at) + 1)
    expected = [*((step, float(step)) for step in kept), *((step, step + 0.5) for step in range(resumed_at + 1, 36))]
    assert points(curves) == expected
    afresh = Curves()
    refresh(afresh, first, second)
    assert points(afresh) == expected


def test_three_attempts_are_stitched(tmp_path: Path) -> None:
    files = [
        write(tmp_path / "1/logging.jsonl", range(1, 31)),
        write(tmp_path / "2/logging.jsonl", range(21, 41), offset=0.25),
        write(tmp_path / "3/logging.jsonl", range(11, 51), offset=0.5),
    ]
    curves = Curves()
    refresh(curves, *files)
    assert points(curves) == [(step, step + (0.0 if step < 11 else 0.5)) for step in range(1, 51)]


def test_a_folder_that_was_trained_in_twice_shows_the_second_training(tmp_path: Path) -> None:
    path = write(tmp_path / "logging.jsonl", range(1, 51))
    write(path, range(1, 21), offset=0.5)
    curves = Curves()
    refresh(curves, path)
    assert points(curves) == [(step, step + 0.5) for step in range(1, 21)]
    write(path, range(21, 31), offset=0.5)
    refresh(curves, path)
    assert points(curves)[-1] == (30, 30.5)


def test_a_replaced_file_starts_the_curve_anew(tmp_path: Path) -> None:
    path = write(tmp_path / "logging.jsonl", range(1, 51))
    curves = Curves()
    refresh(curves, path)
    path.write_text("")
    write(path, range(1, 4), offset=0.5)
    refresh(curves, path)
    assert points(curves) == [(1, 1.5), (2, 2.5), (3, 3.5)]


def test_a_file_that_cannot_be_read_takes_away_only_itself(tmp_path: Path) -> None:
    first = write(tmp_path / "1/logging.jsonl", range(1, 6))
    unreadable = tmp_path / "2/logging.jsonl"
    unreadable.mkdir(parents=True)
    curves = Curves()
    refresh(curves, first, unreadable)
    assert [step for step, _ in points(curves)] == [1, 2, 3, 4, 5]


def test_a_closer_look_is_as_fine_as_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves_module, "BUCKETS_KEPT", 64)
    monkeypatch.setattr(curves_module, "FIRST_MARK_BYTES", 1024)
    files = [
        write(tmp_path / "1/logging.jsonl", range(1, 3001), eval_every=10),
        write(tmp_path / "2/logging.jsonl", range(2001, 5001), offset=0.5),
    ]
    curves = Curves()
    refresh(curves, *files)
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
            refresh(curves, path)
            curves.view(1000)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak_bytes(60_000) < 1.3 * peak_bytes(20_000)


def resumed(path: Path, number: int, *, of: int, step: int) -> MetricsFile:
    return MetricsFile(path, number, ResumePoint(attempt=of, checkpoint=f"checkpoint-{step}", step=step))


def test_what_came_after_the_checkpoint_is_replaced_even_where_the_new_attempt_logs_less_often(tmp_path: Path) -> None:
    first = MetricsFile(write(tmp_path / "1/logging.jsonl", range(1, 19)))
    second = resumed(tmp_path / "2/logging.jsonl", 2, of=1, step=12)
    curves = Curves()
    curves.refresh([first, second])
    assert points(curves)[-1] == (18, 18.0)
    write(second.path, [20, 30], offset=0.5)
    curves.refresh([first, second])
    assert points(curves) == [*((step, float(step)) for step in range(1, 13)), (20, 20.5), (30, 30.5)]


def test_an_evaluation_before_the_first_step_doubles_nothing_and_takes_nothing_away(tmp_path: Path) -> None:
    first = MetricsFile(write(tmp_path / "1/logging.jsonl", range(1, 16), eval_every=5))
    second = resumed(tmp_path / "2/logging.jsonl", 2, of=1, step=10)
    second.path.parent.mkdir()
    place = {"epoch": 1.0, "global_step/max_steps": "10/100"}
    second.path.write_text(json.dumps({"eval_loss": 10.0, "eval_new": 1.0, **place}) + "\n")
    write(second.path, range(11, 13), offset=0.5)
    curves = Curves()
    curves.refresh([first, second])
    assert points(curves)[8:] == [(9, 9.0), (10, 10.0), (11, 11.5), (12, 12.5)]
    assert points(curves, "eval_loss") == [(5, 5.0), (10, 10.0)]
    assert points(curves, "eval_new") == [(10, 1.0)]


def test_an_attempt_that_went_on_from_an_earlier_one_passes_over_those_between(tmp_path: Path) -> None:
    files = [
        MetricsFile(write(tmp_path / "1/logging.jsonl", range(1, 31))),
        MetricsFile(write(tmp_path / "2/logging.jsonl", range(1, 26), offset=0.25), 2),
        resumed(tmp_path / "3/logging.jsonl", 3, of=1, step=20),
    ]
    curves = Curves()
    curves.refresh(files)
    assert points(curves) == [(step, step + 0.25) for step in range(1, 26)]
    write(files[2].path, range(21, 24), offset=0.5)
    curves.refresh(files)
    assert points(curves) == [(step, step + (0.0 if step < 21 else 0.5)) for step in range(1, 24)]


def test_an_attempt_that_took_the_weights_alone_counts_from_the_beginning(tmp_path: Path) -> None:
    files = [
        MetricsFile(write(tmp_path / "1/logging.jsonl", range(1, 31))),
        resumed(write(tmp_path / "2/logging.jsonl", range(1, 6), offset=0.5), 2, of=1, step=20),
    ]
    curves = Curves()
    curves.refresh(files)
    assert points(curves) == [(step, step + 0.5) for step in range(1, 6)]


class Attempts:
    """Attempts that begin, log, die in the middle of a line and go on from checkpoints, as chance has it."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder = folder
        self._chance = chance
        self.files: list[MetricsFile] = []
        # What should be seen of each attempt and those from which it went on.
        self.curves: list[dict[int, float]] = []
        self.live = Curves()
        self._step = 0
        self._kept: dict[int, float] = {}

    def begin(self) -> None:
        number = len(self.files) + 1
        path = self._folder / str(number) / "logging.jsonl"
        path.parent.mkdir(parents=True)
        sources = [index for index, curve in enumerate(self.curves) if curve]
        if sources and self._chance.random() < 0.8:
            source = self._chance.choice(sources)
            self._step = self._chance.randrange(max(self.curves[source]) + 1)
            self.files.append(resumed(path, number, of=source + 1, step=self._step))
            self.curves.append({})
            self._kept = {step: value for step, value in self.curves[source].items() if step <= self._step}
        else:
            self._step, self._kept = 0, {}
            self.files.append(MetricsFile(path, number))
            self.curves.append({})

    def log(self) -> None:
        """Some lines in pieces; the last one may be torn."""
        curve = self.curves[-1]
        with self.files[-1].path.open("a") as file:
            for _ in range(self._chance.randrange(1, 8)):
                self._step += 1
                value = self._step + len(self.files) / 16
                line = json.dumps({"loss": value, "global_step/max_steps": f"{self._step}/999"}) + "\n"
                cut = self._chance.randrange(len(line))
                file.write(line[:cut])
                file.flush()
                self.look()
                file.write(line[cut:])
                if not curve:
                    curve.update(self._kept)
                curve[self._step] = value
            if self._chance.random() < 0.3:
                file.write('{"loss": 1.0, "glob')

    def look(self) -> None:
        if self._chance.random() < 0.3:
            self.live.refresh(self.files)


@pytest.mark.parametrize("seed", range(40))
def test_a_curve_that_was_watched_is_the_curve_that_is_read_afterwards(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    attempts = Attempts(tmp_path, chance)
    live = attempts.live
    for _ in range(chance.randrange(1, 7)):
        attempts.begin()
        if chance.random() < 0.8:
            attempts.log()
        live.refresh(attempts.files)
        afresh = Curves()
        afresh.refresh(attempts.files)
        shown = next((curve for curve in reversed(attempts.curves) if curve), {})
        expected = sorted(shown.items())
        assert (points(live) if expected else []) == expected
        assert (points(afresh) if expected else []) == expected
