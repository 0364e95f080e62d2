"""Ratios measured in turns, as results/versus.json keeps them -> tables of the report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tabulate import tabulate

from gopybench.asvdata import mapping
from gopybench.asvdata.versusfile import MEASURED, Run

# The benchmark that the tables are of.
_BENCHMARK = "person.Lifecycle.time_lifecycle"

_Comparison = dict[str, Any]


def tables(runs: Iterable[Run]) -> list[str]:
    """Return a table with its heading for each commit, machine and first environment."""
    groups: dict[tuple[str, str, str], list[Run]] = {}
    for run in runs:
        if any(one["benchmark"] == _BENCHMARK for one in run["comparisons"]):
            key = run["commit"], run["machine"], run["first"]["environment"]
            groups.setdefault(key, []).append(run)
    return [_table(*key, of) for key, of in groups.items()]


def _table(commit: str, machine: str, first: str, runs: list[Run]) -> str:
    cells: dict[tuple[str, str, str], dict[tuple[str, int], str]] = {}
    turns: list[int] = []
    for run in runs:
        for one in run["comparisons"]:
            if one["benchmark"] != _BENCHMARK:
                continue
            base, other = (_plain(one[side]) for side in ("first", "second"))
            row = run["second"]["environment"], other["variant"], base["variant"]
            column = _both(base["mode"], other["mode"]), int(base["n"])
            cells.setdefault(row, {})[column] = _cell(one)
            turns += [one["turns"]] if one["verdict"] == MEASURED else []
    columns = sorted({column for of in cells.values() for column in of})
    rows = [
        [environment, variant, base, *(of.get(column, "") for column in columns)]
        for (environment, variant, base), of in sorted(cells.items())
    ]
    headers = ["environment", "variant", f"{first}'s", *(f"{mode}, {n:,}" for mode, n in columns)]
    body = tabulate(rows, headers=headers, tablefmt="github", disable_numparse=True)
    day = max(str(run["date"]) for run in runs)[:10]
    counted = f"{min(turns)} to {max(turns)} turns each" if turns else "nothing was clear"
    return (
        f"Times as multiples of {first}'s at commit {commit[:8]}, measured in turns on {machine} "
        f"until {day}, with 95 % intervals; {counted}.\n\n{body}"
    )


def _plain(values: dict[str, str]) -> dict[str, str]:
    """Return parameters without the quotes of their ``repr``."""
    return {name: mapping.go_value(value) for name, value in values.items()}


def _both(first: str, second: str) -> str:
    return first if first == second else f"{second} to {first}"


def _cell(one: _Comparison) -> str:
    if one.get("ratio") is None:
        return str(one["verdict"])
    text = f"{one['ratio']:.2f}×"
    if one.get("low") is not None and one.get("high") is not None:
        text += f" ({one['low']:.2f} to {one['high']:.2f})"
    return text if one["verdict"] == MEASURED else f"{text}, {one['verdict']}"
