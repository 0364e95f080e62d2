"""Files that are whole at all times, and directories that one process changes at a time."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from asv.util import UserError

from gopybench.asvdata import saidonce

# How long to wait for another process in the same results, in seconds: for an
# import, and for asv, which has measured for longer than that.
LOCK_TIMEOUT = 60.0
LOCK_TIMEOUT_OF_ASV = 3600.0


@contextlib.contextmanager
def locked(directory: str, timeout: float | None = None) -> Iterator[None]:
    """Keep other processes out of a directory while this one reads, changes and writes there.

    The directory is made where it is missing. Raises asv's UserError when
    another process is still in there after *timeout* seconds; by default
    :data:`LOCK_TIMEOUT`.
    """
    try:
        os.makedirs(directory, exist_ok=True)
        opened = os.open(directory, os.O_RDONLY)
    except OSError as error:
        raise UserError(f"cannot open {directory}: {error.strerror}") from None
    try:
        deadline = time.monotonic() + (LOCK_TIMEOUT if timeout is None else timeout)
        while True:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if not isinstance(error, BlockingIOError):
                    # As on some network file systems: results are worth more than the lock.
                    saidonce.warn(f"{directory} cannot be locked: {error.strerror}")
                    break
                if time.monotonic() > deadline:
                    raise UserError(
                        f"{directory} is locked by another process; try again when it is done"
                    ) from None
                time.sleep(0.05)
        _sweep(directory)
        yield
    finally:
        os.close(opened)


def _sweep(directory: str) -> None:
    """Remove what killed processes left behind."""
    for aside in [*Path(directory).glob("*.json.*.tmp"), *Path(directory).glob("*/*.tmp")]:
        number = aside.suffixes[-2].removeprefix(".") if len(aside.suffixes) > 1 else ""
        if number.isdigit() and not Path("/proc", number).exists() and Path("/proc").is_dir():
            with contextlib.suppress(OSError):
                aside.unlink()


def write_all(writers: Mapping[str, Callable[[str], object]]) -> None:
    """Write files aside, and move them into place when all of them are whole.

    *writers* are by path; each is called with another path to write to. Raises
    asv's UserError when a file cannot be written; all files are then as they were.
    """
    asides: dict[str, str] = {}
    kept: dict[str, str] = {}
    placed: list[str] = []
    path = ""
    try:
        for path, write in writers.items():
            # A symbolic link stays one. asv reads what ends with .json.
            real = os.path.realpath(path)
            asides[real] = aside = f"{real}.{os.getpid()}.tmp"
            os.makedirs(os.path.dirname(aside), exist_ok=True)
            write(aside)
            with contextlib.suppress(FileNotFoundError):
                shutil.copymode(real, aside)
            _to_disk(aside)
        for path in asides:
            if os.path.lexists(path):
                kept[path] = f"{path}.old.{os.getpid()}.tmp"
                _keep(path, kept[path])
        for path, aside in asides.items():
            os.replace(aside, path)
            placed.append(path)
    except OSError as error:
        what = os.strerror(error.errno) if error.errno else str(error)
        for done in placed:
            with contextlib.suppress(OSError):
                os.replace(kept[done], done) if done in kept else os.unlink(done)
        hint = "; free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
        raise UserError(f"cannot write {path}: {what}{hint}") from None
    finally:
        for aside in (*asides.values(), *kept.values()):
            with contextlib.suppress(OSError):
                os.unlink(aside)


def _to_disk(path: str) -> None:
    """Wait until a file is on the disk: renamed earlier, it might be empty after a crash."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _keep(path: str, name: str) -> None:
    """Keep a file under another name, too."""
    with contextlib.suppress(OSError):
        os.unlink(name)
    try:
        os.link(path, name)
    except OSError:
        shutil.copy2(path, name)  # not every file system has links


def write_whole(write: Callable[..., Any], path: str, *args: Any, **kwargs: Any) -> None:
    """Let *write*, which takes a path first, write one file as :func:`write_all` does."""
    write_all({path: lambda aside: write(aside, *args, **kwargs)})
