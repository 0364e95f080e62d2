"""An installed build -> its benchmark functions and their sub-benchmarks, found by running each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gopybench.asvdata import saidonce
from gopybench.asvdata.gosettings import Blocks
from gopybench.benchfmt.names import parse_name
from gopybench.bridge import functions
from gopybench.bridge.build import Package
from gopybench.bridge.functions import Benchmark, Function
from gopybench.bridge.installation import Installation
from gopybench.bridge.lastwords import skipped
from gopybench.bridge.sampling import measured_cost
from gopybench.bridge.testbinary import MAX_NAMES, BenchmarkLine, TestBinary, exact_pattern

# How often a program that dies without a word is run, in case it says more the next time.
_MAX_SILENT = 3

# Every sub-benchmark that ends the program costs one more run of its function.
_MAX_RUNS = 20

# Set for these runs: a benchmark that takes long may skip itself then.
_VARIABLE = "GOPYBENCH_DISCOVERY"


@dataclass
class Discovery:
    """Finds the functions of one build after the other, and runs each once in a state.

    Attributes:
        blocks: what the configuration says about Go.
        timeout: for how many seconds a program may list its functions.
    """

    blocks: Blocks
    timeout: float
    # By the installation's state and the function's key.
    _found: dict[str, dict[tuple[str, str], Function]] = field(default_factory=dict)

    def declared(self, installation: Installation) -> Iterator[tuple[Package, Function]]:
        """Yield the functions that a build has and that are wanted, nothing known of them yet."""
        for package in installation.build.packages:
            for name in self._names(package, installation):
                yield package, functions.declared(package, name)

    def _names(self, package: Package, installation: Installation) -> list[str]:
        pattern = self.blocks.of(package.directory).benchmarks
        if package.binary is not None:
            try:
                return installation.binary(package).functions(pattern, self.timeout)
            except (ValueError, OSError) as error:
                saidonce.warn(f"{package.path} does not list its benchmarks: {error}")
        wanted = re.compile(pattern)
        return [f.removeprefix("Benchmark") for f in package.functions if wanted.search(f)]

    def discover(
        self, package: Package, function: Function, installation: Installation, timeout: float
    ) -> Function:
        """Return what a build has of a function, run once unless that is known.

        For *timeout* seconds none of its benchmarks may begin or end.
        """
        if package.binary is None:
            return replace(function, problem=package.error)
        found = self._found.get(installation.state)
        if found is None:
            found = {f.key: f for f in functions.load(installation.discovered) or []}
            self._found[installation.state] = found
        if function.key not in found:
            binary, cpus = installation.binary(package), self.blocks.of(package.directory).cpus
            found[function.key] = _run_once(function, binary, cpus, timeout)
            # What failed is tried again by the next asv command.
            functions.save(installation.discovered, [f for f in found.values() if not f.problem])
        return _with_directions(found[function.key], self.blocks.of(package.directory).units)


def _with_directions(function: Function, units: Mapping[str, str]) -> Function:
    """Return a function with what the configuration says of its units."""
    if not units:
        return function
    benchmarks = (
        replace(b, units={unit: units.get(unit, better) for unit, better in b.units.items()})
        for b in function.benchmarks
    )
    return replace(function, benchmarks=tuple(benchmarks))


def _run_once(
    function: Function, binary: TestBinary, cpus: Sequence[int], timeout: float | None
) -> Function:
    """Run a benchmark function of a test binary once, and return it with what there is.

    *cpus* are the values of GOMAXPROCS that *binary* runs every benchmark
    with; *timeout* is for how many seconds no benchmark may begin or end. A program
    that dies in a sub-benchmark is run again without that one. The environment
    variable GOPYBENCH_DISCOVERY is 1.
    """
    name = function.name
    binary = replace(binary, env={**binary.env, _VARIABLE: "1"})
    names: dict[str, None] = {}
    lines: dict[str, list[BenchmarkLine]] = {}
    better: dict[str, str] = {}
    problems: list[str] = []
    code: int | None = 1
    fatal: list[str] = []
    complete = False
    for attempt in range(_MAX_RUNS):
        run = binary.run(
            exact_pattern(name),
            "-test.benchtime=1x",
            *([f"-test.skip={'|'.join(map(exact_pattern, fatal))}"] if fatal else []),
            timeout=timeout,
        )
        if run.outcome.stopped:
            why = f"it has more than {MAX_NAMES} sub-benchmarks; split it into several functions"
            return replace(function, problem=why)
        if run.empty and not run.output.strip() and attempt + 1 < _MAX_SILENT:
            continue
        names.update(run.names)
        better.update(run.better)
        lines.update(run.lines)
        complete = not run.failed or run.finished
        if run.failed:
            problems.append(run.problem)
            code = run.code
        last = next(reversed(run.names), name)
        if complete or last in run.lines or last in [name, *fatal]:
            break
        fatal.append(last)
    hidden = {
        (line.result.values[i].written_unit, by)
        for of in lines.values()
        for line in of
        for i, by in line.result.hidden().items()
    }
    for unit, by in sorted(hidden):
        why = f"{by} on the same line is the same unit"
        saidonce.warn(f"Benchmark{name} {unit} is left out: {why}")
    leaves, unknown = _leaves(name, names, lines)
    benchmarks = [
        b for leaf in leaves for b in _benchmarks(leaf, lines.get(leaf, []), better, cpus)
    ]
    return replace(
        function,
        benchmarks=tuple(benchmarks),
        complete=complete and not (unknown and problems),
        problem="\n".join(dict.fromkeys(problems)),
        code=code,
        skipped=skipped(run.output),
    )


def _leaves(
    function: str, names: Iterable[str], lines: Mapping[str, object]
) -> tuple[list[str], list[str]]:
    """Return the names that are benchmarks, and those of which that is not known.

    A name without results, skipped or failed, may have been about to hold
    others: it is a benchmark if it has the parameters of one with results.
    """

    def parameters(name: str) -> tuple[str, ...]:
        return tuple(key for key, _ in parse_name(name).parameters)

    kinds = {parameters(name) for name in lines}
    last = [n for n in names if n in lines or not any(m.startswith(f"{n}/") for m in names)]
    leaves = [n for n in last if n in lines or (n != function and parameters(n) in kinds)]
    return leaves, [name for name in last if name not in leaves]


def _benchmarks(
    name: str, lines: list[BenchmarkLine], better: Mapping[str, str], cpus: Sequence[int]
) -> Iterable[Benchmark]:
    for gomaxprocs in cpus if len(cpus) > 1 else (None,):
        own = [m for m in lines if gomaxprocs in (None, m.gomaxprocs)]
        units = {v.unit: better.get(v.unit, "") for m in own for v in m.result.values}
        yield Benchmark(name, gomaxprocs, units, measured_cost(own))
