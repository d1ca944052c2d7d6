"""The doctor names what stands between a machine and a run, each thing on its own, and quickly."""

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from tunewright_bridge.protocol.tool import DoctorAdviceCode, DoctorCheck, DoctorCode
from tunewright_bridge.tools import doctor as doctor_module
from tunewright_bridge.tools import findings
from tunewright_bridge.tools.doctor import CHECKS, Check, Subject, doctor
from tunewright_bridge.tools.environment import Pin, Probe
from tunewright_bridge.tools.findings import Finding, advice_text, finding_text

HEALTHY = Probe(
    interpreter="/env/bin/python",
    python_version="3.11.7",
    packages={"ms-swift": "4.6.0", "torch": "2.15.0", "transformers": "5.19.0", "trl": "0.29.1", "msgspec": "0.22"},
    torch_build={"cuda": "13.2"},
)


@pytest.fixture
def examine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Probe], dict[str, DoctorCheck]]:
    """The checks by id, for an interpreter that answers as given."""

    def examined(answer: Probe) -> dict[str, DoctorCheck]:
        monkeypatch.setattr(doctor_module, "probe", lambda _: answer)
        return {check.id: check for check in doctor("/env/bin/python").checks}

    return examined


Examine = Callable[[Probe], dict[str, DoctorCheck]]


def test_a_healthy_environment_passes(examine: Examine) -> None:
    checks = examine(HEALTHY)
    assert {name: checks[name].status for name in ("interpreter", "python", "engine", "torch", "pins", "grpo")} == (
        dict.fromkeys(("interpreter", "python", "engine", "torch", "pins", "grpo"), "ok")
    )
    assert finding_text(checks["torch"]) == "torch 2.15.0, built for CUDA 13.2."
    assert checks["evaluator"].status == "warning"


def test_without_an_interpreter_what_depends_on_it_is_skipped() -> None:
    checks = {check.id: check for check in doctor(None).checks}
    assert [checks[name].status for name in ("interpreter", "python", "engine", "torch")] == ["skipped"] * 4
    assert checks["bridge"].status == "ok"
    assert checks["disk"].status in ("ok", "warning", "failed")


def test_an_interpreter_that_does_not_answer_fails_once(examine: Examine) -> None:
    checks = examine(Probe("/x", problem=Finding("interpreter-silent", {"seconds": "20"})))
    assert checks["interpreter"].status == "failed"
    assert finding_text(checks["interpreter"]) == "It did not answer within 20 s."
    assert checks["engine"].status == "skipped"


@pytest.mark.parametrize(
    ("answer", "check", "status", "says"),
    [
        (Probe("/x", python_version="3.9.1"), "python", "failed", "3.9.1 is too old"),
        (Probe("/x", python_version="3.12.1"), "engine", "failed", "is not installed"),
        (Probe("/x", python_version="3.12.1"), "torch", "failed", "torch is not installed"),
        (
            Probe("/x", packages={"ms-swift": "4.6.0"}, engine_failure="OSError: x"),
            "engine",
            "failed",
            "does not start: OSError: x",
        ),
        (Probe("/x", packages={"ms-swift": "3.9.1"}), "engine", "warning", "older than 4"),
        (Probe("/x", packages={"torch": "2.15.0"}, torch_build={}), "torch", "ok", "built for"),
        (
            Probe("/x", packages={"ms-swift": "4.6.0"}, pins=(Pin("trl", "<1.0", "1.2"), Pin("peft", "any version"))),
            "pins",
            "warning",
            "asks for trl<1.0; installed is trl 1.2. It also needs peft.",
        ),
        (
            Probe("/x", packages={"ms-swift": "4.6.0"}, pins=(Pin("trl", "<1.0", "1.2"), Pin("peft", ">=0.11", "0.9"))),
            "pins",
            "warning",
            "asks for trl<1.0, peft>=0.11; installed is trl 1.2, peft 0.9.",
        ),
        (
            Probe("/x", packages={"ms-swift": "4.6.0"}, pins=(Pin("peft", ">=0.11"),)),
            "pins",
            "warning",
            "also needs peft>=0.11.",
        ),
        (Probe("/x", packages={"trl": "0.29"}), "grpo", "warning", "needs msgspec"),
    ],
)
def test_each_trouble_is_named_with_a_next_step(
    examine: Examine, answer: Probe, check: str, status: str, says: str
) -> None:
    found = examine(answer)[check]
    assert found.status == status
    assert says in finding_text(found)
    assert (found.next is not None) == (status != "ok")


def test_the_next_step_for_pins_can_be_pasted(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Probe("/x", packages={"ms-swift": "4.6.0"}, pins=(Pin("trl", "<1.0", "1.2"), Pin("peft", "any version")))
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert next_line(examine(answer)["pins"]) == "/x -m pip install 'trl<1.0' 'peft'"
    monkeypatch.setattr("shutil.which", lambda _: "/bin/uv")
    assert next_line(examine(answer)["pins"]) == "uv pip install --python /x 'trl<1.0' 'peft'"


def next_line(check: DoctorCheck) -> str | None:
    return None if check.next is None else advice_text(check.next)


def test_a_check_that_breaks_takes_only_itself_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(_: Subject) -> DoctorCheck:
        raise OSError("the disk is gone")

    monkeypatch.setattr(doctor_module, "CHECKS", (Check("disk", break_down), *CHECKS[:1]))
    broken, healthy = doctor(None).checks
    assert (broken.status, finding_text(broken)) == ("failed", "The check itself failed: the disk is gone.")
    assert healthy.status == "ok"


def test_checks_have_distinct_ids() -> None:
    assert len({check.id for check in CHECKS}) == len(CHECKS)


def test_the_disk_is_the_one_on_which_models_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "models" / "hub"))
    (found,) = (check for check in doctor(None).checks if check.id == "disk")
    assert f"on the disk of {tmp_path}, where" in finding_text(found)


def test_every_code_has_words() -> None:
    assert set(findings._TEXTS) == set(get_args(DoctorCode))
    assert set(findings._ADVICE_TEXTS) == set(get_args(DoctorAdviceCode))


def test_every_finding_of_this_machine_has_all_its_values() -> None:
    for interpreter in (None, sys.executable):
        for check in doctor(interpreter).checks:
            # Raises KeyError where a value is not there.
            assert finding_text(check)
            assert check.next is None or next_line(check)


def test_a_real_interpreter_is_examined_without_importing_what_is_slow(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    doctor(sys.executable)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # A fifth of a second; torch alone takes three. Of the processor's time, which others do not use up.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3.0
