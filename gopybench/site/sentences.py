"""A view -> the sentences above it, which compare like with like; none where data say nothing."""

from __future__ import annotations

from gopybench.site.comparedruntimes import Row
from gopybench.site.comparisonviews import FASTEST, SAME, Ratio, View, Views
from gopybench.site.humannumbers import ends, times


def sentences(views: Views, view: View) -> list[str]:
    """Return what a view says: each newest runtime beside the baseline, then the fastest ways."""
    return [found for found in (_like_with_like(views, view), _fastest(views, view)) if found]


def _like_with_like(views: Views, view: View) -> str:
    base = view.baseline
    if base is None:
        return ""
    name = _name(views, base)
    said: list[str] = []
    known = [(of, row) for row in _others(views, view) if (of := views.ratio(view, row))]
    for time, row in sorted(known, key=lambda of: of[0].value):
        memory = views.ratio(view, row, 1)
        first = not said
        text = f"{_name(views, row)} takes {_times(time)}"
        text += f" the time of {name}" if first else ""
        if memory is not None:
            text += f" and {_times(memory)}"
            text += " its memory" if first or "memory" not in said[0] else ""
        elif not first and "memory" in said[0]:
            text += " the time"
        said.append(text)
    if not said:
        return ""
    return f"{_where(views, view)}: {'; '.join(said)}."


def _others(views: Views, view: View) -> list[Row]:
    """Return the row of each newest runtime that does the same as the baseline."""
    rows = (views.like(view, e) for e in views.kinds if e != views.base)
    return [row for row in rows if row is not None]


def _times(ratio: Ratio) -> str:
    return f"{times(ratio.value)} ({ratio.between})" if ratio.interval else times(ratio.value)


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
        ratio = views.ratio(view, row)
        if ratio is not None:
            words = " · ".join(filter(None, (views.way_words(row.way), _mode(views, view, row))))
            about = "; ".join(filter(None, (ratio.between, words)))
            said.append(f"{_name(views, row)} at {times(ratio.value)} ({about})")
    return f"The fastest of each, however it is written: {'; '.join(said)}." if said else ""


def _mode(views: Views, view: View, row: Row) -> str:
    return views.mode_words(row.mode) if view.modes != "first" else ""


def _is_shared(views: Views, row: Row) -> bool:
    return (row.way, row.mode) == (views.comparison.way, views.comparison.mode)


def in_turns(views: Views, view: View) -> str:
    """Return when turns gave ratios of a view; else what they gave elsewhere, the last of it."""
    base = view.baseline
    if base is None:
        return ""
    every = (views.ratio(view, row, i) for row in view.rows for i in range(len(row.cells)))
    if here := [ratio.turned for ratio in every if ratio and ratio.turned]:
        campaigns = "; ".join(sorted({found.campaign for found in here}))
        return f"Ratios with their 95 % interval were measured in turns, {campaigns}."
    others = views.turned_elsewhere(base, _others(views, view))
    if not others:
        return ""
    said = [
        f"{_name(views, row)} {times(of.ratio)} ({ends(of.low, of.high)})" for row, of in others
    ]
    campaigns = "; ".join(sorted({found.campaign for _, found in others}))
    commit = others[0][1].commit[: views.site.hash_length]
    return (
        f"Measured in turns at commit {commit}, {campaigns}, "
        f"as multiples of the time of {_name(views, base)}, with 95 % intervals: {'; '.join(said)}."
    )
