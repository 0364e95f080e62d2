"""The model -> what the page of all runtimes loads: a small file first, the rest when shown.

``index.json`` tells what there is. For each benchmark, machine and size, that
is, the values of the parameters that are numbers,
``<benchmark>/<machine>-<size>.json`` holds the history, thinned to at most some
hundred points, and ``<benchmark>/<machine>-<size>-<block>.json`` the exact
values of some commits. All are counted from 0 in the order of the index.
"""

from __future__ import annotations

import json
import math
import statistics
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from gopybench.site.codeborders import borders
from gopybench.site.model import Benchmark, Site
from gopybench.site.parameterroles import are_numbers
from gopybench.site.placevalues import NA, PlaceValues

# The points of a line of the history, and the commits whose values come together.
MAX_POINTS = 400
BLOCK = 32


def write(site: Site, out: Path) -> None:
    """Write all that the page loads into *out*."""
    out.mkdir(parents=True, exist_ok=True)
    machine_of = [environment.machine for environment in site.environments]
    on_branch = [set(numbers) for numbers in site.branches.values()]
    described = [
        _write_benchmark(benchmark, machine_of, on_branch, out, str(number))
        for number, benchmark in enumerate(site.benchmarks)
    ]
    _dump(
        out / "index.json",
        {
            "title": site.title,
            "project": site.project,
            "show_commit_url": site.show_commit_url,
            "hash_length": site.hash_length,
            "block": BLOCK,
            "commits": site.commits,
            "branches": site.branches,
            "environments": [{"label": e.label, "family": e.family} for e in site.environments],
            "machines": [machine._asdict() for machine in site.machines],
            "benchmarks": described,
        },
    )


def _write_benchmark(
    benchmark: Benchmark,
    machine_of: Sequence[int],
    on_branch: Sequence[Collection[int]],
    out: Path,
    name: str,
) -> dict[str, Any]:
    """Write one benchmark's files; return what the index says of it."""
    values, combinations = benchmark.values, benchmark.combinations
    scales = [
        i
        for i, choices in enumerate(benchmark.choices)
        # Of GOMAXPROCS people want to see all values beside each other.
        if are_numbers(choices) and benchmark.param_names[i] != "gomaxprocs"
    ]
    by_size: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place, combination in enumerate(combinations):
        by_size[tuple(combination[i] for i in scales)].append(place)
    (out / name).mkdir(exist_ok=True)
    latest: dict[int, list[list[int | None]]] = {}
    for machine in sorted({machine_of[environment] for environment in values}):
        environments = [e for e in sorted(values) if machine_of[e] == machine]
        latest[machine] = [
            _write_size(
                [(environment, place) for environment in environments for place in places],
                combinations,
                values,
                on_branch,
                out / name / f"{machine}-{size}",
            )
            for size, places in enumerate(by_size.values())
        ]
    return {
        "name": benchmark.name,
        "type": benchmark.type,
        "unit": benchmark.unit,
        "param_names": benchmark.param_names,
        "params": benchmark.shown,
        "scales": scales,
        "sizes": list(by_size),
        # By machine, size and branch: the latest commit that ran.
        "latest": latest,
        "dir": name,
    }


def _write_size(
    series: list[tuple[int, int]],
    combinations: list[tuple[int, ...]],
    values: Mapping[int, PlaceValues],
    on_branch: Sequence[Collection[int]],
    stem: Path,
) -> list[int | None]:
    """Write one size's files; return the latest commit of each branch that ran, if any did."""
    columns = {(e, place): values[e].column(place) for e, place in series}
    columns = {key: column for key, column in columns.items() if column}
    at = sorted(set[int]().union(*columns.values()))
    # The environments that have more to say of a commit than n/a.
    ran = {
        commit: {e for (e, _), column in columns.items() if column.get(commit, NA) != NA}
        for commit in at
    }
    step = -(-len(at) // MAX_POINTS)
    buckets = [at[i : i + step] for i in range(0, len(at), step or 1)]
    _dump(
        stem.with_suffix(".json"),
        {
            "series": [[environment, combinations[place]] for environment, place in columns],
            "commits": at,
            "environments": [len(ran[commit]) for commit in at],
            "step": step,
            # By environment: see codeborders.
            "code": {e: found for e in values if (found := borders(values[e].code, at))},
            "history": [
                [_median(column, bucket) for bucket in buckets] for column in columns.values()
            ],
        },
    )
    for block in range(0, len(at), BLOCK):
        exact = [
            [values[environment].exact(commit, place) for environment, place in columns]
            for commit in at[block : block + BLOCK]
        ]
        _dump(stem.with_name(f"{stem.name}-{block // BLOCK}.json"), exact)
    return [
        max((commit for commit in at if ran[commit] and commit in branch), default=None)
        for branch in on_branch
    ]


def _median(column: dict[int, float], bucket: Sequence[int]) -> float | None:
    values = [column[commit] for commit in bucket if math.isfinite(column.get(commit, NA))]
    return float(f"{statistics.median(values):.5g}") if values else None


def _dump(path: Path, what: Any) -> None:
    path.write_text(json.dumps(what, separators=(",", ":"), allow_nan=False), encoding="utf-8")
