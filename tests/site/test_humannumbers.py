"""Numbers for people: three digits, whatever they are rounded to."""

from __future__ import annotations

import pytest

from gopybench.site.comparisonviews import bar_end
from gopybench.site.humannumbers import digits, grouped, times, with_unit


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1, "1.00"),
        (9.994, "9.99"),
        (9.996, "10.0"),
        (99.96, "100"),
        (999.4, "999"),
        (999.6, "1,000"),
        (0.1234, "0.123"),
        (0.01234, "0.0123"),
        (0.09996, "0.100"),
        (1e-4, "1.00e-04"),
        (1.5e6, "1.50e+06"),
        (-2, "-2.00"),
    ],
)
def test_digits(value: float, text: str) -> None:
    assert digits(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.566130068, "seconds", "566 ms"),
        (0.99996, "seconds", "1.00 s"),
        (2e-10, "seconds", "0.200 ns"),
        (309e6, "bytes", "309 MB"),
        (0, "bytes", "0 B"),
        (3, "points", "3.00 points"),
        (3, "unit", "3.00"),
    ],
)
def test_units(value: float, unit: str, text: str) -> None:
    assert with_unit(value, unit) == text


def test_ratios_and_whole_numbers() -> None:
    ratios = [times(ratio) for ratio in (2.495, 0.0994, 9.996, 22.41, 99.96, 12345.0)]
    assert ratios == ["2.50×", "0.0994×", "10.0×", "22.4×", "100×", "12,345×"]
    assert [grouped(text) for text in ("4000000", "1e6", "²", "-5")] == [
        "4,000,000",
        "1e6",
        "²",
        "-5",
    ]


def test_a_bar_far_beyond_the_others_does_not_set_the_scale() -> None:
    assert bar_end([1, 1.2, 1.5, 2, 2.5, 90]) == 2.5
    assert bar_end([1, 3]) == 3
    assert bar_end([]) == bar_end([0.0]) == 1.0
