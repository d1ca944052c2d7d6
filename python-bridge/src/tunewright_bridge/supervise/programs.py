"""How our own programs, the supervisor and the recorder, are called."""

import json
import sys
from pathlib import Path

from tunewright_bridge.supervise import entry


def program_command(module: str, arguments: dict[str, object]) -> list[str]:
    """The argument list that runs `main(arguments)` of one of our modules in a Python of its own.

    The child searches modules where we do, and nowhere else: it must work after an update has replaced our folder on
    disk as long as it has imported what it needs, and in a Python where we are not installed.
    """
    module_path = [str(Path(place).absolute()) for place in sys.path if place]
    request = {"modulePath": module_path, "module": module, "arguments": arguments}
    # The folder in which we ship may be read-only; without a place for compiled modules each start compiles anew.
    cache = [] if sys.pycache_prefix is None else ["-X", f"pycache_prefix={sys.pycache_prefix}"]
    return [sys.executable, "-I", "-S", *cache, str(Path(entry.__file__).absolute()), json.dumps(request)]


def are_gone() -> bool:
    """Whether an update has taken our programs away: what runs goes on, and nothing new can be started."""
    return not Path(entry.__file__).exists()
