"""The state record that an event leads to."""

from tunewright_bridge.protocol.run import RunEvent, RunState, StateRecord


def state_of(event: RunEvent, state: RunState) -> StateRecord:
    """Where a run stands after the event that took it to `state`."""
    return StateRecord(
        format=1, state=state, attempt=event.attempt, since_ms=event.at_ms, reason=event.detail, cause=event.cause
    )
