"""Run one program: take its lines as they come, limit its time, leave nothing running."""

from __future__ import annotations

import contextlib
import ctypes
import math
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

# How long a program may take to end when it is told to, in seconds.
_GRACE = 2.0

# How much of a text is kept at its beginning and at its end, in characters: what a
# program logs in a loop would fill the memory before its time is over.
_KEPT_FIRST, _KEPT_LAST = 1 << 16, 1 << 20

# A line that is longer is cut, in bytes.
_LONGEST_LINE = 1 << 20

# prctl(2), which Linux alone has.
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Sign(IntEnum):
    """What a line that a program prints says of the program."""

    NONE = 0  # it might go on like this for ever
    LIFE = 1  # it gets on with its work
    ENOUGH = 2  # all that is wanted is there


class Excerpt:
    """The lines of a text, without its middle where that is too long."""

    def __init__(self) -> None:
        """Begin with none."""
        self._first: list[str] = []
        self._last: deque[str] = deque()
        self._room = {True: _KEPT_FIRST, False: _KEPT_LAST}
        self._left_out = 0

    def add(self, line: str) -> None:
        """Add a line, given without its end."""
        is_first = not self._last and self._room[True] > 0
        (self._first if is_first else self._last).append(line)
        self._room[is_first] -= len(line) + 1
        while self._room[False] < 0 and len(self._last) > 1:
            self._room[False] += len(self._last.popleft()) + 1
            self._left_out += 1

    def __str__(self) -> str:
        """Return the text; a line in it says how many are left out there."""
        gap = [f"… {self._left_out} lines …"] if self._left_out else []
        return "\n".join([*self._first, *gap, *self._last])


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes:
        code: its exit code, negative for a signal as in ``subprocess``.
        stderr: an excerpt of its standard error, without the end of the last line.
        timed_out: whether it was killed because its time was over.
        stopped: whether it was stopped because its output was enough.
    """

    code: int
    stderr: str
    timed_out: bool = False
    stopped: bool = False


def run(
    command: Sequence[str | Path],
    take: Callable[[str], Sign | None],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float | None,
    cpus: Iterable[int] | None = None,
) -> Outcome:
    """Run *command* until it ends, or what it printed is enough, or its time is over.

    *take* gets each line of its standard output, and says what that is a sign
    of; None is none. *timeout* is for how many seconds there may be no sign of
    life, whatever else it prints; then SIGQUIT makes a Go program print where
    its goroutines are, and it is killed. *cpus* are the CPUs that it may use.
    However this function ends, nothing is left running in the program's process
    group; on Linux the program also ends with this process. Raises OSError or
    subprocess.SubprocessError when it cannot start.
    """

    pipe = subprocess.PIPE
    process = start(command, cwd=cwd, env=env, stdout=pipe, stderr=pipe, cpus=cpus)
    assert process.stdout is not None
    assert process.stderr is not None
    errors = Excerpt()
    output = {process.stdout: _Lines(take), process.stderr: _Lines(errors.add)}
    ended = timed_out = stopped = False
    deadline = math.inf if timeout is None else time.monotonic() + timeout
    try:
        with selectors.DefaultSelector() as selector:
            for stream in output:
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, selectors.EVENT_READ)
            while True:
                if not ended and process.poll() is not None:
                    # Its children may have the pipes, and go on printing.
                    _kill_group(process.pid)
                    ended = True
                    deadline = time.monotonic() + _GRACE
                left = deadline - time.monotonic()
                if left <= 0:
                    if ended or stopped or timed_out:
                        break
                    timed_out = True
                    process.send_signal(signal.SIGQUIT)
                    deadline = time.monotonic() + _GRACE
                    continue
                if not selector.get_map():
                    if ended:
                        break
                    # It closed its output, and is still at work.
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(min(left, 0.5))
                    continue
                ready = selector.select(0 if ended else min(left, 0.5))
                if ended and not ready:
                    # A child that has left the group keeps the pipes.
                    break
                sign = Sign.NONE
                for key, _ in ready:
                    data = os.read(key.fd, 1 << 16)
                    if not data:
                        selector.unregister(key.fileobj)
                    sign = max(sign, output[key.fileobj].add(data))  # type: ignore[index]
                if ended or stopped or timed_out:
                    continue
                if sign is Sign.ENOUGH:
                    stopped = True
                    process.send_signal(signal.SIGINT)
                    deadline = time.monotonic() + _GRACE
                elif sign is Sign.LIFE and timeout is not None:
                    deadline = time.monotonic() + timeout
    finally:
        end(process)
        for stream in output:
            stream.close()
    for lines in output.values():
        lines.end()
    return Outcome(process.returncode, str(errors), timed_out, stopped)


class _Lines:
    """Makes lines of what is read from a pipe."""

    def __init__(self, take: Callable[[str], Sign | None]) -> None:
        self._take = take
        self._rest = b""

    def add(self, data: bytes) -> Sign:
        """Take in what was read; return what its lines are a sign of."""
        *complete, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > _LONGEST_LINE:
            complete.append(self._rest)
            self._rest = b""
        sign = Sign.NONE
        for raw in complete:
            line = raw.decode(errors="replace").removesuffix("\r")
            sign = max(sign, self._take(line) or Sign.NONE)
        return sign

    def end(self) -> None:
        """Take what did not end its line."""
        if self._rest:
            self.add(b"\n")


def start(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    stdout: int,
    stderr: int,
    cpus: Iterable[int] | None = None,
    descriptors: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, without input.

    *cpus* are the CPUs that it may use, *descriptors* those of this process that
    it shares. On Linux it ends with this process. Raises OSError or
    subprocess.SubprocessError when it cannot start.
    """

    def prepare() -> None:
        # What a shell starts in the background ignores interrupts, and so would its children.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if cpus is not None:
            os.sched_setaffinity(0, set(cpus))

    return subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
        preexec_fn=prepare,
        pass_fds=descriptors,
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that was started, and all that is in its process group."""
    _kill_group(process.pid)
    process.wait()


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
