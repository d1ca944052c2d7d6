"""Finds model folders that a config names and that are not there; whether a hub has a model is not asked."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.swift.credentials import referenced_names

# source: swift/arguments: base_args/model_args.py, rlhf_args.py, sft_args.py
_MODEL_KEYS = ("model", "adapters", "ref_model", "reward_model", "teacher_model", "resume_from_checkpoint")


def missing_folder(values: Mapping[str, Any], working_directory: Path) -> tuple[str, str] | None:
    """The first key that names a model folder which does not exist, with the folder's absolute path.

    Only what cannot be the id of a model on a hub counts: the engine takes `a/b` for an id where no such folder is.
    """
    for key in _MODEL_KEYS:
        for name in _names(values.get(key)):
            # Several adapters may be served under names of their own: `name=path`.
            place = name.rpartition("=")[2] if key == "adapters" else name
            path = working_directory / Path(place).expanduser()
            if _is_a_place(place, key, values) and not path.exists():
                return key, str(path)
    return None


def _names(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [name for name in listed if isinstance(name, str) and name and next(referenced_names(name), None) is None]


def _is_a_place(name: str, key: str, values: Mapping[str, Any]) -> bool:
    if name.startswith(("/", "./", "../", "~", ".\\", "..\\")) or os.path.isabs(name) or name in (".", ".."):
        return True
    if key == "resume_from_checkpoint":
        return name.lower() not in ("true", "false")
    # ModelScope's ids have an owner; on Hugging Face a few old models have none.
    return "/" not in name and str(values.get("use_hf", False)).lower() == "false" and "USE_HF" not in os.environ
