"""A limit to how long something takes, whatever programs it waits for."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

# An exception that a destructor swallows is raised again after this many seconds: time
# enough to stop a program that is running.
_AGAIN = 5.0


class Spent(BaseException):
    """The time is over. Nobody who handles errors should take it for one."""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise Spent in what is done here when it has taken that many seconds.

    It is raised wherever the main thread then is. Both asv and
    :mod:`gopybench.bridge.processes` stop the program that they wait for.
    """
    if seconds <= 0:
        raise Spent

    def ring(_: int, __: FrameType | None) -> None:
        raise Spent

    before = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
