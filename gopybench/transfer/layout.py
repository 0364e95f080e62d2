"""The samples of a run -> its results file, laid out on the parameters of asv's benchmarks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gopybench.asvdata import definitions
from gopybench.asvdata.resultsfile import ResultsFile, Samples
from gopybench.transfer.naming import BenchmarkSamples
from gopybench.transfer.summary import Summary


def lay_out(
    file: ResultsFile,
    named: Mapping[str, BenchmarkSamples],
    known: dict[str, dict[str, Any]],
    append: bool,
    summary: Summary,
) -> dict[str, bool]:
    """Put samples into a results file; return for each benchmark whether that changed it.

    *named* are the samples by asv name. New definitions go into *known*, asv's
    list of benchmarks. What does not fit is counted in *summary*.
    """
    changed = {}
    for name, one in sorted(named.items()):
        try:
            definition = _define(name, one, known.get(name))
        except definitions.DoesNotFit as reason:
            count = sum(len(of.values) for _, of in one.combinations.values())
            summary.left_out[one.identity, f"{name}: {reason}"] += count
            continue
        samples: dict[int, Samples] = {}
        places = definitions.Places(definition, exact=one.exact)
        for benchmark, of in one.combinations.values():
            try:
                place = places.of(benchmark.parameters)
                if place in samples:
                    raise definitions.DoesNotFit("its parameters are those of another")
                samples[place] = of
                summary.samples += len(of.values)
            except definitions.DoesNotFit as reason:
                summary.left_out[one.identity, f"{name}: {reason}"] += len(of.values)
        if definitions.is_go(definition):
            known[name] = definition
        if samples:
            (summary.defined if definitions.is_go(definition) else summary.joined).add(name)
            changed[name] = file.add(definition, samples, append=append)
    return changed


def _define(name: str, one: BenchmarkSamples, known: dict[str, Any] | None) -> dict[str, Any]:
    """Return the benchmark that samples belong to: Go's own, else Python's; raise DoesNotFit."""
    if known is not None and not definitions.is_go(known):
        definitions.check_joins(known, one.metric.type, one.metric.unit)
        return known
    combinations = [dict(benchmark.parameters) for benchmark, _ in one.combinations.values()]
    definition = definitions.define(name, one.identity, one.metric, combinations, known)
    definition[definitions.IMPORTED] = True
    return definition
