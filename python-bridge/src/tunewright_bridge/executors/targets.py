"""Which target a run gets: `targets.yaml` of the workspace before that of the user, and this machine without either."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tunewright_bridge.engine.config_file import read_mapping
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.decode import DecodeError, decode
from tunewright_bridge.protocol.targets import Target, TargetsFile
from tunewright_bridge.runs.layout import targets_file

# What a target is called that nobody has to define, and the host that it means.
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class ChosenTarget:
    """A target with the name by which it was chosen; None where nothing was chosen or set as default."""

    name: str | None
    target: Target

    @property
    def host(self) -> str:
        return self.target.host or LOCAL


def target_of_run(name: str | None, root: Path, environment: Mapping[str, str]) -> ChosenTarget:
    """The target called `name`, or the default one, for a run below `root`. Raises BridgeError as `choose_target`."""
    return choose_target(name, [targets_file(root), user_targets_file(environment)])


def user_targets_file(environment: Mapping[str, str]) -> Path:
    """The user's own `targets.yaml`."""
    configured = environment.get("XDG_CONFIG_HOME")
    home = Path(configured) if configured else Path(os.path.expanduser("~")) / ".config"
    return home / "tunewright" / "targets.yaml"


def choose_target(name: str | None, files: list[Path]) -> ChosenTarget:
    """The target called `name`, or the default one. Earlier files win.

    Raises BridgeError target-unknown, config-not-readable or config-invalid.
    """
    known: dict[str, Target] = {LOCAL: Target()}
    default = None
    for path in reversed(files):
        content = read_targets(path)
        if content is not None:
            known.update(content.targets)
            default = content.default or default
    chosen = name or default
    if chosen is None:
        return ChosenTarget(None, known[LOCAL])
    if chosen not in known:
        raise BridgeError("target-unknown", name=chosen, known=", ".join(sorted(known)))
    return ChosenTarget(chosen, known[chosen])


def read_targets(path: Path) -> TargetsFile | None:
    """A `targets.yaml`, or None where there is none. Raises BridgeError config-not-readable, config-invalid."""
    try:
        return decode(TargetsFile, read_mapping(path))
    except BridgeError as error:
        if error.code == "config-not-found":
            return None
        raise
    except DecodeError as error:
        raise BridgeError("config-invalid", path=str(path), reason=str(error)) from error
