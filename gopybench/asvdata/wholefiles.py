"""Files that are whole at all times, and directories that one process changes at a time."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
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

# A list of what is to be moved where.
_RENAMES = "renames"


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
        is_alone = True
        while True:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if not isinstance(error, BlockingIOError):
                    # As on some network file systems: results are worth more than the lock.
                    saidonce.warn(f"{directory} cannot be locked: {error.strerror}")
                    is_alone = False
                    break
                if time.monotonic() > deadline:
                    raise UserError(
                        f"{directory} is locked by another process; try again when it is done"
                    ) from None
                time.sleep(0.05)
        _tidy(Path(directory), is_alone)
        yield
    finally:
        os.close(opened)


def _tidy(directory: Path, is_alone: bool) -> None:
    """Finish what killed processes began to put in place, and remove what they left behind."""
    for renames in directory.glob(_name(_RENAMES, "*")):
        if is_alone or _is_dead(renames):
            _finish(renames)
    for aside in [*directory.glob(_name("*", "*")), *directory.glob("*/*.tmp")]:
        if _is_dead(aside):
            with contextlib.suppress(OSError):
                aside.unlink()


def _name(what: str, process: object) -> str:
    """Return the name of a file that a process writes aside. asv reads what ends with .json."""
    return f"{what}.json.{process}.tmp"


def _is_dead(aside: Path) -> bool:
    """Return whether the process that wrote a file aside is no longer there."""
    number = aside.suffixes[-2].removeprefix(".") if len(aside.suffixes) > 1 else ""
    return number.isdigit() and not Path("/proc", number).exists() and Path("/proc").is_dir()


def _finish(renames: Path) -> None:
    """Put in place what a process was killed at; raise UserError where that is not possible."""
    try:
        of = json.loads(renames.read_bytes())
        if not all(_is_inside(renames.parent / name, renames.parent) for one in of for name in one):
            raise ValueError(f"{renames} names files of another directory")
        for aside, path in of:
            with contextlib.suppress(FileNotFoundError):
                os.replace(renames.parent / aside, renames.parent / path)
        renames.unlink()
    except (OSError, TypeError, ValueError) as error:
        raise UserError(
            f"cannot finish what {renames} says that a process was killed at: {error}"
        ) from None
    saidonce.warn(f"{renames.parent}: finished what a process was killed at")


def _is_inside(path: str | Path, directory: str | Path) -> bool:
    return Path(path).resolve().is_relative_to(Path(directory).resolve())


def write_all(writers: Mapping[str, Callable[[str], object]], directory: str | None = None) -> None:
    """Write files aside, and move them into place when all of them are whole.

    *writers* are by path; each is called with another path to write to. Raises
    asv's UserError when a file cannot be written; all files are then as they were.
    If the process is killed while it moves them, the next one that locks
    *directory* moves the rest.
    """
    asides: dict[str, str] = {}
    kept: dict[str, str] = {}
    placed: list[str] = []
    path = ""
    renames = os.path.join(directory or "", _name(_RENAMES, os.getpid()))
    draft = _beside(renames, "draft")
    try:
        for number, (path, write) in enumerate(writers.items()):
            # A symbolic link stays one.
            real = os.path.realpath(path)
            asides[real] = aside = _beside(real, f"{number}")
            os.makedirs(os.path.dirname(aside), exist_ok=True)
            write(aside)
            with contextlib.suppress(FileNotFoundError):
                shutil.copymode(real, aside)
            _to_disk(aside)
        for number, path in enumerate(asides):
            if os.path.lexists(path):
                kept[path] = _beside(path, f"{number}.old")
                _keep(path, kept[path])
        if directory is not None and all(_is_inside(path, directory) for path in asides):
            path, start = renames, os.path.realpath(directory)
            of = [[os.path.relpath(name, start) for name in pair[::-1]] for pair in asides.items()]
            Path(draft).write_text(json.dumps(of), encoding="utf-8")
            _to_disk(draft)
            os.replace(draft, renames)
        for path, aside in asides.items():
            os.replace(aside, path)
            placed.append(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(renames)
        for done in placed:
            with contextlib.suppress(OSError):
                os.replace(kept[done], done) if done in kept else os.unlink(done)
        if not isinstance(error, OSError):
            raise
        what = os.strerror(error.errno) if error.errno else str(error)
        hint = "; free some space" if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
        raise UserError(f"cannot write {path}: {what}{hint}") from None
    finally:
        for aside in (renames, draft, *asides.values(), *kept.values()):
            with contextlib.suppress(OSError):
                os.unlink(aside)


def _beside(path: str, what: str) -> str:
    """Return the path of a file beside another, whose own name may be as long as one can be."""
    return os.path.join(os.path.dirname(path), _name(what, os.getpid()))


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
