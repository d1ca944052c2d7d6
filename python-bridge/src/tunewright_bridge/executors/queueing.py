"""Whether a queue could ever give an attempt what it wants; said before anything is stored."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.protocol.run import AttemptCommand, AttemptTerms


def check_queue(
    terms: AttemptTerms,
    command: AttemptCommand,
    values: Mapping[str, Any],
    *,
    config_path: Path,
    environment: Mapping[str, str],
) -> None:
    """Raises BridgeError config-invalid where `command` would wait for ever in the queue of `terms`.

    `values` are those of its resolved config, and `environment` what it inherits.
    """
    if terms.queue is None:
        return
    from tunewright_bridge.supervise.queueing.admission import host_now, refusal, wish_for

    host = host_now()
    wish = wish_for(terms.devices, host, fixed=command.environment, inherited=environment, in_config=values.get("ENV"))
    problem = refusal(terms.queue, wish, host)
    if problem is not None:
        raise BridgeError("config-invalid", path=str(config_path), reason=problem)
