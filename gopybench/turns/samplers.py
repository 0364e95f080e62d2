"""One side of a comparison in one process: a sample each time it is asked.

A sample is finished before the other side's begins, and its value is known at the end.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

# One sample that takes so long, in seconds, is all that a turn has.
LONG = 1.0


class Sample(NamedTuple):
    """What one sample took, in seconds, a run of the benchmark each.

    Attributes:
        wall: by the clock.
        cpu: of all cores together. In Go also that of what goes on before and after what
            is timed; NaN where each sample has a process of its own.
    """

    wall: float
    cpu: float


class Sampler(Protocol):
    """A benchmark in a process of its own, which begins as soon as this is made.

    Attributes:
        number: how many runs a sample has; it and the others are known when it is warm.
        is_long: whether a sample takes so long that a turn has but one.
        times_cpu_alone: whether the CPU time is of what is timed and of nothing around it.
    """

    number: int
    is_long: bool
    times_cpu_alone: bool

    def warm(self) -> bool:
        """Wait until it can be asked; return False where the benchmark is skipped.

        Raises Failed.
        """

    def ask(self, deadline: float, core: int | None = None) -> int | None:
        """Take one sample, begun on a core; return the one on which it ended, if it is known.

        Raises Failed where that is not done at *deadline*.
        """

    def finish(self) -> list[Sample]:
        """Return all samples; raise Failed where one has no value."""

    def close(self) -> None:
        """End the process."""
