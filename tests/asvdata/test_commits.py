"""Revisions that are not here, and repositories that git does not read: what is said of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from asv.plugins.git import Git

from gopybench.asvdata.commits import (
    between,
    counts_between,
    dates,
    full_hashes,
    subjects,
    tags,
)

from ..conftest import BIN, CONFIG, Project

TEXT = "pkg: example.com/m\ngo-version: go1.27\nBenchmarkA 1 5 ns/op\n"


def clone(project: Project, path: Path, *options: str) -> Project:
    """Clone a project of three commits, the last of which is on a branch feature/main, too."""
    project.write("asv.conf.json", CONFIG)
    project.run("git", "add", "-A")
    for message in ("one", "two", "three"):
        project.commit(message)
    project.run("git", "branch", "-q", "feature/main")
    project.run("git", "clone", "-q", *options, f"file://{project.path}", path)
    return Project(path, project.home)


def said(project: Project, *command: str) -> str:
    run = project.run("gopybench", *command, code=None, input=TEXT)
    assert run.returncode in (1, 2)
    assert run.stdout == ""
    return run.stderr


# Every command that takes a revision, and how.
COMMANDS = [["gate"], ["import-go", "--commit"], ["export-go", "--commit"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
class TestEveryCommand:
    def test_a_shallow_clone(self, project: Project, tmp_path: Path, command: list[str]) -> None:
        shallow = clone(project, tmp_path / "shallow", "--depth=1")
        branch = shallow.run("git", "branch", "--show-current").stdout.strip()
        for revision in ("HEAD~1", f"{branch}~1"):
            words = said(shallow, *command, revision)
            assert f"unknown revision '{revision}': this is a shallow clone" in words
            assert "`git fetch --unshallow --tags`" in words

    def test_a_branch_that_is_only_remote(
        self, project: Project, tmp_path: Path, command: list[str]
    ) -> None:
        pull = clone(project, tmp_path / "pull")
        branch = pull.run("git", "branch", "--show-current").stdout.strip()
        pull.run("git", "checkout", "-q", "--detach")
        pull.run("git", "branch", "-q", "-D", branch)
        for suffix in ("", "~1"):
            words = said(pull, *command, branch + suffix)
            assert f"'{branch}{suffix}': only its remote branch is here" in words
            assert f"name origin/{branch}{suffix}\n" in words
        assert "name origin/feature/main\n" in said(pull, *command, "feature/main")
        # Not feature/main.
        words = said(pull, *command, "ain")
        assert "unknown revision 'ain': name one of this repository" in words

    def test_git_that_does_not_work_here(self, project: Project, command: list[str]) -> None:
        project.commit()
        for words in ("dubious ownership", "safe.directory"):
            run = project.run(
                *("env", "GIT_TEST_ASSUME_DIFFERENT_OWNER=1", "LC_ALL=C", BIN / "gopybench"),
                *(*command, "HEAD"),
                input=TEXT,
                code=None,
            )
            assert run.returncode in (1, 2)
            assert words in run.stderr
            assert "unknown revision" not in run.stderr
            assert "Traceback" not in run.stderr
        (project.path / ".git/config").write_text("no section\n")
        assert "git does not work here: " in said(project, *command, "HEAD")


@pytest.mark.parametrize("revision", ["nowhere", "nowhere~1", "HEAD~99", "HEAD^{tree}", "@{u}", ""])
def test_there_is_no_such_commit(project: Project, revision: str) -> None:
    project.commit()
    words = said(project, "gate", revision)
    assert f"unknown revision {revision!r}: name one of this repository" in words


def test_what_results_name_in_a_shallow_clone(project: Project, tmp_path: Path) -> None:
    shallow = clone(project, tmp_path / "shallow", "--depth=1")
    lost = project.run("git", "rev-parse", "HEAD~1").stdout.strip()
    run = shallow.run("gopybench", "import-go", input=f"commit: {lost}\n{TEXT}", code=1)
    assert "this is a shallow clone" in run.stderr


def test_many_at_once(project: Project) -> None:
    """Those behind one that ends git, such as an upstream that is none, are found, too."""
    repo = Git(str(project.path), "")
    first, second = project.commit("one"), project.commit("two")
    project.run("git", "tag", "-a", "v1", "-m", "a tag", first)
    project.run("git", "update-ref", "refs/remotes/upstream/feature/x", first)
    found = full_hashes(
        repo, ["HEAD", "@{u}", "v1", "nowhere", second[:9], "@{u}~1", "^HEAD", "feature/x~1", first]
    )
    assert [found[revision] for revision in ("HEAD", "v1", second[:9], first)] == [
        *(second, first, second, first)
    ]
    for revision in ("@{u}", "nowhere", "@{u}~1", "^HEAD"):
        assert str(found[revision]).endswith(": name one of this repository")
    assert str(found["feature/x~1"]).endswith(
        "only its remote branch is here, name upstream/feature/x~1"
    )
    assert dates(repo, [first, second]) == {
        first: repo.get_date(first),
        second: repo.get_date(second),
    }
    assert dates(repo, []) == {}


def test_tags_of_both_kinds(project: Project) -> None:
    first, second = project.commit("one"), project.commit("two")
    project.run("git", "tag", "light", first)
    project.run("git", "tag", "-m", "more words", "part/heavy", second)
    assert tags(Git(str(project.path), "")) == {"light": first, "part/heavy": second}


def test_git_is_asked_for_all_commits_of_a_text_at_once(project: Project, tmp_path: Path) -> None:
    commits = [project.commit(str(i)) for i in range(8)]
    lost = [f"{i:040x}" for i in range(8)]
    text = "".join(f"commit: {commit}\n{TEXT}" for commit in [*commits, *lost])
    (tmp_path / "bin").mkdir()
    script = f'#!/bin/sh\necho "$1" >> {tmp_path}/asked\nexec {shutil.which("git")} "$@"\n'
    (tmp_path / "bin/git").write_text(script)
    (tmp_path / "bin/git").chmod(0o755)
    run = project.run(
        *("sh", "-c", f'PATH={tmp_path}/bin:"$PATH" exec gopybench import-go'), input=text, code=1
    )
    assert run.stderr.count("unknown revision") == len(lost)
    assert len(list((project.path / "results/box").glob("*-go1.27.json"))) == len(commits)
    asked = (tmp_path / "asked").read_text().split()
    assert (asked.count("cat-file"), asked.count("rev-list")) == (1, 1)
    assert len(asked) < len(commits)


def test_the_commits_between(project: Project) -> None:
    """Oldest first, those of a merged branch as its merge; nothing where one is not after."""
    base, repo = project.commit("Base"), Git(str(project.path), "")
    project.run("git", "checkout", "-q", "-b", "side")
    side = project.commit("On the side")
    project.run("git", "checkout", "-q", "main")
    own = project.commit("A subject\n\nand a body")
    project.run("git", "merge", "-q", "--no-ff", "-m", "Merge it", "side")
    merge, last = project.run("git", "rev-parse", "HEAD").stdout.strip(), project.commit("Last")
    assert between(repo, base, last) == [own, merge, last]
    assert between(repo, own, last) == [merge, last]
    assert between(repo, last, base) == between(repo, side, own) == between(repo, last, last) == []
    # As many, but for those between the two; a merged branch is not on the way.
    pairs = [(base, last), (own, last), (merge, last), (last, base), (side, last), (side, own)]
    counts = {(base, last): 2, (own, last): 1, (merge, last): 0}
    assert counts_between(repo, pairs) == counts
    assert counts_between(repo, []) == {}
    assert subjects(repo, [own, "a" * 40, merge]) == {own: "A subject", merge: "Merge it"}
    assert subjects(repo, []) == {}
