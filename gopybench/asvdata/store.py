"""Changes to results/: one process at a time, every file whole at any time, and nothing lost."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv import util
from asv.benchmarks import Benchmarks
from asv.machine import Machine
from asv.results import Results

from gopybench.asvdata import speed
from gopybench.asvdata.speed import Encoded

# How long to wait for another process in the same results, in seconds: for an
# import, and for asv, which has measured for longer than that.
LOCK_TIMEOUT = 60.0
LOCK_TIMEOUT_OF_ASV = 3600.0

# What asv's Results keep by benchmark.
_BY_BENCHMARK = (
    "_results",
    "_samples",
    "_stats",
    "_benchmark_params",
    "_profiles",
    "_started_at",
    "_duration",
    "_benchmark_version",
)


@contextlib.contextmanager
def locked(results_dir: str, timeout: float | None = None) -> Iterator[None]:
    """Keep other processes out of *results_dir* while this one reads, changes and writes it.

    Raises asv's UserError when another one is still in there after *timeout*
    seconds, as many as for an import without it.
    """
    try:
        os.makedirs(results_dir, exist_ok=True)
        directory = os.open(results_dir, os.O_RDONLY)
    except OSError as error:
        raise util.UserError(f"cannot open {results_dir}: {error.strerror}") from None
    try:
        deadline = time.monotonic() + (LOCK_TIMEOUT if timeout is None else timeout)
        while True:
            try:
                fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise util.UserError(
                        f"{results_dir} is locked by another process; try again when it is done"
                    ) from None
                time.sleep(0.05)
        _sweep(results_dir)
        yield
    finally:
        os.close(directory)


def _sweep(results_dir: str) -> None:
    """Remove what processes that were killed left behind."""
    for aside in [*Path(results_dir).glob("*.json.*.tmp"), *Path(results_dir).glob("*/*.tmp")]:
        number = aside.suffixes[-2].removeprefix(".") if len(aside.suffixes) > 1 else ""
        if number.isdigit() and not Path("/proc", number).exists() and Path("/proc").is_dir():
            with contextlib.suppress(OSError):
                aside.unlink()


def write_whole(write: Callable[..., Any], path: str, *args: Any, **kwargs: Any) -> None:
    """Let *write*, asv's writer, write a file aside, and move it into place when it is whole.

    Raises asv's UserError when it cannot be written; the file is then as it was.
    """
    path = os.path.abspath(path)
    # asv reads what ends with .json.
    aside = f"{path}.{os.getpid()}.tmp"
    try:
        write(aside, *args, **kwargs)
        os.replace(aside, path)
    except OSError as error:
        raise _cannot_write(path, error) from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(aside)


def _cannot_write(path: str, error: OSError) -> util.UserError:
    what = os.strerror(error.errno) if error.errno else str(error)
    hint = "; free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
    return util.UserError(f"cannot write {path}: {what}{hint}")


def adopt(results: Results, results_dir: str, changed: Collection[str]) -> None:
    """Take into *results* what another process wrote since they were read.

    *changed* are the benchmarks that are this process's to say.
    """
    try:
        theirs = Results.load(os.path.join(results_dir, results._filename))
    except (OSError, util.UserError):
        return
    for name in [*results.get_all_result_keys(), *theirs.get_all_result_keys()]:
        if name not in changed:
            for kept in _BY_BENCHMARK:
                mine, other = getattr(results, kept), getattr(theirs, kept)
                mine.pop(name, None)
                if name in other:
                    mine[name] = other[name]


def rows(results: Results, names: Collection[str]) -> dict[str, Encoded]:
    """Return what asv's writer makes of these benchmarks, for another process to write.

    *results* are of no other use afterwards.
    """
    for kept in _BY_BENCHMARK:
        of = getattr(results, kept)
        setattr(results, kept, {name: of[name] for name in names if name in of})
    made = {}

    def take(_path: str, data: dict[str, Any], *_args: Any, **_kwargs: Any) -> None:
        made.update(data["results"])

    with _writing(take):
        results.save("")
    return {name: speed.encode(row) for name, row in made.items()}


@contextlib.contextmanager
def _writing(write_json: Callable[..., None]) -> Iterator[None]:
    """Let asv write by another function meanwhile."""
    before = util.write_json
    util.write_json = write_json
    try:
        yield
    finally:
        util.write_json = before


def machine_file(conf: Any, machine: Machine) -> Path:
    """Return where asv keeps what it knows of a machine."""
    return Path(conf.results_dir, machine.machine, "machine.json")


@dataclass
class File:
    """A results file to be written.

    Attributes:
        results: what it holds.
        machine: the machine of the results.
        rows: benchmarks that :func:`rows` of another process laid out.
    """

    results: Results
    machine: Machine
    rows: Mapping[str, Encoded]


def write(conf: Any, files: Iterable[File], benchmarks: dict[str, Any] | None) -> None:
    """Let asv write the files aside, and move them into place when all of them are whole.

    *benchmarks* is asv's whole list, where it changes. Raises asv's UserError
    when something cannot be written; all is then as it was.
    """
    written: dict[str, str] = {}
    write_json = util.write_json
    rows: Mapping[str, Encoded] = {}

    def write_aside(path: str, data: Any, *args: Any, **kwargs: Any) -> None:
        # asv reads what ends with .json.
        aside = f"{os.path.abspath(path)}.{os.getpid()}.tmp"
        written[aside] = path
        if rows:
            data["results"].update(rows)
        write_json(aside, data, *args, **kwargs)

    try:
        with _writing(write_aside):
            for file in files:
                rows = file.rows
                file.results.save(conf.results_dir)
                rows = {}
                if not machine_file(conf, file.machine).exists():
                    file.machine.save(conf.results_dir)
            if benchmarks is not None:
                Benchmarks(conf, benchmarks.values()).save()
        for aside, path in sorted(written.items()):
            os.replace(aside, path)
    except OSError as error:
        raise _cannot_write(conf.results_dir, error) from None
    finally:
        for aside in written:
            with contextlib.suppress(OSError):
                os.unlink(aside)
