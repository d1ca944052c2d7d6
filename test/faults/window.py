"""Plays an editor's window: owns a bridge as its child and passes on what is said, so that killing it is what it is.

`window.py COMMAND…`: the bridge's input ends with the window, as it does when an extension host is killed.
"""

import os
import subprocess
import sys
import threading

_PIECE_BYTES = 64 * 1024


def main() -> int:
    """Passes on until one side ends."""
    bridge = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert bridge.stdin is not None
    assert bridge.stdout is not None
    threads = [
        threading.Thread(target=_pass_on, args=(sys.stdin.fileno(), bridge.stdin.fileno()), daemon=True),
        threading.Thread(target=_pass_on, args=(bridge.stdout.fileno(), sys.stdout.fileno()), daemon=True),
    ]
    for thread in threads:
        thread.start()
    # What the bridge had to say is passed on before the window closes.
    threads[1].join()
    return bridge.wait()


def _pass_on(source: int, target: int) -> None:
    try:
        while piece := os.read(source, _PIECE_BYTES):
            view = memoryview(piece)
            while view:
                view = view[os.write(target, view) :]
    except OSError:
        # The other side has ended.
        pass
    os.close(target)


if __name__ == "__main__":
    sys.exit(main())
