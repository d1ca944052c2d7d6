"""What a config's own keys, and the target, say of how an attempt is carried."""

from tunewright_bridge.engine.base import ConfigFile
from tunewright_bridge.executors.targets import ChosenTarget
from tunewright_bridge.protocol.config import OwnBlock
from tunewright_bridge.protocol.run import AttemptTerms


def own_block(config: ConfigFile) -> OwnBlock:
    """The config's block `tunewright`."""
    return config.own.tunewright or OwnBlock()


def terms_of_config(config: ConfigFile, target: ChosenTarget, device_count: int) -> AttemptTerms:
    """The terms of an attempt by this config, which may use `device_count` accelerators."""
    own = own_block(config)
    return AttemptTerms(
        retries=own.retries,
        queue=own.queue,
        devices=_devices_wanted(config, target, device_count),
        health=own.health,
    )


def granted_devices(terms: AttemptTerms, device_count: int) -> int:
    """How many of the accelerators that an attempt may use it gets: a queue gives it those that it waits for."""
    return device_count if terms.queue is None else min(device_count, terms.devices or 1)


def _devices_wanted(config: ConfigFile, target: ChosenTarget, device_count: int) -> int | None:
    """How many devices the attempt keeps busy, by what is said of them; None where nothing is."""
    own = own_block(config)
    if own.devices is not None:
        return own.devices
    if config.own.parallel_strategy == "single":
        return 1
    if config.own.parallel_strategy is not None and device_count > 0:
        # A strategy without a count spreads the run over all that it may use.
        return device_count
    resources = target.target.resources
    return None if resources is None else resources.devices
