"""English words for every kind of alert; those of known failures stand in failure_table.py, of changes in advice.py."""

from collections.abc import Mapping
from dataclasses import dataclass

from tunewright_bridge.protocol.alert import Alert, AlertKind
from tunewright_bridge.supervise.health.advice import ADVICE
from tunewright_bridge.supervise.health.failure_table import KNOWN_FAILURES


@dataclass(frozen=True, slots=True)
class KindText:
    """`{name}` stands for a value of the alert."""

    title: str
    meaning: str
    next_step: str
    # Values that every alert of this kind has.
    values: tuple[str, ...] = ()


KINDS: Mapping[AlertKind, KindText] = {
    "nan": KindText(
        "Not a number",
        "{series} is {value} since step {step}. Weights that were updated with it are spoiled.",
        "Stop, and resume from the checkpoint before step {step} with a lower learning_rate, more warmup_steps "
        "or a lower "
        "max_grad_norm; with float16 try bfloat16.",
        ("series", "value", "step"),
    ),
    "zero_loss": KindText(
        "Loss is exactly 0",
        "The loss is exactly 0 since step {step}: nothing is learned.",
        "Look at the first sample that the log shows under [LABELS]: if all of it is masked, template or "
        "max_length do not "
        "fit the data. If logging_nan_inf_filter is on, it may hide a loss that is not a number.",
        ("step", "nanIsHidden"),
    ),
    "divergence": KindText(
        "Loss runs away",
        "{series} is at {value} since step {step}; it was at {usual} before.",
        "Stop, and resume from the checkpoint before step {step} with a lower learning_rate or longer warm-up.",
        ("series", "value", "usual", "step"),
    ),
    "hang": KindText(
        "No step any more",
        "Nothing was logged for {minutes} minutes, after step {step}.",
        "Look at the end of the log and at the load of the devices. A run that hangs does not come back: stop it "
        "and resume "
        "from its last checkpoint.",
        ("minutes", "step", "usualSeconds", "expected"),
    ),
    "idle_device": KindText(
        "Device without work",
        "{device} has done nothing for {minutes} minutes while the run holds it.",
        "If the run is to use it, see whether it waits for data (more dataloader_num_workers) or for another process; "
        "otherwise leave the device to others (CUDA_VISIBLE_DEVICES).",
        ("device", "minutes"),
    ),
    "memory_growth": KindText(
        "Memory keeps growing",
        "The run's memory on the host grows by {perHour} an hour and is at {used} of {total}; it will be full in about "
        "{minutes} minutes.",
        "Lower dataloader_num_workers, look for what a plugin or reward function keeps, and save often; resuming "
        "gives the "
        "memory back.",
        ("perHour", "used", "total", "minutes"),
    ),
    "slowdown": KindText(
        "Steps have become slow",
        "A step takes {seconds} s since about step {step}; it took {usual} s before.",
        "Look whether another program uses the devices, whether they are too hot, or whether the disk of the "
        "data is slow.",
        ("seconds", "usual", "step"),
    ),
    "disk_full": KindText(
        "Disk is nearly full",
        "{free} are free where checkpoints go, and the next one takes about {needed}.",
        "Free space, lower save_total_limit, or set save_only_model: true. Training fails when a checkpoint cannot be "
        "written.",
        ("free", "needed"),
    ),
    "plateau": KindText(
        "Loss no longer falls",
        "The loss is at {value} and has not fallen since about step {step}.",
        "It may have learned what it can: compare eval_loss, stop early, or try another learning_rate.",
        ("value", "step"),
    ),
}

# When each kind is told, for the documentation.
WHEN: Mapping[AlertKind, str] = {
    "nan": "`loss`, `eval_loss` or `grad_norm` is NaN or infinite in one line. With fp16, gradient norms may be so 20 "
    "times in a row, while the scale of the loss is searched. Over after 3 finite lines.",
    "zero_loss": "`loss` is 0 in 3 lines in a row, or for 30 steps, unless it came near 0 before (learned by heart) or "
    "the training is one by reinforcement.",
    "divergence": "8 lines in a row (3 where a line stands for 10 steps or more) lie above the lowest level that the "
    "loss had: 8 robust standard deviations, half of that level and half of what training had gained. Where data "
    "come in "
    "an order it must also be above where it began. By reinforcement: `kl` above 5.",
    "hang": "No line for 5 minutes, 5 times the usual time between lines and 3 times the longest one, whichever is "
    "longest; for an hour, while there are not yet 5 lines. Where an evaluation or a checkpoint is due, 3 times the "
    "longest one before is added; before the first one nobody knows how long it takes, and 2 hours (an evaluation) "
    "or 1 "
    "hour (a checkpoint) are, or a hundred times the usual time between lines. Before the first lines of training only "
    "`stall_minutes` counts.",
    "idle_device": "A device that worked before and keeps its memory, or that the queue or CUDA_VISIBLE_DEVICES gave "
    "the run, is below 5 % load for 15 minutes and three times the usual time between lines. Where devices were given, "
    "no others are looked at.",
    "memory_growth": "The memory of the run's own processes has grown steadily in each of 6 stretches of at least 2 "
    "minutes, by 5 % of the host's memory and 1 GiB in all, and would fill the host before the run ends and within "
    "three "
    "times the time that was looked at.",
    "slowdown": "Mean and median step of the last 5 minutes (10 lines) are twice those before. Evaluations and "
    "checkpoints are left out; longer completions count as more work.",
    "disk_full": "Less is free than the last checkpoint took, or will be by the time of the next one as the disk fills "
    "now, or less than 64 MB.",
    "plateau": "Over 300 lines, an epoch and a quarter of the run the loss has fallen by less than 0.5 %, while more "
    "than a tenth of the run is left. Not for reinforcement and preferences.",
}


def alert_text(alert: Alert) -> str:
    """What an alert says, in English: the meaning and what to do next."""
    failure = next((known for known in KNOWN_FAILURES if known.id == alert.subject), None)
    if failure is not None:
        parts = [failure.meaning, failure.next_step]
    elif alert.kind in KINDS:
        parts = [KINDS[alert.kind].meaning, KINDS[alert.kind].next_step]
    else:
        parts = [alert.kind]
    names = [name for name in alert.values.get("advice", "").split(",") if name in ADVICE]
    return " ".join(filled(part, alert.values) for part in (*parts, *(ADVICE[name] for name in names)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its values; one that is missing leaves its name."""
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text
