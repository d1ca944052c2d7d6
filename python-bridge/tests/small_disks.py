"""A file system of one megabyte for tests of full and read-only disks. Mounting it needs root."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAGE_BYTES = 4096


class SmallDisk:
    """A mounted disk that is filled up on demand."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._filler = place / "filler"

    def fill(self, *, free_pages: int = 0) -> None:
        """Takes all space but a few pages."""
        self.free()
        with self._filler.open("wb", buffering=0) as file:
            for size in (_PAGE_BYTES, 1):
                try:
                    while True:
                        file.write(b"x" * size)
                except OSError:
                    continue
        size = self._filler.stat().st_size
        os.truncate(self._filler, max(0, size - free_pages * _PAGE_BYTES))

    def free(self) -> None:
        """Gives the space back."""
        self._filler.unlink(missing_ok=True)

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
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=True)
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
