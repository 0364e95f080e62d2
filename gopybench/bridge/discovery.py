"""Test binaries -> their benchmarks and sub-benchmarks, found by running each once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from gopybench.asvdata import mapping
from gopybench.benchfmt.names import parse_name, with_gomaxprocs
from gopybench.bridge.sampling import TIME, Cost, cost_of
from gopybench.bridge.testbinary import Measured, Run, TestBinary, exactly

# A program that did not come to say why it failed is run so often.
_MAX_SILENT = 3

# Every sub-benchmark that ends the program costs one more run of its function.
_MAX_RUNS = 20


@dataclass(frozen=True)
class Benchmark:
    """A benchmark, or a sub-benchmark, that has no others below it.

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
    def parameters(self) -> dict[str, str]:
        """The parameters, by name."""
        parameters = parse_name(self.name).parameters
        if self.gomaxprocs is not None:
            parameters = with_gomaxprocs(parameters, self.gomaxprocs)
        return dict(parameters)


@dataclass(frozen=True)
class Function:
    """A benchmark function.

    Attributes:
        package: the import path.
        module: the module's path.
        directory: the package's, as seen from the module's.
        name: the function's name, without ``Benchmark``.
        benchmarks: those that were found.
        complete: whether there are no others.
        problem: the words of the program, where it failed.
        code: its exit code then; None where it said nothing for too long.
    """

    package: str
    module: str
    directory: str
    name: str
    benchmarks: tuple[Benchmark, ...] = ()
    complete: bool = False
    problem: str = ""
    code: int | None = 1

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by whatever the module is called at a commit."""
        return self.directory, self.name

    @property
    def time(self) -> str:
        """The name of the asv benchmark of its time."""
        series = mapping.series(self.package, self.module, self.name, TIME, None)
        assert series is not None
        return series.name

    @property
    def asv_class(self) -> str:
        """What the names of its asv benchmarks have in common."""
        return mapping.asv_class(mapping.go_package(self.package, self.module), self.name)

    def series(self) -> dict[str, tuple[mapping.Series, list[Benchmark]]]:
        """Return its asv benchmarks by name, each with the benchmarks that have its unit.

        Those that gave no result count as timed: they are n/a or failed there.
        """
        found: dict[str, tuple[mapping.Series, list[Benchmark]]] = {}
        units = {unit: better for b in self.benchmarks for unit, better in b.units.items()}
        for unit, better in (units or {TIME: ""}).items():
            series = mapping.series(self.package, self.module, self.name, unit, better or None)
            if series is not None and series.name not in found:
                has = [
                    b
                    for b in self.benchmarks
                    if unit in b.units or (not b.units and (unit == TIME or TIME not in units))
                ]
                found[series.name] = (series, has)
        return found


def discover(
    function: Function, binary: TestBinary, cpus: Sequence[int], timeout: float | None
) -> Function:
    """Run a benchmark function of a test binary once, and return it with what there is.

    *cpus* are the values of GOMAXPROCS that *binary* runs every benchmark
    with; *timeout* is for how many seconds it may say nothing. A program that
    dies in a sub-benchmark is run again without that.
    """
    name = function.name
    names: dict[str, None] = {}
    lines: dict[str, list[Measured]] = {}
    better: dict[str, str] = {}
    problems: list[str] = []
    code: int | None = 1
    deadly: list[str] = []
    complete = False
    for attempt in range(_MAX_RUNS):
        run = binary.run(
            exactly(name),
            "-test.benchtime=1x",
            *([f"-test.skip={'|'.join(map(exactly, deadly))}"] if deadly else []),
            timeout=timeout,
        )
        if run.empty and not run.words.strip() and attempt + 1 < _MAX_SILENT:
            continue
        names.update(run.names)
        better.update(run.better)
        lines.update(run.lines)
        complete = not run.failed or _came_to_its_end(run)
        if run.failed:
            problems.append(run.problem)
            code = run.code
        last = next(reversed(run.names), name)
        if complete or last in run.lines or last in [name, *deadly]:
            break
        deadly.append(last)
    found, lost = _leaves(name, names, lines)
    benchmarks = [b for leaf in found for b in _benchmarks(leaf, lines.get(leaf, []), better, cpus)]
    return replace(
        function,
        benchmarks=tuple(benchmarks),
        complete=complete and not (lost and problems),
        problem="\n".join(dict.fromkeys(problems)),
        code=code,
    )


def merge(one: Function, other: Function) -> Function:
    """Return a function with the benchmarks that either has; the rest is the first one's."""
    names = {(b.name, b.gomaxprocs): b for b in (*other.benchmarks, *one.benchmarks)}
    order = dict.fromkeys((b.name, b.gomaxprocs) for b in (*one.benchmarks, *other.benchmarks))
    return replace(one, benchmarks=tuple(names[name] for name in order))


def _leaves(
    function: str, names: Iterable[str], lines: Mapping[str, object]
) -> tuple[list[str], list[str]]:
    """Tell benchmarks from those that only hold others; return them and those that may be either.

    One that gave no results, since it was skipped or failed, may have meant to
    hold others: it is a benchmark if it has the parameters of one that gave some.
    """

    def parameters(name: str) -> tuple[str, ...]:
        return tuple(key for key, _ in parse_name(name).parameters)

    kinds = {parameters(name) for name in lines}
    last = [n for n in names if n in lines or not any(m.startswith(f"{n}/") for m in names)]
    found = [n for n in last if n in lines or (n != function and parameters(n) in kinds)]
    return found, [name for name in last if name not in found]


def _came_to_its_end(run: Run) -> bool:
    """Return whether the program reported failures and ended by itself."""
    return "FAIL" in run.outcome.stdout[-1:]


def _benchmarks(
    name: str, lines: list[Measured], better: Mapping[str, str], cpus: Sequence[int]
) -> Iterable[Benchmark]:
    for gomaxprocs in cpus if len(cpus) > 1 else (None,):
        of = [m for m in lines if gomaxprocs in (None, m.gomaxprocs)]
        units = {v.unit: better.get(v.unit, "") for m in of for v in m.result.values}
        yield Benchmark(name, gomaxprocs, units, cost_of(of))


def save(path: Path, functions: Iterable[Function]) -> None:
    """Write what was discovered into a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(f) for f in functions], indent=1), encoding="utf-8")


def load(path: Path) -> list[Function] | None:
    """Read what was discovered; None where the file is not there or not whole."""
    try:
        return [
            Function(
                **{
                    **f,
                    "benchmarks": tuple(
                        Benchmark(**{**b, "cost": Cost(**b["cost"])}) for b in f["benchmarks"]
                    ),
                }
            )
            for f in json.loads(path.read_text(encoding="utf-8"))
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return None
