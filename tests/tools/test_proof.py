"""The proof: a trial for real, its interruption, and the tables that are made of raw numbers."""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ..conftest import ROOT
from .proof import __main__, busyload, circumstances, plan, proofpage, prooftables, rawlines, rivals
from .proof.binomial import at_most, interval, share
from .proof.plan import PARTS, Trial

COMMAND = [sys.executable, "-m", "tests.tools.proof"]
PYTHON, GO = "virtualenv-py3.11-pip+setuptools80.9.0", "go1.27"


def comparison(verdict: str, environment: str = PYTHON, **more: Any) -> dict[str, Any]:
    usual = {"benchmark": "work.Work.time_work", "parameters": "'maps'", "turns": 14}
    ratio = {"ratio": 1.0, "low": 0.98, "high": 1.02}
    return {"environment": environment, **usual, "verdict": verdict, **ratio, **more}


def line(trial: Trial, *comparisons: dict[str, Any], slower: int = 0, **more: Any) -> rawlines.Line:
    marks = [{"1.05": "+", "1.1": ""} if i < slower else {"1.05": "", "1.1": "-"} for i in range(4)]
    return {
        "part": trial.part,
        "trial": trial.name,
        "state": trial.state,
        "planted": trial.planted,
        "by": trial.by,
        "started": "2026-11-28T04:00:00+00:00",
        "code": "c1",
        "versions": dict.fromkeys(("gopybench", "asv", "python", "cython", "go"), "1")
        | {"pypy": "3.9.16 7 3 11"},
        "machine": {"cpu": "c", "cores": 2, "system": "Linux", "load": 0.1, "in_use": 0.02},
        "gate": {"minutes": 15, "seconds": 600.0, "exit_code": 0, "comparisons": list(comparisons)},
        "asv": {"seconds": 60.0, "comparisons": [{"benchmark": "b", "marks": m} for m in marks]},
        "benchstat": None,
        "seconds": 700.0,
        **more,
    }


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]


class TestCommand:
    def test_a_trial_is_measured_for_real(self, tmp_path: Path) -> None:
        run = subprocess.run(
            [*COMMAND, "--quick", tmp_path], cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        assert run.returncode == 0, run.stderr
        (found,) = rawlines.read("planted", tmp_path)
        (judged,) = found["gate"]["comparisons"]
        assert judged["verdict"] == "worse"
        # As much work again.
        assert judged["low"] < judged["ratio"] < judged["high"]
        assert 1.3 < judged["ratio"] < 3
        assert judged["turns"] >= 13
        # Under load asv may not be sure even of this.
        (stock,) = found["asv"]["comparisons"]
        assert stock["benchmark"] == "work.Work.time_work('maps')"
        assert set(stock["marks"].values()) <= {"", "+", "~"}
        assert float(stock["ratio"]) > 0
        assert found["code"] == circumstances.deciding_code()
        assert found["versions"]["go"].startswith("1.")
        assert "1 of 1 (2.5 to 100 %)" in run.stdout

    def test_only_the_trial_that_runs_is_lost(self, tmp_path: Path) -> None:
        process = subprocess.Popen(
            [*COMMAND, "--quick", tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        log = tmp_path / "log.txt"
        deadline = time.monotonic() + 60
        while not (log.exists() and "gopybench gate" in log.read_text()):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "what ran is lost" in said
        assert rawlines.read("planted", tmp_path) == []
        assert [p for p in Path("/proc").glob("[0-9]*") if str(tmp_path) in working_in(p)] == []

    def test_the_plan_is_told(self) -> None:
        run = subprocess.run(
            [*COMMAND, "--plan", "--part", "same"], cwd=ROOT, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        assert run.stdout.startswith("same: ")

    @pytest.mark.parametrize("wrong", ["0", "-5", "soon", "nan", "inf"])
    def test_minutes_are_a_number(self, wrong: str) -> None:
        assert __main__.minutes("0.5") == 0.5
        with pytest.raises(argparse.ArgumentTypeError, match=f"'{wrong}' is not a number"):
            __main__.minutes(wrong)


def working_in(process: Path) -> str:
    """Return the directory that a process works in; empty where it is gone."""
    try:
        return os.readlink(process / "cwd")
    except OSError:
        return ""


class TestPlan:
    def test_there_are_as_many_trials_as_the_aims_want(self) -> None:
        assert 95 * len(PARTS["same"]) >= 1000
        planted = PARTS["planted"]
        for level, wanted in {10: 60, 5: 60, 3: 30, 2: 30}.items():
            assert 10 * sum(trial.planted == level for trial in planted) >= wanted
        names = [trial.name for trials in PARTS.values() for trial in trials]
        assert len(names) == len(set(names))

    @pytest.mark.parametrize("part", ["same", "planted"])
    def test_it_is_balanced_wherever_it_stops(self, part: str) -> None:
        for end in range(1, len(PARTS[part]) + 1):
            states = [trial.state for trial in PARTS[part][:end]]
            assert abs(states.count("calm") - states.count("busy")) <= 1
        for level in {trial.planted for trial in PARTS[part]}:
            states = [trial.state for trial in PARTS[part] if trial.planted == level]
            assert states.count("calm") == states.count("busy")

    def test_the_part_that_is_least_complete_is_next(self) -> None:
        done: dict[str, set[str]] = {part: set() for part in PARTS}
        took: dict[str, list[float]] = {part: [] for part in PARTS}
        order = []
        while (trial := plan.upcoming(PARTS, done, took, math.inf)) is not None:
            order.append(trial.part)
            done[trial.part].add(trial.name)
        assert len(order) == sum(map(len, PARTS.values()))
        half = order[: len(order) // 2]
        for part, trials in PARTS.items():
            assert half.count(part) == pytest.approx(len(trials) / 2, abs=1)

    def test_what_does_not_fit_is_not_begun(self) -> None:
        done: dict[str, set[str]] = {part: set() for part in PARTS}
        took = {"same": [1200.0, 900.0], "planted": [600.0], "counted": [500.0]}
        assert plan.upcoming(["same"], done, took, 1300) is None
        trial = plan.upcoming(["same"], done, took, 1321)
        assert trial is not None
        assert trial.name == "same-0-calm-1"
        trial = plan.upcoming(list(took), done, took, 600)
        assert trial is not None
        assert trial.part == "counted"
        # A history goes on where it stopped.
        trial = plan.upcoming(PARTS, done, {**took, "unchanged": [], "changed": []}, 400)
        assert trial is not None
        assert trial.part == "unchanged"


class TestInterval:
    # From tables of Clopper and Pearson's intervals.
    @pytest.mark.parametrize(
        ("k", "n", "low", "high"),
        [
            (0, 10, 0.0, 0.30850),
            (10, 10, 0.69150, 1.0),
            (1, 10, 0.00253, 0.44502),
            (5, 10, 0.18709, 0.81291),
            (57, 60, 0.86076, 0.98957),
        ],
    )
    def test_it_is_the_exact_one(self, k: int, n: int, low: float, high: float) -> None:
        assert interval(k, n) == pytest.approx((low, high), abs=1e-5)

    def test_none_of_many(self) -> None:
        # The bound solves (1 - p) ** n = 0.025.
        assert interval(0, 1140)[1] == pytest.approx(1 - 0.025 ** (1 / 1140), rel=1e-9)

    def test_the_tail_is_a_sum_of_chances(self) -> None:
        exact = sum(math.comb(12, i) * 0.3**i * 0.7 ** (12 - i) for i in range(5))
        assert at_most(4, 12, 0.3) == pytest.approx(exact)

    def test_in_words(self) -> None:
        assert share(57, 60) == "57 of 60 (86.1 to 99 %)"
        assert share(0, 0) == "0 of 0"


class TestRawLines:
    def test_what_was_added_is_read(self, tmp_path: Path) -> None:
        written = [line(trial, comparison("same")) for trial in PARTS["same"][:2]]
        for one in written:
            rawlines.append(one, tmp_path)
        assert rawlines.read("same", tmp_path) == written
        assert rawlines.read("planted", tmp_path) == []

    @pytest.mark.parametrize(
        ("text", "why"),
        [("{", "no JSON"), ("[]", "everything is missing"), ('{"part": "same"}', "trial")],
    )
    def test_a_line_that_is_broken_is_named(self, tmp_path: Path, text: str, why: str) -> None:
        rawlines.append(line(PARTS["same"][0]), tmp_path)
        with (tmp_path / "same.jsonl").open("a") as file:
            file.write(text)
        with pytest.raises(rawlines.Broken, match=rf"same\.jsonl:2: .*{why}.*: take the line out"):
            rawlines.read("same", tmp_path)

    def test_the_newest_code_counts(self) -> None:
        first, second = PARTS["same"][:2]
        old = line(first, code="old", started="2026-11-01T00:00:00+00:00")
        again = line(first, started="2026-11-29T00:00:00+00:00")
        lines = [old, line(first), line(second), again]
        counted, others = rawlines.newest(lines)
        assert counted == [again, line(second)]
        assert others == {"old": 1}
        text = prooftables.measured_with(lines)
        assert text.startswith("2 trials, 2026-11-28 to 2026-11-29, deciding code `c1`")
        assert text.endswith("other versions of the deciding code: 1 of `old`.")

    def test_the_deciding_code_is_told_apart(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_text("def a():\n    return 1\n")
        before = circumstances.deciding_code(tmp_path)
        (tmp_path / "a.py").write_text('"""What."""\ndef a():\n    """One."""\n    return 1  # 1\n')
        (tmp_path / "arguments.py").write_text("2\n")
        assert circumstances.deciding_code(tmp_path) == before
        (tmp_path / "a.py").write_text("def a():\n    return 2\n")
        assert circumstances.deciding_code(tmp_path) != before


class TestTables:
    CALM, BUSY = PARTS["same"][:2]

    def test_the_same_code(self) -> None:
        calm = [comparison("same"), comparison("better"), comparison("inconclusive", GO)]
        lines = [line(self.CALM, *calm, slower=1), line(self.BUSY, comparison("worse"))]
        found = {(row[0], row[1]): row[2:] for row in rows(prooftables.same(lines))}
        assert found["`gopybench gate`", "calm"][0].startswith("0 of 3 (")
        assert found["`gopybench gate`", "busy"][0].startswith("1 of 1 (")
        assert found["`gopybench gate`", "both"][:3] == [share(1, 4), share(1, 4), share(1, 4)]
        assert found["`gopybench gate`", "both"][3] == "10.0 (at most 10.0)"
        stock = found["`asv continuous --factor 1.05`", "both"]
        assert stock[:2] == [share(1, 8), share(0, 8)]
        assert found["`asv continuous --factor 1.1`", "both"][1] == share(7, 8)
        runtimes = rows(prooftables.same_by_runtime(lines))
        assert ["CPython", "calm", "2", "0", "1", "0", "14"] in runtimes
        assert ["Go", "calm", "1", "0", "0", "1", "14"] in runtimes

    def test_planted_slowdowns(self) -> None:
        trials = {trial.name: trial for trial in PARTS["planted"]}
        calm, busy = trials["planted-5-calm-1"], trials["planted-5-busy-1"]
        two = trials["planted-2-calm-1"]
        passed = comparison("same", GO, ratio=1.021, low=1.0, high=1.04)
        stat = {"seconds": 9.0, "comparisons": [{"change": "+5%"}, {"change": "~"}]}
        lines = [
            line(calm, comparison("worse", ratio=1.05), passed, slower=2, benchstat=stat),
            line(busy, comparison("worse", ratio=1.07), comparison("inconclusive", GO)),
            line(two, comparison("same", ratio=1.02)),
        ]
        found = {(row[0], row[1]): row[2:] for row in rows(prooftables.planted(lines))}
        assert found["5 %", "both"] == [
            *(share(2, 4), "2 of 2", "0 of 2", "1"),
            *("2 of 8", "0 of 8", "1 of 2", "10.0, 1.0"),
        ]
        assert found["2 %", "calm"][:3] == [share(0, 1), "0 of 1", "0 of 0"]
        assert [row[4] for row in rows(prooftables.missed(lines))] == ["inconclusive", "same"]
        assert rows(prooftables.grown(lines)) == [
            ["CPython", "maps", "1.020×", "1.060×"],
            ["Go", "maps", "", "1.010×"],
        ]

    def test_counted_slowdowns(self) -> None:
        lines = [line(PARTS["counted"][0], comparison("worse"), comparison("worse", GO))]
        assert rows(prooftables.counted(lines)) == [
            ["2 %", share(2, 2), "1 of 1", "1 of 1", "10.0"]
        ]

    def test_aims_that_are_missed_are_told(self, tmp_path: Path) -> None:
        many = [comparison("same")] * 1000
        rawlines.append(line(self.CALM, *many), tmp_path)
        rawlines.append(line(self.BUSY, comparison("inconclusive")), tmp_path)
        ten = PARTS["planted"][1]
        rawlines.append(line(ten, comparison("worse"), comparison("same")), tmp_path)
        aims = {row[0]: row[1:] for row in rows(proofpage.tables(tmp_path)["aims"])}
        assert aims["the same code: no time called worse"] == [share(0, 1001), "met"]
        assert aims["the same code, calm: at most 5 % inconclusive"][1] == "met"
        assert aims["the same code, busy: at most 5 % inconclusive"][1] == "missed"
        assert aims["10 % planted, by times: all called worse"] == [share(1, 2), "missed"]
        assert aims["the same code: at least 1,000 comparisons"] == ["1,001", "met"]
        assert aims["10 % planted, by times: at least 60 comparisons"] == ["2", "not yet"]

    def test_runtimes(self) -> None:
        names = [PYTHON, "virtualenv-py3.11-cython3.3.1-pip+setuptools80.9.0", "virtualenv-pypy3"]
        found = [prooftables.runtime_of(name) for name in [*names, GO]]
        assert found == ["CPython", "Cython", "PyPy", "Go"]


class TestPage:
    def test_its_tables_are_those_of_the_raw_numbers(self) -> None:
        page = proofpage.PAGE.read_text(encoding="utf-8")
        assert proofpage.refilled(page, proofpage.tables()) == page

    def test_every_table_is_in_it(self) -> None:
        page = proofpage.PAGE.read_text(encoding="utf-8")
        assert [name for name in proofpage.tables() if f"<!-- {name} -->\n" not in page] == []

    def test_the_text_around_them_stays(self) -> None:
        page = "a\n\n<!-- x -->\nold\n<!-- end -->\n\nb\n"
        assert proofpage.refilled(page, {"x": "new"}) == page.replace("old", "new")


def test_benchstat_is_understood() -> None:
    text = (
        "goos: linux\npkg: example.com/work\n"
        ",base.txt,,head.txt,,,\n"
        ",sec/op,CI,sec/op,CI,vs base,P\n"
        "Work/kind=maps-2,1e-4,1%,1.1e-4,1%,+10.00%,p=0.000 n=10\n"
        "Work/kind=calls-2,1e-4,1%,1e-4,1%,~,p=0.500 n=10\n"
        "geomean,1e-4,,1.05e-4,,+5.00%,\n"
        "\n"
        ",base.txt,,head.txt,,,\n"
        ",B/op,CI,B/op,CI,vs base,P\n"
        "Work/kind=maps-2,10,0%,20,0%,+100.00%,p=0.000 n=10\n"
    )
    assert rivals.judged(text) == [
        {"benchmark": "Work/kind=maps-2", "change": "+10.00%"},
        {"benchmark": "Work/kind=calls-2", "change": "~"},
    ]


def test_the_load_comes_and_goes() -> None:
    with busyload.load("a seed"):
        deadline = time.monotonic() + 30
        while not (found := children()) or not ticks(found[0]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert children() == []
    with busyload.load(None):
        assert children() == []


def children() -> list[int]:
    """Return the processes of the load that this one has."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            if b"chance.uniform" in Path("/proc", pid, "cmdline").read_bytes():
                found.append(int(pid))
    return found


def ticks(pid: int) -> int:
    return sum(map(int, Path("/proc", str(pid), "stat").read_text().split()[13:15]))


def test_the_raw_numbers_are_lines_of_json() -> None:
    for path in sorted(rawlines.DIRECTORY.glob("*.jsonl")):
        assert path.stem in PARTS
        assert all(json.loads(text)["part"] == path.stem for text in path.open(encoding="utf-8"))
