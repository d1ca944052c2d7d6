"""A schema is asked for once: again only for another interpreter, other versions, or when somebody insists."""

import json
from pathlib import Path

import pytest

from tunewright_bridge.engine import schema_cache
from tunewright_bridge.engine.schema_cache import engine_schema
from tunewright_bridge.engine.swift.engine import SwiftEngine
from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.tool import ToolEnvironment


class Engine:
    """Counts how often the engine is asked, and says so in its answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked = 0
        self.packages = {"ms-swift": "4.6.0"}
        monkeypatch.setattr(schema_cache, "require_engine", self.environment)
        monkeypatch.setattr(SwiftEngine, "introspect", self.introspect)

    def environment(self, interpreter: str) -> ToolEnvironment:
        return ToolEnvironment(tool="engine", interpreter=interpreter, health="ok", packages=dict(self.packages))

    def introspect(self, _: str) -> dict[str, int]:
        self.asked += 1
        return {"format": 1, "asked": self.asked}


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    return Engine(monkeypatch)


def test_the_second_question_is_answered_from_the_cache(engine: Engine, tmp_path: Path) -> None:
    assert engine_schema("/a", cache=tmp_path) == ({"format": 1, "asked": 1}, False)
    assert engine_schema("/a", cache=tmp_path) == ({"format": 1, "asked": 1}, True)


def test_refresh_another_interpreter_and_other_versions_ask_anew(engine: Engine, tmp_path: Path) -> None:
    engine_schema("/a", cache=tmp_path)
    assert engine_schema("/a", refresh=True, cache=tmp_path) == ({"format": 1, "asked": 2}, False)
    assert engine_schema("/b", cache=tmp_path)[0]["asked"] == 3
    engine.packages["transformers"] = "6.0"
    assert engine_schema("/a", cache=tmp_path)[0]["asked"] == 4


@pytest.mark.parametrize("content", ["", '{"format": 1, "po', '{"format": 2}', "[]"])
def test_a_torn_or_foreign_file_in_the_cache_is_replaced(engine: Engine, tmp_path: Path, content: str) -> None:
    engine_schema("/a", cache=tmp_path)
    (remembered,) = tmp_path.glob("*.json")
    remembered.write_text(content)
    assert engine_schema("/a", cache=tmp_path) == ({"format": 1, "asked": 2}, False)
    assert json.loads(remembered.read_text()) == {"format": 1, "asked": 2}


def test_a_cache_that_cannot_be_written_costs_time_only(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    blocked = tmp_path / "file" / "schemas"
    assert engine_schema("/a", cache=blocked)[1] is False
    assert engine_schema("/a", cache=blocked)[1] is False


def test_the_cache_is_in_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    assert schema_cache.cache_directory() == Path("/elsewhere/tunewright/schemas")


def test_an_engine_that_dies_while_it_is_asked_is_named(tmp_path: Path) -> None:
    dying = tmp_path / "python"
    dying.write_text(
        '#!/bin/sh\necho "Traceback (most recent call last):" >&2\necho "ImportError: no libfoo." >&2\nexit 1\n'
    )
    dying.chmod(0o755)
    with pytest.raises(BridgeError) as caught:
        SwiftEngine().introspect(str(dying))
    assert caught.value.code == "engine-broken"
    assert "does not start: ImportError: no libfoo. Repair" in str(caught.value)


def test_an_interpreter_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(BridgeError) as caught:
        SwiftEngine().introspect(str(tmp_path / "gone"))
    assert caught.value.code == "interpreter-not-found"
