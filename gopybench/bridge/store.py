"""Changes to results/: one import at a time, and every file whole at any time."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asv import util
from asv.benchmarks import Benchmarks
from asv.machine import Machine
from asv.results import Results

# How long to wait for another import into the same results, in seconds.
LOCK_TIMEOUT = 60.0


@contextlib.contextmanager
def locked(results_dir: str) -> Iterator[None]:
    """Keep other imports out of *results_dir* while this one reads, changes and writes it.

    Raises asv's UserError when another import stays in there.
    """
    try:
        os.makedirs(results_dir, exist_ok=True)
        directory = os.open(results_dir, os.O_RDONLY)
    except OSError as error:
        raise util.UserError(f"cannot open {results_dir}: {error.strerror}") from None
    try:
        deadline = time.monotonic() + LOCK_TIMEOUT
        while True:
            try:
                fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise util.UserError(
                        f"{results_dir} is locked by another import; try again when it is done"
                    ) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(directory)


def machine_file(conf: Any, machine: Machine) -> Path:
    """Return where asv keeps what it knows of a machine."""
    return Path(conf.results_dir, machine.machine, "machine.json")


def write(
    conf: Any, machine: Machine, files: list[Results], benchmarks: dict[str, Any] | None
) -> None:
    """Let asv write the files aside, and move them into place when all of them are whole.

    *benchmarks* is asv's whole list, where it changes. Raises asv's UserError
    when something cannot be written; all is then as it was.
    """
    try:
        for left_by_a_killed_import in Path(conf.results_dir).glob(".import-*"):
            shutil.rmtree(left_by_a_killed_import)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=conf.results_dir) as aside:
            for results in files:
                results.save(aside)
            if files and not machine_file(conf, machine).exists():
                machine.save(aside)
            if benchmarks is not None:
                target, conf.results_dir = conf.results_dir, aside
                try:
                    Benchmarks(conf, benchmarks.values()).save()
                finally:
                    conf.results_dir = target
            for path in sorted(Path(aside).rglob("*.json")):
                target = Path(conf.results_dir, path.relative_to(aside))
                target.parent.mkdir(exist_ok=True)
                os.replace(path, target)
    except OSError as error:
        what = os.strerror(error.errno) if error.errno else str(error)
        hint = "; free some space" if error.errno == errno.ENOSPC else ""
        raise util.UserError(f"cannot write into {conf.results_dir}: {what}{hint}") from None
