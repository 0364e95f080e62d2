"""Which trials there are, in which order, and which one is next."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from . import historyplan

CALM, BUSY, VARYING = "calm", "busy", "varying"
TIMES, INSTRUCTIONS, HISTORY = "times", "instructions", "history"


@dataclass(frozen=True)
class Trial:
    """Two commits for the gate, or a history.

    Attributes:
        part: what it belongs to, one of PARTS.
        state: CALM, or BUSY beside a load that comes and goes; VARYING in a history.
        planted: by how many per cent head does more work; 0 is the same code.
        by: what is compared, TIMES or INSTRUCTIONS; HISTORY.
        number: tells those apart that are alike, from 1 on.
    """

    part: str
    state: str
    planted: int
    by: str
    number: int

    @property
    def name(self) -> str:
        """What it is called in the raw numbers; no other trial has this name."""
        return f"{self.part}-{self.planted}-{self.state}-{self.number}"


def _numbered(part: str, by: str, cells: Iterable[tuple[int, str]]) -> Iterator[Trial]:
    counts: dict[tuple[int, str], int] = {}
    for planted, state in cells:
        counts[planted, state] = number = counts.get((planted, state), 0) + 1
        yield Trial(part, state, planted, by, number)


def _planted() -> Iterator[tuple[int, str]]:
    """Yield level and state; after each round all levels and both states had their turn."""
    for turn in range(6):
        states = (CALM, BUSY) if turn % 2 == 0 else (BUSY, CALM)
        levels = (5, 10, 2, 3) if turn < 4 else (5, 10)
        yield from zip(levels, itertools.cycle(states))


# Twelve gates of 95 times; six gates of ten times for 5 and 10 %, four for 2 and 3 %.
# What counts decide is never close, so most gates have the smallest slowdown.
PARTS: dict[str, list[Trial]] = {
    "same": list(_numbered("same", TIMES, [(0, CALM), (0, BUSY)] * 6)),
    "planted": list(_numbered("planted", TIMES, _planted())),
    "counted": list(
        _numbered(
            "counted",
            INSTRUCTIONS,
            [(2, CALM), (5, BUSY), (2, BUSY), (10, CALM), (3, CALM), (2, CALM), (3, BUSY)],
        )
    ),
    **{name: [Trial(name, VARYING, 0, HISTORY, 1)] for name in historyplan.HISTORIES},
}

# How long a trial takes, in seconds, until one has been measured: with the environments.
_AT_FIRST = {"same": 1500.0, "planted": 1200.0, "counted": 900.0}
# A history goes on where it stopped: for what a commit takes it is worth to begin.
_OF_HISTORY = 300.0
# How much longer the next may take than the longest so far.
_MARGIN = 1.1


def expected(part: str, took: Iterable[float]) -> float:
    """Return how many seconds there have to be for a trial, where others took so many."""
    if part in historyplan.HISTORIES:
        return _OF_HISTORY
    return _MARGIN * max(took, default=_AT_FIRST[part] / _MARGIN)


def upcoming(
    parts: Iterable[str], done: Mapping[str, set[str]], took: Mapping[str, list[float]], left: float
) -> Trial | None:
    """Return the trial to do next, None where none is missing or fits.

    *done* has the names of those that are done, *took* the seconds of some, both by
    part; *left* is how many seconds there are. The part that is least complete is first.
    """
    missing = {part: [t for t in PARTS[part] if t.name not in done[part]] for part in parts}
    fitting = [part for part in missing if missing[part] and expected(part, took[part]) <= left]
    least = max(fitting, key=lambda part: len(missing[part]) / len(PARTS[part]), default=None)
    return missing[least][0] if least is not None else None
