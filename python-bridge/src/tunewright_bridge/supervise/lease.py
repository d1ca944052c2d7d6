"""Who supervises an attempt: one process at a time, each with a higher generation than the one before."""

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.decode import encode
from tunewright_bridge.protocol.process import ProcessIdentity
from tunewright_bridge.protocol.run import Lease
from tunewright_bridge.runs.durable import locked, write_json_atomically
from tunewright_bridge.runs.layout import AttemptPaths, RunPaths
from tunewright_bridge.runs.reading import read_record_if_there
from tunewright_bridge.runs.record import now_ms
from tunewright_bridge.supervise.processes import is_alive, is_knowable


class LeaseHeldError(Exception):
    """Somebody who lives, or of whom nobody here can tell, supervises the attempt."""


def read_lease(attempt: AttemptPaths) -> Lease | None:
    """The lease with the highest generation, or None where nobody has supervised the attempt yet."""
    return read_record_if_there(Lease, attempt.lease)


def is_superseded(lease: Lease, attempt: AttemptPaths) -> bool:
    """Whether somebody with a higher generation supervises by now."""
    try:
        current = read_lease(attempt)
    except BridgeError:
        return False
    return current is not None and current.generation > lease.generation


def take_lease(paths: RunPaths, attempt: AttemptPaths, supervisor: ProcessIdentity) -> Lease:
    """Makes `supervisor` the one who supervises. Raises LeaseHeldError, or OSError where the disk refuses."""
    with locked(paths.lock):
        before = read_lease(attempt)
        if before is not None and (is_alive(before.supervisor) or not is_knowable(before.supervisor)):
            raise LeaseHeldError(f"process {before.supervisor.pid} of {before.supervisor.host_name} supervises")
        generation = 1 if before is None else before.generation + 1
        lease = Lease(format=1, generation=generation, supervisor=supervisor, taken_at_ms=now_ms())
        write_json_atomically(attempt.lease, encode(lease))
    return lease
