"""A stand-in for the engine, where a test needs speed, volume or misbehavior; writes metrics as the engine does."""

import argparse
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "test" / "stand-in"))

from engine_files import log_metrics, save_checkpoint, step_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains nothing, visibly."""
    options = read_options(arguments)
    for name in options.ignore:
        signal.signal(signal.Signals[name], signal.SIG_IGN)
    for _ in range(options.workers):
        start_worker(options)
    for _ in range(options.loaders):
        start_loader(options)
    if options.serve:
        serve(options)
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


def read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """What the test wants."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--output", type=Path, default=Path("output"))
    parser.add_argument("--steps", type=int, default=0)
    parser.add_argument("--save-steps", type=int, default=0, help="a checkpoint each so many steps, and at the end")
    parser.add_argument("--save-seconds", type=float, default=0.0, help="how long writing one takes")
    parser.add_argument("--resume", type=Path, help="the checkpoint to go on from")
    parser.add_argument("--hold", type=Path, help="goes on with the step, or to its end, once this file is there")
    parser.add_argument("--hold-at-step", type=int, default=0, help="with --hold: before it is logged")
    parser.add_argument("--fail-at-step", type=int, default=0, help="before it is logged")
    parser.add_argument("--fail-once", type=Path, help="with --fail-at-step: not where this file is; makes it")
    parser.add_argument("--nan-at-step", type=int, default=0, help="from there on, unless the attempt was resumed")
    parser.add_argument("--seconds-per-step", type=float, default=0.02)
    parser.add_argument("--ready", type=Path, help="written when everything is in place")
    parser.add_argument("--workers", type=int, default=0, help="children in sessions of their own")
    parser.add_argument("--loaders", type=int, default=0, help="children in the trainer's own group")
    parser.add_argument("--serve", type=Path, help="a child listens on a port, and writes it here")
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
    return parser.parse_args(arguments)


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


def start_loader(options: argparse.Namespace) -> None:
    """A child as a data loader's: of the trainer's own session and group."""
    if os.fork():
        return
    parent = os.getppid()
    while options.workers_outlive or os.getppid() == parent:
        time.sleep(0.05)
    os._exit(0)


def serve(options: argparse.Namespace) -> None:
    """A child that holds a port and hears no interrupt, below a parent that only waits: as a served model is."""
    if os.fork():
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", 0))
    options.serve.write_text(str(listener.getsockname()[1]))
    while True:
        time.sleep(60)


def train(options: argparse.Namespace) -> None:
    """Appends one line a step, each opened and closed, as the engine does."""
    if options.ready:
        unfinished = options.ready.with_suffix(".new")
        unfinished.write_text(str(os.getpid()))
        unfinished.replace(options.ready)
    first = 0 if options.resume is None else step_of(options.resume)
    for step in range(first + 1, options.steps + 1):
        time.sleep(options.seconds_per_step)
        hold_where_wanted(options, step)
        fail_where_wanted(options, step)
        log(options, step)
        if options.print_each_step:
            print("x" * options.print_each_step, flush=True)
        if options.save_steps and (step % options.save_steps == 0 or step == options.steps):
            save_checkpoint(options.output, step, options.steps, seconds=options.save_seconds)
    hold_where_wanted(options, 0)


def log(options: argparse.Namespace, step: int) -> None:
    """One line."""
    is_bad = 0 < options.nan_at_step <= step and options.resume is None
    values = {"loss": float("nan") if is_bad else 6.0 / step, "learning_rate": 1e-4}
    log_metrics(options.output, values, step, options.steps)


def hold_where_wanted(options: argparse.Namespace, step: int) -> None:
    """Until the test has seen what it wants to see; step 0 stands for the end."""
    while options.hold is not None and step == options.hold_at_step and not options.hold.exists():
        time.sleep(0.01)


def fail_where_wanted(options: argparse.Namespace, step: int) -> None:
    """Each time, or once."""
    if step != options.fail_at_step or (options.fail_once and options.fail_once.exists()):
        return
    if options.fail_once:
        options.fail_once.touch()
    raise ValueError(f"step {step} went wrong in process {os.getpid()}")


if __name__ == "__main__":
    sys.exit(main())
