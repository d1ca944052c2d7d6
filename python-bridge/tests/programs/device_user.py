"""A stand-in for the engine where it matters who uses which device: says so where two programs use one at a time."""

import argparse
import fcntl
import os
import sys
import time
from pathlib import Path


def main() -> int:
    """Uses the devices that it was given until somebody lets it go."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--until", type=Path, help="goes on until this file is there")
    parser.add_argument("--exit-code", type=int, default=0)
    options = parser.parse_args()
    devices = os.environ["TUNEWRIGHT_DEVICES"].split(",")
    for device in devices:
        descriptor = os.open(options.ledger / device, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            # Held, by this process and its children, until none of them lives.
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            write(options.ledger / "overlaps", f"{options.name} {device}")
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "-")
    write(options.ledger / "begun", f"{options.name} {','.join(devices)} {visible}")
    ends_at = time.monotonic() + options.seconds
    while time.monotonic() < ends_at or (options.until is not None and not options.until.exists()):
        time.sleep(0.02)
    return int(options.exit_code)


def write(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
