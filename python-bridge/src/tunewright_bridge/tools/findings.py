"""Everything that the doctor can find and advise by name, with its English words.

The editor translates by code and values; the command line prints these.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tunewright_bridge.protocol.tool import DoctorAdvice, DoctorCheck, DoctorCode

# What was found; `{name}` stands for one of the values.
_TEXTS: dict[str, str] = {
    "check-broken": "The check itself failed: {reason}.",
    "bridge-runs": "The bridge runs on Python {version} ({path}).",
    "interpreter-not-chosen": "No interpreter is chosen.",
    "interpreter-not-found": "There is no file {interpreter}.",
    "interpreter-is-folder": "{interpreter} is a folder, not a Python.",
    "interpreter-not-startable": "It cannot be run: {reason}.",
    "interpreter-silent": "It did not answer within {seconds} s.",
    "interpreter-killed": "It was ended by signal {signal}.",
    "interpreter-fails": "This Python fails: {reason}",
    "interpreter-too-old": "{version} is too old for the engine, which needs Python 3.10 or newer.",
    "interpreter-no-python": "It is not a Python.",
    "interpreter-answers": "{interpreter} answers.",
    "interpreter-needed": "Needs an interpreter that answers.",
    "engine-needed": "Needs the engine.",
    "python-too-old": "Python {version} is too old for the engine.",
    "python-found": "Python {version}.",
    "engine-not-installed": "The engine (ms-swift) is not installed in {interpreter}.",
    "engine-broken": "ms-swift {version} does not start: {reason}.",
    "engine-too-old": "ms-swift {version} is older than 4, and names some arguments differently.",
    "engine-found": "ms-swift {version}.",
    "torch-not-installed": "torch is not installed; the engine does not bring it along.",
    "torch-for-cpu": "torch {version}, built for the CPU only.",
    "torch-for-apple": "torch {version}, built for Apple GPUs.",
    "torch-for-accelerators": "torch {version}, built for {platforms}.",
    "accelerator-apple": "Apple GPUs are used through torch's MPS.",
    "accelerator-unused": "There is {devices}, and torch was not built for CUDA.",
    "accelerator-found": "{devices}",
    "accelerator-none": "No GPU is in reach; the engine computes on the CPU, which suits small models only.",
    "pins-met": "Everything that the engine requires is there ({packages}).",
    "pins-differ": "The engine asks for {wanted}; installed is {found}.",
    "pins-missing": "The engine also needs {missing}.",
    "pins-differ-and-missing": "The engine asks for {wanted}; installed is {found}. It also needs {missing}.",
    "grpo-needs-msgspec": "GRPO needs msgspec, which the engine does not require by itself.",
    "grpo-ready": "msgspec {version}, which GRPO needs.",
    "evaluator-not-installed": "evalscope is not installed; evaluation needs it, training does not.",
    "evaluator-found": "evalscope {version}.",
    "disk-free": "{free} free on the disk of {path}, where models are kept.",
    "uv-not-found": "uv is not on PATH; it makes environments in seconds.",
    "uv-found": "{path}",
}

# What to do next.
_ADVICE_TEXTS: dict[str, str] = {
    "choose-interpreter": "Choose the Python of the environment that has the engine.",
    "make-environment": "Make an environment with Python 3.10 or newer; 3.11 and 3.12 are tried most.",
    "install-anew": "Install it anew in a fresh environment.",
    "install-torch-for-cuda": "Install a build of torch for CUDA.",
    "free-disk-space": "Free some space, or move the model caches (HF_HOME, MODELSCOPE_CACHE) to another disk.",
    "run-command": "{command}",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found: `values` fill the text of its code."""

    code: DoctorCode
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return _TEXTS[self.code].format_map(self.values)


def finding_text(check: DoctorCheck) -> str:
    """What a check has found, in one English sentence."""
    return str(Finding(check.code, check.values))


def advice_text(advice: DoctorAdvice) -> str:
    """What to do next, in English, or a line to paste."""
    return _ADVICE_TEXTS[advice.code].format_map(advice.values)
