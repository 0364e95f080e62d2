"""A Go benchmark -> the instructions of one run of it, counted by valgrind in fresh processes.

What is counted is the difference between two numbers of runs, so that
start-up and preparation fall away. Left out is what depends on chance or on
the clock and not on the code: the collector, which is switched off, samples of
the memory profile, and those of Go's functions that are named here.
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Iterable
from dataclasses import replace

from gopybench.bridge.testbinary import TestBinary, exactly

# The unit, as it is for Go benchmarks that count by themselves.
UNIT = "instructions"

# The instructions of the runs whose difference is counted, at least, since two
# processes differ by some ten thousand; and how long so many about take, in seconds.
_ENOUGH = 30_000_000
_SAMPLE_TIME = 0.01

# What does nothing at all is not run more often than that.
_MOST = 20_000_000

# What the scheduler does by the clock only adds to a count: the least of so many is taken.
_COUNTS = 2

# Goes by where the system placed the heap, and by the clock.
_CHANCE = ("runtime.(*pageAlloc).find", "runtime.sysmon")

_COLLECTED = re.compile(r"Collected : (\d+)")


class CannotCount(Exception):
    """A benchmark failed while it was counted; the message is what it said."""


def is_known() -> bool:
    """Return whether instructions can be counted here."""
    return shutil.which("valgrind") is not None


def per_run(
    binary: TestBinary, name: str, timeout: float | None, cpus: Iterable[int] | None = None
) -> float | None:
    """Return the instructions of one run of a benchmark, None where it skips itself.

    It runs on one core, whatever ``-cpu`` says. *timeout* is for how many
    seconds a process may say nothing. Raises CannotCount.
    """
    binary = replace(binary, flags=(*binary.flags, "-test.cpu=1"))
    trial = binary.run(
        exactly(name), f"-test.benchtime={_SAMPLE_TIME}s", timeout=timeout, cpus=cpus
    )
    if trial.failed:
        raise CannotCount(trial.problem)
    if name not in trial.lines:
        return None
    counted = _counted(binary)
    runs = trial.lines[name][-1].result.iterations
    while True:
        # Go always begins with a single run, so that the lesser number cannot be that.
        few = max(runs, 2)
        less, more = (
            min(_count(counted, name, number, timeout, cpus) for _ in range(_COUNTS))
            for number in (few, few + runs)
        )
        each = max((more - less) / runs, 1.0)
        if runs * each >= _ENOUGH or runs >= _MOST:
            return (more - less) / runs
        # A third more: the first was not exact.
        runs = min(math.ceil(_ENOUGH / each * 4 / 3), _MOST)


def _counted(binary: TestBinary) -> TestBinary:
    """Return the test binary such that it runs under valgrind, each time alike."""
    command = [
        *("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"),
        *(f"--toggle-collect={function}" for function in _CHANCE),
        "--collect-atstart=yes",
    ]
    if shutil.which("setarch"):
        # Without address randomization.
        command = ["setarch", "-R", *command]
    # Callgrind cannot take the signals that interrupt a goroutine.
    debug = ",".join(filter(None, [binary.env.get("GODEBUG"), "asyncpreemptoff=1"]))
    env = {**binary.env, "GOMAXPROCS": "1", "GOGC": "off", "GODEBUG": debug}
    # So few that none is taken.
    rare = "-test.memprofilerate=2000000000"
    return replace(binary, prefix=tuple(command), env=env, flags=(*binary.flags, rare))


def _count(
    binary: TestBinary, name: str, runs: int, timeout: float | None, cpus: Iterable[int] | None
) -> int:
    run = binary.run(exactly(name), f"-test.benchtime={runs}x", timeout=timeout, cpus=cpus)
    found = _COLLECTED.search(run.words)
    if run.failed or found is None or name not in run.lines:
        raise CannotCount(run.problem)
    return int(found[1])
