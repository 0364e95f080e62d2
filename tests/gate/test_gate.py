"""The gate as a user runs it, on real commits: what it says, and its exit code."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ..conftest import BIN, GO, Project, make_go_project
from ..go_module import BRIEF, WORK, WORK_TEST, bench, source, wait_for

COUNTED = """
func BenchmarkOwn(b *testing.B) {
	b.ReportMetric(Count, "instructions")
}
"""
PYTHON = """class Python:
    params = [["a", "b|c"]]
    param_names = ["which"]

    def track_size(self, which):
        from m import size
        return size(which)

    track_size.unit = "bytes"
"""
# Notes how each process was asked to measure.
NOTED = """
func TestMain(m *testing.M) {
	flag.Parse()
	notes, _ := os.OpenFile("PATH", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	fmt.Fprintln(notes, flag.Lookup("test.benchtime").Value, flag.Lookup("test.count").Value)
	os.Exit(m.Run())
}
"""
LOG = ("log", "os", "time")
WAITS = bench(
    "Waits",
    before="""
if os.Getenv("GOPYBENCH_DISCOVERY") == "" {
	for { log.Print("refused, trying again"); time.Sleep(1e8) }
}
""",
)
SETUP = 'from setuptools import setup\nsetup(name="m", version="1", packages=["m"])\n'


def module(n: int, size: int = 64) -> str:
    return WORK.format(n=n, size=size)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, dict[str, str]]:
    """A module's commits: the first, one of the same code, a slow one, and one that fails."""
    path = tmp_path_factory.mktemp("gate") / "p"
    test = WORK_TEST.replace('"testing"', '("flag"; "fmt"; "os"; "testing")')
    test += NOTED.replace("PATH", str(path.with_name("notes")))
    project = make_go_project(path, {"work.go": module(10_000), "work_test.go": test})
    project.write("brief.json", {**project.json("asv.conf.json"), "go": BRIEF})
    commits = {"first": project.commit("First")}
    project.write("notes.txt", "nothing else")
    commits["same"] = project.commit("Same code")
    project.write("work.go", module(200_000, 80))
    commits["slow"] = project.commit("Twenty times as slow, and larger")
    project.write("work.go", 'package m\n\nfunc Work() { panic("no work today") }\n')
    commits["broken"] = project.commit("Panic")
    project.write("work.go", "package m\n\nfunc Work() { missing() }\n")
    commits["uncompiled"] = project.commit("Does not compile")
    project.write("work.go", module(10_000))
    return project, commits


def gate(project: Project, base: str, head: str, *options: str, code: int) -> dict[str, Any]:
    """Run the gate; return its report."""
    run = project.run("gopybench", "gate", base, head, "--format", "json", *options, code=code)
    report = json.loads(run.stdout)
    assert report["exit_code"] == code
    return dict(report)


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {c["benchmark"]: c["verdict"] for c in report["comparisons"]}


BYTES = ["--bench", "bytes_per_op", "--config", "brief.json"]


class TestVerdicts:
    def test_the_same_code(self, measured: tuple[Project, dict[str, str]]) -> None:
        project, commits = measured
        before = project.files() if (project.path / "results").exists() else {}
        report = gate(project, commits["first"], commits["same"], *BYTES, code=0)
        assert verdicts(report) == {"m.Work.track_bytes_per_op": "same"}
        assert report["comparisons"][0]["base"] == report["comparisons"][0]["head"] == [64.0]
        assert (report["base"], report["head"]) == (commits["first"], commits["same"])
        # It leaves no results: those are for asv run to make.
        assert (project.files() if (project.path / "results").exists() else {}) == before

    def test_a_slowdown_in_time_and_memory(self, measured: tuple[Project, dict[str, str]]) -> None:
        project, commits = measured
        notes = project.path.with_name("notes")
        notes.unlink(missing_ok=True)
        report = gate(project, commits["same"], commits["slow"], code=1)
        said = {c["benchmark"]: c for c in report["comparisons"]}
        assert {name: c["verdict"] for name, c in said.items()} == {
            "m.Work.time_work": "worse",
            "m.Work.track_bytes_per_op": "worse",
            "m.Work.track_allocs_per_op": "same",
        }
        time = said["m.Work.time_work"]
        assert 2 < time["low"] <= time["ratio"] <= time["high"]
        assert len(time["base"]) == len(time["head"]) >= 9
        assert said["m.Work.track_bytes_per_op"]["ratio"] == pytest.approx(80 / 64)
        assert said["m.Work.track_allocs_per_op"]["base"] == [1.0]
        # A turn is a pair of processes, which are kept as long as samples are wanted of them.
        noted = [line.split() for line in notes.read_text().splitlines()]
        kept = [benchtime for benchtime, count in noted if int(count) > 1000]
        # And a pair before, which tells how many runs a sample has: as many on both sides.
        assert len(kept) == 2 * len(time["base"]) + 2
        assert len({*kept[2:]}) == 1

    def test_the_other_way_round_nothing_is_worse(
        self, measured: tuple[Project, dict[str, str]]
    ) -> None:
        project, commits = measured
        command = ["gopybench", "gate", commits["slow"], commits["same"], *BYTES]
        run = project.run(*command, "--format", "markdown", code=0)
        short = f"{commits['slow'][:8]} → {commits['same'][:8]}"
        assert run.stdout.startswith(f"**{short}: none of 1 comparisons got worse**\n\n|")
        assert f"| better | {GO}" in run.stdout
        assert "0.800×" in run.stdout
        assert "turn 1: 1 of 1 to decide" in run.stderr


class TestWhatCannotBeTold:
    """Exit code 2, and never 0, where something was not measured."""

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["-E", "go:1.5"], "no go1.5: "),
            (["-E", "no-such"], "Unknown environment type 'no-such'"),
            (["-E", "existing"], "has one version of the project: it cannot be compared"),
            (["--bench", "("], "'(' is not a regular expression"),
            (["--machine", "other"], "no results of a machine 'other'"),
            (["--threshold", "5"], "'5' is not a share such as 5% or 0.05"),
            (["--budget", "none"], "'none' is not a number of minutes"),
        ],
    )
    def test_options(
        self, measured: tuple[Project, dict[str, str]], options: list[str], message: str
    ) -> None:
        project, commits = measured
        run = project.run("gopybench", "gate", commits["first"], *options, code=2)
        assert message in run.stderr
        assert run.stdout == ""

    def test_revisions(self, measured: tuple[Project, dict[str, str]]) -> None:
        project, _ = measured
        run = project.run("gopybench", "gate", "nothing", code=2)
        assert "unknown revision 'nothing'" in run.stderr
        run = project.run("gopybench", "gate", "HEAD", code=2)
        assert "the same commit" in run.stderr

    def test_what_is_wrong_in_the_configuration(
        self, measured: tuple[Project, dict[str, str]]
    ) -> None:
        project, commits = measured
        config = project.json("asv.conf.json")
        for wrong in ({"plugins": ["none.such", ".none.such"]}, {"env_dir": 5}):
            project.write("other.json", {**config, **wrong})
            command = ["gopybench", "gate", commits["first"], "--config", "other.json"]
            assert "gopybench gate: " in project.run(*command, code=2).stderr

    def test_a_configured_environment_is_missing(
        self, measured: tuple[Project, dict[str, str]]
    ) -> None:
        project, commits = measured
        config = project.json("asv.conf.json")
        project.write("other.json", {**config, "pythons": [GO, "2.0"]})
        options = [*BYTES, "--config", "other.json"]
        run = project.run("gopybench", "gate", commits["first"], *options, code=2)
        assert "2.0" in run.stderr
        assert "`gopybench runtimes` says how to get it" in run.stderr
        # Those that are not asked for may be missing.
        gate(project, commits["first"], commits["same"], *options, "-E", GO, code=0)

    def test_nothing_is_selected(self, measured: tuple[Project, dict[str, str]]) -> None:
        project, commits = measured
        command = ["gopybench", "gate", commits["first"], commits["same"], "--bench", "nothing"]
        run = project.run(*command, code=2)
        assert run.stdout.splitlines()[0].endswith("nothing was measured")

    def test_it_fails_at_head(self, measured: tuple[Project, dict[str, str]]) -> None:
        project, commits = measured
        report = gate(project, commits["same"], commits["broken"], *BYTES, code=2)
        (comparison,) = report["comparisons"]
        assert comparison["verdict"] == "inconclusive"
        assert comparison["why"] == "fails at head: panic: no work today"
        back = gate(project, commits["broken"], commits["same"], *BYTES, code=2)
        assert back["comparisons"][0]["verdict"] == "inconclusive"
        assert back["comparisons"][0]["why"].startswith("fails at base: ")

    def test_head_does_not_compile(self, measured: tuple[Project, dict[str, str]]) -> None:
        project, commits = measured
        report = gate(project, commits["same"], commits["uncompiled"], *BYTES, code=2)
        assert "missing" in report["comparisons"][0]["why"]
        back = gate(project, commits["uncompiled"], commits["same"], *BYTES, code=2)
        assert back["comparisons"][0]["verdict"] == "inconclusive"

    def test_it_vanished(self, tmp_path: Path) -> None:
        project = make_go_project(
            tmp_path / "p",
            {"work.go": module(10), "work_test.go": WORK_TEST},
            go={"benchmarks_from": "commit", **BRIEF},
        )
        first = project.commit("First")
        project.write("work_test.go", WORK_TEST.replace("BenchmarkWork", "BenchmarkOther"))
        second = project.commit("Another benchmark")
        report = gate(project, first, second, "--bench", "bytes_per_op", code=2)
        why = {c["benchmark"]: c["why"] for c in report["comparisons"]}
        assert why["m.Work.track_bytes_per_op"] == "vanished: n/a at head"
        assert why["m.Other.track_bytes_per_op"] == "n/a at base"

    def test_a_unit_whose_direction_nobody_knows(self, tmp_path: Path) -> None:
        """It changed, and that is all that is known; "units" says which way is better."""
        reports = "".join(
            f'b.ReportMetric({value}, "{unit}")\n'
            for value, unit in (("Rate", "qps"), ("Rate", "score"), ("Rate", "cost"), ("3", "n"))
        )
        project = make_go_project(
            tmp_path / "p",
            {"m_test.go": source("m", bench("Serve", before=reports))},
            go={"units": {"score": "higher", "cost": "lower"}, **BRIEF},
        )
        project.write("m.go", "package m\n\nconst Rate = 1000.0\n")
        first = project.commit()
        project.write("m.go", "package m\n\nconst Rate = 1500.0\n")
        second = project.commit()
        for base, head, cost, code in ((first, second, "worse", 1), (second, first, "better", 2)):
            run = project.run(
                *("gopybench", "gate", base, head, "--bench", "track_", "--format", "json"),
                code=code,
            )
            assert "BenchmarkServe score is left out: higher is better" in run.stderr
            report = json.loads(run.stdout)
            assert verdicts(report) == {
                "m.Serve.track_qps": "inconclusive",
                "m.Serve.track_cost": cost,
                "m.Serve.track_n": "same",
            }
            (why,) = {c["why"] for c in report["comparisons"] if c["verdict"] == "inconclusive"}
            assert why.startswith("changed, direction unknown")

    def test_the_time_is_over(self, tmp_path: Path) -> None:
        """The budget ends what would never end by itself."""
        project = make_go_project(
            tmp_path / "p", {"m.go": "package m\n", "m_test.go": source("m", WAITS, imports=LOG)}
        )
        project.commit("First")
        project.write("notes.txt", "nothing else")
        project.commit("Same code")
        report = gate(project, "HEAD~1", "HEAD", "--budget", "0.1", code=2)
        assert [c["why"] for c in report["comparisons"]] == ["the budget was spent after 0 turns"]
        # So short a time may be over while it looks for benchmarks, or just after that.
        run = project.run("gopybench", "gate", "HEAD~1", "--budget", "0.0001", code=2)
        in_discovery = "took the whole budget, 0.0001 minutes: choose fewer with --bench"
        assert in_discovery in run.stderr or "the budget was spent after 0 turns" in run.stdout

    def test_it_is_interrupted(self, measured: tuple[Project, dict[str, str]]) -> None:
        project, commits = measured
        process = subprocess.Popen(
            [BIN / "gopybench", "gate", commits["first"], commits["same"], "--threshold", "0.1%"],
            cwd=project.path,
            env=project.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_for(f"{project.path}.*test.bench=", running=True)
        other = project.run("gopybench", "gate", commits["first"], code=2)
        assert "locked by another process" in other.stderr
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert "interrupted" in errors
        assert "Traceback" not in errors
        assert output == ""


def test_both_languages_and_what_is_there_already(tmp_path: Path) -> None:
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    project = make_go_project(
        tmp_path / "p",
        {
            "work.go": module(10),
            "work_test.go": WORK_TEST,
            "benchmarks/python.py": PYTHON,
            "setup.py": SETUP,
            "m/__init__.py": "def size(which):\n    return 100\n",
        },
        pythons=[python, GO],
        matrix={"req": {"pip+setuptools": [""]}},
        build_command=[],
        install_command=["in-dir={env_dir} python -m pip install --no-build-isolation {build_dir}"],
        go=BRIEF,
    )
    first = project.commit("First")
    project.write("m/__init__.py", "def size(which):\n    return 110 if which == 'b|c' else 100\n")
    second = project.commit("One of Python's is larger")
    project.run("asv", "run", f"{first}^!", "--bench", "track_size|bytes_per_op")
    before = project.files()
    report = gate(project, first, second, "--bench", "track_size|bytes_per_op", code=1)
    said = {
        (c["benchmark"], c["parameters"].get("which"), c["environment"].split("-")[0]): c
        for c in report["comparisons"]
        if c["verdict"] != "n/a"
    }
    same = said["python.Python.track_size", "'a'", "virtualenv"]
    assert (same["verdict"], same["why"]) == ("same", "base from earlier results")
    worse = said["python.Python.track_size", "'b|c'", "virtualenv"]
    # Earlier results are no proof that it got worse: both were measured.
    assert (worse["verdict"], worse["why"]) == ("worse", "")
    assert len(worse["base"]) == len(worse["head"]) > 5
    assert said["m.Work.track_bytes_per_op", None, GO]["why"] == "base from earlier results"
    # Head's environment is a copy of base's, with its own path: nothing was installed again.
    pips = [next(project.path.glob(f".asv/gate/{side}/*/bin/pip")) for side in ("base", "head")]
    assert [str(pip.parent) in pip.read_text() for pip in pips] == [True, True]
    installed = [
        next(pip.parents[1].glob("lib/*/site-packages/asv_runner-*/INSTALLER")).stat().st_mtime_ns
        for pip in pips
    ]
    assert installed[0] == installed[1]
    assert project.files() == before


@pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is not installed")
def test_counts_of_instructions(tmp_path: Path) -> None:
    """One turn is enough where valgrind counts the same, five where a count changed."""
    project = make_go_project(
        tmp_path / "p",
        {
            "work.go": module(10_000),
            "work_test.go": WORK_TEST + COUNTED,
            "count.go": "package m\n\nvar Count = 1000.0\n",
        },
        go={"dir": ".", "instructions": "Work"},
    )
    first = project.commit("First")
    project.write("count.go", "package m\n\nvar Count = 1020.0\n")
    second = project.commit("Two per cent more")
    report = gate(project, first, second, "--bench", "instructions", code=1)
    said = {c["benchmark"]: c for c in report["comparisons"]}
    same, worse = (said[f"m.{name}.track_instructions"] for name in ("Work", "Own"))
    assert (same["verdict"], len(same["base"])) == ("same", 1)
    assert 10_000 < same["base"][0] < 200_000
    assert (worse["verdict"], worse["ratio"]) == ("worse", pytest.approx(1.02))
    assert (worse["base"], worse["head"]) == ([1000.0] * 5, [1020.0] * 5)
