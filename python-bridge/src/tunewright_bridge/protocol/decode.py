"""Turns JSON values into the protocol's dataclasses and back; here alone it is known how names and numbers are written.

Names are camelCase on the wire and snake_case in Python. Fields that may be absent default to None here and are left
out when None. Numbers that JSON lacks travel as "NaN", "Infinity" and "-Infinity".
"""

import json
import math
import sys
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

# A value is quoted so that it is recognized, not to repeat a whole file.
_LONGEST_DESCRIPTION = 80


class DecodeError(ValueError):
    """A value does not fit the protocol; `path` says where."""

    def __init__(self, path: tuple[str | int, ...], problem: str) -> None:
        self.path = path
        self.problem = problem
        place = ".".join(str(part) for part in path) or "the value"
        super().__init__(f"{place}: {problem}")


@cache
def wire_name(name: str) -> str:
    """`exit_code` as it is written on the wire: `exitCode`."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


@cache
def _shape(kind: Any) -> tuple[tuple[str, str, Any, bool], ...]:
    """Wire name, attribute, annotation and whether it may be absent, of every field of a dataclass."""
    hints = get_type_hints(kind, include_extras=True)
    is_verbatim = getattr(kind, "__verbatim__", False)
    shape = []
    for field in fields(kind):
        name = field.name if is_verbatim else wire_name(field.name)
        shape.append((name, field.name, hints[field.name], _is_optional(field)))
    return tuple(shape)


def _is_optional(field: "Field[Any]") -> bool:
    return field.default is not MISSING


def decode(kind: type[T], value: object, path: tuple[str | int, ...] = ()) -> T:
    """`value` as an instance of the dataclass `kind`. Raises DecodeError that names the first misfit."""
    if not isinstance(value, Mapping):
        raise DecodeError(path, f"must be a mapping, not {_describe(value)}")
    dataclass_type: Any = kind
    shape = _shape(dataclass_type)
    if getattr(kind, "__strict__", False):
        known = {name for name, *_ in shape}
        for key in value:
            if key not in known:
                raise DecodeError((*path, str(key)), "is not known")
    # Optional fields are annotated `T | None` for Python's sake; on the wire null fits only where the protocol says so.
    nullable = getattr(kind, "__nullable__", ())
    arguments: dict[str, Any] = {}
    for name, attribute, annotation, may_be_absent in shape:
        if name not in value:
            if not may_be_absent:
                raise DecodeError((*path, name), "is missing")
            continue
        if may_be_absent and value[name] is None and name not in nullable:
            raise DecodeError((*path, name), "must not be null; leave it out instead")
        arguments[attribute] = decode_value(annotation, value[name], (*path, name))
    return kind(**arguments)


def decode_value(annotation: Any, value: object, path: tuple[str | int, ...] = ()) -> Any:
    """`value` checked against, and converted to, any annotation that the generated modules use."""
    if annotation is Any:
        return value
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *bounds = get_args(annotation)
        result = decode_value(inner, value, path)
        for bound in bounds:
            problem = bound.violation(result)
            if problem is not None:
                raise DecodeError(path, problem)
        return result
    if origin is Literal:
        return _decode_literal(get_args(annotation), value, path)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(annotation), value, path)
    if origin is list:
        if not isinstance(value, list):
            raise DecodeError(path, f"must be a list, not {_describe(value)}")
        (item,) = get_args(annotation)
        return [decode_value(item, element, (*path, index)) for index, element in enumerate(value)]
    if origin is dict:
        if not isinstance(value, Mapping):
            raise DecodeError(path, f"must be a mapping, not {_describe(value)}")
        _, item = get_args(annotation)
        return {str(key): decode_value(item, element, (*path, str(key))) for key, element in value.items()}
    if is_dataclass(annotation) and isinstance(annotation, type):
        return decode(annotation, value, path)
    return _decode_scalar(annotation, value, path)


def _decode_literal(choices: tuple[Any, ...], value: object, path: tuple[str | int, ...]) -> Any:
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return value
    listed = ", ".join(str(choice) for choice in choices)
    raise DecodeError(path, f"must be {'one of ' if len(choices) > 1 else ''}{listed}")


def _decode_union(members: tuple[Any, ...], value: object, path: tuple[str | int, ...]) -> Any:
    last = DecodeError(path, "has no form that is allowed")
    for member in members:
        try:
            return decode_value(member, value, path)
        except DecodeError as error:
            # The deepest complaint belongs to the member that the writer meant.
            if len(error.path) > len(last.path) or member is members[0]:
                last = error
    raise last


def _decode_scalar(annotation: Any, value: object, path: tuple[str | int, ...]) -> Any:
    if annotation in (None, types.NoneType):
        if value is None:
            return None
    elif annotation is float:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= sys.float_info.max:
            return float(value)
    elif annotation is int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)
    elif isinstance(value, annotation):
        return value
    raise DecodeError(path, f"must be {_name(annotation)}, not {_describe(value)}")


def _name(annotation: Any) -> str:
    names = {str: "text", int: "a whole number", float: "a number", bool: "true or false", types.NoneType: "null"}
    return names.get(annotation, str(annotation))


def _describe(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        text = repr(value)
    except ValueError:
        # Python writes out no whole number of more than 4300 digits.
        return "a very large number"
    return text if len(text) <= _LONGEST_DESCRIPTION else f"{text[:_LONGEST_DESCRIPTION]}…"


def encode(value: object) -> Any:
    """The JSON form of a dataclass of the protocol, or of lists, mappings and scalars that hold them."""
    if is_dataclass(value) and not isinstance(value, type):
        result = {}
        for name, attribute, _, may_be_absent in _shape(type(value)):
            element = getattr(value, attribute)
            if element is None and may_be_absent:
                continue
            # Most fields, by far, of long lists.
            result[name] = element if type(element) in (str, int) else encode(element)
        return result
    if isinstance(value, Mapping):
        return {key: encode(element) for key, element in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(element) for element in value]
    if isinstance(value, float) and not math.isfinite(value):
        return encode_number(value)
    return value


def json_text(value: object) -> str:
    """A dataclass of the protocol, or what holds such, in JSON."""
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def encode_number(value: float) -> float | Literal["NaN", "Infinity", "-Infinity"]:
    """A metric's number as the protocol's MetricNumber."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
