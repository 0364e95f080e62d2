"""What was found of two environments -> text, Markdown, or the JSON that is kept."""

from __future__ import annotations

import json

from gopybench.asvdata.versusfile import Run
from gopybench.gate.rendering import between, median, ratio, tabulated
from gopybench.gate.versusrun import Versus
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Verdict

FORMATS = ("text", "markdown", "json")


def render(found: Versus, run: Run, format: str) -> str:
    """Return it in one of FORMATS; *run* is what is kept."""
    if format == "json":
        return json.dumps(run, indent=2, allow_nan=False)
    is_markdown = format == "markdown"
    first, second = found.names
    headline = f"{second} to {first} at {found.commit[:8]}: {_counted(found)}"
    parts = [f"**{headline}**" if is_markdown else headline]
    measured, open_ = found.of(Verdict.MEASURED), found.of(Verdict.INCONCLUSIVE)
    if rows := [_row(comparison) for comparison in [*measured, *open_]]:
        headers = ("", "benchmark", first, second, "ratio", "between")
        parts.append(tabulated(rows, headers, is_markdown=is_markdown))
    return "\n\n".join([*parts, _footer(found)])


def _counted(found: Versus) -> str:
    measured, open_ = len(found.of(Verdict.MEASURED)), len(found.of(Verdict.INCONCLUSIVE))
    said = f"{measured} measured" if measured or open_ else "nothing was measured"
    return said + (f", {open_} inconclusive" if open_ else "")


def _row(c: Comparison) -> list[str]:
    first, second = c.place.parameters, c.place.of_head.parameters
    values = [v if v == w else f"{v} : {w}" for v, w in zip(first.values(), second.values())]
    name = c.place.benchmark["name"] + (f"({', '.join(values)})" if values else "")
    verdict = "" if c.verdict is Verdict.MEASURED else "inconclusive"
    interval = between(c.estimate) if c.estimate else ""
    told = f"{interval} {c.why}".strip()
    return [verdict, name, median(c.base, c), median(c.head, c), ratio(c.estimate), told]


def _footer(found: Versus) -> str:
    absent = found.of(Verdict.ABSENT)
    why = sorted({comparison.why for comparison in absent if comparison.why})
    return (
        f"A ratio is {found.names[1]} to {found.names[0]}, measured in turns, with its 95 % "
        f"interval. Took {found.seconds / 60:.1f} min."
        + (f" {len(absent)} are n/a ({'; '.join(why) or 'in both'})." if absent else "")
    )
