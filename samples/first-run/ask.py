"""Asks the tuned model the held-out questions, or one of your own.

Run it with the engine's interpreter: `python ask.py CHECKPOINT` or `python ask.py CHECKPOINT "What is the capital of
Peru?"`. CHECKPOINT is a `checkpoint-N` folder of a run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(checkpoint: str, question: str | None) -> int:
    answer = answerer(checkpoint)
    if question is not None:
        print(answer(question))
        return 0
    rows = [json.loads(line)["messages"] for line in (HERE / "data" / "val.jsonl").read_text("utf-8").splitlines()]
    right = 0
    for asked, expected in rows:
        said = answer(asked["content"])
        is_right = said == expected["content"]
        right += is_right
        print(f"{'right' if is_right else 'wrong'}  {asked['content']}  ->  {said}")
    print(f"{right} of {len(rows)} right")
    return 0


def answerer(checkpoint: str):
    """A function from a question to what the model says."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(checkpoint)
    model = AutoModelForCausalLM.from_pretrained(checkpoint).eval()

    def answer(question: str) -> str:
        turns = [{"role": "user", "content": question}]
        inputs = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        with torch.no_grad():
            output = model.generate(**inputs, max_new_tokens=48, do_sample=False)
        return str(tokenizer.decode(output[0][inputs["input_ids"].shape[1] :], skip_special_tokens=True)).strip()

    return answer


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None))
