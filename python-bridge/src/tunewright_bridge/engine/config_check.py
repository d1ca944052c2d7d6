"""A config as a question to the engine's judge, and its verdict with the line that it is about."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tunewright_bridge.engine.config_file import read_text, require_size, task_of
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.bridge import EngineVerdict
from tunewright_bridge.protocol.config import OWN_KEY_NAMES
from tunewright_bridge.protocol.decode import decode

if TYPE_CHECKING:
    from tunewright_bridge.engine.swift.verdict import Verdict
    from tunewright_bridge.engine.warm_judges import WarmJudges

# Both readers name the place where they gave up; PyYAML that of the beginning before it.
_LINE_OF_MESSAGE = re.compile(r"\bline (\d+)")


def engine_verdict(judges: WarmJudges, path: Path, *, interpreter: str, text: str | None = None) -> EngineVerdict:
    """What the engine says of the config at `path`, or of `text` as if it stood there.

    Raises BridgeError: config-not-found, config-not-readable, task-unknown, and those of the engine's start.
    """
    if text is None:
        text = read_text(path)
    else:
        require_size(path, text)
    task = task_of(path, text)
    if task is None:
        raise BridgeError("task-unknown", path=str(path))
    verdict = judges.verdict(interpreter, {**question(path, task), "text": text})
    facts = {"key": verdict.key, "line": line_of_verdict(text, verdict), "machine": verdict.machine}
    return decode(
        EngineVerdict,
        {
            "stage": verdict.stage,
            "message": verdict.message,
            "standIns": list(verdict.stand_ins),
            "milliseconds": verdict.milliseconds,
            **{name: value for name, value in facts.items() if value is not None},
        },
    )


def question(path: Path, task: str) -> dict[str, Any]:
    """The config at `path` as the judge is asked about it."""
    return {
        "task": task,
        "path": str(path),
        "format": "json" if path.suffix.lower() == ".json" else "yaml",
        "folder": str(path.parent),
        "without": list(OWN_KEY_NAMES),
    }


def line_of_verdict(text: str, verdict: Verdict) -> int | None:
    """The line that has to change, from 1, where the verdict shows it."""
    if verdict.key is not None:
        return _line_of_key(text, verdict.key)
    places = _LINE_OF_MESSAGE.findall(verdict.message) if verdict.stage == "yaml" else []
    return int(places[-1]) if places else None


def _line_of_key(text: str, key: str) -> int | None:
    """The line of a key; the last one where it is written twice, which is the one that counts."""
    # The parser names one spelling, and takes dashes for underscores.
    spelling = "[-_]".join(re.escape(word) for word in re.split("[-_]", key))
    before = r"[\s{]*" if text.lstrip("\ufeff \t\r\n").startswith("{") else ""
    written = re.compile(rf"""\ufeff?{before}["']?{spelling}["']?\s*:""")
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if written.match(line)]
    return lines[-1] if lines else None
