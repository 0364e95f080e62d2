"""Each combination of a benchmark's parameters -> a file with its history in all environments.

It is thinned where it is long: then a point stands for some commits, by the median, least and
greatest of their values.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from gopybench.site.codeborders import borders
from gopybench.site.model import Benchmark
from gopybench.site.parameterroles import SIZE, SiteSettings
from gopybench.site.placevalues import FAILED, NA, STATES, PlaceValues
from gopybench.site.sitesteps import Line, Step

# A line has no more points.
MAX_POINTS = 400

# A line with as many values at most has them all beside a thinned history of others.
_SHORT = 100


@dataclass(frozen=True)
class HistoryFiles:
    """Writes the files of benchmarks into a directory.

    Attributes:
        out: the directory.
        settings: what the parameters are.
        branches: the commits of each; those after the first have files of their own.
        steps: what asv finds in the lines.
    """

    out: Path
    settings: SiteSettings = field(default_factory=SiteSettings)
    branches: Sequence[Sequence[int]] = ()
    steps: Mapping[Line, Sequence[Step]] = field(default_factory=dict)

    def write(self, number: int, benchmark: Benchmark) -> int:
        """Write a benchmark's files; return the combination with the longest history.

        Among several that is the one of the greatest size and the first class and mode.
        """
        best: tuple[Any, int] | None = None
        # What a single branch has is all.
        several = self.branches[1:] and self.branches
        branches: list[set[int] | None] = [set(of) for of in several] or [None]
        roles = [*map(self.settings.role, benchmark.param_names, benchmark.choices)]
        for place, combination in enumerate(benchmark.combinations):
            columns = {e: of.column(place) for e, of in sorted(benchmark.values.items())}
            columns = {environment: column for environment, column in columns.items() if column}
            for branch, on in enumerate(branches):
                content = self._history(benchmark, columns, place, on)
                name = f"{number}-{place}-{branch}.json" if branch else f"{number}-{place}.json"
                (self.out / name).write_bytes(orjson.dumps(content))
            points = sum(sum(map(math.isfinite, of.values())) for of in columns.values())
            sizes = [
                _number(benchmark.choices[i][at])
                for i, at in enumerate(combination)
                if roles[i] == SIZE
            ]
            rank = (points, sizes, -place)
            if best is None or rank > best[0]:
                best = rank, place
        return best[1] if best else 0

    def _history(
        self,
        benchmark: Benchmark,
        columns: Mapping[int, dict[int, float]],
        place: int,
        branch: Collection[int] | None,
    ) -> dict[str, Any]:
        commits = set[int]().union(*columns.values())
        at = sorted(commits if branch is None else commits.intersection(branch))
        step = -(-len(at) // MAX_POINTS) or 1
        lines = []
        for environment, column in columns.items():
            of = benchmark.values[environment]
            line = (
                _exact(of, column, place, at)
                if step == 1
                else _thinned(of, column, place, at, step)
            )
            line["environment"] = environment
            if step > 1 and len(column) <= _SHORT:
                own = [commit for commit in at if commit in column]
                line["exact"] = {"commits": own, **_exact(of, column, place, own)}
            if found := borders(of.code, at):
                line["code"] = found
            if steps := self.steps.get(Line(benchmark.name, place, environment)):
                line["steps"] = [*map(list, steps)]
            lines.append(line)
        return {"commits": at, "step": step, "lines": lines}


def _number(choice: str) -> float:
    try:
        return float(choice)
    except ValueError:
        return 0.0


def _exact(
    of: PlaceValues, column: Mapping[int, float], place: int, at: Sequence[int]
) -> dict[str, Any]:
    samples = of.samples(place)
    values = [column.get(commit) for commit in at]
    line: dict[str, Any] = {
        "values": [value if value is None else STATES.get(value, value) for value in values],
        "campaigns": [of.campaign[commit] if commit in column else None for commit in at],
    }
    if samples:
        line["samples"] = [samples.get(commit) for commit in at]
    return {**line, **_reasons(of, column, place, line["values"], at, 1)}


def _reasons(
    of: PlaceValues,
    column: Mapping[int, float],
    place: int,
    values: Sequence[Any],
    at: Sequence[int],
    step: int,
) -> dict[str, dict[str, list[int]]]:
    """Return as ``reasons`` why points have no value: each text once, with its points.

    A point that stands for some commits has the last one's.
    """
    found: dict[str, list[int]] = {}
    for i, state in enumerate(values) if of.reasons else ():
        if not isinstance(state, str):
            continue
        commits = at[i * step : (i + 1) * step]
        same = (c for c in reversed(commits) if STATES.get(column.get(c, math.nan)) == state)
        if why := next(filter(None, (of.reason(commit, place) for commit in same)), ""):
            found.setdefault(why, []).append(i)
    return {"reasons": found} if found else {}


def _thinned(
    of: PlaceValues, column: Mapping[int, float], place: int, at: Sequence[int], step: int
) -> dict[str, Any]:
    buckets = (at[i : i + step] for i in range(0, len(at), step))
    points = (_point([column.get(commit, math.nan) for commit in of_one]) for of_one in buckets)
    values, low, high = zip(*points)
    campaigns = _campaigns(of, column, at, step)
    reasons = _reasons(of, column, place, values, at, step)
    return {"values": values, "low": low, "high": high, "campaigns": campaigns, **reasons}


def _point(values: Sequence[float]) -> tuple[Any, float | None, float | None]:
    """Return the median, least and greatest of some values; or their state, or None."""
    found = sorted(filter(math.isfinite, values))
    if not found:
        state = FAILED if FAILED in values else NA if NA in values else math.nan
        return STATES.get(state), None, None
    middle = len(found) // 2
    median = found[middle] if len(found) % 2 else (found[middle - 1] + found[middle]) / 2
    return _short(median), _short(found[0]), _short(found[-1])


def _short(value: float) -> float:
    return float(f"{value:.5g}")


def _campaigns(
    of: PlaceValues, column: Mapping[int, float], at: Sequence[int], step: int
) -> list[int | None]:
    """Return the campaign of each point, None where it has values of several or none."""
    buckets = (at[i : i + step] for i in range(0, len(at), step))
    found = ({of.campaign[commit] for commit in of_one if commit in column} for of_one in buckets)
    return [next(iter(of_one)) if len(of_one) == 1 else None for of_one in found]
