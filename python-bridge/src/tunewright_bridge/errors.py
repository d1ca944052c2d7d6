"""Every failure that the bridge reports to a person by name, with its English words.

The editor translates by code and values; the command line prints `str(error)`.
"""

from tunewright_bridge.protocol.errors import BridgeErrorCode

# What failed, why, and what to do next; `{name}` stands for one of the values.
_TEXTS: dict[str, str] = {
    "interpreter-not-found": "There is no Python at {interpreter}. Choose an interpreter that exists.",
    "engine-not-installed": "The engine (ms-swift) is not installed in {interpreter}. "
    "Install it there, or choose an interpreter that has it.",
    "engine-broken": "The engine in {interpreter} does not start: {reason}. "
    "Repair that environment, or choose another interpreter.",
    "config-not-found": "There is no config at {path}.",
    "config-not-readable": "{path} cannot be read as a config: {reason}.",
    "config-invalid": "{path}: {reason}. Correct the config and start again.",
    "task-unknown": "{path} does not say which task it is for. "
    "Name it <name>.<task>.yaml, or write `# tunewright: <task>` in its first line.",
    "task-unsupported": "The task {task} cannot be run here: {reason}.",
    "secret-missing": "The config needs {name} and the environment does not have it. Set {name} and start again.",
    "model-not-found": "The config's {key} names the folder {path}, which does not exist. "
    "Create it or correct the path.",
    "target-unknown": "There is no target named {name}. Add it to targets.yaml or choose one of: {known}.",
    "executor-unsupported": "The executor {executor} cannot be used here: {reason}.",
    "run-not-found": "There is no run {run} in {root}.",
    "run-directory-unreadable": "The run directory {path} cannot be read: {reason}. Nothing was changed.",
    "run-not-live": "The run {run} has already ended ({state}).",
    "run-live": "The run {run} is still {state}. Stop it before it goes on from a checkpoint.",
    "no-checkpoint": "The run {run} has no complete checkpoint to go on from. Start the config anew.",
    "checkpoint-unusable": "The run cannot go on from {checkpoint}: {reason}. Choose another checkpoint.",
    "not-queued": "The run {run} waits in no queue.",
    "directory-not-writable": "The run cannot be stored in {path}: {reason}. "
    "Make the folder writable or choose another.",
    "disk-full": "The disk that holds {path} is full. Free some space and start again.",
    "supervisor-not-started": "The run {run} could not be started: {reason}.",
    "protocol-mismatch": "The editor and the bridge are of different versions ({theirs} and {ours}). "
    "Reload the window.",
    "invalid-request": "The request {method} is not valid: {reason}.",
    "internal": "The bridge failed unexpectedly: {reason}. The log has the details.",
}


class BridgeError(Exception):
    """A failure that a person can act on. `code` is one of the protocol's, `values` fill its text."""

    def __init__(self, code: BridgeErrorCode, **values: str) -> None:
        self.code = code
        self.values = values
        super().__init__(_TEXTS[code].format_map(values))
