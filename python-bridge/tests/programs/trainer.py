"""A stand-in for the engine, where a test needs speed, volume or misbehavior; writes metrics as the engine does."""

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path


def main() -> int:
    """Trains nothing, visibly."""
    options = read_options()
    for name in options.ignore:
        signal.signal(signal.Signals[name], signal.SIG_IGN)
    for _ in range(options.workers):
        start_worker(options)
    for number in range(options.bar):
        sys.stderr.write(f"\rtraining: {number + 1}/{options.bar}")
    if options.bar:
        sys.stderr.write("\n")
    for name in options.print_variable:
        print(f"{name}={os.environ.get(name, '')}", flush=True)
    if options.print_bytes:
        sys.stdout.buffer.write(bytes.fromhex(options.print_bytes))
        sys.stdout.flush()
    if options.dump:
        options.output.mkdir(parents=True, exist_ok=True)
        values = {name: os.environ.get(name) for name in options.print_variable}
        (options.output / "args.json").write_text(json.dumps(values))
    train(options)
    if options.die:
        os.kill(os.getpid(), signal.Signals[options.die])
    if options.fail:
        raise ValueError(options.fail)
    return int(options.exit_code)


def read_options() -> argparse.Namespace:
    """What the test wants."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", type=Path, default=Path("output"))
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--seconds-per-step", type=float, default=0.02)
    parser.add_argument("--ready", type=Path, help="written when everything is in place")
    parser.add_argument("--workers", type=int, default=0, help="children in sessions of their own")
    parser.add_argument("--workers-outlive", action="store_true")
    parser.add_argument("--ignore", action="append", default=[], help="signal that trainer and workers ignore")
    parser.add_argument("--bar", type=int, default=0)
    parser.add_argument("--print-variable", action="append", default=[])
    parser.add_argument("--print-bytes", default="", help="hexadecimal")
    parser.add_argument("--print-each-step", type=int, default=0, help="characters")
    parser.add_argument("--dump", action="store_true", help="write args.json with the variables")
    parser.add_argument("--die", help="signal to send to itself at the end")
    parser.add_argument("--fail", help="message of the error that ends it")
    parser.add_argument("--exit-code", type=int, default=0)
    return parser.parse_args()


def start_worker(options: argparse.Namespace) -> None:
    """A child that no signal to the parent's group reaches, as torchrun's workers are; it has a child of its own."""
    if os.fork():
        return
    os.setsid()
    os.fork()
    parent = os.getppid()
    while options.workers_outlive or os.getppid() == parent:
        time.sleep(0.05)
    os._exit(0)


def train(options: argparse.Namespace) -> None:
    """Appends one line a step, each opened and closed, as the engine does."""
    if options.ready:
        options.ready.write_text(str(os.getpid()))
    for step in range(1, options.steps + 1):
        time.sleep(options.seconds_per_step)
        line = {"loss": 6.0 / step, "learning_rate": 1e-4, "global_step/max_steps": f"{step}/{options.steps}"}
        options.output.mkdir(parents=True, exist_ok=True)
        with (options.output / "logging.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
        if options.print_each_step:
            print("x" * options.print_each_step, flush=True)


if __name__ == "__main__":
    sys.exit(main())
