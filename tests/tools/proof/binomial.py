"""The exact interval of a share: k of n (Clopper and Pearson, 1934)."""

from __future__ import annotations

import math
from collections.abc import Callable


def at_most(k: int, n: int, share: float) -> float:
    """Return the chance of k or fewer of n, each of which comes with that chance."""
    if k >= n or share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    log, other = math.log(share), math.log1p(-share)
    ways = (math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in range(k + 1))
    return min(1.0, math.fsum(math.exp(w + i * log + (n - i) * other) for i, w in enumerate(ways)))


def interval(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the bounds of the share that k of n stand for; n is 1 or more.

    Each is wrong with a chance of at most half of what *confidence* leaves.
    """
    half = (1 - confidence) / 2
    # Both chances fall as the share grows.
    low = 0.0 if k == 0 else _where(lambda share: at_most(k - 1, n, share), 1 - half)
    high = 1.0 if k == n else _where(lambda share: at_most(k, n, share), half)
    return low, high


def _where(falling: Callable[[float], float], level: float) -> float:
    """Return where between 0 and 1 a falling function has that value."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > level else (low, middle)
    return (low + high) / 2


def share(k: int, n: int) -> str:
    """Return k of n as text, with the exact 95 % interval in per cent."""
    if n == 0:
        return "0 of 0"
    low, high = (100 * bound for bound in interval(k, n))
    return f"{k:,} of {n:,} ({low:.3g} to {high:.3g} %)"
