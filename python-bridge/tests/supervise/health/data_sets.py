"""Data sets for recorded runs, made from the sample's own: one for each way of training."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def write_data_sets(workspace: Path) -> None:
    """Writes them into `<workspace>/data`."""
    data = workspace / "data"
    rows = [json.loads(line) for line in (data / "train.jsonl").read_text().splitlines()]
    questions = [row["messages"][0]["content"] for row in rows]
    answers = [row["messages"][1]["content"] for row in rows]
    others = answers[7:] + answers[:7]
    pairs = list(zip(questions, answers, others, strict=True))
    _write(data / "dpo.jsonl", ({"messages": _talk(q, a), "rejected_response": o} for q, a, o in pairs))
    _write(
        data / "kto.jsonl",
        ({"messages": _talk(q, a if i % 2 else o), "label": bool(i % 2)} for i, (q, a, o) in enumerate(pairs)),
    )
    _write(data / "grpo.jsonl", ({"messages": [{"role": "user", "content": q}], "solution": a} for q, a, _ in pairs))
    _write(data / "pt.jsonl", ({"messages": [{"role": "assistant", "content": f"{q} {a}"}]} for q, a, _ in pairs))
    # First what is short and easy, then what is long: unshuffled, the loss makes a step.
    easy = [{"messages": _talk("Say yes.", "Yes.")}] * 200
    hard = [{"messages": _talk(q, f"{a} {o} {a}")} for q, a, o in pairs]
    _write(data / "easy-then-hard.jsonl", [*easy, *hard])
    _write(data / "wrong-columns.jsonl", ({"left": q, "right": a} for q, a, _ in pairs))
    _write(data / "big-validation.jsonl", rows * 4)


def _talk(question: str, answer: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
