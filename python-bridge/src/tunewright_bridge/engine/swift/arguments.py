"""Turns a config into exactly what the engine gets: own keys translated, places decided, secrets by name only."""

import re
import shlex
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.base import ConfigFile, ResolvedConfig
from tunewright_bridge.engine.swift.credentials import referenced_names, take_literal_secrets
from tunewright_bridge.engine.swift.launcher import ENVIRONMENT_REFERENCE, argument_list
from tunewright_bridge.engine.swift.outputs import decide_output, place_key
from tunewright_bridge.engine.swift.parallel import StrategyError, accumulation, spread
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.resumable import RESUMABLE_TASKS
from tunewright_bridge.protocol.task import Task

_NAN_FILTER = "logging_nan_inf_filter"


def resolve(
    config: ConfigFile,
    *,
    attempt_output: Path,
    working_directory: Path,
    device_count: int,
    now: datetime,
    environment: Mapping[str, str] | None = None,
    taken: Collection[Path] = (),
) -> ResolvedConfig:
    """See `Engine.resolve`."""
    if config.task == "download":
        raise BridgeError("task-unsupported", task=config.task, reason="the engine has no command for it")
    _check_variables(config)
    _check_place(config)
    values, literal_secrets = take_literal_secrets(config.values)
    try:
        spreading = spread(config.task, values, config.own, device_count=device_count, environment=environment or {})
        values.update(accumulation(config.task, values, config.own, spreading.devices))
    except StrategyError as error:
        raise BridgeError("config-invalid", path=str(config.path), reason=str(error)) from None
    values.update(spreading.values)
    place, output_directory = decide_output(
        config.task, values, attempt_output=attempt_output, working_directory=working_directory, now=now, taken=taken
    )
    values.update(place)
    values.update(_unfiltered(config.task, values))
    return ResolvedConfig(
        values=values,
        environment=spreading.environment,
        secret_names=sorted(set(referenced_names(values))),
        output_directory=output_directory,
        literal_secrets=literal_secrets,
    )


def dump(resolved: ResolvedConfig) -> str:
    """YAML that the engine reads back to the very same values."""
    import yaml

    return yaml.safe_dump(resolved.values, sort_keys=False, allow_unicode=True, default_flow_style=False, width=1000)


def shell_command(program: str, resolved: ResolvedConfig, working_directory: Path) -> str:
    """`cd … && NAME=value swift sft --key value …`; `program` is the command before the arguments."""
    values = dict(resolved.values)
    variables = values.pop("ENV", None)
    assignments = {**(variables if isinstance(variables, Mapping) else {}), **resolved.environment}
    words = [f"{name}={_quoted(str(value))}" for name, value in assignments.items()]
    words.append(program)
    words += [_quoted(word) for word in argument_list(values)]
    return f"cd {shlex.quote(str(working_directory))} && {' '.join(words)}"


def _quoted(word: str) -> str:
    """Quoted for a POSIX shell, with `${env:NAME}` left as a variable that the shell fills in."""
    pieces = re.split(f"({ENVIRONMENT_REFERENCE.pattern})", word)
    if len(pieces) == 1:
        return shlex.quote(word)
    quoted = []
    # The pattern has one group of its own, so every third piece repeats the name that was found.
    for text, _, name in zip(pieces[::3], [*pieces[1::3], ""], [*pieces[2::3], ""], strict=True):
        quoted.append(shlex.quote(text) if text else "")
        quoted.append(f'"${{{name}}}"' if name else "")
    return "".join(quoted)


def _unfiltered(task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """A loss that is no number has to be seen: by default the trainer puts the average of the others in its place.

    source: transformers/trainer.py: logging_nan_inf_filter
    """
    if task not in RESUMABLE_TASKS or any(name in values for name in (_NAN_FILTER, _NAN_FILTER.replace("_", "-"))):
        return {}
    return {_NAN_FILTER: False}


def _check_variables(config: ConfigFile) -> None:
    variables = config.values.get("ENV")
    if variables is not None and not isinstance(variables, Mapping):
        raise BridgeError(
            "config-invalid", path=str(config.path), reason="ENV must hold names of variables with their values"
        )


def _check_place(config: ConfigFile) -> None:
    """The place of the results is recorded before the start, so it cannot wait for a secret."""
    key = place_key(config.task)
    if key is not None and next(referenced_names(config.values.get(key)), None) is not None:
        raise BridgeError(
            "config-invalid", path=str(config.path), reason=f"{key} cannot hold an ${{env:…}}; write the path itself"
        )
