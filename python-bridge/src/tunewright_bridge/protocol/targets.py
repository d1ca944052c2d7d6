# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from tunewright_bridge.protocol.bounds import MinLength, Minimum

ExecutorName = Literal["local", "slurm", "ray"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    __strict__: ClassVar[bool] = True

    devices: Annotated[int, Minimum(0)] | None = None
    nodes: Annotated[int, Minimum(1)] | None = None
    cpus: Annotated[int, Minimum(1)] | None = None
    memory: str | None = None
    time: str | None = None
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    __strict__: ClassVar[bool] = True

    host: Annotated[str, MinLength(1)] | None = None
    executor: ExecutorName | None = None
    interpreter: Annotated[str, MinLength(1)] | None = None
    directory: Annotated[str, MinLength(1)] | None = None
    resources: Resources | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsFile:
    __strict__: ClassVar[bool] = True

    default: Annotated[str, MinLength(1)] | None = None
    targets: dict[str, Target]
