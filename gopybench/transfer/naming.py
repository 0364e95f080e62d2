"""The samples of a run by asv's names of the benchmarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gopybench.asvdata import definitions, mapping
from gopybench.asvdata.resultsfile import Samples
from gopybench.benchfmt.names import GOMAXPROCS, parse_name, with_gomaxprocs
from gopybench.transfer import gomaxprocs, safetext
from gopybench.transfer.collect import PackageResults
from gopybench.transfer.summary import Summary

# asv publishes a benchmark's graph in a file of its name, and ".json".
MAX_NAME = 250

# What no Go package or function has in its name, and might run in asv's page.
_UNSAFE = re.compile(r"[<>&\"'`\\%\s\x00-\x1f\x7f]")

# What an export ends a name with, and Go too but for GOMAXPROCS of 1.
_NUMBER = re.compile(r"-[0-9]+\Z")


class GoBenchmark(NamedTuple):
    """A Go benchmark's full name, taken apart.

    Attributes:
        name: with its package, without GOMAXPROCS.
        parameters: names and values, in the order in which they were written.
        combination: the same, whatever their order.
    """

    name: str
    parameters: tuple[tuple[str, str], ...]
    combination: frozenset[tuple[str, str]]


@dataclass
class BenchmarkSamples:
    """The samples of one of asv's benchmarks in one run.

    Attributes:
        identity: what tells Go's benchmarks apart; the name of one of Python's.
        metric: its type and unit.
        exact: whether the parameters' values are asv's own, as in an export.
        combinations: Go's benchmark and the samples, by its combination of parameters.
    """

    identity: str
    metric: mapping.Metric
    exact: bool = False
    combinations: dict[frozenset[tuple[str, str]], tuple[GoBenchmark, Samples]] = field(
        default_factory=dict
    )

    def add(self, benchmark: GoBenchmark, samples: Samples) -> str | None:
        """Add samples; return the name of another benchmark that has the same parameters."""
        new = benchmark, samples
        have = self.combinations.setdefault(benchmark.combination, new)
        if have is not new:
            if have[0].name != benchmark.name:
                return have[0].name
            self.combinations[benchmark.combination] = have[0], have[1].joined(samples)
        return None


def name_benchmarks(
    packages: list[PackageResults],
    modules: Sequence[mapping.Module],
    known: Mapping[str, Mapping[str, Any]],
    summary: Summary,
) -> dict[str, BenchmarkSamples]:
    """Return the samples of one run by asv name.

    *modules* are the project's, and *known* asv's list of benchmarks. What
    cannot be named is counted in *summary*.
    """
    gos = [results for results in packages if not results.origin.benchmark]
    splits = gomaxprocs.split_packages(gos, modules, known)
    several = gomaxprocs.several_values(gos, splits)
    for values in several.values():
        summary.gomaxprocs |= values
    for results in packages:
        for full_name, unit, by, count in results.hidden():
            why = f"{by} on the same line is the same unit"
            summary.left_out[f"{mapping.go_name(results.package, full_name)} {unit}", why] += count
    named: dict[str, BenchmarkSamples] = {}
    graphs = {mapping.graph_file(name): name for name in reversed([*known])}
    for results, split in zip(gos, splits):
        targets = _Targets(results, modules, known, named, graphs)
        for what, why, samples in _name_package(
            results, split, results.package in several, targets
        ):
            summary.left_out[what, why] += len(samples.values)
    for results in packages:
        if benchmark := results.origin.benchmark:
            found = _name_exported(benchmark, results, known, summary)
            if found is not None and benchmark in named:
                summary.left_out[benchmark, "Go's own results of it are there, too"] += 1
            elif found is not None:
                named[benchmark] = found
    return named


class _LeftOut(NamedTuple):
    """Why the samples of a function's unit belong to none of asv's benchmarks."""

    what: str
    why: str


class _Targets(dict[tuple[str, str], BenchmarkSamples | _LeftOut]):
    """Where a package's samples belong, by function and base unit."""

    def __init__(
        self,
        results: PackageResults,
        modules: Sequence[mapping.Module],
        known: Mapping[str, Mapping[str, Any]],
        named: dict[str, BenchmarkSamples],
        graphs: dict[str, str],
    ) -> None:
        self._results = results
        self._package = mapping.go_package(results.package, modules)
        self._known = known
        self._named = named
        self._has_gomaxprocs: dict[str, bool] = {}
        self._graphs = graphs

    def __missing__(self, key: tuple[str, str]) -> BenchmarkSamples | _LeftOut:
        target = self[key] = self._find(*key)
        return target

    def has_gomaxprocs(self, function: str) -> bool:
        """Return whether asv knows GOMAXPROCS as a parameter of a function."""
        of = self._has_gomaxprocs.get(function)
        if of is None:
            asv_class = mapping.asv_class(self._package, function)
            of = self._has_gomaxprocs[function] = any(
                GOMAXPROCS in entry["param_names"]
                for name, entry in self._known.items()
                if name.startswith(f"{asv_class}.") and name.count(".") == asv_class.count(".") + 1
            )
        return of

    def _find(self, function: str, unit: str) -> BenchmarkSamples | _LeftOut:
        package, better = self._results.package, self._results.better.get(unit)
        series = mapping.series(package, self._package, function, unit, better)
        if series is None:
            what = f"{mapping.go_name(package, function)} {self._results.written[unit]}"
            return _LeftOut(what, "higher is better, which asv cannot show")
        if why := _why_not(series, self._known):
            return _LeftOut(series.identity, why)
        graph = mapping.graph_file(series.name)
        if (other := self._graphs.setdefault(graph, series.name)) != series.name:
            return _LeftOut(series.identity, f"asv's file of its graph is that of {other}")
        one = self._named.setdefault(series.name, BenchmarkSamples(series.identity, series.metric))
        if one.identity != series.identity:
            why = f"its name {series.name} is taken by {one.identity}"
            return _LeftOut(series.identity, why)
        return one


def _name_package(
    results: PackageResults,
    split: Mapping[str, tuple[str, int]],
    several: bool,
    targets: _Targets,
) -> Iterator[tuple[str, str, Samples]]:
    """Add the samples of what Go measured itself to their targets; yield what is left out, and why.

    *split* has all names without GOMAXPROCS, and that number, which is a
    parameter where the package has *several*, and where asv knows it as one.
    """
    package = results.package
    for written, by_unit in results.benchmarks():
        short, number = split[written]
        function, parameters = parse_name(short)
        if several or targets.has_gomaxprocs(function):
            parameters = with_gomaxprocs(parameters, number)
        name = f"{package} {short}"
        benchmark = GoBenchmark(name, parameters, frozenset(parameters))
        for unit, samples in by_unit.items():
            target = targets[function, unit]
            if isinstance(target, _LeftOut):
                yield *target, samples
            elif (other := target.add(benchmark, samples)) is not None:
                why = f"its parameters are those of {other[len(package) + 1 :]}"
                yield f"{target.identity} of {written}", why, samples


def _name_exported(
    benchmark: str,
    results: PackageResults,
    known: Mapping[str, Mapping[str, Any]],
    summary: Summary,
) -> BenchmarkSamples | None:
    """Return the samples of one of Python's benchmarks that an export wrote."""
    entry = known.get(benchmark)
    if entry is None or definitions.is_go(entry):
        why = "asv knows no such benchmark of Python's: `asv run --bench just-discover` finds it"
        summary.left_out[benchmark, why] += sum(
            len(samples.values)
            for _, by_unit in results.benchmarks()
            for samples in by_unit.values()
        )
        return None
    names = {mapping.escape(name, ""): name for name in entry["param_names"]}
    values = dict(zip(entry["param_names"], map(mapping.written_values, entry["params"])))
    one = BenchmarkSamples(benchmark, mapping.Metric("", entry["type"], entry["unit"]), exact=True)
    for full_name, by_unit in results.benchmarks():
        samples, *others = by_unit.values()
        if others:
            units = ", ".join(map(results.written.__getitem__, by_unit))
            why = f"it has the units {units}, not one"
            summary.left_out[f"{benchmark} of {full_name}", why] += sum(
                len(samples.values) for samples in by_unit.values()
            )
            continue
        parts = [part.partition("=") for part in _NUMBER.sub("", full_name).split("/")[1:]]
        try:
            parameters = tuple((names[key], values[names[key]][value]) for key, _, value in parts)
        except KeyError as lack:
            why = f"it has no parameter or value {lack}"
            summary.left_out[f"{benchmark} of {full_name}", why] += len(samples.values)
            continue
        one.add(GoBenchmark(benchmark, parameters, frozenset(parameters)), samples)
    return one


def _why_not(series: mapping.Series, known: Mapping[str, Mapping[str, Any]]) -> str:
    """Return why a unit of a benchmark is left out; empty if it is not."""
    have = known.get(series.name, {}).get("go", series.identity)
    if have != series.identity:
        # Before it takes the name in this text from the one that has it.
        return f"its name {series.name} is taken by {have}"
    if len(series.name.encode()) > MAX_NAME:
        return f"its asv name is longer than the {MAX_NAME} bytes of a graph's file"
    if _UNSAFE.search(series.name):
        return "it has characters in its name that no Go package or function has"
    if safetext.has_markup(series.identity) or safetext.has_markup(series.metric.unit):
        return "it has characters in its unit that could be markup"
    return ""
