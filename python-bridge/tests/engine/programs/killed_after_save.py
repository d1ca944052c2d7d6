"""Runs a program and dies by SIGKILL between two checkpoints: `killed_after_save.py CHECKPOINT STEPS PROGRAM …`.

The checkpoint's state has to be written, and STEPS more to be logged.
"""

import os
import runpy
import signal
import sys
import threading
import time
from pathlib import Path


def die_after(checkpoint: Path, steps: int) -> None:
    """Watches the files, as somebody else would."""
    log = checkpoint.parent / "logging.jsonl"
    while not (checkpoint / "trainer_state.json").exists():
        time.sleep(0.001)
    logged = len(log.read_text().splitlines())
    while len(log.read_text().splitlines()) < logged + steps:
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    checkpoint, steps, program = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    threading.Thread(target=die_after, args=(checkpoint, steps), daemon=True).start()
    sys.argv = sys.argv[3:]
    sys.path[0] = os.path.dirname(program)
    runpy.run_path(program, run_name="__main__")
