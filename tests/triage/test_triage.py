"""Planted steps, as a user finds, triages and publishes them, in both languages."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from ..conftest import BIN, GO, Project, make_go_project
from ..go_module import wait_for

PYTHON = f"virtualenv-py{sys.version_info[0]}.{sys.version_info[1]}"

WORK = """package m

var Sum int

func Work() {{
	for i := 0; i < {n}; i++ {{
		Sum += i ^ Sum
	}}
}}
"""
TEST = """package m

import "testing"

func BenchmarkWork(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Work()
	}
}
"""
# What one of them gives depends on when it is measured, not on the commit.
BENCHMARKS = """import os

import m


class Python:
    number = 1
    warmup_time = 0

    def time_work(self):
        m.work()

    def track_level(self):
        with open(os.path.expanduser("~/measured"), "a+") as measured:
            measured.write(".")
            return 9 if measured.tell() <= 2 else 1

    def track_size(self):
        return m.SIZE


Python.track_size.unit = "instructions"
"""
MODULE = """SIZE = {n}


def work():
    sum(i * i for i in range({n}))
"""
INSTALL = (
    'in-dir={env_dir} python -c "import shutil, sysconfig; '
    "shutil.copy(r'{build_dir}/m.py', sysconfig.get_path('purelib'))\""
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, str]]:
    """Commits of which some were measured: Go and Python become slower in between."""
    path = tmp_path_factory.mktemp("triage") / "p"
    project = make_go_project(
        path,
        {
            "work.go": WORK.format(n=10_000),
            "work_test.go": TEST,
            "m.py": MODULE.format(n=10_000),
            "benchmarks/python.py": BENCHMARKS,
        },
        pythons=[PYTHON.rpartition("py")[2], GO],
        build_command=[],
        uninstall_command=[],
        install_command=[INSTALL],
        # Machines that are busy with other tests make smaller ones.
        regressions_thresholds={".*": 4},
        plugins=[".gopybench.bridge.plugin", ".gopybench.site.plugin"],
    )
    commits = {name: project.commit(name) for name in ("1", "2")}
    project.write("work.go", WORK.format(n=200_000))
    commits["slow Go"] = project.commit("Let Go do twenty times as much")
    project.write("work.go", "package m\n\nfunc Work() { missing() }\n")
    project.write("m.py", MODULE.format(n=200_000))
    commits["slow Python"] = project.commit("Let Python do it, too, and break Go")
    project.write("work.go", WORK.format(n=200_000))
    commits.update({name: project.commit(name) for name in ("3", "4")})
    measured = [commit for name, commit in commits.items() if len(name) == 1]
    (project.home / "commits").write_text("\n".join(measured))
    # What a busy machine measures of Go may be no step at all: what an earlier day said is.
    go = f"pkg: example.com/m\ngo-version: {GO.removeprefix('go')}\n"
    for commit, time in zip(measured, (5_000, 5_100, 100_000, 102_000), strict=True):
        go += f"commit: {commit}\n" + f"BenchmarkWork 9 {time} ns/op\n" * 5
    project.import_go(go)
    project.run(
        *("asv", "run", f"HASHFILE:{project.home}/commits", "-E", "virtualenv"),
        *("-a", "rounds=1", "-a", "repeat=5", "-a", "number=20"),
    )
    return project, commits


def triage(project: Project, *options: str, code: int) -> dict[str, dict[str, Any]]:
    """Run triage; return its findings by the benchmarks of their steps."""
    run = project.run("gopybench", "triage", "--format", "json", *options, code=code)
    report = json.loads(run.stdout)
    assert report["exit_code"] == code
    return {step["benchmark"]: one for one in report["findings"] for step in one["steps"]}


def test_a_moment_is_not_enough(planted: tuple[Project, dict[str, str]]) -> None:
    project, _ = planted
    found = triage(project, "--budget", "0.001", code=2)
    assert {one["verdict"] for one in found.values()} == {"to check"}
    assert {one["not_measured"] for one in found.values()} == {"the budget was spent"}


def test_interrupted(planted: tuple[Project, dict[str, str]]) -> None:
    """No verdict that was made is lost, none is half, and no process is left."""
    project, _ = planted
    process = subprocess.Popen(
        [BIN / "gopybench", "triage", "-E", GO],
        cwd=project.path,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for(f"{project.path}.*test.bench=", running=True)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output) == (130, "")
    assert "interrupted" in errors
    assert "Traceback" not in errors
    wait_for(f"{project.path}.*test.bench=", running=False)
    found = triage(project, "--budget", "0", code=2)
    assert {one["verdict"] for one in found.values()} == {"to check"}


def test_from_run_to_feed(planted: tuple[Project, dict[str, str]]) -> None:
    """Each step is settled, with the commit that it comes with, and published so."""
    project, commits = planted
    results = project.files()
    before = triage(project, "--budget", "0", code=2)
    assert {one["verdict"] for one in before.values()} == {"to check"}
    assert project.files() == results
    found = triage(project, code=1)
    for one in found.values():
        assert (one["before"], one["after"]) == (commits["2"], commits["3"])
    go = found["m.Work.time_work"]
    assert (go["verdict"], go["direction"]) == ("real", "slower")
    # The commit after it, which does not compile, was passed over.
    assert go["commit"] == commits["slow Go"]
    assert 3 < go["steps"][0]["low"] < go["steps"][0]["ratio"] < go["steps"][0]["high"]
    python = found["python.Python.track_size"]
    assert (python["verdict"], python["commit"]) == ("real", commits["slow Python"])
    level = found["python.Python.track_level"]
    assert (level["verdict"], level["direction"]) == ("not the code", "faster")

    # What is settled is not measured again.
    kept = project.files()
    assert triage(project, code=1) == found
    assert project.files() == kept
    said = project.run("asv", "publish")
    assert "Skipping" not in said.stdout + said.stderr
    page = (project.path / "html/changes.html").read_text()
    boxes = {box[:10]: box for box in page.split(' id="')[1:]}
    assert "Comes with" not in boxes[level["id"]]
    for one in (go, python):
        assert f">{one['commit'][:8]}<" in boxes[one["id"]].split("Comes with")[1]
    feed = ElementTree.parse(project.path / "html/regressions.xml")
    entries = {entry.find("{*}link").get("href"): entry for entry in feed.findall("{*}entry")}  # type: ignore[union-attr]
    assert set(entries) == {f"changes.html#{one['id']}" for one in (go, python)}
    for one in (go, python):
        assert one["commit"] in (entries[f"changes.html#{one['id']}"].findtext("{*}content") or "")


OWN = """package m

import (
	"testing"
	"time"
)

var Kept []byte

// Another in each process.
var Long = time.Duration(1+3*(time.Now().UnixMicro()%7)) * time.Millisecond

func BenchmarkBytes(b *testing.B) {{
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {{
		Kept = {name}()
	}}
}}

func BenchmarkNoisy(b *testing.B) {{
	for i := 0; i < b.N; i++ {{
		time.Sleep(Long)
	}}
}}
"""


def test_each_has_its_share_and_a_changed_benchmark_may_be_the_same(tmp_path: Path) -> None:
    """One is never clear. Of the other today's tests do not compile at the commit before."""
    make = "package m\n\nfunc {name}() []byte {{ return make([]byte, 64) }}\n"
    project = make_go_project(tmp_path / "p", {})
    commits = []
    for number in range(8):
        name = "Old" if number < 4 else "New"
        project.write("m.go", make.format(name=name))
        project.write("m_test.go", OWN.format(name=name))
        commits.append(project.commit(f"Change {number}"))
    about = f"pkg: example.com/m\ngo-version: {GO.removeprefix('go')}\n"
    for number, commit in enumerate(commits):
        time, size = (100, 64) if number < 4 else (10_000, 32)
        about += f"commit: {commit}\nBenchmarkNoisy 9 {time} ns/op\n"
        about += f"BenchmarkBytes 9 9 ns/op {size} B/op\n"
    project.import_go(about)
    found = triage(project, "--budget", "0.15", code=2)
    noisy, same = found["m.Noisy.time_noisy"], found["m.Bytes.track_bytes_per_op"]
    assert (noisy["verdict"], noisy["not_measured"]) == ("to check", "the budget was spent")
    assert (same["verdict"], same["before"]) == ("not the code", commits[3])
    why = "its own code differs: base needs the test files of its commit"
    assert same["steps"][0]["why"] == why
