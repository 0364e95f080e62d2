"""Valgrind's callgrind, which counts a program's instructions: its command and what it prints.

The standard library alone: the subject needs it at every measured commit, and
so does the bridge.
"""

from __future__ import annotations

import re
import shutil

_COLLECTED = re.compile(r"==([0-9]+)== Collected : ([0-9]+)")


def is_installed() -> bool:
    """Return whether valgrind is on PATH."""
    return shutil.which("valgrind") is not None


def command(*options: str) -> list[str]:
    """Return the command to put before a program's: it counts, and keeps the addresses alike.

    *options* are further ones of callgrind.
    """
    fixed = ["setarch", "-R"] if shutil.which("setarch") else []
    return [*fixed, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *options]


def counts(output: str) -> dict[str, int]:
    """Return the instructions of each process that ended, by its id, in valgrind's *output*."""
    return {pid: int(count) for pid, count in _COLLECTED.findall(output)}
