"""Says what a Python holds: `probe.py ANSWER.json`, run by that Python, which may be as old as 3.7.

Imports nothing of ours and nothing that is slow: versions come from the installed packages' own descriptions.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

# Distributions whose versions a person asks for when something does not work.
PACKAGES = (
    "ms-swift",
    "torch",
    "transformers",
    "trl",
    "peft",
    "accelerate",
    "datasets",
    "modelscope",
    "evalscope",
    "deepspeed",
    "bitsandbytes",
    "liger-kernel",
    "flash-attn",
    "vllm",
    "sglang",
    "lmdeploy",
    "megatron-core",
    "msgspec",
)


def installed_versions(metadata: Any) -> dict[str, str]:
    """Versions by distribution name; what is not installed is left out."""
    versions = {}
    for name in PACKAGES:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        if version:
            versions[name] = version
    return versions


def violated_pins(metadata: Any, distribution: str) -> list[dict[str, str]]:
    """What a distribution requires, beyond its extras, and does not have."""
    try:
        from packaging.requirements import Requirement

        requirements = [Requirement(text) for text in metadata.requires(distribution) or ()]
    except (ImportError, metadata.PackageNotFoundError, ValueError):
        return []
    violations = []
    for requirement in requirements:
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            violations.append({"name": requirement.name, "wanted": str(requirement.specifier) or "any version"})
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            violations.append({"name": requirement.name, "wanted": str(requirement.specifier), "found": version})
    return violations


def torch_build() -> dict[str, str] | None:
    """Which accelerator torch was built for, read from its version file; importing torch takes seconds."""
    import importlib.util

    specification = importlib.util.find_spec("torch")
    if specification is None or not specification.origin:
        return None
    build: dict[str, Any] = {}
    with open(os.path.join(os.path.dirname(specification.origin), "version.py")) as file:
        exec(compile(file.read(), "version.py", "exec"), build)  # noqa: S102
    return {name: build[name] for name in ("cuda", "hip", "xpu") if build.get(name)}


def engine_failure() -> str | None:
    """Why the engine's package cannot even be imported, or None. Its heavy parts are imported only when used."""
    try:
        import swift  # noqa: F401
    except BaseException as error:  # noqa: BLE001 - whatever a broken installation raises is the answer
        return f"{type(error).__name__}: {error}"
    return None


def probed() -> dict[str, Any]:
    """The whole answer."""
    answer: dict[str, Any] = {
        "executable": sys.executable,
        "pythonVersion": ".".join(map(str, sys.version_info[:3])),
        "packages": {},
        "pins": [],
    }
    try:
        from importlib import metadata
    except ImportError:
        return answer
    answer["packages"] = installed_versions(metadata)
    if "ms-swift" in answer["packages"]:
        answer["pins"] = violated_pins(metadata, "ms-swift")
        answer["engineFailure"] = engine_failure()
    if "torch" in answer["packages"]:
        answer["torchBuild"] = torch_build()
    return answer


def main(path: str) -> None:
    """Writes the answer to the file `path`."""
    # The folder of this file must not answer imports.
    del sys.path[0]
    answer = probed()
    with open(path, "w", encoding="utf-8") as file:
        json.dump(answer, file)


if __name__ == "__main__":
    main(sys.argv[1])
