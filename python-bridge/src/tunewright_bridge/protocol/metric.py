# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass

from tunewright_bridge.protocol.number import MetricNumber

@dataclass(frozen=True, slots=True, kw_only=True)
class MetricPoint:
    step: int
    epoch: float | None = None
    values: dict[str, MetricNumber]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBuckets:
    name: str
    point_count: int
    counts: list[int]
    non_finite_counts: list[int]
    first_steps: list[int]
    last_steps: list[int]
    minimums: list[MetricNumber]
    minimum_steps: list[int]
    maximums: list[MetricNumber]
    maximum_steps: list[int]
    means: list[MetricNumber]
    lasts: list[MetricNumber]
