"""Engines that are kept imported as judges of configs, since the import takes 16 s and a verdict a fraction of one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from tunewright_bridge.engine.engines import judge_of_configs
from tunewright_bridge.engine.swift.verdict import Judge, Verdict
from tunewright_bridge.tools.environment import require_engine

# An engine that is kept takes about 900 MB of memory.
IDLE_SECONDS = 300.0
MOST_JUDGES = 2

_END_SECONDS = 5.0


class WarmJudges:
    """One judge for each interpreter, started when first asked; they answer one question at a time.

    All end when nothing is asked for a while, and at the latest with `close`.
    """

    def __init__(
        self, *, idle_seconds: float = IDLE_SECONDS, judge_of: Callable[[str], Judge] = judge_of_configs
    ) -> None:
        self._idle_seconds = idle_seconds
        self._judge_of = judge_of
        # Held while a question is asked: for as long as the engine starts, at the first.
        self._asking = threading.Lock()
        # Guards what is below, and is held for moments only.
        self._lock = threading.Lock()
        self._judges: dict[str, Judge] = {}
        self._rest: threading.Timer | None = None
        self._questions = 0
        self._is_closed = False

    def verdict(self, interpreter: str, question: Mapping[str, Any]) -> Verdict:
        """What the engine of an interpreter says of a config.

        Raises BridgeError: interpreter-not-found, engine-not-installed, engine-broken.
        """
        with self._asking:
            judge = self._judge(interpreter)
            try:
                return judge.verdict(question)
            finally:
                self._begin_rest()

    def close(self) -> None:
        """Ends every judge, also one that is just answering."""
        with self._lock:
            self._is_closed = True
            judges = list(self._judges.values())
            self._judges.clear()
            if self._rest is not None:
                self._rest.cancel()
        for judge in judges:
            judge.interrupt()
        # Whoever was waiting for an answer has none now, and the folders can go.
        has_ended = self._asking.acquire(timeout=_END_SECONDS)
        for judge in judges:
            judge.close()
        if has_ended:
            self._asking.release()

    def _judge(self, interpreter: str) -> Judge:
        with self._lock:
            kept = self._judges.pop(interpreter, None)
        if kept is not None and not kept.is_warm:
            kept.close()
            kept = None
        if kept is None:
            require_engine(interpreter)
            kept = self._judge_of(interpreter)
        with self._lock:
            if self._is_closed:
                kept.interrupt()
            self._judges[interpreter] = kept
            oldest = [self._judges.pop(name) for name in list(self._judges)[:-MOST_JUDGES]]
        for judge in oldest:
            judge.close()
        return kept

    def _begin_rest(self) -> None:
        with self._lock:
            self._questions += 1
            if self._rest is not None:
                self._rest.cancel()
            if self._is_closed:
                return
            self._rest = threading.Timer(self._idle_seconds, self._end_idle, [self._questions])
            self._rest.daemon = True
            self._rest.start()

    def _end_idle(self, questions: int) -> None:
        """Where a question is being asked, its end begins another rest."""
        if not self._asking.acquire(blocking=False):
            return
        try:
            with self._lock:
                if self._is_closed or self._questions != questions:
                    return
                judges = list(self._judges.values())
                self._judges.clear()
            for judge in judges:
                judge.close()
        finally:
            self._asking.release()
