import json
from pathlib import Path

from tunewright_bridge.metrics.progress import progress


def line(step: int, **values: float) -> str:
    return json.dumps({**values, "global_step/max_steps": f"{step}/1000"}) + "\n"


def test_the_end_of_the_file_tells(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    assert progress([path]) is None
    path.write_text("")
    assert progress([path]) is None
    path.write_text(line(1, loss=2.0))
    told = progress([path])
    assert told is not None
    assert (told.step, told.max_steps, told.loss) == (1, 1000, 2.0)


def test_a_line_without_an_end_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    path.write_text(line(1, loss=2.0) + line(22, loss=3.0)[:-1])
    told = progress([path])
    assert told is not None
    assert told.step == 1


def test_only_the_end_of_a_long_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    with path.open("w") as file:
        file.write(line(1, eval_loss=9.0))
        file.writelines(line(step, loss=float(step)) for step in range(2, 20_000))
        # The engine's closing line holds the whole history once more.
        file.write(json.dumps({"global_step": 19_999, "log_history": [{"loss": 1.0}] * 200_000}) + "\n")
    told = progress([path])
    assert told is not None
    assert (told.step, told.loss, told.eval_loss) == (19_999, 19_999.0, None)


def test_the_latest_attempt_that_logged_counts(tmp_path: Path) -> None:
    first, second = tmp_path / "1" / "logging.jsonl", tmp_path / "2" / "logging.jsonl"
    first.parent.mkdir()
    first.write_text(line(20, loss=2.0))
    told = progress([first, second])
    assert told is not None
    assert told.step == 20
    second.parent.mkdir()
    second.write_text(line(11, loss=1.0))
    told = progress([first, second])
    assert told is not None
    assert told.step == 11


def test_no_more_of_the_file_is_read_than_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "logging.jsonl"
    rows = ['{"eval_loss": 1.5, "global_step/max_steps": "1/9"}', '{"loss": 1.0, "global_step/max_steps": "2/9"}']
    file.write_text("\n".join(rows) + "\n")
    whole, end = progress([file]), progress([file], 10)
    assert whole is not None
    assert end is not None
    assert (whole.step, whole.eval_loss) == (2, 1.5)
    assert (end.step, end.loss, end.eval_loss) == (2, 1.0, None)
