"""A program that lives between what is asked of it: watched while one waits, and ended whole."""

from __future__ import annotations

import contextlib
import math
import os
import selectors
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from gopybench.bridge import processes

# Of what a program prints so much is kept, in bytes: its end.
_KEPT = 1 << 16

# CPUCLOCK_SCHED of Linux.
_CPU_CLOCK = 2

# For how long more is waited for what a program that ends prints, in seconds.
_GRACE = 1.0


class Failed(Exception):
    """A benchmark, or the build of a commit, failed; the message is the reason."""


class KeptProcess:
    """A program and what it prints.

    *stdout* is where its standard output goes, into what is kept by default. Its
    standard error is kept. *cpus* are the CPUs that it may use, and *descriptors*
    those of this process that it shares. Raises OSError or SubprocessError where
    it cannot start.
    """

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str],
        stdout: int = subprocess.STDOUT,
        descriptors: Sequence[int] = (),
        cpus: Iterable[int] | None = None,
    ) -> None:
        """Start it."""
        output, inside = os.pipe()
        try:
            self._process = processes.start(
                command,
                cwd=cwd,
                env=env,
                stdout=inside if stdout == subprocess.STDOUT else stdout,
                stderr=inside,
                descriptors=descriptors,
                cpus=cpus,
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(inside)
        self._output = output
        os.set_blocking(output, False)
        self._words = bytearray()
        self._is_open = True
        self._selector = selectors.DefaultSelector()
        self._selector.register(output, selectors.EVENT_READ)

    @property
    def pid(self) -> int:
        """Its number."""
        return int(self._process.pid)

    def last_words(self) -> str:
        """Return the end of what it printed, when it has just ended; else why it did."""
        until = time.monotonic() + _GRACE
        while self._is_open and self._selector.select(max(until - time.monotonic(), 0)):
            self._take()
        words = self._words.decode(errors="replace").strip()
        code = self._process.poll()
        return words or ("it ended too early" if code is None else f"exit status {code}")

    def wait_for(self, descriptor: int, deadline: float) -> None:
        """Return when there is something to read from *descriptor*.

        Raises Failed when the program ends before, or at *deadline*, a time of
        the monotonic clock.
        """
        self._selector.register(descriptor, selectors.EVENT_READ)
        try:
            while True:
                # What is there to read may be its words, and no end of them.
                if time.monotonic() > deadline:
                    raise Failed("it took too long for a sample")
                ready = {key.fd for key, _ in self._selector.select(0.5)}
                if self._output in ready:
                    self._take()
                if descriptor in ready:
                    return
                code = self._process.poll()
                if code is not None and not ready:
                    raise Failed(self.last_words())
        finally:
            self._selector.unregister(descriptor)

    def _take(self) -> None:
        data = os.read(self._output, 1 << 16)
        if not data:
            self._selector.unregister(self._output)
            self._is_open = False
        self._words += data
        del self._words[:-_KEPT]

    def cpu_time(self) -> float:
        """Return the CPU time that it has used, in seconds; NaN when it has ended."""
        # The clock of another process, as clock_getcpuclockid(3) has it.
        with contextlib.suppress(OSError):
            return time.clock_gettime((~self.pid << 3) | _CPU_CLOCK)
        return math.nan

    def close(self) -> None:
        """End it, with all that it has started."""
        processes.end(self._process)
        self._selector.close()
        os.close(self._output)
