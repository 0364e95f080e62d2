"""Run one program: read its lines as they come, limit its silence, leave nothing running."""

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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

# How long a program may take to end when it is told to, in seconds.
_GRACE = 2.0

# prctl(2), which Linux alone has.
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Outcome:
    """How a program ended.

    Attributes:
        code: its exit code, negative for a signal as in ``subprocess``.
        stdout: the lines of its standard output.
        stderr: its standard error.
        timed_out: whether it was killed because it printed nothing for too long.
        stopped: whether it was stopped because its output was enough.
    """

    code: int
    stdout: list[str]
    stderr: str
    timed_out: bool = False
    stopped: bool = False


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float | None,
    cpus: Iterable[int] | None = None,
    enough: Callable[[str], bool] = lambda _: False,
) -> Outcome:
    """Run *command* until it ends, or *enough* returns True for a line of its standard output.

    *timeout* is for how many seconds it may print nothing, as asv's is; then
    SIGQUIT makes a Go program print where its goroutines are, and it is killed.
    *cpus* are the CPUs that it may use. However this function ends, nothing is
    left running in the program's process group; on Linux the program also ends
    with this process. Raises OSError or subprocess.SubprocessError when it
    cannot start.
    """

    def prepare() -> None:
        # What a shell starts in the background ignores interrupts, and so would its children.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if cpus is not None:
            os.sched_setaffinity(0, set(cpus))

    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=prepare,
    )
    lines: list[str] = []
    pending = bytearray()
    errors = bytearray()
    timed_out = stopped = False
    assert process.stdout is not None
    assert process.stderr is not None

    def take(stream: IO[bytes], data: bytes) -> bool:
        """Take in what was printed; return whether that is enough."""
        if stream is process.stderr:
            errors.extend(data)
            return False
        pending.extend(data)
        *complete, rest = bytes(pending).split(b"\n")
        pending[:] = rest
        is_enough = False
        for raw in complete:
            line = raw.decode(errors="replace").removesuffix("\r")
            lines.append(line)
            is_enough |= enough(line)
        return is_enough

    try:
        with selectors.DefaultSelector() as selector:
            for stream in (process.stdout, process.stderr):
                os.set_blocking(stream.fileno(), False)
                selector.register(stream, selectors.EVENT_READ)
            deadline = math.inf if timeout is None else time.monotonic() + timeout
            while selector.get_map():
                # A child may outlive it and keep the pipes open.
                ended = process.poll() is not None
                ready = selector.select(0 if ended else 0.5)
                for key, _ in ready:
                    data = os.read(key.fd, 1 << 16)
                    if not data:
                        selector.unregister(key.fileobj)
                    elif take(key.fileobj, data) and not stopped:  # type: ignore[arg-type]
                        stopped = True
                        process.send_signal(signal.SIGINT)
                        deadline = time.monotonic() + _GRACE
                if ended and not ready:
                    break
                if stopped or timed_out:
                    if time.monotonic() > deadline:
                        break
                elif ready and timeout is not None:
                    deadline = time.monotonic() + timeout
                elif time.monotonic() > deadline:
                    timed_out = True
                    process.send_signal(signal.SIGQUIT)
                    deadline = time.monotonic() + _GRACE
    finally:
        _kill_group(process.pid)
        process.wait()
        process.stdout.close()
        process.stderr.close()
    if pending:
        lines.append(pending.decode(errors="replace"))
    return Outcome(process.returncode, lines, errors.decode(errors="replace"), timed_out, stopped)


def _kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
