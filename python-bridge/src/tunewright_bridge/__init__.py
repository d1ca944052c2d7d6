"""The part of Tunewright that touches the engine, processes, schedulers and the disks where runs live."""

__version__ = "0.1.0"
