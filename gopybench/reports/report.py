"""The report: a Markdown page of one commit's results, with plots and findings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from asv.benchmarks import Benchmarks
from asv.results import Results
from asv.util import UserError

from gopybench.asvdata import labels, soundness, versusfile
from gopybench.reports import findings, inturns, table, tablerendering
from gopybench.reports.numbers import TIME, Numbers
from gopybench.subject.workload import MODES

# No label is cut off, and a logarithmic axis has few lines.
_CONFIG = {"legend": {"labelLimit": 0}, "axis": {"tickCount": 5}}

# Whose growth is plotted.
_GROWTH = ("Person", "PersonCdef")


def write(conf: Any, path: Path, rev: str | None = None, machine: str | None = None) -> list[Path]:
    """Write the report to *path* and its plots beside it; return all that was written.

    *rev* is the newest commit that has results unless given, *machine* the only
    one that has results of it. Raises asv's UserError where there are no results, or
    those of several machines, or no library for the plots, and OSError where it cannot be written.
    """
    tables = table.collect(conf, rev)
    if machine is not None:
        tables = [one for one in tables if one.machine == machine]
    if len(tables) != 1:
        wanted = f" of machine {machine}" if machine else ""
        machines = ", ".join(one.machine for one in tables) or "none"
        raise UserError(f"choose a machine with --machine: results{wanted} are of {machines}")
    (one,) = tables
    try:
        import vl_convert
    except ModuleNotFoundError:
        raise UserError(
            "the report's plots need vl-convert-python: pip install 'gopybench[report]'"
        ) from None
    results = [
        result
        for result in soundness.load_all(conf.results_dir)
        if (result.commit_hash, result.params["machine"]) == (one.commit, one.machine)
    ]
    numbers = Numbers.of(results, Benchmarks.load(conf), one.n)
    plots = {
        "variants": ("Time and memory by variant", _variants(one)),
        "growth": ("Time per person, by the number of persons", _growth(numbers)),
    }
    page = _page(one, numbers, results, inturns.tables(versusfile.load(conf.results_dir)))
    path.parent.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (title, spec) in plots.items():
        file = path.with_name(f"{path.stem}-{name}.svg")
        file.write_text(vl_convert.vegalite_to_svg(json.dumps(spec)), encoding="utf-8")
        written.append(file)
        page += f"\n## {title}\n\n![{title}]({file.name})\n"
    path.write_text(page, encoding="utf-8")
    return [path, *written]


def _page(one: table.Table, numbers: Numbers, results: list[Results], in_turns: list[str]) -> str:
    versions = sorted({version for r in results if (version := _version(r))})
    lines = [
        "# Go and Python side by side",
        "",
        f"Made by `gopybench report --commit {one.commit[:8]}` from `results/`.",
        *([f"Measured with {', '.join(versions)}."] if versions else []),
        "",
        "## Findings",
        "",
        *(f"- {finding}" for finding in findings.collect(numbers, _cores(results))),
        "",
        *(
            ["## In turns", "", *(line for text in in_turns for line in (text, ""))]
            if in_turns
            else []
        ),
        "## All numbers",
        "",
        tablerendering.render([one], "markdown"),
    ]
    return "\n".join(lines) + "\n"


def _cores(results: list[Results]) -> str:
    """Return how many cores the results' machine has; empty if they do not say one number."""
    found = {str(result.params.get("num_cpu") or "") for result in results}
    return found.pop() if len(found) == 1 else ""


def _version(result: Results) -> str:
    """Return what a result says of its runtime's exact version."""
    requirements = getattr(result, "_requirements", None) or {}
    return str(requirements.get("@runtime") or "")


def _variants(one: table.Table) -> dict[str, Any]:
    """Return the plot of every variant and runtime: seconds, and bytes a process had at most."""
    values = [
        {
            "runtime": row.runtime,
            "variant": row.variant,
            "mode": mode,
            "what": what,
            "ratio": cell.ratio if one.base else cell.value,
        }
        for row in one.rows
        for what, cells in (("time", row.time), ("peak memory", row.memory))
        for mode, cell in cells.items()
        if mode == "single" and cell.value is not None
    ]
    unit = f"times {one.base} in a single thread" if one.base else "seconds, bytes"
    order = list(dict.fromkeys(row.variant for row in one.rows))
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": _CONFIG,
        "data": {"values": values},
        "facet": {"column": {"field": "what", "title": None, "sort": ["time", "peak memory"]}},
        "spec": {
            "width": 330,
            "mark": {"type": "point", "filled": True, "size": 55},
            "encoding": {
                "x": {
                    "field": "ratio",
                    "type": "quantitative",
                    "scale": {"type": "log"},
                    "title": unit,
                },
                "y": {"field": "variant", "type": "nominal", "sort": order, "title": None},
                "color": {"field": "runtime", "title": "runtime"},
                "shape": {"field": "runtime", "title": "runtime"},
            },
        },
        "resolve": {"scale": {"x": "independent"}},
    }


def _growth(numbers: Numbers) -> dict[str, Any]:
    """Return the plot of a life cycle's nanoseconds per person over the number of persons."""
    values = []
    for (python, cython, name, key), seconds in numbers.values.items():
        if name == TIME and key[0] in _GROWTH:
            runtime = labels.runtime(python) + (f", Cython {cython}" if cython else "")
            n = int(key[2])
            values.append(
                {
                    "runtime": f"{runtime}, {key[0]}",
                    "mode": key[1],
                    "n": n,
                    "nanoseconds": seconds / n * 1e9,
                }
            )
    logarithmic = {"scale": {"type": "log"}, "type": "quantitative"}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": _CONFIG,
        "data": {"values": values},
        "facet": {"column": {"field": "mode", "title": None, "sort": list(MODES)}},
        "spec": {
            "width": 190,
            "height": 260,
            "mark": {"type": "line", "point": True},
            "encoding": {
                "x": {"field": "n", "title": "persons", **logarithmic},
                "y": {"field": "nanoseconds", "title": "ns per person", **logarithmic},
                "color": {"field": "runtime", "title": None, "scale": {"scheme": "tableau20"}},
            },
        },
    }
