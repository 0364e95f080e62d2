"""What single things cost: the work with one of them done otherwise, each in a fresh process."""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from typing import Callable

from gopybench.subject import peakmem
from gopybench.subject.freshprocess import output_of
from gopybench.subject.person import PersonSlots
from gopybench.subject.workload import AGE, FIRST_NAME, LAST_NAME

# So many fresh processes are timed; their median counts.
PROCESSES = 3


# The loops are written out, not workload.py's, which Cython compiles: all are to be alike.


def _usual(n: int, age: int = AGE) -> list[PersonSlots]:
    """The life cycle of PersonSlots, person by person: what the others are compared with."""
    persons = []
    for _ in range(n):
        person = PersonSlots(FIRST_NAME, LAST_NAME, age)
        person.full_name()
        person.increase_age()
        persons.append(person)
    return persons


def _dropped(n: int) -> list[None]:
    """No person is kept: each is made in the memory of the one before."""
    nobody: list[None] = []
    for _ in range(n):
        person = PersonSlots(FIRST_NAME, LAST_NAME, AGE)
        person.full_name()
        person.increase_age()
        nobody.append(None)
    return nobody


def _sized_list(n: int) -> list[PersonSlots]:
    """The list has all its places from the start, and does not grow."""
    persons: list[PersonSlots] = [None] * n  # type: ignore[list-item]
    for i in range(n):
        person = PersonSlots(FIRST_NAME, LAST_NAME, AGE)
        person.full_name()
        person.increase_age()
        persons[i] = person
    return persons


def _own_names(n: int) -> list[PersonSlots]:
    """Every person has two strings of its own, in place of two that all share."""
    persons = []
    first, last = FIRST_NAME[0], LAST_NAME[0]
    first_rest, last_rest = FIRST_NAME[1:], LAST_NAME[1:]
    for _ in range(n):
        person = PersonSlots(first + first_rest, last + last_rest, AGE)
        person.full_name()
        person.increase_age()
        persons.append(person)
    return persons


COSTS: dict[str, Callable[[int], object]] = {
    "usual": _usual,
    # The same work, but the second in its process: see main().
    "again": _usual,
    "dropped": _dropped,
    "sized-list": _sized_list,
    "own-names": _own_names,
    # Numbers of which CPython keeps none ready: above 256.
    "great-ages": lambda n: _usual(n, 1_000),
}


def seconds(cost: str, n: int) -> float:
    """Return how long the work takes, in seconds: the median of fresh processes.

    Raises RuntimeError when a process fails.
    """
    return statistics.median(_measure(cost, n)[0] for _ in range(PROCESSES))


def bytes_per_person(cost: str, n: int) -> float:
    """Return what a person adds to the peak memory; raises RuntimeError when a process fails."""
    return (_measure(cost, n)[1] - _measure(cost, 0)[1]) / n


def _measure(cost: str, n: int) -> tuple[float, int]:
    taken, peak = output_of("gopybench.subject.costs", cost, str(n)).split()
    return float(taken), int(peak)


def main() -> None:
    """Do the work named by the command line, cost and n; print its seconds and the peak memory."""
    cost, n = sys.argv[1], int(sys.argv[2])
    if cost == "again":
        kept = COSTS[cost](n)
        del kept
    gc.collect()
    started = time.perf_counter()
    kept = COSTS[cost](n)
    taken = time.perf_counter() - started
    peak = peakmem.resident_peak(os.getpid()) if peakmem.is_known() else 0
    print(taken, peak, flush=True)
    # Without the interpreter's tear-down, which would free person by person.
    os._exit(0)


if __name__ == "__main__":
    main()
