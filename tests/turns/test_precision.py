"""When the ratio of two environments is known well enough, on values that are made up."""

from __future__ import annotations

import math
import random

from gopybench.turns.decision import Kind, Verdict
from gopybench.turns.pairs import Turn
from gopybench.turns.precision import LOOKS, Precision


def turns(chance: random.Random, count: int, ratio: float, noise: float) -> list[Turn]:
    logs = [math.log(ratio) + chance.gauss(0, noise) for _ in range(count)]
    return [Turn(1.0, math.exp(log), log) for log in logs]


def test_a_calm_ratio_is_known_at_the_first_look() -> None:
    found = turns(random.Random(1), LOOKS[0], 2.5, 0.01)
    verdict, estimate, _ = Precision().decide(Kind.TIMED, found)
    assert verdict is Verdict.MEASURED
    assert estimate.low < 2.5 < estimate.high
    assert estimate.high / estimate.low < 1.1
    assert Precision().decide(Kind.TIMED, found[:5]).verdict is None


def test_a_noisy_one_needs_more_and_may_need_too_many() -> None:
    found = turns(random.Random(2), LOOKS[-1], 2.5, 0.1)
    assert Precision().decide(Kind.TIMED, found[: LOOKS[0]]).verdict is None
    assert Precision().decide(Kind.TIMED, found).verdict is Verdict.MEASURED
    assert Precision(0.001).decide(Kind.TIMED, found).verdict is Verdict.INCONCLUSIVE


def test_the_interval_holds_as_often_as_it_says() -> None:
    """Also where it is looked at again and again until it is narrow enough."""
    chance, held = random.Random(3), 0
    for _ in range(400):
        found = turns(chance, LOOKS[-1], 2.5, 0.06)
        for look in LOOKS:
            verdict, estimate, _ = Precision().decide(Kind.TIMED, found[:look])
            if verdict is not None:
                break
        held += estimate.low <= 2.5 <= estimate.high
    # 380 are expected, and 363 are too few by four standard deviations.
    assert held >= 363


def test_bytes_that_never_vary_need_five_turns() -> None:
    same = [Turn(64.0, 128.0, math.log(2))] * 5
    verdict, estimate, _ = Precision().decide(Kind.OTHER, same)
    assert verdict is Verdict.MEASURED
    assert estimate.low == estimate.ratio == estimate.high
    assert Precision().decide(Kind.OTHER, same[:4]).verdict is None
    assert Precision().decide(Kind.TIMED, same).verdict is None
