"""The real engine on the sample's model. What it did is read from its own files, which no kill can take back."""

import json
import math
import shutil
from pathlib import Path
from typing import Any

import yaml

from faults.journals import AttemptJournal, Row
from faults.plans import TrainerPlan

_CONFIG = "first.sft.yaml"
_NOT_VALUES = frozenset({"epoch", "global_step/max_steps", "elapsed_time", "remaining_time"})
# The engine's last line, written when every step is trained.
_SUMMARY_KEY = "train_runtime"


class RealEngine:
    """Implements `TrialEngine`. `sample` is a workspace with a model."""

    def __init__(self, sample: Path, interpreter: Path) -> None:
        self._sample = sample
        self.interpreter = interpreter

    def fill(self, workspace: Path) -> None:
        shutil.copytree(self._sample, workspace, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".tunewright"))

    def write_config(self, path: Path, plan: TrainerPlan, own: dict[str, Any]) -> None:
        values = yaml.safe_load((path.parent / _CONFIG).read_text())
        steps = {"max_steps": plan.steps, "logging_steps": 1, "eval_steps": 20, "save_steps": plan.save_every}
        path.write_text(yaml.safe_dump({**values, **steps, "save_total_limit": 20, "tunewright": own}))

    def journals(self, config: Path, directory: Path) -> list[AttemptJournal]:
        attempts = sorted(int(path.name) for path in directory.glob("attempts/[0-9]*"))
        return [_journal(directory / "attempts" / str(number), number) for number in attempts]


def _journal(attempt: Path, number: int) -> AttemptJournal:
    journal = AttemptJournal(attempt=number)
    for state in attempt.glob("output/checkpoint-*/trainer_state.json"):
        # Nobody knows when it was whole; late enough for any stop.
        journal.checkpoints.append((int(state.parent.name.rpartition("-")[2]), math.inf))
    file = attempt / "output" / "logging.jsonl"
    for line in file.read_bytes().splitlines() if file.exists() else []:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if _SUMMARY_KEY in row:
            journal.ending = "well"
        elif "global_step/max_steps" in row:
            values = {name: float(value) for name, value in row.items() if name not in _NOT_VALUES}
            step = int(row["global_step/max_steps"].partition("/")[0])
            journal.rows.append(Row(step, values, at=0.0, is_certain=True))
    return journal
