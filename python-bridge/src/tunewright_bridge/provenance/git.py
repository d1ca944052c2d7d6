"""The commit that a folder stands at, read from git's files: git itself would run what a repository tells it to."""

import re
from pathlib import Path

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# References may point at references; git itself stops at five.
_MOST_STEPS = 5


def commit_of(folder: Path) -> str | None:
    """The commit checked out in the repository that holds `folder`; None where there is none to be read."""
    try:
        git_directory = _git_directory(folder)
        return None if git_directory is None else _resolve(git_directory, "HEAD")
    except (OSError, ValueError):
        return None


def _git_directory(folder: Path) -> Path | None:
    for parent in (folder, *folder.parents):
        marker = parent / ".git"
        if marker.is_dir():
            return marker
        if marker.is_file():
            # A worktree or a submodule: the file names the real place.
            return parent / marker.read_text().removeprefix("gitdir:").strip()
    return None


def _resolve(git_directory: Path, reference: str) -> str | None:
    common = _common_directory(git_directory)
    for _ in range(_MOST_STEPS):
        content = _read_reference(git_directory, common, reference)
        if content is None:
            return None
        if _COMMIT.fullmatch(content):
            return content
        if not content.startswith("ref:"):
            return None
        reference = content.removeprefix("ref:").strip()
    return None


def _common_directory(git_directory: Path) -> Path:
    pointer = git_directory / "commondir"
    return git_directory / pointer.read_text().strip() if pointer.is_file() else git_directory


def _read_reference(git_directory: Path, common: Path, reference: str) -> str | None:
    for directory in (git_directory, common):
        path = directory / reference
        if path.is_file():
            return path.read_text().strip()
    packed = common / "packed-refs"
    if not packed.is_file():
        return None
    for line in packed.read_text().splitlines():
        commit, _, name = line.partition(" ")
        if name == reference:
            return commit
    return None
