"""Asks for the end of a run. What then happens to its processes is the supervisor's business."""

import os
import signal
from logging import getLogger

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.run import RunEvent, StateRecord, StopRequest
from tunewright_bridge.runs.durable import storage_errors, write_json_atomically
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.record import RunRecord, is_live, now_ms
from tunewright_bridge.supervise.adoption import repair
from tunewright_bridge.supervise.lease import read_lease
from tunewright_bridge.supervise.processes import is_alive, look_up, send_signal
from tunewright_bridge.supervise.starting import SupervisorError, adopt

_LOG = getLogger(__name__)


def request_stop(paths: RunPaths, by: str) -> StateRecord:
    """Asks the supervisor to stop the run, and returns at once with the state that it has then.

    Asking again is allowed and makes the supervisor less patient. Raises BridgeError run-not-live,
    run-directory-unreadable, directory-not-writable or disk-full.
    """
    state = repair(paths)
    if not is_live(state.state):
        raise BridgeError("run-not-live", run=paths.run_id, state=state.state)
    record = RunRecord(paths)
    attempt = paths.attempt(state.attempt)
    with storage_errors(paths.directory):
        record.note(RunEvent(at_ms=now_ms(), attempt=attempt.number, kind="stop-requested", detail=by))
        if not attempt.stop.exists():
            request = StopRequest(format=1, requested_at_ms=now_ms(), by=by)
            write_json_atomically(attempt.stop, encode(request))
        if read_lease(attempt) is None:
            state = record.advance("cancelled", attempt=attempt.number, only_from=["queued"], reason=f"stopped by {by}")
        state = record.advance("stopping", attempt=attempt.number, only_from=["starting", "running"])
    _wake_supervisor(paths, attempt)
    return state


def _wake_supervisor(paths: RunPaths, attempt: AttemptPaths) -> None:
    lease = read_lease(attempt)
    if lease is None:
        return
    supervisor = look_up(lease.supervisor.pid)
    if supervisor is not None and is_alive(lease.supervisor):
        send_signal(supervisor, signal.SIGTERM)
        return
    try:
        # The next one finds the request in the attempt.
        adopt(paths, attempt, environment=os.environ)
    except SupervisorError as error:
        _LOG.warning("%s has nobody who could stop it: %s", paths.directory, error)
