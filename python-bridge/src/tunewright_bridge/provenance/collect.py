"""Puts the provenance of an attempt together."""

import hashlib
import platform
from collections.abc import Iterable
from pathlib import Path

from tunewright_bridge import __version__
from tunewright_bridge.protocol.run import Provenance
from tunewright_bridge.protocol.tool import ToolEnvironment
from tunewright_bridge.provenance.datasets import fingerprints
from tunewright_bridge.provenance.git import commit_of


def collect(
    *,
    config_text: str,
    config_folder: Path,
    tool: ToolEnvironment,
    started_at_ms: int,
    data_files: Iterable[Path] = (),
) -> Provenance:
    """What an attempt that starts now is made from. `config_text` is hashed as it was written."""
    return Provenance(
        format=1,
        started_at_ms=started_at_ms,
        config_sha256=hashlib.sha256(config_text.encode(errors="surrogateescape")).hexdigest(),
        bridge_version=__version__,
        host_name=platform.node(),
        platform=platform.platform(),
        python_version=tool.python_version,
        packages=dict(tool.packages),
        git_commit=commit_of(config_folder),
        datasets=fingerprints(data_files) or None,
    )
