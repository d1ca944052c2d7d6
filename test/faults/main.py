"""Many trials side by side, resumable: `python -m faults.main --trials N [--seed S] [--resume] [--only SEED]`.

Each trial is a process of its own, in namespaces of its own where this machine allows it, and its result is appended to
a file at once; `--resume` goes on where the file ends. The last line printed is one JSON object.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from faults import namespaces
from faults.kinds import FAULTS, IN_NAMESPACES
from faults.processes import end_all

REPOSITORY = Path(__file__).parents[2]
BRIDGE = REPOSITORY / "dist" / "bridge" / "tunewright-bridge"
RESULTS = REPOSITORY / "build" / "faults"
_TRIAL_SECONDS = 400.0
_COUNTS = ("lostPoints", "doubledPoints", "falseStates", "orphans")


def main() -> int:
    """Runs the trials that are still to be run; 0 where none failed."""
    options = _options()
    options.results = options.results or RESULTS / ("results.jsonl" if options.engine is None else "engine.jsonl")
    options.results.parent.mkdir(parents=True, exist_ok=True)
    if not options.resume:
        options.results.write_bytes(b"")
    done = {result["seed"] for result in read_results(options.results)}
    seeds = [seed for seed in range(options.seed, options.seed + options.trials) if seed not in done]
    have_namespaces = namespaces.are_possible()
    if not have_namespaces:
        missing = ", ".join(sorted(IN_NAMESPACES))
        print(f"[faults] no rights to namespaces here, so these kinds do not come: {missing}", flush=True)
    if done:
        print(f"[faults] {len(done)} trials were done before", flush=True)
    run_trials(options, seeds, have_namespaces=have_namespaces)
    results = [
        result
        for result in read_results(options.results)
        if options.seed <= result["seed"] < options.seed + options.trials
    ]
    failed = [result for result in results if result["problems"]]
    for result in failed:
        print(f"[faults] seed {result['seed']} ({', '.join(result['kinds'])}): {'; '.join(result['problems'])}")
    if options.report is not None:
        options.report.parent.mkdir(parents=True, exist_ok=True)
        options.report.write_text(json.dumps({"trials": len(results), "failed": len(failed)}))
    print(json.dumps(summary(results)))
    return 1 if failed or not results else 0


def run_trials(options: argparse.Namespace, seeds: Iterable[int], *, have_namespaces: bool) -> None:
    """Runs them, some at once, and stores each result."""
    began_at = time.monotonic()
    waiting = iter(seeds)
    interrupted = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted.set())
    with ThreadPoolExecutor(options.jobs) as pool, options.results.open("a") as file:
        running: set[Future[dict[str, Any]]] = set()
        while True:
            # Trials that have begun are finished, so that what they started is ended.
            while (
                len(running) < options.jobs and not interrupted.is_set() and (seed := next(waiting, None)) is not None
            ):
                running.add(pool.submit(run_trial, seed, options, have_namespaces=have_namespaces))
            if not running:
                return
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                result = future.result()
                file.write(json.dumps(result) + "\n")
                file.flush()
                _say(result, time.monotonic() - began_at)


def run_trial(seed: int, options: argparse.Namespace, *, have_namespaces: bool) -> dict[str, Any]:
    """The result of one trial. A trial that prints none has failed."""
    folder = Path(tempfile.mkdtemp(prefix=f"tunewright-faults-{seed}-"))
    kinds = "all" if have_namespaces else "none"
    command = [sys.executable, "-m", "faults.trial", str(seed), str(folder / "trial"), str(options.bridge), kinds]
    if options.engine is not None:
        command += [str(options.engine), os.environ["TUNEWRIGHT_ENGINE_PYTHON"]]
    if have_namespaces:
        command = namespaces.inside(command)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            start_new_session=True,
            timeout=_TRIAL_SECONDS,
            check=False,
        )
        output, errors = done.stdout, done.stderr
    except subprocess.TimeoutExpired as error:
        output, errors = b"", f"it took more than {error.timeout} s".encode()
        end_all(str(folder / "trial"))
    try:
        result: dict[str, Any] = json.loads(output.splitlines()[-1])
    except (IndexError, ValueError):
        text = errors.decode(errors="replace").strip()[-2000:]
        result = {"seed": seed, "kinds": [], "seconds": 0.0, "secondsToTruth": 0.0, "problems": [f"no result: {text}"]}
        result |= dict.fromkeys(_COUNTS, 0)
    if options.keep and result["problems"]:
        result["folder"] = str(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return result


def read_results(path: Path) -> list[dict[str, Any]]:
    """The results stored until now, the last of each seed; a line that was cut short is left out."""
    results: dict[int, dict[str, Any]] = {}
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            result = json.loads(line)
        except ValueError:
            continue
        results[result["seed"]] = result
    return list(results.values())


def summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of all trials together; a kind that never came, for whatever reason, is there with a zero."""
    kinds = Counter(kind for result in results for kind in result["kinds"])
    return {
        "trials": len(results),
        "kinds": {kind: kinds[kind] for kind in sorted(FAULTS)},
        **{name: sum(result[name] for result in results) for name in _COUNTS},
        "worstSecondsToTruth": max((result["secondsToTruth"] for result in results), default=0.0),
    }


def _say(result: dict[str, Any], seconds: float) -> None:
    verdict = "FAILED" if result["problems"] else "ok"
    kinds = ", ".join(result["kinds"])
    print(f"[faults] {seconds:6.0f} s  seed {result['seed']}: {verdict} in {result['seconds']} s ({kinds})", flush=True)
    for line in [*result["problems"], *result.get("story", [])]:
        print(f"    {line}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="faults")
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1, help="of the first trial; the others follow it")
    parser.add_argument("--resume", action="store_true", help="go on where the file of results ends")
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1), help="trials at once")
    parser.add_argument("--results", type=Path, help="the file of results")
    parser.add_argument("--report", type=Path, help="where to count what passed and failed")
    parser.add_argument("--bridge", type=Path, default=BRIDGE, help="the built bridge")
    parser.add_argument("--engine", type=Path, metavar="SAMPLE", help="the real engine, on the model of this workspace")
    parser.add_argument("--keep", action="store_true", help="leave the folders of trials that failed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
