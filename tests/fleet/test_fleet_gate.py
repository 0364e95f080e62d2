"""``gate --fleet`` and its like, with a real scheduler and workers."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gopybench.machine import machinelock

from ..conftest import GO, Project, make_go_project
from ..go_module import QUICK, WORK, WORK_TEST, bench, source
from .fleets import PATIENCE, Fleet, assert_gone, client, measures

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, str]]:
    """A module's commits: one, one of the same code, and a slow one that takes more memory."""
    files = {"work.go": WORK.format(n=10_000, size=64), "work_test.go": WORK_TEST}
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


# One run is a sample.
ONCE: dict[str, Any] = {"dir": ".", "attributes": {".*": {"number": 1, "repeat": 1, "rounds": 1}}}

# Takes a while, and has the same value however long that is.
COUNTED = source(
    "m",
    bench("Own", before='time.Sleep(1e8); b.ReportMetric(Count, "instructions")'),
    imports=("time",),
)


def test_a_machine_is_lost_in_the_middle(tmp_path: Path) -> None:
    """Its turns are lost, and the others go on."""
    files = {"m.go": "package m\n\nconst Count = 100\n", "m_test.go": COUNTED}
    project = make_go_project(tmp_path / "p", files, go=ONCE)
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


def test_interrupted(project: tuple[Project, dict[str, str]], two: Fleet) -> None:
    """No turn is taken for nobody."""
    of, commits = project
    options = (commits["first"], commits["same"], "--fleet", two.address)
    with client(of, *options, command="gate") as process:
        started = measures(two.processes[1])
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=PATIENCE)[0]
    assert process.returncode == 130
    assert "gopybench gate: interrupted" in said
    assert "Traceback" not in said
    assert_gone(started)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--machine", "box"], "--machine is for results of this machine"),
        (["-E", "virtualenv:2.0"], "left out: "),
        (["--fleet", "nonsense://x"], "no scheduler of Dask's at nonsense://x"),
    ],
)
def test_bad_input_is_named(
    project: tuple[Project, dict[str, str]], two: Fleet, options: list[str], words: str
) -> None:
    of, commits = project
    command = ["gate", commits["first"], commits["same"], "--fleet", two.address, *options]
    run = of.run("gopybench", *command, code=2)
    assert words in run.stdout + run.stderr


SIZES = """package m

import (
	"os"
	"testing"
)

var Kept []byte

func BenchmarkWork(b *testing.B) {
	for _, mode := range []string{"threads", "processes"} {
		b.Run("mode="+mode, func(b *testing.B) {
			size := 64
			if os.Getenv("SIZE") == "128" && mode == "processes" {
				size = 256
			}
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				Kept = make([]byte, size)
			}
		})
	}
}
"""


def test_versus_on_two_machines(tmp_path: Path, two: Fleet) -> None:
    matrix = {"env_nobuild": {"SIZE": ["64", "128"]}}
    project = make_go_project(tmp_path / "p", {"m_test.go": SIZES}, matrix=matrix, go=ONCE)
    project.commit("First")
    small, large = f"{GO}-SIZE64", f"{GO}-SIZE128"
    options = ("--bench", "bytes_per_op", "--match", "mode=threads:processes", "--format", "json")
    command = ("gopybench", "versus", small, large, "--fleet", two.address, *options)
    report = json.loads(project.run(*command).stdout)
    (one,) = report["comparisons"]
    assert (one["verdict"], one["ratio"], one["turns"]) == ("measured", 4.0, 5)
    assert (one["first"], one["second"]) == ({"mode": "'threads'"}, {"mode": "'processes'"})
    assert [report[side]["environment"] for side in ("first", "second")] == [small, large]
    assert report["second"]["notes"]["@runtime"].startswith("go version go")
    # The machines are one class.
    assert re.fullmatch(r"\w+-\d+cores-\d+gb-\w{6}", report["machine"])
    assert project.json("results/versus.json")["runs"] == [report]


def test_triage_on_two_machines(tmp_path: Path, two: Fleet) -> None:
    """A step in the history is settled, with the commit that it comes with."""
    files = {"m.go": "package m\n\nconst Count = 100\n", "m_test.go": COUNTED}
    project = make_go_project(tmp_path / "p", files, go=ONCE)
    commits = {name: project.commit(name) for name in ("1", "2")}
    project.write("m.go", "package m\n\nconst Count = 200\n")
    commits.update({name: project.commit(name) for name in ("Twice as many", "3", "4")})
    history = f"pkg: example.com/m\ngo-version: {GO.removeprefix('go')}\n"
    for name, count in (("1", 100), ("2", 100), ("3", 200), ("4", 200)):
        history += f"commit: {commits[name]}\nBenchmarkOwn 1 {count} instructions\n"
    project.import_go(history)
    command = ("gopybench", "triage", "--fleet", two.address, "--format", "json")
    (finding,) = json.loads(project.run(*command, code=1).stdout)["findings"]
    assert (finding["verdict"], finding["commit"]) == ("real", commits["Twice as many"])
    assert '"a fleet"' in (project.path / "results/verdicts.json").read_text()


def test_a_history_waits_for_a_gate(tmp_path: Path) -> None:
    """A worker does one thing at a time: else a gate would wait in vain for its next turn."""
    go_on = tmp_path / "go-on"
    waits = (
        f'for os.Getenv("GOPYBENCH_DISCOVERY") == "" {{\nif _, lacks := os.Stat("{go_on}"); '
        'lacks == nil { break }\ntime.Sleep(1e7)\n}\nb.ReportMetric(Count, "instructions")'
    )
    tests = source("m", bench("Own", before=waits), imports=("os", "time"))
    files = {"m.go": "package m\n\nconst Count = 100\n", "m_test.go": tests}
    patient = {**ONCE["attributes"][".*"], "timeout": PATIENCE}
    project = make_go_project(tmp_path / "p", files, go={"attributes": {".*": patient}})
    base = project.commit("First")
    project.write("m.go", "package m\n\nconst Count = 200\n")
    head = project.commit("Twice as many")
    fleet = Fleet(tmp_path)
    try:
        places = {machinelock.LOCK: str(tmp_path / "lock"), "GOPYBENCH_FLEET_DIR": str(tmp_path)}
        worker = fleet.worker(**places)
        options = (base, head, "--fleet", fleet.address, "--bench", "track")
        with client(project, *options, command="gate") as gate:
            measures(worker)
            with client(project, fleet.address, "HEAD^!", "-m", "box", *QUICK) as history:
                assert history.stdout is not None
                words = "takes turns for another client; this waits for it"
                assert any(words in line for line in history.stdout)
                go_on.touch()
                said = history.communicate(timeout=PATIENCE)[0]
            assert history.returncode == 0, said
            said = gate.communicate(timeout=PATIENCE)[0]
        assert gate.returncode == 1, said
        assert "nothing takes turns" not in said
    finally:
        fleet.close()
