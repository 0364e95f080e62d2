"""The processes that take turns on this worker, each for a client.

While there is one the machine is taken: its lock is held. What another client wants is told so
at once. If it waited for the lock, nobody could ask for a turn: a worker does one thing at a time.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from multiprocessing.connection import Connection


@dataclass(frozen=True)
class SourceProcess:
    """A process that takes turns.

    Attributes:
        process: the process.
        line: the connection on which it answers.
        directory: what it has for itself, with what it says in a file ``said``.
        answers: held while it is asked; a client may not wait for an answer that it wanted.
    """

    process: subprocess.Popen[bytes]
    line: Connection
    directory: str
    answers: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Have it end, with all that it has started; do not wait for that."""
        assert self.process.stdin is not None
        self.process.stdin.close()


# By what a client calls its run.
_by_run: dict[str, SourceProcess] = {}


def of(run: str) -> SourceProcess | None:
    """Return the process of a client; None where it has none."""
    return _by_run.get(run)


def keep(run: str, source: SourceProcess) -> None:
    """Note a client's process."""
    _by_run[run] = source


def end(run: str) -> None:
    """End a client's process, if there is one, and wait until it is gone."""
    if source := _by_run.pop(run, None):
        source.line.close()
        source.stop()
        source.process.wait()
        shutil.rmtree(source.directory, ignore_errors=True)


def is_taken(run: str) -> bool:
    """Return whether another client than this has turns taken here."""
    for other in [other for other, source in _by_run.items() if not source.is_alive]:
        end(other)
    return bool(_by_run.keys() - {run})
