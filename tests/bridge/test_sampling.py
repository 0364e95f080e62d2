from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.asvdata.gosettings import ATTRIBUTES
from gopybench.benchfmt import records
from gopybench.bridge.sampling import Cost, learn, measured_cost, plan
from gopybench.bridge.testbinary import BenchmarkLine

FAST = Cost(1e-8)


def attributes(**given: Any) -> dict[str, Any]:
    return {**ATTRIBUTES, "timeout": 60, **given}


class TestHowLongOneLineIs:
    def test_asv_chooses_the_number_by_sample_time(self) -> None:
        assert plan(attributes(sample_time=0.25), FAST).benchtime == "0.250000000s"

    def test_a_given_number(self) -> None:
        assert plan(attributes(number=7), FAST).benchtime == "7x"

    def test_no_time_at_all_is_one_run(self) -> None:
        assert plan(attributes(sample_time=0), FAST).benchtime == "1x"


class TestHowManyLines:
    def test_asvs_defaults(self) -> None:
        """Two rounds halve what asv takes in one."""
        assert plan(attributes(), FAST).samples == 5
        assert plan(attributes(rounds=1), FAST).samples == 10

    def test_a_number_of_repeats(self) -> None:
        assert plan(attributes(repeat=3), FAST).samples == 3

    def test_a_slow_benchmark_has_as_many_as_there_is_time_for(self) -> None:
        assert plan(attributes(repeat=[1, 10, 20]), Cost(4.0)).samples == 4
        assert plan(attributes(repeat=[1, 10, 20]), Cost(0.1, overhead=3.9)).samples == 4
        assert plan(attributes(repeat=[3, 10, 20]), Cost(15.0)).samples == 3

    def test_a_number_counts_for_the_time(self) -> None:
        assert plan(attributes(repeat=[1, 10, 20], number=100), Cost(0.04)).samples == 4

    def test_quick(self) -> None:
        quick = plan(attributes(number=1, repeat=1, warmup_time=0, rounds=1), Cost(1.0))
        assert (quick.benchtime, quick.count, quick.warmup) == ("1x", 1, 0)

    def test_a_benchmark_runs_at_least_so_often(self) -> None:
        slow = plan(attributes(repeat=[1, 10, 1], min_run_count=4, warmup_time=0), Cost(3.0))
        assert slow.samples == 4
        fast = plan(attributes(repeat=[1, 10, 1], min_run_count=4, number=4), Cost(3.0))
        assert fast.samples == 1


class TestWarmUp:
    def test_fills_its_time(self) -> None:
        sampling = plan(attributes(warmup_time=0.1, sample_time=0.01), FAST)
        assert 0.1 / 0.02 <= sampling.warmup <= 0.1 / 0.01

    def test_a_slow_benchmark_runs_once_for_it(self) -> None:
        assert plan(attributes(warmup_time=0.1), Cost(2.0)).warmup == 1

    def test_none(self) -> None:
        assert plan(attributes(warmup_time=0), FAST).warmup == 0


def lines(*seconds: float, iterations: int = 1) -> list[BenchmarkLine]:
    result = records.Result("", 1, {}, "X", iterations, (), True)
    return [BenchmarkLine(result, 1, s) for s in seconds]


class TestEnough:
    """asv's own rule, for a program that turns out slower than it was."""

    sampling = plan(attributes(repeat=[2, 10, 20], min_run_count=3, warmup_time=0.5), FAST)

    @pytest.mark.parametrize(
        ("seconds", "enough"),
        [
            # The first is warm-up; two samples suffice when the time is over.
            ((10, 5, 5.6), True),
            ((10, 5, 5.4), False),
            ((10, 99), False),
            ((0.3, 0.3, 30), False),
            ((0.3, 0.3, 30, 30), True),
        ],
    )
    def test_stop(self, seconds: tuple[float, ...], enough: bool) -> None:
        assert self.sampling.is_enough(lines(*seconds)) == enough

    def test_a_program_that_is_done_is_not_stopped(self) -> None:
        assert not self.sampling.is_enough(lines(*[99.0] * self.sampling.count))

    def test_it_has_run_often_enough(self) -> None:
        slow = plan(attributes(repeat=[1, 10, 1], min_run_count=4, warmup_time=0), FAST)
        assert not slow.is_enough(lines(9, 9, 9))
        assert slow.is_enough(lines(9, 9, iterations=2))


class TestSamples:
    def test_as_planned(self) -> None:
        sampling = plan(attributes(), FAST)
        assert len(sampling.without_warmup(lines(*[0.013] * sampling.count))) == sampling.samples

    def test_far_slower_than_planned(self) -> None:
        sampling = plan(attributes(), FAST)
        assert [line.seconds for line in sampling.without_warmup(lines(10, 11, 12))] == [11, 12]

    def test_none(self) -> None:
        assert plan(attributes(), FAST).without_warmup([]) == []


def timed(seconds: float, iterations: int, count: int = 3) -> list[BenchmarkLine]:
    """Return lines of that many iterations, each of *seconds*."""
    values = (records.Value(seconds, "sec/op", "ns/op"),)
    result = records.Result("", 1, {}, "X", iterations, values, True)
    return [BenchmarkLine(result, 1, 1.3 * seconds * iterations)] * count


class TestACostlyFirstIteration:
    """It does not leave a line at one iteration."""

    @pytest.mark.parametrize(
        ("found", "lines", "runs"),
        [
            # One iteration takes longer than a line: are there others that do not?
            (0.02, timed(0.02, 1), 10),
            (0.2, timed(0.2, 1), 2),
            # As long as all of a line of go test.
            (1.2, timed(1.2, 1), 0),
            # It took 8 ms, and of a line of 10 ms that is most.
            (0.008, timed(15e-6, 700), 1),
            (0.0005, timed(15e-6, 700), 0),
            (0.002, timed(0.002, 6), 0),
            (0.02, timed(math.nan, 1), 0),
            (0.02, [], 0),
        ],
    )
    def test_when_it_is_looked_at(
        self, found: float, lines: list[BenchmarkLine], runs: int
    ) -> None:
        assert self.asked(attributes(), Cost(found), lines) == runs
        assert self.asked(attributes(number=1), Cost(found), lines) == 0

    def asked(self, of: dict[str, Any], cost: Cost, lines: list[BenchmarkLine]) -> int:
        """Return how many iterations a trial has; 0 where there is none."""
        runs = [0]

        def run(number: int, count: int) -> list[BenchmarkLine]:
            # The first line of one iteration is that of a process that just began.
            assert count == (2 if number == 1 else 1)
            runs.append(number)
            return []

        learn(of, cost, lines, run)
        return runs[-1]

    def test_once(self) -> None:
        slow = learn(attributes(), Cost(0.02), timed(0.02, 1), lambda n, _: timed(0.0199, n))
        assert (slow.alone, slow.first) == (0.02, 0)
        assert self.asked(attributes(), slow, timed(0.025, 1)) == 0
        # A later commit is slower, or its first iteration is.
        assert self.asked(attributes(), slow, timed(0.05, 1)) > 1

    @pytest.mark.parametrize(
        ("lines", "tried", "first", "benchtime"),
        [
            (timed(0.020003, 1), timed(0.002003, 10), 0.02, 0.2),
            (timed(15e-6, 700), timed(9, 1, 1) + timed(0.008003, 1, 1), 0.00799, 0.0799),
            (timed(0.5, 1), timed(0.26, 2), 0.48, 1),
            # A first one in a process only, such as a table that is made once.
            (timed(15e-6, 700), timed(9, 1, 1) + timed(16e-6, 1, 1), 0, 0.01),
            # The trial failed, or the benchmark sets b.N itself.
            (timed(0.02, 1), [], 0, 0.01),
            (timed(0.02, 1), timed(0.02, 1), 0, 0.01),
        ],
    )
    def test_what_it_costs(
        self, lines: list[BenchmarkLine], tried: list[BenchmarkLine], first: float, benchtime: float
    ) -> None:
        cost = learn(attributes(), Cost(0.02), lines, lambda *_: tried)
        assert cost.first == pytest.approx(first, abs=1e-5)
        assert float(plan(attributes(), cost).benchtime[:-1]) == pytest.approx(benchtime, rel=0.01)
        # It is known for the next process, whatever that shows.
        assert measured_cost(timed(3e-6, 70_000), cost).first == cost.first


@pytest.mark.parametrize("seconds", [math.nan, math.inf, -math.inf, -1.0, 1e-320, 1e308])
def test_any_value_that_is_reported_as_time(seconds: float) -> None:
    cost = measured_cost(timed(seconds, 1))
    assert plan(attributes(), cost).samples >= 1


@given(
    number=st.integers(0, 10**9),
    repeat=st.one_of(
        st.integers(0, 100),
        st.tuples(st.integers(0, 5), st.integers(0, 100), st.floats(0, 1e3)).map(list),
    ),
    sample_time=st.floats(0, 100),
    warmup_time=st.floats(-1, 100),
    min_run_count=st.integers(0, 100),
    rounds=st.integers(1, 10),
    once=st.floats(0, 1e4),
    overhead=st.floats(0, 1e4),
)
def test_any_attributes_give_flags_that_go_takes(
    once: float, overhead: float, **given: Any
) -> None:
    sampling = plan(attributes(**given), Cost(once, overhead))
    assert sampling.samples >= 1
    assert sampling.warmup >= 0
    number, unit = sampling.benchtime[:-1], sampling.benchtime[-1]
    assert float(number) > 0
    assert (unit == "x") == (given["number"] > 0 or given["sample_time"] < 1e-9)
    most = given["repeat"][1] if isinstance(given["repeat"], list) else given["repeat"] or 10
    assert sampling.samples <= max(most, 1)
