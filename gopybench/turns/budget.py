"""For how long benchmarks may run: when that is over, what still runs is stopped."""

from __future__ import annotations

import contextlib
import functools
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from asv import util

from gopybench.bridge import processes
from gopybench.turns.keptprocess import KeptProcess

# After how many seconds the clock rings again where it rang at a bad time.
_AGAIN = 0.05

# Where asv waits for a program, and where the bridge does.
_ASV_WAITS = util.check_output.__code__
_WAITS = {selectors.DefaultSelector.select.__code__, subprocess.Popen._wait.__code__}  # type: ignore[attr-defined]
_WAITING = {processes.run.__code__, KeptProcess.wait_for.__code__}
_CALLERS = 3


class Spent(BaseException):
    """The time is over. Nobody who handles errors should take it for one."""


class Budget:
    """A clock that runs while benchmarks do, and stands still while a commit is built."""

    def __init__(self, seconds: float) -> None:
        """Begin with that many seconds."""
        self._left = seconds
        self._since: float | None = None

    @property
    def left(self) -> float:
        """How many seconds are left."""
        return self._left - (time.monotonic() - self._since if self._since is not None else 0)

    def take(self, seconds: float) -> None:
        """Count seconds that ran elsewhere."""
        self._left -= seconds

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Raise Spent in what is done here, or at once, when no time is left.

        That is while a program is waited for, and then asv or the bridge stops it.
        """
        if self.left <= 0:
            raise Spent
        before = signal.signal(signal.SIGALRM, self._ring)
        self._start()
        try:
            yield
        finally:
            self._stop()
            signal.signal(signal.SIGALRM, before)

    def apart(self, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return *work* so that the clock stands still while it is done."""

        @functools.wraps(work)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if self._since is None:
                return work(*args, **kwargs)
            self._stop()
            try:
                return work(*args, **kwargs)
            finally:
                self._start()

        return wrapped

    def _start(self) -> None:
        self._since = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, max(self._left, _AGAIN))

    def _stop(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._left, self._since = self.left, None

    def _ring(self, _: int, frame: FrameType | None) -> None:
        if _waits(frame):
            raise Spent
        # Elsewhere it could leave something half done, such as a program that just starts.
        signal.setitimer(signal.ITIMER_REAL, _AGAIN)


def _waits(frame: FrameType | None) -> bool:
    """Return whether a program is waited for that is stopped when an exception comes."""
    if frame is None or frame.f_code is _ASV_WAITS:
        return frame is not None
    if frame.f_code not in _WAITS:
        return False
    caller: FrameType | None = frame
    for _ in range(_CALLERS):
        caller = caller and caller.f_back
        if caller is not None and caller.f_code in _WAITING:
            return True
    return False
