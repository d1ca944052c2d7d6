"""Folders that go away or get another name while a run lives: its own, that of all runs, that of our programs."""

import os
import shutil
import subprocess
import sys
import textwrap
import time
from contextlib import suppress
from pathlib import Path

import tunewright_bridge
from live_runs import live_run, store_live_run, wait_for
from tunewright_bridge.supervise.processes import is_alive


def test_a_run_that_is_deleted_leaves_no_process(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "100000", "--ignore", "SIGINT", "--workers", "1") as run:
        run.wait_for_steps(1)
        carriers = [run.supervisor, run.recorder, run.trainer]
        shutil.rmtree(run.paths.directory, ignore_errors=True)
        run.wait_until_nothing_lives()
        wait_for(lambda: not any(map(is_alive, carriers)), "the end of those who carried the run")


def is_put_back(elsewhere: Path, root: Path) -> bool:
    """Gives the folder its name again, unless somebody has just made the old place anew."""
    with suppress(FileNotFoundError):
        root.rename(root.with_name(f"made anew {time.monotonic_ns()}"))
    with suppress(OSError):
        elsewhere.rename(root)
        return True
    return False


def test_a_folder_of_runs_that_gets_another_name_ends_nothing(tmp_path: Path) -> None:
    with live_run(tmp_path, "--steps", "100000") as run:
        run.wait_for_steps(1)
        carriers = [run.supervisor, run.recorder, run.trainer]
        root = run.paths.directory.parent
        elsewhere = root.rename(root.with_name("elsewhere"))
        try:
            # The trainer makes the old place anew, and the supervisor its samples: three are ten seconds.
            samples = run.attempt.devices
            wait_for(lambda: samples.exists() and len(samples.read_bytes().splitlines()) >= 3, "three samples")
            assert all(map(is_alive, carriers))
        finally:
            wait_for(lambda: is_put_back(elsewhere, root), "the old name")
        run.stop_impatiently()
        assert run.state.state == "cancelled"


def test_our_own_folder_is_deleted_and_the_run_does_not_notice(tmp_path: Path) -> None:
    """An update of the extension takes the old one away while its supervisor is still at work."""
    bridge = tmp_path / "bridge"
    shutil.copytree(Path(tunewright_bridge.__file__).parent, bridge / "tunewright_bridge")
    go_on = tmp_path / "go-on"
    options = ["--steps", "20", "--workers", "1", "--exit-code", "3", "--hold", str(go_on)]
    run = store_live_run(tmp_path, *options, secret_names=["HUB_TOKEN"])
    code = f"""
        import os
        from pathlib import Path
        from tunewright_bridge.runs.layout import RunPaths
        from tunewright_bridge.supervise.starting import start_supervisor
        paths = RunPaths(Path({str(run.paths.directory)!r}))
        start_supervisor(paths, paths.attempt(1), environment={{**os.environ, "HUB_TOKEN": "hf_0123456"}})
    """
    # The packages beside ours stay: they are loaded when the first sample of the devices is taken.
    others = [place for place in sys.path if not (Path(place) / "tunewright_bridge").exists()]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(bridge), *others])}
    try:
        subprocess.run([sys.executable, "-c", textwrap.dedent(code)], env=environment, check=True)
        run.wait_for_steps(1)
        shutil.rmtree(bridge)
        run.kill(run.recorder)
        go_on.touch()
        end = run.wait_for_end()
        assert "exit code 3" in (end.reason or "")
        assert "Error" not in run.attempt.supervisor_log.read_text()
        run.wait_until_nothing_lives()
    finally:
        run.clean_up()
