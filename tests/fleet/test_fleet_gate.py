"""``gate --fleet`` and its like, with a real scheduler and workers."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..conftest import Project, make_go_project
from .fleets import PATIENCE, Fleet, client

pytest.importorskip("distributed")

WORK = """package m

var Kept []byte
var Sum int

func Work() {{
	for i := 0; i < {n}; i++ {{
		Sum += i ^ Sum
	}}
	Kept = make([]byte, {size})
}}
"""
TEST = """package m

import "testing"

func BenchmarkWork(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		Work()
	}
}

func BenchmarkFails(b *testing.B) {
	if Sum > 1<<62 || len(Kept) == 81 {
		b.Fatal("no work")
	}
}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, str]]:
    """A module's commits: one, one of the same code, and a slow one that takes more memory."""
    files = {"work.go": WORK.format(n=10_000, size=64), "work_test.go": TEST}
    project = make_go_project(tmp_path_factory.mktemp("gate") / "p", files)
    commits = {"first": project.commit("First")}
    project.write("notes.txt", "nothing else")
    commits["same"] = project.commit("Same code")
    project.write("work.go", WORK.format(n=200_000, size=80))
    commits["slow"] = project.commit("Twenty times as slow, and larger")
    return project, commits


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A scheduler with two workers, each of which is a machine to it."""
    fleet = Fleet(tmp_path_factory.mktemp("fleet"))
    for _ in range(2):
        fleet.worker()
    yield fleet
    fleet.close()


def test_a_slowdown_on_two_machines(project: tuple[Project, dict[str, str]], two: Fleet) -> None:
    """The verdicts, exit code and report are those of a gate on one."""
    of, commits = project
    options = (commits["same"], commits["slow"], "--fleet", two.address, "--format", "json")
    run = of.run("gopybench", "gate", *options, code=1)
    report = json.loads(run.stdout)
    said = {c["benchmark"]: c for c in report["comparisons"]}
    assert {name: c["verdict"] for name, c in said.items() if "Fails" not in name} == {
        "m.Work.time_work": "worse",
        "m.Work.track_bytes_per_op": "worse",
        "m.Work.track_allocs_per_op": "same",
    }
    time = said["m.Work.time_work"]
    assert 2 < time["low"] <= time["ratio"] <= time["high"]
    assert len(time["base"]) == len(time["head"]) >= 13
    assert re.search(r"^Measured on 2 machines \(.*\): they (agree|differ)", run.stderr, re.M)
