"""A stand-in for the engine that logs the lines of a file, at their times, into the output of its attempt."""

import argparse
import json
import os
import sys
import time
from pathlib import Path


def main() -> int:
    """Each line of the script is `{"t": seconds, "log" | "text" | "exit": …}`, as recorded runs have them."""
    parser = argparse.ArgumentParser()
    parser.add_argument("script", type=Path)
    parser.add_argument("--stay", action="store_true", help="do not end by itself")
    options = parser.parse_args()
    run_id, _, number = os.environ["TUNEWRIGHT_ATTEMPT"].rpartition("/")
    output = Path.cwd() / ".tunewright" / "runs" / run_id / "attempts" / number / "output"
    output.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    for line in options.script.read_text().splitlines():
        event = json.loads(line)
        time.sleep(max(0.0, event.get("t", 0.0) - (time.monotonic() - began)))
        if "log" in event:
            with (output / "logging.jsonl").open("a") as file:
                file.write(event["log"] + "\n")
        if "text" in event:
            print(event["text"], flush=True)
        if "exit" in event:
            return int(event["exit"])
    while options.stay:
        time.sleep(0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
