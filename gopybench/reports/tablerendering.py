"""The results table as text, Markdown and JSON."""

from __future__ import annotations

import json
from typing import Any

from asv.util import human_value
from tabulate import tabulate

from gopybench.reports.table import ALWAYS, Cell, Table
from gopybench.subject.workload import MODES

FORMATS = ("text", "markdown", "json")


def render(tables: list[Table], format: str) -> str:
    """Return the tables as text, Markdown or JSON."""
    if format == "json":
        return json.dumps([_as_json(table) for table in tables], indent=2)
    return "\n\n".join(
        _as_text(table, "github" if format == "markdown" else "simple") for table in tables
    )


def _as_json(table: Table) -> dict[str, Any]:
    return {
        "machine": table.machine,
        "commit": table.commit,
        "n": table.n,
        "base": table.base,
        "rows": [
            {
                "runtime": row.runtime,
                "variant": row.variant,
                "mode": mode,
                "seconds": row.time[mode].value,
                "seconds_state": row.time[mode].state,
                "seconds_over_base": row.time[mode].ratio,
                "peak_bytes": row.memory[mode].value,
                "peak_bytes_state": row.memory[mode].state,
                "peak_bytes_over_base": row.memory[mode].ratio,
            }
            for row in table.rows
            for mode in MODES
        ],
    }


def _as_text(table: Table, style: str) -> str:
    # Few runtimes have interpreters: columns of them only where something was measured in them.
    modes = [mode for mode in MODES if mode in ALWAYS or any(row.has(mode) for row in table.rows)]
    rows = [
        [row.runtime, row.variant]
        + [_text(row.time[mode], "seconds") for mode in modes]
        + [_text(row.memory[mode], "bytes") for mode in modes]
        for row in table.rows
    ]
    headers = ["runtime", "variant", *modes, *(f"peak, {mode}" for mode in modes)]
    machine = f"{table.machine} ({table.about_machine})" if table.about_machine else table.machine
    heading = (
        f"{table.n:,} persons, commit {table.commit[:8]}, machine {machine}.\n"
        "Time and peak memory"
        + (
            f"; in parentheses, as multiples of {table.base} in a single thread."
            if table.base
            else "."
        )
    )
    body = tabulate(rows, headers=headers, tablefmt=style, disable_numparse=True)
    return f"{heading}\n\n{body}"


def _text(cell: Cell, unit: str) -> str:
    if cell.value is None:
        return cell.state
    text = str(human_value(cell.value, unit))
    return text if cell.ratio is None else f"{text} ({cell.ratio:.2f}×)"
