"""The Go benchmarks of a build: which there are in asv's terms, and what each measures."""

from __future__ import annotations

import contextlib
import math
import re
import statistics
import subprocess
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Optional

from asv.console import log

from gopybench.asvdata import configuration, definitions, mapping
from gopybench.bridge import callgrind, discovery
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
        env: the environment variables to run with.
        state: a hash of all that it depends on which benchmarks there are.
        found: where what was found of such a build is kept.
    """

    build: Build
    directory: Path
    module: Path
    env: Mapping[str, str]
    state: str
    found: Path


# A benchmark, whatever the commit: the function's key, its own name and GOMAXPROCS.
_Id = tuple[tuple[str, str], str, Optional[int]]


@dataclass
class Suite:
    """Finds and measures benchmarks of one build after the other.

    Attributes:
        settings: what the configuration says about Go.
        timeout: for how many seconds a benchmark may say nothing, unless it
            has an attribute for that.
        known: asv's definitions by name, Python's among them.
        functions: the functions that were discovered, over all builds.
        left_out: asv benchmarks that Go's values do not fit.
    """

    settings: configuration.Settings
    timeout: float
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    functions: dict[tuple[str, str], Function] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)
    # What single builds have, by their state.
    _found: dict[str, dict[tuple[str, str], Function]] = field(default_factory=dict)
    _costs: dict[_Id, Cost] = field(default_factory=dict)
    # By commit and benchmark: the lines of all processes so far, or why there are none.
    _lines: dict[tuple[str, _Id], list[Measured] | Failed] = field(default_factory=dict)
    _lack_is_told: bool = False

    # Which benchmarks there are.

    def discover(self, installed: Installed) -> None:
        """Find all benchmark functions of a build, those that fail among them."""
        for package in installed.build.packages:
            for name in self._names(package, installed):
                function = self._find(package, name, installed)
                before = self.functions.get(function.key)
                if before is None or before.problem:
                    before, function = function, before or function
                self.functions[before.key] = discovery.merge(before, function)

    def _names(self, package: Package, installed: Installed) -> list[str]:
        if package.binary is not None:
            try:
                return self._binary(package, installed).functions(
                    self.settings.benchmarks, self.timeout
                )
            except (ValueError, OSError) as error:
                log.warning(f"{package.path} does not list its benchmarks: {error}")
        wanted = re.compile(self.settings.benchmarks)
        return [f.removeprefix("Benchmark") for f in package.functions if wanted.search(f)]

    def _find(self, package: Package, name: str, installed: Installed) -> Function:
        """Return what a build has of a function, by running it once unless that is known."""
        function = Function(package.path, package.module, package.directory, name)
        if package.binary is None:
            return replace(function, problem=package.error)
        found = self._found.get(installed.state)
        if found is None:
            found = {f.key: f for f in discovery.load(installed.found) or []}
            self._found[installed.state] = found
        if function.key not in found:
            timeout = self._attributes(function.time)["timeout"] or self.timeout
            found[function.key] = discovery.discover(
                function,
                self._binary(package, installed),
                self.settings.cpus,
                max(timeout, self.timeout),
            )
            # What failed is tried again by the next command.
            discovery.save(installed.found, [f for f in found.values() if not f.problem])
        return found[function.key]

    def _attributes(self, time: str) -> dict[str, Any]:
        """Return asv's attributes of a timed benchmark: as it is defined, else as configured."""
        defined = self.known.get(time, {})
        configured = self.settings.attributes_of(time)
        return {name: defined.get(name, value) for name, value in configured.items()}

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
            for name, (series, benchmarks) in self._series(function).items():
                try:
                    if name in entries:
                        reason = f"the name is taken by {entries[name]['go']}"
                        raise definitions.DoesNotFit(reason)
                    entries[name] = self._define(series, benchmarks, known.get(name))
                except definitions.DoesNotFit as reason:
                    log.warning(f"{series.identity} is left out: {name}: {reason}")
        return list(entries.values())

    def _series(self, function: Function) -> dict[str, tuple[mapping.Series, list[Benchmark]]]:
        """Return a function's asv benchmarks, the counting of its instructions among them."""
        found = function.series()
        count = self._count_of(function)
        if count is not None:
            timed = [b for b in function.benchmarks if TIME in b.units]
            found.setdefault(count.name, (count, timed))
        return found

    def _count_of(self, function: Function) -> mapping.Series | None:
        """Return the asv benchmark of a function's instructions, None where they are not counted.

        That is so, too, where the function itself reports some.
        """
        wanted = self.settings.instructions
        if wanted is None or not re.search(wanted, f"Benchmark{function.name}"):
            return None
        if any(callgrind.UNIT in benchmark.units for benchmark in function.benchmarks):
            return None
        of = (function.package, function.module, function.name)
        return mapping.series(*of, callgrind.UNIT, None)

    def _define(
        self, series: mapping.Series, benchmarks: list[Benchmark], known: dict[str, Any] | None
    ) -> dict[str, Any]:
        if known is not None:
            # Python's no longer, or Go's; a module that was renamed keeps its benchmarks.
            known = {**known, "go": series.identity} if definitions.is_go(known) else None
        names: dict[frozenset[tuple[str, str]], str] = {}
        for benchmark in benchmarks:
            other = names.setdefault(frozenset(benchmark.parameters.items()), benchmark.name)
            if other != benchmark.name:
                what = f"{series.identity} of {benchmark.name}"
                log.warning(f"{what} is left out: its parameters are those of {other}")
        parameters = [benchmark.parameters for benchmark in benchmarks]
        if benchmarks or known is None:
            entry = definitions.define(
                series.name, series.identity, series.metric, parameters or [{}], known
            )
            if not benchmarks:
                entry[definitions.ASSUMED] = True
        else:
            entry = known
        attributes = self.settings.attributes_of(series.name)
        if series.metric.type != "time":
            attributes = {"timeout": attributes["timeout"]}
        return {**entry, **attributes}

    def check_joins(self, known: Mapping[str, Mapping[str, Any]]) -> None:
        """Warn of Go's values that have no place in Python's benchmarks of the same name.

        Those of another type or unit are left out.
        """
        for function in self.functions.values():
            for name, (series, benchmarks) in self._series(function).items():
                definition = known.get(name)
                if definition is None or definitions.is_go(definition):
                    continue
                reasons = Counter[str]()
                try:
                    definitions.check_joins(definition, series.metric.type, series.metric.unit)
                except definitions.DoesNotFit as reason:
                    reasons[str(reason)] += 1
                    self.left_out.add(name)
                else:
                    places = definitions.Places(definition)
                    for benchmark in benchmarks:
                        try:
                            places.of(benchmark.parameters.items())
                        except definitions.DoesNotFit as reason:
                            reasons[str(reason)] += 1
                for why, count in reasons.items():
                    log.warning(f"{series.identity} is left out ({count}): {name}: {why}")

    # What each measures.

    def forget(self) -> None:
        """Let go of what was measured: the next values come from another run."""
        self._lines.clear()

    def measure(
        self,
        name: str,
        index: int,
        overridden: Mapping[str, Any],
        installed: Installed,
        profile: Path | None = None,
    ) -> tuple[Any, str]:
        """Measure the asv benchmark *name* at one combination of its parameters.

        *overridden* are attributes, beside those of the definition. Return the
        value as asv's runner would, NaN where there is no such benchmark or it
        was skipped, and what the program said. A value other than time comes
        from the run that was timed, where there was one. A profile is written
        to *profile*. Raises Failed.
        """
        if installed.build.error:
            raise Failed(installed.build.error)
        place = self._place(name, installed)
        if place is None or name in self.left_out:
            return math.nan, ""
        package, function = place
        benchmark = self._at_index(name, index, package, function, installed)
        if benchmark is None:
            return math.nan, ""
        count = self._count_of(function)
        if count is not None and count.name == name:
            return self._instructions(package, benchmark, overridden, installed), ""
        key = (installed.build.commit, (function.key, benchmark.name, benchmark.gomaxprocs))
        words = ""
        new: list[Measured] = []
        if name == function.time or key not in self._lines:
            attributes = {**self._attributes(function.time), **overridden}
            try:
                cost = self._costs.get(key[1], benchmark.cost)
                new, words = self._run(package, benchmark, cost, attributes, installed, profile)
            except Failed as failure:
                self._lines[key] = failure
                raise
            before = self._lines.get(key, [])
            self._lines[key] = [*(before if isinstance(before, list) else []), *new]
            if new:
                self._costs[key[1]] = cost_of(new)
        lines = self._lines[key]
        if isinstance(lines, Failed):
            raise lines
        if name == function.time:
            return _timing(new), words
        return _tracked(lines, function, name), words

    def _place(self, name: str, installed: Installed) -> tuple[Package, Function] | None:
        """Return where a build has the function of an asv benchmark; None where it has none.

        Raises Failed where its package does not compile.
        """
        asv_class = name.rpartition(".")[0]
        known = next((f for f in self.functions.values() if f.asv_class == asv_class), None)
        for package in installed.build.packages:
            for written in package.functions:
                function = Function(
                    *(package.path, package.module, package.directory),
                    written.removeprefix("Benchmark"),
                )
                if function.key == known.key if known else function.asv_class == asv_class:
                    if package.binary is None:
                        raise Failed(package.error)
                    return package, known or self._find(package, function.name, installed)
        return None

    def _at_index(
        self, name: str, index: int, package: Package, known: Function, installed: Installed
    ) -> Benchmark | None:
        """Return the benchmark at a place of asv's list of results; None where there is none.

        What was discovered at one commit holds for the others where it has
        the benchmark, since the benchmarks are those of the working tree. Else
        the build itself is asked. Raises Failed where that fails.
        """
        if not self.settings.from_commit:
            benchmark = _find_at(known, self.known[name], index)
            if benchmark is not None:
                return benchmark
        own = self._find(package, known.name, installed)
        benchmark = _find_at(own, self.known[name], index)
        if benchmark is not None:
            return benchmark
        if not own.complete:
            raise Failed(own.problem, own.code)
        if self.known[name].get(definitions.ASSUMED) and own.benchmarks:
            raise Failed("its parameters were not known where asv discovered the benchmarks")
        return None

    def _instructions(
        self,
        package: Package,
        benchmark: Benchmark,
        attributes: Mapping[str, Any],
        installed: Installed,
    ) -> float:
        """Count the instructions of a run of a benchmark; NaN where that is not possible."""
        if not callgrind.is_known():
            if not self._lack_is_told:
                log.warning("instructions are n/a: valgrind, which counts them, is not installed")
            self._lack_is_told = True
            return math.nan
        timeout, cpus = attributes["timeout"], attributes.get("cpu_affinity")
        try:
            binary = self._binary(package, installed)
            counted = callgrind.per_run(binary, benchmark.name, timeout, cpus)
        except (callgrind.CannotCount, OSError, subprocess.SubprocessError) as error:
            raise Failed(str(error)) from None
        return math.nan if counted is None else counted

    def _run(
        self,
        package: Package,
        benchmark: Benchmark,
        cost: Cost,
        attributes: Mapping[str, Any],
        installed: Installed,
        profile: Path | None,
    ) -> tuple[list[Measured], str]:
        """Run a benchmark in a process of its own; return its samples and its words."""
        try:
            sampling = plan(attributes, cost)
            binary = self._binary(package, installed)
            pattern = exactly(benchmark.name)
            flags = [f"-test.benchtime={sampling.benchtime}"]
            if benchmark.gomaxprocs is not None:
                flags.append(f"-test.cpu={benchmark.gomaxprocs}")
            taken: list[Measured] = []

            def enough(line: Measured) -> bool:
                taken.append(line)
                return sampling.is_enough(taken)

            timeout, cpus = attributes["timeout"], attributes.get("cpu_affinity")
            run = binary.run(
                *(pattern, *flags, f"-test.count={sampling.count}"),
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
            return sampling.samples_of(lines), run.words
        except (ValueError, TypeError, OSError, subprocess.SubprocessError) as error:
            raise Failed(str(error)) from None


def _find_at(function: Function, definition: Mapping[str, Any], index: int) -> Benchmark | None:
    places = definitions.Places(definition)
    for benchmark in function.benchmarks:
        with contextlib.suppress(definitions.DoesNotFit):
            if places.of(benchmark.parameters.items()) == index:
                return benchmark
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
            series = mapping.series(
                *(function.package, function.module, function.name, value.unit),
                better.get(value.unit) or None,
            )
            if series is not None and series.name == name and math.isfinite(value.value):
                values.append(value.value)
    return statistics.median(values) if values else math.nan
