"""Imports the engine once and runs programs in forks of itself, so that each test costs milliseconds and not 16 s.

Run by the engine's interpreter. A line on standard input is a request, `{program, arguments, workingDirectory,
environment, output, timeoutSeconds}`; the answer is a line `{exitCode}` or `{signal}`. The program's standard output
and error go to the file `output`. Ends when standard input does.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import signal
import sys
import time
import traceback
from typing import Any


def import_engine() -> None:
    """Everything that the tasks of these tests import."""
    import swift.arguments
    import swift.pipelines
    import swift.trainers  # noqa: F401
    import torch

    # A pool of threads would not survive the fork.
    torch.set_num_threads(1)


def serve() -> None:
    """Answers requests until there are no more."""
    # Whatever the engine prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import_engine()
    print(json.dumps({"ready": True}), file=answers, flush=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), file=answers, flush=True)


def run(request: dict[str, Any]) -> dict[str, Any]:
    """One program, in a fork, until it ends or its time is up."""
    process_id = os.fork()
    if process_id == 0:
        become(request)
    deadline = time.monotonic() + request["timeoutSeconds"]
    while True:
        ended, status = os.waitpid(process_id, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > deadline:
            os.killpg(process_id, signal.SIGKILL)
            _, status = os.waitpid(process_id, 0)
            break
        time.sleep(0.01)
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return {"exitCode": os.WEXITSTATUS(status)}


def become(request: dict[str, Any]) -> None:
    """Turns this fork into the program, as if the interpreter had been started with it. Never returns."""
    exit_code = 1
    try:
        os.setsid()
        null = os.open(os.devnull, os.O_RDONLY)
        output = os.open(request["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(null, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(request["workingDirectory"])
        os.environ.update(request["environment"])
        sys.argv = [request["program"], *request["arguments"]]
        sys.path[0] = os.path.dirname(request["program"])
        runpy.run_path(request["program"], run_name="__main__")
        exit_code = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        exit_code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - as the interpreter would
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(exit_code)


if __name__ == "__main__":
    serve()
    # Taking the engine's thousands of modules apart at the end would cost seconds.
    os._exit(0)
