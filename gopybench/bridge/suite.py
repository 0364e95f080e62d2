"""The Go benchmarks of an environment, as asv asks for them: discovered, defined, measured."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gopybench.asvdata import definitions
from gopybench.asvdata.gosettings import Blocks
from gopybench.asvdata.noted import Code
from gopybench.bridge import entries, functions
from gopybench.bridge.build import Build, Package
from gopybench.bridge.discovery import Discovery
from gopybench.bridge.functions import Benchmark, Function
from gopybench.bridge.installation import Installation
from gopybench.bridge.lastwords import NotAvailable
from gopybench.bridge.measurement import Failed, Measurement, Target
from gopybench.bridge.prepared import Prepared


@dataclass
class Suite:
    """What asv knows of an environment's Go benchmarks.

    Attributes:
        blocks: what the configuration says about Go.
        timeout: for how many seconds no benchmark may begin or end, unless an
            attribute of its own says otherwise.
        known: asv's definitions by name, Python's among them.
        functions: the functions that were discovered, over all builds, by their keys.
        builds: the builds in which they were.
        left_out: Python's benchmarks that Go's values cannot join.
    """

    blocks: Blocks
    timeout: float
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    functions: dict[tuple[str, str], Function] = field(default_factory=dict)
    builds: list[Build] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with nothing discovered and nothing measured."""
        self._discovery = Discovery(self.blocks, self.timeout)
        self._measurement = Measurement(self.blocks)

    def discover(
        self, installation: Installation, known: Mapping[str, Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """Find all benchmark functions of a build; return asv's entries of all found so far.

        *known* are asv's definitions before that.
        """
        self.known = known
        self.builds.append(installation.build)
        for package, declared in self._discovery.declared(installation):
            function = self._discover(package, declared, installation)
            before = self.functions.get(function.key)
            if before is None or before.problem:
                before, function = function, before or function
            self.functions[before.key] = functions.merge(before, function)
        return entries.define(self.functions.values(), self.blocks, known)

    def check_joins(self, known: Mapping[str, Mapping[str, Any]]) -> None:
        """Leave out Go's values that cannot join Python's benchmark of the same name, and warn."""
        self.left_out |= entries.check_joins(self.functions.values(), self.blocks, known)

    def code(self, names: Iterable[str], build: Build) -> dict[str, Code]:
        """Return with which code asv's benchmarks of *names* are measured in a build.

        They are told by what the names of one function have in common.
        """
        wanted = {name.rpartition(".")[0] for name in names}
        found = {}
        for package in build.packages:
            for written, digest in package.code.items():
                function = functions.declared(package, written.removeprefix("Benchmark"))
                known = self.functions.get(function.key, function)
                if known.asv_class in wanted:
                    found[known.asv_class] = Code(digest, written in package.own)
        return found

    def lacks(self, name: str, newest: Collection[str]) -> bool:
        """Return whether a benchmark that was known is no more, and has not just failed.

        *newest* are the commits that decide.
        """
        decisive = [build for build in self.builds if build.commit in newest]
        of_name = [f for f in self.functions.values() if f.asv_class == name.rpartition(".")[0]]
        return (
            bool(decisive)
            and all(build.whole and not build.said for build in decisive)
            and all(f.complete and not f.problem for f in of_name)
        )

    @property
    def gomaxprocs(self) -> dict[str, int]:
        """What was measured ran with, where it is not a parameter, by what its names share."""
        return {
            function.asv_class: self._measurement.gomaxprocs[key]
            for key, function in self.functions.items()
            if key in self._measurement.gomaxprocs
        }

    def forget(self) -> None:
        """Drop what was measured: the next values come from another run."""
        self._measurement.forget()

    def measure(
        self,
        name: str,
        index: int,
        overridden: Mapping[str, Any],
        installation: Installation,
        profile: Path | None = None,
    ) -> tuple[Any, str]:
        """Measure the asv benchmark *name* at one combination of its parameters.

        *index* is the combination's place in asv's list of results.
        *overridden* are attributes that replace those of the definition. Return
        what :meth:`Measurement.value` does. Raises Failed, and NotAvailable also where
        the build has no such benchmark.
        """
        target = self._target(name, index, installation)
        attributes = {**self._attributes(target.function), **overridden}
        return self._measurement.value(target, attributes, installation, profile)

    def prepared(
        self, name: str, index: int, overridden: Mapping[str, Any], installation: Installation
    ) -> Prepared | None:
        """Return the benchmark of a time, to be sampled; None where the build has none.

        The arguments are those of :meth:`measure`. Raises Failed.
        """
        try:
            target = self._target(name, index, installation)
        except NotAvailable:
            return None
        attributes = {**self._attributes(target.function), **overridden}
        binary = installation.binary(target.package)
        benchmark = target.benchmark
        return Prepared(binary, benchmark.name, benchmark.gomaxprocs, attributes, benchmark.cost)

    def _discover(
        self, package: Package, function: Function, installation: Installation
    ) -> Function:
        timeout = self._attributes(function)["timeout"] or self.timeout
        timeout = max(timeout, self.timeout)
        return self._discovery.discover(package, function, installation, timeout)

    def _attributes(self, function: Function) -> dict[str, Any]:
        """Return asv's attributes of a function's time: as it is defined, else as configured."""
        defined = self.known.get(function.time_name, {})
        block = self.blocks.of(function.directory)
        configured = block.benchmark_attributes(function.time_name)
        return {name: defined.get(name, value) for name, value in configured.items()}

    def _target(self, name: str, index: int, installation: Installation) -> Target:
        """Return what *name* and *index* stand for in a build.

        Raises Failed where its package does not compile or its function failed, and
        NotAvailable where the build has no such thing.
        """
        if installation.build.error:
            raise Failed(installation.build.error)
        if installation.build.nothing:
            raise NotAvailable(installation.build.nothing)
        package, function = self._locate(name, installation)
        if name in self.left_out:
            raise NotAvailable("Go's benchmark of this name has another type or unit")
        benchmark = self._benchmark(name, index, package, function, installation)
        return Target(name, package, function, benchmark)

    def _locate(self, name: str, installation: Installation) -> tuple[Package, Function]:
        """Return the function of an asv benchmark, and its package in a build.

        Raises Failed where the package does not compile, and NotAvailable where there is none.
        """
        asv_class = name.rpartition(".")[0]
        known = next((f for f in self.functions.values() if f.asv_class == asv_class), None)
        for package in installation.build.packages:
            for written in package.functions:
                function = functions.declared(package, written.removeprefix("Benchmark"))
                if function.key == known.key if known else function.asv_class == asv_class:
                    if package.binary is None:
                        raise Failed(package.error)
                    return package, known or self._discover(package, function, installation)
        if known is None and not definitions.is_go(self.known.get(name, {})):
            raise NotAvailable("only Python has this benchmark")
        raise NotAvailable("the commit does not have this benchmark")

    def _benchmark(
        self, name: str, index: int, package: Package, known: Function, installation: Installation
    ) -> Benchmark:
        """Return the function's benchmark at *index*.

        What was discovered at one commit holds for the others too, where the
        benchmark is the working tree's. Where it does not have the benchmark,
        the build itself is asked. Raises Failed where that fails, and
        NotAvailable where it has none.
        """
        if f"Benchmark{known.name}" not in package.own:
            benchmark = _benchmark_at(known, self.known[name], index)
            if benchmark is not None:
                return benchmark
        declared = functions.declared(package, known.name)
        own = self._discover(package, declared, installation)
        benchmark = _benchmark_at(own, self.known[name], index)
        if benchmark is not None:
            return benchmark
        if not own.complete:
            raise Failed(own.problem, own.code)
        if self.known[name].get(definitions.ASSUMED) and own.benchmarks:
            raise Failed("its parameters were not known where asv discovered the benchmarks")
        lack = "Go does not have these parameters of the benchmark"
        raise NotAvailable(lack if own.benchmarks else own.skipped)


def _benchmark_at(
    function: Function, definition: Mapping[str, Any], index: int
) -> Benchmark | None:
    places = definitions.Places(definition)
    for benchmark in function.benchmarks:
        with contextlib.suppress(definitions.DoesNotFit):
            if places.of_benchmark(benchmark.named) == index:
                return benchmark
    return None
