"""Device samples beside a run: read in a thread of their own, so that a reader that hangs holds up nothing."""

import os
import threading
import time
from collections.abc import Callable
from logging import getLogger
from pathlib import Path

from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.device import HostSample
from tunewright_bridge.runs.durable import json_line

_LOG = getLogger(__name__)

# One sample every five seconds for an hour, then ever fewer, down to one a minute: days stay a few megabytes.
_SHORTEST_INTERVAL_SECONDS = 5.0
_LONGEST_INTERVAL_SECONDS = 60.0
_SAMPLES_BEFORE_THINNING = 720


def interval_seconds(elapsed_seconds: float) -> float:
    """How long to wait for the next sample, so long after the first."""
    thinned = elapsed_seconds / _SAMPLES_BEFORE_THINNING
    return min(max(thinned, _SHORTEST_INTERVAL_SECONDS), _LONGEST_INTERVAL_SECONDS)


class DeviceSampling:
    """Appends a sample to `path` every few seconds until it is ended, and shows it to `on_sample`."""

    def __init__(
        self, path: Path, read_host: Callable[[], HostSample], on_sample: Callable[[HostSample], None]
    ) -> None:
        self._path = path
        self._read_host = read_host
        self._on_sample = on_sample
        self._is_over = threading.Event()
        # A daemon: a driver that does not answer must not keep the supervisor from its end.
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def end(self) -> None:
        """Ends, without waiting for a reader that hangs."""
        self._is_over.set()

    def _run(self) -> None:
        began = time.monotonic()
        while not self._is_over.is_set():
            try:
                self._sample()
            except OSError as error:
                _LOG.warning("a sample of the devices could not be stored: %s", error)
            self._is_over.wait(interval_seconds(time.monotonic() - began))

    def _sample(self) -> None:
        sample = self._read_host()
        self._on_sample(sample)
        line = json_line(encode(sample))
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)
