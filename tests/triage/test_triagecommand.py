"""``gopybench triage`` where nothing is measured: findings, evidence, what a person says."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path
from typing import Any

import pytest
from asv.results import Results
from asv.runner import BenchmarkResult

from ..conftest import GO, Project, make_go_project

DAY = 86_400_000
JULY = 1_785_000_000_000
LEVEL = [1.0] * 5


def make(path: Path, **config: Any) -> Project:
    """A project with ten commits and no results."""
    project = make_go_project(path, {}, pythons=[GO, "2.0"], **config)
    for number in range(10):
        project.commit(f"Change {number}")
    return project


def commits(project: Project) -> list[str]:
    return project.run("git", "rev-list", "--reverse", "HEAD").stdout.split()


def store(
    project: Project,
    values: dict[str, list[Any]],
    python: str = GO,
    machine: str = "box",
    started: tuple[int, int] = (JULY, JULY),
) -> None:
    """Write results of these benchmarks, a value a commit; the last five began another time."""
    path = project.path / "results/benchmarks.json"
    known = json.loads(path.read_text()) if path.exists() else {"version": 2}
    for name in values:
        of = {"params": [], "param_names": [], "type": "time", "unit": "seconds"}
        known[name] = {"name": name, "version": "1", "code": "", **of}
    project.write("results/benchmarks.json", known)
    project.write(f"results/{machine}/machine.json", {"machine": machine, "version": 1})
    for number, commit in enumerate(commits(project)):
        params = {"machine": machine, "python": python}
        file = project.path / f"results/{machine}/{commit[:8]}-{python}.json"
        results = Results(params, {}, commit, JULY + number * 1000, python, python, {})
        if file.exists():
            results = Results.load(str(file))
        for name, of in values.items():
            found = BenchmarkResult([of[number]], [None], [None], 0, "", None)
            at = started[number >= 5]
            results.add_result(known[name], found, started_at=_time(at))
        results.save(str(project.path / "results"))


def _time(milliseconds: int) -> Any:
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)


def triage(project: Project, *options: str, code: int = 2) -> list[dict[str, Any]]:
    run = project.run("gopybench", "triage", "--format", "json", *options, code=code)
    report = json.loads(run.stdout)
    assert report["exit_code"] == code
    return list(report["findings"])


UP, DOWN, FLAT = LEVEL + [2.0] * 5, LEVEL + [0.5] * 5, LEVEL * 2


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return make(tmp_path / "p")


class TestFindings:
    def test_what_may_have_one_cause_is_one(self, project: Project) -> None:
        """By environment, machine, direction and campaign; the strongest step is first."""
        store(project, {"m.time_a": UP, "m.time_b": LEVEL + [4.0] * 5, "m.time_c": DOWN})
        store(project, {"m.time_a": UP}, "2.0")
        store(project, {"m.time_a": UP}, machine="other")
        # Measured into the same files on another day.
        store(project, {"m.time_d": UP}, started=(JULY, JULY + 3 * DAY))
        found = triage(project, "--budget", "0")
        steps = {
            (one["machine"], one["environment"], one["direction"]): [
                step["benchmark"] for step in one["steps"]
            ]
            for one in found
            if one["steps"][0]["benchmark"] != "m.time_d"
        }
        assert steps == {
            ("box", GO, "slower"): ["m.time_b", "m.time_a"],
            ("box", GO, "faster"): ["m.time_c"],
            ("box", "2.0", "slower"): ["m.time_a"],
            ("other", GO, "slower"): ["m.time_a"],
        }
        assert len(found) == len({one["id"] for one in found}) == 5
        (later,) = (one for one in found if one["steps"][0]["benchmark"] == "m.time_d")
        assert any("another campaign" in line for line in later["evidence"])
        everything = commits(project)
        assert {(one["before"], one["after"]) for one in found} == {tuple(everything[4:6])}

    def test_what_speaks_for_itself(self, project: Project) -> None:
        rest = {f"m.time_{letter}": [1.0] * 5 + [2.0] * 4 + [1.0] for letter in "bcd"}
        store(project, {"m.time_a": UP, **rest})
        slower = {f"m.time_{letter}": FLAT for letter in "abc"}
        store(project, slower, "2.0")
        (found,) = (one for one in triage(project, "--budget", "0") if one["direction"] == "slower")
        said = "\n".join(found["evidence"])
        assert "rest of this environment went up at this step: 3 of 3 values, median 2.00×" in said
        assert "did not move together: CPython 2.0 (0 of 3)" in said
        assert "few samples: 1 before, 1 after" in found["evidence"]

    def test_those_of_asvs_list(self, project: Project) -> None:
        """What is slower is what asv publishes as a regression, and no other."""
        names = [f"m.time_{letter}" for letter in "abcdef"]
        values = [
            UP,
            DOWN,
            FLAT,
            LEVEL + [1.03] * 5,
            [*LEVEL, 1.1, *LEVEL[1:]],
            LEVEL[1:] + [3.0] * 6,
        ]
        store(project, dict(zip(names, values)))
        store(project, {"m.time_a": FLAT, "m.time_b": UP}, "2.0")
        project.run("asv", "publish", "--no-pull")
        listed = {
            (name, params["python"], len(jumps))
            for name, _, params, _, _, _, jumps in project.json("html/regressions.json")[
                "regressions"
            ]
        }
        found = [one for one in triage(project, "--budget", "0") if one["direction"] == "slower"]
        steps = {
            (step["benchmark"], one["environment"], 1) for one in found for step in one["steps"]
        }
        assert steps == listed
        assert ("m.time_b", "2.0", 1) in steps

    def test_none(self, project: Project) -> None:
        store(project, {"m.time_a": FLAT, "m.time_b": [math.inf] * 10, "m.time_c": [None] * 10})
        run = project.run("gopybench", "triage")
        assert run.stdout == "no steps in the published history\n"


class TestWhatIsNotHere:
    def test_stays_open_and_is_counted(self, project: Project) -> None:
        store(project, {"m.time_a": UP}, machine="other")
        store(project, {"m.time_a": UP}, "2.0")
        store(project, {"m.time_a": UP}, "go1.1")
        found = triage(project)
        assert {one["verdict"] for one in found} == {"to check"}
        why = {one["environment"]: one["not_measured"] for one in found}
        assert why[GO] == "measured on other, and this is box"
        assert why["2.0"] == "2.0 is not here: `gopybench runtimes` says how to get it"
        assert why["go1.1"] == "go1.1 is not configured"
        found = triage(project, "--machine", "other", "-E", GO)
        assert "measured on" not in next(
            one["not_measured"] for one in found if one["machine"] == "other"
        )
        assert not (project.path / "results/verdicts.json").exists()

    def test_a_benchmark_that_is_gone(self, project: Project) -> None:
        store(project, {"m.Gone.time_gone": UP})
        project.write("m_test.go", "package m\n")
        (found,) = triage(project)
        assert found["verdict"] == "to check"
        assert found["not_measured"]

    def test_a_shallow_clone(self, project: Project, tmp_path: Path) -> None:
        project.run("git", "clone", "-q", "--depth", "1", f"file://{project.path}", tmp_path / "s")
        store(project, {"m.time_a": UP})
        (project.path / "results").rename(tmp_path / "s/results")
        run = project.run("gopybench", "triage", cwd=tmp_path / "s", code=2)
        assert "shallow clone" in run.stderr

    def test_commits_that_are_gone_or_elsewhere(self, project: Project) -> None:
        store(project, {"m.time_a": UP})
        project.run("git", "branch", "side", "HEAD")
        project.run("git", "reset", "-q", "--hard", "HEAD~4")
        run = project.run("gopybench", "triage", "--budget", "0", code=2)
        assert "left out: results of 4 commits that no published branch has" in run.stderr
        project.run("git", "branch", "-D", "side")
        project.run("git", "reflog", "expire", "--expire=now", "--all")
        project.run("git", "gc", "-q", "--prune=now")
        run = project.run("gopybench", "triage", "--budget", "0", code=2)
        assert "left out: results of 4 commits that are not in this repository" in run.stderr


class TestWhatAPersonSays:
    @pytest.fixture
    def found(self, project: Project) -> list[dict[str, Any]]:
        store(project, {"m.time_a": UP, "m.time_b": DOWN})
        return triage(project, "--budget", "0")

    def test_settles_a_finding(self, project: Project, found: list[dict[str, Any]]) -> None:
        (slower, faster) = (
            one["id"] for one in sorted(found, key=lambda one: one["direction"], reverse=True)
        )
        reason = ["--reason", " it is  worth it "]
        run = project.run("gopybench", "triage", "--accept", slower[:6], *reason)
        assert f"{slower}: accepted: it is worth it" in run.stderr
        assert {one["verdict"] for one in triage(project, "--budget", "0")} == {
            "accepted",
            "to check",
        }
        project.run("gopybench", "triage", "--fixed", faster, "--reason", "mended")
        after = {one["id"]: (one["verdict"], one["reason"]) for one in triage(project, code=0)}
        assert after == {slower: ("accepted", "it is worth it"), faster: ("fixed", "mended")}
        kept = project.json("results/verdicts.json")["findings"][slower]
        assert kept["decision"]["of"] == [
            {"benchmark": "m.time_a", "parameters": {}, "values": [1.0, 2.0]}
        ]

    def test_until_the_step_is_measured_again(
        self, project: Project, found: list[dict[str, Any]]
    ) -> None:
        ids = [option for one in found for option in ("--accept", one["id"])]
        project.run("gopybench", "triage", *ids, "--reason", "as it has to be")
        assert triage(project, "--budget", "0", code=0)
        store(project, {"m.time_a": LEVEL + [2.1] + [2.0] * 4, "m.time_b": DOWN})
        again = {one["id"]: one["verdict"] for one in triage(project, "--budget", "0")}
        assert sorted(again.values()) == ["accepted", "to check"]
        assert set(again) == {one["id"] for one in found}

    def test_a_damaged_file(self, project: Project, found: list[dict[str, Any]]) -> None:
        project.write("results/verdicts.json", {"version": 1, "findings": {found[0]["id"]: {}}})
        before = project.files()
        for options in (["--budget", "0"], ["--accept", found[0]["id"], "--reason", "x"]):
            run = project.run("gopybench", "triage", *options, code=2)
            assert "results/verdicts.json is damaged: it lacks 'machine'" in run.stderr
        assert project.files() == before
        published = project.run("asv", "publish", "--no-pull", code=None)
        assert "Skipping" not in published.stdout + published.stderr


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Three findings in two environments, for those who change nothing."""
    project = make(tmp_path_factory.mktemp("shared") / "p")
    store(project, {"m.time_a": UP, "m.time_b": DOWN})
    store(project, {"m.time_a": UP}, "2.0")
    return project


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--accept", "g", "--reason", "x"], "no finding 'g' in the published history"),
        (["--accept", "", "--reason", "x"], "no finding ''"),
        (["--accept", "ID"], "want a --reason"),
        (["--accept", "ID", "--reason", "  "], "want a --reason"),
        (["--reason", "x"], "--reason is for --accept or --fixed"),
        (["--accept", "ID", "--fixed", "ID", "--reason", "x"], "is named twice"),
        (["-E", "go9.9"], "-E go9.9: no such environment"),
        (["--budget", "-1"], "'-1' is not a number of minutes"),
    ],
)
def test_bad_options(shared: Project, options: list[str], said: str) -> None:
    id_ = triage(shared, "--budget", "0")[0]["id"] if "ID" in options else ""
    given = [id_ if word == "ID" else word for word in options]
    assert said in shared.run("gopybench", "triage", *given, code=2).stderr
    assert not (shared.path / "results/verdicts.json").exists()


def test_only_some(shared: Project) -> None:
    for options, count in (
        ([], 3),
        (["-E", GO], 2),
        # It has results, and is not here.
        (["-E", "virtualenv:2.0"], 1),
        (["--bench", "time_b"], 1),
        (["--bench", "time_z"], 0),
    ):
        assert len(triage(shared, "--budget", "0", *options, code=2 if count else 0)) == count


def test_text_and_markdown(shared: Project) -> None:
    command = ["gopybench", "triage", "--budget", "0"]
    text = shared.run(*command, code=2).stdout
    assert text.startswith("3 findings in the published history: 3 to check\n")
    assert "m.time_a: 1.00s → 2.00s, 2.00×" in text
    markdown = shared.run(*command, "--format", "markdown", code=2).stdout
    assert markdown.startswith("**3 findings in")
    assert "- m.time\\_a: 1.00s → 2.00s, 2.00×" in markdown
