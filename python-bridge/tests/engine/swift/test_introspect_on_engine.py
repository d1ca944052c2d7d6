"""What the engine says of itself fits the protocol, is right, and is what the bundled snapshot holds."""

import json
from pathlib import Path
from typing import Any

import pytest

from forked_engine import ForkedEngine
from tunewright_bridge.engine.swift import introspect
from tunewright_bridge.protocol.decode import decode
from tunewright_bridge.protocol.schema import EngineSchema
from tunewright_bridge.protocol.task import TASKS

pytestmark = pytest.mark.engine

SNAPSHOTS = Path(__file__).parents[4] / "server" / "schemas"


@pytest.fixture(scope="module")
def schema(forked_engine: ForkedEngine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    directory = tmp_path_factory.mktemp("schema")
    answer = directory / "schema.json"
    ended = forked_engine.run(Path(introspect.__file__), [str(answer)], working_directory=directory)
    assert ended.exit_code == 0, ended.output
    answered: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return answered


def argument(schema: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    """An argument of a class, without the engine's words."""
    described = [schema["pool"][position] for position in schema["classes"][kind]]
    (found,) = [entry for entry in described if entry["name"] == name]
    return {key: value for key, value in found.items() if key != "documentation"}


def test_the_answer_fits_the_protocol(schema: dict[str, Any]) -> None:
    # On the wire a default may be null; Python's twin cannot tell that from a default that is absent.
    pool = [{key: value for key, value in entry.items() if value is not None} for entry in schema["pool"]]
    decoded = decode(EngineSchema, {**schema, "pool": pool})
    assert sorted([*decoded.tasks, "download"]) == sorted(TASKS)
    assert set(decoded.tasks.values()) <= set(decoded.classes)


def test_every_class_and_registry_is_complete(schema: dict[str, Any]) -> None:
    assert len(schema["classes"]) == 16
    assert len(schema["classes"]["SftArguments"]) > 300
    assert len(schema["classes"]["RLHFArguments"]) > 450
    assert len(schema["classes"]["MegatronSftArguments"]) > 400
    counts = {name: len(entries) for name, entries in schema["registries"].items()}
    assert counts["modelTypes"] > 200
    assert counts["models"] > 1000
    assert counts["templates"] > 200
    assert counts["datasets"] > 150
    assert counts["benchmarks"] > 200


@pytest.mark.parametrize(
    ("kind", "name", "expected"),
    [
        ("SftArguments", "dataset", "string list = [] in DataArguments"),
        ("SftArguments", "learning_rate", "number? = null in SftArguments"),
        ("SftArguments", "max_steps", "integer = -1 in TrainingArguments"),
        ("SftArguments", "packing", "boolean = false in BaseArguments"),
        ("SftArguments", "model_kwargs", "string|object? = null in BaseArguments"),
        ("SftArguments", "target_modules", 'string list = ["all-linear"] in TunerArguments'),
        ("SftArguments", "torch_dtype", "string? of bfloat16,float16,float32,None = null in ModelArguments"),
        ("SftArguments", "quant_bits", "integer|string? of 1,2,3,4,8,float8 = null in QuantizeArguments"),
        ("SftArguments", "save_strategy", 'string of no,steps,epoch,best = "steps" in TrainingArguments'),
        ("ExportArguments", "quant_method", "string? of awq,gptq,bnb,fp8,gptq_v2 = null in ExportArguments"),
        ("MegatronSftArguments", "max_length", "integer? = null in TemplateArguments"),
        ("MegatronSftArguments", "recompute_modules", 'string list = ["core_attn"] in MegatronArguments'),
        ("MegatronRLHFArguments", "rlhf_type", 'string of dpo,kto,grpo,gkd,rm = "dpo" in MegatronRLHFArguments'),
    ],
)
def test_an_argument_is_described_as_the_parser_takes_it(
    schema: dict[str, Any], kind: str, name: str, expected: str
) -> None:
    found = argument(schema, kind, name)
    written = "|".join(found["types"]) + ("?" if found["isNullable"] else "") + (" list" if found["isList"] else "")
    if "choices" in found:
        written += " of " + ",".join(map(str, found["choices"]))
    assert f"{written} = {json.dumps(found['default'])} in {found['declaredIn']}" == expected


@pytest.mark.parametrize("name", ["tuner_type", "lr_scheduler_type", "attn_impl", "fsdp"])
def test_arguments_that_take_any_text_have_no_choices(schema: dict[str, Any], name: str) -> None:
    assert "choices" not in argument(schema, "SftArguments", name)


def test_most_arguments_come_with_the_engines_words(schema: dict[str, Any]) -> None:
    described = [schema["pool"][position] for position in schema["classes"]["SftArguments"]]
    assert sum("documentation" in entry for entry in described) > 0.95 * len(described)


def test_the_snapshot_holds_the_same_facts_and_none_of_the_words(schema: dict[str, Any]) -> None:
    path = SNAPSHOTS / f"engine-{schema['engineVersion']}.json"
    text = path.read_text(encoding="utf-8")
    facts = {
        **schema,
        "pool": [{key: value for key, value in entry.items() if key != "documentation"} for entry in schema["pool"]],
    }
    assert json.loads(text) == facts, "Run `npm run snapshot` and commit the result."
    words = [entry["documentation"] for entry in schema["pool"] if len(entry.get("documentation", "")) > 40]
    assert len(words) > 300
    assert [sentence for sentence in words if sentence[:40] in text] == []
