"""Whether a console log can be read from its beginning to its end, and whether it is in order and whole."""

import re

from faults.bridge_client import BridgeClient
from faults.world import World

_PIECE_BYTES = 1 << 20
# As the stand-in trainer prints them.
_LINE = re.compile(r"^line (\d{8}) x", re.MULTILINE)


def log_problems(world: World, client: BridgeClient, run_id: str, printed: int) -> list[str]:
    """What is wrong with the log of the latest attempt, of which the first `printed` numbered lines must be there."""
    problems = []
    pieces: list[str] = []
    offset = 0
    while True:
        chunk = client.request("runs/log", root=str(world.root), runId=run_id, offset=offset, maxBytes=_PIECE_BYTES)
        if chunk["startOffset"] != offset and pieces:
            problems.append(f"its log continues at byte {chunk['startOffset']} instead of {offset}")
        pieces.append(chunk["text"])
        if chunk["endOffset"] <= offset:
            break
        offset = chunk["endOffset"]
    if offset != chunk["sizeBytes"]:
        problems.append(f"its log ends at byte {offset} of {chunk['sizeBytes']}")
    numbers = [int(number) for number in _LINE.findall("".join(pieces))]
    if numbers != sorted(set(numbers)):
        problems.append("lines of its log are doubled, or out of order")
    missing = set(range(1, printed + 1)) - set(numbers)
    if missing:
        problems.append(f"{len(missing)} of {printed} lines are missing in its log, {min(missing)} the first")
    return problems
