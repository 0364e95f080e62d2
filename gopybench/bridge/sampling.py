"""asv's benchmark attributes -> the flags of a Go test binary, and when to stop it.

=============  ===============================================================
asv            Go
=============  ===============================================================
number         ``-test.benchtime Nx``; where it is 0, ``sample_time`` decides
sample_time    ``-test.benchtime``, in seconds, where ``number`` is 0
repeat         ``-test.count``: as many lines as the time allows
warmup_time    lines at the beginning that are left out
min_run_count  more lines, where one is a single run
=============  ===============================================================

asv decides after every sample whether there is time for another. A test binary
is told at its start how many to take: as many as there is time for, if each
takes as long as before. If they take far longer, the program is stopped when asv
would have stopped.

Go begins each line with one iteration, and is done if that takes ``sample_time``.
Where only the first one is so slow, as it fills a cache, a line would tell nothing
of the others: :func:`learn` finds what it costs, and lines get longer.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gopybench.bridge.testbinary import BenchmarkLine

# The base unit of the time of one run.
TIME_UNIT = "sec/op"

# asv's own defaults for repeat and warmup_time: see asv_runner.benchmarks.time.
_MIN_REPEAT, _MAX_REPEAT, _MAX_TIME = 1, 10, 20.0
_WARMUP_TIME = 0.1
_NO_TIMEOUT = 60.0

# How much longer a line takes than its iterations do: Go approaches the time
# asked for in several runs, and aims a fifth beyond it.
_RAMP_UP = 1.3
# The least that a line takes, in seconds: Go collects garbage before each.
_MIN_LINE = 0.001
# The share of the time that is planned for, so that a program is seldom stopped.
_PLANNED = 0.8

# A line takes this many times as long as what only its first iteration costs, but no
# longer than a line of `go test` does, in seconds.
_TIMES_FIRST = 10
_LONGEST = 1.0
# About how long a trial takes, in seconds, and how many iterations it has at most.
_TRIAL_TIME, _TRIAL_RUNS = 0.3, 10
# The first iteration costs more if it does by this share of another: less is noise.
_LEAST_SHARE = 0.25


@dataclass(frozen=True)
class Cost:
    """How long a benchmark took, in seconds.

    Attributes:
        once: one iteration of what is timed.
        overhead: what a benchmark line takes besides what it times.
        alone: a line of one iteration; 0 where that was not looked at.
        first: of that, what only the first iteration costs.
    """

    once: float = 0.0
    overhead: float = 0.0
    alone: float = 0.0
    first: float = 0.0


def measured_cost(lines: Iterable[BenchmarkLine], before: Cost | None = None) -> Cost:
    """Return how long the benchmark of these lines took, by their medians.

    What they do not tell is as *before*.
    """
    once, overhead = [], []
    for line in lines:
        timed = line.value(TIME_UNIT) or 0.0
        once.append(timed)
        overhead.append(line.seconds - timed * line.result.iterations * _RAMP_UP)
    before = before or Cost()
    if not once:
        return before
    return replace(
        before, once=statistics.median(once), overhead=max(0.0, statistics.median(overhead))
    )


def learn(
    attributes: Mapping[str, Any],
    before: Cost,
    lines: Sequence[BenchmarkLine],
    run: Callable[[int, int], Sequence[BenchmarkLine]],
) -> Cost:
    """Return the cost of a benchmark's lines, which were planned by that *before*.

    Where they leave a doubt of what the first iteration costs, *run* is called
    for a trial: with how many iterations and how many lines it is to have. It
    returns these, or none if they fail.
    """
    cost = measured_cost(lines, before)
    iterations = _doubt(attributes, before, lines)
    if not iterations:
        return cost
    # Go begins with one iteration, but that has a line only where no more are wanted: then
    # the second line is without what the process does only once.
    return _learned(cost, lines, run(iterations, 2 if iterations == 1 else 1)[-1:])


def _doubt(attributes: Mapping[str, Any], cost: Cost, lines: Sequence[BenchmarkLine]) -> int:
    """Return how many iterations a trial should have; 0 where *lines* leave no doubt."""
    once, iterations = _medians(lines)
    sample_time = float(attributes["sample_time"])
    if int(attributes["number"]) or not once:
        return 0
    if iterations > 1:
        # The cost is that of one iteration, and now others take far less.
        is_doubtful = once < cost.once / 2 and cost.once > sample_time / _TIMES_FIRST
        return 1 if is_doubtful and not cost.alone else 0
    if once >= _LONGEST or once <= 2 * cost.alone:
        return 0
    return max(2, min(_TRIAL_RUNS, int(_TRIAL_TIME / once)))


def _learned(cost: Cost, lines: Sequence[BenchmarkLine], tried: Sequence[BenchmarkLine]) -> Cost:
    """Return a cost with what the first iteration takes, by lines and by those of a trial."""
    points = sorted((number, seconds) for seconds, number in map(_medians, (lines, tried)))
    (_, one), (iterations, each) = points
    if not one or iterations == 1:
        return replace(cost, alone=each)
    other = max(0.0, (each * iterations - one) / (iterations - 1))
    first = one - other
    return replace(cost, alone=one, first=first if first > _LEAST_SHARE * other else 0.0)


def _medians(lines: Iterable[BenchmarkLine]) -> tuple[float, int]:
    """Return the seconds of an iteration, and how many a line has; zeros where Go timed none."""
    timed = [(line.value(TIME_UNIT), line.result.iterations) for line in lines]
    seconds = [(value, number) for value, number in timed if value is not None]
    if not seconds:
        return 0.0, 0
    return (
        statistics.median(value for value, _ in seconds),
        statistics.median_low(number for _, number in seconds),
    )


@dataclass(frozen=True)
class Sampling:
    """How to run a benchmark in one process.

    Attributes:
        benchtime: the value of ``-test.benchtime``.
        warmup: how many lines at the beginning may be left out.
        samples: how many lines are wanted after those.
        min_samples: how many are enough when the time is over.
        min_runs: how often the benchmark must have run by then.
        warmup_time: how many seconds of warm-up are enough.
        max_time: how many seconds after the warm-up the time is over.
    """

    benchtime: str
    warmup: int
    samples: int
    min_samples: int
    min_runs: int
    warmup_time: float
    max_time: float

    @property
    def count(self) -> int:
        """The value of ``-test.count``."""
        return self.warmup + self.samples

    def is_enough(self, lines: Sequence[BenchmarkLine]) -> bool:
        """Return whether asv would stop here, though not all samples have been taken."""
        samples = len(self.without_warmup(lines))
        runs = sum(line.result.iterations for line in lines)
        seconds = sum(line.seconds for line in lines)
        return (
            len(lines) < self.count
            and samples >= max(self.min_samples, 1)
            and runs >= self.min_runs
            and seconds > self.warmup_time + self.max_time
        )

    def without_warmup(self, lines: Sequence[BenchmarkLine]) -> list[BenchmarkLine]:
        """Return the lines that are samples: those after the warm-up."""
        seconds, warmup = 0.0, 0
        while warmup < min(self.warmup, len(lines)) and seconds < self.warmup_time:
            seconds += lines[warmup].seconds
            warmup += 1
        return list(lines[warmup:][-self.samples :])


def plan(attributes: Mapping[str, Any], cost: Cost) -> Sampling:
    """Return how to run a benchmark of this cost by asv's attributes.

    Raises ValueError or TypeError for attributes that asv could not use either.
    """
    number = int(attributes["number"])
    sample_time = max(float(attributes["sample_time"]), min(_TIMES_FIRST * cost.first, _LONGEST))
    warmup_time = float(attributes["warmup_time"])
    if warmup_time < 0:
        warmup_time = _WARMUP_TIME
    low, high, max_time = _repeat(attributes)
    if number > 0:
        benchtime, per_line = f"{number}x", number * cost.once
    else:
        benchtime = f"{sample_time:.9f}s" if sample_time >= 1e-9 else "1x"
        per_line = max(cost.once, sample_time * _RAMP_UP)
    per_line = max(per_line + cost.overhead, _MIN_LINE)
    fit = int(_PLANNED * max_time / per_line)
    warmup = math.ceil(warmup_time / per_line)
    min_runs = int(attributes["min_run_count"])
    runs_per_line = number or (max(1, int(min(sample_time / cost.once, 1e9))) if cost.once else 1)
    wanted = max(fit, low, math.ceil(min_runs / runs_per_line) - warmup, 1)
    return Sampling(
        benchtime=benchtime,
        warmup=warmup,
        samples=min(wanted, max(high, 1)),
        min_samples=low,
        min_runs=min_runs,
        warmup_time=warmup_time,
        max_time=max_time,
    )


def _repeat(attributes: Mapping[str, Any]) -> tuple[int, int, float]:
    """Return the fewest and the most samples, and after how many seconds the fewest are enough."""
    repeat = attributes["repeat"]
    if isinstance(repeat, (list, tuple)):
        low, high, max_time = repeat
        return int(low), int(high), float(max_time)
    if repeat:
        timeout = attributes.get("timeout")
        return int(repeat), int(repeat), float(_NO_TIMEOUT if timeout is None else timeout)
    if int(attributes["rounds"]) > 1:
        return _MIN_REPEAT, _MAX_REPEAT // 2, _MAX_TIME / 2
    return _MIN_REPEAT, _MAX_REPEAT, _MAX_TIME
