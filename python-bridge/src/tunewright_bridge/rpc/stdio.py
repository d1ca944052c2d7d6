"""Takes standard input and output for the protocol alone, so that no stray print or child can garble it."""

import os
import sys
from typing import BinaryIO


def claim_stdio() -> tuple[BinaryIO, BinaryIO]:
    """Streams of the protocol; afterwards input is empty and output goes where errors go, for us and for children."""
    sys.stdout.flush()
    input_descriptor, output_descriptor = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(input_descriptor, "rb"), os.fdopen(output_descriptor, "wb")
