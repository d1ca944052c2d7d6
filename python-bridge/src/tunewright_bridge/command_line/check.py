"""`check`: what the engine itself says of configs, before anything is started."""

import os
import sys
from argparse import Namespace
from pathlib import Path

from tunewright_bridge.command_line.output import print_json
from tunewright_bridge.command_line.places import interpreter_or_default
from tunewright_bridge.engine.config_check import line_of_verdict, question
from tunewright_bridge.engine.config_file import task_of
from tunewright_bridge.engine.engines import judge_of_configs
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.methods.table import Methods

# The engine lists every model type that it knows, where one is none of them.
_LONGEST_MESSAGE = 400


def check(options: Namespace, methods: Methods) -> int:
    """`check CONFIG…`: exit code 0 only where the engine takes all of them, on this machine."""
    del methods
    texts = {path: Path(path).read_bytes().decode("utf-8", "replace") for path in options.config}
    refused = 0
    interpreter = interpreter_or_default(options.interpreter, os.environ, Path.cwd())
    if not options.json:
        print("Starting the engine, which takes some seconds.", file=sys.stderr, flush=True)
    with judge_of_configs(interpreter) as judge:
        for written, text in texts.items():
            path = Path(written).absolute()
            task = task_of(path, text)
            if task is None:
                raise BridgeError("task-unknown", path=str(path))
            verdict = judge.verdict(question(path, task))
            refused += verdict.stage != "accepted"
            line = line_of_verdict(text, verdict)
            if options.json:
                print_json(
                    {
                        "config": written,
                        "stage": verdict.stage,
                        "message": verdict.message,
                        "key": verdict.key,
                        "line": line,
                        "machine": verdict.machine,
                        "standIns": list(verdict.stand_ins),
                    }
                )
                continue
            place = written if line is None else f"{written}:{line}"
            said = "accepted" if verdict.stage == "accepted" else _shortened(verdict.message)
            lacking = "" if verdict.machine is None else f" (this machine: {verdict.machine})"
            print(f"{place}: {said}{lacking}", flush=True)
    return 1 if refused else 0


def _shortened(message: str) -> str:
    words = " ".join(message.split())
    return words if len(words) <= _LONGEST_MESSAGE else f"{words[:_LONGEST_MESSAGE]}…"
