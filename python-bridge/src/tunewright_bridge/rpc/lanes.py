"""Worker threads for requests: lanes keep slow calls from standing in the way of quick ones."""

import threading
from collections import deque
from collections.abc import Callable


class Lane:
    """Runs work in the order in which it comes, at most `width` pieces at once. Threads start when first needed."""

    def __init__(self, name: str, width: int) -> None:
        self._name = name
        self._width = width
        self._work: deque[Callable[[], object]] = deque()
        self._changed = threading.Condition()
        self._thread_count = 0
        self._idle_count = 0
        self._is_closed = False

    def submit(self, work: Callable[[], object]) -> None:
        """Adds work, which must not raise."""
        with self._changed:
            self._work.append(work)
            if self._idle_count >= len(self._work) or self._thread_count >= self._width:
                self._changed.notify()
                return
            self._thread_count += 1
        threading.Thread(target=self._run, name=f"{self._name} {self._thread_count}", daemon=True).start()

    def close(self) -> None:
        """Drops what has not begun."""
        with self._changed:
            self._is_closed = True
            self._work.clear()
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._idle_count += 1
                while not self._work and not self._is_closed:
                    self._changed.wait()
                self._idle_count -= 1
                if self._is_closed:
                    return
                work = self._work.popleft()
            work()
