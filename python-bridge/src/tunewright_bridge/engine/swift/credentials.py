"""Which keys of the engine hold credentials, and how `${env:NAME}` is found in values; the launcher expands it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tunewright_bridge.engine.swift.launcher import ENVIRONMENT_REFERENCE

# source: swift/arguments/base_args/base_args.py, deploy_args.py, sft_args.py; transformers' training_args.py
SECRET_KEYS: frozenset[str] = frozenset(
    {"hub_token", "push_to_hub_token", "api_key", "swanlab_token", "swanlab_secret", "swanlab_webhook_url"}
)
_SECRET_VARIABLE = re.compile(
    r"(?:^|[\W_])(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PASS|(?:API|ACCESS|SECRET|PRIVATE)_?KEY)$",
    re.IGNORECASE,
)


def is_secret_variable(name: str) -> bool:
    """Whether an environment variable of this name holds a credential, by the habits of naming them."""
    return _SECRET_VARIABLE.search(name) is not None


def referenced_names(value: Any) -> Iterator[str]:
    """Every NAME of an `${env:NAME}` in `value`, at any depth. Values that are shared through aliases count once."""
    pending: list[Any] = [value]
    seen: set[int] = set()
    while pending:
        element = pending.pop()
        if isinstance(element, str):
            yield from ENVIRONMENT_REFERENCE.findall(element)
        elif isinstance(element, (dict, list)) and id(element) not in seen:
            seen.add(id(element))
            pending.extend(element.values() if isinstance(element, dict) else element)


def take_literal_secrets(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values with each credential in plain text replaced by a reference, and the credentials by their new names."""
    literal: dict[str, str] = {}
    replaced = {key: _hidden(key, value, literal) if key in SECRET_KEYS else value for key, value in values.items()}
    variables = replaced.get("ENV")
    if isinstance(variables, Mapping):
        replaced["ENV"] = {
            # Of another name than a key that is called the same: they may differ.
            name: _hidden(f"ENV_{name}", value, literal) if is_secret_variable(str(name)) else value
            for name, value in variables.items()
        }
    return replaced, literal


def _hidden(key: str, value: Any, literal: dict[str, str]) -> Any:
    """A reference to the value, which goes to `literal`; the value itself where it is a reference or none at all."""
    if not isinstance(value, (str, int)) or value == "" or ENVIRONMENT_REFERENCE.search(str(value)):
        return value
    name = "TUNEWRIGHT_SECRET_" + re.sub(r"\W", "_", key.upper(), flags=re.ASCII)
    literal[name] = str(value)
    return f"${{env:{name}}}"
