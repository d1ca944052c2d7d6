"""Where in the console log the engine printed what it logged of each step."""

import re

from tunewright_bridge.supervise.health.detector import ConsoleBlock

_STEP = re.compile(rb"""["']global_step/max_steps["']: ["'](\d+)/""")
# An alert looks back by some of the lines that came last.
_MOST_STEPS = 2048


class StepLines:
    """Is fed with what is printed, and knows the first line of each of the last steps."""

    def __init__(self) -> None:
        self._offsets: dict[int, int] = {}

    def take(self, block: ConsoleBlock) -> None:
        """Whole lines, one block after the other."""
        for match in _STEP.finditer(block.content):
            start = block.content.rfind(b"\n", 0, match.start()) + 1
            self._offsets.setdefault(int(match[1]), block.offset + start)
        while len(self._offsets) > _MOST_STEPS:
            del self._offsets[next(iter(self._offsets))]

    def offset_of(self, step: int | None) -> int | None:
        """The byte at which the line of a step begins; None where it was not seen."""
        return None if step is None else self._offsets.get(step)
