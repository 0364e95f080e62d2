"""Two environments at one commit, as a user compares them: what is said and what is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..conftest import GO, Project, make_go_project
from ..go_module import BRIEF

TEST = """package m

import (
	"os"
	"testing"
)

var Kept []byte

func BenchmarkWork(b *testing.B) {
	for _, mode := range []string{"threads", "processes"} {
		b.Run("mode="+mode, func(b *testing.B) {
			if mode == "processes" && os.Getenv("SIZE") == "64" {
				b.Skip("no processes here")
			}
			size := 64
			if os.Getenv("SIZE") == "128" {
				size = 128
			}
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				for j := 0; j < size; j++ {
					Kept = make([]byte, size)
				}
			}
		})
	}
}
"""
SMALL, LARGE = f"{GO}-SIZE64", f"{GO}-SIZE128"
BENCH = ["--bench", "time_work|bytes_per_op", "--within", "90%"]


@pytest.fixture(scope="module")
def versus(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A module that does four times as much in one of its environments."""
    path = tmp_path_factory.mktemp("versus") / "p"
    matrix = {"env_nobuild": {"SIZE": ["64", "128"]}}
    project = make_go_project(path, {"m_test.go": TEST}, matrix=matrix, go=BRIEF)
    project.commit("First")
    return project


def test_what_is_measured_and_kept(versus: Project) -> None:
    command = ["gopybench", "versus", SMALL, LARGE, *BENCH]
    run = versus.run(*command, "--format", "json", code=0)
    report = json.loads(run.stdout)
    assert report["first"]["environment"] == SMALL
    assert report["second"]["notes"]["@runtime"].startswith("go version go")
    found = {(c["benchmark"], c["first"]["mode"]): c for c in report["comparisons"]}
    of_bytes = found["m.Work.track_bytes_per_op", "'threads'"]
    assert (of_bytes["verdict"], of_bytes["ratio"]) == ("measured", 4.0)
    assert of_bytes["second_median"] == 4 * of_bytes["first_median"] == 128 * 128
    time = found["m.Work.time_work", "'threads'"]
    assert time["verdict"] == "measured"
    assert 1 < time["low"] <= time["ratio"] <= time["high"]
    absent = found["m.Work.time_work", "'processes'"]
    assert (absent["verdict"], absent["why"]) == ("n/a", f"n/a in {SMALL}")
    assert versus.json("results/versus.json") == {"version": 1, "runs": [report]}
    # asv takes it for no results.
    versus.run("asv", "run", "--bench", "just-discover", "HEAD^!")
    versus.run("asv", "publish")


def test_values_that_stand_for_each_other(versus: Project) -> None:
    match = ["--match", "mode=threads:processes", "--format", "markdown"]
    run = versus.run("gopybench", "versus", SMALL, LARGE, *BENCH[:1], "bytes_per_op", *match)
    assert run.stdout.startswith(f"**{LARGE} to {SMALL} at ")
    (row,) = (line for line in run.stdout.splitlines() if "bytes_per_op" in line)
    cells = [cell.strip() for cell in row.split("|")]
    assert "m.Work.track_bytes_per_op('threads' : 'processes')" in cells
    assert "4.000×" in cells


def test_what_is_not_known_well_enough(versus: Project) -> None:
    command = ["gopybench", "versus", LARGE, SMALL, "--bench", "time_work", "--budget", "0.1"]
    run = versus.run(*command, "--within", "0.001%", code=2)
    assert "inconclusive" in run.stdout
    kept = versus.json("results/versus.json")["runs"]
    comparison = kept[-1]["comparisons"][0]
    assert comparison["verdict"] == "inconclusive"
    # A bound that so few turns do not give is none, and no 0.
    assert (comparison["low"], comparison["high"]) == (None, None) or comparison["turns"] >= 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([GO, LARGE], f"here are {LARGE}, {SMALL}"),
        ([LARGE, LARGE], f"both are {LARGE}: nothing to compare"),
        ([SMALL, LARGE, "--match", "mode"], "'mode' is no NAME=VALUE:VALUE"),
        ([SMALL, LARGE, "--commit", "nowhere"], "nowhere"),
        ([f"go:{GO.removeprefix('go')}", LARGE], "are several environments: choose one of"),
    ],
)
def test_wrong_input(versus: Project, arguments: list[str], message: str) -> None:
    run = versus.run("gopybench", "versus", *arguments, code=2)
    assert message in run.stderr
    assert "Traceback" not in run.stderr


def test_a_damaged_file_is_named_before_anything_is_measured(tmp_path: Path) -> None:
    project = make_go_project(tmp_path / "p", {"m_test.go": TEST})
    project.commit("First")
    project.write("results/versus.json", '{"version": 1, "runs": [{}]}')
    run = project.run("gopybench", "versus", GO, GO, code=2)
    assert "results/versus.json is damaged" in run.stderr
