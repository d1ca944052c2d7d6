"""A clock that can be set for the programs of one trial only: `clock.py OFFSET_FILE PROGRAM ARGUMENTS…`.

Runs a Python program with `time.time` and `time.time_ns` moved by the nanoseconds in OFFSET_FILE (eight bytes, little
endian, read at every call), and lets it take the wrapper that started us for its interpreter, so that the programs
that it starts have the same clock. The clocks that count from the machine's start stay as they are, as when somebody
sets a real clock. `datetime.now` is not moved: it only makes names.
"""

import mmap
import os
import runpy
import shlex
import sys
import time
from pathlib import Path

INTERPRETER_VARIABLE = "FAULTS_INTERPRETER"


def make_interpreter(folder: Path, offset_file: Path) -> Path:
    """A program in `folder` that is this Python, with the clock of `offset_file`."""
    offset_file.write_bytes(bytes(8))
    program = folder / "python-with-clock"
    words = " ".join(map(shlex.quote, (sys.executable, "-I", "-S", str(Path(__file__)), str(offset_file))))
    program.write_text(
        "#!/bin/sh\n"
        # What the bridge's start-up asks: whether this Python is new enough, and where it is.
        'if [ "$1" = -ISc ]; then echo "$0"; exit; fi\n'
        f'{INTERPRETER_VARIABLE}="$0" exec {words} "$@"\n'
    )
    program.chmod(0o755)
    return program


def set_offset(offset_file: Path, seconds: float) -> None:
    """Sets the clock of everybody who uses the file."""
    with offset_file.open("r+b") as file:
        file.write(int(seconds * 1e9).to_bytes(8, "little", signed=True))


def main() -> None:
    """Becomes the program."""
    with open(sys.argv[1], "rb") as file:
        offset = mmap.mmap(file.fileno(), 8, prot=mmap.PROT_READ)
    real_ns = time.time_ns

    def time_ns() -> int:
        return real_ns() + int.from_bytes(offset[:8], "little", signed=True)

    time.time_ns = time_ns
    time.time = lambda: time_ns() / 1e9
    sys.executable = os.environ.pop(INTERPRETER_VARIABLE)
    words = sys.argv[2:]
    while words[0].startswith("-"):
        option = words.pop(0)
        if option == "-X":
            name, _, value = words.pop(0).partition("=")
            if name == "pycache_prefix":
                sys.pycache_prefix = value
    sys.argv = words
    sys.path[0] = os.path.dirname(os.path.abspath(words[0]))
    runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
