"""Says what stands between this machine and a run: one function a check, each of them quick and on its own."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from tunewright_bridge.protocol.tool import DoctorCheck, DoctorReport
from tunewright_bridge.tools.environment import Probe, is_too_old, probe

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
        return DoctorCheck(id=check.id, status="failed", detail=f"The check itself failed: {error}.")


def check_bridge(_: Subject) -> DoctorCheck:
    version = ".".join(map(str, sys.version_info[:3]))
    return DoctorCheck(id="bridge", status="ok", detail=f"The bridge runs on Python {version} ({sys.executable}).")


def check_interpreter(subject: Subject) -> DoctorCheck:
    found = subject.probe
    if found is None:
        return DoctorCheck(
            id="interpreter",
            status="skipped",
            detail="No interpreter is chosen.",
            next="Choose the Python of the environment that has the engine.",
        )
    if found.problem is not None:
        return DoctorCheck(
            id="interpreter",
            status="failed",
            detail=found.problem,
            next="Choose the Python of the environment that has the engine.",
        )
    return DoctorCheck(id="interpreter", status="ok", detail=f"{found.interpreter} answers.")


def check_python(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None:
        return _skipped("python", "Needs an interpreter that answers.")
    if is_too_old(found.python_version):
        return DoctorCheck(
            id="python",
            status="failed",
            detail=f"Python {found.python_version} is too old for the engine.",
            next="Make an environment with Python 3.10 or newer; 3.11 and 3.12 are tried most.",
        )
    return DoctorCheck(id="python", status="ok", detail=f"Python {found.python_version}.")


def check_engine(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None:
        return _skipped("engine", "Needs an interpreter that answers.")
    version = found.packages.get("ms-swift")
    if version is None:
        return DoctorCheck(
            id="engine",
            status="failed",
            detail=f"The engine (ms-swift) is not installed in {found.interpreter}.",
            next=_installation(found, "ms-swift torch"),
        )
    if found.engine_failure is not None:
        return DoctorCheck(
            id="engine",
            status="failed",
            detail=f"ms-swift {version} does not start: {found.engine_failure}.",
            next="Install it anew in a fresh environment.",
        )
    if int(version.split(".")[0]) < 4:
        return DoctorCheck(
            id="engine",
            status="warning",
            detail=f"ms-swift {version} is older than 4, and names some arguments differently.",
            next=_installation(found, "--upgrade ms-swift"),
        )
    return DoctorCheck(id="engine", status="ok", detail=f"ms-swift {version}.")


def check_torch(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None:
        return _skipped("torch", "Needs an interpreter that answers.")
    version = found.packages.get("torch")
    if version is None:
        return DoctorCheck(
            id="torch",
            status="failed",
            detail="torch is not installed; the engine does not bring it along.",
            next=_installation(found, "torch"),
        )
    build = found.torch_build or {}
    if not build:
        on_apple = sys.platform == "darwin"
        return DoctorCheck(
            id="torch",
            status="ok",
            detail=f"torch {version}, built for {'Apple GPUs' if on_apple else 'the CPU only'}.",
        )
    built_for = ", ".join(f"{name.upper()} {release}" for name, release in sorted(build.items()))
    return DoctorCheck(id="torch", status="ok", detail=f"torch {version}, built for {built_for}.")


def check_accelerator(subject: Subject) -> DoctorCheck:
    if sys.platform == "darwin":
        return DoctorCheck(id="accelerator", status="ok", detail="Apple GPUs are used through torch's MPS.")
    names = _nvidia_devices()
    build = (subject.answer.torch_build if subject.answer is not None else None) or {}
    if names and subject.answer is not None and "cuda" not in build:
        return DoctorCheck(
            id="accelerator",
            status="warning",
            detail=f"There is {_listed(names)}, and torch was not built for CUDA.",
            next="Install a build of torch for CUDA.",
        )
    if names:
        return DoctorCheck(id="accelerator", status="ok", detail=f"{_listed(names)}.")
    return DoctorCheck(
        id="accelerator",
        status="warning",
        detail="No GPU is in reach; the engine computes on the CPU, which suits small models only.",
    )


def check_pins(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None or "ms-swift" not in found.packages:
        return _skipped("pins", "Needs the engine.")
    if not found.pins:
        versions = ", ".join(
            f"{name} {found.packages[name]}" for name in ("transformers", "trl", "peft") if name in found.packages
        )
        return DoctorCheck(id="pins", status="ok", detail=f"Everything that the engine requires is there ({versions}).")
    listed = "; ".join(
        f"{pin.name} {pin.found} instead of {pin.wanted}" if pin.found else f"{pin.name} is missing"
        for pin in found.pins
    )
    wanted = " ".join(f"'{pin.name}{pin.wanted if pin.wanted[:1] in '<>=!~' else ''}'" for pin in found.pins)
    return DoctorCheck(
        id="pins",
        status="warning",
        detail=f"The engine asks for other versions: {listed}.",
        next=_installation(found, wanted),
    )


def check_reinforcement(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None or "trl" not in found.packages:
        return _skipped("grpo", "Needs the engine.")
    if "msgspec" not in found.packages:
        return DoctorCheck(
            id="grpo",
            status="warning",
            detail="GRPO needs msgspec, which the engine does not require by itself.",
            next=_installation(found, "msgspec"),
        )
    return DoctorCheck(id="grpo", status="ok", detail=f"msgspec {found.packages['msgspec']}, which GRPO needs.")


def check_evaluator(subject: Subject) -> DoctorCheck:
    found = subject.answer
    if found is None:
        return _skipped("evaluator", "Needs an interpreter that answers.")
    version = found.packages.get("evalscope")
    if version is None:
        return DoctorCheck(
            id="evaluator",
            status="warning",
            detail="evalscope is not installed; evaluation needs it, training does not.",
            next=_installation(found, "evalscope"),
        )
    return DoctorCheck(id="evaluator", status="ok", detail=f"evalscope {version}.")


def check_disk(_: Subject) -> DoctorCheck:
    # Where the engine's usual hub keeps its models. source: modelscope/utils/file_utils.py: get_modelscope_cache_dir
    place = os.path.expanduser(os.environ.get("MODELSCOPE_CACHE") or "~")
    while not os.path.exists(place):
        # A cache that nothing has been put into yet.
        place = os.path.dirname(os.path.abspath(place))
    free = shutil.disk_usage(place).free
    detail = f"{free / (1 << 30):.1f} GiB free on the disk of {place}, where models are kept."
    if free >= _DISK_WANTED_BYTES:
        return DoctorCheck(id="disk", status="ok", detail=detail)
    return DoctorCheck(
        id="disk",
        status="warning" if free >= _DISK_NEEDED_BYTES else "failed",
        detail=detail,
        next="Free some space, or move the model caches (HF_HOME, MODELSCOPE_CACHE) to another disk.",
    )


def check_uv(_: Subject) -> DoctorCheck:
    path = shutil.which("uv")
    if path is None:
        return DoctorCheck(
            id="uv",
            status="warning",
            detail="uv is not on PATH; it makes environments in seconds.",
            next="pip install uv",
        )
    return DoctorCheck(id="uv", status="ok", detail=f"{path}.")


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


def _skipped(check_id: str, detail: str) -> DoctorCheck:
    return DoctorCheck(id=check_id, status="skipped", detail=detail)


def _installation(found: Probe, packages: str) -> str:
    """A line to paste. Environments that uv has made have no pip of their own."""
    if shutil.which("uv") is not None:
        return f"uv pip install --python {found.interpreter} {packages}"
    return f"{found.interpreter} -m pip install {packages}"


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
