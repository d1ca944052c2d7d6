"""The engine's own verdict on configs: `judge.py FOLDER`, run by the engine's own interpreter as one warm child.

A line of JSON on the standard input asks, a line of JSON on the standard output answers, in the same order:

    {"id", "task", "text" | "path", "format": "yaml" | "json", "without": [own keys], "folder": where paths begin,
     "isAboutMachine": whether the file is also judged on this machine as it is}
    {"id", "stage": "yaml" | "parser" | "class" | "accepted", "message", "key", "machine", "standIns"}

`machine` is there where the file alone does not show why it is refused: a package, device, file or answer of the
network that this machine lacks (`judge_fork.py`). FOLDER is an empty folder of the caller's, who removes it.
Imports nothing of ours but the file beside it, since nothing of ours is installed in the engine's environment.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import io
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

_PLUGIN_KEYS = ("external_plugins", "custom_register_path")

_OPTION_OF_MESSAGE = re.compile(r"argument (--[^\s/:]+)|ambiguous option: (--[^\s=]+)")


class Refused(Exception):
    """A stage says no."""

    def __init__(self, stage: str, message: str, *, key: str | None = None, machine: str | None = None) -> None:
        super().__init__(message)
        self.stage = stage
        self.details = {name: value for name, value in (("key", key), ("machine", machine)) if value is not None}


class Judge:
    """Holds the imported engine and the parsers that it has made."""

    def __init__(self, folder: Path) -> None:
        self._parsers: dict[str, Any] = {}
        classes: dict[str, str] = _beside("introspect").TASK_CLASSES
        # Those of Megatron can be imported only where it is built.
        self._classes_of_tasks = {task: kind for task, kind in classes.items() if not task.startswith("megatron-")}
        self._fork = _beside("judge_fork")
        self._classes = self._fork.ClassStage(_beside("judge_world"), folder)

    def verdict(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one question."""
        started = time.monotonic()
        try:
            variables, arguments = argument_list(request)
            kind = self._classes_of_tasks.get(request["task"])
            if kind is None:
                raise Refused(
                    "class", f"the argument classes of {request['task']} cannot be imported here", machine="task"
                )
            parser = self._parser(kind)
            namespace = parsed(parser, arguments)
            if request["task"] == "eval" and importlib.util.find_spec("evalscope") is not None:
                # Every child would spend two seconds on it.
                importlib.import_module("evalscope.api.registry")
            question = self._fork.Question(
                parser=parser,
                arguments=arguments,
                variables=variables,
                folder=request.get("folder"),
                has_plugins=any(getattr(namespace, name, None) for name in _PLUGIN_KEYS),
                is_about_machine=request.get("isAboutMachine", True),
            )
            answer = self._classes.verdict(question)
        except Refused as refusal:
            answer = {"stage": refusal.stage, "message": str(refusal), **refusal.details}
        return {"id": request.get("id"), **answer, "milliseconds": round((time.monotonic() - started) * 1000, 1)}

    def _parser(self, kind: str) -> Any:
        if kind not in self._parsers:
            import swift.arguments
            from swift.utils import utils as engine_utils

            # source: swift/utils/utils.py: parse_args
            with engine_utils._patch_get_type_hints():
                from transformers import HfArgumentParser

                class Parser(HfArgumentParser):  # type: ignore[misc]
                    """Raises where the original prints and ends the process."""

                    def error(self, message: str) -> Any:
                        raise Refused("parser", message, key=_key_of(message))

                    def exit(self, status: int = 0, message: str | None = None) -> Any:
                        raise Refused("parser", message or "it asks for help and ends", key=None)

                    def print_help(self, file: Any = None) -> None:
                        pass

                self._parsers[kind] = Parser([getattr(swift.arguments, kind)], prog="swift")
        return self._parsers[kind]


def _key_of(message: str) -> str | None:
    match = _OPTION_OF_MESSAGE.search(message)
    return (match[1] or match[2])[2:] if match else None


def argument_list(request: dict[str, Any]) -> tuple[dict[str, str], list[str]]:
    """The variables and the arguments that the engine's command makes of a config.

    source: swift/cli/main.py: parse_yaml_args
    """
    config = _read(request)
    if config is None:
        # The command leaves the file's name among the arguments, where the parser does not know it.
        return {}, [request.get("path") or "config.yaml"]
    if not isinstance(config, dict):
        raise Refused("yaml", f"the file holds no keys but {type(config).__name__}")
    variables = config.pop("ENV", None)
    if variables and not isinstance(variables, dict):
        raise Refused("yaml", "ENV holds no names with values", key="ENV")
    for name in request.get("without", ()):
        config.pop(name, None)
    arguments: list[str] = []
    for key, value in config.items():
        arguments.append(f"--{key}")
        if isinstance(value, list):
            arguments += [str(element) for element in value]
        elif isinstance(value, dict):
            try:
                arguments.append(json.dumps(value, ensure_ascii=False))
            except (TypeError, ValueError) as error:
                raise Refused("yaml", str(error), key=str(key)) from None
        else:
            arguments.append(str(value))
    return {str(name): str(value) for name, value in (variables or {}).items()}, arguments


def _read(request: dict[str, Any]) -> Any:
    content = Path(request["path"]).read_bytes() if "text" not in request else request["text"].encode("utf-8")
    stream = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
    try:
        if request.get("format") == "json":
            return json.load(stream)
        import yaml

        return yaml.safe_load(stream)
    except Exception as error:  # noqa: BLE001 - whatever it is, the engine's command ends with it
        # PyYAML lets errors of Python through, such as a date that does not exist, or a list as a key.
        raise Refused("yaml", f"{type(error).__name__}: {error}") from None


def parsed(parser: Any, arguments: list[str]) -> argparse.Namespace:
    """What the parser makes of the arguments; unknown ones are refused as the engine's pipelines do.

    source: swift/pipelines/base.py: SwiftPipeline._parse_args
    """
    try:
        namespace, remaining = parser.parse_known_args(arguments)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the engine's command ends with it
        raise Refused("parser", f"{type(error).__name__}: {error}") from None
    if remaining and not getattr(namespace, "ignore_args_error", False):
        unknown = next((word[2:] for word in remaining if word.startswith("--")), None)
        key = unknown or _last_option_before(arguments, remaining[0])
        raise Refused("parser", f"remaining_argv: {remaining}", key=key)
    if not isinstance(namespace, argparse.Namespace):
        raise Refused("parser", "it gave nothing back")
    return namespace


def _last_option_before(arguments: list[str], word: str) -> str | None:
    if word not in arguments:
        return None
    before = arguments[: arguments.index(word)]
    return next((option[2:] for option in reversed(before) if option.startswith("--")), None)


def _beside(name: str) -> Any:
    """A file beside this one, which is no package for the engine's interpreter."""
    specification = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    if specification is None or specification.loader is None:
        raise SystemExit(f"{name}.py is missing beside judge.py")
    module = importlib.util.module_from_spec(specification)
    # A dataclass looks for its module here.
    sys.modules[name] = module
    specification.loader.exec_module(module)
    return module


def main(folder: str) -> None:
    """Answers until the standard input ends."""
    # The folder of this file must not answer imports of the engine.
    sys.path.pop(0)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    # The engine prints; only answers may reach the standard output.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    questions = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    judge = Judge(Path(folder))
    import swift
    import swift.arguments

    answers.write(json.dumps({"ready": swift.__version__}) + "\n")
    answers.flush()
    for line in questions:
        if line.strip():
            answers.write(json.dumps(judge.verdict(json.loads(line)), ensure_ascii=False) + "\n")
            answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
