"""On which core a process ran, and how it is woken on that of another; Linux alone.

The cores of one machine are not equally fast at one moment: of two virtual ones, what their
neighbours do slows one down by a tenth or more. Two processes that are asked in turn would each
stay on a core of its own, and be compared as these are.

Without Linux's files and calls nothing is known and nothing is done.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

# The places of what is wanted in these files, see proc(5): nanoseconds, and a number.
_RAN, _CORE = 0, 36


def run_times(pid: int) -> dict[int, int]:
    """Return for how many nanoseconds each thread of a process ran so far."""
    found = {}
    for thread in _threads(pid):
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{pid}/task/{thread}/schedstat").read_text(encoding="ascii")
            found[thread] = int(text.split()[_RAN])
    return found


def last_core(pid: int, before: Mapping[int, int]) -> int | None:
    """Return the core of the thread that ran most since *before*; None where it is not known."""
    ran = {thread: time - before.get(thread, 0) for thread, time in run_times(pid).items()}
    if not ran:
        return None
    busiest = max(ran, key=ran.__getitem__)
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/task/{busiest}/stat").read_text(encoding="utf-8")
        # The program's name comes before, and may have anything in it.
        return int(text.rpartition(")")[2].split()[_CORE])
    return None


@contextlib.contextmanager
def waking_on(pid: int, core: int | None) -> Iterator[None]:
    """Let a process that is told to go on meanwhile do so on a core, if it may use that one.

    Then it may use again what it could before, and can go elsewhere. None changes nothing.
    """
    if core is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    masks: dict[int, set[int]] = {}
    known = _threads(pid)
    for thread in known:
        with contextlib.suppress(OSError):
            mask = os.sched_getaffinity(thread)
            if core in mask:
                os.sched_setaffinity(thread, {core})
                masks[thread] = mask
    try:
        yield
    finally:
        for thread in _threads(pid):
            # One that began meanwhile was bound as the one that began it.
            was = masks.get(thread, None if thread in known else masks.get(pid))
            with contextlib.suppress(OSError):
                if was is not None:
                    os.sched_setaffinity(thread, was)


def _threads(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    return []
