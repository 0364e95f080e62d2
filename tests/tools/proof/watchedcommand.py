"""Run a command of the project until it ends, the time is up or somebody interrupts it."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gopybench.bridge import processes

from ...conftest import Project

# For how long an interrupted command may put away what it has begun, in seconds.
_GRACE = 30.0


class Failed(Exception):
    """A command did not do what it should; the message is for people."""


class TimeUp(Exception):
    """The time for the whole proof is over."""


@dataclass
class Runner:
    """Runs commands in a project.

    Attributes:
        project: where.
        log: what the commands say on their way, a file that is open for writing.
        deadline: until when, by the monotonic clock.
    """

    project: Project
    log: IO[str]
    deadline: float

    def run(
        self, *command: str | Path, cwd: Path | None = None, codes: tuple[int, ...] = (0,)
    ) -> str:
        """Return what a command prints; nothing of it is left running.

        Raises Failed where it ends with another code than these, and TimeUp.
        """
        words = [str(part) for part in command]
        print("$", *words, file=self.log, flush=True)
        with tempfile.TemporaryFile("w+") as output:
            process = processes.start(
                words,
                cwd=cwd or self.project.path,
                env=self.project.environment,
                stdout=output.fileno(),
                stderr=self.log.fileno(),
            )
            try:
                process.wait(max(0.0, self.deadline - time.monotonic()))
            except (subprocess.TimeoutExpired, KeyboardInterrupt) as reason:
                process.send_signal(signal.SIGINT)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(_GRACE)
                if isinstance(reason, KeyboardInterrupt):
                    raise
                raise TimeUp from None
            finally:
                processes.end(process)
            output.seek(0)
            said = output.read()
        print(said, file=self.log, flush=True)
        if process.returncode not in codes:
            raise Failed(f"{' '.join(words)} ended with {process.returncode}: see {self.log.name}")
        return said
