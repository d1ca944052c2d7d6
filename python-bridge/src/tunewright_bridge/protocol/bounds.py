"""Bounds that the generated annotations carry and the decoder checks."""

from typing import NamedTuple


class Minimum(NamedTuple):
    """The least number allowed."""

    value: float

    def violation(self, value: object) -> str | None:
        """What is wrong with `value`, or None."""
        if isinstance(value, (int, float)) and value < self.value:
            return f"must be at least {self.value:g}"
        return None


class MinLength(NamedTuple):
    """The least number of characters allowed."""

    value: int

    def violation(self, value: object) -> str | None:
        """What is wrong with `value`, or None."""
        if isinstance(value, str) and len(value) < self.value:
            return f"must have at least {self.value} character{'s' if self.value > 1 else ''}"
        return None
