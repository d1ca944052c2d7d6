"""Remembers what an engine accepts, by interpreter and package versions, since asking it takes 20 s."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.engines import engine_for_runs
from tunewright_bridge.protocol.tool import ToolEnvironment
from tunewright_bridge.tools.environment import require_engine


def engine_schema(interpreter: str, *, refresh: bool = False, cache: Path | None = None) -> tuple[dict[str, Any], bool]:
    """The wire form of EngineSchema, and whether it came from the cache; `refresh` asks the engine anew.

    Raises BridgeError: interpreter-not-found, engine-not-installed, engine-broken.
    """
    environment = require_engine(interpreter)
    path = (cache or cache_directory()) / f"{cache_key(environment)}.json"
    if not refresh:
        remembered = _remembered(path)
        if remembered is not None:
            return remembered, True
    schema = engine_for_runs().introspect(environment.interpreter)
    _remember(path, schema)
    return schema, False


def cache_directory() -> Path:
    """Where schemas are kept: nothing in it is missed when it is deleted."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base, "tunewright", "schemas")


def cache_key(environment: ToolEnvironment) -> str:
    """Changes with the interpreter, any installed version, and the program that asks."""
    program = Path(__file__).with_name("swift") / "introspect.py"
    facts = [environment.interpreter, environment.python_version, sorted(environment.packages.items())]
    digest = hashlib.sha256(json.dumps(facts).encode())
    digest.update(program.read_bytes())
    return digest.hexdigest()[:32]


def _remembered(path: Path) -> dict[str, Any] | None:
    """The schema in the cache; a file that is torn or of another format counts as none."""
    try:
        schema = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return schema if isinstance(schema, dict) and schema.get("format") == 1 else None


def _remember(path: Path, schema: dict[str, Any]) -> None:
    """Keeps the schema where the disk allows it; without a cache the next answer is slow and just as right."""
    from tunewright_bridge.runs.durable import write_json_atomically

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json_atomically(path, schema)
    except OSError:
        return
