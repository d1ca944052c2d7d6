# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass

from tunewright_bridge.protocol.run import RunState

@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    run_id: str
    name: str
    url: str
    model: str
    state: RunState
