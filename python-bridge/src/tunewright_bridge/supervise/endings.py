"""From how a command ended to what is said of the run: its last state, and the reason in plain words."""

import re
import signal

from tunewright_bridge.protocol.run import ExitRecord, RunState, StopRequest

# Of a longer log only the end is searched for the reason.
TAIL_BYTES = 64 * 1024
_LONGEST_REASON = 500

# The last line of a traceback, behind what torchrun puts in front of it.
_ERROR_LINE = re.compile(r"^(?:\[[^\]]*\]:?\s*)?(?P<error>[A-Za-z_][\w.]*(?:Error|Exception|Interrupt)(?::\s.*)?)$")
# argparse: `sft.py: error: argument --max_length: invalid int value: 'x'`.
_USAGE_LINE = re.compile(r"^(?P<error>\S+: error: .+)$")
# These only report that a child has failed, whose own traceback stands above.
_HERALDS = ("ChildFailedError", "CalledProcessError", "SignalException", "KeyboardInterrupt")


LOST_REASON = "every process of the run is gone and none left a record of how it ended"
RESTARTED_REASON = "the machine was restarted while the run was alive"


def end_of(
    exit_record: ExitRecord | None, stop: StopRequest | None, console_tail: str, *, has_restarted: bool = False
) -> tuple[RunState, str | None]:
    """The state in which a run ends of which nothing lives, and why. A stop that came after the end changes nothing."""
    if exit_record is None:
        if stop is not None:
            return "cancelled", f"stopped by {stop.by}"
        return "lost", RESTARTED_REASON if has_restarted else LOST_REASON
    if stop is not None and stop.requested_at_ms <= exit_record.ended_at_ms:
        return "cancelled", f"stopped by {stop.by}"
    if exit_record.error is not None:
        return "failed", f"the command could not be started: {exit_record.error}"
    if exit_record.exit_code == 0:
        return "succeeded", None
    return "failed", _failure(exit_record, console_tail)


def _failure(exit_record: ExitRecord, console_tail: str) -> str:
    if exit_record.signal is not None:
        return _signal_text(exit_record.signal)
    error = last_error(console_tail)
    code = f"the command ended with exit code {exit_record.exit_code}"
    return code if error is None else f"{error} (exit code {exit_record.exit_code})"


def _signal_text(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    if name == "SIGKILL":
        return "the command was ended by SIGKILL; the system may have run out of memory"
    return f"the command was ended by {name}"


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
