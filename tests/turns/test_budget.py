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
from gopybench.turns.budget import Budget, Spent

from ..go_module import wait_until_gone

# Prints for ever where it runs, and does so in a file as well.
PRINTS = (
    "import os, sys, time\nopen(sys.argv[1], 'w').write(str(os.getpid()))\n"
    "while True: print('trying again', flush=True); time.sleep(0.05)"
)


def wait(command: list[str], by: str = "the bridge", timeout: float | None = None) -> object:
    """Wait for a program as asv does or as the bridge does."""
    if by == "asv":
        return util.check_output(command, timeout=60, valid_return_codes=None)
    return processes.run(command, print, cwd=Path(), env=os.environ, timeout=timeout)


@pytest.mark.parametrize("by", ["asv", "the bridge"])
def test_a_program_that_prints_for_ever(tmp_path: Path, by: str) -> None:
    """asv's own timeout is for silence alone: Python's benchmarks need the limit, too."""
    file = tmp_path / "pid"
    budget = Budget(1.5)
    with pytest.raises(Spent), budget.running():
        wait([sys.executable, "-c", PRINTS, str(file)], by)
    wait_until_gone(int(file.read_text()))
    with pytest.raises(Spent), budget.running():
        raise AssertionError("there is no time for this")


@pytest.mark.parametrize("script", ["sleep 60", "exec >&- 2>&-; sleep 60"])
def test_it_is_no_error_that_one_handles(script: str) -> None:
    with pytest.raises(Spent), Budget(0.3).running(), contextlib.suppress(Exception):
        wait(["sh", "-c", script])


def test_nothing_is_left_half_done() -> None:
    """It waits until a program is waited for."""
    done = []

    def work() -> None:
        time.sleep(0.3)
        done.append("written")
        wait(["sleep", "60"])

    with pytest.raises(Spent), Budget(0.1).running():
        work()
    assert done == ["written"]


def test_in_time() -> None:
    with Budget(0.2).running():
        pass
    wait(["sleep", "0.3"])


def test_what_is_built_takes_none_of_it() -> None:
    budget = Budget(0.5)
    build = budget.apart(wait)
    build(["sleep", "0.1"])
    with budget.running():
        build(["sleep", "0.7"])
        assert 0.3 < budget.left < 0.5
    with pytest.raises(Spent), budget.running():
        wait(["sleep", "60"])
