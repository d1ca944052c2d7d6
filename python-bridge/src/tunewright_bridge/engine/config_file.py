"""Reads a config as the engine would, and says for which task it is; translating its keys is `swift/arguments.py`."""

import re
from pathlib import Path
from typing import Any, get_args

from tunewright_bridge.engine.base import ConfigFile
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.config import OWN_KEY_NAMES, OwnKeys
from tunewright_bridge.protocol.decode import DecodeError, decode
from tunewright_bridge.protocol.task import Task

# The engine's command hands the values on as arguments, of which a Linux process takes 2 MiB: more cannot be a config.
CONFIG_MAX_BYTES = 8 * 1024 * 1024

_DECLARATION = re.compile(r"\ufeff?\s*(?:#|//)\s*tunewright:\s*([a-z-]+)\s*")
_TASK_SUFFIX = re.compile(r"\.([a-z-]+)\.(?:ya?ml|json)$", re.IGNORECASE)


def read_config(path: Path, task: Task | None = None) -> ConfigFile:
    """The config at `path`, for `task` where that is already known.

    Raises BridgeError: config-not-found, config-not-readable, config-invalid (one of our own keys), task-unknown.
    """
    text = read_text(path)
    known_task = task if task is not None else task_of(path, text)
    if known_task is None:
        raise BridgeError("task-unknown", path=str(path))
    values = _parse(path, text)
    # On Megatron tasks the engine has a key of this name itself, with the same meaning.
    own_names = [name for name in OWN_KEY_NAMES if not (name == "global_batch_size" and is_megatron(known_task))]
    own_values = {name: values.pop(name) for name in own_names if name in values}
    try:
        own = decode(OwnKeys, own_values)
    except DecodeError as error:
        raise BridgeError("config-invalid", path=str(path), reason=str(error)) from None
    return ConfigFile(path=path, text=text, task=known_task, values=values, own=own)


def read_mapping(path: Path) -> dict[str, Any]:
    """Keys and values of a file that is no config but written like one. Raises BridgeError as `read_config` does."""
    return _parse(path, read_text(path))


def task_of(path: Path, text: str) -> Task | None:
    """The task that the first line declares, or else the file's name.

    The names follow `recognise` in protocol/src/recognition.ts; whoever asks for a run has already said that the file
    is a config, so its keys are not weighed here.
    """
    first_line = text.split("\n", 1)[0]
    declaration = _DECLARATION.fullmatch(first_line)
    suffix = _TASK_SUFFIX.search(path.name)
    for candidate in (declaration, suffix):
        task: Task
        for task in get_args(Task):
            if candidate is not None and candidate[1] == task:
                return task
    return None


def is_megatron(task: Task) -> bool:
    """Whether the task is one of Megatron's."""
    return task.startswith("megatron-")


def require_size(path: Path, text: str) -> None:
    """Raises BridgeError config-not-readable for a text that is longer than a config can be."""
    if len(text) > CONFIG_MAX_BYTES:
        raise _too_large(path)


def read_text(path: Path) -> str:
    """The text of a file. Raises BridgeError: config-not-found, config-not-readable."""
    try:
        # A pipe or a device could keep us waiting for ever.
        if not (path.is_file() or path.is_dir()) and path.exists():
            raise _not_readable(path, "it is no file, but a pipe or a device")
        with path.open("rb") as file:
            content = file.read(CONFIG_MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise BridgeError("config-not-found", path=str(path)) from None
    except IsADirectoryError:
        raise _not_readable(path, "it is a folder") from None
    except OSError as error:
        raise _not_readable(path, error.strerror or str(error)) from None
    if len(content) > CONFIG_MAX_BYTES:
        raise _too_large(path)
    if b"\0" in content:
        raise _not_readable(path, "it is a binary file")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_readable(path, f"it is not UTF-8 text (byte {error.start})") from None


def _too_large(path: Path) -> BridgeError:
    return _not_readable(path, f"it is larger than {CONFIG_MAX_BYTES // (1024 * 1024)} MB, which no config needs")


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        parsed = _parse_json(text) if path.suffix.lower() == ".json" else _parse_yaml(text)
    except RecursionError:
        raise _not_readable(path, "its values are nested too deeply") from None
    except ValueError as error:
        raise _not_readable(path, str(error)) from None
    if parsed is None:
        raise _not_readable(path, "it is empty")
    if not isinstance(parsed, dict):
        raise _not_readable(path, f"it holds {_kind(parsed)} where keys with values are expected")
    for key in parsed:
        if not isinstance(key, str):
            raise _not_readable(path, f"the key {key!r} is not text; YAML reads a bare {_bare(key)} as a value")
    if _holds_itself(parsed, set()):
        raise _not_readable(path, "one of its values holds itself through an alias")
    return parsed


def _parse_yaml(text: str) -> Any:
    """What `yaml.safe_load` of the engine's command gives. Raises ValueError with the place of the mistake."""
    import yaml

    try:
        return yaml.load(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValueError(f"{place}{error.problem or error.context}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else "?"
        raise ValueError(f"line {line}: a control character (#x{int(error.character):02x}) is not allowed") from None
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None
    except (KeyError, AttributeError, TypeError, OverflowError) as error:
        # PyYAML's constructors raise these for a value that does not fit its tag, such as `!!bool perhaps`.
        raise ValueError(f"a value does not fit its tag ({error})") from None


def _parse_json(text: str) -> Any:
    import json

    first_line, _, rest = text.partition("\n")
    source = "\n" + rest if _DECLARATION.fullmatch(first_line) else text
    if not source.strip():
        return None
    try:
        return json.loads(source.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None


def _holds_itself(value: Any, ancestors: set[int], finished: set[int] | None = None) -> bool:
    finished = set() if finished is None else finished
    if not isinstance(value, (dict, list)) or id(value) in finished:
        return False
    if id(value) in ancestors:
        return True
    ancestors.add(id(value))
    elements = value.values() if isinstance(value, dict) else value
    if any(_holds_itself(element, ancestors, finished) for element in elements):
        return True
    ancestors.discard(id(value))
    finished.add(id(value))
    return False


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a single value"


def _bare(key: Any) -> str:
    if isinstance(key, bool):
        return "`true`, `yes` or `on`" if key else "`false`, `no` or `off`"
    return "`null`" if key is None else f"`{key}`"


def _not_readable(path: Path, reason: str) -> BridgeError:
    return BridgeError("config-not-readable", path=str(path), reason=reason)
