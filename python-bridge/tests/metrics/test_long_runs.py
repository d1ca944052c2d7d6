"""A run of a million steps, in a process of its own so that its memory can be told from ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bridge_child import SOURCE

STEPS = 1_000_000
METRICS = ("loss", "grad_norm", "learning_rate", "token_acc", "kl", "reward", "entropy", "memory(GiB)")

PROGRAM = """
import json, re, resource, sys, time
from pathlib import Path
from tunewright_bridge.metrics.curves import Curves
from tunewright_bridge.metrics.parts import MetricsFile
from tunewright_bridge.metrics.progress import progress

def peak_mb():
    # On Linux the rusage of a child begins with its parent's.
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024

file = Path(sys.argv[1])
before_mb = peak_mb()
started = time.process_time()
curves = Curves()
curves.refresh([MetricsFile(file)])
read_seconds = time.process_time() - started
started = time.process_time()
(loss,) = curves.view(1000, names=["loss"])
(close,) = curves.view(1000, names=["loss"], from_step=499_500, to_step=500_499)
view_seconds = time.process_time() - started
told = progress([file])
print(json.dumps({
    "readSeconds": read_seconds,
    "viewSeconds": view_seconds,
    "grownMb": peak_mb() - before_mb,
    "points": loss.point_count,
    "spikeStep": loss.maximum_steps[loss.maximums.index(max(loss.maximums))],
    "closePoints": len(close.counts),
    "step": told.step,
}))
"""


@pytest.mark.long
def test_a_million_steps_take_seconds_and_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "logging.jsonl"
    with path.open("w") as file:
        for step in range(1, STEPS + 1):
            values = {name: round(1 / step + len(name), 8) for name in METRICS}
            if step == 765_432:
                values["loss"] = 1e6
            place = {"epoch": step / 1000, "global_step/max_steps": f"{step}/{STEPS}", "remaining_time": "1h 2m 3s"}
            file.write(json.dumps({**values, **place}) + "\n")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(SOURCE)},
        timeout=300,
    )
    figures = json.loads(done.stdout)
    print(figures)
    assert figures["points"] == figures["step"] == STEPS
    assert figures["spikeStep"] == 765_432
    assert figures["closePoints"] == 1000
    assert figures["grownMb"] < 100
    assert figures["readSeconds"] < 40
    assert figures["viewSeconds"] < 5
