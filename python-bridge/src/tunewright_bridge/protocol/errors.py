# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal


BridgeErrorCode = Literal["interpreter-not-found", "engine-not-installed", "engine-broken", "config-not-found", "config-not-readable", "config-invalid", "task-unknown", "task-unsupported", "secret-missing", "model-not-found", "target-unknown", "executor-unsupported", "run-not-found", "run-directory-unreadable", "run-not-live", "run-live", "no-checkpoint", "checkpoint-unusable", "not-queued", "directory-not-writable", "disk-full", "supervisor-not-started", "protocol-mismatch", "invalid-request", "internal"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeErrorData:
    code: BridgeErrorCode
    values: dict[str, str]


BRIDGE_ERROR_NUMBER = -32000
