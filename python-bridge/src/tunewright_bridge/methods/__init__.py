"""What the bridge can be asked: a module for each namespace of the protocol's methods, imported when first asked."""
