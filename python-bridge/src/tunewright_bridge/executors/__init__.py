"""How a host starts a run, one file an executor, and what happens from a config to a started run."""
