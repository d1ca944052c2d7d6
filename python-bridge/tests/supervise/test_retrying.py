"""Whether one more attempt follows, by what the attempts before came to; no process is needed to say so."""

import pytest

from tunewright_bridge.protocol.run import RunCause
from tunewright_bridge.runs.causes import cause, cause_text
from tunewright_bridge.supervise.endings import End
from tunewright_bridge.supervise.retrying import RETRIES_AFTER_ALERT, Enough, PastAttempt, Retry, decide
from tunewright_bridge.supervise.stopping import Patience

PATIENCE = Patience()
KILLED = cause("killed")
ALERT = cause("stopped-by-alert", kind="nan")


def past(*steps: int | None, why: RunCause = KILLED) -> list[PastAttempt]:
    """Attempts that reached these steps, each but the first begun by itself."""
    return [PastAttempt(cause=why, step=step, is_retry=index > 0) for index, step in enumerate(steps)]


def after(
    end: End, attempts: list[PastAttempt], *, retries: int | None = 3, resumes_by_alert: bool = False
) -> Retry | Enough:
    return decide(end, attempts, retries=retries, resumes_by_alert=resumes_by_alert, patience=PATIENCE)


def code_of(decision: Retry | Enough) -> str | None:
    assert isinstance(decision, Enough)
    return None if decision.end.cause is None else decision.end.cause.code


@pytest.mark.parametrize(("steps", "seconds"), [([5], 10), ([5, 9], 20), ([5, 9, 12], 40)])
def test_each_retry_waits_twice_as_long_as_the_one_before(steps: list[int], seconds: float) -> None:
    assert after(End("failed", KILLED), past(*steps)) == Retry(seconds)


def test_no_retry_waits_longer_than_ten_minutes() -> None:
    assert after(End("failed", KILLED), past(*range(100)), retries=1000) == Retry(600)


@pytest.mark.parametrize("end", [End("succeeded"), End("cancelled", cause("stopped", by="you"))])
def test_what_ended_well_or_was_ended_is_not_tried_again(end: End) -> None:
    assert after(end, past(5)) == Enough(end)


def test_a_run_that_nobody_saw_end_is_tried_again() -> None:
    assert after(End("lost", cause("restarted")), past(5)) == Retry(10)


@pytest.mark.parametrize("retries", [0, None])
def test_a_run_without_retries_keeps_its_cause(retries: int | None) -> None:
    assert after(End("failed", KILLED), past(5), retries=retries) == Enough(End("failed", KILLED))


def test_retries_that_are_used_up_say_how_it_failed() -> None:
    failure = cause("exit-code", exitCode=3)
    decision = after(End("failed", failure), past(1, 2, 3, 4, why=failure))
    assert isinstance(decision, Enough)
    assert decision.end.cause == RunCause(
        code="retries-used-up",
        values={"count": "3", "failure": cause_text(failure), "failureCode": "exit-code", "exitCode": "3"},
    )


def test_a_person_who_resumes_gives_all_retries_anew() -> None:
    attempts = [*past(1, 2, 3), PastAttempt(cause=KILLED, step=4, is_retry=False)]
    assert after(End("failed", KILLED), attempts) == Retry(10)


def test_the_same_failure_at_the_same_step_is_enough() -> None:
    assert code_of(after(End("failed", KILLED), past(7, 7))) == "same-failure"


def test_the_same_failure_at_another_step_is_not() -> None:
    assert isinstance(after(End("failed", KILLED), past(7, 8)), Retry)


def test_another_failure_at_the_same_step_is_not() -> None:
    attempts = [*past(7), PastAttempt(cause=cause("signal", signal="SIGSEGV"), step=7, is_retry=True)]
    assert isinstance(after(End("failed", KILLED), attempts), Retry)


def test_numbers_in_a_message_make_no_other_failure() -> None:
    def message(process: int) -> RunCause:
        return cause("engine-error", error=f"RuntimeError: worker (pid {process}) at 0x7f{process:x}", exitCode=1)

    attempts = [
        PastAttempt(cause=message(101), step=7, is_retry=False),
        PastAttempt(cause=message(20222), step=7, is_retry=True),
    ]
    assert code_of(after(End("failed", message(20222)), attempts)) == "same-failure"


def test_a_person_who_resumes_what_failed_twice_may_have_changed_something() -> None:
    attempts = [*past(7), PastAttempt(cause=KILLED, step=7, is_retry=False)]
    assert isinstance(after(End("failed", KILLED), attempts), Retry)


@pytest.mark.parametrize("code", ["secret-missing", "supervisor-not-started"])
def test_what_no_attempt_can_help_is_not_tried_again(code: str) -> None:
    hopeless = (
        cause("secret-missing", name="X") if code == "secret-missing" else cause("supervisor-not-started", reason="x")
    )
    assert code_of(after(End("failed", hopeless), past(None))) == code


def test_an_alert_resumes_a_few_times_where_the_config_names_no_number() -> None:
    end = End("cancelled", ALERT)
    steps = range(1, RETRIES_AFTER_ALERT + 2)
    for used in range(RETRIES_AFTER_ALERT):
        attempts = past(*steps[: used + 1], why=ALERT)
        assert isinstance(after(end, attempts, retries=None, resumes_by_alert=True), Retry)
    last = after(end, past(*steps, why=ALERT), retries=None, resumes_by_alert=True)
    assert code_of(last) == "retries-used-up"
    assert isinstance(last, Enough)
    assert last.end.state == "failed"


def test_an_alert_only_stops_where_the_config_forbids_retries() -> None:
    end = End("cancelled", ALERT)
    assert after(end, past(5), retries=0, resumes_by_alert=True) == Enough(end)
