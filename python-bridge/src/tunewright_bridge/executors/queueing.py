"""Whether a queue could ever give a run what it wants; said before anything is stored."""

from collections.abc import Mapping
from pathlib import Path

from tunewright_bridge.engine.base import ResolvedConfig
from tunewright_bridge.errors import BridgeError


def check_queue(
    queue: str, devices: int | None, resolved: ResolvedConfig, *, config_path: Path, environment: Mapping[str, str]
) -> None:
    """Raises BridgeError config-invalid where a run with `resolved` would wait in `queue` for ever.

    `devices` is how many it asks for, and `environment` what its command inherits.
    """
    from tunewright_bridge.supervise.queueing.admission import host_now, refusal, wish_for

    host = host_now()
    wish = wish_for(
        devices, host, fixed=resolved.environment, inherited=environment, in_config=resolved.values.get("ENV")
    )
    problem = refusal(queue, wish, host)
    if problem is not None:
        raise BridgeError("config-invalid", path=str(config_path), reason=problem)
