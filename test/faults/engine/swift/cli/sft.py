"""A stand-in for the engine's `sft`: writes what the engine writes, at its rhythm, and keeps a journal outside the run.

What it does stands in $FAULTS_PLAN (a JSON object, see `trainer_plan.py`), and the journal's folder in $FAULTS_JOURNAL.
Runs in the engine's interpreter and imports nothing of the product's.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from engine_files import metrics_line, save_checkpoint, step_of

# A training line before and after an evaluation, as the engine has them.
_SETTLING_STEPS = 20.0
_BAR_WIDTH = 20
_CHATTER_BYTES = 1000


class Journal:
    """What this process did, one line each; the truth against which everything that is shown is measured."""

    def __init__(self, folder: Path) -> None:
        start = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
        self.attempt = int(os.environ["TUNEWRIGHT_ATTEMPT"].rpartition("/")[2])
        name = f"{os.environ['TUNEWRIGHT_ATTEMPT'].replace('/', '.')}.{os.getpid()}.{start}.jsonl"
        self._descriptor = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def note(self, kind: str, **values: Any) -> None:
        """Adds a line. The clock is the one that nobody can set."""
        line = {"kind": kind, "at": time.monotonic(), "attempt": self.attempt, **values}
        os.write(self._descriptor, (json.dumps(line) + "\n").encode())


class Training:
    """One attempt."""

    def __init__(self, plan: dict[str, Any], output: Path, resumed_from: Path | None, journal: Journal) -> None:
        self._plan = plan
        self._output = output
        self._journal = journal
        self._first = 0 if resumed_from is None else step_of(resumed_from)
        self._began = time.monotonic()
        self._printed = 0
        self._arguments = {**_arguments(sys.argv[1:]), "global_world_size": 1, "local_world_size": 1}

    def run(self) -> None:
        """Every step, and the ending that is planned for this attempt."""
        plan = self._plan
        self._output.mkdir(parents=True, exist_ok=True)
        (self._output / "args.json").write_text(json.dumps(self._arguments))
        for step in range(self._first + 1, plan["steps"] + 1):
            time.sleep(plan["secondsPerStep"])
            self._end_where_planned(step)
            self._chatter()
            loss = math.nan if self._has_diverged(step) else self._loss(step)
            self._log(step, {"loss": loss, "grad_norm": 1.5, "learning_rate": 1e-4})
            if plan["evaluateEvery"] and step % plan["evaluateEvery"] == 0:
                self._log(step, {"eval_loss": round(self._loss(step) + 0.1, 8), "eval_runtime": 0.01})
            if plan["saveEvery"] and (step % plan["saveEvery"] == 0 or step == plan["steps"]):
                self._save(step)
        self._end_where_planned(plan["steps"] + 1)

    def _end_where_planned(self, step: int) -> None:
        ending = self._plan["ending"]
        if ending is None or step != ending["step"] or self._journal.attempt > ending["attempts"]:
            return
        if ending["how"] == "diverge":
            # Goes on, with losses that are no numbers.
            return
        self._journal.note("ending", how=ending["how"])
        if ending["how"] == "raise":
            raise ValueError("the stand-in was told to fail")
        if ending["how"] == "signal":
            os.kill(os.getpid(), signal.SIGSEGV)
        sys.exit(3)

    def _has_diverged(self, step: int) -> bool:
        ending = self._plan["ending"]
        is_planned = ending is not None and ending["how"] == "diverge"
        return is_planned and step >= ending["step"] and self._journal.attempt <= ending["attempts"]

    def _chatter(self) -> None:
        """Numbered lines, so that a log can be checked for what is missing or out of order."""
        for _ in range(self._plan["chatter"]):
            self._printed += 1
            print(f"line {self._printed:08d} " + "x" * _CHATTER_BYTES)
        sys.stdout.flush()
        self._journal.note("printed", count=self._printed)

    def _loss(self, step: int) -> float:
        """Falls as a healthy one, and is another number for each step of each attempt."""
        return round(2 / (1 + step / _SETTLING_STEPS) + 0.2 + self._journal.attempt * 1e-4, 8)

    def _log(self, step: int, values: dict[str, Any]) -> None:
        """A line is appended to a file that is opened for it, in two pieces where that is planned."""
        seconds = time.monotonic() - self._began
        row = {**values, "epoch": round(step / self._plan["steps"], 4)}
        row |= {"elapsed_time": f"{seconds:.0f}s", "remaining_time": "1s", "train_speed(s/it)": 0.1}
        line = metrics_line(row, step, self._plan["steps"]).encode()
        self._journal.note("point", step=step, values=values)
        descriptor = os.open(self._output / "logging.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            self._append(descriptor, line)
        finally:
            os.close(descriptor)
        self._journal.note("wrote", step=step, values=values)
        self._show(step, row)

    def _append(self, descriptor: int, line: bytes) -> None:
        pieces = [line]
        if self._plan["tornWrites"]:
            middle = len(line) // 2
            pieces = [line[:middle], line[middle:]]
        for index, piece in enumerate(pieces):
            if index:
                time.sleep(self._plan["secondsPerStep"] / 2)
            view = memoryview(piece)
            while view:
                view = view[os.write(descriptor, view) :]

    def _show(self, step: int, row: dict[str, Any]) -> None:
        share = step / self._plan["steps"]
        bar = "#" * int(share * _BAR_WIDTH)
        sys.stderr.write(f"\rTrain: {share:4.0%}|{bar:<{_BAR_WIDTH}}| {step}/{self._plan['steps']}")
        print(row, flush=True)

    def _save(self, step: int) -> None:
        plan = self._plan
        save_checkpoint(self._output, step, plan["steps"], arguments=self._arguments, seconds=plan["saveSeconds"])
        self._journal.note("checkpoint", step=step)


def _arguments(words: list[str]) -> dict[str, Any]:
    """`--name value…` as the engine dumps it."""
    found: dict[str, Any] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word[2:]
            found[name] = []
        else:
            found[name].append(int(word) if word.isdecimal() else word)
    return {name: values[0] if len(values) == 1 and name != "dataset" else values for name, values in found.items()}


def _start_worker(*, has_own_session: bool, outlives: bool) -> None:
    """A child with a child of its own; as torchrun's workers are, where it has a session of its own."""
    if os.fork():
        return
    Path("/proc/self/comm").write_text("worker")
    if has_own_session:
        os.setsid()
    if os.fork() == 0:
        Path("/proc/self/comm").write_text("worker")
    parent = os.getppid()
    while outlives or os.getppid() == parent:
        time.sleep(0.05)
    os._exit(0)


def main() -> None:
    """Trains as planned."""
    plan: dict[str, Any] = json.loads(os.environ["FAULTS_PLAN"])
    journal = Journal(Path(os.environ["FAULTS_JOURNAL"]))
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--output_dir", type=Path, required=True)
    parser.add_argument("--resume_from_checkpoint", type=Path)
    options, _ = parser.parse_known_args()
    for name in plan["ignores"]:
        signal.signal(signal.Signals[name], signal.SIG_IGN)
    resumed = options.resume_from_checkpoint
    journal.note("begin", checkpoint=None if resumed is None else resumed.name)
    for _ in range(plan["workers"]):
        _start_worker(has_own_session=plan["workersHaveSessions"], outlives=plan["workersOutlive"])
    time.sleep(plan["importSeconds"])
    try:
        Training(plan, options.output_dir, resumed, journal).run()
    except KeyboardInterrupt:
        journal.note("interrupted")
        raise
    except OSError as error:
        # A full disk, or a folder that was taken away: the engine ends here as well.
        journal.note("ending", how="raise", error=str(error))
        raise
    journal.note("end")


if __name__ == "__main__":
    main()
