"""The results table: time and peak memory of every runtime, variant and mode, beside Go."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from asv.benchmarks import Benchmarks
from asv.machine import Machine
from asv.repo import get_repo
from asv.results import Results
from asv.util import UserError

from gopybench.asvdata import definitions, labels, soundness, versions
from gopybench.asvdata.commits import full_hash
from gopybench.subject.workload import MODES

_TIME = "person.Lifecycle.time_lifecycle"
_MEMORY = "person.Lifecycle.track_peakmem"

# What a table has columns for, measured or not.
ALWAYS = ("single", "threads", "processes")

# What all is compared with in Go, and the variant that a plain Python lacks.
_BASE = "Person"
_COMPILED_ALONE = "PersonCdef"


@dataclass(frozen=True)
class Cell:
    """One value of the table.

    Attributes:
        value: seconds or bytes; None where there is none.
        state: ``ok``, ``n/a`` (the runtime lacks it), ``failed`` or ``not measured``.
        ratio: the value over that of the newest Go in a single thread.
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

    def has(self, mode: str) -> bool:
        """Return whether anything was measured in a mode."""
        return any(cell.state in ("ok", "failed") for cell in (self.time[mode], self.memory[mode]))


@dataclass(frozen=True)
class Table:
    """What was measured of one commit on one machine with n persons, fastest first.

    The ratios are to *base*, the newest Go, in a single thread.
    """

    machine: str
    about_machine: str
    commit: str
    n: int
    base: str | None
    rows: list[Row]


def collect(conf: Any, rev: str | None = None, n: int | None = None) -> list[Table]:
    """Collect a table for each machine from the results.

    *rev* is the newest commit that has results unless given, *n* the
    largest size that has results. Raises asv's UserError where there are none.
    """
    benchmarks = Benchmarks.load(conf) if definitions.load(conf) else {}
    for name in (_TIME, _MEMORY):
        if name not in benchmarks:
            raise UserError(
                "table and report are about gopybench's own benchmarks of persons, and "
                f"{conf.results_dir} has no {name}. `asv publish` shows the results of any "
                "project; in gopybench, run `make bench` first"
            )
    commit = None if rev is None else full_hash(get_repo(conf), rev)
    results = [
        result
        for result in soundness.load_all(conf.results_dir)
        if commit in (None, result.commit_hash) and _sizes(result, benchmarks, n)
    ]
    if not results:
        wanted = "".join(
            [f" of commit {rev}" * (rev is not None), f" for n = {n}" * (n is not None)]
        )
        raise UserError(f"{conf.results_dir} has no results{wanted}")
    commit = max(results, key=lambda result: (result.date, result.commit_hash)).commit_hash
    results = [result for result in results if result.commit_hash == commit]
    if n is None:
        n = max(size for result in results for size in _sizes(result, benchmarks, None))
    tables = []
    for machine in sorted({str(result.params["machine"]) for result in results}):
        of_machine = [result for result in results if result.params["machine"] == machine]
        go = _newest_go(of_machine)
        base = labels.runtime(go) if go is not None else None
        about = labels.machine(of_machine[0].params)
        tables.append(Table(machine, about, commit, n, base, _rows(of_machine, benchmarks, n)))
    return tables


def _values(
    result: Results, benchmarks: Benchmarks, name: str
) -> Iterator[tuple[str, str, int, float | None]]:
    """Yield (variant, mode, n, value) of what a result was laid out on, values as asv has them."""
    if name not in result.get_result_keys(benchmarks):
        return
    names = benchmarks[name]["param_names"]
    params = result.get_result_params(name)
    if sorted(names) != ["mode", "n", "variant"] or len(params) != len(names):
        raise UserError(f"{name} has the parameters {', '.join(names)}, not variant, mode and n")
    values = result.get_result_value(name, params)
    for combination, value in zip(itertools.product(*params), values):
        of = dict(zip(names, combination))
        if not of["n"].isdigit():
            raise UserError(f"{name} has a parameter n that is no number: {of['n']}")
        yield of["variant"].strip("'"), of["mode"].strip("'"), int(of["n"]), value


def _sizes(result: Results, benchmarks: Benchmarks, n: int | None) -> set[int]:
    """Return the sizes for which there is any value, or only *n* if that is one of them."""
    sizes = {
        size
        for name in (_TIME, _MEMORY)
        for _, _, size, value in _values(result, benchmarks, name)
        if value is not None and not math.isnan(value)
    }
    return sizes if n is None else sizes & {n}


def _cells(
    result: Results, benchmarks: Benchmarks, name: str, n: int
) -> dict[tuple[str, str], Cell]:
    """Return the cells of one benchmark in one runtime, by variant and mode."""
    values = list(_values(result, benchmarks, name))
    python = result.params["python"]
    has_values = {variant for variant, _, _, v in values if v is None or not math.isnan(v)}
    has_modes = {mode for _, mode, _, v in values if v is None or not math.isnan(v)}

    def state(variant: str, mode: str) -> str:
        # asv writes NaN both for what was not selected and for what a runtime
        # lacks. The latter is Go's processes, what only Cython makes, a package
        # that does not exist for PyPy or a free-threaded build, and interpreters
        # before CPython 3.14, or of what they cannot load.
        if mode == "interpreters":
            version = re.fullmatch(r"3\.([0-9]+)t?", python)
            has_pool = version and int(version[1]) >= 14 and not result.params.get("cython")
            lacks = mode in has_modes or not has_pool
        elif python.startswith("go"):
            lacks = mode == "processes"
        elif variant == _COMPILED_ALONE and not result.params.get("cython"):
            lacks = True
        else:
            lacks = python.startswith("pypy") or python.endswith("t")
            lacks = lacks and variant not in has_values
        return "n/a" if lacks else "not measured"

    cells = {}
    for variant, mode, size, value in values:
        if size != n:
            continue
        if value is None:
            cells[variant, mode] = Cell(None, "failed")
        elif math.isnan(value):
            cells[variant, mode] = Cell(None, state(variant, mode))
        else:
            cells[variant, mode] = Cell(value, "ok")
    return cells


def _rows(results: list[Results], benchmarks: Benchmarks, n: int) -> list[Row]:
    base = _newest_go(results)
    names = labels.runtimes(map(_environment, results))

    def columns(name: str) -> Iterator[tuple[str, str, str, Cell]]:
        """Yield (runtime, variant, mode, cell) of one benchmark, with ratios."""
        of = [
            (result, runtime, _cells(result, benchmarks, name, n))
            for result, runtime in zip(results, names)
        ]
        over = next(
            (
                cell.value
                for result, _, cells in of
                for (variant, mode), cell in cells.items()
                if result.params["python"] == base and variant == _BASE
                if mode == "single" and cell.value
            ),
            None,
        )
        for _, runtime, cells in of:
            for (variant, mode), cell in cells.items():
                if over and cell.value is not None:
                    cell = Cell(cell.value, cell.state, cell.value / over)
                yield runtime, variant, mode, cell

    missing = Cell(None, "not measured")
    rows: dict[tuple[str, str], Row] = {}
    for name, attribute in ((_TIME, "time"), (_MEMORY, "memory")):
        for runtime, variant, mode, cell in columns(name):
            every = dict.fromkeys(MODES, missing)
            row = rows.setdefault((runtime, variant), Row(runtime, variant, every, dict(every)))
            cells = getattr(row, attribute)
            if cells[mode].state != "ok":  # by another results file of the same runtime
                cells[mode] = cell
    # Neither language knows the other's variants, and not all need be measured: a
    # row without any value says something only of a variant that others here have.
    pythons = {row.variant for row in rows.values() if _has_any(row) and not _is_go(row)}
    return sorted(
        (
            row
            for row in rows.values()
            if _has_any(row) or (row.variant in pythons and _is_lacking(row))
        ),
        key=lambda row: (row.time["single"].value or math.inf, row.runtime, row.variant),
    )


def _is_go(row: Row) -> bool:
    return row.runtime.startswith("Go ")


def _is_lacking(row: Row) -> bool:
    """Return whether a Python lacks a variant, rather than that nobody measured it."""
    return not _is_go(row) and any(row.time[mode].state == "n/a" for mode in ALWAYS)


def _has_any(row: Row) -> bool:
    return any(row.has(mode) for mode in MODES)


def _newest_go(results: Iterable[Results]) -> str | None:
    """Return the newest of the results' Go runtimes, such as ``go1.27``."""
    runtimes = {result.params["python"] for result in results}
    return max((r for r in runtimes if r.startswith("go")), key=versions.order, default=None)


def _environment(result: Results) -> dict[str, str | None]:
    """Return an environment's parameters without those of its machine."""
    machine = {key for key, _ in Machine.fields}
    own = {key: value for key, value in result.params.items() if key not in machine}
    return {**own, **{f"env-{key}": value for key, value in result.env_vars.items()}}
