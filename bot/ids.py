"""New opaque ids: those made later sort later."""

import secrets
import time

_last = 0


def new_id() -> str:
    """Twenty characters: the time in a thousandth of a millisecond, made to rise within a process, then chance."""
    global _last
    _last = max(time.time_ns() // 1000, _last + 1)
    return f"{_last:014x}{secrets.token_hex(3)}"
