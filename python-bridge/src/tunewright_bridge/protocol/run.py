# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Literal

from tunewright_bridge.protocol.alert import Alert
from tunewright_bridge.protocol.checkpoint import ResumePoint
from tunewright_bridge.protocol.config import HealthPolicy
from tunewright_bridge.protocol.number import MetricNumber
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.targets import ExecutorName
from tunewright_bridge.protocol.task import Task
from tunewright_bridge.protocol.tool import ToolEnvironment

@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptTerms:
    retries: int | None = None
    queue: str | None = None
    devices: int | None = None
    health: HealthPolicy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptCommand:
    format: Literal[1]
    arguments: list[str]
    working_directory: str
    environment: dict[str, str]
    secret_names: list[str]
    tool: ToolEnvironment
    output_directory: str
    resumed_from: ResumePoint | None = None
    start_after_seconds: float | None = None
    terms: AttemptTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptSummary:
    number: int
    started_at_ms: int | None = None
    ended_at_ms: int | None = None
    exit_code: int | None = None
    signal: int | None = None
    output_directory: str | None = None
    tool: ToolEnvironment | None = None
    resumed_from: ResumePoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetFingerprint:
    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitRecord:
    format: Literal[1]
    exit_code: int | None = None
    signal: int | None = None
    error: str | None = None
    ended_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    format: Literal[1]
    generation: int
    supervisor: ProcessIdentity
    taken_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    format: Literal[1]
    started_at_ms: int
    config_sha256: str
    bridge_version: str
    host_name: str
    platform: str
    python_version: str | None = None
    packages: dict[str, str]
    git_commit: str | None = None
    datasets: list[DatasetFingerprint] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWait:
    code: Literal["turn", "other-queue", "devices-held", "devices-busy", "devices-unknown", "retry", "storage", "nobody"]
    values: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlace:
    queue: str
    position: int
    waiting: int
    devices_wanted: int
    waits_for: QueueWait | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecorderRecord:
    format: Literal[1]
    recorder: ProcessIdentity
    trainer: ProcessIdentity
    started_at_ms: int


RunCauseCode = Literal["stopped", "stopped-at-checkpoint", "stopped-by-alert", "command-not-started", "exit-code", "engine-error", "signal", "killed", "lost", "restarted", "never-started", "supervisor-not-started", "secret-missing", "found-alive", "waits-in-queue", "retry", "retries-used-up", "same-failure", "no-checkpoint", "resumed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCause:
    code: RunCauseCode
    values: dict[str, str]


RunState = Literal["queued", "starting", "running", "stopping", "succeeded", "failed", "cancelled", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    step: int
    max_steps: int | None = None
    epoch: float | None = None
    loss: MetricNumber | None = None
    eval_loss: MetricNumber | None = None
    remaining_seconds: float | None = None
    seconds_per_step: float | None = None


StopWhen = Literal["now", "next-checkpoint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    id: str
    directory: str
    name: str
    number: int
    task: Task
    state: RunState
    since_ms: int | None = None
    reason: str | None = None
    cause: RunCause | None = None
    attempt: int
    host: str
    executor: ExecutorName
    config_path: str
    created_at_ms: int
    started_at_ms: int | None = None
    ended_at_ms: int | None = None
    exit_code: int | None = None
    progress: RunProgress | None = None
    alerts: list[Alert] | None = None
    stop_when: StopWhen | None = None
    queue_place: QueuePlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDetail:
    summary: RunSummary
    config_text: str
    attempts: list[AttemptSummary]
    alerts: list[Alert] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    at_ms: int
    attempt: int
    kind: Literal["state", "attempt", "stop-requested", "adopted", "alert", "alert-ended", "output-directory", "note"]
    state: RunState | None = None
    detail: str | None = None
    cause: RunCause | None = None
    alert: Alert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunIntent:
    format: Literal[1]
    id: str
    name: str
    number: int
    task: Task
    created_at_ms: int
    config_path: str
    working_directory: str
    target: str | None = None
    host: str
    executor: ExecutorName
    tags: list[str]
    bridge_version: str
    retries: int | None = None
    queue: str | None = None
    devices: int | None = None
    health: HealthPolicy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRecord:
    format: Literal[1]
    state: RunState
    attempt: int
    since_ms: int
    reason: str | None = None
    cause: RunCause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequest:
    format: Literal[1]
    requested_at_ms: int
    by: str
    when: StopWhen | None = None
    after_step: int | None = None
    alert: Alert | None = None


LIVE_RUN_STATES = ["queued","starting","running","stopping"]


RUN_TRANSITIONS = {"queued":["starting","failed","cancelled","lost"],"starting":["running","stopping","succeeded","failed","cancelled","lost"],"running":["stopping","succeeded","failed","cancelled","lost"],"stopping":["succeeded","failed","cancelled","lost"],"succeeded":["queued"],"failed":["queued"],"cancelled":["queued"],"lost":["queued","running","succeeded","failed","cancelled"]}
