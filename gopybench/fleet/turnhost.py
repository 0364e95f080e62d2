"""What a client calls on a worker to have turns taken there: a source begins, is asked, ends.

A source (:mod:`~gopybench.fleet.turnsource`) is a process that has both sides. It has the
machine's lock as long as it lives, and ends when its client is done, or asks no more.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from gopybench.fleet import measuretask, worker
from gopybench.machine import machinelock

# How often to look whether a source still lives, in seconds.
_LOOK = 1.0


@dataclass(frozen=True)
class _Source:
    """A process that takes turns."""

    process: subprocess.Popen[bytes]
    line: Connection
    directory: str
    # A client that wants no answer any more does not wait for it.
    answers: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        """End it, with all that it has started."""
        self.line.close()
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


# By what a client calls its run.
_sources: dict[str, _Source] = {}


def begin(project: Mapping[str, str], sides: Sequence[str]) -> str:
    """Begin a source for a client, whose *sides* are as its arguments; return JSON.

    ``{"busy": true}`` says that another client has one here. Raises asv's UserError and OSError.
    """
    run = str(project.get("run"))
    for name in [name for name, source in _sources.items() if not source.is_alive]:
        _end(name)
    if _sources.keys() - {run}:
        return json.dumps({"busy": True})
    if run in _sources:
        _end(run)
    ours, theirs = multiprocessing.Pipe()
    directory = tempfile.mkdtemp(prefix="gopybench-fleet-")
    with theirs, machinelock.held(worker.say) as locked:
        place = worker.workspace_of(project)
        place.check_out()
        place.settle(worker.described())
        config = place.configure(results_dir=str(Path(directory, "results")))
        module = [sys.executable, "-m", "gopybench.fleet.turnsource"]
        process = measuretask.start(
            [*module, str(config), str(theirs.fileno()), *sides],
            place,
            Path(directory, "said"),
            [theirs.fileno()] if locked is None else [theirs.fileno(), locked],
        )
    _sources[run] = _Source(process, ours, directory)
    return json.dumps({})


def ask(run: str, asked: Mapping[str, Any]) -> str:
    """Ask a client's source for something; return its answer, which is JSON.

    ``{"gone": …}`` says that there is none, and why. Raises asv's UserError for an answer
    that is too large.
    """
    source = _sources.get(run)
    if source is None:
        return json.dumps({"gone": "nothing takes turns here"})
    with source.answers:
        return _ask(run, source, asked)


def _ask(run: str, source: _Source, asked: Mapping[str, Any]) -> str:
    # One that could not begin has said why, and hears nothing any more.
    with contextlib.suppress(OSError):
        source.line.send_bytes(json.dumps(asked).encode())
    try:
        while not source.line.poll(_LOOK):
            if not source.is_alive:
                raise EOFError
        return source.line.recv_bytes(measuretask.MAX_TEXT).decode()
    except (EOFError, OSError):
        words = measuretask.last_words(Path(source.directory, "said"))
        _end(run)
        return json.dumps({"gone": words or "what took turns has ended"})


def end(run: str) -> None:
    """End a client's source at once, also in the middle of a turn; none is none."""
    source = _sources.get(run)
    if source is not None and source.process.stdin is not None:
        source.process.stdin.close()


def _end(run: str) -> None:
    if source := _sources.pop(run, None):
        source.end()
