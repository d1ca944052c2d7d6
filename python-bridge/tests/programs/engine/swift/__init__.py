"""A stand-in for the engine's package: the launcher finds its tasks here, and they train nothing."""
