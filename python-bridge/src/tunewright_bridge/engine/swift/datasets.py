"""Finds the data files that a config names, and those that are not there; whether a hub has one is not asked."""

import os
from collections.abc import Iterator, Mapping
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
    for key, place, _ in _named(values, working_directory):
        if not place.exists():
            return key, str(place)
    return None


def data_files(values: Mapping[str, Any], working_directory: Path) -> list[Path]:
    """Every data file that is named, in the order of the config; of a folder, the files in it.

    One that is not there counts where it cannot be the id of a data set on a hub.
    """
    files: dict[Path, None] = {}
    for _, place, is_certain in _named(values, working_directory):
        if place.is_dir():
            files.update(dict.fromkeys(sorted(path for path in place.iterdir() if path.is_file())))
        elif is_certain or place.exists():
            files[place] = None
    return list(files)


def _named(values: Mapping[str, Any], working_directory: Path) -> Iterator[tuple[str, Path, bool]]:
    """Each key with a place that it names, and whether that can be nothing else; ids on a hub are left out."""
    for key in _DATA_KEYS:
        value = values.get(key)
        for spec in value if isinstance(value, list) else [value]:
            if not isinstance(spec, str) or not spec or next(referenced_names(spec), None) is not None:
                continue
            # source: swift/dataset/dataset_syntax.py: what exists is taken literally, else `#` parts off a count.
            places = [working_directory / Path(name).expanduser() for name in (spec, spec.rpartition("#")[0]) if name]
            place = next((place for place in places if place.exists()), places[-1])
            is_certain = _is_a_file(spec)
            if is_certain or place.exists():
                yield key, place, is_certain


def _is_a_file(spec: str) -> bool:
    name = spec.partition("#")[0]
    if name.startswith(("/", "./", "../", "~", ".\\", "..\\")) or os.path.isabs(name):
        return ":" not in name
    return name.lower().endswith(_FILE_ENDINGS) and ":" not in name
