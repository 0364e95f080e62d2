"""A Go benchmark that is to be sampled: its program, what to run of it, and a trial of that."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from gopybench.bridge.measurement import Failed
from gopybench.bridge.sampling import TIME_UNIT, Cost, learn, plan
from gopybench.bridge.testbinary import BenchmarkLine, TestBinary, exact_pattern, skip_below


class Trial(NamedTuple):
    """What a first run of a benchmark showed.

    Attributes:
        number: how many runs a sample should have.
        once: what one run takes, in seconds.
        prints: whether the program prints other things than its results.
    """

    number: int
    once: float
    prints: bool


@dataclass(frozen=True)
class Prepared:
    """A Go benchmark of an installed build.

    Attributes:
        binary: its package's test binary.
        name: its full name, without ``Benchmark``.
        gomaxprocs: the value to run it with; None for what is configured.
        attributes: asv's.
        cost: what one run took where it was found.
    """

    binary: TestBinary
    name: str
    gomaxprocs: int | None
    attributes: Mapping[str, Any]
    cost: Cost = field(default_factory=Cost)

    @property
    def cpus(self) -> Iterable[int] | None:
        """The CPUs that it may use."""
        return self.attributes.get("cpu_affinity")

    def _flags(self, number: str, count: int) -> list[str]:
        cpu = [f"-test.cpu={self.gomaxprocs}"] if self.gomaxprocs is not None else []
        once = [f"-test.benchtime={number}", f"-test.count={count}"]
        return [skip_below(self.name), *cpu, *once]

    def command(self, number: int, count: int) -> list[str | Path]:
        """Return the command that takes *count* samples of *number* runs each."""
        return self.binary.command(exact_pattern(self.name), *self._flags(f"{number}x", count))

    def run(self, benchtime: str, count: int) -> tuple[list[BenchmarkLine], str]:
        """Take samples in a process of its own; return them and what else it printed.

        *benchtime* is as ``-test.benchtime``. Raises Failed.
        """
        try:
            run = self.binary.run(
                exact_pattern(self.name),
                *self._flags(benchtime, count),
                timeout=self.attributes["timeout"],
                cpus=self.cpus,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise Failed(str(error)) from None
        if run.failed:
            raise Failed(run.problem, run.code)
        return run.lines.get(self.name, []), run.output

    def _tried(self, number: int, count: int) -> list[BenchmarkLine]:
        with contextlib.suppress(Failed):
            return self.run(f"{number}x", count)[0]
        return []

    def trial(self) -> Trial | None:
        """Run it as often as asv's attributes want a sample to; None where it has no time.

        Raises Failed.
        """
        try:
            benchtime = plan(self.attributes, Cost()).benchtime
        except (ValueError, TypeError, OverflowError) as error:
            raise Failed(str(error)) from None
        lines, output = self.run(benchtime, 2)
        cost = learn(self.attributes, self.cost, lines[-1:], self._tried)
        longer = plan(self.attributes, cost).benchtime
        if longer != benchtime:
            lines, output = self.run(longer, 2)
        times = [(line.value(TIME_UNIT), line.result.iterations) for line in lines]
        timed = [(once, number) for once, number in times if once is not None]
        if not timed:
            return None
        once, number = timed[-1]
        return Trial(number, once, bool(output.strip()))
