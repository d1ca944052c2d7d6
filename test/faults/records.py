"""Whether the files of a run directory can be read, and whether its events are steps of the state machine."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

# source: protocol/src/run.ts: RUN_TRANSITIONS, written again, since a test that shares a table proves nothing of it.
_STEPS = {
    "queued": {"starting", "failed", "cancelled", "lost"},
    "starting": {"running", "stopping", "succeeded", "failed", "cancelled", "lost"},
    "running": {"stopping", "succeeded", "failed", "cancelled", "lost"},
    "stopping": {"succeeded", "failed", "cancelled", "lost"},
    "succeeded": {"queued"},
    "failed": {"queued"},
    "cancelled": {"queued"},
    "lost": {"queued", "running", "succeeded", "failed", "cancelled"},
}


def record_problems(directory: Path) -> list[str]:
    """What cannot be read or contradicts itself."""
    problems = []
    for path in sorted([*directory.glob("*.json"), *directory.glob("attempts/*/*.json")]):
        try:
            json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            problems.append(f"{path.relative_to(directory)} cannot be read: {error}")
    events = read_events(directory / "events.jsonl")
    states = [(event["attempt"], event["state"]) for event in events if event.get("kind") == "state"]
    for (_, before), (_, after) in pairwise(states):
        if after not in _STEPS[before]:
            problems.append(f"its events lead from {before} to {after}")
    try:
        state = json.loads((directory / "state.json").read_bytes())
    except (OSError, ValueError) as error:
        return [*problems, f"state.json: {error}"]
    if states and (state["attempt"], state["state"]) != states[-1]:
        problems.append(f"its last event says {states[-1]}, and state.json {state['attempt'], state['state']}")
    return problems


def read_events(path: Path) -> list[dict[str, Any]]:
    """Every event that can be read; others were torn."""
    events = []
    for line in path.read_bytes().splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and "kind" in event:
            events.append(event)
    return events
