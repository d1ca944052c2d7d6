"""Reading the commit of a repository without running git; git itself, run here on its own work, is the judge."""

import subprocess
from pathlib import Path

import pytest

from tunewright_bridge.provenance.git import commit_of


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", "-C", str(folder), *identity, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    (folder / "inner").mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    return folder


def test_a_branch(repository: Path) -> None:
    assert commit_of(repository / "inner") == git(repository, "rev-parse", "HEAD")


def test_a_packed_branch(repository: Path) -> None:
    git(repository, "pack-refs", "--all")
    assert commit_of(repository) == git(repository, "rev-parse", "HEAD")


def test_a_detached_head(repository: Path) -> None:
    git(repository, "checkout", "-q", "--detach")
    assert commit_of(repository) == git(repository, "rev-parse", "HEAD")


def test_a_worktree(repository: Path, tmp_path: Path) -> None:
    worktree = tmp_path / "worktree"
    git(repository, "worktree", "add", "-q", str(worktree))
    git(worktree, "commit", "-q", "--allow-empty", "-m", "second")
    assert commit_of(worktree) == git(worktree, "rev-parse", "HEAD")
    assert commit_of(worktree) != commit_of(repository)


def test_no_repository_and_no_commit(tmp_path: Path) -> None:
    assert commit_of(tmp_path) is None
    git(tmp_path, "init", "-q")
    assert commit_of(tmp_path) is None
