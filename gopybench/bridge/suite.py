"""The Go benchmarks of a build: which there are in asv's terms, and what each measures."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Optional

from asv.console import log

from gopybench.bridge import definitions, discovery, naming, settings
from gopybench.bridge.build import Build, Package
from gopybench.bridge.discovery import Benchmark, Function
from gopybench.bridge.sampling import TIME, Cost, cost_of, plan
from gopybench.bridge.testbinary import Measured, TestBinary, exactly


class Failed(Exception):
    """A benchmark failed; the message is what the compiler or the program said.

    Attributes:
        code: the exit code; None where the program said nothing for too long.
    """

    def __init__(self, words: str, code: int | None = 1) -> None:
        """Take the words and the exit code."""
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class Installed:
    """A build in its place, ready to run.

    Attributes:
        build: what was built.
        directory: where its binaries are.
        module: the module's directory, with the commit's files.
        commit: the commit.
        env: the environment variables to run with.
        timeout: for how many seconds a program may say nothing while
            benchmarks are discovered.
    """

    build: Build
    directory: Path
    module: Path
    commit: str
    env: Mapping[str, str]
    timeout: float


# A benchmark, whatever the commit: what its asv names have in common, its own
# name and GOMAXPROCS.
_Id = tuple[str, str, Optional[int]]


@dataclass
class Suite:
    """Finds and measures benchmarks of one build after the other.

    Attributes:
        settings: what the configuration says about Go.
        functions: the functions that were discovered, by what their asv names
            have in common.
    """

    settings: settings.Settings
    functions: dict[str, Function] = field(default_factory=dict)
    # Those of single commits, where those that were discovered do not serve.
    _own: dict[tuple[str, str], Function | None] = field(default_factory=dict)
    _costs: dict[_Id, Cost] = field(default_factory=dict)
    # By commit and benchmark: the lines of all processes so far, or why there are none.
    _lines: dict[tuple[str, _Id], list[Measured] | Failed] = field(default_factory=dict)

    def discover(self, installed: Installed) -> list[Function]:
        """Return all benchmark functions of a build, those that fail among them."""
        functions: list[Function] = []
        for package in installed.build.packages:
            for name in self._names(package, installed):
                functions.append(self._function(package, name, installed))
        return functions

    def _names(self, package: Package, installed: Installed) -> list[str]:
        if package.binary is not None:
            binary = self._binary(package, installed)
            try:
                return binary.functions(self.settings.benchmarks, installed.timeout)
            except (ValueError, OSError) as error:
                log.warning(f"{package.path} does not list its benchmarks: {error}")
        wanted = re.compile(self.settings.benchmarks)
        return [f.removeprefix("Benchmark") for f in package.functions if wanted.search(f)]

    def _function(self, package: Package, name: str, installed: Installed) -> Function:
        if package.binary is None:
            return Function(package.path, package.module, name, problem=package.error)
        return discovery.discover(
            package.path,
            package.module,
            name,
            self._binary(package, installed),
            self.settings.cpus,
            installed.timeout,
        )

    def _binary(self, package: Package, installed: Installed) -> TestBinary:
        cwd = installed.module / package.directory
        # A package may be in the working tree alone.
        cwd.mkdir(parents=True, exist_ok=True)
        cpus = ",".join(map(str, self.settings.cpus))
        return TestBinary(
            installed.directory / str(package.binary),
            cwd,
            installed.env,
            (*self.settings.run_flags, *([f"-test.cpu={cpus}"] if cpus else [])),
            self.settings.arguments,
        )

    def entries(self, known: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """Return asv's definitions of the benchmarks that were discovered.

        *known* are the definitions so far; parameter values that are there
        stay. What cannot be an asv benchmark is warned of.
        """
        entries: dict[str, dict[str, Any]] = {}
        for function in self.functions.values():
            for name, (series, benchmarks) in function.series().items():
                try:
                    if name in entries:
                        reason = f"the name is taken by {entries[name]['go']}"
                        raise definitions.DoesNotFit(reason)
                    entries[name] = self._define(series, benchmarks, known.get(name))
                except definitions.DoesNotFit as reason:
                    log.warning(f"{series.identity} is left out: {name}: {reason}")
        return list(entries.values())

    def _define(
        self, series: naming.Series, benchmarks: list[Benchmark], known: dict[str, Any] | None
    ) -> dict[str, Any]:
        if known is not None:
            # Python's no longer, or Go's; a module that was renamed keeps its benchmarks.
            known = {**known, "go": series.identity} if definitions.is_go(known) else None
        parameters = [benchmark.parameters for benchmark in benchmarks]
        if benchmarks or known is None:
            entry = definitions.define(
                series.name, series.identity, series.metric, parameters or [{}], known
            )
            entry[definitions.ASSUMED] = not benchmarks
        else:
            entry = known
        attributes = self.settings.attributes_of(series.name)
        if series.metric.type != "time":
            attributes = {"timeout": attributes["timeout"]}
        return {**entry, **attributes}

    def measure(
        self,
        name: str,
        index: int,
        known: Mapping[str, Mapping[str, Any]],
        overridden: Mapping[str, Any],
        installed: Installed,
        profile: Path | None = None,
    ) -> tuple[Any, str]:
        """Measure the asv benchmark *name* at one combination of its parameters.

        *known* are asv's definitions and *overridden* attributes, beside those
        of the definition. Return the value as asv's runner would, NaN where
        there is no such benchmark or it was skipped, and what the program
        said. A value other than time comes from the run that was timed, where
        there was one. A profile is written to *profile*. Raises Failed.
        """
        if installed.build.error:
            raise Failed(installed.build.error)
        function = self._at(name.rpartition(".")[0], installed)
        if function is None:
            return math.nan, ""
        benchmark = _at_index(function, known[name], index)
        if benchmark is None:
            if function.complete:
                return math.nan, ""
            raise Failed(function.problem, function.code)
        time = naming.series(function.package, function.module, function.name, TIME, None)
        assert time is not None
        identity = (function.asv_class, benchmark.name, benchmark.gomaxprocs)
        key = (installed.commit, identity)
        words = ""
        if name == time.name or key not in self._lines:
            timed = known.get(time.name) or self.settings.attributes_of(time.name)
            attributes = {k: timed.get(k, v) for k, v in settings.ATTRIBUTES.items()}
            package = self._package(function, installed)
            assert package is not None
            try:
                cost = self._costs.get(identity, benchmark.cost)
                attributes.update(overridden)
                new, words = self._run(package, benchmark, cost, attributes, installed, profile)
            except Failed as failure:
                self._lines[key] = failure
                raise
            before = self._lines.get(key, [])
            self._lines[key] = [*(before if isinstance(before, list) else []), *new]
            if new:
                self._costs[identity] = cost_of(new)
        else:
            new = []
        lines = self._lines[key]
        if isinstance(lines, Failed):
            raise lines
        if name == time.name:
            return _timing(new), words
        return _tracked(lines, function, name), words

    def _at(self, asv_class: str, installed: Installed) -> Function | None:
        """Return the function at the commit that is installed, None where it has none.

        The benchmarks are those of the working tree, so that what was
        discovered once holds for every commit; where it does not, the
        commit's own are found.
        """
        function = self.functions.get(asv_class)
        if function is not None and not function.problem and not self.settings.from_commit:
            package = self._package(function, installed)
            if package is None:
                return None
            if package.binary is None:
                raise Failed(package.error)
            return function
        key = (installed.commit, asv_class)
        if key not in self._own:
            self._own[key] = None
            for package in installed.build.packages:
                below = naming.go_package(package.path, package.module)
                for name in package.functions:
                    bare = name.removeprefix("Benchmark")
                    if naming.asv_class(below, bare) == asv_class:
                        self._own[key] = self._function(package, bare, installed)
        return self._own[key]

    def _package(self, function: Function, installed: Installed) -> Package | None:
        below = naming.go_package(function.package, function.module)
        for package in installed.build.packages:
            if naming.go_package(package.path, package.module) == below:
                return package
        return None

    def _run(
        self,
        package: Package,
        benchmark: Benchmark,
        cost: Cost,
        attributes: Mapping[str, Any],
        installed: Installed,
        profile: Path | None,
    ) -> tuple[list[Measured], str]:
        sampling = plan(attributes, cost)
        seconds = 0.0
        taken: list[Measured] = []

        def enough(line: Measured) -> bool:
            nonlocal seconds
            seconds += line.seconds
            taken.append(line)
            runs = sum(m.result.iterations for m in taken)
            return sampling.is_enough(len(taken) - sampling.warmup, runs, seconds)

        flags = [f"-test.benchtime={sampling.benchtime}"]
        if benchmark.gomaxprocs is not None:
            flags.append(f"-test.cpu={benchmark.gomaxprocs}")
        binary = self._binary(package, installed)
        pattern = exactly(benchmark.name)
        timeout = attributes["timeout"]
        cpus = attributes.get("cpu_affinity")
        run = binary.run(
            pattern,
            *flags,
            f"-test.count={sampling.count}",
            timeout=timeout,
            cpus=cpus,
            enough=enough,
        )
        if run.failed:
            raise Failed(run.problem, run.code)
        lines = run.lines.get(benchmark.name, [])
        if profile is not None and lines:
            profile.parent.mkdir(parents=True, exist_ok=True)
            if sampling.benchtime.endswith("s"):
                # A profile of a hundred samples a second wants more than a time does.
                flags.append("-test.benchtime=1s")
            flags.append(f"-test.cpuprofile={profile}")
            binary.run(pattern, *flags, timeout=timeout, cpus=cpus)
        return lines[min(sampling.warmup, len(lines) - 1) :] if lines else [], run.words


def _at_index(function: Function, entry: Mapping[str, Any], index: int) -> Benchmark | None:
    """Return the benchmark at a place of asv's list of results."""
    for benchmark in function.benchmarks:
        try:
            if definitions.index(entry, benchmark.parameters) == index:
                return benchmark
        except definitions.DoesNotFit:
            continue
    return None


def _timing(lines: Iterable[Measured]) -> Any:
    """Return what asv's runner gives for a timed benchmark; NaN where Go timed nothing."""
    timed = [
        (value.value, line.result.iterations)
        for line in lines
        for value in line.result.values
        if value.unit == TIME and math.isfinite(value.value)
    ]
    if not timed:
        return math.nan
    number = round(statistics.median(iterations for _, iterations in timed))
    return {"samples": [value for value, _ in timed], "number": max(number, 1)}


def _tracked(lines: Iterable[Measured], function: Function, name: str) -> float:
    """Return the median of the unit that the asv benchmark *name* is for; NaN without any."""
    values = []
    better = {u: b for benchmark in function.benchmarks for u, b in benchmark.units.items()}
    for line in lines:
        for value in line.result.values:
            series = naming.series(
                *(function.package, function.module, function.name, value.unit),
                better.get(value.unit) or None,
            )
            if series is not None and series.name == name and math.isfinite(value.value):
                values.append(value.value)
    return statistics.median(values) if values else math.nan
