from __future__ import annotations

import subprocess

import pytest

from gopybench import callgrind


def test_counts_are_told_by_process() -> None:
    output = "==12== Collected : 345\nCollected : 7\n==13== \n==13== Collected : 6\n"
    assert callgrind.counts(output) == {"12": 345, "13": 6}


@pytest.mark.skipif(not callgrind.is_installed(), reason="valgrind is not installed")
def test_a_program_is_counted_alike_every_time() -> None:
    found = []
    for options in ((), (), ("--collect-atstart=no",)):
        command = [*callgrind.command(*options), "true"]
        run = subprocess.run(command, check=True, capture_output=True, text=True)
        found += callgrind.counts(run.stderr).values()
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    assert found[0] > 10_000
    assert found[2] == 0


def test_without_valgrind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert not callgrind.is_installed()
