"""Finds data files that a config names and that are not there; whether a hub has a data set is not asked."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tunewright_bridge.engine.swift.credentials import referenced_names

# source: swift/arguments/base_args/data_args.py
_DATA_KEYS = ("dataset", "val_dataset")
# source: swift/dataset/loader.py; no id on a hub ends so.
_FILE_ENDINGS = (".jsonl", ".json", ".csv", ".txt")


def missing_file(values: Mapping[str, Any], working_directory: Path) -> tuple[str, str] | None:
    """The first key that names a data file which does not exist, with the file's absolute path.

    Only what cannot be the id of a data set on a hub counts: the engine takes `a/b` for an id where nothing of that
    name is.
    """
    for key in _DATA_KEYS:
        value = values.get(key)
        for spec in value if isinstance(value, list) else [value]:
            if not isinstance(spec, str) or next(referenced_names(spec), None) is not None:
                continue
            # source: swift/dataset/dataset_syntax.py: what exists is taken literally, else `#` parts off a count.
            places = [working_directory / Path(name).expanduser() for name in (spec, spec.rpartition("#")[0]) if name]
            if _is_a_file(spec) and not any(place.exists() for place in places):
                return key, str(places[-1])
    return None


def _is_a_file(spec: str) -> bool:
    name = spec.partition("#")[0]
    if name.startswith(("/", "./", "../", "~", ".\\", "..\\")) or os.path.isabs(name):
        return ":" not in name
    return name.lower().endswith(_FILE_ENDINGS) and ":" not in name
