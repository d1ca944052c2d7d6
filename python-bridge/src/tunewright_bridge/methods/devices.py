"""`devices/…`: the load of this host's devices."""

import threading

from tunewright_bridge.devices import HostReader
from tunewright_bridge.methods.table import Notify, Subscription
from tunewright_bridge.protocol.bridge import Empty
from tunewright_bridge.protocol.device import HostSample

INTERVAL_SECONDS = 2.0


class DevicesMethods:
    """Reads for one client; all its readings share the readers, so that each load is that since the last one."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._reader = HostReader()
        self._end_watch: threading.Event | None = None

    def read(self, params: Empty) -> HostSample:
        """One sample."""
        return self._reader.read()

    def watch(self, params: Empty) -> Subscription:
        """One sample now, and others as notifications."""
        self.close()
        is_over = threading.Event()
        self._end_watch = is_over
        thread = threading.Thread(target=self._run, args=(is_over,), name="devices", daemon=True)
        return Subscription(self._reader.read(), thread.start)

    def unwatch(self, params: Empty) -> Empty:
        """Ends the notifications."""
        self.close()
        return Empty()

    def close(self) -> None:
        """Ends the watch, without waiting for a reader that hangs."""
        if self._end_watch is not None:
            self._end_watch.set()
            self._end_watch = None

    def _run(self, is_over: threading.Event) -> None:
        while not is_over.wait(INTERVAL_SECONDS):
            sample = self._reader.read()
            if not is_over.is_set():
                self._notify("devices/changed", sample)
