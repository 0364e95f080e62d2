"""Schedulers and workers of Dask's in processes of their own, and clients, for tests."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest

from ..conftest import BIN, PATH, Project

distributed = pytest.importorskip("distributed")

PRELOAD = "gopybench.fleet.worker"

# For how long anything may take, in seconds.
PATIENCE = 300


class Fleet:
    """A scheduler and workers in processes of their own."""

    def __init__(self, directory: Path, tls: list[str] | None = None) -> None:
        self._directory = directory
        self._tls = tls or []
        self.processes: list[subprocess.Popen[bytes]] = []
        file = directory / "scheduler.json"
        protocol = ["--protocol", "tls"] if tls else []
        self._start("scheduler", "--scheduler-file", str(file), "--port", "0", *protocol)
        deadline = time.monotonic() + PATIENCE
        while not file.exists() or not file.read_text():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]

    def _start(
        self, *command: str, before: Sequence[str] = (), **environ: str
    ) -> subprocess.Popen[bytes]:
        name = f"{len(self.processes)}-{command[0]}"
        listens = ["--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
        with (self._directory / name).open("wb") as out:
            process = subprocess.Popen(
                [*before, BIN / "dask", *command, *listens, *self._tls],
                env={
                    **os.environ,
                    "PATH": PATH,
                    "GOTOOLCHAIN": "local",
                    **environ,
                },
                stdout=out,
                stderr=out,
            )
        self.processes.append(process)
        return process

    def worker(
        self, *options: str, before: Sequence[str] = (), **environ: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker, below the command *before* if there is one."""
        here = str(self._directory / f"of-{len(self.processes)}")
        command = ["worker", self.address, "--no-nanny", "--nthreads", "1"]
        options = options or ("--preload", PRELOAD)
        command += ["--local-directory", here]
        return self._start(*command, *options, before=before, **environ)

    def wait_for_workers(self, number: int) -> None:
        """Wait until so many are there."""
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(number, timeout=PATIENCE)

    def wait_for(self, words: str) -> None:
        """Wait until a process has said something."""
        deadline = time.monotonic() + PATIENCE
        while not any(words in path.read_text() for path in self._directory.glob("*-worker")):
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def close(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def client(
    project: Project, *options: str, command: str = "fleet", **environ: str
) -> subprocess.Popen[str]:
    """Start a command of gopybench, and return it."""
    return subprocess.Popen(
        [BIN / "gopybench", command, *options],
        cwd=project.path,
        env={**project.environment, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def measures(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Wait until a worker runs asv; return what it has started."""
    deadline = time.monotonic() + PATIENCE
    while True:
        started = psutil.Process(process.pid).children(recursive=True)
        if any(".test" in " ".join(_command(child)) for child in started):
            return started
        assert time.monotonic() < deadline
        time.sleep(0.02)


def rests(process: subprocess.Popen[bytes]) -> None:
    """Wait until a worker runs nothing."""
    deadline = time.monotonic() + PATIENCE
    while psutil.Process(process.pid).children():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def assert_gone(processes: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(processes, timeout=20)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
