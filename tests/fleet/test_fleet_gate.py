"""``gate --fleet`` and its like, with a real scheduler and workers."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..conftest import Project, make_go_project
from ..go_module import bench, source
from .fleets import PATIENCE, Fleet, assert_gone, client, measures

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
    assert {name: c["verdict"] for name, c in said.items()} == {
        "m.Work.time_work": "worse",
        "m.Work.track_bytes_per_op": "worse",
        "m.Work.track_allocs_per_op": "same",
    }
    time = said["m.Work.time_work"]
    assert 2 < time["low"] <= time["ratio"] <= time["high"]
    assert len(time["base"]) == len(time["head"]) >= 13
    assert re.search(r"^Measured on 2 machines \(.*\): they (agree|differ)", run.stderr, re.M)


# Takes a while, and has the same value however long that is.
COUNTED = source(
    "m",
    bench("Own", before='time.Sleep(1e8); b.ReportMetric(Count, "instructions")'),
    imports=("time",),
)


def test_a_machine_is_lost_in_the_middle(tmp_path: Path) -> None:
    """Its turns are lost, and the others go on."""
    files = {"m.go": "package m\n\nconst Count = 100\n", "m_test.go": COUNTED}
    once = {"number": 1, "repeat": 1, "rounds": 1}
    settings = {"dir": ".", "attributes": {".*": once}}
    project = make_go_project(tmp_path / "p", files, go=settings)
    base = project.commit("First")
    project.write("m.go", "package m\n\nconst Count = 200\n")
    head = project.commit("Twice as many")
    fleet = Fleet(tmp_path)
    try:
        first, _ = fleet.worker(), fleet.worker()
        options = (base, head, "--fleet", fleet.address, "--bench", "track", "--format", "json")
        with client(project, *options, command="gate") as process:
            started = measures(first)
            first.send_signal(signal.SIGKILL)
            said = process.communicate(timeout=PATIENCE)[0]
        assert process.returncode == 1, said
        assert "is gone (tcp://127.0.0.1:" in said
        report = json.loads(said[said.index("{\n") :])
        verdicts = {c["benchmark"]: c for c in report["comparisons"]}
        one = verdicts["m.Own.track_instructions"]
        assert (one["verdict"], one["ratio"]) == ("worse", pytest.approx(2))
        assert len(one["base"]) >= 5
        assert_gone(started)
    finally:
        fleet.close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--machine", "box"], "--machine is for results of this machine"),
        (["-E", "virtualenv:2.0"], "left out: "),
        (["--fleet", "nonsense://x"], "no scheduler of Dask's at nonsense://x"),
        (["--bench", "nothing_like_it"], "nothing was measured"),
    ],
)
def test_bad_input_is_named(
    project: tuple[Project, dict[str, str]], two: Fleet, options: list[str], words: str
) -> None:
    of, commits = project
    command = ["gate", commits["first"], commits["same"], "--fleet", two.address, *options]
    run = of.run("gopybench", *command, code=2)
    assert words in run.stdout + run.stderr
