"""What is to be measured somewhere, and what a worker is told and has given of it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from asv.benchmarks import Benchmarks
from asv.results import get_filename

from gopybench.transfer import safetext


class Task(NamedTuple):
    """One commit in one environment.

    Attributes:
        commit: its full hash.
        environment: as asv names it.
    """

    commit: str
    environment: str

    def __str__(self) -> str:
        """Return it for people."""
        return f"{self.commit[:8]} {self.environment}"


@dataclass(frozen=True)
class Given:
    """What is in ``results/`` when a task is handed out, as text; None where there is nothing.

    Attributes:
        results: of the commit in the environment.
        benchmarks: asv's list.
    """

    results: str | None
    benchmarks: str | None

    @classmethod
    def now(cls, results_dir: str, machine: str, task: Task) -> Given:
        """Return what there is; raise OSError."""
        path = path_of(results_dir, machine, task)
        return cls(_text(path), _text(Benchmarks.get_benchmark_file_path(results_dir)))


def path_of(results_dir: str, machine: str, task: Task) -> str:
    """Return asv's file of a task's results."""
    return os.path.join(results_dir, get_filename(machine, task.commit, task.environment))


def request(
    task: Task,
    select: str,
    machine: Mapping[str, str],
    given: Given,
    options: Sequence[str],
    began: str,
) -> dict[str, Any]:
    """Return what a worker is told.

    *select* is asv's ``-E`` there, *machine* the class, and *began* when the whole run did, in
    UTC as results files note it.
    """
    return {
        "commit": task.commit,
        "environment": task.environment,
        "select": select,
        "machine": dict(machine),
        "results": given.results,
        "benchmarks": given.benchmarks,
        "options": [*options],
        "began": began,
    }


# What a worker says that takes turns for another client: to ask it again later.
BUSY = json.dumps({"busy": True})

# When that is, in seconds.
PAUSE = 3.0


def loaded(said: object, limit: int) -> dict[str, Any]:
    """Return the object that a worker has sent as JSON of at most *limit* characters.

    Raises ValueError for anything else.
    """
    if not isinstance(said, str):
        raise ValueError(f"a {type(said).__name__} in place of text")
    if len(said) > limit:
        raise ValueError(f"{len(said)} characters of at most {limit}")
    try:
        found = json.loads(said)
    except RecursionError:
        raise ValueError("JSON that is nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("JSON that is no object")
    return found


def _text(path: str) -> str | None:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def plain(words: str) -> str:
    """Return what another machine says, without what a terminal might obey."""
    return "\n".join(map(safetext.printable, words.splitlines()))
