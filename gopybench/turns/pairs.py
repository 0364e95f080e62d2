"""Two samplers -> one turn: samples in pairs, one side after the other, in alternating order."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import NamedTuple

from gopybench.turns.keptprocess import Failed
from gopybench.turns.samplers import Sample, Sampler
from gopybench.turns.signedrank import center

# The two clocks are not read at the same moment; in seconds.
_NAP = 0.5

# The interquartile range of a normal distribution, in standard deviations.
_IQR = 1.349


@dataclass(frozen=True)
class Turn:
    """What one turn gave: of times the medians of its samples, in seconds.

    Attributes:
        base: the value of base.
        head: the value of head.
        log: the logarithm of the ratio of head to base: the centre of the pairs'.
        cpu_log: the same for the CPU time; NaN where that is not known.
        spread: the standard deviation of one pair's logarithm; 0 of a single pair.
        busy: the greatest share of the wall time that any sample computed, of each side.
        timed_share: the share of the CPU time that surely is of what is timed, on both sides.
        pairs: how many there were.
        start: how long both processes took to begin, in seconds.
        pair: how long a pair of samples took, in seconds.
    """

    base: float
    head: float
    log: float
    cpu_log: float = math.nan
    spread: float = 0.0
    busy: tuple[float, float] = (0.0, 0.0)
    timed_share: float = 1.0
    pairs: int = 1
    start: float = 0.0
    pair: float = 0.0


# Begins a benchmark of one side; None where it is n/a.
Begin = Callable[[], "Sampler | None"]


class Taken(NamedTuple):
    """What came of a turn.

    Attributes:
        turn: what it gave; None where a side is n/a.
        there: whether base and head are not.
    """

    turn: Turn | None
    there: tuple[bool, bool] = (True, True)


def take(base: Begin, head: Begin, pairs: int, *, head_first: bool, timeout: float) -> Taken:
    """Take a turn of so many pairs.

    A sample may take *timeout* seconds. Raises SideFailed, and Suspended.
    """
    started, asleep = time.monotonic(), _asleep()
    order = (1, 0) if head_first else (0, 1)
    with ExitStack() as stack:
        both = _begun(stack, (base, head), order)
        if None in both:
            return Taken(None, (both[0] is not None, both[1] is not None))
        if any(sampler is not None and sampler.is_long for sampler in both):
            pairs = 1
        begun = time.monotonic()
        for number in range(pairs):
            core = None
            for side in order if number % 2 == 0 else order[::-1]:
                sampler = both[side]
                assert sampler is not None
                with _of(side):
                    # The second sample of a pair is taken on the core of the first.
                    core = sampler.ask(time.monotonic() + timeout, core)
        ended = time.monotonic()
        is_exact = all(sampler is not None and sampler.times_cpu_alone for sampler in both)
        samples: list[list[Sample]] = []
        for side, sampler in enumerate(both):
            assert sampler is not None
            with _of(side):
                samples.append(sampler.finish())
    if _asleep() - asleep > _NAP:
        raise Suspended
    turn = _turn(*samples, start=begun - started, pair=(ended - begun) / pairs)
    return Taken(turn if is_exact else replace(turn, timed_share=1 / max(1.0, *turn.busy)))


def _begun(stack: ExitStack, begins: Sequence[Begin], order: Sequence[int]) -> list[Sampler | None]:
    """Return both sides when they are warm, None where one is n/a.

    They start at the same time: starting takes much of a turn. Raises SideFailed.
    """
    both: list[Sampler | None] = [None, None]
    for side in order:
        with _of(side):
            both[side] = begins[side]()
        if (sampler := both[side]) is not None:
            stack.enter_context(closing(sampler))
    for side, sampler in enumerate(both):
        with _of(side):
            if sampler is not None and not sampler.warm():
                both[side] = None
    return both


class Suspended(Exception):
    """The machine slept during the turn, and is another one since: the turn is no turn."""


def _asleep() -> float:
    """Return for how many seconds the machine was suspended since it was booted."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)


def number(base: Begin, head: Begin) -> int:
    """Return how many runs a sample has: as many on both sides, the fewest that one wants.

    It is 0 where a side is n/a. A mean over more runs is another one: what happens now and
    then, as collecting garbage does, falls on it more evenly. Raises SideFailed.
    """
    with ExitStack() as stack:
        both = _begun(stack, (base, head), (0, 1))
        return min(0 if sampler is None else sampler.number for sampler in both)


class SideFailed(Failed):
    """One side failed.

    Attributes:
        is_head: whether it was head.
    """

    def __init__(self, message: str, *, is_head: bool) -> None:
        """Take the reason."""
        super().__init__(message)
        self.is_head = is_head


class _of:
    """Says whose a failure is."""

    def __init__(self, side: int) -> None:
        self._side = side

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Failed) and not isinstance(error, SideFailed):
            raise SideFailed(str(error), is_head=self._side == 1) from None


def _turn(base: Sequence[Sample], head: Sequence[Sample], *, start: float, pair: float) -> Turn:
    walls = [math.log(h.wall / b.wall) for b, h in zip(base, head) if b.wall > 0 and h.wall > 0]
    cpus = [math.log(h.cpu / b.cpu) for b, h in zip(base, head) if b.cpu > 0 and h.cpu > 0]
    if not walls:
        raise Failed("its samples have no time")
    quartiles = statistics.quantiles(walls, n=4) if len(walls) > 1 else [0.0, 0.0, 0.0]
    return Turn(
        base=statistics.median(sample.wall for sample in base),
        head=statistics.median(sample.wall for sample in head),
        log=math.log(center(walls)),
        cpu_log=math.log(center(cpus)) if cpus else math.nan,
        spread=(quartiles[2] - quartiles[0]) / _IQR,
        busy=(_busy(base), _busy(head)),
        pairs=len(walls),
        start=start,
        pair=pair,
    )


def _busy(samples: Sequence[Sample]) -> float:
    return max((s.cpu / s.wall for s in samples if s.wall > 0 and s.cpu > 0), default=0.0)
