# Generated from protocol/src by `npm run generate`; do not edit.
# fmt: off
# ruff: noqa
"""The wire form of the protocol module of the same name."""

from dataclasses import dataclass
from typing import ClassVar, Literal


ScalarType = Literal["boolean", "integer", "number", "string", "object"]


ScalarValue = str | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaArgument:
    __nullable__: ClassVar[tuple[str, ...]] = ("default",)

    name: str
    types: list[ScalarType]
    is_list: bool
    is_nullable: bool
    choices: list[ScalarValue] | None = None
    default: ScalarValue | list[ScalarValue] | None = None
    declared_in: str
    documentation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredModelType:
    name: str
    template: str | None = None
    architectures: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredModel:
    modelscope: str | None = None
    huggingface: str | None = None
    model_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredDataset:
    modelscope: str | None = None
    huggingface: str | None = None
    name: str | None = None
    subsets: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredBenchmark:
    name: str
    pretty_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registries:
    model_types: list[RegisteredModelType]
    models: list[RegisteredModel]
    templates: list[str]
    datasets: list[RegisteredDataset]
    benchmarks: list[RegisteredBenchmark]


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSchema:
    format: Literal[1]
    packages: dict[str, str]
    engine_version: str
    pool: list[SchemaArgument]
    classes: dict[str, list[int]]
    tasks: dict[str, str]
    registries: Registries
