"""Points -> the path of a small history, drawn at publish."""

from __future__ import annotations

from collections.abc import Sequence

from gopybench.site.latestvalues import Point

# The size of the drawing's view box.
WIDTH, HEIGHT = 120, 24

# Above and below the line.
_EDGE = 2

# Values that differ by less than this share are not drawn as if they were apart.
_LEAST_SPAN = 0.1


def path(points: Sequence[Point], slots: int) -> str:
    """Return the ``d`` of an SVG path: a dash for each value, oldest first, the last at the right.

    Each dash has one of *slots* of equal width. Dashes of one campaign that follow each
    other are joined; those of two campaigns are not.
    """
    if not points:
        return ""
    values = [point.value for point in points]
    low, high = min(values), max(values)
    missing = _LEAST_SPAN * max(abs(low), abs(high)) - (high - low)
    if missing > 0:
        low, high = low - missing / 2, high + missing / 2
    scale = (HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
    width = WIDTH // slots
    start = WIDTH - width * len(points)
    drawn, campaign = [], -1
    for i, point in enumerate(points):
        y = round(HEIGHT - _EDGE - (point.value - low) * scale)
        drawn.append(f"V{y}" if point.campaign == campaign else f"M{start + i * width} {y}")
        drawn.append(f"h{width}")
        campaign = point.campaign
    return "".join(drawn)
