"""What a run wants of the devices of its host, and why a queue would never give it that."""

from collections.abc import Mapping
from typing import Any

from tunewright_bridge.supervise.queueing.devices import Wish, usable, wish_of
from tunewright_bridge.supervise.queueing.folders import name_problem
from tunewright_bridge.supervise.queueing.host import HostLook
from tunewright_bridge.supervise.queueing.turn import Host

_PROCESSES_VARIABLE = "NPROC_PER_NODE"


def wish_for(
    devices: int | None, host: Host, *, fixed: Mapping[str, str], inherited: Mapping[str, str], in_config: Any
) -> Wish:
    """What a run wants whose config asks for `devices`: that, or else a device for each of its processes.

    `fixed` is the environment of the attempt's command, `inherited` that of whoever starts it, and `in_config` is the
    config's `ENV`.
    """
    listed = {str(name): str(value) for name, value in in_config.items()} if isinstance(in_config, Mapping) else {}
    # Those that its strategy has come to are what the command will use.
    processes = _count({**listed, **inherited}.get(_PROCESSES_VARIABLE))
    count = _count(fixed.get(_PROCESSES_VARIABLE)) or devices or processes or 1
    if host.devices is None:
        # Only a host that may have GPUs does not tell.
        return Wish("cuda", count)
    return wish_of(count, host.devices, fixed=fixed, inherited=inherited, in_config=listed)


def refusal(queue: str, wish: Wish, host: Host) -> str | None:
    """Why the run would wait for ever in `queue`, and what to do; None where it would not."""
    problem = name_problem(queue)
    if problem is not None:
        return problem
    if host.devices is None:
        return f"the devices of this host do not answer ({host.problem}), and the run would wait for them"
    present = len(usable(host.devices, wish.kind, wish.allowed_ids))
    return None if wish.count <= present else too_many(wish.count, present)


def too_many(wanted: int, present: int) -> str:
    """What is wrong with a wish that the host cannot fulfill."""
    has = "only 1 can be used" if present == 1 else f"only {present} can be used"
    return f"the run wants {wanted} devices and {has} on this host; set tunewright.devices to {present} or fewer"


def host_now() -> Host:
    """The devices of this host, asked once."""
    return HostLook().read()


def _count(value: str | None) -> int | None:
    return int(value) if value is not None and value.isdecimal() and int(value) > 0 else None
