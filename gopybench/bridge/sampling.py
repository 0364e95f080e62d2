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
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Cost:
    """How long a benchmark took, in seconds.

    Attributes:
        once: one run of what is timed.
        overhead: what a benchmark line takes besides what it times.
    """

    once: float = 0.0
    overhead: float = 0.0


def measured_cost(lines: Iterable[BenchmarkLine]) -> Cost:
    """Return how long the benchmark of these lines took, by their medians."""
    once, overhead = [], []
    for line in lines:
        timed = next((v.value for v in line.result.read_values() if v.unit == TIME_UNIT), 0.0)
        once.append(timed)
        overhead.append(line.seconds - timed * line.result.iterations * _RAMP_UP)
    return Cost(statistics.median(once), max(0.0, statistics.median(overhead))) if once else Cost()


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
    sample_time = float(attributes["sample_time"])
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
