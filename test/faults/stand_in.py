"""The stand-in engine: a Python that has it, configs for it, and the journals that its trainers keep."""

import json
import os
import shlex
import sys
from pathlib import Path
from typing import Any

import yaml

from faults.journals import AttemptJournal, read_journals
from faults.plans import TrainerPlan

_PACKAGE = Path(__file__).with_name("engine")
_ENGINE_FILES = Path(__file__).parents[1] / "stand-in"


class StandIn:
    """Implements `TrialEngine`."""

    def __init__(self, folder: Path) -> None:
        self._journals = folder / "journal"
        self.interpreter = _interpreter(folder / "engine")

    def fill(self, workspace: Path) -> None:
        (workspace / "train.jsonl").write_text('{"messages": []}\n')

    def write_config(self, path: Path, plan: TrainerPlan, own: dict[str, Any]) -> None:
        journal = self._journals / path.name
        journal.mkdir(parents=True)
        values = {
            "model": "hub/model",
            "dataset": ["train.jsonl"],
            "max_steps": plan.steps,
            "tunewright": own,
            "ENV": {"FAULTS_PLAN": json.dumps(plan.wire()), "FAULTS_JOURNAL": str(journal)},
        }
        path.write_text(yaml.safe_dump(values))

    def journals(self, config: Path, directory: Path) -> list[AttemptJournal]:
        return read_journals(self._journals / config.name)


def _interpreter(folder: Path) -> Path:
    program = folder / "bin" / "python"
    program.parent.mkdir(parents=True)
    for name, version in (("ms_swift", "4.6.0"), ("torch", "2.15.0")):
        description = folder / f"{name}-{version}.dist-info"
        description.mkdir()
        text = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
        (description / "METADATA").write_text(text)
    places = shlex.quote(os.pathsep.join(map(str, (folder, _PACKAGE, _ENGINE_FILES))))
    program.write_text(f'#!/bin/sh\nPYTHONPATH={places} exec {shlex.quote(sys.executable)} "$@"\n')
    program.chmod(0o755)
    return program
