"""What of a command is done, so that the same command goes on where it was interrupted.

asv's ``NEW`` looks for commits that are newer than all results. A fleet's come in any
order, so what is open cannot be told from the results.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from asv.util import UserError

from gopybench.fleet.tasks import Task


class Journal:
    """A file of one command: its commits, and a line for each task that is done.

    Attributes:
        path: the file.
        commits: those that the command began with; none where it is new.
        done: the tasks whose results are in ``results/``.
    """

    def __init__(self, directory: str, command: Sequence[str]) -> None:
        """Open the file of a command, and keep others out of it.

        Raises asv's UserError where the same command runs, and OSError.
        """
        digest = hashlib.sha256(json.dumps([*command]).encode()).hexdigest()[:12]
        self.path = Path(directory, f"fleet-{digest}.jsonl")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[str] = self.path.open("a+", encoding="utf-8", errors="replace")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise UserError("the same command is running already, in this directory") from None
        self.commits: list[str] = []
        self.done: set[Task] = set()
        self._read()

    def _read(self) -> None:
        self._file.seek(0)
        for line in self._file.read().splitlines():
            try:
                words = json.loads(line)
            except ValueError:
                continue  # it was killed at that
            if isinstance(words, dict):
                self.commits = [str(commit) for commit in words.get("commits", ())]
            elif isinstance(words, list) and len(words) == 2:
                self.done.add(Task(*map(str, words)))

    def begin(self, commits: Sequence[str]) -> list[str]:
        """Note the commits of the command; return them, with those of before that are gone."""
        every = list(dict.fromkeys([*commits, *self.commits]))
        self._write({"commits": every})
        return every

    def add(self, task: Task) -> None:
        """Note that a task is done."""
        self.done.add(task)
        self._write(list(task))

    def _write(self, words: object) -> None:
        # What a killed process has left without its end is a line of its own.
        self._file.write(f"\n{json.dumps(words)}\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self, *, is_done: bool) -> None:
        """Let others in; remove the file when all of the command is done, or nothing is."""
        if is_done or not self.done:
            self.path.unlink(missing_ok=True)
        self._file.close()
