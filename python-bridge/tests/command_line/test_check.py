"""`tunewright-bridge check`, with a judge that answers from a list and with the engine itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bridge_child import SOURCE
from forked_engine import engine_python

DEADLINE_SECONDS = 300

# Stands where the engine's Python would: it answers as judge.py does, without the engine.
ANSWERS = """#!{python}
import json, sys
print(json.dumps({{"ready": "0"}}), flush=True)
for line in sys.stdin:
    question = json.loads(line)
    text = open(question["path"], encoding="utf-8").read()
    print(json.dumps({{"stage": "accepted", "message": ""}} if "bad" not in text else {{
        "stage": "parser", "message": "argument --bad: " + "long " * 200, "key": "bad"}}), flush=True)
"""


def checked(folder: Path, interpreter: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tunewright_bridge", "check", "--interpreter", interpreter, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"},
        timeout=DEADLINE_SECONDS,
        check=False,
    )


@pytest.fixture
def judge(tmp_path: Path) -> str:
    program = tmp_path / "python"
    program.write_text(ANSWERS.format(python=sys.executable))
    program.chmod(0o755)
    return str(program)


def test_a_refusal_stands_on_its_line_and_ends_with_a_code(tmp_path: Path, judge: str) -> None:
    (tmp_path / "good.sft.yaml").write_text("model: m\n")
    (tmp_path / "worse.sft.yaml").write_text("model: m\n'bad': 1\n")
    ended = checked(tmp_path, judge, "good.sft.yaml", "worse.sft.yaml")
    good, worse = ended.stdout.splitlines()
    assert good == "good.sft.yaml: accepted"
    assert worse.startswith("worse.sft.yaml:2: argument --bad: long")
    assert len(worse) < 500
    assert ended.returncode == 1
    assert checked(tmp_path, judge, "good.sft.yaml").returncode == 0


def test_programs_get_json(tmp_path: Path, judge: str) -> None:
    (tmp_path / "worse.sft.yaml").write_text("bad: 1\n")
    answer: dict[str, Any] = json.loads(checked(tmp_path, judge, "--json", "worse.sft.yaml").stdout)
    assert {name: answer[name] for name in ("config", "stage", "key", "line")} == {
        "config": "worse.sft.yaml",
        "stage": "parser",
        "key": "bad",
        "line": 1,
    }


def test_what_is_no_config_is_said_in_one_line(tmp_path: Path, judge: str) -> None:
    (tmp_path / "notes.yaml").write_text("a: 1\n")
    for name in ("notes.yaml", "missing.sft.yaml"):
        ended = checked(tmp_path, judge, name)
        assert ended.returncode == 1
        assert "Traceback" not in ended.stderr
        assert name in ended.stderr


@pytest.mark.engine
def test_the_engine_itself_is_asked_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "worse.sft.yaml").write_text("model: a/b\ndataset: [a.jsonl]\nmax_lenght: 5\n")
    ended = checked(tmp_path, engine_python(), "worse.sft.yaml")
    assert ended.stdout.startswith("worse.sft.yaml:3: remaining_argv: ['--max_lenght', '5']")
    assert [path.name for path in tmp_path.iterdir()] == ["worse.sft.yaml"]
