"""What alerts say, written down for people (`docs/alerts.md`) and for the editor's texts (`protocol/alerts.json`).

`python -m tunewright_bridge.supervise.health.catalog` writes both anew into the repository; a test fails when one of
them is behind the tables.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from tunewright_bridge.supervise.health.advice import ADVICE
from tunewright_bridge.supervise.health.failure_table import KNOWN_FAILURES, KnownFailure
from tunewright_bridge.supervise.health.texts import KINDS, WHEN

_VALUE = re.compile(r"{([a-z]\w*)}")

_HEAD = """# Alerts

Tunewright watches every run from the engine's own log lines, what it prints, and samples of the host. Nothing has to be
set for it. An alert is an event of the run, a note with a button, a mark in the tree and on the curve; it is out within
ten seconds of the line that shows it.

This page is written from the tables in `python-bridge/src/tunewright_bridge/supervise/health/`.

## What is done about an alert
```yaml
tunewright:
  health:
    enabled: true        # false: nothing is watched
    on_alert: notify     # ignore, notify, stop, or resume
    stall_minutes: 20    # minutes without a step before an alert; by the run's own pace where absent, 0 for never
    alerts:              # by kind, over on_alert
      nan: resume
      plateau: ignore
```
- `notify`, which holds where nothing is said: the run goes on and you are told.
- `stop`: the run is stopped.
- `resume`: the run is stopped and goes on from its last good checkpoint, as often as `retries` says (three times where
  it is not set).
- `ignore`: nothing is said.

A hint ends no run unless its kind is named under `alerts`. A failure by which the command ends anyway is given a minute
to end by itself.
"""


def alerts_json() -> str:
    """The texts of the tables by kind, failure and change; `{name}` stands for a value of the alert."""
    content = {
        "kinds": {
            kind: {"title": text.title, "meaning": text.meaning, "nextStep": text.next_step}
            for kind, text in KINDS.items()
        },
        "failures": {
            known.id: {"kind": known.kind, "meaning": known.meaning, "nextStep": known.next_step}
            for known in KNOWN_FAILURES
        },
        "advice": dict(ADVICE),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def alerts_page() -> str:
    """`docs/alerts.md`."""
    lines = [_HEAD, "## Kinds", "| kind | told when | what it says | what to do |", "|---|---|---|---|"]
    lines += [
        f"| `{kind}` {text.title} | {_cell(WHEN[kind])} | {_cell(text.meaning)} | {_cell(text.next_step)} |"
        for kind, text in KINDS.items()
    ]
    lines += ["", "## Known failures", "| failure | meaning | what to do |", "|---|---|---|"]
    lines += [_row(known) for known in KNOWN_FAILURES]
    lines += [
        "",
        "## Changes that help when memory runs out",
        "In the order in which they are told, the cheapest first;",
    ]
    lines += ["those that the config has already, or that do not fit it, are left out.", ""]
    lines += ["| change | what it is |", "|---|---|"]
    lines += [f"| {name} | {_cell(text)} |" for name, text in ADVICE.items()]
    return "\n".join(lines) + "\n"


def stale_files(repository: Path) -> list[Path]:
    """Those of the two files that do not say what the tables say."""
    return [path for path, content in _files(repository) if not path.exists() or path.read_text() != content]


def main(repository: Path) -> None:
    """Writes both files."""
    for path, content in _files(repository):
        path.write_text(content)


def _files(repository: Path) -> Iterable[tuple[Path, str]]:
    return (
        (repository / "docs" / "alerts.md", alerts_page()),
        (repository / "protocol" / "alerts.json", alerts_json()),
    )


def _row(known: KnownFailure) -> str:
    kind = " (memory)" if known.kind == "out_of_memory" else ""
    return f"| `{known.id}`{kind} | {_cell(known.meaning)} | {_cell(known.next_step)} |"


def _cell(text: str) -> str:
    return _VALUE.sub(lambda match: f"*{match[1]}*", text).replace("|", "\\|")


if __name__ == "__main__":
    main(Path(__file__).parents[5])
