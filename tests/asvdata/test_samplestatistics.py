"""asv's own statistics of the same samples are the expected ones."""

from __future__ import annotations

import math

import pytest
from asv.util import truncate_float_list
from asv_runner import statistics
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gopybench.asvdata.samplestatistics import describe

numbers = st.floats(-1e300, 1e300) | st.sampled_from((0.0, -0.0, 1.0, 5e-324, 1e-9))
# As Go prints them: few digits, close to each other.
similar = st.integers(100, 200).map(lambda n: n / 10 * 1e-9)


def asvs(samples: list[float]) -> tuple[float, ...]:
    median, stats = statistics.compute_stats(samples, 1)
    of = ("ci_99_a", "ci_99_b", "q_25", "q_75")
    return median, *truncate_float_list([stats[key] for key in of])


@settings(deadline=None)
@example([3.0] * 7)
@example([5e-324, 0.0])
@example([5e-324, 5e-324])
@example([1.5e-323] * 4)
@example([1e-308, 1e-308])
@given(
    st.lists(numbers, min_size=1, max_size=50)
    | st.lists(similar, min_size=1, max_size=50)
    | st.lists(numbers, min_size=2, max_size=7)
    | st.lists(similar, min_size=2, max_size=7)
)
def test_statistics_are_those_of_asv(samples: list[float]) -> None:
    before = [*samples]
    try:
        expected = asvs(samples)
    except ArithmeticError:
        median, low, high, *_ = describe(samples)
        assert (median, low, high) == (statistics.quantile(samples, 0.5), -math.inf, math.inf)
        return
    assert repr(describe(samples)) == repr(expected)
    assert samples == before


@pytest.mark.parametrize("count", range(1, 301))
def test_any_number_of_samples(count: int) -> None:
    samples = [math.sin(i * i) for i in range(count)]
    assert repr(describe(samples)) == repr(asvs(samples))
