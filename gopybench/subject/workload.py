"""Make, use and keep n persons: in one thread, in threads, in processes, in interpreters.

Every workload ends with all its persons alive, whichever way they were made.
Where a variant has a way of its own to do a step with many persons, see
person.py, that is what is done. Cython compiles this very file, as it does person.py.
"""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING, Any

from gopybench.subject.person import PersonLike, PersonType, variant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

MODES = ("single", "threads", "processes", "interpreters")

FIRST_NAME = "Jane"
LAST_NAME = "Doe"
AGE = 30


def create(person_type: PersonType, n: int) -> Sequence[PersonLike]:
    """Make *n* persons."""
    own = getattr(person_type, "create_many", None)
    if own is not None:
        return own(FIRST_NAME, LAST_NAME, AGE, n)  # type: ignore[no-any-return]
    persons = []
    for _ in range(n):
        persons.append(person_type(FIRST_NAME, LAST_NAME, AGE))
    return persons


def full_names(persons: Sequence[PersonLike]) -> list[str]:
    """Return the full name of every person."""
    own = _own(persons, "full_names_of")
    if own is not None:
        return own(persons)  # type: ignore[no-any-return]
    return _full_names(persons) if isinstance(persons, list) else []


def increase_ages(persons: Sequence[PersonLike]) -> None:
    """Age every person by one."""
    own = _own(persons, "increase_ages_of")
    if own is not None:
        own(persons)
    elif isinstance(persons, list):
        _increase_ages(persons)


# Loops over a list that Cython knows to be one.


def _full_names(persons: list[PersonLike]) -> list[str]:
    names = []
    for person in persons:
        names.append(person.full_name())
    return names


def _increase_ages(persons: list[PersonLike]) -> None:
    for person in persons:
        person.increase_age()


def live(person_type: PersonType, n: int) -> Sequence[PersonLike]:
    """Make *n* persons; each gives its full name, which is dropped, and is aged by one."""
    own = getattr(person_type, "live_many", None)
    if own is not None:
        return own(FIRST_NAME, LAST_NAME, AGE, n)  # type: ignore[no-any-return]
    persons = []
    for _ in range(n):
        person = person_type(FIRST_NAME, LAST_NAME, AGE)
        person.full_name()
        person.increase_age()
        persons.append(person)
    return persons


def _own(persons: Sequence[PersonLike], step: str) -> Any:
    """Return the way of its own that the persons' variant has to do a step, or None.

    None also where there are no persons: that may be an array, which is no list.
    """
    return getattr(type(persons[0]), step, None) if len(persons) else None


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shares(n: int, workers: int) -> list[int]:
    """Split *n* into *workers* parts that differ by one at most."""
    return [n // workers + (i < n % workers) for i in range(workers)]


class Lifecycle:
    """A workload that has been run, and the persons it keeps alive.

    Attributes:
        persons: the persons of each worker in this process, a list a worker.
        pids: the processes that hold persons, this one first.
    """

    def __init__(self, person_type: PersonType, mode: str, n: int) -> None:
        """Run the whole workload of *n* persons.

        Raises ValueError for an unknown mode, and NotImplementedError (asv's
        word for ``n/a``) where this runtime lacks the mode or the variant in it.
        Raises RuntimeError where a worker failed: what the others did is no result.
        """
        self.persons: list[Sequence[PersonLike]] = []
        self.pids = [os.getpid()]
        self._workers: list[tuple[ForkProcess, Connection[None, int]]] = []
        self._interpreters: Executor | None = None
        try:
            if mode == "single":
                self.persons = [live(person_type, n)]
            elif mode == "threads":
                self._run_threads(person_type, shares(n, cores()))
            elif mode == "processes":
                self._run_processes(person_type, shares(n, cores()))
            elif mode == "interpreters":
                self._run_interpreters(person_type, shares(n, cores()))
            else:
                raise ValueError(f"unknown mode {mode!r}: one of {', '.join(MODES)}")
        except BaseException:
            self.release()
            raise

    def _run_threads(self, person_type: PersonType, parts: list[int]) -> None:
        self.persons = [[] for _ in parts]
        persons = self.persons
        failures: list[BaseException] = []

        def work(i: int) -> None:
            try:
                persons[i] = live(person_type, parts[i])
            except BaseException as failure:
                # A thread would print it, of SystemExit not even that, and end.
                failures.append(failure)

        threads = [threading.Thread(target=work, args=(i,)) for i in range(len(parts))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise RuntimeError("a worker thread failed") from failures[0]

    def _run_processes(self, person_type: PersonType, parts: list[int]) -> None:
        # Imported here: the peak memory of the other modes is without it.
        import multiprocessing

        # Python's default start method differs by version and system; forked
        # workers start at once and need nothing sent to them.
        context = multiprocessing.get_context("fork")
        for part in parts:
            ours, theirs = context.Pipe()
            # A worker inherits the parent's ends so far and has to close them,
            # or it would never see that the parent is gone.
            inherited = [ours, *(connection for _, connection in self._workers)]
            worker = context.Process(
                target=_worker, args=(person_type, part, theirs, inherited), daemon=True
            )
            worker.start()
            theirs.close()
            self._workers.append((worker, ours))
        for worker, connection in self._workers:
            try:
                connection.recv()
            except EOFError:
                raise RuntimeError("a worker process died before its persons were made") from None
            assert worker.pid is not None
            self.pids.append(worker.pid)

    def _run_interpreters(self, person_type: PersonType, parts: list[int]) -> None:
        # Imported here, as is multiprocessing.
        import concurrent.futures

        pool: Any = getattr(concurrent.futures, "InterpreterPoolExecutor", None)
        if pool is None:
            raise NotImplementedError("interpreters in a pool exist from Python 3.14 on")
        name: str = person_type.__name__
        self._interpreters = executor = pool(len(parts))
        made = [executor.submit(keep_in_interpreter, name, part) for part in parts]
        for future in made:
            failure = future.exception()
            # NotShareableError where this very module, compiled, is not to be loaded there.
            if (
                isinstance(failure, (ImportError, NotImplementedError))
                or type(failure).__name__ == "NotShareableError"
            ):
                raise NotImplementedError(
                    f"{name} in an interpreter of its own: {failure}"
                ) from failure
            if failure is not None:
                raise RuntimeError("a worker interpreter failed") from failure

    def release(self) -> None:
        """Let go of all persons and end the workers."""
        self.persons = []
        if self._interpreters is not None:
            self._interpreters.shutdown()
            self._interpreters = None
        for worker, connection in self._workers:
            with contextlib.suppress(OSError):  # it may have died already
                connection.send(None)
            connection.close()
            worker.join()
        self._workers = []
        self.pids = self.pids[:1]


_kept: list[Sequence[PersonLike]] = []


def keep_in_interpreter(variant_name: str, n: int) -> int:
    """Make *n* persons in this interpreter, keep them for as long as it lives, count them.

    The variant is known by its name: a class of one interpreter is of no use to another.
    """
    persons = live(variant(variant_name), n)
    _kept.append(persons)
    return len(persons)


def _worker(
    person_type: PersonType,
    n: int,
    connection: Connection[int, None],
    inherited: list[Connection[None, int]],
) -> None:
    """Make *n* persons, say so, and keep them until the parent says or is gone."""
    for end in inherited:
        end.close()
    persons = live(person_type, n)
    connection.send(len(persons))
    with contextlib.suppress(EOFError, OSError):
        connection.recv()
    # Without the interpreter's tear-down, which would free person by person.
    os._exit(0)
