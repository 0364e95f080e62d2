"""asv's benchmark attributes -> the flags of a Go test binary, and when it has run enough.

=============  ===============================================================
asv            Go
=============  ===============================================================
number         ``-test.benchtime Nx``; 0, asv's choice: until ``sample_time``
sample_time    ``-test.benchtime``, in seconds, where ``number`` is 0
repeat         ``-test.count``: as many lines as can be had in the time
warmup_time    lines at the beginning that are left out
min_run_count  more lines, where one is a single run
=============  ===============================================================

asv decides after every sample whether there is time for another; a test
binary is told how many at its start. How many that are follows from how long
one took before. A program that comes to be far slower is stopped when asv
would have stopped.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gopybench.bridge.testbinary import Measured

# The base unit of the time of one run.
TIME = "sec/op"

# asv's own defaults for repeat and warmup_time: see asv_runner.benchmarks.time.
_MIN_REPEAT, _MAX_REPEAT, _MAX_TIME = 1, 10, 20.0
_WARMUP_TIME = 0.1
_NO_TIMEOUT = 60.0

# Go aims a fifth beyond the time asked for, after runs that lead up to it.
_LEADING_UP = 1.3
# What a line takes at least: Go collects garbage before each.
_LEAST = 0.001
# How much of the time is planned for, so that a program is seldom stopped.
_PLANNED = 0.8


@dataclass(frozen=True)
class Cost:
    """What a benchmark was seen to cost, in seconds.

    Attributes:
        once: one run of what is timed.
        besides: what a benchmark line takes besides what it times.
    """

    once: float = 0.0
    besides: float = 0.0


def cost_of(lines: Iterable[Measured]) -> Cost:
    """Return what the benchmark of these lines costs."""
    once, besides = [], []
    for line in lines:
        timed = next((v.value for v in line.result.values if v.unit == TIME), 0.0)
        once.append(timed)
        besides.append(line.seconds - timed * line.result.iterations * _LEADING_UP)
    return Cost(statistics.median(once), max(0.0, statistics.median(besides))) if once else Cost()


@dataclass(frozen=True)
class Sampling:
    """How a benchmark is to be run in one process.

    Attributes:
        benchtime: the value of ``-test.benchtime``.
        warmup: how many lines at the beginning may be left out.
        samples: how many are wanted behind those.
        min_samples: how many suffice when the time is over.
        min_runs: how often the benchmark must at least have run by then.
        warmup_time: how many seconds of warm-up suffice.
        max_time: after how many more the time is over.
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

    def is_enough(self, lines: Sequence[Measured]) -> bool:
        """Return whether asv would take no more samples, though not all have been taken."""
        samples = len(self.samples_of(lines))
        runs = sum(line.result.iterations for line in lines)
        seconds = sum(line.seconds for line in lines)
        return (
            len(lines) < self.count
            and samples >= max(self.min_samples, 1)
            and runs >= self.min_runs
            and seconds > self.warmup_time + self.max_time
        )

    def samples_of(self, lines: Sequence[Measured]) -> list[Measured]:
        """Return the lines that are samples: those behind the warm-up."""
        seconds, warmup = 0.0, 0
        while warmup < min(self.warmup, len(lines)) and seconds < self.warmup_time:
            seconds += lines[warmup].seconds
            warmup += 1
        return list(lines[warmup:][-self.samples :])


def plan(attributes: Mapping[str, Any], cost: Cost) -> Sampling:
    """Return how to run a benchmark of that cost by asv's attributes.

    Raises ValueError for attributes that asv could not use either.
    """
    number = int(attributes["number"])
    sample_time = float(attributes["sample_time"])
    warmup_time = float(attributes["warmup_time"])
    if warmup_time < 0:
        warmup_time = _WARMUP_TIME
    low, high, max_time = _repeat(attributes)
    if number > 0:
        benchtime, per_line = f"{number}x", number * cost.once
    else:
        benchtime = f"{sample_time:.9f}s" if sample_time >= 1e-9 else "1x"
        per_line = max(cost.once, sample_time * _LEADING_UP)
    per_line = max(per_line + cost.besides, _LEAST)
    fit = int(_PLANNED * max_time / per_line)
    warmup = math.ceil(warmup_time / per_line)
    min_runs = int(attributes["min_run_count"])
    runs_per_line = number or max(1, int(sample_time / cost.once) if cost.once else 1)
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
    """Return the least and the most samples, and after how many seconds the least suffices."""
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
