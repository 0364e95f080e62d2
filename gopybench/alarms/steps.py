"""asv's graphs -> alarms: the steps that asv's own detection finds, faster as well as slower."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asv.plugins.regressions import _GraphDataFilter
from asv.step_detect import detect_regressions
from asv.util import is_na

# asv's step: from which revision to before which, the level, its least value, and its error.
Step = tuple[int, int, float, float, float]

# A series that hardly varies is not infinitely sure.
_LEAST_NOISE = 0.01

# Stands for the logarithm of a ratio to nothing.
_MOST = 20.0


@dataclass(frozen=True)
class Alarm:
    """A step of one benchmark, at one combination of its parameters, in one environment.

    Attributes:
        benchmark: asv's name of it.
        entry: the name with the values of the parameters, as asv's list of regressions has it.
        index: the combination's place in asv's list of results.
        parameters: their values by name.
        unit: what the values are in.
        series: the parameters of asv's graph by name; what the environment and machine are.
        before: the hash of the last commit at the level before.
        after: the hash of the first commit at the level after.
        values: what was measured at these two, in the unit.
        levels: the levels, as asv's list has them.
        noise: by which share values differ from their level.
        points: how many commits are at each level.
        is_slower: whether it went up; less is better in all that asv has.
    """

    benchmark: str
    entry: str
    index: int
    parameters: tuple[tuple[str, str], ...]
    unit: str
    series: tuple[tuple[str, str | None], ...]
    before: str
    after: str
    values: tuple[float, float]
    levels: tuple[float, float]
    noise: float
    points: tuple[int, int]
    is_slower: bool

    @property
    def log(self) -> float:
        """The logarithm of the ratio of the levels."""
        before, after = self.levels
        if before <= 0 or after <= 0:
            return math.copysign(_MOST, after - before)
        return max(-_MOST, min(_MOST, math.log(after / before)))

    @property
    def strength(self) -> float:
        """How large the step is, relative to the noise."""
        return abs(self.log) / max(self.noise, _LEAST_NOISE)


def find(
    conf: Any, repo: Any, benchmarks: Mapping[str, Any], graphs: Any, revisions: Mapping[str, int]
) -> list[Alarm]:
    """Return the steps in asv's graphs, as ``asv publish`` has them.

    *revisions* are asv's: commits to numbers in the order of history. What is slower is
    what asv's list of regressions has, with the thresholds of the configuration; what is
    faster would be there if more were better. The same step on two branches is there once.
    """
    found: dict[Alarm, None] = {}
    hashes = {number: commit for commit, number in revisions.items()}
    with_settings = _GraphDataFilter(conf, repo, revisions) if revisions else None
    for _, graph in graphs:
        benchmark = benchmarks.get(graph.benchmark_name)
        if "summary" in graph.params or not benchmark or with_settings is None:
            continue
        for index, entry, steps, threshold in with_settings.get_graph_data(graph, benchmark):
            for alarm in _of_series(graph, benchmark, index, entry, steps, threshold, hashes):
                found[alarm] = None
    return list(found)


def _of_series(
    graph: Any,
    benchmark: Mapping[str, Any],
    index: int | None,
    entry: str,
    steps: Sequence[Step],
    threshold: float,
    hashes: Mapping[int, str],
) -> Iterator[Alarm]:
    series = {key: value for key, value in graph.params.items() if key != "branch"}
    for is_slower in (True, False):
        jumps = detect_regressions(steps if is_slower else _upside_down(steps), threshold)[2]
        for last, first, *_ in jumps or ():
            lower = next(step for step in steps if step[1] - 1 == last)
            upper = next(step for step in steps if step[0] == first)
            values = tuple(value_at(graph, number, index) or 0.0 for number in (last, first))
            if not all(map(math.isfinite, (*values, lower[2], upper[2]))):
                continue
            yield Alarm(
                benchmark["name"],
                entry,
                index or 0,
                _parameters(benchmark, index),
                benchmark.get("unit", ""),
                tuple(sorted(series.items())),
                hashes[last],
                hashes[first],
                (values[0], values[1]),
                (lower[2], upper[2]),
                max(_noise(lower), _noise(upper)),
                (_points(graph, lower, index), _points(graph, upper, index)),
                is_slower,
            )


def _upside_down(steps: Sequence[Step]) -> list[Step]:
    """Return the steps of the inverse values: what went down goes up."""
    if any(step[2] < 0 for step in steps):
        return []
    turned = []
    for left, right, level, _, error in steps:
        square = level * level
        inverse = 1 / level if level else math.inf
        turned.append((left, right, inverse, inverse, error / square if square else 0.0))
    return turned


def _parameters(benchmark: Mapping[str, Any], index: int | None) -> tuple[tuple[str, str], ...]:
    if index is None:
        return ()
    values = next(itertools.islice(itertools.product(*benchmark["params"]), index, None))
    return tuple(zip(benchmark["param_names"], values))


def _noise(step: Step) -> float:
    return abs(step[4] / step[2]) if step[2] else 0.0


def _points(graph: Any, step: Step, index: int | None) -> int:
    numbers = (number for number in graph.data_points if step[0] <= number < step[1])
    return sum(not is_na(value_at(graph, number, index)) for number in numbers)


def value_at(graph: Any, number: int, index: int | None) -> float | None:
    """Return a graph's value at a revision, None where it has none.

    Of several results of one commit it is the mean, as in asv's graph.
    """
    of = [values[index or 0] for values in graph.data_points.get(number, ())]
    kept = [float(value) for value in of if not is_na(value)]
    return sum(kept) / len(kept) if kept else None
