"""The samples of runs -> their results files, laid out on the parameters of asv's benchmarks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gopybench.asvdata import definitions, noted, parameters
from gopybench.asvdata.resultsfile import ResultsFile, Samples
from gopybench.transfer.naming import BenchmarkSamples
from gopybench.transfer.summary import Summary


@dataclass
class DefinedBenchmarks:
    """What asv's benchmarks are like with the samples of all runs.

    A benchmark's parameters are chosen once for all of them.

    Attributes:
        before: asv's list of benchmarks before them.
        now: that list with them.
    """

    before: Mapping[str, dict[str, Any]]
    now: dict[str, dict[str, Any]]
    _names: dict[str, dict[parameters.Benchmark, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def define(self, named: Mapping[str, BenchmarkSamples]) -> dict[str, str]:
        """Add the benchmarks of a run; return why some cannot be, by asv name."""
        why_not = {}
        for name, one in named.items():
            known, before = self.now.get(name), self.before.get(name)
            try:
                if known is not None and not definitions.is_go(known):
                    definitions.check_joins(known, one.metric.type, one.metric.unit)
                elif name not in self._names or not one.samples.keys() <= self._names[name].keys():
                    wanted = {**self._names[name], **dict.fromkeys(one.samples)}
                    entry = definitions.define(name, one.identity, one.metric, wanted, before)
                    self.now[name] = {**entry, definitions.IMPORTED: True}
                    self._names[name] = wanted
            except definitions.DoesNotFit as reason:
                why_not[name] = str(reason)
        return why_not


def lay_out(
    file: ResultsFile,
    named: Mapping[str, BenchmarkSamples],
    defined: Mapping[str, Mapping[str, Any]],
    append: bool,
    summary: Summary,
) -> dict[str, bool]:
    """Put samples into a results file; return for each benchmark whether that changed it.

    *named* are the samples by asv name, and *defined* asv's list of benchmarks.
    What does not fit is counted in *summary*.
    """
    changed = {}
    gomaxprocs = {}
    for name, one in sorted(named.items()):
        definition = defined[name]
        samples: dict[int, Samples] = {}
        places = definitions.Places(definition, exact=one.exact)
        for key, of in one.samples.items():
            try:
                place = places.of(key) if one.exact else places.of_benchmark(key)
                if place in samples:
                    raise definitions.DoesNotFit("its parameters are those of another")
                samples[place] = of
                summary.samples += len(of.values)
            except definitions.DoesNotFit as reason:
                summary.left_out[one.identity, f"{name}: {reason}"] += len(of.values)
        if samples:
            (summary.defined if definitions.is_go(definition) else summary.joined).add(name)
            changed[name] = file.add(definition, samples, append=append)
            if one.gomaxprocs is not None:
                gomaxprocs[name.rpartition(".")[0]] = one.gomaxprocs
    requirements = noted.with_gomaxprocs(file.head["requirements"], gomaxprocs)
    if requirements != file.head["requirements"]:
        file.head["requirements"] = requirements
        changed |= dict.fromkeys(changed, True)
    return changed
