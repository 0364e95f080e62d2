"""asv's own part of an import in less time, and with the same results to the last digit."""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import math
from collections.abc import Iterator
from types import SimpleNamespace
from typing import IO, Any

from asv import results, util
from asv_runner import statistics

_compute_stats = statistics.compute_stats
_truncate_float_list = util.truncate_float_list


@contextlib.contextmanager
def up() -> Iterator[None]:
    """Let asv take and write many results in a fraction of the time.

    Beside asv's own functions it spares the garbage collector, which would
    find nothing: an import makes no cycles.
    """
    faster: list[tuple[Any, str, Any]] = [
        (results, "compute_stats", compute_stats),
        (statistics, "binom_pmf", functools.lru_cache(maxsize=10_000)(statistics.binom_pmf)),
        (util, "truncate_float_list", truncate_float_list),
        (util, "json", SimpleNamespace(**{**vars(json), "dump": _dump})),
    ]
    before = [(module, name, getattr(module, name)) for module, name, _ in faster]
    collecting = gc.isenabled()
    gc.disable()
    for module, name, function in faster:
        setattr(module, name, function)
    try:
        yield
    finally:
        for module, name, function in before:
            setattr(module, name, function)
        if collecting:
            gc.enable()


def compute_stats(samples: list[float], number: int) -> tuple[float | None, dict[str, Any] | None]:
    """Return what asv's function of this name does.

    asv sorts the samples four times and sums up probabilities to find out which
    of them bound the interval: that depends on how many there are, and no more.
    """
    ranks = _ranks(len(samples))
    if ranks is None:
        found: tuple[float | None, dict[str, Any] | None] = _compute_stats(samples, number)
        return found
    y = sorted(samples)
    low, high, *quantiles = ranks
    q_50, q_25, q_75 = [(1 - part) * y[j] + part * y[j + 1] for j, part in quantiles]
    return q_50, {
        "ci_99_a": y[low],
        "ci_99_b": y[high],
        "q_25": q_25,
        "q_75": q_75,
        "repeat": len(y),
        "number": number,
    }


@functools.lru_cache(maxsize=10_000)
def _ranks(
    count: int,
) -> tuple[int, int, tuple[int, float], tuple[int, float], tuple[int, float]] | None:
    """Return which of so many sorted samples asv's statistics are made of.

    None where they are too few for that, and asv assumes a distribution.
    """
    if count < 2:
        return None
    _, (low, high) = statistics.quantile_ci(range(count), 0.5, alpha_min=0.99)
    if math.isinf(low) or math.isinf(high):
        return None
    places = [divmod((count - 1) * q, 1) for q in (0.5, 0.25, 0.75)]
    q_50, q_25, q_75 = [(int(j), part) for j, part in places]
    return low, high, q_50, q_25, q_75


def truncate_float_list(item: Any, digits: int = 5) -> Any:
    """Return what asv's function of this name does."""
    if type(item) is not list or digits != 5:
        return _truncate_float_list(item, digits)
    return [
        float(f"{x:.4e}") if type(x) is float else _truncate_float_list(x, digits) for x in item
    ]


def _dump(data: Any, file: IO[str], **how: Any) -> None:
    """Write what ``json.dump`` does, which encodes piece by piece in Python."""
    file.write(json.dumps(data, **how))
