"""Amounts of memory as people read them."""


def bytes_text(count: float) -> str:
    """`1.5 GiB`, with about three digits."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(count) < 1024:
            return f"{count:.3g} {unit}"
        count /= 1024
    return f"{count:.3g} TiB"
