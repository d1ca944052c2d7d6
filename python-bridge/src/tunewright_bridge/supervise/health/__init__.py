"""Health: what a live run's own files and the host's devices say of it that a person should know."""

from tunewright_bridge.supervise.health.monitor import HealthMonitor

__all__ = ["HealthMonitor"]
