"""Messages and nouns shared with the editor: generated modules, and the one place that decodes and encodes them."""
