"""What a gate found -> text for a terminal, Markdown for a pull request, JSON for machines."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from typing import Any

from asv.util import human_value
from tabulate import tabulate

from gopybench.gate.gaterun import Report
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Verdict, cpu_ratio
from gopybench.turns.signedrank import Estimate

FORMATS = ("text", "markdown", "json")

# How many comparisons a table shows of one verdict, the largest changes first.
MAX_SHOWN = 30

# A smaller ratio is one to zero.
_LEAST = 1e-6

_SHOWN = (Verdict.WORSE, Verdict.INCONCLUSIVE, Verdict.BETTER, Verdict.NEW)


def render(report: Report, format: str) -> str:
    """Return the report in one of FORMATS."""
    if format == "json":
        return json.dumps(_as_json(report), indent=2, allow_nan=False)
    is_markdown = format == "markdown"
    headline = _headline(report)
    parts = [f"**{headline}**" if is_markdown else headline]
    if rows := [row for verdict in _SHOWN for row in _rows(report.of(verdict))]:
        headers = ("", "environment", "benchmark", "base", "head", "ratio", "between")
        parts.append(tabulated(rows, headers, is_markdown=is_markdown))
    return "\n\n".join([*parts, _footer(report)])


def tabulated(rows: list[list[str]], headers: Sequence[str], *, is_markdown: bool) -> str:
    """Return a table for a terminal, or for Markdown."""
    if is_markdown:
        # A bar would end the column.
        rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    style = "github" if is_markdown else "simple"
    return str(tabulate(rows, headers, tablefmt=style, disable_numparse=True))


def _headline(report: Report) -> str:
    commits = f"{report.base[:8]} → {report.head[:8]}"
    counts = f"of {report.measured} comparisons"
    worse, open_ = len(report.of(Verdict.WORSE)), len(report.of(Verdict.INCONCLUSIVE))
    if worse:
        what = f"{worse} {counts} got worse"
        what += f", {open_} inconclusive" if open_ else ""
    elif open_:
        what = f"{open_} {counts} {'is' if open_ == 1 else 'are'} inconclusive"
        what += "; the rest did not regress" if open_ < report.measured else ""
    elif not report.measured:
        what = "nothing was measured"
    else:
        what = f"none {counts} got worse"
    return f"{commits}: {what}"


def _rows(comparisons: list[Comparison]) -> Iterable[list[str]]:
    ordered = sorted(comparisons, key=_size_of_change, reverse=True)
    for c in ordered[:MAX_SHOWN]:
        assert c.verdict is not None
        yield [
            c.verdict.value,
            c.place.environment,
            c.place.name,
            median(c.base, c),
            median(c.head, c),
            ratio(c.estimate),
            between(c.estimate) + (f" {c.why}" if c.why else "") if c.estimate else c.why,
        ]
    if len(ordered) > MAX_SHOWN:
        yield ["", "", f"and {len(ordered) - MAX_SHOWN} more", "", "", "", ""]


def _size_of_change(comparison: Comparison) -> float:
    return abs(math.log(comparison.estimate.ratio)) if comparison.estimate else math.inf


def median(values: list[float], comparison: Comparison) -> str:
    """Return the median for people, in the benchmark's unit; nothing where there is none."""
    if not values:
        return ""
    value, unit = statistics.median(values), comparison.place.benchmark["unit"]
    if unit in ("seconds", "bytes"):
        return str(human_value(value, unit))
    return f"{value:.6g}"


def ratio(estimate: Estimate | None) -> str:
    """Return the ratio for people."""
    if estimate is None:
        return ""
    if not _LEAST < estimate.ratio < 1 / _LEAST:
        return "from 0" if estimate.ratio > 1 else "to 0"
    return f"{estimate.ratio:.3f}×"


def between(estimate: Estimate) -> str:
    """Return the bounds for people; nothing where one is none."""
    if estimate.low < _LEAST or estimate.high > 1 / _LEAST:
        return ""
    return f"{estimate.low:.3f} to {estimate.high:.3f}"


def _footer(report: Report) -> str:
    rules = report.rules
    same, absent = len(report.of(Verdict.SAME)), len(report.of(Verdict.ABSENT))
    alarms = f"at most {_percent(rules.false_alarms)}"
    return (
        f"{same} did not change by more than {_percent(rules.threshold)} "
        f"({_percent(rules.tolerance)} for values that do not vary)"
        + (f"; {absent} are n/a" if absent else "")
        + f". Measured in turns for {report.seconds / 60:.1f} min. On unchanged code, the chance "
        f"that a gate calls any time worse is {alarms}."
    )


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "base": report.base,
        "head": report.head,
        "exit_code": report.code,
        "seconds": report.seconds,
        "threshold": report.rules.threshold,
        "tolerance": report.rules.tolerance,
        "false_alarms": report.rules.false_alarms,
        "comparisons": [
            {
                "environment": c.place.environment,
                "benchmark": c.place.benchmark["name"],
                "parameters": c.place.parameters,
                "unit": c.place.benchmark["unit"],
                "verdict": c.verdict.value if c.verdict else None,
                "why": c.why,
                "ratio": _finite(c.estimate.ratio) if c.estimate else None,
                "low": _finite(c.estimate.low) if c.estimate else None,
                "high": _finite(c.estimate.high) if c.estimate else None,
                "cpu_ratio": cpu_ratio(c.turns),
                "base": c.base,
                "head": c.head,
            }
            for c in report.comparisons
        ],
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
