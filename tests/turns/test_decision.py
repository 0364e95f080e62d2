"""When the gate calls a pair of commits worse, on values that are made up."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.turns.decision import (
    AGREEING,
    LOOKS,
    Kind,
    Rules,
    Verdict,
    cpu_ratio,
    decide,
    kind_of,
)
from gopybench.turns.pairs import Turn
from gopybench.turns.signedrank import bound, log_ratio

RULES = Rules(comparisons=100)
MOST = LOOKS[-1]


def turns_of(base: Sequence[float], head: Sequence[float]) -> list[Turn]:
    return [Turn(b, h, log_ratio(b, h)) for b, h in zip(base, head)]


def noisy(chance: random.Random, n: int, slower: float = 0.0, noise: float = 0.02) -> list[float]:
    """Return times around 1 ms, seldom far longer."""
    return [
        1e-3
        * (1 + slower)
        * math.exp(chance.gauss(0, noise))
        * (3 if chance.random() < 0.03 else 1)
        for _ in range(n)
    ]


def gate(
    base: list[float], head: list[float], kind: Kind = Kind.TIMED, rules: Rules = RULES
) -> tuple[Verdict | None, int]:
    """Return the first verdict on these values, taken turn by turn, and after how many turns."""
    for turns in range(1, len(base) + 1):
        if kind is Kind.TIMED and turns not in LOOKS:
            continue
        verdict = decide(kind, turns_of(base[:turns], head[:turns]), rules).verdict
        if verdict is not None:
            return verdict, turns
    return None, len(base)


def test_the_bound_is_that_of_all_signs() -> None:
    """By hand: of all ways to give five values signs, as few have their centre beyond it."""
    values = [0.1, 0.7, 0.9, 1.3, 2.1]
    walsh = sorted((a + b) / 2 for i, a in enumerate(values) for b in values[i:])
    sums = [
        sum(rank for rank, sign in zip(range(1, 6), signs) if sign)
        for signs in itertools.product((0, 1), repeat=5)
    ]
    for wrong in (1, 2, 3, 5, 10):
        place = max(j for j in range(16) if sum(s < j for s in sums) <= wrong)
        assert bound(values, wrong / 32, upper=False) == walsh[place - 1]
        assert bound(values, wrong / 32, upper=True) == walsh[-place]
    assert bound(values, 1 / 32, upper=False) == min(values)
    assert bound(values, 1 / 32, upper=True) == max(values)
    assert bound(values, 1 / 33, upper=False) == -math.inf
    assert bound(values, 1 / 33, upper=True) == math.inf


def test_the_known_critical_values_of_wilcoxon() -> None:
    """One-sided, as tables have them."""
    for n, level, critical in ((10, 0.025, 8), (20, 0.01, 43), (30, 0.05, 151)):
        values = [float(2**i) for i in range(n)]
        walsh = sorted((a + b) / 2 for i, a in enumerate(values) for b in values[i:])
        # The bound leaves out as many means of pairs as the critical value says.
        assert bound(values, level, upper=False) == walsh[critical]


def test_identical_code_is_seldom_called_worse() -> None:
    """A thousand comparisons of noise, each with the chance of a whole gate, 5 % here."""
    chance = random.Random(1)
    rules = replace(RULES, comparisons=1, false_alarms=0.05)
    said = [gate(noisy(chance, MOST), noisy(chance, MOST), rules=rules)[0] for _ in range(1000)]
    # At most 50 are expected; more than 75 would be wrong by four standard deviations.
    assert said.count(Verdict.WORSE) <= 75
    assert said.count(Verdict.SAME) > 900


@pytest.mark.parametrize(
    ("slower", "noise", "least"),
    [(0.05, 0.02, 0.97), (0.10, 0.02, 0.99), (0.05, 0.04, 0.95), (0.045, 0.01, 0.98)],
)
def test_slowdowns_are_found(slower: float, noise: float, least: float) -> None:
    """Also those that are a little less than the threshold, however little they vary."""
    chance = random.Random(2)
    said = [
        gate(noisy(chance, MOST, noise=noise), noisy(chance, MOST, slower, noise))[0]
        for _ in range(100)
    ]
    assert said.count(Verdict.WORSE) >= 100 * least


def test_a_speed_up_is_better_and_no_reason_to_fail() -> None:
    chance = random.Random(3)
    assert gate(noisy(chance, 48, 0.1), noisy(chance, 48))[0] is Verdict.BETTER


def test_identical_code_is_seldom_called_better() -> None:
    """Also after a few turns that happen to say so."""
    chance = random.Random(7)
    rules = replace(RULES, comparisons=1, false_alarms=0.05)
    said = [
        gate(noisy(chance, MOST, noise=0.1), noisy(chance, MOST, noise=0.1), rules=rules)[0]
        for _ in range(100)
    ]
    assert said.count(Verdict.BETTER) <= 12
    seeming = turns_of([1.0] * 6, [0.8, 0.82, 0.85, 0.9, 0.92, 0.94])
    assert decide(Kind.TIMED, seeming, RULES)[0::2] == (None, True)


def test_the_same_in_both_directions() -> None:
    faster = turns_of([1.0] * 6, [0.94, 0.98, 0.98, 0.98, 0.985, 0.99])
    assert decide(Kind.TIMED, faster, RULES).verdict is Verdict.SAME
    both = replace(RULES, two_sided=True)
    assert decide(Kind.TIMED, faster, both)[0::2] == (None, False)
    near = turns_of([1.0] * 6, [0.97, 0.99, 0.98, 1.0, 1.01, 1.02])
    assert decide(Kind.TIMED, near, both).verdict is Verdict.SAME
    chance = random.Random(8)
    base = noisy(chance, MOST)
    assert gate(base, noisy(chance, MOST, -0.08), rules=both)[0] is Verdict.BETTER
    assert gate(base, noisy(chance, MOST, 0.08), rules=both)[0] is Verdict.WORSE
    wild = [noisy(chance, MOST, noise=0.8) for _ in range(2)]
    assert gate(*wild, rules=both)[0] is Verdict.INCONCLUSIVE


def test_too_much_noise_is_said_to_be_that() -> None:
    chance = random.Random(4)
    wild = [noisy(chance, MOST, noise=0.8) for _ in range(2)]
    verdict, turns = gate(*wild)
    assert verdict is Verdict.INCONCLUSIVE
    assert turns == MOST


def test_a_change_below_the_threshold_is_none_however_sure_it_is() -> None:
    base = [1.0 + i / 1e5 for i in range(48)]
    head = [value * 1.01 for value in base]
    verdict, turns = gate(base, head)
    assert (verdict, turns) == (Verdict.SAME, LOOKS[0])
    assert gate(base, head, rules=replace(RULES, threshold=0.008))[0] is Verdict.WORSE


def computing(logs: Sequence[float], cpu_logs: Sequence[float], busy: float) -> list[Turn]:
    return [Turn(1, math.exp(log), log, cpu, busy=(1, busy)) for log, cpu in zip(logs, cpu_logs)]


def test_cpu_time_shows_that_nothing_changed_where_others_keep_the_cores_busy() -> None:
    noise = [0.3, -0.25, 0.2, -0.2, -0.1, -0.15]
    still = [0.002, -0.001, 0.001, 0.003, -0.002, 0.0]
    assert decide(Kind.TIMED, computing(noise, still, 0.97), RULES)[0] is Verdict.SAME
    # What waits, and what is slower by CPU time as well, is not the same for that.
    assert decide(Kind.TIMED, computing(noise, still, 0.5), RULES)[0] is None
    slower = [cpu + 0.08 for cpu in still]
    assert decide(Kind.TIMED, computing(noise, slower, 0.97), RULES)[0] is None
    # In Go half of the CPU time may be of what is not timed, which hides half of a slowdown.
    hidden = [replace(t, timed_share=0.5) for t in computing(noise, still, 2.0)]
    half_hidden = [replace(turn, cpu_log=turn.cpu_log + 0.03) for turn in hidden]
    assert decide(Kind.TIMED, half_hidden, RULES)[0] is None
    assert decide(Kind.TIMED, hidden, RULES)[0] is Verdict.SAME
    assert cpu_ratio(hidden) is None
    assert cpu_ratio(computing(noise, still, 2.0)) == pytest.approx(1.0, abs=0.003)
    # And it never makes a slowdown by the clock undone.
    later = [0.1 + wall / 100 for wall in noise * 5][:19]
    assert decide(Kind.TIMED, computing(later, still * 5, 0.97), RULES)[0] is Verdict.WORSE


class TestCounts:
    def test_one_turn_is_enough_where_nothing_changed(self) -> None:
        assert gate([1000.0], [1004.0], Kind.COUNTED) == (Verdict.SAME, 1)

    def test_five_turns_tell_a_change(self) -> None:
        base, head = [1000.0, 1001, 999, 1000, 1000], [1020.0, 1021, 1019, 1020, 1020]
        assert gate(base, head, Kind.COUNTED) == (Verdict.WORSE, AGREEING)
        assert gate(head, base, Kind.COUNTED) == (Verdict.BETTER, AGREEING)

    def test_one_that_was_off_is_no_change(self) -> None:
        base = [1000.0, 1002, 999, 1000, 1001, 1000]
        head = [1020.0, 1000, 1001, 1000, 999, 1001]
        assert gate(base, head, Kind.COUNTED) == (Verdict.SAME, LOOKS[0])

    def test_those_of_two_kinds_are_seldom_called_worse(self) -> None:
        """As where a hash differs from process to process."""
        chance = random.Random(6)
        said = []
        for _ in range(2000):
            base, head = ([chance.choice((1000.0, 1030.0)) for _ in range(48)] for _ in range(2))
            said.append(gate(base, head, Kind.COUNTED)[0])
        assert said.count(Verdict.WORSE) <= 8


class TestBytes:
    def test_what_is_the_same_each_time_has_the_small_tolerance(self) -> None:
        assert gate([64.0], [64.0], Kind.OTHER) == (Verdict.SAME, 1)
        assert gate([64.0], [64.1], Kind.OTHER)[0] is None
        assert gate([64.0] * 5, [64.1] * 5, Kind.OTHER) == (Verdict.SAME, AGREEING)
        verdict, turns = gate([1000.0] * 48, [1010.0] * 48, Kind.OTHER)
        assert (verdict, turns) == (Verdict.WORSE, 19)
        assert gate([1000.0] * 48, [990.0] * 48, Kind.OTHER)[0] is Verdict.BETTER

    def test_what_varies_is_compared_as_times_are(self) -> None:
        chance = random.Random(5)
        base = [1e7 * math.exp(chance.gauss(0, 0.02)) for _ in range(48)]
        head = [1.02e7 * math.exp(chance.gauss(0, 0.02)) for _ in range(48)]
        head[0] = 1.02 * base[0]
        assert gate(base, head, Kind.OTHER)[0] is Verdict.SAME
        assert gate(base, [1.1 * value for value in head], Kind.OTHER)[0] is Verdict.WORSE

    def test_from_and_to_nothing(self) -> None:
        assert gate([0.0], [0.0], Kind.OTHER) == (Verdict.SAME, 1)
        assert gate([0.0] * 48, [16.0] * 48, Kind.OTHER)[0] is Verdict.WORSE
        assert gate([16.0] * 48, [0.0] * 48, Kind.OTHER)[0] is Verdict.BETTER


def test_values_below_zero_are_compared_by_their_size() -> None:
    assert gate([-5.0] * 48, [-4.999999] * 48, Kind.OTHER) == (Verdict.SAME, AGREEING)
    assert gate([-5.0] * 48, [-4.0] * 48, Kind.OTHER)[0] is Verdict.WORSE


def test_which_values_are_of_which_kind() -> None:
    assert kind_of("time", "seconds") is Kind.TIMED
    assert kind_of("track", "seconds") is Kind.TIMED
    assert kind_of("track", "instructions") is Kind.COUNTED
    assert kind_of("peakmemory", "bytes") is kind_of("track", "allocs/op") is Kind.OTHER


@given(
    st.sampled_from(Kind),
    st.lists(
        st.tuples(*2 * [st.floats(allow_nan=False, allow_infinity=False)]), min_size=1, max_size=48
    ),
)
def test_any_values_are_decided_without_an_exception(
    kind: Kind, pairs: list[tuple[float, float]]
) -> None:
    for count in range(1, len(pairs) + 1):
        there = turns_of(*zip(*pairs[:count]))
        back = turns_of(*list(zip(*pairs[:count]))[::-1])
        verdict, estimate, _ = decide(kind, there, RULES)
        assert estimate.low <= estimate.ratio <= estimate.high
        swapped, other, _ = decide(kind, back, RULES)
        assert other.ratio == pytest.approx(1 / estimate.ratio)
        if verdict is Verdict.WORSE:
            assert swapped is not Verdict.WORSE
