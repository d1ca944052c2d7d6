"""That no healthy run that was really recorded raises an alert, at any speed, and that each sick one raises its own."""

from dataclasses import dataclass

import pytest

from supervise.health.live_health import PROMISED_SECONDS
from supervise.health.recipes import HEALTHY, SICK
from supervise.health.replay import RECORDED, replay
from tunewright_bridge.protocol.alert import AlertKind
from tunewright_bridge.supervise.health.texts import KINDS

# Times of the recordings, multiplied: steps of a few milliseconds to steps of minutes.
SPEEDS = (0.2, 1.0, 15.0, 120.0)


@dataclass(frozen=True)
class Expected:
    """What a sick run must raise; nothing else may come before it."""

    kind: AlertKind
    subject: str | None = None


EXPECTED: dict[str, Expected] = {
    "diverging-to-nan": Expected("nan", "loss"),
    "nan-behind-the-filter": Expected("nan", "grad_norm"),
    "half-precision": Expected("nan", "loss"),
    "diverging-at-once": Expected("divergence", "loss"),
    "diverging-late": Expected("divergence", "loss"),
    "killed-by-memory-limit": Expected("engine_failure", "killed"),
    "no-address-space": Expected("out_of_memory", "host-out-of-memory"),
    "port-in-use": Expected("engine_failure", "port-in-use"),
    "no-such-model": Expected("engine_failure", "hub-unreachable"),
    "no-such-model-hf": Expected("engine_failure", "hub-unreachable"),
    "unknown-template": Expected("engine_failure", "template-unknown"),
    "unknown-argument": Expected("engine_failure", "unknown-argument"),
    "kto-batch-of-one": Expected("engine_failure", "batch-of-one"),
    "wrong-columns": Expected("engine_failure", "dataset-left-out"),
    "streaming-without-steps": Expected("engine_failure", "streaming-needs-max-steps"),
    "no-flash-attention": Expected("engine_failure", "flash-attention-missing"),
    "no-bitsandbytes": Expected("engine_failure", "bitsandbytes-unusable"),
    "no-deepspeed": Expected("engine_failure", "package-missing"),
    "no-swanlab": Expected("engine_failure", "package-missing"),
    "no-liger": Expected("engine_failure", "package-missing"),
    "no-vllm": Expected("engine_failure", "package-missing"),
    "nothing-fits": Expected("engine_failure", "dataset-left-out"),
    "dpo-without-rejected": Expected("engine_failure", "dataset-left-out"),
    "unknown-tuner": Expected("engine_failure", "wrong-value"),
    "bfloat16-without-gpu": Expected("engine_failure", "bf16-unsupported"),
    "packing-without-flash-attention": Expected("engine_failure", "flash-attention-missing"),
}


def test_everything_recorded_is_tested() -> None:
    stems = {path.stem for path in RECORDED.glob("*.jsonl")}
    assert stems == {*HEALTHY, *SICK}
    assert set(SICK) == {*EXPECTED, "hanging", "hanging-ddp", "disk-full"}


@pytest.mark.parametrize("slower", SPEEDS)
@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_run_raises_nothing(name: str, slower: float) -> None:
    assert replay(name, slower=slower).told == {}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sick_run_raises_its_alert(name: str) -> None:
    expected = EXPECTED[name]
    told = replay(name).told
    assert {(symptom.kind, symptom.subject) for _, symptom in told.values()} >= {(expected.kind, expected.subject)}
    assert next(iter(told.values()))[1].kind == expected.kind


@pytest.mark.parametrize("name", ["diverging-to-nan", "nan-behind-the-filter"])
def test_a_nan_is_told_within_seconds_of_its_line(name: str) -> None:
    result = replay(name)
    at, symptom = result.first("nan")
    assert symptom.step is not None
    assert at - result.line_times[symptom.step] <= PROMISED_SECONDS


def test_a_nan_that_the_engine_hides_is_seen_as_a_loss_of_zero() -> None:
    _, symptom = replay("nan-behind-the-filter").first("zero_loss")
    assert symptom.values["nanIsHidden"] == "yes"


@pytest.mark.parametrize("name", ["hanging", "hanging-ddp"])
def test_a_run_that_was_halted_hangs(name: str) -> None:
    assert replay(name).told == {}
    result = replay(name, silence=600.0)
    assert result.kinds() == {"hang"}
    quicker = replay(name, silence=600.0, stall_seconds=20.0)
    assert quicker.first("hang")[0] < result.first("hang")[0] - 120


def test_a_full_disk_is_told_before_the_checkpoint_that_does_not_fit() -> None:
    result = replay("disk-full")
    assert [symptom.kind for _, symptom in result.told.values()] == ["disk_full", "engine_failure"]
    assert "engine_failure:no-space-left" in result.told


@pytest.mark.parametrize("name", [name for name in SICK if name not in EXPECTED or EXPECTED[name].kind in KINDS])
def test_alerts_have_the_values_that_their_texts_need(name: str) -> None:
    for _, symptom in replay(name, silence=600.0).told.values():
        if symptom.kind in KINDS:
            assert set(symptom.values) == set(KINDS[symptom.kind].values)
