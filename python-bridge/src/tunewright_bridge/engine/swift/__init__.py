"""The engine of PyPI's `ms-swift`, driven as its users drive it; never imported by the bridge itself."""
