"""How the engine's docstrings, annotations and Megatron sources are read, on small made-up classes."""

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import Any, Literal, Optional

import pytest

from tunewright_bridge.engine.swift import introspect


def test_entries_of_a_docstring_are_found_with_their_further_lines() -> None:
    docstring = """Made up.

    Args:
        rank (int): How wide. Defaults to 8.
        kinds (Literal['a', 'b']): Which one.
            Note: more about it.
        scale: Plain entry:
            - `"x"`: one
            - `"y"`: two
        empty (str):

    Returns:
        other (int): Not an argument.
    """
    assert introspect.documented_arguments(docstring) == {
        "rank": "How wide. Defaults to 8.",
        "kinds": "Which one. Note: more about it.",
        "scale": 'Plain entry:\n- `"x"`: one\n- `"y"`: two',
    }


def test_the_form_of_the_tensor_library_is_read_too() -> None:
    docstring = (
        "Made up.\n\n    Parameters:\n        rate (`float`, *optional*, defaults to 5e-5):\n            How fast.\n"
    )
    assert introspect.documented_arguments(docstring) == {"rate": "How fast."}


def test_the_nearest_class_that_says_something_wins() -> None:
    class Far:
        """Made up.

        Args:
            a: From far away.
            b: From far away.
        """

    class Near(Far):
        """Made up.

        Args:
            a: Defaults to None.
            b: From nearby.
        """

    assert introspect.class_documentation(Near) == {"a": "From far away.", "b": "From nearby."}


@pytest.mark.parametrize(
    ("hint", "members"),
    [
        (int, [int]),
        (Optional[int], [int, type(None)]),  # noqa: UP045 - the engine's own way to write it
        (int | None, [int, type(None)]),
        (Optional[Literal["a", None]], [str, type(None), type(None)]),  # noqa: UP045
        (dict | str | None, [dict, str, type(None)]),
    ],
)
def test_unions_are_taken_apart(hint: Any, members: list[type]) -> None:
    assert introspect.union_members(hint) == members


def action(**options: Any) -> argparse.Action:
    """An option of argparse."""
    return argparse.ArgumentParser().add_argument("--x", **options)


def test_the_parsers_types_count_and_not_the_annotation() -> None:
    assert introspect.value_types(action(type=float), [int, float]) == ["number"]
    assert introspect.value_types(action(type=str), [dict, str]) == ["string", "object"]
    assert introspect.value_types(action(choices=[1, 2, "auto"]), [int]) == ["integer", "string"]


def test_only_plain_and_repeatable_defaults_are_told() -> None:
    @dataclasses.dataclass
    class Made:
        plain: int = 3
        listed: list[str] = dataclasses.field(default_factory=lambda: ["a"])
        fresh: object = dataclasses.field(default_factory=object)
        infinite: float = float("inf")
        required: int = dataclasses.field(kw_only=True)

    defaults = {field.name: introspect.plain_default(field) for field in dataclasses.fields(Made)}
    missing = dataclasses.MISSING
    assert defaults == {"plain": 3, "listed": ["a"], "fresh": missing, "infinite": missing, "required": missing}


def test_equal_arguments_are_kept_once_and_in_order() -> None:
    one, other, third = {"name": "b", "x": 1}, {"name": "a"}, {"name": "b", "x": 2}
    pool, classes = introspect.pooled({"First": [one, other], "Second": [third, dict(other)]})
    assert pool == [other, one, third]
    assert classes == {"First": [0, 1], "Second": [0, 2]}


def test_classes_that_cannot_be_imported_are_read_from_their_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "swift" / "megatron" / "arguments"
    folder.mkdir(parents=True)
    (tmp_path / "swift" / "__init__.py").write_text("")
    (folder / "one.py").write_text(
        "import no_such_module\n"
        "@dataclass\nclass Mixin:\n    lr: Optional[float] = None\n    kind: Literal['a', 'b'] = 'a'\n"
        "    names: List[str] = field(default_factory=lambda: ['x'])\n"
        "    odd: SomeEnum = SomeEnum.first\n    _private: int = 1\n"
        "def helper():\n    pass\n"
    )
    (folder / "two.py").write_text(
        "from .one import Mixin\n@dataclass\nclass MegatronSftArguments(Mixin, BaseArguments):\n    lr: float = 1e-4\n"
    )

    @dataclasses.dataclass
    class BaseArguments:
        seed: int = 42

    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "swift", raising=False)
    (twin,) = introspect.megatron_classes(BaseArguments).values()
    fields = {field.name: field for field in dataclasses.fields(twin)}
    assert sorted(fields) == ["_private", "kind", "lr", "names", "odd", "seed"]
    assert introspect.plain_default(fields["lr"]) == 1e-4
    assert introspect.plain_default(fields["names"]) == ["x"]
    assert introspect.plain_default(fields["odd"]) is dataclasses.MISSING
    assert introspect.declaring_class(twin, "lr") == "MegatronSftArguments"
    assert introspect.declaring_class(twin, "kind") == "Mixin"
    assert introspect.declaring_class(twin, "seed") == "BaseArguments"
