"""The secrets of a run: where their values come from, and how a config's text is stored without them."""

from collections.abc import Iterable, Mapping

from tunewright_bridge.errors import BridgeError
from tunewright_bridge.runs.redaction import REPLACEMENT, Redactor


def secret_values(names: Iterable[str], *sources: Mapping[str, str]) -> dict[str, str]:
    """The value of each name, from the first source that has it. Raises BridgeError secret-missing."""
    values = {}
    for name in names:
        source = next((source for source in sources if name in source), None)
        if source is None:
            raise BridgeError("secret-missing", name=name)
        values[name] = source[name]
    return values


def redacted_text(text: str, secrets: Iterable[str]) -> str:
    """A config's text with the secrets that it holds in plain taken out, however they are quoted; comments included."""
    secrets = set(secrets)
    if not secrets:
        return text
    for start, end in reversed(_places(text, secrets)):
        text = text[:start] + f'"{REPLACEMENT.decode()}"' + text[end:]
    encoded = text.encode(errors="surrogateescape")
    return Redactor(secrets).redact(encoded).decode(errors="surrogateescape")


def _places(text: str, secrets: set[str]) -> list[tuple[int, int]]:
    """Where scalars stand whose value is a secret, in the order of the text."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        # JSON with a first line of its own; its strings are found as they are written.
        return []
    places = set()
    waiting = [] if root is None else [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif node.value in secrets:
            places.add((node.start_mark.index, node.end_mark.index))
    return sorted(places)
