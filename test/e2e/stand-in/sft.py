"""A stand-in for the engine's `sft`, for tests of the editor: trains nothing, at a steady pace, until it is stopped.

`STAND_IN_NAN_FROM`: the first step whose loss is no number; a training that goes on from a checkpoint has none.
"""

import argparse
import os
import time
from pathlib import Path

from engine_files import log_metrics, save_checkpoint, step_of

_STEPS = 20_000
_SECONDS_PER_STEP = 0.05
_SAVE_STEPS = 40


def main() -> None:
    """Trains until somebody has had enough."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--output_dir", type=Path, required=True)
    parser.add_argument("--resume_from_checkpoint", type=Path)
    options, _ = parser.parse_known_args()
    resumed_from = options.resume_from_checkpoint
    first = 1 if resumed_from is None else step_of(resumed_from) + 1
    nan_from = int(os.environ.get("STAND_IN_NAN_FROM", _STEPS + 1)) if resumed_from is None else _STEPS + 1
    for step in range(first, _STEPS + 1):
        time.sleep(_SECONDS_PER_STEP)
        log(options.output_dir, step, float("nan") if step >= nan_from else 2 / (1 + step / 20) + 0.2)
        if step % _SAVE_STEPS == 0:
            save_checkpoint(options.output_dir, step, _STEPS, arguments={})


def log(output: Path, step: int, loss: float) -> None:
    """A line, which is printed as well."""
    values = {"loss": loss, "grad_norm": 1.5, "learning_rate": 1e-4}
    log_metrics(output, values, step, _STEPS)
    print({**values, "global_step/max_steps": f"{step}/{_STEPS}"}, flush=True)


main()
