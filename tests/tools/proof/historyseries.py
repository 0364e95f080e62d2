"""asv's results -> a series of values for each time and runtime, and asv's steps in it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asv._stats import get_weight
from asv.benchmarks import Benchmarks
from asv.config import Config
from asv.results import iter_results
from asv.step_detect import detect_steps

# A series: values by commit, None where there is none.
Values = list[Any]


def read(project: Path, commits: Sequence[str]) -> list[dict[str, Any]]:
    """Return the series of all times: of each the environment, name, values and asv's weights."""
    conf = Config.load(str(project / "asv.conf.json"))
    conf.results_dir = str(project / conf.results_dir)
    benchmarks = Benchmarks.load(conf)
    places = {commit: number for number, commit in enumerate(commits)}
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for results in iter_results(conf.results_dir):
        place = places.get(results.commit_hash)
        for name in results.get_result_keys(benchmarks) if place is not None else ():
            benchmark = benchmarks[name]
            if benchmark["type"] != "time":
                continue
            params = benchmark["params"]
            values = results.get_result_value(name, params)
            stats = results.get_result_stats(name, params)
            for of, value, stat in zip(itertools.product(*params), values, stats):
                series = found.setdefault(
                    (results.env_name, f"{name}({', '.join(of)})"),
                    {"values": [None] * len(commits), "weights": [None] * len(commits)},
                )
                if value is not None and math.isfinite(value):
                    series["values"][place] = value
                    series["weights"][place] = get_weight(stat)
    return [
        {"environment": environment, "name": name, **series}
        for (environment, name), series in sorted(found.items())
        if any(value is not None for value in series["values"])
    ]


def steps(values: Values, weights: Values) -> list[tuple[int, float]]:
    """Return asv's steps: the first commit after each, by number, and the ratio of the levels."""
    found = detect_steps(values, weights)
    return [
        (after[0], round(after[2] / before[2], 4))
        for before, after in itertools.pairwise(found)
        if before[2] and after[2]
    ]
