"""A disk of a few megabytes that can be filled up and freed. Mounting needs root, or a mount namespace of one's own."""

import os
import subprocess
from pathlib import Path

_PAGE_BYTES = 4096
SIZE = "24m"


class Disk:
    """A mounted disk."""

    def __init__(self, place: Path, size: str = SIZE) -> None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
        self.place = place
        self._filler = place / "filler"

    def fill(self, free_pages: int = 0) -> None:
        """Takes all space but a few pages."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (64 * _PAGE_BYTES, _PAGE_BYTES, 1):
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
