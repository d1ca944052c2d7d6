"""Starts the bridge from the folder in which it ships: finds its modules there and keeps that folder clean."""

import os
import sys


def platform_tag() -> str:
    """Name of the folder that holds the compiled parts for this machine."""
    if hasattr(os, "uname"):
        machine = os.uname().machine
    else:
        machine = os.environ.get("PROCESSOR_ARCHITECTURE", "")
    return f"{sys.platform}-{machine.lower()}"


def cache_folder() -> str:
    """Where compiled modules are kept: the shipping folder may be read-only, and belongs to the editor."""
    if sys.platform == "win32":
        home = os.environ.get("LOCALAPPDATA") or os.path.expanduser("~")
    elif sys.platform == "darwin":
        home = os.path.expanduser("~/Library/Caches")
    else:
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(home, "tunewright", "pycache")


def main() -> int:
    """Runs the command line; gives its exit code."""
    here = os.path.dirname(os.path.abspath(__file__))
    vendor = os.path.join(here, "vendor")
    compiled = os.path.join(vendor, platform_tag())
    # Python mirrors the whole path below this folder and compares times, so versions do not get into each other's way.
    sys.pycache_prefix = cache_folder()
    sys.path += [here, os.path.join(vendor, "pure")]
    if os.path.isdir(compiled):
        sys.path.append(compiled)
    else:
        # Nothing ships for this machine; what is installed in the interpreter may do.
        import site

        site.main()
    from tunewright_bridge.__main__ import main as bridge_main

    return bridge_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
