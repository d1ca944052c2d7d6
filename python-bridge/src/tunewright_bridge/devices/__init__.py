"""Devices of this host and their load: a reader for each kind, none of which can take the others away."""

from tunewright_bridge.devices.host import HostReader, accelerator_count, accelerator_reader, read_host

__all__ = ["HostReader", "accelerator_count", "accelerator_reader", "read_host"]
