"""The results table: time and peak memory of every runtime, variant and mode, beside Go."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from asv.benchmarks import Benchmarks
from asv.repo import NoSuchNameError, get_repo
from asv.results import Results, iter_results
from asv.util import ProcessError, UserError, human_value
from tabulate import tabulate

FORMATS = ("text", "markdown", "json")

MODES = ("single", "threads", "processes")
_TIME = "person.Lifecycle.time_lifecycle"
_MEMORY = "person.Lifecycle.track_peakmem"


@dataclass(frozen=True)
class Cell:
    """One value of the table.

    Attributes:
        value: seconds or bytes; None where there is none.
        state: ``ok``, ``n/a`` (the runtime lacks it), ``failed`` or ``not measured``.
        ratio: the value over that of Go in a single thread.
    """

    value: float | None
    state: str
    ratio: float | None = None


@dataclass(frozen=True)
class Row:
    """One variant in one runtime; time and memory hold a cell for each mode."""

    runtime: str
    variant: str
    time: dict[str, Cell]
    memory: dict[str, Cell]


@dataclass(frozen=True)
class Table:
    """What was measured of one commit on one machine with n persons, fastest first."""

    machine: str
    about_machine: str
    commit: str
    n: int
    rows: list[Row]


def collect(conf: Any, revision: str | None = None, n: int | None = None) -> list[Table]:
    """Collect a table for each machine from the results.

    *revision* is the newest commit that has results unless given, *n* the
    largest size that has results. Raises asv's UserError where there are none.
    """
    benchmarks = Benchmarks.load(conf)
    for name in (_TIME, _MEMORY):
        if name not in benchmarks:
            raise UserError(f"{conf.results_dir} has no benchmark {name}; run `make bench` first")
    commit = None if revision is None else _commit(conf, revision)
    results = [
        result
        for result in iter_results(conf.results_dir)
        if commit in (None, result.commit_hash) and _sizes(result, benchmarks, n)
    ]
    if not results:
        wanted = "".join(
            [f" of commit {revision}" * (revision is not None), f" for n = {n}" * (n is not None)]
        )
        raise UserError(f"{conf.results_dir} has no results{wanted}")
    commit = max(results, key=lambda result: (result.date, result.commit_hash)).commit_hash
    results = [result for result in results if result.commit_hash == commit]
    if n is None:
        n = max(size for result in results for size in _sizes(result, benchmarks, None))
    tables = []
    machine_of = lambda result: str(result.params["machine"])  # noqa: E731
    for machine, group in itertools.groupby(sorted(results, key=machine_of), key=machine_of):
        of_machine = list(group)
        params = of_machine[0].params
        about = ", ".join(
            str(params[key]) + unit
            for key, unit in (("cpu", ""), ("num_cpu", " cores"), ("ram", " of memory"), ("os", ""))
            if params.get(key)
        )
        rows = _rows(of_machine, benchmarks, n)
        tables.append(Table(machine, about, commit, n, rows))
    return tables


def _commit(conf: Any, revision: str) -> str:
    try:
        if revision.startswith("-"):
            raise NoSuchNameError(revision)
        return str(get_repo(conf).get_hash_from_name(revision))
    except (NoSuchNameError, ProcessError):
        raise UserError(f"unknown revision {revision!r}") from None


def _values(
    result: Results, benchmarks: Benchmarks, name: str
) -> Iterator[tuple[str, str, int, float | None]]:
    """Yield (variant, mode, n, value) of a benchmark as asv keeps them."""
    if name not in result.get_result_keys(benchmarks):
        return
    params = benchmarks[name]["params"]
    values = result.get_result_value(name, params)
    for (variant, mode, n), value in zip(itertools.product(*params), values):
        yield variant.strip("'"), mode.strip("'"), int(n), value


def _sizes(result: Results, benchmarks: Benchmarks, n: int | None) -> set[int]:
    """Return the sizes for which there is any value, or only *n* if that is one of them."""
    sizes = {
        size
        for name in (_TIME, _MEMORY)
        for _, _, size, value in _values(result, benchmarks, name)
        if value is not None and not math.isnan(value)
    }
    return sizes if n is None else sizes & {n}


def _rows(results: Iterable[Results], benchmarks: Benchmarks, n: int) -> list[Row]:
    cells: dict[tuple[str, str], dict[str, dict[str, Cell]]] = {}
    for result in results:
        for name in (_TIME, _MEMORY):
            values = list(_values(result, benchmarks, name))
            # asv writes NaN for what a runtime lacks and for what was not
            # selected: the former has no value at any size.
            has_any = {
                (variant, mode)
                for variant, mode, _, value in values
                if value is None or not math.isnan(value)
            }
            for variant, mode, size, value in values:
                if size != n:
                    continue
                if value is None:
                    cell = Cell(None, "failed")
                elif math.isnan(value):
                    measured = (variant, mode) in has_any
                    cell = Cell(None, "not measured" if measured else "n/a")
                else:
                    cell = Cell(value, "ok")
                row = cells.setdefault((_runtime(result), variant), {_TIME: {}, _MEMORY: {}})
                row[name][mode] = cell
    go = {
        name: next(
            (
                row[name]["single"].value
                for (runtime, _), row in sorted(cells.items())
                if runtime.startswith("Go")
                and "single" in row[name]
                and row[name]["single"].value is not None
            ),
            None,
        )
        for name in (_TIME, _MEMORY)
    }

    def complete(row: dict[str, dict[str, Cell]], name: str) -> dict[str, Cell]:
        base = go[name]
        completed = {}
        for mode in MODES:
            cell = row[name].get(mode, Cell(None, "not measured"))
            if base and cell.value is not None:
                cell = Cell(cell.value, cell.state, cell.value / base)
            completed[mode] = cell
        return completed

    rows = [
        Row(runtime, variant, complete(row, _TIME), complete(row, _MEMORY))
        for (runtime, variant), row in cells.items()
        if not (runtime.startswith("Go") and all(c.state == "n/a" for c in row[_TIME].values()))
    ]
    return sorted(
        rows, key=lambda row: (row.time["single"].value or math.inf, row.runtime, row.variant)
    )


def _runtime(result: Results) -> str:
    """Return an environment's name for people: ``CPython 3.13, Cython 3.3.1``."""
    python = result.params["python"]
    if python.startswith("go"):
        name = "Go " + python.removeprefix("go")
    elif python.startswith("pypy"):
        name = "PyPy " + python.removeprefix("pypy")
    else:
        name = f"CPython {python}"
    known = {"machine", "os", "arch", "cpu", "num_cpu", "ram", "python"}
    extra = [
        f"{key} {result.params[key]}".strip() for key in sorted(result.params) if key not in known
    ]
    extra += [f"{key}={value}" for key, value in sorted(result.env_vars.items())]
    return ", ".join([name, *(re.sub(r"^cython\b", "Cython", e) for e in extra)])


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
        "rows": [
            {
                "runtime": row.runtime,
                "variant": row.variant,
                "mode": mode,
                "seconds": row.time[mode].value,
                "seconds_state": row.time[mode].state,
                "seconds_over_go_single": row.time[mode].ratio,
                "peak_bytes": row.memory[mode].value,
                "peak_bytes_state": row.memory[mode].state,
                "peak_bytes_over_go_single": row.memory[mode].ratio,
            }
            for row in table.rows
            for mode in MODES
        ],
    }


def _as_text(table: Table, style: str) -> str:
    rows = [
        [row.runtime, row.variant]
        + [_text(row.time[mode], "seconds") for mode in MODES]
        + [_text(row.memory[mode], "bytes") for mode in MODES]
        for row in table.rows
    ]
    headers = ["runtime", "variant", *MODES, *(f"peak, {mode}" for mode in MODES)]
    machine = f"{table.machine} ({table.about_machine})" if table.about_machine else table.machine
    heading = (
        f"{table.n:,} persons, commit {table.commit[:8]}, machine {machine}.\n"
        "Time and peak memory; in parentheses how many times Go in a single thread."
    )
    body = tabulate(rows, headers=headers, tablefmt=style, disable_numparse=True)
    return f"{heading}\n\n{body}"


def _text(cell: Cell, unit: str) -> str:
    if cell.value is None:
        return cell.state
    text = str(human_value(cell.value, unit))
    return text if cell.ratio is None else f"{text} ({cell.ratio:.2f}×)"
