"""First code of a supervisor or recorder: takes the module path of its starter, then runs the program that it is told.

Started by file name in isolated mode, so that nothing of the user's Python set-up reaches it.
"""

import json
import sys
from importlib import import_module


def run() -> None:
    """Runs `main(arguments)` of the module that the first argument names."""
    request = json.loads(sys.argv[1])
    # Ours in front: the folder of this file, which Python put there, holds modules that must not shadow others.
    sys.path[0:1] = request["modulePath"]
    import_module(request["module"]).main(request["arguments"])


if __name__ == "__main__":
    run()
