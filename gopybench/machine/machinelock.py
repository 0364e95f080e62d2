"""A lock on the machine: what measures waits until nothing else does, whoever started that."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from asv.util import UserError

# Names another file to lock, such as one that containers of a machine share. NONE sets
# the lock aside, for whoever knows that neighbours do not matter.
LOCK = "GOPYBENCH_MACHINE_LOCK"
NONE = "none"

# Of a process that was started by one that has locked the machine: the file.
_HELD = "GOPYBENCH_MACHINE_IS_LOCKED"

# Where every user of a machine may make a file; the first that is there.
_DIRECTORIES = (Path("/run/lock"), Path("/var/lock"))
_NAME = "gopybench-machine.lock"

# For how long to wait, in seconds: others measure for hours.
PATIENCE = 24 * 3600.0


def path() -> Path | None:
    """Return the file that stands for this machine; None where the lock is set aside."""
    given = os.environ.get(LOCK, "").strip()
    if given:
        return None if given == NONE else Path(given)
    shared = (d for d in _DIRECTORIES if d.is_dir() and os.access(d, os.W_OK | os.X_OK))
    return next(shared, Path(tempfile.gettempdir())) / _NAME


@contextlib.contextmanager
def held(say: Callable[[str], object], patience: float = PATIENCE) -> Iterator[int | None]:
    """Keep others from measuring here, and tell by *say* that this has to wait for them.

    Yields the descriptor of the locked file: what inherits it keeps the lock. It is None
    where the lock is set aside, or held by what started this process. Raises asv's
    UserError when another one has it for *patience* seconds.
    """
    lock = path()
    if lock is None or os.environ.get(_HELD) == str(lock):
        yield None
        return
    try:
        opened = _open(lock)
    except OSError as error:
        # Results are worth more than the lock.
        say(f"this machine is not locked: {lock}: {error.strerror}; {LOCK} names another file")
        yield None
        return
    try:
        _wait(opened, lock, say, time.monotonic() + patience)
        yield opened
    finally:
        os.close(opened)


def inherited() -> dict[str, str]:
    """Return the variables for a process that is started with the lock held."""
    lock = path()
    return {} if lock is None else {_HELD: str(lock)}


def _open(lock: Path) -> int:
    # In a directory of all users Linux lets nobody "create" what another one has made.
    flags = os.O_RDONLY | os.O_CLOEXEC
    with contextlib.suppress(FileNotFoundError):
        return os.open(lock, flags)
    return os.open(lock, flags | os.O_CREAT, 0o644)


def _wait(opened: int, lock: Path, say: Callable[[str], object], deadline: float) -> None:
    is_told = False
    while True:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pass
        except OSError as error:
            say(f"this machine is not locked: {lock}: {error.strerror}")
            return
        if time.monotonic() > deadline:
            raise UserError(
                f"something else still measures on this machine: it has locked {lock}; "
                "end it, or try again when it is done"
            )
        if not is_told:
            say(f"Waiting: something else measures on this machine ({lock} is locked)")
            is_told = True
        time.sleep(0.05)
