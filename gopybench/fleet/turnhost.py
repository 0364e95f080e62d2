"""What a client calls on a worker to have turns taken there: a source begins, is asked, ends.

A source (:mod:`~gopybench.fleet.turnsource`) is a process that has both sides. It has the
machine's lock as long as it lives, and ends when its client is done, or asks no more.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gopybench.fleet import measuretask, sourceprocess, tasks, worker
from gopybench.fleet.sourceprocess import SourceProcess
from gopybench.machine import machinelock

# How often to look whether a source still lives, in seconds.
_LOOK = 1.0


def begin(project: Mapping[str, str], sides: Sequence[str]) -> str:
    """Begin a source for a client, whose *sides* are as its arguments; return JSON.

    ``BUSY`` says that another client has one here. Raises asv's UserError and OSError.
    """
    run = str(project.get("run"))
    if sourceprocess.is_taken(run):
        return tasks.BUSY
    sourceprocess.end(run)
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
    sourceprocess.keep(run, SourceProcess(process, ours, directory))
    return json.dumps({})


def ask(run: str, asked: Mapping[str, Any]) -> str:
    """Ask a client's source for something; return its answer, which is JSON.

    ``{"gone": …}`` says that there is none, and why. Raises asv's UserError for an answer
    that is too large.
    """
    source = sourceprocess.of(run)
    if source is None:
        return json.dumps({"gone": "nothing takes turns here"})
    with source.answers:
        return _ask(run, source, asked)


def _ask(run: str, source: SourceProcess, asked: Mapping[str, Any]) -> str:
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
        sourceprocess.end(run)
        return json.dumps({"gone": words or "what took turns has ended"})


def end(run: str) -> None:
    """End a client's source at once, also in the middle of a turn; none is none."""
    if source := sourceprocess.of(run):
        source.stop()
