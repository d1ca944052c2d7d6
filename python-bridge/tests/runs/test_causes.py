"""That every cause has words, and that none is made with values which those words do not know."""

from typing import get_args

import pytest

from tunewright_bridge.protocol.alert import AlertKind
from tunewright_bridge.protocol.run import RunCause, RunCauseCode
from tunewright_bridge.runs.causes import CAUSE_CODES, cause, cause_text, values_of


@pytest.mark.parametrize("code", CAUSE_CODES)
def test_every_cause_says_all_that_it_knows(code: RunCauseCode) -> None:
    required, optional = values_of(code)
    whole = {name: f"<{name}>" for name in required | optional}
    text = cause_text(cause(code, **whole))
    assert all(value in text for value in whole.values())
    bare = cause_text(cause(code, **{name: whole[name] for name in required}))
    assert not set("{}[]?") & set(bare + text)


@pytest.mark.parametrize("code", CAUSE_CODES)
def test_a_cause_is_not_made_with_other_values(code: RunCauseCode) -> None:
    required, _ = values_of(code)
    with pytest.raises(ValueError, match=code):
        cause(code, **dict.fromkeys(required, "x"), other="y")
    for name in required:
        with pytest.raises(ValueError, match=name):
            cause(code, **dict.fromkeys(required - {name}, "x"))


def test_a_retry_says_where_it_goes_on_if_it_does() -> None:
    assert cause_text(cause("retry", attempt=1, seconds=10.0)) == "attempt 1 ended early; the next one starts in 10 s"
    assert cause_text(cause("retry", attempt=1, seconds=0.5, step=40)).endswith("in 0.5 s from step 40")


@pytest.mark.parametrize("kind", get_args(AlertKind))
def test_an_alert_that_stops_a_run_is_put_into_words(kind: AlertKind) -> None:
    text = cause_text(cause("stopped-by-alert", kind=kind))
    assert "_" not in text
    assert not text.endswith(kind)


def test_a_cause_that_lacks_a_value_can_be_read_all_the_same() -> None:
    assert cause_text(RunCause(code="stopped", values={})) == "stopped by ?"


def test_what_a_value_says_is_never_taken_for_a_place_of_another() -> None:
    assert cause_text(cause("engine-error", error="bad {exitCode} [x{by}]", exitCode=1)) == (
        "bad {exitCode} [x{by}] (exit code 1)"
    )
