"""The launcher as a program: what it starts, with which arguments and environment, and what it lets nobody see.

The engine here is a stand-in of a few lines that says what it was given; `test_launcher_on_engine.py` has the real one.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tunewright_bridge.engine.swift import launcher
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.run import ExitRecord

LAUNCHER = Path(launcher.__file__)

SAY_WHAT_WAS_GIVEN = """
import json, os, sys
import helpers_of_cli
if __name__ == "__main__":
    command_line = open("/proc/self/cmdline").read().split("\\0") if os.path.exists("/proc/self/cmdline") else []
    main = sys.modules["__main__"]
    given = {"arguments": sys.argv[1:], "program": sys.argv[0], "commandLine": command_line,
             "environment": dict(os.environ), "mainFile": main.__file__}
    with open(os.environ["ANSWER"], "w") as file:
        json.dump(given, file)
    sys.exit(int(os.environ.get("EXIT_CODE", "0")))
"""


@pytest.fixture
def engine(tmp_path: Path) -> Path:
    """A folder for PYTHONPATH with a package `swift` and a torchrun that starts one rank."""
    for folder, tasks in (("cli", ["sft", "merge_lora", "deploy"]), ("cli/_megatron", ["sft"])):
        directory = tmp_path / "site" / "swift" / folder
        directory.mkdir(parents=True)
        for task in tasks:
            (directory / f"{task}.py").write_text(SAY_WHAT_WAS_GIVEN)
        (directory / "helpers_of_cli.py").write_text("")
    (tmp_path / "site" / "swift" / "__init__.py").write_text("raise RuntimeError('the launcher must not import this')")
    torchrun = tmp_path / "site" / "torch" / "distributed"
    torchrun.mkdir(parents=True)
    (torchrun / "__init__.py").write_text("")
    (torchrun.parent / "__init__.py").write_text("")
    (torchrun / "run.py").write_text(
        "import os, subprocess, sys\n"
        "if __name__ == '__main__':\n"
        "    script = next(i for i, word in enumerate(sys.argv) if word.endswith('launcher.py'))\n"
        "    os.environ['TORCHRUN_ARGUMENTS'] = ' '.join(sys.argv[1:script])\n"
        "    sys.exit(subprocess.call([sys.executable, '-u', *sys.argv[script:]]))\n"
    )
    return tmp_path / "site"


def launch(
    engine: Path, values: dict[str, Any] | str, *, task: str = "sft", environment: dict[str, str] | None = None
) -> tuple["subprocess.CompletedProcess[str]", dict[str, Any]]:
    """Runs the launcher on `values`; the second result is what the task's program was given."""
    resolved = engine.parent / "resolved.yaml"
    resolved.write_text(values if isinstance(values, str) else yaml.safe_dump(values))
    answer = engine.parent / "given.json"
    inherited = {"PATH": os.environ["PATH"], "PYTHONPATH": str(engine), "ANSWER": str(answer)}
    ended = subprocess.run(
        [sys.executable, str(LAUNCHER), task, str(resolved)],
        env={**inherited, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended, json.loads(answer.read_text()) if answer.exists() else {}


def test_values_become_arguments_inside_the_process_only(engine: Path) -> None:
    values = {"model": "m", "dataset": ["a b", 3], "model_kwargs": {"k": ["é"]}, "packing": True, "max_length": None}
    ended, given = launch(engine, values)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    expected = '--dataset|a b|3|--max_length|None|--model|m|--model_kwargs|{"k": ["é"]}|--packing|True'
    assert "|".join(given["arguments"]) == expected
    assert not any("model_kwargs" in word or "a b" in word for word in given["commandLine"])


def test_the_program_runs_as_if_it_had_been_started_itself(engine: Path) -> None:
    ended, given = launch(engine, {"model": "m"}, environment={"EXIT_CODE": "3"})
    assert ended.returncode == 3
    assert given["program"] == given["mainFile"] == str(engine / "swift" / "cli" / "sft.py")
    assert given["environment"]["SWIFT_CONFIG_FILE"] == str(engine.parent / "resolved.yaml")


@pytest.mark.parametrize(
    ("task", "program"), [("merge-lora", "cli/merge_lora.py"), ("megatron-sft", "cli/_megatron/sft.py")]
)
def test_each_task_has_its_program(engine: Path, task: str, program: str) -> None:
    _, given = launch(engine, {"model": "m"}, task=task)
    assert given["program"] == str(engine / "swift" / program)


def test_variables_of_the_config_are_set_unless_they_are_set_already(engine: Path) -> None:
    values = {"ENV": {"A": 1, "B": True, "C": "${env:D}"}, "model": "m"}
    _, given = launch(engine, values, environment={"A": "outside", "D": "secret"})
    assert {name: given["environment"][name] for name in "ABC"} == {"A": "outside", "B": "True", "C": "secret"}
    assert given["arguments"] == ["--model", "m"]


def test_references_are_filled_in_at_any_depth(engine: Path) -> None:
    values = {"dataset": ["${env:DATA}/a", "b"], "model_kwargs": {"k": {"l": "x${env:DATA}y"}}}
    _, given = launch(engine, values, environment={"DATA": "d\"'$"})
    assert given["arguments"] == ["--dataset", "d\"'$/a", "b", "--model_kwargs", json.dumps({"k": {"l": "xd\"'$y"}})]


def test_tokens_travel_by_environment_alone(engine: Path) -> None:
    values = {"hub_token": "${env:MINE}", "swanlab_token": "swan", "model": "m", "use_hf": True}
    _, given = launch(engine, values, environment={"MINE": "hf_1", "MODELSCOPE_API_TOKEN": "ms_1"})
    assert "--hub_token" not in given["arguments"]
    assert "--swanlab_token" not in given["arguments"]
    assert given["environment"]["HF_TOKEN"] == "hf_1"
    assert given["environment"]["MODELSCOPE_API_TOKEN"] == "ms_1"
    assert given["environment"]["SWANLAB_API_KEY"] == "swan"


def test_the_token_is_for_the_hub_that_is_used(engine: Path) -> None:
    _, given = launch(engine, {"hub_token": "t"}, environment={"MODELSCOPE_API_TOKEN": "other"})
    assert given["environment"]["MODELSCOPE_API_TOKEN"] == "t"
    assert given["environment"]["HF_TOKEN"] == "t"


def test_missing_secrets_are_named_and_nothing_starts(engine: Path) -> None:
    ended, given = launch(engine, {"hub_token": "${env:NO_SUCH}", "ENV": {"A": "${env:NOR_THIS}"}})
    assert ended.returncode == 1
    assert given == {}
    assert ended.stderr.strip() == "The config needs NOR_THIS, NO_SUCH and the environment does not have it."


def test_torchrun_starts_this_file_again_and_each_rank_the_program(engine: Path) -> None:
    values = {"model": "secret-looking", "hub_token": "${env:T}"}
    ended, given = launch(engine, values, environment={"NPROC_PER_NODE": "2", "NNODES": "1", "T": "hf_1"})
    assert ended.returncode == 0
    assert given["arguments"] == ["--model", "secret-looking"]
    assert given["commandLine"][2:5] == [str(LAUNCHER), "--rank", "sft"]
    words = given["environment"]["TORCHRUN_ARGUMENTS"].split()
    assert words[:2] == ["--nproc_per_node", "2"]
    assert words[2] == "--master_port"
    assert 1024 < int(words[3]) < 65536
    assert words[4:] == ["--nnodes", "1"]


def test_a_port_that_is_given_is_kept(engine: Path) -> None:
    _, given = launch(engine, {"ENV": {"NPROC_PER_NODE": 1, "MASTER_PORT": 29777}, "model": "m"})
    assert given["environment"]["TORCHRUN_ARGUMENTS"] == "--nproc_per_node 1 --master_port 29777"


def test_tasks_that_are_never_spread_stay_one_process(engine: Path) -> None:
    _, given = launch(engine, {"model": "m"}, task="deploy", environment={"NPROC_PER_NODE": "2"})
    assert "TORCHRUN_ARGUMENTS" not in given["environment"]


def test_a_task_or_an_engine_that_is_not_there_is_said_plainly(engine: Path) -> None:
    ended, _ = launch(engine, {"model": "m"}, task="rollout")
    assert ended.returncode == 1
    assert "has no task rollout, or there is no engine" in ended.stderr
    missing, _ = launch(engine, {"model": "m"}, environment={"PYTHONPATH": ""})
    assert "there is no engine" in missing.stderr


def test_values_shared_by_aliases_are_filled_in_once() -> None:
    lines = ["a0: &a0 ['${env:X}', b]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    expanded = launcher.expand(yaml.safe_load("\n".join(lines)), {"X": "y"}, set())
    assert expanded["a0"] == ["y", "b"]


@pytest.mark.parametrize("exit_code", [0, 3])
def test_it_says_at_its_end_how_it_ended(engine: Path, exit_code: int) -> None:
    before = time.time_ns() // 1_000_000
    ended, _ = launch(engine, {"model": "m"}, environment={"EXIT_CODE": str(exit_code)})
    assert ended.returncode == exit_code
    record = decode(ExitRecord, json.loads((engine.parent / "finish.json").read_text()))
    assert (record.exit_code, record.signal, record.error) == (exit_code, None, None)
    assert record.ended_at_ms >= before


def test_it_says_so_of_a_failure_and_of_torchrun(engine: Path) -> None:
    ended, _ = launch(engine, {"model": "${env:NOT_THERE}"})
    assert ended.returncode == 1
    assert json.loads((engine.parent / "finish.json").read_text())["exitCode"] == 1
    ended, _ = launch(engine, {"model": "m"}, environment={"NPROC_PER_NODE": "1", "EXIT_CODE": "5"})
    assert ended.returncode == 5
    assert json.loads((engine.parent / "finish.json").read_text())["exitCode"] == 5


def test_a_folder_that_takes_no_last_words_changes_no_end(engine: Path) -> None:
    (engine.parent / "finish.json").mkdir()
    (engine.parent / "finish.json" / "x").touch()
    ended, _ = launch(engine, {"model": "m"})
    assert (ended.returncode, ended.stderr) == (0, "")
