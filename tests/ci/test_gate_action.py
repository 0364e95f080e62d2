"""The shell steps of .github/actions/gate, run as GitHub runs them, on real repositories."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from ..conftest import BIN, GO, ROOT, Project, make_go_project
from ..go_module import BRIEF, WORK_TEST

ACTION = Path(".github/actions/gate")
WORK = "package m\n\nvar Kept []byte\n\nfunc Work() {{ Kept = make([]byte, {size}) }}\n"


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A repository whose main went on after `same` and `worse` had left it."""
    path = tmp_path_factory.mktemp("action") / "origin"
    files = {"work.go": WORK.format(size=64), "work_test.go": WORK_TEST}
    project = make_go_project(path, files, go=BRIEF)
    project.commit("Keep 64 bytes")
    project.run("git", "tag", "fork")
    for branch, size in (("same", 64), ("worse", 80)):
        project.run("git", "switch", "-q", "-c", branch, "fork")
        project.write("work.go", WORK.format(size=size))
        project.commit(f"Keep {size} bytes on a branch")
    project.run("git", "switch", "-q", "main")
    project.write("work.go", WORK.format(size=1024))
    project.commit("Keep 1024 bytes")
    return project


class Job:
    """A job of GitHub's that has checked out *project*, for a pull request to main."""

    def __init__(self, project: Project, directory: Path, action: Path = ROOT / ACTION) -> None:
        self.project = project
        self.action = action
        self.temporary = directory / "temporary"
        self.temporary.mkdir()
        self.summary = directory / "summary.md"
        self.put_in_place(f'exec {BIN}/gopybench "$@"')

    def step(self, name: str, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the action's step of that name with these inputs."""
        action = yaml.safe_load((self.action / "action.yml").read_text())
        assert inputs.keys() <= action["inputs"].keys()
        values = {
            f"inputs.{key}": inputs.get(key, value.get("default", ""))
            for key, value in action["inputs"].items()
        }
        values["github.event.repository.default_branch"] = "main"
        (step,) = [step for step in action["runs"]["steps"] if step.get("name") == name]
        assert step["shell"] == "bash"
        run = subprocess.run(
            # What GitHub makes of `shell: bash`.
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
            cwd=self.project.path,
            env={
                **self.project.environment,
                "GITHUB_ACTION_PATH": str(self.action),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "GITHUB_BASE_REF": "main",
                "RUNNER_TEMP": str(self.temporary),
                **{
                    key: re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda match: values[match[1]], value)
                    for key, value in step.get("env", {}).items()
                },
            },
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in run.stdout + run.stderr
        return run

    def compare(self, code: int, **inputs: str) -> str:
        """Run the gate's step; return what it says beside its report."""
        run = self.step("Measure both commits in turns", **inputs)
        assert run.returncode == code, run.stdout + run.stderr
        assert run.stdout == (self.summary.read_text() if self.summary.exists() else "")
        return run.stderr

    def put_in_place(self, gopybench: str) -> None:
        """Have this script where the action installs gopybench."""
        program = self.temporary / "gopybench/bin/gopybench"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{gopybench}\n")
        program.chmod(0o755)


@pytest.fixture
def job(origin: Project, tmp_path: Path) -> Job:
    """A job whose checkout has a main of its own."""
    origin.run("git", "switch", "-q", "worse")
    return Job(origin, tmp_path)


def clone(origin: Project, tmp_path: Path, *options: str) -> Job:
    address = f"file://{origin.path}"
    origin.run("git", "clone", "-q", *options, address, tmp_path / "clone")
    return Job(Project(tmp_path / "clone", origin.home), tmp_path)


def hashes(project: Project, *revisions: str) -> list[str]:
    return project.run("git", "rev-parse", *revisions).stdout.split()


def test_a_slowdown_fails_the_job_and_is_in_its_summary(job: Job) -> None:
    said = job.compare(1, bench="bytes_per_op", environments=GO, budget="5")
    assert "::error title=gopybench gate::benchmarks got worse" in said
    report = job.summary.read_text()
    # Against where the branch left main, not against what main is now.
    fork, head = hashes(job.project, "fork", "worse")
    assert report.startswith(f"**{fork[:8]} → {head[:8]}: 1 of 1 ")
    assert f"| worse | {GO}" in re.sub(" +", " ", report)


def test_the_merge_commit_that_github_checks_out(origin: Project, tmp_path: Path) -> None:
    """It is on no branch, and main is at the remote alone."""
    job = clone(origin, tmp_path, "--branch", "same")
    job.project.run("git", "switch", "-q", "--detach", "origin/main")
    job.project.run("git", "merge", "-q", "-m", "Merge same into main", "origin/same")
    assert job.project.run("git", "branch", "--list", "main").stdout == ""
    said = job.compare(0, bench="bytes_per_op")
    assert "::" not in said
    base, head = hashes(job.project, "origin/main", "HEAD")
    assert job.summary.read_text().startswith(f"**{base[:8]} → {head[:8]}: none of 1 ")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--depth=1", "--branch=worse"], "a shallow clone does not show"),
        (["--single-branch", "--branch=worse"], "no branch, tag or commit 'main' here"),
    ],
)
def test_a_checkout_without_the_merge_base_is_refused(
    origin: Project, tmp_path: Path, options: list[str], reason: str
) -> None:
    job = clone(origin, tmp_path, *options)
    said = job.compare(2, inconclusive="pass")
    assert f"::error title=gopybench gate::{reason}" in said
    assert "fetch-depth: 0" in said
    assert not job.summary.exists()


def test_a_job_without_a_checkout_is_refused(origin: Project, tmp_path: Path) -> None:
    job = Job(Project(tmp_path, origin.home), tmp_path)
    assert "run actions/checkout first, with fetch-depth: 0" in job.compare(2)


def test_the_remotes_branch_goes_before_an_old_one_here(origin: Project, tmp_path: Path) -> None:
    job = clone(origin, tmp_path, "--branch", "worse")
    job.project.run("git", "branch", "-q", "main", "worse")
    job.put_in_place('echo "$@"')
    job.compare(0)
    fork, head = hashes(job.project, "fork", "worse")
    assert job.summary.read_text() == f"gate --format=markdown {fork} {head}\n"


def test_inputs_reach_the_gate(job: Job) -> None:
    job.put_in_place('printf "<%s>\\n" "$@"')
    said = job.compare(
        0,
        base="fork",
        environments="virtualenv:3.13\n\ngo1.27\n",
        bench="Sort('a', 1000)\n-x $HOME `id` \\(\n",
        threshold="10%",
        budget="7",
        config="benchmarks/asv.conf.json",
    )
    assert said == ""
    fork, head = hashes(job.project, "fork", "worse")
    assert job.summary.read_text().splitlines() == [
        "<gate>",
        "<--format=markdown>",
        "<--environment=virtualenv:3.13>",
        "<--environment=go1.27>",
        "<--bench=Sort('a', 1000)>",
        "<--bench=-x $HOME `id` \\(>",
        "<--threshold=10%>",
        "<--budget=7>",
        "<--config=benchmarks/asv.conf.json>",
        f"<{fork}>",
        f"<{head}>",
    ]


@pytest.mark.parametrize(
    ("gate", "inconclusive", "code", "said"),
    [
        ("echo report; exit 0", "fail", 0, ""),
        ("echo report; exit 1", "pass", 1, "error .*got worse"),
        ("echo report; exit 2", "fail", 2, "error .*inconclusive"),
        ("echo report; exit 2", "pass", 0, "warning .*inconclusive"),
        # An error: it has no report.
        ("exit 2", "pass", 2, "error .*nothing was compared"),
        ("exit 0", "maybe", 2, "error .*fail or pass, not maybe"),
    ],
)
def test_exit_codes(job: Job, gate: str, inconclusive: str, code: int, said: str) -> None:
    job.put_in_place(gate)
    assert re.match(f"::{said}" if said else "$", job.compare(code, inconclusive=inconclusive))


def versions(text: str) -> dict[str, str]:
    """Return the versions of a list of requirements, by the packages' normal names."""
    return {
        re.sub("[._]", "-", name).lower(): version
        for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)
    }


def test_the_action_installs_what_is_pinned(gopybench_clone: Project, tmp_path: Path) -> None:
    job = Job(gopybench_clone, tmp_path, gopybench_clone.path / ACTION)
    run = job.step("Install gopybench")
    assert run.returncode == 0, run.stdout + run.stderr
    programs = job.temporary / "gopybench/bin"
    listed = gopybench_clone.run(programs / "python", "-m", "pip", "list", "--format=freeze")
    installed = versions(listed.stdout)
    assert installed.pop("gopybench")
    assert installed.pop("pip")
    pinned = versions((ROOT / "requirements.txt").read_text())
    assert installed["asv"] == pinned["asv"]
    assert installed.items() <= pinned.items()
    # The gate starts: it lacks nothing that it imports.
    done = gopybench_clone.run(programs / "gopybench", "gate", "HEAD", cwd=tmp_path, code=2)
    assert "no configuration file asv.conf.json" in done.stderr
