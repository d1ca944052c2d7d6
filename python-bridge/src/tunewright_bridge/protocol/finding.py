# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal


ConfigPath = list[str | int]


FindingSeverity = Literal["error", "warning", "information"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    id: str
    message: str
    path: ConfigPath
    severity: FindingSeverity
