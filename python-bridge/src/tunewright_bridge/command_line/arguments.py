"""What can be typed: the parser of the command line. What the commands do is in the modules beside it."""

import argparse
from typing import NoReturn

from tunewright_bridge import __version__

PROGRAM = "tunewright-bridge"

_DESCRIPTION = "Starts and watches training runs. Every run is a folder and goes on when this program ends."
_RUN_REFERENCE = "a run: its id, the beginning of its id, NAME#NUMBER, or NAME for the newest of that name"
_INTERPRETER = (
    "Python of the environment that holds the engine (default: $TUNEWRIGHT_INTERPRETER, "
    "else the active virtual environment, else ./.venv)"
)
_ROOT = "folder of runs (default: .tunewright/runs here or in the nearest folder above that has one)"
_JSON = "print JSON"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{PROGRAM}: {message}. See `{self.prog} --help`.\n")


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


# What argparse says of a text that is no number: `invalid whole number value`.
_count.__name__ = "whole number"


def _add_queue_actions(queue: argparse.ArgumentParser) -> None:
    # Without an action the queues are shown.
    queue.set_defaults(action=None)
    actions = queue.add_subparsers(dest="action", metavar="ACTION")
    summary = "give a run that waits another place"
    move = actions.add_parser("move", help=summary, description=f"{summary.capitalize()}.", allow_abbrev=False)
    move.add_argument("run", metavar="RUN", help="a run that waits: its id or its beginning, NAME#NUMBER or NAME")
    # A default would hide a --json before the action.
    move.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=_JSON)
    place = move.add_mutually_exclusive_group(required=True)
    place.add_argument("--position", type=_count, metavar="N", help="among those that wait, from 1")
    place.add_argument("--first", action="store_true", help="the next one to start")
    place.add_argument("--last", action="store_true", help="behind all that wait")


def make_parser() -> argparse.ArgumentParser:
    """The parser; the parsed namespace's `command` names the command."""
    parser = _Parser(prog=PROGRAM, description=_DESCRIPTION, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, summary: str, *, has_json: bool = True, has_root: bool = False) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, help=summary, description=summary[:1].upper() + summary[1:] + ".", allow_abbrev=False
        )
        if has_json:
            command.add_argument("--json", action="store_true", help=_JSON)
        if has_root:
            command.add_argument("--root", metavar="FOLDER", help=_ROOT)
        return command

    run = add("run", "start a run of a config and follow it until it ends", has_root=True)
    run.add_argument("config", metavar="CONFIG", help="the config, NAME.TASK.yaml")
    run.add_argument("--detach", action="store_true", help="do not follow: return as soon as the run is started")
    run.add_argument("--interpreter", metavar="PATH", help=_INTERPRETER)
    run.add_argument("--target", metavar="NAME", help="where to run: a target of targets.yaml")

    check = add("check", "ask the engine itself whether it takes configs, without starting anything")
    check.add_argument("config", metavar="CONFIG", nargs="+", help="a config, NAME.TASK.yaml")
    check.add_argument("--interpreter", metavar="PATH", help=_INTERPRETER)

    runs = add("runs", "list runs, newest first", has_root=True)
    runs.add_argument("--limit", type=_count, default=20, metavar="N", help="at most this many (default: %(default)s)")
    show = add("show", "show one run", has_root=True)
    show.add_argument("run", metavar="RUN", help=_RUN_REFERENCE)
    logs = add("logs", "print what a run's command printed", has_json=False, has_root=True)
    logs.add_argument("run", metavar="RUN", help=_RUN_REFERENCE)
    which = logs.add_mutually_exclusive_group()
    which.add_argument("-f", "--follow", action="store_true", help="go on until the run ends")
    which.add_argument("--attempt", type=int, metavar="NUMBER", help="of an earlier attempt; the latest otherwise")
    stop = add("stop", "ask a run to stop; asking again makes it less patient", has_root=True)
    stop.add_argument("run", metavar="RUN", help=_RUN_REFERENCE)
    stop.add_argument("--at-checkpoint", action="store_true", help="let it train on until its next checkpoint is saved")

    queue = add("queue", "show the runs that wait for free devices, and why")
    _add_queue_actions(queue)

    resume = add("resume", "go on with an ended run from one of its checkpoints, and follow it", has_root=True)
    resume.add_argument("run", metavar="RUN", help=_RUN_REFERENCE)
    resume.add_argument("--checkpoint", metavar="FOLDER", help="where to go on (default: the newest good checkpoint)")
    resume.add_argument("--weights-only", action="store_true", help="begin anew with optimizer and learning rate")
    resume.add_argument("--with-config", action="store_true", help="read the config file again, as it is now")
    resume.add_argument("--check", action="store_true", help="only say what would happen, and what speaks against it")
    resume.add_argument("--detach", action="store_true", help="do not follow: return as soon as the run goes on")
    resume.add_argument("--interpreter", metavar="PATH", help="Python with the engine (default: as before)")

    schema = add("schema", "show which arguments the installed engine accepts")
    schema.add_argument("--interpreter", metavar="PATH", help=_INTERPRETER)
    schema.add_argument("--refresh", action="store_true", help="ask the engine again (takes about 20 s)")
    add("devices", "show the devices of this machine and their load")
    doctor = add("doctor", "check what training needs, and say what to do about what is missing")
    doctor.add_argument("--interpreter", metavar="PATH", help=_INTERPRETER)

    serve = add("serve", "answer an editor over JSON-RPC", has_json=False)
    serve.add_argument("--stdio", action="store_true", required=True, help="on standard input and output")
    return parser
