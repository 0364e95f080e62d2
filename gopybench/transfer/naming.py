"""The samples of a run by asv's names of the benchmarks."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Union

from gopybench.asvdata import definitions, mapping, parameters
from gopybench.asvdata.resultsfile import Samples
from gopybench.transfer import gomaxprocs, safetext
from gopybench.transfer.collect import PackageResults
from gopybench.transfer.summary import Summary

# What no Go package or function has in its name, and might run in asv's page.
_UNSAFE = re.compile(r"[<>&\"'`\\%\s\x00-\x1f\x7f]")

# What an export ends a name with, and Go too but for GOMAXPROCS of 1.
_NUMBER = re.compile(r"-[0-9]+\Z")


# What tells a benchmark of Go's from the others of its function, or one of an export by
# asv's own values of its parameters.
_Key = Union[parameters.Benchmark, frozenset[tuple[str, str]]]


@dataclass
class BenchmarkSamples:
    """The samples of one of asv's benchmarks in one run.

    Attributes:
        identity: what tells Go's benchmarks apart; the name of one of Python's.
        metric: its type and unit.
        exact: whether the samples go by asv's own values of the parameters, as in an export.
        samples: by Go's name and GOMAXPROCS where it is a parameter, or by parameters.
        gomaxprocs: its value, where it is no parameter and known.
    """

    identity: str
    metric: mapping.Metric
    exact: bool = False
    samples: dict[Any, Samples] = field(default_factory=dict)
    gomaxprocs: int | None = None

    def add(self, key: _Key, samples: Samples) -> None:
        """Add the samples of a benchmark."""
        have = self.samples.get(key)
        self.samples[key] = samples if have is None else have.joined(samples)


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
    entries = definitions.by_class(known)
    for results, split in zip(gos, splits):
        targets = _Targets(results, modules, known, entries, named, graphs, several.keys())
        for left_out, samples in _name_package(results, split, targets):
            summary.left_out[left_out] += len(samples.values)
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
        entries: Mapping[str, Sequence[Mapping[str, Any]]],
        named: dict[str, BenchmarkSamples],
        graphs: dict[str, str],
        several: Collection[gomaxprocs.Whose],
    ) -> None:
        self._results = results
        self._package = mapping.go_package(results.package, modules)
        self._known = known
        self._entries = entries
        self._named = named
        self._graphs = graphs
        self._several = several
        self._has_gomaxprocs: dict[str, bool] = {}

    def __missing__(self, key: tuple[str, str]) -> BenchmarkSamples | _LeftOut:
        target = self[key] = self._find(*key)
        return target

    def has_gomaxprocs(self, function: str) -> bool:
        """Return whether GOMAXPROCS is a parameter of a function, here or in what asv knows."""
        of = self._has_gomaxprocs.get(function)
        if of is None:
            package = self._results.package
            asv_class = mapping.asv_class(self._package, function)
            of = self._has_gomaxprocs[function] = (
                (package, "") in self._several
                or (package, function) in self._several
                or any(parameters.Layout.of(e).gomaxprocs for e in self._entries.get(asv_class, ()))
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
    results: PackageResults, split: gomaxprocs.Split, targets: _Targets
) -> Iterator[tuple[_LeftOut, Samples]]:
    """Add the samples of what Go measured itself to their targets; yield what is left out.

    *split* has all names without GOMAXPROCS, and that number.
    """
    for written, by_unit in results.benchmarks():
        short, number = split[written]
        function = short.partition("/")[0]
        is_parameter = targets.has_gomaxprocs(function)
        for unit, samples in by_unit.items():
            target = targets[function, unit]
            if isinstance(target, _LeftOut):
                yield target, samples
                continue
            target.add((short, number if is_parameter else None), samples)
            if not is_parameter and number is not None:
                target.gomaxprocs = number


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
    # An older export ended all names in -1.
    told = results.origin.gomaxprocs
    split = gomaxprocs.as_exported("1" if told is None else told, results.names())
    for full_name, by_unit in results.benchmarks():
        samples, *others = by_unit.values()
        short, number = split[full_name]
        if told is None:
            short, number = _NUMBER.sub("", full_name), None
        if others:
            units = ", ".join(map(results.written.__getitem__, by_unit))
            why = f"it has the units {units}, not one"
            summary.left_out[f"{benchmark} of {full_name}", why] += sum(
                len(samples.values) for samples in by_unit.values()
            )
            continue
        parts = [part.partition("=") for part in short.split("/")[1:]]
        try:
            of = frozenset((names[key], values[names[key]][value]) for key, _, value in parts)
        except KeyError as lack:
            why = f"it has no parameter or value {lack}"
            summary.left_out[f"{benchmark} of {full_name}", why] += len(samples.values)
            continue
        one.add(of, samples)
        one.gomaxprocs = number
    return one


def _why_not(series: mapping.Series, known: Mapping[str, Mapping[str, Any]]) -> str:
    """Return why a unit of a benchmark is left out; empty if it is not."""
    have = known.get(series.name, {}).get("go", series.identity)
    if have != series.identity:
        # Before it takes the name in this text from the one that has it.
        return f"its name {series.name} is taken by {have}"
    if _UNSAFE.search(series.name):
        return "it has characters in its name that no Go package or function has"
    if safetext.has_markup(series.identity) or safetext.has_markup(series.metric.unit):
        return "it has characters in its unit that could be markup"
    return ""
