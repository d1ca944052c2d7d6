"""Takes the values of secrets out of bytes that are about to be stored."""

import json
import re
from collections.abc import Iterable

REPLACEMENT = b"***"

# A shorter value would take half of the log with it, and protects nothing.
_SHORTEST_SECRET = 4
# Pieces of a secret of several lines, such as a key file.
_SHORTEST_PIECE = 8


class Redactor:
    """Replaces every occurrence of some secrets, also as JSON or Python would write them, or a line at a time."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms: set[bytes] = set()
        for secret in secrets:
            forms.update(_forms(secret))
        self._longest = max(map(len, forms), default=0)
        self._forms = forms
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile(b"|".join(map(re.escape, longest_first))) if forms else None

    @property
    def has_secrets(self) -> bool:
        """Whether there is anything to look for."""
        return self._pattern is not None

    def redact(self, content: bytes) -> bytes:
        """`content` without the secrets."""
        if self._pattern is None:
            return content
        return self._pattern.sub(REPLACEMENT, content)

    def held_back(self, content: bytes) -> int:
        """How many bytes at the end of `content` may be the beginning of a secret."""
        for length in range(min(self._longest - 1, len(content)), 0, -1):
            ending = content[-length:]
            if any(form.startswith(ending) for form in self._forms):
                return length
        return 0


def _forms(secret: str) -> set[bytes]:
    written = [secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]]
    forms = {text.encode(errors="surrogateescape") for text in written if len(text) >= _SHORTEST_SECRET}
    lines = secret.splitlines()
    if len(lines) > 1:
        forms.update(
            line.strip().encode(errors="surrogateescape") for line in lines if len(line.strip()) >= _SHORTEST_PIECE
        )
    return forms
