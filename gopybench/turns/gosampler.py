"""A Go benchmark, held between two samples by a pipe that takes one write at a time.

``testing`` writes a benchmark's name, runs it, and writes its result, each with
one call. In a pipe of one slot the next write waits until the one before is read:
as long as a result is not read the next sample does not begin. The timer of
``testing`` stands still meanwhile, and nothing of the program has to change. A
program that prints of itself could wait while it is timed, and gets a new process
for each sample.
"""

from __future__ import annotations

import fcntl
import math
import os
import re
import time

from gopybench.bridge import measurement
from gopybench.bridge.prepared import Prepared
from gopybench.bridge.sampling import TIME_UNIT
from gopybench.turns import cores
from gopybench.turns.keptprocess import Failed, KeptProcess
from gopybench.turns.samplers import Sample

# fcntl(2): a page is one slot, and each write has its own with O_DIRECT (pipe(2)).
_F_SETPIPE_SZ = 1031
_SLOT = 4096

_RESULT = re.compile(r"^\s*[0-9]+\t\s*([0-9.]+(?:e[+-]?[0-9]+)?) ns/op")

# More samples than anybody asks for.
_COUNT = 1_000_000


class GoSampler:
    """A Go benchmark whose process is kept, *number* runs a sample."""

    is_long = False
    times_cpu_alone = False

    def __init__(self, prepared: Prepared, number: int, deadline: float) -> None:
        """Start it; it has to be warm at *deadline*."""
        self.number = number
        self._deadline = deadline
        self._walls: list[float] = []
        self._cpus: list[float] = []
        self._results, inside = os.pipe2(os.O_CLOEXEC)
        try:
            fcntl.fcntl(inside, fcntl.F_SETFL, fcntl.fcntl(inside, fcntl.F_GETFL) | os.O_DIRECT)
            fcntl.fcntl(inside, _F_SETPIPE_SZ, _SLOT)
            self._process = KeptProcess(
                prepared.command(number, _COUNT),
                cwd=prepared.binary.cwd,
                env=prepared.binary.env,
                stdout=inside,
                cpus=prepared.cpus,
            )
        except BaseException:
            os.close(self._results)
            raise
        finally:
            os.close(inside)

    def warm(self) -> bool:
        """Take a sample that is not kept; raise Failed where that is not done at the deadline."""
        # What is touched for the first time takes longer.
        self.ask(self._deadline)
        return True

    def ask(self, deadline: float, core: int | None = None) -> int | None:
        """Take one sample, begun on a core; return the one on which it ended, if it is known.

        Raises Failed where that is not done at *deadline*.
        """
        before, ran = self._process.cpu_time(), cores.run_times(self._process.pid)
        with cores.waking_on(self._process.pid, core):
            while not self._begin(deadline):
                pass
        self._process.wait_for(self._results, deadline)
        # testing begins each sample with one run that is not timed.
        self._cpus.append((self._process.cpu_time() - before) / (self.number + 1))
        return cores.last_core(self._process.pid, ran)

    def _begin(self, deadline: float) -> bool:
        """Read one write; return whether it is the name with which a sample begins."""
        self._process.wait_for(self._results, deadline)
        text = os.read(self._results, _SLOT).decode(errors="replace")
        if not text:
            raise Failed(self._process.last_words())
        if match := _RESULT.match(text):
            self._walls.append(float(match[1]) * 1e-9)
        return text.startswith("Benchmark") and text.endswith("\t")

    def finish(self) -> list[Sample]:
        """Return all samples but the first; raise Failed where one has no value."""
        deadline = time.monotonic() + 1
        while len(self._walls) < len(self._cpus):
            if self._begin(deadline):
                raise Failed("a sample has no time")
        return [Sample(wall, cpu) for wall, cpu in zip(self._walls, self._cpus)][1:]

    def close(self) -> None:
        """End the process."""
        self._process.close()
        os.close(self._results)


class FreshGoSampler:
    """A Go benchmark with a process for each sample, *number* runs a sample."""

    times_cpu_alone = False

    def __init__(self, prepared: Prepared, number: int, *, is_long: bool) -> None:
        """Start nothing yet."""
        self.is_long = is_long
        self._prepared = prepared
        self.number = number
        self._samples: list[Sample] = []

    def warm(self) -> bool:
        """Do nothing: there is no process yet."""
        return True

    def ask(self, deadline: float, core: int | None = None) -> None:
        """Take one sample on any core; raise Failed where it has no time."""
        try:
            lines, _ = self._prepared.run(f"{self.number}x", 1)
        except measurement.Failed as failure:
            raise Failed(str(failure)) from None
        walls = [line.value(TIME_UNIT) for line in lines]
        if not walls or walls[-1] is None:
            raise Failed("a sample has no time")
        self._samples.append(Sample(walls[-1], math.nan))

    def finish(self) -> list[Sample]:
        """Return all samples."""
        return self._samples

    def close(self) -> None:
        """Do nothing: every process has ended."""
