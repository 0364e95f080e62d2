"""The commands of asv and gopybench, each in a process of its own that has imported them already.

Starting Python and importing asv takes longer than most commands. Here a
server, of multiprocessing, has imported it all and forks for each command.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from asv.main import main as asv

from gopybench.cli import main as gopybench

_MAINS = {"asv": asv, "gopybench": gopybench}
_CONTEXT = multiprocessing.get_context("forkserver")


def is_known(program: str) -> bool:
    """Return whether :func:`run` can run that program."""
    return program in _MAINS


def run(
    command: list[str], cwd: Path, environment: dict[str, str], stdin: bytes
) -> subprocess.CompletedProcess[bytes]:
    """Run a command as :func:`subprocess.run` does, and return how it ended and what it said."""
    _CONTEXT.set_forkserver_preload([f"{__package__}.preloaded"])
    with tempfile.TemporaryDirectory() as directory:
        streams = [os.path.join(directory, name) for name in ("stdin", "stdout", "stderr")]
        Path(streams[0]).write_bytes(stdin)
        process = _CONTEXT.Process(target=_run, args=(command, cwd, environment, streams))
        process.start()
        process.join()
        said = [Path(path).read_bytes() for path in streams[1:]]
    assert process.exitcode is not None
    return subprocess.CompletedProcess(command, process.exitcode, *said)


def _run(command: list[str], cwd: Path, environment: dict[str, str], streams: list[str]) -> None:
    for number, path in enumerate(streams):
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY
        os.dup2(os.open(path, flags), number)
    # Of these, multiprocessing closed this one.
    sys.stdin = os.fdopen(0, closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    # What the process is like that a user starts.
    multiprocessing.set_start_method(None, force=True)
    sys.argv = command
    sys.exit(_MAINS[command[0]]())
