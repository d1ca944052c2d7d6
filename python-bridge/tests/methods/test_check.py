"""`config/check` through a real bridge: an engine that stands in is kept, crashes, starts slowly and is ended."""

import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import bridge_child
from bridge_child import BridgeChild, RemoteError
from engine_programs import python_with_engine, python_without_engine
from forked_engine import engine_python
from live_runs import wait_for
from tunewright_bridge.engine.swift.verdict import Judge
from tunewright_bridge.engine.warm_judges import WarmJudges
from tunewright_bridge.errors import BridgeError

# Answers as judge.py does. What the config says is what it does.
_JUDGE = """
import json, os, sys, time
folder = os.path.dirname(os.path.abspath(__file__))
with open(folder + "/started", "a") as file:
    file.write(f"{os.getpid()}\\n")
while os.path.exists(folder + "/slow"):
    time.sleep(0.02)
print(json.dumps({"ready": "0"}), flush=True)
for line in sys.stdin:
    text = json.loads(line)["text"]
    if "crash" in text:
        os._exit(1)
    answer = {"stage": "accepted", "message": ""}
    if "bad-key" in text:
        answer = {"stage": "parser", "message": "no", "key": "bad_key"}
    if "absent" in text:
        answer = {"stage": "class", "message": "No module named 'deepspeed'", "machine": "package"}
    if "[" in text:
        answer = {"stage": "yaml", "message": 'while parsing, line 1, column 4\\nexpected a node, line 2, column 1'}
    print(json.dumps({**answer, "milliseconds": 7.5}), flush=True)
"""


@dataclass(frozen=True)
class Desk:
    """A config beside an engine that stands in."""

    folder: Path
    python: str

    @property
    def config(self) -> Path:
        return self.folder / "a.sft.yaml"

    @property
    def judges(self) -> list[int]:
        """The judges that were started, by process."""
        started = self.folder / "started"
        return [int(line) for line in started.read_text().split()] if started.exists() else []

    def check(self, bridge: BridgeChild, text: str | None = None) -> Any:
        changed = {} if text is None else {"text": text}
        return bridge.request("config/check", configPath=str(self.config), interpreter=self.python, **changed)


def lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def is_accepted(desk: Desk, bridge: BridgeChild) -> bool:
    """False where the judge was just dying."""
    try:
        return bool(desk.check(bridge)["stage"] == "accepted")
    except RemoteError as error:
        if error.code != "engine-broken":
            raise
        return False


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    engine = python_with_engine(tmp_path / "engine")
    judge = tmp_path / "judge_that_stands_in.py"
    judge.write_text(_JUDGE)
    program = tmp_path / "python"
    program.write_text(
        "#!/bin/sh\n"
        f'case "$1" in */judge.py) exec {shlex.quote(sys.executable)} {shlex.quote(str(judge))};; esac\n'
        f'exec {shlex.quote(str(engine))} "$@"\n'
    )
    program.chmod(0o755)
    (tmp_path / "a.sft.yaml").write_text("model: m\n")
    return Desk(tmp_path, str(program))


@pytest.fixture
def bridge() -> Iterator[BridgeChild]:
    with BridgeChild() as child:
        child.initialize()
        yield child


def test_one_engine_answers_all_questions_and_ends_with_the_bridge(desk: Desk) -> None:
    with BridgeChild() as bridge:
        bridge.initialize()
        accepted = desk.check(bridge)
        assert accepted == {"stage": "accepted", "message": "", "standIns": [], "milliseconds": 7.5}
        refused = desk.check(bridge, "model: m\nbad-key: 1\n")
        assert (refused["stage"], refused["line"], refused.get("machine")) == ("parser", 2, None)
        assert desk.check(bridge, "absent: 1\n")["machine"] == "package"
        assert desk.check(bridge, "a: b\n[\n")["line"] == 2
        assert len(desk.judges) == 1
    wait_for(lambda: not lives(desk.judges[0]), "the judge's end")


def test_after_a_crash_the_next_question_gets_another_engine(desk: Desk, bridge: BridgeChild) -> None:
    with pytest.raises(RemoteError) as error:
        desk.check(bridge, "crash: 1\n")
    assert error.value.code == "engine-broken"
    assert desk.check(bridge)["stage"] == "accepted"
    os.kill(desk.judges[1], 9)
    wait_for(lambda: is_accepted(desk, bridge), "an answer after the kill")
    assert len(desk.judges) == 3


def test_an_engine_that_starts_slowly_keeps_nobody_else_waiting_and_no_bridge_alive(desk: Desk) -> None:
    (desk.folder / "slow").touch()
    with BridgeChild() as bridge:
        bridge.initialize()
        asked = [bridge.send("config/check", configPath=str(desk.config), interpreter=desk.python) for _ in range(8)]
        wait_for(lambda: bool(desk.judges), "the judge")
        assert bridge.request("config/resolve", configPath=str(desk.config))["shellCommand"]
        assert not any(map(bridge.has_answered, asked))
    wait_for(lambda: not lives(desk.judges[0]), "the judge's end")
    assert len(desk.judges) == 1


def test_what_is_no_config_or_no_engine_is_refused_by_name(desk: Desk, bridge: BridgeChild, tmp_path: Path) -> None:
    def code(config: str, interpreter: str = desk.python) -> str | None:
        with pytest.raises(RemoteError) as error:
            bridge.request("config/check", configPath=str(tmp_path / config), interpreter=interpreter)
        return error.value.code

    (tmp_path / "notes.yaml").write_text("a: 1\n")
    assert code("missing.sft.yaml") == "config-not-found"
    assert code("notes.yaml") == "task-unknown"
    assert code("a.sft.yaml", str(tmp_path / "nowhere")) == "interpreter-not-found"
    assert code("a.sft.yaml", str(python_without_engine(tmp_path / "plain"))) == "engine-not-installed"
    assert desk.judges == []


def test_an_engine_that_nobody_asks_ends(desk: Desk) -> None:
    judges = WarmJudges(idle_seconds=0.2)
    try:
        assert judges.verdict(desk.python, {"text": ""}).stage == "accepted"
        wait_for(lambda: not lives(desk.judges[0]), "the judge's end")
        assert judges.verdict(desk.python, {"text": ""}).stage == "accepted"
        assert len(desk.judges) == 2
    finally:
        judges.close()
    wait_for(lambda: not lives(desk.judges[1]), "the judge's end")


def test_only_so_many_engines_are_kept(desk: Desk) -> None:
    made: list[Judge] = []

    def judge_of(interpreter: str) -> Judge:
        made.append(Judge(interpreter))
        return made[-1]

    judges = WarmJudges(judge_of=judge_of)
    others = [desk.python, *(str(desk.folder / name) for name in ("second", "third"))]
    for other in others[1:]:
        os.link(desk.python, other)
    try:
        for interpreter in others:
            judges.verdict(interpreter, {"text": ""})
        assert [judge.is_warm for judge in made] == [False, True, True]
    finally:
        judges.close()
    assert not any(judge.is_warm for judge in made)
    with pytest.raises(BridgeError):
        judges.verdict(desk.python, {"text": ""})


@pytest.mark.engine
def test_the_real_engine_refuses_and_accepts_from_one_warm_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first import after an installation reads everything from the disk.
    monkeypatch.setattr(bridge_child, "DEADLINE_SECONDS", 300.0)
    (tmp_path / "rows.jsonl").write_text('{"messages": [{"role": "user", "content": "a"}]}\n')
    config = tmp_path / "a.sft.yaml"
    anywhere = "model: Qwen/Qwen2.5-0.5B\ndataset: [rows.jsonl]\n"
    good = anywhere + "torch_dtype: float32\n"
    quiet = {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    with BridgeChild(environment=quiet) as bridge:
        bridge.initialize()

        def check(text: str) -> Any:
            return bridge.request("config/check", configPath=str(config), interpreter=engine_python(), text=text)

        refused = check(good + "max_lenght: 5\n")
        assert (refused["stage"], refused["key"], refused["line"]) == ("parser", "max_lenght", 4)
        accepted = check(good)
        assert accepted["stage"] == "accepted"
        # The engine takes bf16 unless told otherwise, for which this bridge has no device.
        assert check(anywhere)["machine"] == "device"
        together = check(good + "packing: true\nlazy_tokenize: true\n")
        assert (together["stage"], together.get("machine")) == ("class", None)
        assert max(answer["milliseconds"] for answer in (refused, accepted, together)) < 30_000
    assert not config.exists()
