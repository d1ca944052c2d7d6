"""Why a run is in the state in which it is: every cause by code, the values that belong to it, and its English words.

The editor translates by code and values; records and the command line hold these words beside them.
"""

import re
from collections.abc import Mapping
from typing import get_args

from tunewright_bridge.protocol.run import RunCause, RunCauseCode

# `{name}` stands for a value that the cause always has. What stands in brackets is left out where its value is missing.
_TEXTS: dict[RunCauseCode, str] = {
    # Who asked for the end.
    "stopped": "stopped by {by}",
    # Who asked for it, and the name of the folder of the checkpoint that was waited for.
    "stopped-at-checkpoint": "stopped by {by} once {checkpoint} was complete",
    # An AlertKind.
    "stopped-by-alert": "stopped because of an alert: {kind}",
    "command-not-started": "the command could not be started: {error}",
    "exit-code": "the command ended with exit code {exitCode}",
    # The line of the console log that says best what went wrong.
    "engine-error": "{error} (exit code {exitCode})",
    # A signal's name, or its number where it has none.
    "signal": "the command was ended by {signal}",
    "killed": "the command was ended by SIGKILL; the system may have run out of memory",
    "lost": "every process of the run is gone and none left a record of how it ended",
    "restarted": "the machine was restarted while the run was alive",
    "never-started": "the run was stored, and whoever was about to start it ended first",
    "supervisor-not-started": "the run could not be started: {reason}",
    # The name of the environment variable.
    "secret-missing": "nobody has the value of {name} any more; resume the run where it is known",
    "found-alive": "found alive",
    "waits-in-queue": "waits for free devices in the queue {queue}",
    # The attempt that ended, how long the next one waits, and the step from which it goes on: none is from the start.
    "retry": "attempt {attempt} ended early; the next one starts in {seconds} s[ from step {step}]",
    # How many retries there were; and how it failed, in English.
    "retries-used-up": "it failed again and all its retries ({count}) are used up[: {failure}]",
    "same-failure": "it failed a second time in the same way at step {step}, so it is not tried again[: {failure}]",
    "no-checkpoint": "there is no complete checkpoint to go on from",
    # The name of the checkpoint's folder, and its step.
    "resumed": "goes on from {checkpoint} at step {step}",
}

# By AlertKind.
_ALERT_WORDS: Mapping[str, str] = {
    "nan": "the loss or the gradient norm is not a number",
    "zero_loss": "the loss is exactly 0",
    "divergence": "the loss diverges",
    "hang": "no step is finished any more",
    "idle_device": "the devices are idle",
    "memory_growth": "the memory in use keeps growing",
    "slowdown": "the steps have become much slower",
    "disk_full": "the disk will be full before the next checkpoint",
    "out_of_memory": "it ran out of memory",
    "engine_failure": "a failure of the engine that is known",
    "plateau": "the loss no longer changes",
}

_NAME = re.compile(r"{(\w+)}")
_OPTION = re.compile(r"\[([^\[\]]*{(\w+)}[^\[\]]*)\]")

CAUSE_CODES: tuple[RunCauseCode, ...] = get_args(RunCauseCode)


def values_of(code: RunCauseCode) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the values that a cause must have, and of those that it may have beside them."""
    text = _TEXTS[code]
    optional = frozenset(match[2] for match in _OPTION.finditer(text))
    return frozenset(_NAME.findall(text)) - optional, optional


def cause(code: RunCauseCode, **values: str | int | float) -> RunCause:
    """A cause, with values named as on the wire. Raises ValueError for values that do not belong to the code."""
    required, optional = values_of(code)
    if not required <= values.keys() <= required | optional:
        expected = ", ".join([*sorted(required), *(f"{name}?" for name in sorted(optional))]) or "no values"
        raise ValueError(f"the cause {code} has {expected}; got {', '.join(sorted(values)) or 'none'}")
    return RunCause(code=code, values={name: _text(value) for name, value in values.items()})


def with_failure(why: RunCause, failure: RunCause | None) -> RunCause:
    """`why` with the failure behind it: in English, and by its own code and values for a text in any language."""
    if failure is None:
        return why
    told = {"failure": cause_text(failure), "failureCode": failure.code}
    return RunCause(code=why.code, values={**failure.values, **why.values, **told})


def cause_text(cause: RunCause) -> str:
    """The cause in English. A value that a record lacks shows as a question mark."""
    values = dict(cause.values)
    if cause.code == "stopped-by-alert":
        values["kind"] = _ALERT_WORDS.get(values.get("kind", ""), values.get("kind", "?"))
    return _filled(_TEXTS[cause.code], values)


def _filled(text: str, values: Mapping[str, str]) -> str:
    chosen = _OPTION.sub(lambda match: match[1] if match[2] in values else "", text)
    return _NAME.sub(lambda match: values.get(match[1], "?"), chosen)


def _text(value: str | int | float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
