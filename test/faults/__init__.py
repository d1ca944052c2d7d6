"""Randomised faults against the built bridge: what a run's directory says stays true, whatever is killed or broken."""
