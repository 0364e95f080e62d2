from __future__ import annotations

import errno
import os
import signal
import time

import psutil
import pytest

from gopybench.benchfmt import ahead as module
from gopybench.benchfmt.ahead import ahead


@pytest.fixture(autouse=True)
def _cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_cores", lambda: 2)


def _killed() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 1


def _failing() -> int:
    raise ValueError


def test_a_value_of_another_process() -> None:
    with ahead(os.getpid) as wait:
        assert wait() not in (None, os.getpid())


def test_what_is_here_is_there() -> None:
    big = [float(i) for i in range(1_000_000)]
    with ahead(lambda: big) as wait:
        assert wait() == big


@pytest.mark.parametrize("compute", [_killed, _failing, lambda: lambda: None])
def test_a_process_that_gives_nothing(compute: object) -> None:
    with ahead(compute) as wait:  # type: ignore[arg-type]
        assert wait() is None


def test_one_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_cores", lambda: 1)
    with ahead(_killed) as wait:
        assert wait() is None


def test_no_process_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def fork() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", fork)
    with ahead(os.getpid) as wait:
        assert wait() is None


def test_no_descriptor_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def pipe(*_: object) -> object:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "pipe", pipe)
    with ahead(os.getpid) as wait:
        assert wait() is None


def test_an_interrupt_is_not_the_other_processs() -> None:
    with ahead(lambda: os.kill(os.getpid(), signal.SIGINT) or 1) as wait:
        assert wait() == 1


def test_nothing_stays_behind() -> None:
    before = len(os.listdir("/proc/self/fd"))

    def fail_beside(seconds: float) -> None:
        with ahead(lambda: time.sleep(seconds)):
            raise KeyError

    for _ in range(3):
        with pytest.raises(KeyError):
            fail_beside(60)
    assert psutil.Process().children() == []
    assert len(os.listdir("/proc/self/fd")) == before
