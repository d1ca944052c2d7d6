"""That the lines of steps are found in what the command prints."""

from tunewright_bridge.supervise.health.detector import ConsoleBlock
from tunewright_bridge.supervise.health.step_lines import StepLines


def test_the_first_line_of_a_step_is_found_whatever_is_printed_between() -> None:
    before = b"loading\n 50%|#####     | 1/2\r"
    first = b"{'loss': 2.0, 'global_step/max_steps': '1/2'}\n"
    second = b"{'loss': nan, 'global_step/max_steps': '2/2'}\n{'eval_loss': nan, 'global_step/max_steps': '2/2'}\n"
    lines = StepLines()
    lines.take(ConsoleBlock(before + first, 100))
    lines.take(ConsoleBlock(second, 100 + len(before + first)))
    assert lines.offset_of(1) == 100 + len(b"loading\n")
    assert lines.offset_of(2) == 100 + len(before + first)
    assert (lines.offset_of(3), lines.offset_of(None)) == (None, None)


def test_only_the_last_steps_are_remembered() -> None:
    lines = StepLines()
    for step in range(10_000):
        lines.take(ConsoleBlock(f'{{"global_step/max_steps": "{step}/10000"}}\n'.encode(), 50 * step))
    assert (lines.offset_of(9_999), lines.offset_of(0)) == (50 * 9_999, None)
