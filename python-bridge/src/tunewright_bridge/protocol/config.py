# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from tunewright_bridge.protocol.alert import HealthAction
from tunewright_bridge.protocol.bounds import MinLength, Minimum

@dataclass(frozen=True, slots=True, kw_only=True)
class AlertActions:
    __strict__: ClassVar[bool] = True

    __verbatim__: ClassVar[bool] = True

    nan: HealthAction | None = None
    zero_loss: HealthAction | None = None
    divergence: HealthAction | None = None
    hang: HealthAction | None = None
    idle_device: HealthAction | None = None
    memory_growth: HealthAction | None = None
    slowdown: HealthAction | None = None
    disk_full: HealthAction | None = None
    out_of_memory: HealthAction | None = None
    engine_failure: HealthAction | None = None
    plateau: HealthAction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPolicy:
    __strict__: ClassVar[bool] = True

    __verbatim__: ClassVar[bool] = True

    enabled: bool | None = None
    stall_minutes: Annotated[float, Minimum(0)] | None = None
    on_alert: HealthAction | None = None
    alerts: AlertActions | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBlock:
    __strict__: ClassVar[bool] = True

    name: Annotated[str, MinLength(1)] | None = None
    tags: list[str] | None = None
    devices: Annotated[int, Minimum(1)] | None = None
    nodes: Annotated[int, Minimum(1)] | None = None
    retries: Annotated[int, Minimum(0)] | None = None
    queue: Annotated[str, MinLength(1)] | None = None
    health: HealthPolicy | None = None
    parity: bool | None = None


ParallelStrategy = Literal["single", "ddp", "fsdp2", "zero0", "zero1", "zero2", "zero2-offload", "zero3", "zero3-offload", "megatron"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKeys:
    __strict__: ClassVar[bool] = True

    __verbatim__: ClassVar[bool] = True

    parallel_strategy: ParallelStrategy | None = None
    global_batch_size: Annotated[int, Minimum(1)] | None = None
    tunewright: OwnBlock | None = None


OWN_KEY_NAMES = ["parallel_strategy","global_batch_size","tunewright"]
