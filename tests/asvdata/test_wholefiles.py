"""Nothing is lost and every file is whole, whoever else writes, dies, or has no room."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from asv.util import UserError

from gopybench.asvdata.wholefiles import locked, write_all

from ..conftest import GO, Project, make_go_project
from ..go_module import QUICK, bench, source, wait_for

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


def write(text: str) -> Callable[[str], object]:
    return lambda path: Path(path).write_text(text)


def test_all_files_or_none(tmp_path: Path) -> None:
    first, second = str(tmp_path / "a.json"), str(tmp_path / "sub" / "b.json")
    write_all({first: write("1"), second: write("2")})
    assert (Path(first).read_text(), Path(second).read_text()) == ("1", "2")

    def fail(path: str) -> None:
        Path(path).write_text("half")
        raise OSError(errno.ENOSPC, "")

    with pytest.raises(UserError, match=r"cannot write .*b\.json: No space left.*free some space"):
        write_all({first: write("3"), second: fail})
    assert (Path(first).read_text(), Path(second).read_text()) == ("1", "2")
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["a.json", "b.json"]


def test_a_file_that_cannot_be_put_in_place(tmp_path: Path) -> None:
    """What was put in place before it is taken back."""
    old, new, last = (tmp_path / f"{name}.json" for name in ("old", "new", "last"))
    old.write_text("1")
    last.mkdir()
    with pytest.raises(UserError, match=r"cannot write .*last\.json"):
        write_all({str(path): write("2") for path in (old, new, last)})
    assert old.read_text() == "1"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last.json", "old.json"]


def test_modes_and_links_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("1")
    real.chmod(0o664)
    link.symlink_to(real)
    write_all({str(link): write("2")})
    assert link.is_symlink()
    assert real.read_text() == "2"
    assert real.stat().st_mode & 0o777 == 0o664


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with locked(str(tmp_path)):
        write_all({str(tmp_path / "a.json"): write("1")})
    assert (tmp_path / "a.json").read_text() == "1"


def test_what_killed_processes_left_behind(tmp_path: Path) -> None:
    """What a living process writes stays."""
    dead = subprocess.Popen(["true"])
    dead.wait()
    for number in (dead.pid, os.getpid()):
        (tmp_path / f"a.json.{number}.tmp").write_text("half")
    with locked(str(tmp_path)):
        assert [path.name for path in tmp_path.iterdir()] == [f"a.json.{os.getpid()}.tmp"]


# Puts a number of files in place and is killed then, as by kill -9.
KILLED_AT = """
import os, signal, sys
from gopybench import cli
left = [int(sys.argv[1])]
replace = os.replace

def count(*paths):
    left[0] -= 1
    if left[0] == -1:
        os.kill(os.getpid(), int(sys.argv[2]))
    replace(*paths)

os.replace = count
sys.exit(cli.main(["import-go", "in.txt"]))
"""


@pytest.mark.parametrize(
    ("at", "by"),
    [(0, signal.SIGKILL), (1, signal.SIGKILL), (3, signal.SIGKILL), (3, signal.SIGINT)],
)
def test_killed_between_two_files(project: Project, at: int, by: signal.Signals) -> None:
    """The next that writes there finishes it; what Ctrl-C ends is taken back."""
    first, second = (project.run("git", "rev-parse", rev).stdout.strip() for rev in ("@~", "@"))
    project.import_go(f"commit: {first}\n{line('A')}")
    before = project.files()
    text = "".join(f"commit: {commit}\n{line('A/n=1', 7)}" for commit in (first, second))
    project.write("in.txt", text)
    # The list of what goes where comes first, and then three files.
    killed = project.run("python", "-c", KILLED_AT, str(at), str(int(by)), code=None)
    assert killed.returncode == (130 if by == signal.SIGINT else -by)
    are_whole(project)
    is_begun = at > 0 and by == signal.SIGKILL
    if by == signal.SIGINT:
        assert project.files() == before
    run = project.import_go(line("Z"))
    assert ("finished what a process was killed at" in run.stdout + run.stderr) is is_begun
    known = project.json("results/benchmarks.json")
    assert known["x.A.time_a"]["params"] == ([["None", "1"]] if is_begun else [])
    for commit in (first, second) if is_begun else ():
        assert project.results(commit, GO)["x.A.time_a"]["result"][-1] == pytest.approx(7e-9)
    assert not [name for name in project.files() if name.endswith(".tmp")]


@pytest.mark.parametrize("text", ["{", "5", "[[1, 2]]", '[["../a", "b"]]', '[["b", "../../a"]]'])
def test_a_list_of_files_that_is_not_ours(tmp_path: Path, text: str) -> None:
    """A stranger's, too: it moves nothing from or to another directory."""
    (tmp_path / "a").write_text("1")
    results = tmp_path / "results"
    results.mkdir()
    (results / "b").write_text("2")
    (results / "renames.json.1.tmp").write_text(text)
    with pytest.raises(UserError, match=r"renames\.json\.1\.tmp"), locked(str(results)):
        pass
    assert ((tmp_path / "a").read_text(), (results / "b").read_text()) == ("1", "2")


def test_a_name_as_long_as_one_can_be(tmp_path: Path) -> None:
    path = tmp_path / f"{'a' * 250}.json"
    for text in ("1", "2"):
        write_all({str(path): write(text)})
        assert path.read_text() == text
