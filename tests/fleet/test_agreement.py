"""Whether machines agree, of turns whose logarithms are made up."""

from __future__ import annotations

import itertools
import math
import random

import pytest

from gopybench.fleet import agreement


def of_machines(each: int, **ratios: float) -> tuple[list[float], list[str]]:
    """Return turns of machines that show these ratios, and the machine of each."""
    noise = random.Random(7)
    names = [*ratios] * each
    return [math.log(ratios[name]) + noise.gauss(0, 0.01) for name in names], names


def test_one_that_shows_another_ratio() -> None:
    logs, names = of_machines(20, a=1.0, b=1.0, c=1.1)
    found = agreement.differing(logs, names, 0.025, 10)
    assert {name: round(ratio, 1) for name, ratio in found.items()} == {
        "a": 1.0,
        "b": 1.0,
        "c": 1.1,
    }


@pytest.mark.parametrize(
    ("each", "ratios"),
    [
        (20, {"a": 1.1, "b": 1.1}),
        # Less than matters, however sure.
        (60, {"a": 1.0, "b": 1.02}),
        # Too few to tell.
        (3, {"a": 1.0, "b": 1.1}),
        (20, {"a": 1.1}),
    ],
)
def test_those_that_agree(each: int, ratios: dict[str, float]) -> None:
    assert agreement.differing(*of_machines(each, **ratios), 0.025, 10) == {}


def test_values_that_do_not_vary() -> None:
    assert agreement.differing([0.0] * 8, ["a", "b"] * 4, 0.0025, 1) == {}
    assert agreement.chance([1.0, 1.0], [1.0, 1.0]) == 1.0


def test_the_chance_is_that_of_all_orders() -> None:
    """But for what the normal distribution is off, which is on the safe side far out."""
    ours, others = [1.0, 2.0, 3.0, 4.0, 6.0], [5.0, 7.0, 8.0, 9.0, 10.0]
    middle = sum(ours + others) / 2
    apart = abs(sum(ours) - middle)
    orders = [*itertools.combinations(ours + others, 5)]
    exact = sum(abs(sum(order) - middle) >= apart for order in orders) / len(orders)
    assert exact == pytest.approx(agreement.chance(ours, others), rel=0.3)
    assert agreement.chance(ours, others) >= exact
