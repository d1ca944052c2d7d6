"""Makes the sample's model: a tiny Qwen2 with random weights and a tokenizer trained on the sample's own text.

Run it with the engine's interpreter: `python make_model.py`. It writes `model/` beside itself and does nothing where
that is in place. The result is the same every time.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODEL = HERE / "model"
STAMP = "made-from.txt"

VOCABULARY_SIZE = 640
HIDDEN_SIZE = 128
LAYERS = 3
HEADS = 2  # 64 wide each: some servers know no narrower ones
SEED = 7

END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def main() -> None:
    texts = sample_texts()
    stamp = hashlib.sha256(Path(__file__).read_bytes() + "\n".join(texts).encode()).hexdigest()
    stamp_path = MODEL / STAMP
    if stamp_path.is_file() and stamp_path.read_text() == stamp:
        print(f"{MODEL} is in place")
        return
    making = HERE / "model.partial"
    shutil.rmtree(making, ignore_errors=True)
    tokenizer = save_tokenizer(texts, making)
    parameters = save_model(tokenizer, making)
    (making / STAMP).write_text(stamp)
    shutil.rmtree(MODEL, ignore_errors=True)
    making.rename(MODEL)
    print(f"made {MODEL}: {parameters:,} parameters, {len(tokenizer)} tokens")


def sample_texts() -> list[str]:
    """Every message of the data set, in order."""
    rows = [json.loads(line) for line in (HERE / "data" / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    return [message["content"] for row in rows for message in row["messages"]]


def save_tokenizer(texts: list[str], folder: Path):
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=[END_OF_TEXT, TURN_START, TURN_END],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    core.train_from_iterator([*texts, "system\nuser\nassistant\n"], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=core, eos_token=TURN_END, pad_token=END_OF_TEXT)
    tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(folder)
    return tokenizer


def save_model(tokenizer, folder: Path) -> int:
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(SEED)
    config = Qwen2Config(
        vocab_size=VOCABULARY_SIZE,
        hidden_size=HIDDEN_SIZE,
        intermediate_size=3 * HIDDEN_SIZE,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=1,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = Qwen2ForCausalLM(config)
    model.save_pretrained(folder)
    return sum(parameter.numel() for parameter in model.parameters())


if __name__ == "__main__":
    main()
