"""What another process wrote into a results file -> asv's results that are about to replace it."""

from __future__ import annotations

import functools
import os
from collections.abc import Collection
from typing import Any

from asv import util
from asv.results import Results

from gopybench.asvdata import noted, reasons

# What asv's Results keep by benchmark.
_BY_BENCHMARK = (
    *("_results", "_samples", "_stats", "_benchmark_params", "_profiles", "_started_at"),
    *("_duration", "_benchmark_version"),
)


def adopt(results: Results, results_dir: str, changed: Collection[str]) -> None:
    """Take into asv's *results* what another process wrote since they were read.

    *changed* are the benchmarks that this process has changed itself.
    """
    try:
        theirs = Results.load(os.path.join(results_dir, results._filename))
    except (OSError, util.UserError):
        return
    kept = theirs.get_all_result_keys() - {*changed}
    versions = results.benchmark_version
    # asv drops the values of another version.
    others = {n for n, v in theirs.benchmark_version.items() if v != versions.get(n, v)}
    results._requirements = noted.of_both(
        reasons.without(theirs._requirements, others), results._requirements, kept, changed
    )
    for name in [*results.get_all_result_keys(), *theirs.get_all_result_keys()]:
        if name not in changed:
            for column in _BY_BENCHMARK:
                mine, other = getattr(results, column), getattr(theirs, column)
                mine.pop(name, None)
                if name in other:
                    mine[name] = other[name]
    results._requirements = reasons.standing(
        results._requirements, functools.partial(_row, results)
    )


def _row(results: Results, name: str) -> dict[str, Any]:
    if name not in results.get_all_result_keys():
        return {}
    return {"params": results._benchmark_params[name], "result": results._results[name]}
