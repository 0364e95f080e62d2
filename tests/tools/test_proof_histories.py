"""The proof's histories: what is planted, what asv has of it, and the tables."""

from __future__ import annotations

import itertools
import math
import time
from pathlib import Path
from typing import Any

import pytest

from ..conftest import GO, ROOT, Project
from .proof import historyplan, historyseries, historytables, historytrial, workproject
from .proof.historyplan import HISTORIES, PYTHON
from .proof.rawlines import Line
from .proof.watchedcommand import Runner, Stop
from .test_proof import rows

PLAIN = "virtualenv-py3.11-pip+setuptools80.9.0"


class TestPlan:
    def test_five_slowdowns_and_two_speedups(self) -> None:
        changes = {(of.commit, of.percent) for of in HISTORIES["changed"]}
        assert sorted(percent for _, percent in changes) == [-20, -5, 2, 5, 5, 10, 30]
        assert HISTORIES["unchanged"] == ()

    def test_none_is_where_a_campaign_begins(self) -> None:
        begins = [
            number
            for number in range(1, historyplan.COMMITS)
            if historyplan.campaign_of(number) != historyplan.campaign_of(number - 1)
        ]
        assert begins == [10, 20]
        assert all(abs(of.commit - number) > 1 for of in HISTORIES["changed"] for number in begins)

    def test_asv_would_see_each_from_five_per_cent_on_without_noise(self) -> None:
        """A later change takes none back."""
        for language in (PYTHON, historyplan.GO):
            of = [p for p in HISTORIES["changed"] if p.language == language]
            levels = list(itertools.accumulate((1 + p.percent / 100 for p in of), float.__mul__))
            for change, before, number in zip(of, [1.0, *levels], itertools.count()):
                later = levels[number:]
                if change.percent >= 5:
                    assert min(later) > before * (1 + historyplan.THRESHOLD)
                elif change.percent < 0:
                    assert max(later) < before / (1 + historyplan.THRESHOLD)

    def test_the_work_is_what_was_planted(self) -> None:
        files = historyplan.files_of("changed", 12)
        # 5 and 30 % more; 20 % less and then 10 % more.
        assert files["work/size.py"] == "SIZE = 13650\n"
        assert "const Size = 8800\n" in files["size.go"]
        assert historyplan.files_of("unchanged", 29).items() >= workproject.size_files().items()
        commits = range(historyplan.COMMITS)
        every = [historyplan.files_of("unchanged", number)["notes.txt"] for number in commits]
        assert len(set(every)) == len(every)


def test_a_history_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Measured for real, in Go alone and one kind of work."""
    monkeypatch.setattr(historyplan, "COMMITS", 2)
    monkeypatch.setattr(historyplan, "LOADS", (0, 1))
    monkeypatch.setattr(historytrial, "BENCH", r"Work\.time_work\('maps'")
    project = workproject.project_in(tmp_path, workproject.GO_FILES, "unchanged")
    with (tmp_path / "log.txt").open("w") as log:
        runner = Runner(project, log, time.monotonic() + 300, Stop())
        said: list[str] = []
        measured = historytrial.measure("unchanged", runner, said.append)
        assert [of["campaign"] for of in measured] == [0, 1]
        assert len(said) == 2
        assert historytrial.measure("unchanged", runner, said.append) == measured
        assert len(said) == 2
        commits = historytrial.commits_of("unchanged", runner)
    (series,) = historyseries.read(project.path, commits)
    assert (series["environment"], series["name"]) == (GO, "work.Work.time_work('maps')")
    assert all(value > 0 for value in series["values"])
    boots = [noted(project, commit) for commit in commits]
    assert boots == ["unchanged-0", "unchanged-1"]


def noted(project: Project, commit: str) -> str:
    """Return which campaign was noted of a commit's results."""
    requirements = project.json(f"results/box/{commit[:8]}-{GO}.json")["requirements"]
    return str(requirements["@boot"])


class TestSeries:
    """This project's own results, as asv publishes them."""

    def test_asvs_own_lists_have_them(self) -> None:
        names = sorted((ROOT / "results/cloud-2core").glob("*-go1.27.json"))
        assert names
        commits = [path.name.partition("-")[0] for path in names]
        assert historyseries.read(ROOT, commits) == []

    def test_a_step_is_where_it_is(self) -> None:
        wave = [1.0, 1.01, 0.99, 1.0, 1.02, 0.98]
        values = [*wave, *(1.3 * value for value in wave)]
        ((commit, ratio),) = historyseries.steps(values, [None] * len(values))
        assert (commit, ratio) == (6, pytest.approx(1.3, abs=0.02))
        assert historyseries.steps(wave, [None] * len(wave)) == []


def series(environment: str, *steps: tuple[int, float]) -> dict[str, Any]:
    return {"environment": environment, "name": "b", "values": [1.0], "steps": steps}


def finding(verdict: str, commit: int | None, environment: str = PLAIN, **more: Any) -> Line:
    usual = {"environment": environment, "direction": "slower", "before": 4, "after": 5}
    return {"verdict": verdict, "commit": commit, **usual, **more}


def line(*findings: Line, of: list[dict[str, Any]], otava: Any = (), planted: Any = ()) -> Line:
    return {
        "part": "changed",
        "commits": ["c"] * 30,
        "regressions": {"default": 3, "half": 7},
        "series": of,
        "otava": otava,
        "planted_changes": planted,
        "measured": [{"campaign": number // 10, "seconds": 60.0} for number in range(30)],
        "triage": {"minutes": 50, "seconds": 1800.0, "findings": list(findings)},
    }


class TestTables:
    def test_the_same_code(self) -> None:
        of = [series(PLAIN, (10, 1.2), (15, 0.9), (17, 1.01)), series(GO, (20, 0.7))]
        points = [{"series": 0, "commit": 10, "ratio": 1.21}]
        judged = line(finding("not the code", None), finding("to check", None), of=of, otava=points)
        found = {row[0]: row[1:] for row in rows(historytables.unchanged([judged]))}
        assert found["series, of 30 commits each"][0] == "2"
        assert found["rows in asv's list of regressions, at 5 %"][0] == "3"
        assert found["steps that asv's detection sees"] == ["1 up, 2 down", "2"]
        assert found["change points of apache-otava"] == ["1 up, 0 down", "1"]
        assert found["… real"][0] == "0"
        assert found["… not the code"][0] == "1"
        assert historytables.aims({"unchanged": [judged], "changed": []}) == [
            ["a history of the same code: no finding is real", "0 of 2", "met"]
        ]

    def test_planted_changes(self) -> None:
        planted = [(5, PYTHON, 5), (8, historyplan.GO, -20)]
        of = [series(PLAIN, (5, 1.05), (9, 1.1)), series("virtualenv-pypy3", (5, 0.9)), series(GO)]
        real = finding("real", 5)
        wrong = finding("real", 6, "virtualenv-pypy3")
        # Go's is at the right commit, and in the wrong direction.
        turned = finding("real", 8, GO)
        judged = line(real, wrong, turned, of=of, planted=planted, otava=None)
        found = rows(historytables.changed([judged]))
        assert found == [
            ["-20 %", "Go", "0 of 1", "", "0 of 1"],
            ["+5 %", "Python", "1 of 2", "", "1 of 2"],
            ["anything else", "", "2", "", "2"],
        ]
        aims = historytables.aims({"unchanged": [], "changed": [judged]})
        assert [row[1:] for row in aims] == [["1 of 3", "missed"], ["2", "missed"]]

    def test_what_it_cost(self) -> None:
        assert rows(historytables.cost([line(of=[])])) == [["changed", "10", "10", "10", "30"]]

    def test_a_small_step_does_not_count(self) -> None:
        assert historytables.is_large(1.025)
        assert historytables.is_large(1 / 1.03)
        assert not historytables.is_large(1.02)
        assert not math.isclose(historyplan.THRESHOLD, historyplan.DEFAULT)
