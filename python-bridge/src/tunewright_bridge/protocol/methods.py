# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""Every method of the bridge with the names of what it takes and gives; nothing is imported until it is asked for."""

from typing import NamedTuple

PROTOCOL_HASH = "427b230e3d5e092bdd96ddee3c834fa1f9057af2619575b4bdfc1b2ad9678dfe"


class Method(NamedTuple):
    """Modules and class names of a method's parameters and result."""

    params_module: str
    params_name: str
    result_module: str
    result_name: str


METHODS: dict[str, Method] = {
    "initialize": Method("bridge", "InitializeParams", "bridge", "InitializeResult"),
    "shutdown": Method("bridge", "Empty", "bridge", "Empty"),
    "environment/inspect": Method("bridge", "InspectParams", "tool", "ToolEnvironment"),
    "environment/doctor": Method("bridge", "DoctorParams", "tool", "DoctorReport"),
    "schema/get": Method("bridge", "SchemaParams", "bridge", "SchemaResult"),
    "config/resolve": Method("bridge", "ResolveConfigParams", "bridge", "ResolveConfigResult"),
    "config/check": Method("bridge", "CheckConfigParams", "bridge", "EngineVerdict"),
    "runs/start": Method("bridge", "StartRunParams", "run", "RunSummary"),
    "runs/list": Method("bridge", "ListRunsParams", "bridge", "ListRunsResult"),
    "runs/get": Method("bridge", "RunReference", "run", "RunDetail"),
    "runs/stop": Method("bridge", "StopRunParams", "run", "RunSummary"),
    "runs/preflight": Method("bridge", "PreflightParams", "checkpoint", "ResumePreflight"),
    "runs/resume": Method("bridge", "ResumeRunParams", "run", "RunSummary"),
    "queue/list": Method("bridge", "Empty", "bridge", "QueueList"),
    "queue/move": Method("bridge", "MoveInQueueParams", "bridge", "QueueList"),
    "runs/watch": Method("bridge", "ListRunsParams", "bridge", "ListRunsResult"),
    "runs/unwatch": Method("bridge", "RunsRoot", "bridge", "Empty"),
    "runs/log": Method("bridge", "LogQuery", "bridge", "LogChunk"),
    "runs/follow": Method("bridge", "RunReference", "bridge", "Empty"),
    "runs/unfollow": Method("bridge", "RunReference", "bridge", "Empty"),
    "metrics/query": Method("bridge", "MetricsQuery", "bridge", "MetricsResult"),
    "devices/read": Method("bridge", "Empty", "device", "HostSample"),
    "devices/watch": Method("bridge", "Empty", "device", "HostSample"),
    "devices/unwatch": Method("bridge", "Empty", "bridge", "Empty"),
}
