"""Nothing is lost and every file is whole, whoever else writes, dies, or has no room."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from ..conftest import GO, Project, make_go_project
from ..go_module import QUICK, bench, source, wait_for
from ..tools.import_speed import generate

SLEEPS = bench("Sleeps", before='if os.Getenv("SLEEP") == "1" { time.Sleep(3 * time.Second) }')


def line(name: str, value: int = 5) -> str:
    return f"pkg: example.com/m/x\nBenchmark{name} 1 {value} ns/op\n"


@pytest.fixture
def measured(tmp_path: Path) -> tuple[Project, str]:
    """A project with the results of asv's run and of an import in the same file."""
    files = {"m_test.go": source("m", SLEEPS, imports=("os", "time"))}
    project = make_go_project(tmp_path / "p", files)
    commit = project.commit()
    project.run("asv", "run", *QUICK)
    project.import_go(line("Before"))
    return project, commit


def start(project: Project, *command: str, text: str = "") -> subprocess.Popen[bytes]:
    with tempfile.TemporaryFile() as stdin:
        stdin.write(text.encode())
        stdin.seek(0)
        return subprocess.Popen(
            command,
            cwd=project.path,
            env={**project.environment, "SLEEP": "1"},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )


def are_whole(project: Project) -> None:
    for name, contents in project.files().items():
        if name.endswith(".json"):
            json.loads(contents)


def test_an_import_beside_a_run(measured: tuple[Project, str]) -> None:
    project, commit = measured
    asv = start(project, "asv", "run", *QUICK)
    wait_for(f"{project.path}/.*BenchmarkSleeps", running=True)
    project.import_go(line("Meanwhile"))
    project.import_go(line("Before", 7))
    output, _ = asv.communicate(timeout=60)
    assert asv.returncode == 0, output
    results = project.results(commit, GO)
    assert set(results) == {
        "m.Sleeps.time_sleeps",
        "x.Before.time_before",
        "x.Meanwhile.time_meanwhile",
    }
    assert results["m.Sleeps.time_sleeps"]["result"][0] > 0
    assert results["x.Before.time_before"]["result"] == [pytest.approx(7e-9)]
    assert set(project.json("results/benchmarks.json")) == {*results, "version"}
    # What asv removes stays removed.
    project.run("asv", "rm", "-y", f"commit_hash={commit}", "benchmark=x.Before.*")
    assert "x.Before.time_before" not in project.results(commit, GO)


def test_several_imports_at_once(measured: tuple[Project, str]) -> None:
    project, commit = measured
    names = [f"N{i}" for i in range(6)]
    imports = [start(project, "gopybench", "import-go", text=line(name)) for name in names]
    for one in imports:
        output, _ = one.communicate(timeout=60)
        assert one.returncode == 0, output
    assert {f"x.{name}.time_n{name[1:]}" for name in names} < set(project.results(commit, GO))
    assert set(project.results(commit, GO)) < set(project.json("results/benchmarks.json"))


def test_killed_at_any_moment(measured: tuple[Project, str]) -> None:
    """Every file is at all times whole: that of before, or that of after."""
    project, commit = measured
    texts = [
        "".join(line(f"F{i}/n={n}", value) for i in range(40) for n in range(50))
        for value in (1, 2)
    ]
    began = time.monotonic()
    project.import_go(texts[0])
    takes = time.monotonic() - began
    chance = random.Random(1)
    for i in range(12):
        one = start(project, "gopybench", "import-go", text=texts[(i + 1) % 2])
        time.sleep(takes * chance.uniform(0.3, 1.1))
        one.send_signal(signal.SIGKILL)
        one.communicate()
        are_whole(project)
        values = set(project.results(commit, GO)["x.F0.time_f0"]["result"])
        assert values in ({1e-9}, {2e-9})
    project.import_go(texts[0])
    names = [Path(name).name for name in project.files()]
    assert all(name.endswith(".json") for name in names), names


def test_a_big_import_is_killed(measured: tuple[Project, str], tmp_path: Path) -> None:
    """One that two processes share: the second ends, too, and keeps nobody out."""
    project, commit = measured
    text = tmp_path / "text"
    generate(text, 10_000)
    chance = random.Random(1)
    for _ in range(4):
        one = start(project, "gopybench", "import-go", str(text))
        time.sleep(chance.uniform(0.5, 2))
        one.send_signal(signal.SIGKILL)
        # Its output ends with the second process.
        one.communicate(timeout=60)
        are_whole(project)
    project.import_go(line("Last"))
    project.run("gopybench", "import-go", str(text))
    assert len(project.results(commit, GO)) > 200


@pytest.mark.parametrize("command", ["asv run --quick", "gopybench import-go"])
def test_no_room(measured: tuple[Project, str], command: str) -> None:
    project, _ = measured
    project.import_go("".join(line(f"F{i}") for i in range(50)))
    before = project.files()
    text = "".join(line(f"G{i}") for i in range(500))
    # A limit on the size of a file stands for the disk that is full.
    run = project.run("bash", "-c", f"ulimit -f 1; exec {command}", input=text, code=1)
    assert "cannot write" in run.stdout + run.stderr
    assert project.files() == before
