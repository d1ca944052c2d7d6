"""Where the queues of this host lie and how their files are called; nothing is read or written here."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote
from zlib import crc32

from tunewright_bridge.supervise.processes import host_name

ENTRY_SUFFIX = ".json"
# The name of a folder may have 255 bytes on every file system that matters.
_LONGEST_FOLDER_NAME = 200


@dataclass(frozen=True, slots=True)
class QueueFolders:
    """The queues of one user on one host: a folder each, below `directory`."""

    directory: Path

    @property
    def lock(self) -> Path:
        """Held while an entry of any queue changes, since a device belongs to no queue."""
        return self.directory / "lock"

    def queue(self, name: str) -> Path:
        """The folder of a queue."""
        return self.directory / _folder_name(name)

    def entry(self, name: str, root: Path, run_id: str) -> Path:
        """The QueueEntry of a run; a copied workspace has runs of the same ids."""
        return self.queue(name) / f"{run_id}.{crc32(os.fsencode(root)):08x}{ENTRY_SUFFIX}"


def queue_folders(environment: Mapping[str, str]) -> QueueFolders:
    """The queues of this user on this host. A home may be shared by hosts, and their devices are not."""
    configured = environment.get("XDG_STATE_HOME", "")
    # Relative ones are to be ignored. source: XDG Base Directory Specification
    home = Path(configured) if os.path.isabs(configured) else Path(os.path.expanduser("~")) / ".local" / "state"
    return QueueFolders(home / "tunewright" / "queues" / _folder_name(host_name()))


def name_in(folder: str) -> str:
    """The queue's name, from that of its folder."""
    return unquote(folder)


def name_problem(name: str) -> str | None:
    """Why a queue cannot be called so; None where it can."""
    if not name.strip():
        return "tunewright.queue is empty; give the queue a name"
    if len(_folder_name(name)) > _LONGEST_FOLDER_NAME:
        return "tunewright.queue is too long; give the queue a shorter name"
    return None


def _folder_name(name: str) -> str:
    quoted = quote(name, safe=" ", errors="surrogatepass")
    return f"%2E{quoted[1:]}" if quoted.startswith(".") else quoted
