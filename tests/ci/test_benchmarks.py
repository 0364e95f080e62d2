"""`.ci/benchmarks`, which CI runs at each commit, for real, with a remote repository."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from ..conftest import GO, ROOT, Project


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
    # Fewer and smaller benchmarks do.
    small = '"go": {"dir": "go", "benchmarks": "Lifecycle", "flags": ["-short"]}'
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
        assert (clone.path / "html/compare/index.json").exists()


def test_a_clone_without_history_is_refused(gopybench_clone: Project, tmp_path: Path) -> None:
    address = f"file://{gopybench_clone.path}"
    gopybench_clone.run("git", "clone", "-q", "--depth", "1", address, tmp_path / "shallow")
    shallow = Project(tmp_path / "shallow", tmp_path)
    assert "whole history" in shallow.run(shallow.path / ".ci/benchmarks", code=2).stderr
