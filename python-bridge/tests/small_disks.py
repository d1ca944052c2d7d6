"""A file system of one megabyte for tests of full and read-only disks. Mounting it needs root."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from faults.disk import Disk


class SmallDisk(Disk):
    """A mounted disk that is filled up, and closed to writers, on demand."""

    def forbid_writing(self) -> None:
        """From now on nobody can write, root included."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.place)], check=True)

    def allow_writing(self) -> None:
        """As before it was forbidden."""
        subprocess.run(["mount", "-o", "remount,rw", str(self.place)], check=True)


@contextmanager
def small_disk(place: Path) -> Iterator[SmallDisk]:
    """Mounts the disk at `place` for a while."""
    place.mkdir()
    disk = SmallDisk(place, size="1m")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
