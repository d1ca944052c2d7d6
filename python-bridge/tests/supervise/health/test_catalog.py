"""That the written catalog of alerts says what the tables say, and that the tables hang together."""

import re
from pathlib import Path
from typing import get_args

import pytest

from tunewright_bridge.protocol.alert import Alert, AlertKind
from tunewright_bridge.supervise.health.advice import ADVICE
from tunewright_bridge.supervise.health.catalog import stale_files
from tunewright_bridge.supervise.health.failure_table import KNOWN_FAILURES, KnownFailure
from tunewright_bridge.supervise.health.texts import KINDS, WHEN, alert_text

REPOSITORY = Path(__file__).parents[4]


def test_page_and_texts_are_those_of_the_tables() -> None:
    assert stale_files(REPOSITORY) == [], "run `python -m tunewright_bridge.supervise.health.catalog`"


def test_every_kind_has_words() -> None:
    told_by_table = {known.kind for known in KNOWN_FAILURES}
    assert {*KINDS, *told_by_table} == set(get_args(AlertKind))
    assert set(WHEN) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_texts_use_only_values_that_alerts_of_the_kind_have(kind: AlertKind) -> None:
    text = KINDS[kind]
    assert set(re.findall(r"{([a-zA-Z]\w*)}", text.meaning + text.next_step)) <= set(text.values)


def test_failures_have_names_of_their_own() -> None:
    ids = [known.id for known in KNOWN_FAILURES]
    assert len(set(ids)) == len(ids) >= 25


@pytest.mark.parametrize("known", KNOWN_FAILURES, ids=lambda known: known.id)
def test_texts_use_only_values_that_the_pattern_gives(known: KnownFailure) -> None:
    given = {name.rstrip("0123456789") for name in re.compile(known.pattern or "").groupindex}
    used = set(re.findall(r"{([a-z]\w*)}", known.meaning + known.next_step))
    assert used <= given


def test_a_person_reads_meaning_next_step_and_the_changes_in_their_order() -> None:
    alert = Alert(
        id="out_of_memory:cuda-out-of-memory",
        kind="out_of_memory",
        severity="alert",
        attempt=1,
        at_ms=0,
        subject="cuda-out-of-memory",
        values={
            "wanted": "2.00 GiB",
            "advice": "smaller-batch,lora",
            "batch": "8",
            "accumulation": "2",
            "newBatch": "4",
            "newAccumulation": "4",
        },
        action="notify",
    )
    text = alert_text(alert)
    assert text.startswith("A GPU has no memory left: 2.00 GiB more were asked for.")
    assert text.index("per_device_train_batch_size: 4") < text.index(ADVICE["lora"])
    assert "{" not in text
