"""`queue/…`: the queues of this host, and the order in which their runs start."""

import os
import threading
from logging import getLogger
from pathlib import Path

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.methods.table import Notify
from tunewright_bridge.protocol.bridge import Empty, MoveInQueueParams, QueueList
from tunewright_bridge.runs.layout import RunPaths
from tunewright_bridge.supervise.queueing.folders import queue_folders
from tunewright_bridge.supervise.queueing.listing import Queues

_LOG = getLogger(__name__)


class QueueMethods:
    """Needs nothing of the client. Whoever watches the runs is told of new places as of any change."""

    def __init__(self, notify: Notify) -> None:
        self._queues = Queues(queue_folders(os.environ))
        # Several requests may come at once, and what is remembered of the entries is one for all.
        self._lock = threading.Lock()

    def list(self, params: Empty) -> QueueList:
        """Every queue; a run that nobody waits for any more gets somebody."""
        from tunewright_bridge.supervise.adoption import repair

        with self._lock:
            deserted = self._queues.deserted()
        for directory in deserted:
            try:
                repair(RunPaths(directory))
            except (BridgeError, OSError) as error:
                _LOG.warning("%s waits in a queue, and nobody waits for it: %s", directory, error)
        with self._lock:
            return QueueList(queues=self._queues.summaries())

    def move(self, params: MoveInQueueParams) -> QueueList:
        """Gives a waiting run another place. Raises BridgeError not-queued."""
        with self._lock:
            self._queues.move(Path(params.root), params.run_id, params.position)
        return self.list(Empty())

    def close(self) -> None:
        """Nothing goes on after an answer."""
