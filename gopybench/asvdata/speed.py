"""asv's own part of an import in less time, and with the same results to the last digit."""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TextIO

import orjson
from asv import results, util
from asv_runner import statistics

_compute_stats = statistics.compute_stats
_truncate_float_list = util.truncate_float_list

# A sample's rank, its share, and that of the next.
_Quantile = tuple[int, float, float]


@contextlib.contextmanager
def up() -> Iterator[None]:
    """Let asv take and write many results in a fraction of the time.

    Its numbers and its JSON are made by the functions below. The garbage
    collector is spared, too, which would find nothing: an import makes no cycles.
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
        _TRUNCATED.clear()
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
    low, high, (j, a, b), (k, c, d), (m, e, f) = ranks
    return a * y[j] + b * y[j + 1], {
        "ci_99_a": y[low],
        "ci_99_b": y[high],
        "q_25": c * y[k] + d * y[k + 1],
        "q_75": e * y[m] + f * y[m + 1],
        "repeat": len(y),
        "number": number,
    }


@functools.lru_cache(maxsize=10_000)
def _ranks(
    count: int,
) -> tuple[int, int, _Quantile, _Quantile, _Quantile] | None:
    """Return which of so many sorted samples asv's statistics are made of.

    None where they are too few for that, and asv assumes a distribution.
    """
    if count < 2:
        return None
    _, (low, high) = statistics.quantile_ci(range(count), 0.5, alpha_min=0.99)
    if math.isinf(low) or math.isinf(high):
        return None
    places = [divmod((count - 1) * q, 1) for q in (0.5, 0.25, 0.75)]
    q_50, q_25, q_75 = [(int(j), 1 - part, part) for j, part in places]
    return low, high, q_50, q_25, q_75


class _Truncated(dict[float, float]):
    """asv's truncation of numbers, of which Go prints few different ones: four digits of each."""

    def __missing__(self, number: float) -> float:
        if number == 0:
            return number  # and no other zero in its place
        if len(self) >= 1_000_000:
            self.clear()
        truncated = self[number] = float(f"{number:.4e}")
        return truncated


_TRUNCATED = _Truncated()


def truncate_float_list(item: Any, digits: int = 5) -> Any:
    """Return what asv's function of this name does."""
    if type(item) is list and digits == 5:
        kinds = {*map(type, item)}
        if kinds == {float}:
            return [*map(_TRUNCATED.__getitem__, item)]
        if kinds == {int}:
            return item
    return _truncate_float_list(item, digits)


@dataclass(frozen=True)
class Encoded:
    """JSON of data that is a part of others."""

    json: bytes


def encode(data: Any) -> Encoded:
    """Return JSON of the same values as that of ``json.dumps``, in a tenth of the time."""
    try:
        return Encoded(orjson.dumps(_encodable(data)))
    except orjson.JSONEncodeError:
        # What Python's takes, such as integers of any size.
        return Encoded(json.dumps(data, default=_decoded).encode())


def _decoded(item: Any) -> Any:
    if isinstance(item, Encoded):
        return json.loads(item.json)
    raise TypeError(f"{type(item).__name__} has no JSON")


def _dump(data: Any, file: TextIO, **how: Any) -> None:
    """Write what ``json.dump`` does."""
    if how:
        file.write(json.dumps(data, **how))
    else:
        file.flush()
        file.buffer.write(encode(data).json)


def _encodable(item: Any) -> Any:
    """Return data in which orjson finds what JSON has no word for, and Python's json has."""
    if type(item) in (list, tuple):
        is_nested = bool(item) and type(item[0]) is list
        with contextlib.suppress(TypeError, OverflowError):
            total = sum(map(sum, item) if is_nested else item)
            if total - total == 0:
                return item
        return [*map(_encodable, item)]
    if type(item) is dict:
        return {key: _encodable(x) for key, x in item.items()}
    if type(item) is Encoded:
        return orjson.Fragment(item.json)
    if type(item) is float and not math.isfinite(item):
        return orjson.Fragment(json.dumps(item))
    return item
