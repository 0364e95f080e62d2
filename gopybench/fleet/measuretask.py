"""One task on a worker: ``asv run`` for one commit in one environment -> its files as text."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from asv.results import get_filename
from asv.util import UserError

from gopybench.fleet.workspace import Workspace
from gopybench.machine import machinelock, provenance

# In bytes: asv's files of one commit, and its list of benchmarks.
MAX_TEXT = 64 << 20

# What a program says where a disk is full. asv takes that for a benchmark's failure.
_FULL = [os.strerror(code).lower() for code in (errno.ENOSPC, errno.EDQUOT)]

# Of what asv has said the end is kept, in characters.
_LAST_WORDS = 4000

# Options of asv's that a task may have; all else a client decides itself.
_ALLOWED = (
    *("--bench", "--attribute", "--launch-method", "--quick", "--profile"),
    *("--record-samples", "--append-samples"),
    *("--skip-existing-successful", "--skip-existing-failed"),
)


def discover(
    workspace: Workspace,
    task: Mapping[str, Any],
    commits: Sequence[str],
    specs: Sequence[str],
    locked: int | None,
) -> tuple[str | None, str]:
    """Return the benchmarks that asv finds for all commits that a client wants measured.

    They are as :mod:`~gopybench.fleet.discovering` writes them, None where it finds none;
    with them goes what it said. *specs* are as asv's ``-E``, *locked* is as of :func:`measure`.
    Raises asv's UserError and OSError.
    """
    with tempfile.TemporaryDirectory(prefix="gopybench-fleet-") as directory:
        results, found = Path(directory, "results"), Path(directory, "found.json")
        said, hashes = Path(directory, "said"), Path(directory, "hashes")
        _give(results / "benchmarks.json", task["benchmarks"])
        hashes.write_text("\n".join(commits), encoding="utf-8")
        workspace.settle(task["machine"])
        config = str(workspace.configure(results_dir=str(results)))
        module = [sys.executable, "-m", "gopybench.fleet.discovering"]
        selected = [word for spec in specs for word in ("-E", spec)]
        command = [*module, config, str(found), str(hashes), *selected]
        code = run(command, workspace, said, locked)
        _check_disk(said.read_text(encoding="utf-8", errors="replace"))
        return None if code else found.read_text(encoding="utf-8"), last_words(said)


def measure(
    workspace: Workspace, task: Mapping[str, Any], discovered: str | None, locked: int | None
) -> dict[str, Any]:
    """Run asv for a task; return how it ended, what it has written and what it said last.

    *discovered* is what :func:`discover` has returned; without it asv looks for benchmarks
    itself. *locked* is the descriptor of the machine's lock, which asv keeps, too. Raises
    asv's UserError and OSError.
    """
    options = [str(option) for option in task["options"]]
    _check(options)
    machine: Mapping[str, str] = task["machine"]
    name = machine["machine"]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gopybench-fleet-") as directory:
        results = Path(directory, "results")
        file = results / get_filename(name, task["commit"], task["environment"])
        listed = results / "benchmarks.json"
        found = Path(directory, "found.json")
        given = ((file, task["results"]), (listed, task["benchmarks"]), (found, discovered))
        for path, text in given:
            _give(path, text)
        hashes = Path(directory, "hashes")
        hashes.write_text(f"{task['commit']}\n", encoding="utf-8")
        workspace.settle(machine)
        config = workspace.configure(results_dir=str(results))
        command = [sys.executable, "-m", "gopybench.fleet.asvtask", str(found), "run"]
        command += [f"HASHFILE:{hashes}", "--config", str(config), "-E", task["select"]]
        command += ["--machine", name, *options]
        said = Path(directory, "said")
        code = run(command, workspace, said, locked, str(task["began"]))
        if code:
            _check_disk(said.read_text(encoding="utf-8", errors="replace") + (_text(file) or ""))
        return {
            "code": code,
            "results": _text(file),
            "benchmarks": _text(listed),
            "words": last_words(said),
            "seconds": time.monotonic() - began,
        }


def run(
    command: Sequence[str], workspace: Workspace, said: Path, locked: int | None, began: str = ""
) -> int:
    """Run a command as :func:`start` does, with the machine's lock; return its exit code."""
    process = start(command, workspace, said, [] if locked is None else [locked], began)
    try:
        return process.wait()
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def start(
    command: Sequence[str], workspace: Workspace, said: Path, kept: Sequence[int], began: str = ""
) -> subprocess.Popen[bytes]:
    """Start a command in a project's clone, which writes what it says to *said*.

    It ends when this process does, or closes its standard input, and has the descriptors
    that are *kept* until then. *began* is when the fleet's run did, which is noted with what
    it measures.
    """
    scripts = str(Path(sys.executable).parent)
    environ = {
        **os.environ,
        **machinelock.inherited(),
        "HOME": str(workspace.home),
        # Where asv is, virtualenv and go may be, too.
        "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
        provenance.MACHINE: os.uname().nodename,
        provenance.FLEET: began,
    }
    with said.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "gopybench.fleet.guarded", *command],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environ,
            pass_fds=kept,
            start_new_session=True,
        )


def last_words(said: Path) -> str:
    """Return the end of what a command has said."""
    with said.open("rb") as file:
        file.seek(max(0, said.stat().st_size - 2 * _LAST_WORDS))
        return file.read().decode(errors="replace")[-_LAST_WORDS:].strip()


def _check(options: Sequence[str]) -> None:
    """Raise asv's UserError for an option that is not for a task."""
    for option in options:
        if option.partition("=")[0] not in _ALLOWED:
            raise UserError(f"not an option of a task: {option}")


def _check_disk(words: str) -> None:
    """Raise asv's UserError where words say that a disk is full."""
    if any(full in words.lower() for full in _FULL):
        raise UserError("the disk is full")


def _give(path: Path, text: str | None) -> None:
    """Write a text into a file, if there is one; make the directory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is not None:
        path.write_text(text, encoding="utf-8")


def _text(path: Path) -> str | None:
    if not path.exists():
        return None
    if (size := path.stat().st_size) > MAX_TEXT:
        raise UserError(f"{path.name} is larger than can be sent: {size} bytes of {MAX_TEXT}")
    return path.read_text(encoding="utf-8")
