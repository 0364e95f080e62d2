"""`.ci/benchmarks`, which CI runs at each commit, for real, with a remote repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ..conftest import GO, ROOT, Project, make_go_project


def set_up(project: Project) -> None:
    """Let a clone share the set-up of the tests."""
    project.home.mkdir()
    (project.path / ".venv").symlink_to(ROOT / ".venv")
    for path in (*project.path.glob("requirements*.txt"), "pyproject.toml", "setup.py"):
        os.utime(project.path / path, (0, 0))


@pytest.mark.skipif(not (ROOT / ".venv/.ready-test").exists(), reason="make setup was not run here")
def test_results_are_kept_on_a_branch(gopybench_clone: Project, tmp_path: Path) -> None:
    """Two commits are measured from two clones at once: the branch has the results of both."""
    gopybench_clone.run("git", "clone", "-q", gopybench_clone.path, tmp_path / "one")
    one, two = (Project(tmp_path / name, tmp_path / f"{name}-home") for name in ("one", "two"))
    config = (one.path / "asv.conf.json").read_text()
    go_alone, count = re.subn(r'"pythons": \[.*?\]', f'"pythons": ["{GO}"]', config)
    assert count == 1
    # Fewer and smaller benchmarks do. The build command is Python's.
    small = '"go": {"dir": "go", "benchmarks": "Lifecycle", "flags": ["-short"], '
    small += '"build_command": []}'
    assert '"go": {"dir": "go"}' in go_alone
    one.write("asv.conf.json", go_alone.replace('"go": {"dir": "go"}', small))
    commits = [one.commit("Measure Go alone")]
    one.run("git", "clone", "-q", "--bare", one.path, tmp_path / "remote")
    one.run("git", "remote", "set-url", "origin", tmp_path / "remote")
    one.run("git", "clone", "-q", tmp_path / "remote", tmp_path / "two")
    commits.append(two.commit("Another"))
    set_up(one)
    set_up(two)

    running = [
        subprocess.Popen(
            [clone.path / ".ci/benchmarks"],
            env={**clone.environment, "QUICK": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for clone in (one, two)
    ]
    for process in running:
        output, _ = process.communicate()
        assert process.returncode == 0, output

    branch = ["git", "-C", tmp_path / "remote", "log", "--format=%s", "benchmark-results"]
    assert one.run(*branch).stdout.count("Results of ") == 2
    listing = ["git", "-C", tmp_path / "remote", "ls-tree", "-r", "--name-only"]
    files = set(one.run(*listing, "benchmark-results").stdout.split())
    assert files == {
        "results/benchmarks.json",
        "results/ci/machine.json",
        *(f"results/ci/{commit[:8]}-{GO}.json" for commit in commits),
    }
    for clone in (one, two):
        assert clone.run("git", "status", "--porcelain", "--untracked-files=no").stdout == ""
        assert (clone.path / "html/data/index.json").exists()


# Has the results that are in a commit's text, and a list of these benchmarks alone, as asv
# would write it. It may wait for another run to be faster.
MAKE = """#!/bin/sh
[ "$1" = bench ] || exit 0
rm -f results/benchmarks.json
.venv/bin/gopybench import-go --commit "$(git rev-parse HEAD)" measured.txt || exit 1
while [ -n "$SLOW" ] && ! git ls-remote --exit-code origin benchmark-results; do sleep 0.1; done
"""


def measured(*names: str) -> str:
    head = "goos: linux\ngoarch: amd64\npkg: example.com/m/p\ngo-version: go1.27.3\n"
    return head + "".join(f"Benchmark{name} 5 100 ns/op\n" for name in names)


def test_the_newer_list_of_benchmarks_stays(tmp_path: Path) -> None:
    """Whether an older commit's run is slower or begins later, and what is removed goes."""
    script = (ROOT / ".ci/benchmarks").read_text()
    old = make_go_project(
        tmp_path / "old", {".ci/benchmarks": script, "measured.txt": measured("A")}
    )
    (old.path / ".ci/benchmarks").chmod(0o755)
    commits = [old.commit("Old")]
    remote, new = tmp_path / "remote", Project(tmp_path / "new", tmp_path / "new-home")
    new.home.mkdir()
    (old.home / ".asv-machine.json").unlink()
    old.run("git", "clone", "-q", "--bare", old.path, remote)
    old.run("git", "remote", "add", "origin", remote)
    old.run("git", "clone", "-q", remote, new.path)
    new.write("measured.txt", measured("A", "B"))
    commits.append(new.commit("With B"))
    new.run("git", "push", "-q", "origin", "main")
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "make").write_text(MAKE)
    (tools / "make").chmod(0o755)
    for clone in (old, new):
        (clone.path / ".venv").symlink_to(Path(sys.prefix))

    def start(clone: Project, **variables: str) -> subprocess.Popen[str]:
        environment = {**clone.environment, **variables}
        environment["PATH"] = f"{tools}:{environment['PATH']}"
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        command = [clone.path / ".ci/benchmarks"]
        return subprocess.Popen(command, env=environment, text=True, **output)

    def kept() -> tuple[set[str], set[str]]:
        """Return the benchmarks in the list on the branch, and the commits with results."""
        git = ["git", "-C", remote]
        shown = old.run(*git, "show", "benchmark-results:results/benchmarks.json").stdout
        files = old.run(*git, "ls-tree", "--name-only", "benchmark-results:results/ci").stdout
        names = {name[2:3] for name in json.loads(shown) if name != "version"}
        return names, {name[:8] for name in files.split() if name != "machine.json"}

    def finish(process: subprocess.Popen[str]) -> None:
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0, output

    slower, faster = start(old, SLOW="1"), start(new)
    finish(faster)
    finish(slower)
    assert kept() == ({"A", "B"}, {commit[:8] for commit in commits})
    finish(start(old))
    assert kept()[0] == {"A", "B"}
    new.write("measured.txt", measured("A", "C"))
    commits.append(new.commit("Without B, with C"))
    new.run("git", "push", "-q", "origin", "main")
    finish(start(new))
    assert kept() == ({"A", "C"}, {commit[:8] for commit in commits})
    # Both clones have what they publish; their files are as they were.
    for clone in (old, new):
        assert clone.run("git", "status", "--porcelain", "--untracked-files=no").stdout == ""


def test_what_is_new_is_triaged(tmp_path: Path) -> None:
    """An alarm that is not the code's is settled, and the branch has the verdict on it."""
    # Not a time: of identical code, one in a hundred is called real, as documented.
    body = "b.ReportAllocs(); for i := 0; i < b.N; i++ { Kept = make([]byte, 64) }"
    test = 'package m\n\nimport "testing"\n\nvar Kept []byte\n\n'
    test += f"func BenchmarkA(b *testing.B) {{ {body} }}\n"
    script = (ROOT / ".ci/benchmarks").read_text()
    project = make_go_project(tmp_path / "p", {".ci/benchmarks": script, "m_test.go": test})
    (project.path / ".ci/benchmarks").chmod(0o755)
    (project.path / ".venv").symlink_to(Path(sys.prefix))
    project.write(".gitignore", ".asv\nresults\nhtml\n.venv\nmeasured.txt\n")
    commits = [project.commit(f"Change {number}") for number in range(8)]
    project.run("git", "clone", "-q", "--bare", project.path, tmp_path / "remote")
    project.run("git", "remote", "add", "origin", tmp_path / "remote")
    lines = [
        f"commit: {commit}\nBenchmarkA 5 100 ns/op {64 * (1 + number // 4)} B/op\n"
        for number, commit in enumerate(commits)
    ]
    head = "goos: linux\ngoarch: amd64\npkg: example.com/m\ngo-version: "
    version = GO.removeprefix("go")
    project.write("measured.txt", f"{head}go{version}\n{''.join(lines)}")
    tools, summary = tmp_path / "tools", tmp_path / "summary"
    tools.mkdir()
    (tools / "make").write_text(
        '#!/bin/sh\n[ "$1" = bench ] || exit 0\n'
        ".venv/bin/gopybench import-go measured.txt && .venv/bin/asv publish --no-pull\n"
    )
    (tools / "make").chmod(0o755)
    environment = {**project.environment, "GITHUB_STEP_SUMMARY": str(summary)}
    environment["PATH"] = f"{tools}:{environment['PATH']}"
    command = [project.path / ".ci/benchmarks"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "1 not the code" in summary.read_text()
    git = ["git", "-C", tmp_path / "remote", "show"]
    kept = json.loads(project.run(*git, "benchmark-results:results/verdicts.json").stdout)
    (finding,) = kept["findings"].values()
    assert (finding["before"], finding["after"]) == (commits[3], commits[4])
    assert [one["verdict"] for one in finding["measured"]] == ["not the code"]


def test_a_clone_without_history_is_refused(gopybench_clone: Project, tmp_path: Path) -> None:
    address = f"file://{gopybench_clone.path}"
    gopybench_clone.run("git", "clone", "-q", "--depth", "1", address, tmp_path / "shallow")
    shallow = Project(tmp_path / "shallow", tmp_path)
    assert "whole history" in shallow.run(shallow.path / ".ci/benchmarks", code=2).stderr
