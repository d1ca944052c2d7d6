"""Says what stands between this machine and a run: one function a check, each of them quick and on its own."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tunewright_bridge.protocol.tool import DoctorAdvice, DoctorCheck, DoctorCode, DoctorReport
from tunewright_bridge.tools.environment import Pin, Probe, is_too_old, probe

# Room for one small model and its checkpoints.
_DISK_WANTED_BYTES = 10 << 30
_DISK_NEEDED_BYTES = 1 << 30


class Subject:
    """What is examined: an interpreter, asked at most once, or none where none is chosen."""

    def __init__(self, interpreter: str | None) -> None:
        self.interpreter = interpreter

    @cached_property
    def probe(self) -> Probe | None:
        """What the interpreter says of itself; None where none is chosen."""
        return None if self.interpreter is None else probe(self.interpreter)

    @property
    def answer(self) -> Probe | None:
        """The same, where the interpreter answered at all."""
        return None if self.probe is None or self.probe.problem is not None else self.probe


@dataclass(frozen=True, slots=True)
class Check:
    """A check by its id; `examine` may raise, and takes nobody with it."""

    id: str
    examine: Callable[[Subject], DoctorCheck]


def doctor(interpreter: str | None) -> DoctorReport:
    """Every check, in the order in which problems are best solved. Never raises."""
    subject = Subject(interpreter)
    return DoctorReport(checks=[_examined(check, subject) for check in CHECKS])


def _examined(check: Check, subject: Subject) -> DoctorCheck:
    try:
        return check.examine(subject)
    except Exception as error:  # noqa: BLE001 - a check that breaks must not hide the others
        return DoctorCheck(id=check.id, status="failed", code="check-broken", values={"reason": str(error)})


def check_bridge(_: Subject) -> DoctorCheck:
    version = ".".join(map(str, sys.version_info[:3]))
    values = {"version": version, "path": sys.executable}
    return DoctorCheck(id="bridge", status="ok", code="bridge-runs", values=values)


def check_interpreter(subject: Subject) -> DoctorCheck:
    found = subject.probe
    advice = DoctorAdvice(code="choose-interpreter", values={})
    if found is None:
        return DoctorCheck(id="interpreter", status="skipped", code="interpreter-not-chosen", values={}, next=advice)
    if found.problem is not None:
        code, values = found.problem.code, dict(found.problem.values)
        return DoctorCheck(id="interpreter", status="failed", code=code, values=values, next=advice)
    values = {"interpreter": found.interpreter}
    return DoctorCheck(id="interpreter", status="ok", code="interpreter-answers", values=values)


def check_python(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None:
        return _skipped("python", "interpreter-needed")
    values = {"version": found.python_version or ""}
    if is_too_old(found.python_version):
        return DoctorCheck(
            id="python",
            status="failed",
            code="python-too-old",
            values=values,
            next=DoctorAdvice(code="make-environment", values={}),
        )
    return DoctorCheck(id="python", status="ok", code="python-found", values=values)


def check_engine(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None:
        return _skipped("engine", "interpreter-needed")
    version = found.packages.get("ms-swift")
    if version is None:
        return DoctorCheck(
            id="engine",
            status="failed",
            code="engine-not-installed",
            values={"interpreter": found.interpreter},
            next=_installation(found, "ms-swift torch"),
        )
    if found.engine_failure is not None:
        return DoctorCheck(
            id="engine",
            status="failed",
            code="engine-broken",
            values={"version": version, "reason": found.engine_failure},
            next=DoctorAdvice(code="install-anew", values={}),
        )
    values = {"version": version}
    if int(version.split(".")[0]) < 4:
        return DoctorCheck(
            id="engine",
            status="warning",
            code="engine-too-old",
            values=values,
            next=_installation(found, "--upgrade ms-swift"),
        )
    return DoctorCheck(id="engine", status="ok", code="engine-found", values=values)


def check_torch(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None:
        return _skipped("torch", "interpreter-needed")
    version = found.packages.get("torch")
    if version is None:
        return DoctorCheck(
            id="torch",
            status="failed",
            code="torch-not-installed",
            values={},
            next=_installation(found, "torch"),
        )
    build = found.torch_build or {}
    if not build:
        code: DoctorCode = "torch-for-apple" if sys.platform == "darwin" else "torch-for-cpu"
        return DoctorCheck(id="torch", status="ok", code=code, values={"version": version})
    platforms = ", ".join(f"{name.upper()} {release}" for name, release in sorted(build.items()))
    values = {"version": version, "platforms": platforms}
    return DoctorCheck(id="torch", status="ok", code="torch-for-accelerators", values=values)


def check_accelerator(subject: Subject) -> DoctorCheck:
    if sys.platform == "darwin":
        return DoctorCheck(id="accelerator", status="ok", code="accelerator-apple", values={})
    names = _nvidia_devices()
    if not names:
        return DoctorCheck(id="accelerator", status="warning", code="accelerator-none", values={})
    values = {"devices": _listed(names)}
    if subject.answer is not None and "cuda" not in (subject.answer.torch_build or {}):
        return DoctorCheck(
            id="accelerator",
            status="warning",
            code="accelerator-unused",
            values=values,
            next=DoctorAdvice(code="install-torch-for-cuda", values={}),
        )
    return DoctorCheck(id="accelerator", status="ok", code="accelerator-found", values=values)


def check_pins(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None or "ms-swift" not in found.packages:
        return _skipped("pins", "engine-needed")
    if not found.pins:
        versions = ", ".join(
            f"{name} {found.packages[name]}" for name in ("transformers", "trl", "peft") if name in found.packages
        )
        return DoctorCheck(id="pins", status="ok", code="pins-met", values={"packages": versions})
    code, values = _unmet(found.pins)
    wanted = " ".join(f"'{_requirement(pin)}'" for pin in found.pins)
    return DoctorCheck(id="pins", status="warning", code=code, values=values, next=_installation(found, wanted))


def _unmet(pins: Sequence[Pin]) -> tuple[DoctorCode, dict[str, str]]:
    """Packages of another version apart from those that are missing: each has words of its own."""
    missing = {"missing": ", ".join(_requirement(pin) for pin in pins if pin.found is None)}
    differing = [pin for pin in pins if pin.found is not None]
    if not differing:
        return "pins-missing", missing
    values = {
        "wanted": ", ".join(_requirement(pin) for pin in differing),
        "found": ", ".join(f"{pin.name} {pin.found}" for pin in differing),
    }
    return ("pins-differ-and-missing", values | missing) if missing["missing"] else ("pins-differ", values)


def _requirement(pin: Pin) -> str:
    """A package as pip takes it; without a version where any will do."""
    return f"{pin.name}{pin.wanted if pin.wanted[:1] in '<>=!~' else ''}"


def check_reinforcement(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None or "trl" not in found.packages:
        return _skipped("grpo", "engine-needed")
    version = found.packages.get("msgspec")
    if version is None:
        return DoctorCheck(
            id="grpo",
            status="warning",
            code="grpo-needs-msgspec",
            values={},
            next=_installation(found, "msgspec"),
        )
    return DoctorCheck(id="grpo", status="ok", code="grpo-ready", values={"version": version})


def check_evaluator(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None:
        return _skipped("evaluator", "interpreter-needed")
    version = found.packages.get("evalscope")
    if version is None:
        return DoctorCheck(
            id="evaluator",
            status="warning",
            code="evaluator-not-installed",
            values={},
            next=_installation(found, "evalscope"),
        )
    return DoctorCheck(id="evaluator", status="ok", code="evaluator-found", values={"version": version})


def check_disk(_: Subject) -> DoctorCheck:
    # Where the engine's usual hub keeps its models. source: modelscope/utils/file_utils.py: get_modelscope_cache_dir
    place = os.path.expanduser(os.environ.get("MODELSCOPE_CACHE") or "~")
    while not os.path.exists(place):
        # A cache that nothing has been put into yet.
        place = os.path.dirname(os.path.abspath(place))
    free = shutil.disk_usage(place).free
    values = {"free": f"{free / (1 << 30):.1f} GiB", "path": place}
    if free >= _DISK_WANTED_BYTES:
        return DoctorCheck(id="disk", status="ok", code="disk-free", values=values)
    return DoctorCheck(
        id="disk",
        status="warning" if free >= _DISK_NEEDED_BYTES else "failed",
        code="disk-free",
        values=values,
        next=DoctorAdvice(code="free-disk-space", values={}),
    )


def check_uv(_: Subject) -> DoctorCheck:
    path = shutil.which("uv")
    if path is None:
        return DoctorCheck(id="uv", status="warning", code="uv-not-found", values={}, next=_command("pip install uv"))
    return DoctorCheck(id="uv", status="ok", code="uv-found", values={"path": path})


CHECKS: tuple[Check, ...] = (
    Check("bridge", check_bridge),
    Check("interpreter", check_interpreter),
    Check("python", check_python),
    Check("engine", check_engine),
    Check("torch", check_torch),
    Check("accelerator", check_accelerator),
    Check("pins", check_pins),
    Check("grpo", check_reinforcement),
    Check("evaluator", check_evaluator),
    Check("disk", check_disk),
    Check("uv", check_uv),
)


def _skipped(check_id: str, code: DoctorCode) -> DoctorCheck:
    return DoctorCheck(id=check_id, status="skipped", code=code, values={})


def _installation(found: Probe, packages: str) -> DoctorAdvice:
    """A line to paste. Environments that uv has made have no pip of their own."""
    if shutil.which("uv") is not None:
        return _command(f"uv pip install --python {found.interpreter} {packages}")
    return _command(f"{found.interpreter} -m pip install {packages}")


def _command(line: str) -> DoctorAdvice:
    return DoctorAdvice(code="run-command", values={"command": line})


def _nvidia_devices() -> list[str]:
    """Names of the NVIDIA GPUs that the driver shows."""
    import pynvml

    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []
    try:
        handles = [pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(pynvml.nvmlDeviceGetCount())]
        return [_text(pynvml.nvmlDeviceGetName(handle)) for handle in handles]
    finally:
        pynvml.nvmlShutdown()


def _text(name: str | bytes) -> str:
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else name


def _listed(names: list[str]) -> str:
    counts = {name: names.count(name) for name in names}
    return ", ".join(f"{count} × {name}" for name, count in counts.items())
