"""A stand-in for the engine's `sft`: the trainer of the tests, told by the engine's arguments."""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[4]))

from programs import trainer

# The engine's arguments that mean something here, and the trainer's; every other is an option of the same name.
NAMES = {"output_dir": "output", "max_steps": "steps", "resume_from_checkpoint": "resume"}
UNUSED = ("model", "dataset", "logging_nan_inf_filter", "add_version", "create_checkpoint_symlink")


def main() -> int:
    """Trains as the config says."""
    parser = argparse.ArgumentParser()
    for name in UNUSED:
        parser.add_argument(f"--{name}", nargs="*")
    _, rest = parser.parse_known_args()
    words = []
    for word in rest:
        is_name = word.startswith("--")
        words.append(f"--{NAMES.get(word[2:], word[2:]).replace('_', '-')}" if is_name else word)
    return trainer.main(words)


if __name__ == "__main__":
    sys.exit(main())
