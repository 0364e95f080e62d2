"""Samples by benchmark -> asv's results, on the parameters of asv's benchmarks."""

from __future__ import annotations

import datetime
import math
import operator
from dataclasses import dataclass, field
from typing import Any

from asv.results import Results
from asv.runner import BenchmarkResult

from gopybench.asvdata import definitions, mapping
from gopybench.transfer.summary import Summary
from gopybench.transfer.texts import Samples


@dataclass
class Series:
    """What one unit of one Go benchmark function gave in one run."""

    identity: str
    metric: mapping.Metric
    # Its parameters' values are asv's own, as an export tells.
    exact: bool = False
    samples: dict[tuple[tuple[str, str], ...], Samples] = field(default_factory=dict)
    # The benchmark that has a combination of parameters, whatever their order.
    names: dict[frozenset[tuple[str, str]], str] = field(default_factory=dict)

    def add(self, parameters: tuple[tuple[str, str], ...], samples: Samples) -> None:
        have = self.samples.setdefault(parameters, samples)
        if have is not samples:
            have.values.extend(samples.values)
            have.iterations.extend(samples.iterations)


def lay_out(
    results: Results,
    series: dict[str, Series],
    known: dict[str, dict[str, Any]],
    append: bool,
    summary: Summary,
) -> dict[str, bool]:
    """Put the samples of one run into asv's results; say of each benchmark whether that changed it.

    New definitions go into *known*.
    """
    changed = {}
    for name, one in sorted(series.items()):
        try:
            definition = known.get(name)
            if definitions.is_go(definition):
                combinations = [dict(parameters) for parameters in one.samples]
                definition = definitions.define(
                    name, one.identity, one.metric, combinations, definition
                )
                definition[definitions.IMPORTED] = True
                known[name] = definition
                joins = summary.defined
            else:
                assert definition is not None
                definitions.check_joins(definition, one.metric.type, one.metric.unit)
                joins = summary.joined
        except definitions.DoesNotFit as reason:
            count = sum(len(samples.values) for samples in one.samples.values())
            summary.left_out[one.identity, f"{name}: {reason}"] += count
            continue
        placed: dict[int, Samples] = {}
        places = definitions.Places(definition, exact=one.exact)
        for parameters, samples in one.samples.items():
            try:
                place = places.of(parameters)
                if place in placed:
                    raise definitions.DoesNotFit("its parameters are those of another")
                placed[place] = samples
                summary.samples += len(samples.values)
            except definitions.DoesNotFit as reason:
                summary.left_out[one.identity, f"{name}: {reason}"] += len(samples.values)
        if placed:
            joins.add(name)
            changed[name] = _add(results, definition, placed, append)
    return changed


def _add(
    results: Results,
    definition: dict[str, Any],
    placed: dict[int, Samples],
    append: bool,
) -> bool:
    """Add samples by their place to one benchmark of *results*; say whether that changed it."""
    name, params = definition["name"], definition["params"]
    count = math.prod(len(values) for values in params)
    old_samples: list[Any] = [None] * count
    old_places: set[int] = set()
    version = results.benchmark_version
    if version.get(name) is None:
        version[name] = definition["version"]  # as for asv, none matches any
    if name in results.get_all_result_keys() and version[name] == definition["version"]:
        old_samples = results.get_result_samples(name, params)
        combinations = {
            combination: place
            for place, combination in enumerate(definitions.combinations(definition))
        }
        laid_out = definitions.combinations({"params": results.get_result_params(name)})
        old_places = {combinations[c] for c in laid_out if c in combinations}
    same = all(old_samples[place] == new.values for place, new in placed.items())
    if same and not append and results.get_result_params(name) == params:
        return False

    # What was never measured is NaN, asv's n/a; None would be a failure.
    result: list[Any] = [math.nan] * count
    samples: list[Any] = [None] * count
    number: list[Any] = [None] * count
    is_time = definition["type"] == "time"
    seconds = 0.0
    for place, new in placed.items():
        result[place], samples[place] = True, new.values
        number[place] = sorted(new.iterations)[(len(new.iterations) - 1) // 2]
        if is_time:
            seconds = sum(map(operator.mul, new.values, new.iterations), seconds)
    results.add_result(
        definition,
        BenchmarkResult(result, samples, number, 0, "", None),
        started_at=datetime.datetime.now(datetime.timezone.utc),
        duration=seconds if is_time else None,
        record_samples=True,
        append_samples=append,
        selected_idx=set(range(count)) - (old_places - placed.keys()),
    )
    return True
