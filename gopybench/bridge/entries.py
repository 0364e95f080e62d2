"""Go's benchmark functions -> entries in asv's list of benchmarks, or joins with Python's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from gopybench.asvdata import definitions, mapping, saidonce
from gopybench.asvdata.gosettings import Blocks
from gopybench.bridge import instructioncount
from gopybench.bridge.functions import Benchmark, Function
from gopybench.bridge.sampling import TIME_UNIT


def define(
    functions: Iterable[Function], blocks: Blocks, known: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return asv's entries of functions.

    *known* are the entries so far; the parameter values that they have stay.
    What cannot be an asv benchmark is left out with a warning.
    """
    entries: dict[str, dict[str, Any]] = {}
    for function in functions:
        for unit in function.units_better_higher():
            of = mapping.go_name(function.package, function.name)
            saidonce.warn(f"{of} {unit} is left out: higher is better, which asv cannot show")
        for unit, other in function.hidden_units():
            what = f"{mapping.go_name(function.package, function.name)} {unit}"
            saidonce.warn(f"{what} is left out: its name {other.name} is taken by {other.identity}")
        for name, (series, benchmarks) in _series_by_name(function, blocks).items():
            try:
                if name in entries:
                    reason = f"the name is taken by {entries[name]['go']}"
                    raise definitions.DoesNotFit(reason)
                attributes = blocks.of(function.directory).benchmark_attributes(name)
                entries[name] = _define(series, benchmarks, attributes, known.get(name))
            except definitions.DoesNotFit as reason:
                saidonce.warn(f"{series.identity} is left out: {name}: {reason}")
    return list(entries.values())


def check_joins(
    functions: Iterable[Function], blocks: Blocks, known: Mapping[str, Mapping[str, Any]]
) -> set[str]:
    """Return the names of Python's benchmarks among *known* that Go's values cannot join.

    They are of another type or unit. A warning names them, and the
    combinations of parameters that Python's benchmark does not have.
    """
    left_out = set()
    for function in functions:
        for name, (series, benchmarks) in _series_by_name(function, blocks).items():
            definition = known.get(name)
            if definition is None or definitions.is_go(definition):
                continue
            reasons = Counter[str]()
            try:
                definitions.check_joins(definition, series.metric.type, series.metric.unit)
            except definitions.DoesNotFit as reason:
                reasons[str(reason)] += 1
                left_out.add(name)
            else:
                places = definitions.Places(definition)
                for benchmark in benchmarks:
                    try:
                        places.of_benchmark(benchmark.named)
                    except definitions.DoesNotFit as reason:
                        reasons[str(reason)] += 1
            for why, count in reasons.items():
                saidonce.warn(f"{series.identity} is left out ({count}): {name}: {why}")
    return left_out


def _series_by_name(
    function: Function, blocks: Blocks
) -> dict[str, tuple[mapping.Series, list[Benchmark]]]:
    """Return a function's asv benchmarks, the count of its instructions among them."""
    found = function.series_by_name()
    count = instructioncount.series(function, blocks.of(function.directory).instructions)
    if count is not None:
        timed = [b for b in function.benchmarks if TIME_UNIT in b.units]
        found.setdefault(count.name, (count, timed))
    return found


def _define(
    series: mapping.Series,
    benchmarks: list[Benchmark],
    attributes: dict[str, Any],
    known: Mapping[str, Any] | None,
) -> dict[str, Any]:
    so_far = None
    if known is not None and definitions.is_go(known):
        # A module that was renamed keeps its benchmarks.
        so_far = {**known, "go": series.identity}
    if benchmarks or so_far is None:
        named = [benchmark.named for benchmark in benchmarks]
        # Without any it counts as one that has no parameters.
        wanted = named or [("", None)]
        entry = definitions.define(series.name, series.identity, series.metric, wanted, so_far)
        if not benchmarks:
            entry[definitions.ASSUMED] = True
    else:
        entry = so_far
    if series.metric.type != "time":
        attributes = {"timeout": attributes["timeout"]}
    return {**entry, **attributes}
