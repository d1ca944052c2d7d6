"""The English words for what a preflight has to say; the editor has its own, by the same codes and values."""

from collections.abc import Mapping

from tunewright_bridge.protocol.checkpoint import FileProblem, PreflightCheck, PreflightCode

_PROBLEMS: dict[FileProblem, str] = {
    "missing": "is missing",
    "empty": "is empty",
    "truncated": "is cut off",
    "damaged": "is damaged",
    "not-readable": "cannot be read",
    "another-step": "belongs to another step",
}

# `{name}` stands for one of the values; `{problem}` for the words above.
_TEXTS: Mapping[PreflightCode, str] = {
    "checkpoint-incomplete": "the checkpoint lacks {files}",
    "weights-damaged": "{file} {problem}, and it holds the weights",
    "weights-only": "the checkpoint holds no optimizer: optimizer and learning rate schedule begin anew",
    "optimizer-unreadable": "{file} {problem}, and it holds the optimizer; the weights alone can still be taken",
    "scheduler-unreadable": "{file} {problem}, and it holds the learning rate schedule; "
    "the weights alone can still be taken",
    "random-state-unreadable": "{file} {problem}, and it holds the state of the random generators; "
    "the weights alone can still be taken",
    "trainer-state-unreadable": "{file} {problem}, and it says how far the training was",
    "arguments-differ": "it would be trained with other values of {keys}",
    "world-size-differs": "{ofCheckpoint} processes have trained it and {ofAttempt} would go on",
    "dataset-changed": "{path} has changed since the training began",
    "dataset-missing": "{path} is no longer there",
    "already-finished": "the training has reached its last step, {maxSteps}; raise max_steps to train on",
}


def preflight_text(check: PreflightCheck) -> str:
    """One finding as a part of a sentence."""
    values = dict(check.values)
    values["problem"] = next(
        (words for problem, words in _PROBLEMS.items() if problem == values.get("problem")), "is not as it should be"
    )
    text = _TEXTS[check.code].format_map(values)
    return f"{text} ({values['detail']})" if values.get("detail") else text
