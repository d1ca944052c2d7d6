"""The table of commands, and how each of them fails: one plain line, never a traceback for what a person can mend."""

import logging
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from tunewright_bridge.command_line import check, follow, look, queue, resume
from tunewright_bridge.command_line.arguments import PROGRAM, make_parser
from tunewright_bridge.command_line.places import UsageError
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.methods.table import Methods

COMMANDS: dict[str, Callable[[Namespace, Methods], int]] = {
    "run": follow.run,
    "check": check.check,
    "runs": look.runs,
    "show": look.show,
    "logs": follow.logs,
    "stop": look.stop,
    "queue": queue.queue,
    "resume": resume.resume,
    "schema": look.schema,
    "devices": look.devices,
    "doctor": look.doctor,
}

USAGE_EXIT_CODE = 2
FAILURE_EXIT_CODE = 1
# As a shell says it of a program that wrote into a closed pipe.
BROKEN_PIPE_EXIT_CODE = 141


def run_command(arguments: Sequence[str]) -> int:
    """Parses and runs; gives the exit code."""
    try:
        options = make_parser().parse_args(arguments)
    except SystemExit as exit_request:
        return exit_request.code if isinstance(exit_request.code, int) else 0
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that lacks a character shows another one; it is no reason to fail.
            stream.reconfigure(errors="replace")
    logging.basicConfig(format=f"{PROGRAM}: %(message)s", level=logging.WARNING)
    methods = Methods(lambda method, params: None)
    try:
        return COMMANDS[options.command](options, methods)
    except UsageError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return USAGE_EXIT_CODE
    except BridgeError as error:
        print(f"{PROGRAM}: {error}", file=sys.stderr)
        return FAILURE_EXIT_CODE
    except BrokenPipeError:
        # Python would complain once more when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE_EXIT_CODE
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        print(f"{PROGRAM}: {place}{error.strerror or error}", file=sys.stderr)
        return FAILURE_EXIT_CODE
    except KeyboardInterrupt:
        return follow.INTERRUPTED_EXIT_CODE
    finally:
        methods.close()
