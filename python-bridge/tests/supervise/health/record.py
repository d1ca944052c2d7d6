"""Records real runs of the engine for the tests of health: what it logged and printed, when, and the host meanwhile.

Run by hand with the sample's folder, its model made, and the interpreter of the engine's environment:
`PYTHONPATH=src:tests python -m supervise.health.record --workspace <folder> --engine <python> [name …]`.
It writes `recorded/<name>.jsonl` beside itself: a header, then one event a line with its time `t` in seconds after the
start. Names stand in recipes.py.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from supervise.health.data_sets import write_data_sets
from supervise.health.recipes import BASE, RECIPES, Recipe
from tunewright_bridge.devices import HostReader
from tunewright_bridge.metrics.follow import LineFollower
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.runs.redaction import Redactor
from tunewright_bridge.supervise.console import LineCollapser

RECORDED = Path(__file__).with_name("recorded")
# What a recording keeps of the engine's own dump of its arguments.
KEPT_ARGUMENTS = (
    *("task_type", "rlhf_type", "tuner_type", "max_steps", "num_train_epochs", "logging_steps", "logging_strategy"),
    *("eval_strategy", "eval_steps", "save_strategy", "save_steps", "save_total_limit", "save_only_model"),
    *("fp16", "bf16", "gradient_accumulation_steps", "per_device_train_batch_size", "logging_nan_inf_filter"),
    *("eval_on_start", "eval_delay", "max_length", "gradient_checkpointing"),
)
_LOOK_SECONDS = 0.02
_SAMPLE_SECONDS = 5.0
_LONGEST_LINE = 600


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--engine", required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    write_data_sets(options.workspace)
    for name in options.names or [name for name in RECIPES if not (RECORDED / f"{name}.jsonl").exists()]:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="record-") as folder:
            code = Recording(name, RECIPES[name], options.workspace.resolve(), options.engine, Path(folder)).run()
        print(f"{name}: exit code {code}, {time.monotonic() - began:.0f} s", flush=True)


class Recording:
    """One recipe, run and written down."""

    def __init__(self, name: str, recipe: Recipe, workspace: Path, engine: str, folder: Path) -> None:
        self._name = name
        self._recipe = recipe
        self._workspace = workspace
        self._engine = engine
        self._output = Path(recipe.output) if recipe.output else folder / "output"
        self._config = folder / "config.yaml"
        self._target = RECORDED / f"{name}.jsonl"
        self._events: list[dict[str, Any]] = []
        self._collapser = LineCollapser(Redactor([]))
        self._began = time.monotonic()
        self._next_sample = 0.0
        self._is_cut = False
        self._host = HostReader()

    def run(self) -> int | None:
        """Runs the engine to its end; its exit code."""
        recipe = self._recipe
        values = {**BASE, **recipe.values, "output_dir": str(self._output), "add_version": False}
        values = {key: value for key, value in values.items() if value is not None}
        self._config.write_text(yaml.safe_dump(values))
        command = [*recipe.prefix, self._engine, "-m", "swift.cli.main", recipe.task, str(self._config)]
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
            "HF_HUB_OFFLINE": "1",
            "CUDA_VISIBLE_DEVICES": "",
            **recipe.environment,
        }
        if recipe.prepare is not None:
            recipe.prepare(self._workspace, self._output)
        process = subprocess.Popen(
            command,
            cwd=self._workspace,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._follow(process)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if recipe.clean_up is not None:
                recipe.clean_up(self._workspace, self._output)
        self._note({"cut": True} if self._is_cut else {"exit": process.returncode})
        self._write()
        return process.returncode

    def _follow(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        lines = LineFollower(self._output / "logging.jsonl")
        disturbance = self._recipe.disturb
        is_over = False
        while not is_over:
            # One more round after the end, for what it wrote last.
            self._is_cut = time.monotonic() - self._began > self._recipe.longest_seconds
            is_over = process.poll() is not None or self._is_cut
            self._take_output(process.stdout.fileno())
            for piece in lines.pieces():
                for line in piece.lines:
                    if len(line) < 4000:
                        self._note({"log": line.decode()})
            self._sample()
            if disturbance is not None and disturbance(process.pid, self._output, time.monotonic() - self._began):
                self._note({"disturbed": disturbance.__name__})
                disturbance = None
            time.sleep(_LOOK_SECONDS)
        self._store(self._collapser.close())

    def _take_output(self, descriptor: int) -> None:
        while True:
            try:
                data = os.read(descriptor, 65536)
            except BlockingIOError:
                return
            if not data:
                return
            self._store(self._collapser.feed(data))

    def _store(self, text: bytes) -> None:
        for line in text.decode(errors="replace").splitlines():
            self._note({"text": line[:_LONGEST_LINE]})

    def _sample(self) -> None:
        if time.monotonic() - self._began < self._next_sample:
            return
        self._next_sample += _SAMPLE_SECONDS
        status = os.statvfs(self._output if self._output.exists() else self._workspace)
        sample = encode(self._host.read())
        self._note({"sample": sample, "freeBytes": status.f_bavail * status.f_frsize})

    def _note(self, event: dict[str, Any]) -> None:
        self._events.append({"t": round(time.monotonic() - self._began, 3), **event})

    def _write(self) -> None:
        try:
            arguments = json.loads((self._output / "args.json").read_text())
        except (FileNotFoundError, ValueError):
            arguments = {}
        config = {**BASE, **self._recipe.values}
        header = {
            "recorded": self._name,
            "task": self._recipe.task,
            "config": {key: value for key, value in config.items() if value is not None},
            "arguments": {key: arguments[key] for key in KEPT_ARGUMENTS if key in arguments},
        }
        with self._target.open("w") as file:
            file.writelines(json.dumps(event, ensure_ascii=False) + "\n" for event in [header, *self._cleaned()])
        if not self._recipe.output:
            shutil.rmtree(self._output, ignore_errors=True)

    def _cleaned(self) -> Iterator[dict[str, Any]]:
        """The events with the names of this machine's folders taken out."""
        names = {str(self._config.parent): "<run>", str(self._workspace): "<workspace>"}
        names[str(Path(self._engine).parent.parent)] = "<engine>"
        names[str(Path.home())] = "<home>"
        names[os.uname().nodename] = "<host>"
        for event in without_first_texts(self._events, self._recipe.lines_kept):
            text = json.dumps(event, ensure_ascii=False)
            for name, replacement in names.items():
                text = text.replace(name, replacement)
            yield json.loads(text)


def without_first_texts(events: list[dict[str, Any]], kept: int) -> list[dict[str, Any]]:
    """The events with the last `kept` of those that hold a printed line."""
    surplus = sum("text" in event for event in events) - kept
    remaining = []
    for event in events:
        if "text" in event and surplus > 0:
            surplus -= 1
            continue
        remaining.append(event)
    return remaining


if __name__ == "__main__":
    main()
