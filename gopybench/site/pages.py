"""Views -> HTML pages, each with the CSV and JSON of exactly what it shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from gopybench.site import htmltemplates
from gopybench.site.comparedruntimes import OK, Cell, Row
from gopybench.site.comparisonviews import (
    ALL,
    FASTEST,
    FEW,
    FIRST,
    SAME,
    Ratio,
    View,
    Views,
    bar_end,
    ratio_words,
    samples_words,
)
from gopybench.site.htmltemplates import INDEX, RESULTS
from gopybench.site.humannumbers import day, with_unit
from gopybench.site.parameterroles import CLASS, MODE, SIZE
from gopybench.site.sentences import in_turns, sentences
from gopybench.site.spreadsheetcsv import as_csv

# What the JSON of a view is written as: see docs/site.md.
FORMAT = 1

# More rows than these are folded by runtime.
_UNFOLDED = 40

# What the CSV has beside each value.
_COLUMNS = ("state", "samples", "low", "high", "ratio", "ratio low", "ratio high", "reason")

# What stands out in a sentence.
_RATIO = re.compile(r"([0-9][0-9.,e+-]*×)")

_COLOURED = {"Go", "CPython", "Cython", "PyPy"}


def write_views(views: Views, out: Path) -> None:
    """Write all views beside each other into *out*; the first one is ``index.html`` as well."""
    for view in views.all():
        name = views.name(view)
        for ending, text in _texts(views, view, name):
            (out / f"{name}{ending}").write_text(text, encoding="utf-8", newline="")
    view = views.default
    text = _page(views, view, views.name(view))
    (out / INDEX).write_text(text, encoding="utf-8")


def _texts(views: Views, view: View, name: str) -> Iterator[tuple[str, str]]:
    yield ".html", _page(views, view, name)
    yield ".csv", _as_csv(views, view)
    text = json.dumps(
        as_json(views, view), separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    yield ".json", f"{text}\n"


def _page(views: Views, view: View, name: str) -> str:
    return htmltemplates.render("landing.html", views.site, INDEX, **_context(views, view, name))


def _context(views: Views, view: View, name: str) -> dict[str, Any]:
    site, comparison = views.site, views.comparison
    commit = site.commits[comparison.commit]
    ends = [
        bar_end([row.cells[i].value or 0.0 for row in view.rows])
        for i in range(len(comparison.benchmarks))
    ]
    shown = [_row(views, view, row, ends) for row in view.rows]
    return {
        "name": name,
        "benchmark": comparison.benchmarks[0].name,
        "headings": [_heading(benchmark.unit) for benchmark in comparison.benchmarks],
        "sentences": [_RATIO.split(sentence) for sentence in sentences(views, view)],
        "in_turns": in_turns(views, view),
        "commit": commit.hash,
        "short": commit.hash[: site.hash_length],
        "commit_url": site.commit_url(commit.hash),
        "day": day(commit.date),
        "machine": site.machines[comparison.machine],
        "campaigns": sorted({campaign.label for campaign in comparison.campaigns}),
        "controls": list(_controls(views, view)),
        "results": _results(views, view),
        "rows": shown,
        "groups": _groups(shown),
        "beyond": [row for row in shown if any(cell["is_beyond"] for cell in row["cells"])],
        "missing": _without_value(views, view),
        "baseline": _label(views, view, view.baseline) if view.baseline else "",
        "few": any(
            0 < cell.count < FEW and cell.samples for row in view.rows for cell in row.cells
        ),
    }


def _results(views: Views, view: View) -> str:
    """Return where the same is shown of another commit."""
    site, comparison = views.site, views.comparison
    chosen = [(SIZE, view.size)]
    chosen += [(MODE, comparison.mode)] if view.modes == FIRST else []
    chosen += [(CLASS, comparison.way)] if view.ways == SAME else []
    asked = {
        "benchmark": comparison.benchmarks[0].name,
        "machine": site.machines[comparison.machine].name,
    }
    for role, values in chosen:
        asked |= {f"p-{name}": value for name, value in zip(comparison.names[role], values)}
    return f"{RESULTS}?{urlencode(asked)}"


def _row(views: Views, view: View, row: Row, ends: Sequence[float]) -> dict[str, Any]:
    environment = views.environment(row)
    return {
        "runtime": environment.label,
        "family": environment.family.lower() if environment.family in _COLOURED else "other",
        "words": _words(views, view, row),
        "is_baseline": row is view.baseline,
        "cells": [
            _shown(cell, benchmark.unit, end, ratio)
            for (cell, ratio), benchmark, end in zip(
                _with_ratios(views, view, row), views.comparison.benchmarks, ends
            )
        ],
    }


def _shown(cell: Cell, unit: str, end: float, ratio: Ratio | None) -> dict[str, Any]:
    """Return a cell as the template draws it; a bar is 100 wide."""

    def place(value: float) -> float:
        return round(min(100.0, max(0.0, 100 * value / end)), 2)

    ticks, interval = [], None
    if cell.value is not None and cell.count < FEW:
        ticks = [place(sample) for sample in cell.samples]
    elif cell.low is not None and cell.high is not None:
        interval = place(cell.low), place(cell.high)
    return {
        "text": with_unit(cell.value, unit) if cell.value is not None else cell.state,
        "width": place(cell.value) if cell.value is not None else None,
        "is_beyond": cell.value is not None and cell.value > end,
        "ticks": ticks,
        "interval": interval,
        "samples": samples_words(cell, unit),
        "ratio": ratio_words(ratio),
        "between": ratio.between if ratio else "",
    }


def _words(views: Views, view: View, row: Row) -> str:
    words = [views.way_words(row.way)]
    # The first mode is above the table where no other is shown.
    if view.modes != FIRST:
        words.append(views.mode_words(row.mode))
    return " · ".join(filter(None, words))


def _label(views: Views, view: View, row: Row) -> str:
    return " · ".join(filter(None, (views.environment(row).label, _words(views, view, row))))


def _heading(unit: str) -> str:
    return {"seconds": "time", "bytes": "memory"}.get(unit, unit)


def _groups(shown: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the rows by runtime where they are too many to be looked through, else none."""
    if len(shown) <= _UNFOLDED:
        return []
    found: dict[str, list[dict[str, Any]]] = {}
    for row in shown:
        found.setdefault(row["runtime"], []).append(row)
    return list(found.items())


def _without_value(views: Views, view: View) -> list[tuple[str, str, str, list[str]]]:
    """Return what has no value: by runtime, state and reason, what it is."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in view.none:
        key = views.environment(row).label, row.cells[0].state, row.cells[0].reason
        found.setdefault(key, []).append(_words(views, view, row) or "all")
    for row in view.rows:
        for cell, benchmark in zip(row.cells[1:], views.comparison.benchmarks[1:]):
            if cell.state not in ("", OK):
                key = views.environment(row).label, cell.state, cell.reason
                words = " · ".join(
                    filter(None, (_words(views, view, row), _heading(benchmark.unit)))
                )
                found.setdefault(key, []).append(words)
    return [(*key, rows) for key, rows in found.items()]


def _controls(views: Views, view: View) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    """Yield each control with its choices: words, address, and whether it is chosen."""
    first = views.mode_words(views.comparison.mode)
    way = views.way_words(views.comparison.way)
    modes = {FIRST: first, FASTEST: "fastest mode of each", ALL: "all modes"}
    ways = {SAME: f"{way} alone", ALL: "all"}
    by_size = [(views.size_words(size), (size, view.modes, view.ways)) for size in views.sizes]
    by_mode = [(modes[mode], (view.size, mode, view.ways)) for mode in views.modes]
    by_way = [(ways[way], (view.size, view.modes, way)) for way in views.ways]
    named = (
        (" · ".join(views.comparison.names[MODE]), by_mode),
        (" · ".join(views.comparison.names[SIZE]), by_size),
        (" · ".join(views.comparison.names[CLASS]), by_way),
    )
    now = (view.size, view.modes, view.ways)
    for name, choices in named:
        if len(choices) > 1:
            links = [
                (words, f"{views.name(views.view(*to))}.html", to == now) for words, to in choices
            ]
            yield name, links


def _with_ratios(views: Views, view: View, row: Row) -> list[tuple[Cell, Ratio | None]]:
    return [(cell, views.ratio(view, row, i)) for i, cell in enumerate(row.cells)]


def _as_csv(views: Views, view: View) -> str:
    """Return what a view shows as CSV: all of it that was asked for, those without a value last."""
    comparison = views.comparison
    names = [name for role in (CLASS, MODE, SIZE) for name in comparison.names[role]]
    head = ["runtime", *names, "commit", "machine"]
    for benchmark in comparison.benchmarks:
        unit = f" ({benchmark.unit})" if benchmark.unit else ""
        head.append(f"{benchmark.name}{unit}")
        head += [f"{benchmark.name} {what}" for what in _COLUMNS]
    lines = []
    where = (
        views.site.commits[comparison.commit].hash,
        views.site.machines[comparison.machine].name,
    )
    for row in (*view.rows, *view.none):
        line: list[Any] = [views.environment(row).label, *row.way, *row.mode, *row.size, *where]
        for cell, ratio in _with_ratios(views, view, row):
            line += [cell.value, cell.state, cell.count or "", cell.low, cell.high]
            interval = ratio.interval if ratio else None
            line += [ratio and ratio.value, *(interval or ("", "")), cell.reason]
        lines.append(line)
    return as_csv(head, lines)


def as_json(views: Views, view: View) -> dict[str, Any]:
    """Return what a view shows for tools."""
    comparison = views.comparison
    commit = views.site.commits[comparison.commit]
    rows = [*view.rows, *view.none]
    names = [*comparison.names[CLASS], *comparison.names[MODE], *comparison.names[SIZE]]
    return {
        "version": FORMAT,
        "project": views.site.project,
        "sentences": sentences(views, view),
        "in_turns": in_turns(views, view),
        "commit": commit.hash,
        "date": commit.date,
        "machine": views.site.machines[comparison.machine].name,
        "campaigns": sorted({campaign.label for campaign in comparison.campaigns}),
        "benchmarks": [{"name": one.name, "unit": one.unit} for one in comparison.benchmarks],
        "baseline": rows.index(view.baseline) if view.baseline else None,
        "rows": [
            {
                "runtime": views.environment(row).label,
                "family": views.environment(row).family,
                "environment": views.environment(row).params,
                "parameters": dict(zip(names, (*row.way, *row.mode, *row.size))),
                "values": [
                    {
                        "value": cell.value,
                        "state": cell.state or "not measured",
                        "samples": list(cell.samples),
                        "count": cell.count,
                        "interval": [cell.low, cell.high] if cell.low is not None else None,
                        "ratio": ratio and ratio.value,
                        "ratio_interval": ratio and ratio.interval,
                        "reason": cell.reason,
                    }
                    for cell, ratio in _with_ratios(views, view, row)
                ],
            }
            for row in rows
        ],
    }
