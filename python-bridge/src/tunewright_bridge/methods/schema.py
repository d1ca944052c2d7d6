"""`schema/…`: what the engine accepts."""

from tunewright_bridge.methods.table import Notify
from tunewright_bridge.protocol.bridge import SchemaParams


class SchemaMethods:
    """Needs nothing of the client."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify

    def get(self, params: SchemaParams) -> dict[str, object]:
        """The wire form of SchemaResult: a schema is a megabyte, and was checked when it was made."""
        from tunewright_bridge.engine.schema_cache import engine_schema

        schema, is_from_cache = engine_schema(params.interpreter, refresh=params.refresh or False)
        return {"schema": schema, "isFromCache": is_from_cache}

    def close(self) -> None:
        """Nothing goes on after an answer."""
