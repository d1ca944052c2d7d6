"""Which target is chosen, and what is said of a `targets.yaml` that cannot be used."""

from pathlib import Path

import pytest

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.executors.targets import choose_target, user_targets_file


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return [tmp_path / "workspace.yaml", tmp_path / "user.yaml"]


def test_without_a_file_it_is_this_machine(files: list[Path]) -> None:
    chosen = choose_target(None, files)
    assert (chosen.name, chosen.host) == (None, "local")


def test_the_workspace_wins_over_the_user_and_a_name_over_the_default(files: list[Path]) -> None:
    files[0].write_text("default: box\ntargets:\n  box: {host: box-a}\n")
    files[1].write_text("default: other\ntargets:\n  box: {host: box-b}\n  other: {host: box-c}\n")
    assert choose_target(None, files).host == "box-a"
    assert choose_target("other", files).host == "box-c"
    assert choose_target("local", files).host == "local"


def test_an_unknown_name_is_answered_with_the_known_ones(files: list[Path]) -> None:
    files[0].write_text("targets:\n  box: {host: box-a}\n")
    with pytest.raises(BridgeError) as caught:
        choose_target("bax", files)
    assert (caught.value.code, caught.value.values) == ("target-unknown", {"name": "bax", "known": "box, local"})


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("targets: [", "config-not-readable", "line 1"),
        ("", "config-not-readable", "it is empty"),
        ("targets: !!bool perhaps", "config-not-readable", "does not fit its tag"),
        ("a: " + "[" * 2000, "config-not-readable", "nested too deeply"),
        ("- a", "config-not-readable", "it holds a list"),
        ("targets: {a: {hots: b}}", "config-invalid", "targets.a.hots"),
        ("targets: {a: {executor: cron}}", "config-invalid", "targets.a.executor"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_place(files: list[Path], text: str, code: str, part: str) -> None:
    files[1].write_text(text)
    with pytest.raises(BridgeError) as caught:
        choose_target(None, files)
    assert caught.value.code == code
    assert part in caught.value.values["reason"]
    assert caught.value.values["path"] == str(files[1])


def test_the_users_file_is_where_configuration_belongs() -> None:
    assert user_targets_file({"XDG_CONFIG_HOME": "/x"}) == Path("/x/tunewright/targets.yaml")
    assert user_targets_file({}).parts[-3:] == (".config", "tunewright", "targets.yaml")
