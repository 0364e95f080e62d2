"""What speaks for itself about a finding, before anything is measured: words, and no verdict."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from asv.machine import Machine

from gopybench.alarms.groups import Finding
from gopybench.alarms.steps import value_at
from gopybench.asvdata import campaigns, labels, noted

# A value that differs by more has moved, as by asv's own threshold.
_MOVED = math.log(1.05)

# Of fewer values nobody can say that they moved together.
_FEWEST = 3

# Of fewer samples there is no interval.
_FEW = 10

_OF_MACHINE = {name for name, _ in Machine.fields}

_Series = tuple[tuple[str, "str | None"], ...]

# What a line is about.
CAMPAIGNS, CODE, MOVED, SAMPLES = "campaigns", "code", "moved", "samples"


class Line(NamedTuple):
    """What speaks for itself: one of the words above, and a text for people."""

    about: str
    text: str


class Surroundings:
    """All of asv's graphs: what else moved between two commits."""

    def __init__(
        self, benchmarks: Mapping[str, Any], graphs: Any, revisions: Mapping[str, int]
    ) -> None:
        """Sort the graphs by environment; *revisions* are asv's."""
        self._benchmarks, self._revisions = benchmarks, revisions
        self._graphs: dict[_Series, dict[str, Any]] = defaultdict(dict)
        for _, graph in graphs:
            if "summary" not in graph.params and graph.benchmark_name in benchmarks:
                series = tuple(sorted((k, v) for k, v in graph.params.items() if k != "branch"))
                self._graphs[series].setdefault(graph.benchmark_name, graph)
        environments = [_environment(series) for series in self._graphs]
        self._labels = dict(zip(self._graphs, labels.runtimes(environments)))

    def label(self, finding: Finding) -> str:
        """Return what people call a finding's environment."""
        return self._labels[finding.alarms[0].series]

    def evidence(self, finding: Finding) -> list[Line]:
        """Return what speaks for itself, a line each."""
        found: dict[str, Iterable[str]] = {
            CAMPAIGNS: campaigns.changes(*finding.campaigns),
            CODE: _of_code(finding),
            MOVED: self._moved(finding),
            SAMPLES: [*_of_samples(finding), *_of_points(finding)],
        }
        return [Line(about, text) for about, texts in found.items() for text in texts]

    def _moved(self, finding: Finding) -> Iterator[str]:
        """Say what else moved at this step, of the same unit and on the same machine."""
        own = finding.alarms[0].series
        still = []
        for series in sorted(self._graphs, key=lambda of: (of != own, self._labels[of])):
            if dict(series).get("machine") != finding.machine:
                continue
            logs = self._logs(series, finding)
            if len(logs) < _FEWEST:
                continue
            name = "the rest of this environment" if series == own else self._labels[series]
            up, down = sum(v > _MOVED for v in logs), sum(v < -_MOVED for v in logs)
            moved = f"{max(up, down)} of {len(logs)}"
            if 2 * max(up, down) >= len(logs):
                ratio = math.exp(statistics.median(logs))
                way = "up" if up > down else "down"
                yield f"{name} went {way} at this step: {moved} values, median {ratio:.2f}×"
            else:
                still.append(f"{name} ({moved})")
        if still:
            yield f"did not move together: {', '.join(still)}"

    def _logs(self, series: _Series, finding: Finding) -> list[float]:
        """Return the logarithms of the ratios of all values that are not the finding's."""
        members = {(a.benchmark, a.index) for a in finding.alarms if a.series == series}
        unit = finding.alarms[0].unit
        numbers = [self._revisions[commit] for commit in (finding.before, finding.after)]
        logs = []
        for name, graph in self._graphs[series].items():
            if self._benchmarks[name].get("unit", "") != unit:
                continue
            for index in range(graph.n_series or 0):
                if (name, index) in members:
                    continue
                before, after = (value_at(graph, number, index) for number in numbers)
                if before and after and min(before, after) > 0:
                    logs.append(math.log(after / before))
        return logs


def _environment(series: _Series) -> dict[str, str | None]:
    return {key: value for key, value in series if key not in _OF_MACHINE}


def _of_code(finding: Finding) -> Iterator[str]:
    """Say whether it was measured with other code of the benchmark itself."""
    before, after = (noted.code(results._requirements) for results in finding.ends)
    names = {alarm.benchmark.rpartition(".")[0] for alarm in finding.alarms}
    both = [name for name in names if name in before and name in after]
    if changed := sorted(name for name in both if before[name].digest != after[name].digest):
        yield f"the benchmark's own code changed: {', '.join(changed)}"


def _of_samples(finding: Finding) -> Iterator[str]:
    """Say of how few samples the values of the strongest step are."""
    alarm = finding.alarms[0]
    counts = []
    for results in finding.ends:
        params = results.get_result_params(alarm.benchmark)
        stats = results.get_result_stats(alarm.benchmark, params)
        of = stats[min(alarm.index, len(stats) - 1)] if stats else None
        counts.append(int((of or {}).get("repeat") or 1))
    if min(counts) < _FEW:
        yield f"few samples: {counts[0]} before, {counts[1]} after"


def _of_points(finding: Finding) -> Iterator[str]:
    """Say whether a level of the strongest step is that of a single commit."""
    before, after = finding.alarms[0].points
    if after == 1:
        yield "one commit alone is at the level after"
    if before == 1:
        yield "one commit alone is at the level before"
