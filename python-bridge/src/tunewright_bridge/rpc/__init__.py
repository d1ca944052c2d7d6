"""JSON-RPC 2.0 over a pair of streams: framing and dispatch; what the methods do is not known here."""
