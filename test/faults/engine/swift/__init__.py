"""A stand-in for the engine's package, for trials of what surrounds it: it trains nothing, visibly."""
