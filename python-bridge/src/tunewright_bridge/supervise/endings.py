"""From how a command ended to what is said of the run: its last state, and why."""

import re
import signal
from dataclasses import dataclass

from tunewright_bridge.protocol.run import ExitRecord, RunCause, RunState, StateRecord, StopRequest
from tunewright_bridge.runs.causes import cause

# Of a longer log only the end is searched for the reason.
TAIL_BYTES = 64 * 1024
_LONGEST_REASON = 500
# Between looking for the exit record and storing the request, at most.
_STOP_CROSSES_END_MS = 3_000

# The last line of a traceback, behind what torchrun puts in front of it.
_ERROR_LINE = re.compile(r"^(?:\[[^\]]*\]:?\s*)?(?P<error>[A-Za-z_][\w.]*(?:Error|Exception|Interrupt)(?::\s.*)?)$")
# argparse: `sft.py: error: argument --max_length: invalid int value: 'x'`.
_USAGE_LINE = re.compile(r"^(?P<error>\S+: error: .+)$")
# These only report that a child has failed, whose own traceback stands above.
_HERALDS = ("ChildFailedError", "CalledProcessError", "SignalException", "KeyboardInterrupt")


@dataclass(frozen=True, slots=True)
class End:
    """How an attempt ends of which nothing lives."""

    state: RunState
    cause: RunCause | None = None


def end_of(
    exit_record: ExitRecord | None,
    stop: StopRequest | None,
    state: StateRecord,
    console_tail: str,
    *,
    has_restarted: bool = False,
    has_begun: bool = True,
) -> End:
    """The end of an attempt that stands in `state` and of which nothing lives.

    `has_begun` is whether its command was ever about to run. A stop is only stored while there is no exit record, so it
    came first; times only tell where the two crossed. One that waits for a checkpoint has taken the run to `stopping`
    once it was carried out.
    """
    if stop is not None and _has_stopped(stop, state, exit_record):
        return End("cancelled", stop_cause(stop, state))
    if exit_record is None:
        if not has_begun:
            return End("failed", cause("never-started"))
        return End("lost", cause("restarted" if has_restarted else "lost"))
    if exit_record.error is not None:
        return End("failed", cause("command-not-started", error=exit_record.error))
    if exit_record.exit_code == 0:
        return End("succeeded")
    return End("failed", _failure(exit_record, console_tail))


def stop_cause(stop: StopRequest, state: StateRecord) -> RunCause:
    """Why a run ends that was stopped."""
    if stop.alert is not None:
        return cause("stopped-by-alert", kind=stop.alert.kind)
    if state.cause is not None and state.cause.code == "stopped-at-checkpoint":
        return state.cause
    return cause("stopped", by=stop.by)


def waits_for_checkpoint(stop: StopRequest) -> bool:
    """Whether the stop is to be carried out when the next checkpoint is complete."""
    return stop.when == "next-checkpoint"


def _has_stopped(stop: StopRequest, state: StateRecord, exit_record: ExitRecord | None) -> bool:
    if waits_for_checkpoint(stop):
        # At the last checkpoint of all, a run that is through with its work is quicker than the interrupt.
        return state.state == "stopping" and (exit_record is None or exit_record.exit_code != 0)
    if exit_record is None or exit_record.signal is not None:
        return True
    return not 0 < stop.requested_at_ms - exit_record.ended_at_ms < _STOP_CROSSES_END_MS


def _failure(exit_record: ExitRecord, console_tail: str) -> RunCause:
    if exit_record.signal is not None:
        name = _signal_name(exit_record.signal)
        return cause("killed") if name == "SIGKILL" else cause("signal", signal=name)
    exit_code = exit_record.exit_code if exit_record.exit_code is not None else "?"
    error = last_error(console_tail)
    if error is None:
        return cause("exit-code", exitCode=exit_code)
    return cause("engine-error", error=error, exitCode=exit_code)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def last_error(console_tail: str) -> str | None:
    """The line of a log that says best what went wrong; None where the log is empty."""
    lines = [line.strip() for line in console_tail.splitlines() if line.strip()]
    heralded = None
    for line in reversed(lines):
        match = _ERROR_LINE.match(line) or _USAGE_LINE.match(line)
        if match is None:
            continue
        error = match["error"]
        if not any(herald in error.partition(":")[0] for herald in _HERALDS):
            return error[:_LONGEST_REASON]
        heralded = heralded or error
    best = heralded or (lines[-1] if lines else None)
    return None if best is None else best[:_LONGEST_REASON]
