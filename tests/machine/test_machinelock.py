"""The lock on a machine, between processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from asv.util import UserError

from gopybench.machine import machinelock

HOLDS = """
import sys
from gopybench.machine import machinelock
with machinelock.held(print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(machinelock.LOCK, str(tmp_path / "lock"))
    return tmp_path / "lock"


@pytest.fixture
def other() -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock until its input ends."""
    command = [sys.executable, "-c", HOLDS]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_it_waits_for_another_and_says_so(other: subprocess.Popen[str], lock: Path) -> None:
    said: list[str] = []
    with pytest.raises(UserError, match=f"has locked {lock}"), machinelock.held(said.append, 0.2):
        pass
    assert said == [f"Waiting: something else measures on this machine ({lock} is locked)"]


@pytest.mark.parametrize("is_killed", [False, True])
def test_it_is_free_when_the_other_is_gone(other: subprocess.Popen[str], is_killed: bool) -> None:
    if is_killed:
        other.kill()
    else:
        assert other.stdin is not None
        other.stdin.close()
    with machinelock.held(print, 30) as locked:
        assert locked is not None


def test_what_inherits_it_keeps_it() -> None:
    with machinelock.held(print) as locked:
        assert locked is not None
        sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
        child = subprocess.Popen(sleeps, pass_fds=[locked])
    with pytest.raises(UserError), machinelock.held(print, 0.2):
        pass
    child.kill()
    child.wait()
    with machinelock.held(print, 1):
        pass


def test_what_is_started_with_it_held_does_not_wait(other: subprocess.Popen[str]) -> None:
    environ = {**os.environ, **machinelock.inherited()}
    command = [sys.executable, "-c", HOLDS]
    run = subprocess.run(
        command, env=environ, input="", stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )
    assert run.stdout == "held\n"


def test_it_can_be_set_aside(other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(machinelock.LOCK, "none")
    began = time.monotonic()
    with machinelock.held(print) as locked:
        assert locked is None
    assert time.monotonic() - began < 1


def test_a_file_that_cannot_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(machinelock.LOCK, str(tmp_path / "no/lock"))
    said: list[str] = []
    with machinelock.held(said.append) as locked:
        assert locked is None
    assert "this machine is not locked" in said[0]
    assert "GOPYBENCH_MACHINE_LOCK names another file" in said[0]


def test_all_users_have_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(machinelock.LOCK)
    path = machinelock.path()
    assert path is not None
    assert path.name == "gopybench-machine.lock"
    # Whoever may write there, others may too.
    assert path.parent.stat().st_mode & 0o777 == 0o777
