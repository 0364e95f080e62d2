"""Run a command of the project until it ends, the time is up or somebody interrupts it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO

from gopybench.bridge import processes

from ...conftest import Project

# How often a command is looked at, in seconds: what is measured should not feel it.
_LOOK = 0.5
# For how long an interrupted command may put away what it has begun, in seconds.
_GRACE = 30.0


class Failed(Exception):
    """A command did not do what it should; the message is for people."""


class Stopped(Exception):
    """Somebody wants the proof to stop, or its time is over; the message says which."""


class Stop:
    """Whether somebody wants the proof to stop.

    An interrupt is noted and not raised: at a bad moment Python ignores what is raised.
    """

    def __init__(self) -> None:
        """Take the signals of Ctrl-C, of kill, and of a terminal that is closed."""
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _: int, __: FrameType | None) -> None:
        self.asked = True


@dataclass
class Runner:
    """Runs commands in a project.

    Attributes:
        project: where.
        log: what the commands say on their way, a file that is open for writing.
        deadline: until when, by the monotonic clock.
        stop: whether to stop before.
    """

    project: Project
    log: IO[str]
    deadline: float
    stop: Stop

    def run(
        self,
        *command: str | Path,
        cwd: Path | None = None,
        codes: tuple[int, ...] = (0,),
        variables: Mapping[str, str] | None = None,
    ) -> str:
        """Return what a command prints; nothing of it is left running.

        *variables* are added to the environment.

        Raises Failed where it ends with another code than these, and Stopped.
        """
        words = [str(part) for part in command]
        print("$", *words, file=self.log, flush=True)
        with tempfile.TemporaryFile("w+") as output:
            process = processes.start(
                words,
                cwd=cwd or self.project.path,
                env={**self.project.environment, **(variables or {})},
                stdout=output.fileno(),
                stderr=self.log.fileno(),
            )
            try:
                # The first looks are quick, as git is.
                look = 0.01
                while process.poll() is None:
                    self._check()
                    time.sleep(look)
                    look = min(2 * look, _LOOK)
                self._check()
            except Stopped:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE)
                raise
            finally:
                processes.end(process)
            output.seek(0)
            said = output.read()
        print(said, file=self.log, flush=True)
        if process.returncode not in codes:
            raise Failed(f"{' '.join(words)} ended with {process.returncode}: see {self.log.name}")
        return said

    def commit(self, what: str, files: dict[str, str]) -> str:
        """Commit these files with that subject, and return the hash."""
        for name, text in files.items():
            self.project.write(name, text)
        self.run("git", "add", "-A")
        self.run("git", "commit", "-q", "-m", what)
        return self.run("git", "rev-parse", "HEAD").strip()

    def _check(self) -> None:
        if self.stop.asked:
            raise Stopped("stopped")
        if time.monotonic() > self.deadline:
            raise Stopped("the minutes are over")
