"""What takes too long is stopped, whatever it is doing, and so is the program that it waits for."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

import pytest
from asv import util

from gopybench.bridge import processes
from gopybench.turns.budget import Spent, limited

from ..go_module import wait_until_gone

# Prints for ever where it runs, and does so in a file as well.
PRINTS = (
    "import os, sys, time\nopen(sys.argv[1], 'w').write(str(os.getpid()))\n"
    "while True: print('trying again', flush=True); time.sleep(0.05)"
)


@pytest.mark.parametrize("by", ["asv", "the bridge"])
def test_a_program_that_prints_for_ever(tmp_path: Path, by: str) -> None:
    """asv's own timeout is for silence alone: Python's benchmarks need the limit, too."""
    file = tmp_path / "pid"
    command = [sys.executable, "-c", PRINTS, str(file)]

    def run() -> object:
        if by == "asv":
            return util.check_output(command, timeout=60, valid_return_codes=None)
        return processes.run(command, print, cwd=tmp_path, env=os.environ, timeout=None)

    with pytest.raises(Spent), limited(1.5):
        run()
    wait_until_gone(int(file.read_text()))


def test_it_is_no_error_that_one_handles() -> None:
    with pytest.raises(Spent), limited(0.05), contextlib.suppress(Exception):
        time.sleep(10)


def test_no_time_at_all() -> None:
    with pytest.raises(Spent), limited(-1.0):
        raise AssertionError("there is no time for this")


def test_in_time() -> None:
    with limited(0.1):
        pass
    time.sleep(0.2)
