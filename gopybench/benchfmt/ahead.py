"""Compute a value in a process of its own, on another core, while this one does something else."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

T = TypeVar("T")


@contextlib.contextmanager
def ahead(compute: Callable[[], T]) -> Iterator[Callable[[], T | None]]:
    """Begin to compute a value; yield the function that waits for it.

    The value is pickled on its way. It is None where there is one core alone,
    or that process could not be started, failed or was killed: then compute it here.
    """
    if _cores() < 2:
        yield _nothing
        return
    started = _start(compute)
    if started is None:
        yield _nothing
        return
    process, here = started

    def wait() -> T | None:
        try:
            value: T = here.recv()
        except (EOFError, OSError):
            return None
        return value

    try:
        yield wait
    finally:
        here.close()
        process.terminate()
        process.join()


def _nothing() -> None:
    return None


def _start(compute: Callable[[], T]) -> tuple[BaseProcess, Connection] | None:
    """Start the process; return it and where its value comes from, None if there is none left."""
    # It has all that this one has, as it is now.
    fork = multiprocessing.get_context("fork")
    try:
        here, there = fork.Pipe(duplex=False)
    except OSError:
        return None
    process = fork.Process(target=_compute, args=(compute, here, there), daemon=True)
    # Ctrl-C is this process's to take, which then ends that one.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    except OSError:
        here.close()
        return None
    finally:
        there.close()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process, here


def _compute(compute: Callable[[], T], here: Connection, there: Connection) -> None:
    # It would keep the pipe open when who waits is gone.
    here.close()
    with contextlib.suppress(Exception):
        there.send(compute())


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
