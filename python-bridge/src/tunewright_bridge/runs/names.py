"""How a run's id is made from its name, and what can be told from an id alone."""

import os
import re
from datetime import datetime

_RANDOM_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_RANDOM_LENGTH = 4
_LONGEST_NAME = 80
_ID = re.compile(rf"(?P<time>\d{{8}}-\d{{6}})-(?P<name>.+)-[a-z2-7]{{{_RANDOM_LENGTH}}}")


def new_run_id(name: str, at: datetime) -> str:
    """An id that sorts by time and can be a directory's name: `20260102-030405-first.sft-k3xq`."""
    ending = "".join(_RANDOM_ALPHABET[byte % len(_RANDOM_ALPHABET)] for byte in os.urandom(_RANDOM_LENGTH))
    return f"{at:%Y%m%d-%H%M%S}-{directory_name(name)}-{ending}"


def directory_name(name: str) -> str:
    """`name` with everything taken out that a file system, a shell or a person would stumble over."""
    cleaned = re.sub(r"[^\w.-]+", "-", name).strip("-.")
    while len(cleaned.encode()) > _LONGEST_NAME:
        cleaned = cleaned[:-1]
    return cleaned or "run"


def is_run_id(text: str) -> bool:
    """Whether a directory of this name is a run's."""
    return _ID.fullmatch(text) is not None


def name_in(run_id: str) -> str:
    """The name from which an id was made, as far as the id keeps it."""
    return _parts(run_id)["name"]


def second_in(run_id: str) -> str:
    """The second in which an id was made, as the id writes it."""
    return _parts(run_id)["time"]


def _parts(run_id: str) -> "re.Match[str]":
    match = _ID.fullmatch(run_id)
    if match is None:
        raise ValueError(f"{run_id} is no run id")
    return match
