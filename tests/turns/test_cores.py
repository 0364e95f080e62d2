"""Where a process ran, and how it is woken elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from gopybench.turns import cores

# Has a second thread that works once it is told to.
PROGRAM = """
import sys, threading, time
go = threading.Event()

def work():
    go.wait()
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass
    print("done", flush=True)

threading.Thread(target=work).start()
print("ready", flush=True)
sys.stdin.readline()
go.set()
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def affinities(pid: int) -> list[set[int]]:
    return [os.sched_getaffinity(int(thread)) for thread in os.listdir(f"/proc/{pid}/task")]


def test_all_threads_are_bound_for_a_moment(process: subprocess.Popen[str]) -> None:
    before = affinities(process.pid)
    core = max(before[0])
    assert len(before) == 2
    with cores.waking_on(process.pid, core):
        assert affinities(process.pid) == [{core}, {core}]
    assert affinities(process.pid) == before
    # None, and a core that it may not use, change nothing.
    for nowhere in (None, 100_000):
        with cores.waking_on(process.pid, nowhere):
            assert affinities(process.pid) == before


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="this machine has one core")
def test_a_thread_that_is_bound_elsewhere_stays_so(process: subprocess.Popen[str]) -> None:
    first, second, *_ = sorted(os.sched_getaffinity(process.pid))
    (other,) = {int(name) for name in os.listdir(f"/proc/{process.pid}/task")} - {process.pid}
    os.sched_setaffinity(other, {second})
    before = affinities(process.pid)
    with cores.waking_on(process.pid, first):
        assert os.sched_getaffinity(process.pid) == {first}
        assert os.sched_getaffinity(other) == {second}
    assert affinities(process.pid) == before


def test_the_thread_that_ran_most_says_where_it_was(process: subprocess.Popen[str]) -> None:
    before = cores.run_times(process.pid)
    assert len(before) == 2
    assert process.stdin is not None
    assert process.stdout is not None
    core = max(os.sched_getaffinity(process.pid))
    with cores.waking_on(process.pid, core):
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.stdout.readline() == "done\n"
        assert cores.last_core(process.pid, before) == core


def test_a_process_that_is_gone_is_nowhere() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert cores.run_times(process.pid) == {}
    assert cores.last_core(process.pid, {}) is None
    with cores.waking_on(process.pid, 0):
        pass
