"""asv's statistics of samples, to the last digit, in a fraction of the time.

``asv_runner.statistics.compute_stats`` defines them. Which of the sorted samples
they are made of depends on how many there are, and is worked out once for each
number. Two to seven samples have no confidence interval of that kind: there asv
takes the interval of a posterior distribution, computed here without its detours.
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_left

from asv_runner import statistics

# The chance that the interval of a posterior distribution leaves out at each end.
_TAIL = 0.01 / 2

# Median, lower and upper end of the 99 % interval, lower and upper quartile.
Statistics = tuple[float, float, float, float, float]


def describe(samples: list[float]) -> Statistics:
    """Return the statistics of one or more finite samples, all but the median with five digits.

    The interval of one sample is infinite, as asv's is, and so is that of
    samples which make asv's own computation overflow.
    """
    y = sorted(samples)
    n = len(y)
    if n == 1:
        quartile = _SHORTENED[y[0]]
        return y[0], -math.inf, math.inf, quartile, quartile
    low, high, (j, a, b), (k, c, d), (m, e, f) = _ranks(n)
    median = a * y[j] + b * y[j + 1]
    lower, upper = _SHORTENED[c * y[k] + d * y[k + 1]], _SHORTENED[e * y[m] + f * y[m + 1]]
    if high < n:
        return median, _SHORTENED[y[low]], _SHORTENED[y[high]], lower, upper
    if y[0] == y[-1] == median:
        bottom, top = _SHORTENED[min(median, y[0])], _SHORTENED[max(median, max(y))]
        return median, bottom, top, lower, upper
    bottom, top = _posterior_interval(y, median)
    return median, float(f"{bottom:.4e}"), float(f"{top:.4e}"), lower, upper


class _Shortened(dict[float, float]):
    """Numbers with the five digits that asv writes: Go prints few different ones."""

    def __missing__(self, number: float) -> float:
        if number == 0:
            return number  # 0.0 and -0.0 are one key
        if len(self) >= 100_000:
            self.clear()
        shortened = self[number] = float(f"{number:.4e}")
        return shortened


_SHORTENED = _Shortened()

# The first of two neighbours among sorted samples, and the share of each.
_Quantile = tuple[int, float, float]


@functools.lru_cache(maxsize=10_000)
def _ranks(count: int) -> tuple[int, int, _Quantile, _Quantile, _Quantile]:
    """Return which of so many sorted samples the interval, the median and the quartiles are.

    The interval's ends are *count* where asv takes those of a posterior distribution.
    """
    _, (low, high) = statistics.quantile_ci(range(count), 0.5, alpha_min=0.99)
    if math.isinf(low) or math.isinf(high):
        low = high = count
    places = [divmod((count - 1) * q, 1) for q in (0.5, 0.25, 0.75)]
    median, lower, upper = [(int(j), 1 - part, part) for j, part in places]
    return low, high, median, lower, upper


def _posterior_interval(y: list[float], median: float) -> tuple[float, float]:
    """Return the interval that asv's LaplacePosterior gives sorted samples, not all equal.

    The sums are those of the builtin, whose rounding is not the same in every Python.
    """
    n = len(y)
    nu = n - 1
    scale = sum([abs(sample - median) for sample in y]) * nu ** (1 / n)
    x = [(sample - median) / scale for sample in y]
    total = sum(x)
    try:
        # The integral of the density up to each sample, piece by piece.
        integral = max(0.0, 1 / (nu * n) * (total - x[0] * n) ** -nu)
        sums, integrals = [total], [integral]
        a = x[0]
        for k, (c, factor) in enumerate(_pieces(n), 1):
            b, s = x[k], sum(x[k:]) - sum(x[:k])
            term = factor * ((a * c + s) ** -nu - (b * c + s) ** -nu) if c else (b - a) / s**n
            if term > 0:
                integral += term
            sums.append(s)
            integrals.append(integral)
            a = b
        above = (a * n - total) ** -nu
        whole = integral + max(0.0, 1 / (nu * n) * above)
        low, high = _TAIL * whole, (1 - _TAIL) * whole
        # Most intervals begin and end outside the samples.
        if 0 < low <= integrals[0]:
            low = min(((nu * n * low) ** (-1 / nu) - total) / -n, x[0])
        else:
            low = _quantile(x, [*sums, -total], [*integrals, whole], low)
        rest = above - nu * n * (high - integral)
        if high > integral and rest > 0:
            high = (rest ** (-1 / nu) + total) / n
        else:
            high = _quantile(x, [*sums, -total], [*integrals, whole], high)
    except ArithmeticError:
        return -math.inf, math.inf
    return min(low * scale + median, y[0]), max(high * scale + median, max(y))


@functools.lru_cache
def _pieces(n: int) -> list[tuple[int, float]]:
    """Return the slope of the sum of distances between neighbours of n samples, and a factor."""
    slopes = range(2 - n, n, 2)
    return [(c, 1 / ((n - 1) * c) if c else 0.0) for c in slopes]


def _quantile(x: list[float], sums: list[float], integrals: list[float], share: float) -> float:
    """Return up to where the integral of the density is *share*."""
    n = len(x)
    nu = n - 1
    k = min(bisect_left(integrals, share), n)
    c, s = 2 * k - n, sums[k]
    if k == 0:
        z = -nu * c * share
        value = (z ** (-1 / nu) - s) / c if z > 0 else -math.inf
    else:
        a, rest = x[k - 1], share - integrals[k - 1]
        if c == 0:
            value = a + rest * s**n
        else:
            z = (a * c + s) ** -nu - nu * c * rest
            value = (z ** (-1 / nu) - s) / c if z > 0 else math.inf
    return float(min(value, x[k])) if k < n else value
