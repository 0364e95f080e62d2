"""A view -> the sentences above it, which compare like with like; none where data say nothing."""

from __future__ import annotations

from gopybench.site.comparedruntimes import Row
from gopybench.site.comparisonviews import FASTEST, SAME, View, Views
from gopybench.site.humannumbers import times


def sentences(views: Views, view: View) -> list[str]:
    """Return what a view says: each newest runtime beside the baseline, then the fastest ways."""
    return [found for found in (_like_with_like(views, view), _fastest(views, view)) if found]


def _like_with_like(views: Views, view: View) -> str:
    base = view.baseline
    if base is None:
        return ""
    others = [views.like(view, e) for e in views.kinds if e != views.base]
    rows = sorted((row for row in others if row is not None), key=lambda row: view.ratio(row) or 0)
    name = _name(views, base)
    said: list[str] = []
    for row in rows:
        time, memory = view.ratio(row), view.ratio(row, 1)
        if time is None:
            continue
        first = not said
        text = f"{_name(views, row)} takes {times(time)}"
        text += f" the time of {name}" if first else ""
        if memory is not None:
            text += f" and {times(memory)}"
            text += " its memory" if first or "memory" not in said[0] else ""
        elif not first and "memory" in said[0]:
            text += " the time"
        said.append(text)
    if not said:
        return ""
    return f"{_where(views, view)}: {'; '.join(said)}."


def _name(views: Views, row: Row) -> str:
    return views.environment(row).label.replace(", ", " with ", 1)


def _where(views: Views, view: View) -> str:
    """Return what is the same in all that is compared."""
    way = views.way_words(views.comparison.way)
    mode = views.mode_words(views.comparison.mode)
    if view.modes == FASTEST:
        mode = "the fastest mode of each"
    parts = [part for part in (way, mode, views.size_words(view.size)) if part]
    text = ", ".join(parts) or views.comparison.benchmarks[0].name
    return f"The same in all: {text}"


def _fastest(views: Views, view: View) -> str:
    """Return the fastest way of each kind, where that is another than the one that all share."""
    best = views.best(view)
    base = view.baseline
    if base is None or view.ways == SAME or all(_is_shared(views, row) for row in best):
        return ""
    said = []
    for row in best:
        ratio = view.ratio(row)
        if ratio is not None:
            words = " · ".join(filter(None, (views.way_words(row.way), _mode(views, view, row))))
            said.append(f"{_name(views, row)} at {times(ratio)} ({words})")
    return f"The fastest of each, however it is written: {'; '.join(said)}." if said else ""


def _mode(views: Views, view: View, row: Row) -> str:
    return views.mode_words(row.mode) if view.modes != "first" else ""


def _is_shared(views: Views, row: Row) -> bool:
    return (row.way, row.mode) == (views.comparison.way, views.comparison.mode)
