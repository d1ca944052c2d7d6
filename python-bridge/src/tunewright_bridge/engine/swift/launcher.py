"""Starts the engine on a resolved config, in the engine's own interpreter: `launcher.py TASK resolved.yaml`.

It does what the engine's command does with a config (source: swift/cli/main.py: parse_yaml_args, get_torchrun_args,
cli_main), except that the argument list is made inside the process that trains: the command would print it, and show
it to everyone who lists processes, secrets included. Needs only the standard library and the engine's PyYAML, and
imports nothing of ours, since that is not installed there.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import re
import runpy
import signal
import sys
import time
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any

ENVIRONMENT_REFERENCE = re.compile(r"\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}")

# Tasks that are started once a device. source: swift/cli/main.py: cli_main
_SPREAD_TASKS = ("pt", "sft", "rlhf", "infer")

# source: swift/cli/main.py: get_torchrun_args
_SPREAD_VARIABLES = ("NPROC_PER_NODE", "MASTER_PORT", "NNODES", "NODE_RANK", "MASTER_ADDR")

# Credentials that the engine takes as arguments only, and would write to args.json with all the others.
# source: swift/arguments/sft_args.py: _init_swanlab; swift/arguments/base_args/base_args.py: save_args
_DUMPED_CREDENTIALS = ("swanlab_secret", "swanlab_webhook_url")

# source: swift/cli/pt.py, sft.py, rlhf.py
_TUNING = {
    "pt": ("PretrainArguments", "pretrain_main"),
    "sft": ("SftArguments", "sft_main"),
    "rlhf": ("RLHFArguments", "rlhf_main"),
}

_TRUE_WORDS = ("yes", "true", "t", "y", "1")


def argument_list(values: Mapping[str, Any]) -> list[str]:
    """The arguments by which the engine's command hands on `values`, its `ENV` left out."""
    arguments: list[str] = []
    for key, value in values.items():
        if key == "ENV":
            continue
        arguments.append(f"--{key}")
        if isinstance(value, list):
            arguments += [str(element) for element in value]
        elif isinstance(value, dict):
            arguments.append(json.dumps(value, ensure_ascii=False))
        else:
            arguments.append(str(value))
    return arguments


def expand(value: Any, environment: Mapping[str, str], missing: set[str]) -> Any:
    """`value` with every `${env:NAME}` filled in; names that the environment lacks are added to `missing`."""
    finished: dict[int, Any] = {}

    def fill(match: re.Match[str]) -> str:
        name = match[1]
        if name not in environment:
            missing.add(name)
        return environment.get(name, "")

    def filled(element: Any) -> Any:
        if isinstance(element, str):
            return ENVIRONMENT_REFERENCE.sub(fill, element)
        if not isinstance(element, (list, dict)):
            return element
        # A value that is shared through YAML aliases is filled in once, however often it is used.
        if id(element) not in finished:
            if isinstance(element, list):
                finished[id(element)] = [filled(inner) for inner in element]
            else:
                finished[id(element)] = {key: filled(inner) for key, inner in element.items()}
        return finished[id(element)]

    return filled(value)


def apply_variables(variables: Mapping[str, Any] | None, environment: MutableMapping[str, str]) -> None:
    """Sets the config's `ENV`; a variable that is already set stays."""
    for name, value in (variables or {}).items():
        environment.setdefault(name, str(value))


def take_tokens(values: Mapping[str, Any], environment: MutableMapping[str, str]) -> dict[str, Any]:
    """The values without the tokens that the engine also reads from the environment, which are put there instead.

    As arguments they would be logged and written to args.json.
    source: swift/hub/hub.py: try_login; swift/arguments/sft_args.py: _init_swanlab
    """
    uses_hugging_face = str(values.get("use_hf", environment.get("USE_HF", "0"))).lower() in _TRUE_WORDS
    hubs = ["HF_TOKEN", "MODELSCOPE_API_TOKEN"]
    if not uses_hugging_face:
        hubs.reverse()
    rest = dict(values)
    for key, variables in (("hub_token", hubs), ("push_to_hub_token", hubs), ("swanlab_token", ["SWANLAB_API_KEY"])):
        token = rest.get(key)
        if not isinstance(token, str) or token in ("", "None"):
            continue
        del rest[key]
        environment[variables[0]] = token
        for other in variables[1:]:
            environment.setdefault(other, token)
    return rest


def spread_arguments(task: str, environment: MutableMapping[str, str]) -> list[str] | None:
    """The arguments of torchrun, or None where the task runs as one process."""
    if environment.get("NPROC_PER_NODE") is None and environment.get("NNODES") is None:
        return None
    if task not in _SPREAD_TASKS and not task.startswith("megatron-"):
        return None
    if "MASTER_PORT" not in environment and environment.get("NNODES", "1") == "1":
        # torchrun's own default is one port for everybody, on which a second run beside the first would fail.
        environment["MASTER_PORT"] = str(_free_port())
    arguments = []
    for name in _SPREAD_VARIABLES:
        if name in environment:
            arguments += [f"--{name.lower()}", environment[name]]
    return arguments


def task_file(task: str) -> str:
    """The engine's own program for a task, found without importing the engine."""
    specification = importlib.util.find_spec("swift")
    for folder in (specification.submodule_search_locations or []) if specification is not None else []:
        words = ["_megatron", task[len("megatron-") :]] if task.startswith("megatron-") else [task]
        path = os.path.join(folder, "cli", *[word.replace("-", "_") for word in words]) + ".py"
        if os.path.exists(path):
            return path
    raise SystemExit(f"The engine in {sys.executable} has no task {task}, or there is no engine. Nothing was started.")


class LastWords:
    """`finish.json` beside the resolved config: how this process ended, by itself and at its very end.

    Whoever waits for the process knows better, and this is only read where nobody was left who could. A process that is
    killed says nothing.
    """

    def __init__(self, resolved: str) -> None:
        self._folder = os.path.dirname(os.path.abspath(resolved))
        self._process = os.getpid()
        self._end: dict[str, int] = {"exitCode": 0}
        # What is registered first is called last, after everything that the engine has registered.
        atexit.register(self._write)

    def run(self, arguments: list[str]) -> None:
        """Runs the task and remembers how it went."""
        try:
            main(arguments)
        except SystemExit as request:
            self._end = {"exitCode": _exit_code(request.code)}
            raise
        except KeyboardInterrupt:
            self._end = {"signal": int(signal.SIGINT)}
            raise
        except BaseException:
            self._end = {"exitCode": 1}
            raise

    def _write(self) -> None:
        if os.getpid() != self._process:
            # A child of the engine that ends as a program does.
            return
        record = {"format": 1, **self._end, "endedAtMs": time.time_ns() // 1_000_000}
        path = os.path.join(self._folder, "finish.json")
        with suppress(OSError):
            with open(f"{path}.tmp", "w", encoding="utf-8") as file:
                file.write(json.dumps(record))
                file.flush()
                os.fsync(file.fileno())
            os.replace(f"{path}.tmp", path)


def _exit_code(code: object) -> int:
    """source: Python's documentation of sys.exit"""
    if code is None:
        return 0
    return code & 0xFF if isinstance(code, int) else 1


def main(arguments: list[str]) -> None:
    """Becomes the task's program, or torchrun with this file as the program of each rank."""
    is_rank = arguments[:1] == ["--rank"]
    task, path = arguments[1:] if is_rank else arguments
    # The folder of this file must not answer imports of the engine.
    program = task_file(task)
    sys.path[0] = os.path.dirname(program)
    values = _read(path)
    missing: set[str] = set()
    apply_variables(expand(values.pop("ENV", None), os.environ, missing), os.environ)
    os.environ["SWIFT_CONFIG_FILE"] = path
    spread = None if is_rank else spread_arguments(task, os.environ)
    expanded = expand(values, os.environ, missing)
    if missing:
        raise SystemExit(f"The config needs {', '.join(sorted(missing))} and the environment does not have it.")
    if spread is not None:
        sys.argv = ["torchrun", *spread, os.path.abspath(__file__), "--rank", task, path]
        runpy.run_module("torch.distributed.run", run_name="__main__", alter_sys=True)
        return
    sys.argv = [program, *argument_list(take_tokens(expanded, os.environ))]
    credentials = [key for key in _DUMPED_CREDENTIALS if expanded.get(key)]
    if credentials and task in _TUNING:
        tune_without_dump(task, program, credentials)
        return
    runpy.run_path(program, run_name="__main__")


def tune_without_dump(task: str, program: str, credentials: list[str]) -> None:
    """Does what the task's program does, and takes credentials out of the arguments once they have been used."""
    functions = runpy.run_path(program)
    from swift.cli.utils import try_use_single_device_mode

    try_use_single_device_mode()
    if "try_init_unsloth" in functions:
        from swift.ray_utils import try_init_ray

        functions["try_init_unsloth"]()
        try_init_ray()
    import swift.arguments
    import swift.pipelines
    from swift.utils import parse_args

    kind, start = _TUNING[task]
    parsed, unknown = parse_args(getattr(swift.arguments, kind))
    if unknown and not parsed.ignore_args_error:
        raise ValueError(f"remaining_argv: {unknown}")
    for key in credentials:
        setattr(parsed, key, None)
    getattr(swift.pipelines, start)(parsed)


def _read(path: str) -> dict[str, Any]:
    import yaml

    with open(path, encoding="utf-8") as file:
        values: dict[str, Any] = yaml.safe_load(file) or {}
        return values


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    if sys.argv[1] == "--rank":
        main(sys.argv[1:])
    else:
        LastWords(sys.argv[2]).run(sys.argv[1:])
