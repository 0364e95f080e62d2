"""Go's benchmark functions as they were discovered, and the asv benchmarks of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from gopybench.asvdata import mapping
from gopybench.benchfmt import units as unit_names
from gopybench.bridge.build import Package
from gopybench.bridge.sampling import TIME_UNIT, Cost


@dataclass(frozen=True)
class Benchmark:
    """A benchmark or sub-benchmark that has no others below it.

    Attributes:
        name: its full name, without ``Benchmark``.
        gomaxprocs: the value to run it with, where a run has several.
        units: the base units of its results, each with which direction is
            said to be better; none where it was skipped or failed.
        cost: what one run took.
    """

    name: str
    gomaxprocs: int | None
    units: Mapping[str, str]
    cost: Cost

    @property
    def named(self) -> tuple[str, int | None]:
        """What asv's parameters are made of."""
        return self.name, self.gomaxprocs


@dataclass(frozen=True)
class Function:
    """A benchmark function.

    Attributes:
        package: the import path.
        asv_package: what asv calls the package.
        directory: the package's, in the repository.
        name: the function's name, without ``Benchmark``.
        benchmarks: those that were found.
        complete: whether there are no others.
        problem: what the compiler or the program said, where it failed.
        code: the exit code then; None where it was killed as its time was over.
        skipped: why it skipped itself, or one of its benchmarks, where it says so.
    """

    package: str
    asv_package: str
    directory: str
    name: str
    benchmarks: tuple[Benchmark, ...] = ()
    complete: bool = False
    problem: str = ""
    code: int | None = 1
    skipped: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it at every commit, whatever the module is called there."""
        return self.directory, self.name

    @property
    def time_name(self) -> str:
        """The name of the asv benchmark of its time."""
        series = self.series(TIME_UNIT)
        assert series is not None
        return series.name

    @property
    def asv_class(self) -> str:
        """What the names of its asv benchmarks have in common."""
        return mapping.asv_class(self.asv_package, self.name)

    def series(self, unit: str, better: str = "") -> mapping.Series | None:
        """Return what a base unit of it is in asv; None where higher is *better*."""
        return mapping.series(self.package, self.asv_package, self.name, unit, better or None)

    def units_better_higher(self) -> list[str]:
        """Return the base units that asv cannot show, but for Go's own rate of bytes."""
        units = {unit: better for b in self.benchmarks for unit, better in b.units.items()}
        return [u for u, better in units.items() if self.series(u, better) is None and u != "B/s"]

    def hidden_units(self) -> list[tuple[str, mapping.Series]]:
        """Return the base units whose asv name another has, each with that other's."""
        units = {unit: better for b in self.benchmarks for unit, better in b.units.items()}
        found = []
        named = self.series_by_name()
        for unit, better in units.items():
            series = self.series(unit, better)
            if series is not None and named[series.name][0].identity != series.identity:
                found.append((unit, named[series.name][0]))
        return found

    def series_by_name(self) -> dict[str, tuple[mapping.Series, list[Benchmark]]]:
        """Return its asv benchmarks by name, each with the Go benchmarks that have its unit.

        A Go benchmark without results counts as timed: it is n/a or failed there.
        """
        found: dict[str, tuple[mapping.Series, list[Benchmark]]] = {}
        units = {unit: better for b in self.benchmarks for unit, better in b.units.items()}
        for unit in unit_names.go_first(units or [TIME_UNIT]):
            series = self.series(unit, units.get(unit, ""))
            if series is not None and series.name not in found:
                with_unit = [
                    b
                    for b in self.benchmarks
                    if unit in b.units
                    or (not b.units and (unit == TIME_UNIT or TIME_UNIT not in units))
                ]
                found[series.name] = (series, with_unit)
        return found


def declared(package: Package, name: str) -> Function:
    """Return a function of a package of which nothing is known yet but its *name*."""
    return Function(package.path, package.name, package.directory, name)


def merge(one: Function, other: Function) -> Function:
    """Return a function with the benchmarks that either has; the rest is the first one's."""
    names = {(b.name, b.gomaxprocs): b for b in (*other.benchmarks, *one.benchmarks)}
    order = dict.fromkeys((b.name, b.gomaxprocs) for b in (*one.benchmarks, *other.benchmarks))
    return replace(one, benchmarks=tuple(names[name] for name in order))


def save(path: Path, functions: Iterable[Function]) -> None:
    """Write functions into a file, for the next asv command."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(as_json(functions), indent=1), encoding="utf-8")


def load(path: Path) -> list[Function] | None:
    """Read functions from a file; None where it is missing or damaged."""
    try:
        return of_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def as_json(functions: Iterable[Function]) -> list[dict[str, Any]]:
    """Return functions as JSON has them."""
    return [asdict(f) for f in functions]


def of_json(found: Iterable[Mapping[str, Any]]) -> list[Function]:
    """Return functions of what :func:`as_json` made; raise KeyError and TypeError for others."""
    return [
        Function(
            **{
                **f,
                "benchmarks": tuple(
                    Benchmark(**{**b, "cost": Cost(**b["cost"])}) for b in f["benchmarks"]
                ),
            }
        )
        for f in found
    ]
