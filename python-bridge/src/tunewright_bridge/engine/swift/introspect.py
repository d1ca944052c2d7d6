"""Writes down what the engine accepts: `introspect.py ANSWER.json`, run by the engine's own interpreter.

The answer is the wire form of EngineSchema (protocol/src/schema.ts). The facts come from the very parser that the
engine's tasks use. Megatron's classes cannot be imported without a GPU's libraries, so their source is read instead.
Imports nothing of ours, since that is not installed in the engine's environment.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import importlib.metadata
import importlib.util
import inspect
import json
import math
import os
import re
import sys
import typing
from pathlib import Path
from typing import Any

# source: swift/arguments/__init__.py
ARGUMENT_CLASSES = (
    "BaseArguments",
    "SftArguments",
    "PretrainArguments",
    "RLHFArguments",
    "InferArguments",
    "DeployArguments",
    "RolloutArguments",
    "EvalArguments",
    "ExportArguments",
    "SamplingArguments",
    "AppArguments",
    "WebUIArguments",
)

# source: the args_class of each pipeline under swift/pipelines and swift/megatron/pipelines
TASK_CLASSES = {
    "pt": "PretrainArguments",
    "sft": "SftArguments",
    "rlhf": "RLHFArguments",
    "infer": "InferArguments",
    "eval": "EvalArguments",
    "export": "ExportArguments",
    "deploy": "DeployArguments",
    "rollout": "RolloutArguments",
    "sample": "SamplingArguments",
    "app": "AppArguments",
    "merge-lora": "ExportArguments",
    "megatron-pt": "MegatronPretrainArguments",
    "megatron-sft": "MegatronSftArguments",
    "megatron-rlhf": "MegatronRLHFArguments",
    "megatron-export": "MegatronExportArguments",
}

PACKAGES = ("ms-swift", "transformers", "trl", "peft", "accelerate", "datasets", "evalscope")

_SCALARS = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object"}


def engine_schema() -> dict[str, Any]:
    """The wire form of EngineSchema, the engine's own words included."""
    import swift
    import swift.arguments

    classes: dict[str, type] = {
        name: getattr(swift.arguments, name) for name in ARGUMENT_CLASSES if hasattr(swift.arguments, name)
    }
    classes.update(megatron_classes(classes["BaseArguments"]))
    described = {name: class_arguments(kind) for name, kind in classes.items()}
    pool, positions = pooled(described)
    return {
        "format": 1,
        "packages": package_versions(),
        "engineVersion": swift.__version__,
        "pool": pool,
        "classes": positions,
        "tasks": {task: name for task, name in TASK_CLASSES.items() if name in classes},
        "registries": registries(),
    }


def package_versions() -> dict[str, str]:
    """Installed versions of the distributions that decide the content."""
    versions = {}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions


def pooled(described: dict[str, list[dict[str, Any]]]) -> tuple[list[dict[str, Any]], dict[str, list[int]]]:
    """Each distinct argument once, by name, and the positions of every class's arguments in that list."""
    distinct = {json.dumps(argument): argument for arguments in described.values() for argument in arguments}
    ordered = sorted(distinct, key=lambda text: (distinct[text]["name"], text))
    position = {text: index for index, text in enumerate(ordered)}
    classes = {
        name: sorted(position[json.dumps(argument)] for argument in arguments) for name, arguments in described.items()
    }
    return [distinct[text] for text in ordered], classes


def class_arguments(kind: type) -> list[dict[str, Any]]:
    """Every argument that the engine's parser takes for an argument class."""
    from swift.utils import utils as engine_utils
    from transformers import HfArgumentParser

    # source: swift/utils/utils.py: parse_args
    with engine_utils._patch_get_type_hints():
        parser = HfArgumentParser([kind])
    actions = {action.option_strings[0][2:]: action for action in parser._actions if action.option_strings}
    hints = typing.get_type_hints(kind)
    documentation = class_documentation(kind)
    arguments = []
    for field in dataclasses.fields(kind):
        if not field.init or field.name.startswith("_"):
            continue
        argument = described_argument(field, actions[field.name], hints[field.name], declaring_class(kind, field.name))
        words = documentation.get(field.name) or " ".join(str(field.metadata.get("help") or "").split())
        if words:
            argument["documentation"] = words
        arguments.append(argument)
    return arguments


def described_argument(field: Any, action: Any, hint: Any, declared_in: str) -> dict[str, Any]:
    """The wire form of one argument, from the parser's action and the annotation."""
    members = union_members(hint)
    is_nullable = type(None) in members or field.default is None
    argument: dict[str, Any] = {
        "name": field.name,
        "types": value_types(action, members),
        "isList": action.nargs in ("+", "*"),
        "isNullable": is_nullable,
    }
    if action.choices:
        # None among the choices: the text None is taken, and means no value.
        argument["choices"] = list(action.choices)
    default = plain_default(field)
    if default is not dataclasses.MISSING:
        argument["default"] = default
    argument["declaredIn"] = declared_in
    return argument


def union_members(hint: Any) -> list[Any]:
    """The members of a union, flattened, with the elements of Literal in place of it; other annotations alone."""
    origin = typing.get_origin(hint)
    if origin is typing.Union or str(origin) == "<class 'types.UnionType'>":
        return [member for part in typing.get_args(hint) for member in union_members(part)]
    if origin is typing.Literal:
        return [type(value) for value in typing.get_args(hint)]
    return [hint]


def value_types(action: Any, members: list[Any]) -> list[str]:
    """The types that the parser lets through, which may be fewer than the annotation names."""
    if action.choices:
        kinds = [_SCALARS[type(choice)] for choice in action.choices if type(choice) in _SCALARS]
        return sorted(set(kinds), key=kinds.index)
    if getattr(action.type, "__name__", "") == "string_to_bool":
        return ["boolean"]
    # A mapping is handed on as JSON text, which the engine parses again where the annotation allows a mapping.
    takes_mapping = any(member is dict or typing.get_origin(member) is dict for member in members)
    scalar = _SCALARS.get(action.type, "string")
    return ["string", "object"] if takes_mapping else [scalar]


def declaring_class(kind: type, name: str) -> str:
    """The class whose annotation counts for a field."""
    return next(base.__name__ for base in kind.__mro__ if name in inspect.get_annotations(base))


def plain_default(field: Any) -> Any:
    """The default as JSON data, or MISSING where there is none or it is no plain data."""
    default = field.default
    if default is dataclasses.MISSING:
        if field.default_factory is dataclasses.MISSING:
            return dataclasses.MISSING
        default = field.default_factory()
        if repr(default) != repr(field.default_factory()):
            return dataclasses.MISSING
    if isinstance(default, (list, tuple)):
        elements = [plain_scalar(element) for element in default]
        return dataclasses.MISSING if dataclasses.MISSING in elements else elements
    return plain_scalar(default)


def plain_scalar(value: Any) -> Any:
    """A scalar of JSON, or MISSING."""
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, float) and not math.isfinite(value):
        return dataclasses.MISSING
    return value if value is None or type(value) in (bool, int, float, str) else dataclasses.MISSING


_ONLY_A_DEFAULT = re.compile(r"Defaults? (?:to|is) \S+")
_DOCUMENTED = re.compile(r"^(\s*)([A-Za-z_]\w*)\s*(?:\([^:]*\)|\(.*?\))?\s*:\s*(.*)$")


def class_documentation(kind: type) -> dict[str, str]:
    """What the docstrings of a class and its bases say of each argument; the nearest class wins."""
    found: dict[str, str] = {}
    for base in kind.__mro__:
        for name, words in documented_arguments(base.__dict__.get("__doc__") or "").items():
            if name not in found or _ONLY_A_DEFAULT.fullmatch(found[name]):
                found[name] = words
    return found


def documented_arguments(docstring: str) -> dict[str, str]:
    """The entries below `Args:` or `Parameters:`, each with the lines that are indented further."""
    found: dict[str, list[str]] = {}
    current: list[str] = []
    entry_indent: int | None = None
    is_inside = False
    for line in docstring.expandtabs().splitlines():
        if line.strip() in ("Args:", "Parameters:", "Arguments:"):
            is_inside, entry_indent = True, None
            continue
        if not is_inside or not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        entry = _DOCUMENTED.match(line)
        if entry is not None and (entry_indent is None or indent == entry_indent):
            entry_indent = indent
            current = found[entry[2]] = [entry[3]]
        elif entry_indent is not None and indent > entry_indent:
            current.append(line.strip())
        elif line.strip().endswith(":"):
            is_inside = False
    return {name: _paragraph(words) for name, words in found.items() if any(words)}


def _paragraph(lines: list[str]) -> str:
    """The lines as one, except that the items of a list keep lines of their own."""
    joined = "".join(f"\n{line}" if line.startswith(("- ", "* ")) else f" {line}" for line in lines)
    return "\n".join(" ".join(line.split()) for line in joined.splitlines() if line.strip())


class _Unknown:
    """Stands for a default that only the running engine knows."""


def megatron_classes(base_arguments: type) -> dict[str, type]:
    """Twins of the Megatron argument classes, made from their source, with the engine's BaseArguments below them."""
    specification = importlib.util.find_spec("swift")
    folders = specification.submodule_search_locations if specification is not None else None
    sources = sorted(Path((folders or [""])[0], "megatron", "arguments").glob("*.py"))
    nodes: dict[str, ast.ClassDef] = {}
    for source in sources:
        for node in ast.parse(source.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and any(
                _name(decorator) == "dataclass" for decorator in node.decorator_list
            ):
                nodes[node.name] = node
    twins: dict[str, type] = {"BaseArguments": base_arguments}

    def twin(name: str) -> type:
        if name not in twins:
            node = nodes[name]
            bases = tuple(twin(_name(base)) for base in node.bases if _name(base) in nodes or _name(base) in twins)
            twins[name] = dataclasses.dataclass(type(name, bases, _class_body(node)))
        return twins[name]

    wanted = {name for task, name in TASK_CLASSES.items() if task.startswith("megatron-")}
    return {name: twin(name) for name in sorted(wanted & set(nodes))}


def _class_body(node: ast.ClassDef) -> dict[str, Any]:
    annotations: dict[str, Any] = {}
    body: dict[str, Any] = {"__annotations__": annotations, "__doc__": ast.get_docstring(node, clean=False)}
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        annotations[name] = _annotation(statement.annotation)
        if statement.value is not None:
            body[name] = _default(statement.value)
    return body


def _annotation(node: ast.expr) -> Any:
    """The annotation itself, made of typing's names and builtins only; text where it needs more."""
    known = {name: getattr(typing, name) for name in ("Any", "Dict", "List", "Literal", "Optional", "Tuple", "Union")}
    names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    if names <= {*known, "bool", "int", "float", "str", "dict", "list", "None"}:
        return eval(compile(ast.Expression(node), "<annotation>", "eval"), known)  # noqa: S307
    return str


def _default(node: ast.expr) -> Any:
    if isinstance(node, ast.Call) and _name(node.func) == "field":
        options = {keyword.arg: keyword.value for keyword in node.keywords}
        metadata = _literal(options["metadata"]) if "metadata" in options else None
        kept = metadata if isinstance(metadata, dict) else {}
        if "default_factory" in options:
            return dataclasses.field(default_factory=_factory(options["default_factory"]), metadata=kept)
        return dataclasses.field(default=_literal(options["default"]) if "default" in options else None, metadata=kept)
    return _literal(node)


def _factory(node: ast.expr) -> Any:
    if isinstance(node, ast.Lambda):
        value = _literal(node.body)
        return lambda: value
    return list if _name(node) == "list" else _Unknown


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return _Unknown()


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _name(node.func)
    return node.id if isinstance(node, ast.Name) else ""


def registries() -> dict[str, Any]:
    """The names that the engine and its evaluator register, in a stable order."""
    from swift.dataset import DATASET_MAPPING
    from swift.model import MODEL_MAPPING
    from swift.template import TEMPLATE_MAPPING

    metas = [MODEL_MAPPING[name] for name in sorted(MODEL_MAPPING)]
    return {
        "modelTypes": [
            _present({"name": meta.model_type, "template": meta.template, "architectures": list(meta.architectures)})
            for meta in metas
        ],
        "models": [
            _present({"modelscope": model.ms_model_id, "huggingface": model.hf_model_id, "modelType": meta.model_type})
            for meta in metas
            for group in meta.model_groups
            for model in group.models
            if model.ms_model_id or model.hf_model_id
        ],
        "templates": sorted(TEMPLATE_MAPPING),
        "datasets": sorted(map(registered_dataset, DATASET_MAPPING.values()), key=lambda found: json.dumps(found)),
        "benchmarks": benchmarks(),
    }


def registered_dataset(meta: Any) -> dict[str, Any]:
    """A data set of the engine's registry; one that is a file of the machine has neither id."""
    return _present(
        {
            "modelscope": meta.ms_dataset_id,
            "huggingface": meta.hf_dataset_id,
            "name": meta.dataset_name,
            "subsets": [subset if isinstance(subset, str) else subset.name for subset in meta.subsets],
        }
    )


def benchmarks() -> list[dict[str, Any]]:
    """The evaluator's benchmarks, from the descriptions that its package holds; the package is not imported."""
    specification = importlib.util.find_spec("evalscope")
    if specification is None or not specification.submodule_search_locations:
        return []
    found = []
    for path in sorted(Path(specification.submodule_search_locations[0], "benchmarks", "_meta").glob("*.json")):
        meta = json.loads(path.read_text(encoding="utf-8")).get("meta", {})
        found.append(_present({"name": path.stem, "prettyName": meta.get("pretty_name")}))
    return found


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def main(answer: str) -> None:
    """Writes the schema to the file `answer`."""
    # The folder of this file must not answer imports of the engine.
    sys.path.pop(0)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    schema = engine_schema()
    Path(answer).write_text(json.dumps(schema, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
