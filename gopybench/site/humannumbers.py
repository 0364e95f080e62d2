"""Numbers as people read them on the site: three digits, a unit that fits, and ratios."""

from __future__ import annotations

import datetime
import math

# Units of asv that are shown with a prefix: each step with its size.
STEPS = {
    "seconds": (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)),
    "bytes": (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0)),
}


def digits(value: float) -> str:
    """Return a number with three digits, or all of those before its point."""
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1e6 or size < 1e-3:
        return f"{value:.2e}"
    if size >= 999.5:
        return f"{value:,.0f}"
    # Rounding may make one digit more before the point.
    whole = math.floor(math.log10(float(f"{size:.2e}"))) + 1
    return f"{value:.{max(0, 3 - max(whole, 1)) if size >= 1 else 3 - whole}f}"


def with_unit(value: float, unit: str) -> str:
    """Return a value of asv's *unit* for people, such as ``566 ms``."""
    steps = STEPS.get(unit)
    if steps is None:
        return f"{digits(value)} {unit}" if unit and unit != "unit" else digits(value)
    if value == 0:
        return f"0 {next(name for name, size in steps if size == 1)}"
    fitting = (step for step in steps if abs(value) >= step[1] * 0.9995)
    name, size = next(fitting, steps[-1])
    return f"{digits(value / size)} {name}"


def times(ratio: float) -> str:
    """Return a ratio for people, with the sign for times."""
    if ratio >= 99.95 or ratio < 0.0995:
        return f"{digits(ratio)}×"
    return f"{ratio:.1f}×" if ratio >= 9.995 else f"{ratio:.2f}×"


def ends(low: float, high: float) -> str:
    """Return the ends of a ratio's interval for people: ``2.45 to 2.55``."""
    return " to ".join(times(end).rstrip("×") for end in (low, high))


def grouped(text: str) -> str:
    """Return a text with commas between its thousands if it is a whole number."""
    return f"{int(text):,}" if text.isascii() and text.isdigit() else text


def day(date: int | None) -> str:
    """Return the day (UTC) of a moment in milliseconds since 1970; empty where nobody knows."""
    if date is None:
        return ""
    return f"{datetime.datetime.fromtimestamp(date / 1000, datetime.timezone.utc):%Y-%m-%d}"


def change(ratio: float) -> str:
    """Return a change for people: ``+5.3 %``, and a ratio where it is twofold or more."""
    if not 0.5 < ratio < 2:
        return times(ratio)
    percent = 100 * (ratio - 1)
    text = f"{abs(percent):.1f}" if abs(percent) < 9.95 else f"{abs(percent):.0f}"
    if not float(text):
        return "0\u00a0%"
    return f"{'+' if percent > 0 else '−'}{text}\u00a0%"
