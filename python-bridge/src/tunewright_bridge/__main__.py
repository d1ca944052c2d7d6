"""Entry of the bridge: the command line, and `serve --stdio` for an editor."""

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives the exit code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["serve"]:
        # An editor waits for this one, so it does without what only a person needs.
        from tunewright_bridge.command_line.serve import serve

        return serve(arguments[1:])
    from tunewright_bridge.command_line.commands import run_command

    return run_command(arguments)


if __name__ == "__main__":
    sys.exit(main())
