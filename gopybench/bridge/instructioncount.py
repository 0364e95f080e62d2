"""A Go benchmark -> the instructions of one run of it, counted by callgrind in fresh processes.

The count is the difference between two numbers of runs, so that start-up and
preparation cancel out. What depends on chance or on the clock, not on the code,
is kept out: the garbage collector and the memory profile are off, and a few
functions of Go's runtime are not counted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace

from gopybench import callgrind
from gopybench.asvdata import mapping
from gopybench.bridge.functions import Function
from gopybench.bridge.lastwords import NotAvailable, skipped
from gopybench.bridge.testbinary import TestBinary, exact_pattern

# The unit, as Go benchmarks that count by themselves report it.
UNIT = "instructions"

# The difference is at least this many instructions: two equal processes differ
# by some ten thousand.
_MIN_DIFFERENCE = 30_000_000

# About how long that many take, in seconds.
_SAMPLE_TIME = 0.01

# An empty benchmark would never reach the difference: it stops at this many runs.
_MAX_RUNS = 20_000_000

# Of this many counts the least is taken: the scheduler only ever adds to one.
_COUNTS = 2

# How much they do depends on where the heap lies, and on the clock.
_UNCOUNTED = ("runtime.(*pageAlloc).find", "runtime.sysmon")


class CannotCount(Exception):
    """A benchmark failed while it was counted; the message is what it said."""


def series(function: Function, pattern: str | None) -> mapping.Series | None:
    """Return the asv benchmark of a function's instructions; None where they are not counted.

    *pattern*, a regular expression, says of which functions they are; a
    function that reports instructions itself is never counted.
    """
    if pattern is None or not re.search(pattern, f"Benchmark{function.name}"):
        return None
    if any(UNIT in benchmark.units for benchmark in function.benchmarks):
        return None
    return function.series(UNIT)


def per_run(
    binary: TestBinary, name: str, timeout: float | None, cpus: Iterable[int] | None = None
) -> float:
    """Return the instructions of one run of a benchmark.

    It runs with GOMAXPROCS=1, whatever ``-cpu`` says. A process that is
    not done after *timeout* seconds is killed. Raises
    CannotCount, and NotAvailable where the benchmark skips itself.
    """
    binary = replace(binary, flags=(*binary.flags, "-test.cpu=1"))
    trial = binary.run(
        exact_pattern(name), f"-test.benchtime={_SAMPLE_TIME}s", timeout=timeout, cpus=cpus
    )
    if trial.failed:
        raise CannotCount(trial.problem)
    if name not in trial.lines:
        raise NotAvailable(skipped(trial.output), trial.output)
    counted = _under_callgrind(binary)
    runs = trial.lines[name][-1].result.iterations
    while True:
        # Go always begins with a single run, so the smaller number must be more than one.
        few = max(runs, 2)
        less, more = (
            min(_count(counted, name, number, timeout, cpus) for _ in range(_COUNTS))
            for number in (few, few + runs)
        )
        each = max((more - less) / runs, 1.0)
        if runs * each >= _MIN_DIFFERENCE or runs >= _MAX_RUNS:
            return (more - less) / runs
        # A third more, as the first count is not exact.
        runs = min(math.ceil(_MIN_DIFFERENCE / each * 4 / 3), _MAX_RUNS)


def _under_callgrind(binary: TestBinary) -> TestBinary:
    """Return the test binary so that it runs under callgrind, each time alike."""
    command = callgrind.command(
        *(f"--toggle-collect={function}" for function in _UNCOUNTED), "--collect-atstart=yes"
    )
    # Callgrind cannot handle the signals that interrupt a goroutine.
    debug = ",".join(filter(None, [binary.env.get("GODEBUG"), "asyncpreemptoff=1"]))
    env = {**binary.env, "GOMAXPROCS": "1", "GOGC": "off", "GODEBUG": debug}
    # One sample in so many bytes: none is taken.
    no_profile = "-test.memprofilerate=2000000000"
    return replace(binary, prefix=tuple(command), env=env, flags=(*binary.flags, no_profile))


def _count(
    binary: TestBinary, name: str, runs: int, timeout: float | None, cpus: Iterable[int] | None
) -> int:
    run = binary.run(exact_pattern(name), f"-test.benchtime={runs}x", timeout=timeout, cpus=cpus)
    counts = list(callgrind.counts(run.output).values())
    if run.failed or not counts or name not in run.lines:
        raise CannotCount(run.problem)
    return counts[0]
