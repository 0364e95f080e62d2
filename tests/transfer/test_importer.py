"""The importer, by its command, in scratch projects; asv's own commands read what it wrote."""

from __future__ import annotations

import fcntl
import json
import math
import os
import resource
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest

from gopybench import cli
from gopybench.asvdata import noted, wholefiles

from ..conftest import CONFIG, GO, Project

HEADER = "goos: linux\ngoarch: amd64\npkg: example.com/m/p\ncpu: A CPU\ngo-version: go1.27.3\n"


def bench(*lines: str) -> str:
    return HEADER + "".join(f"Benchmark{line}\n" for line in lines)


def define_in_python(project: Project, **changes: Any) -> None:
    """Let asv's own list of benchmarks hold one that Python defines."""
    entry = {
        "name": "p.Life.time_life",
        "param_names": ["variant", "mode", "n"],
        "params": [["'A'", "'B'"], ["'single'", "'threads'"], ["10", "20"]],
        "type": "time",
        "unit": "seconds",
        "version": "7",
        "code": "",
        **changes,
    }
    results = project.path / "results"
    results.mkdir(exist_ok=True)
    (results / "benchmarks.json").write_text(json.dumps({entry["name"]: entry, "version": 2}))


class TestJoining:
    def test_values_are_laid_out_on_pythons_parameters(self, project: Project) -> None:
        define_in_python(project)
        commit = project.commit()
        text = bench(
            "Life/variant=A/mode=threads/n=20-2 5 2000 ns/op",
            "Life/variant=A/mode=threads/n=20-2 7 4000 ns/op",
            "Life/variant=A/mode=threads/n=20-2 9 3000 ns/op",
            "Life/variant=A/mode=single/n=10-2 9 100 ns/op",
        )
        run = project.import_go(text)
        assert "joined Python's benchmark: p.Life.time_life" in run.stdout
        result = project.results(commit, "go1.27")["p.Life.time_life"]
        assert result["version"] == "7"
        values = [None if math.isnan(value) else value for value in result["result"]]
        assert values == [pytest.approx(1e-7), None, None, pytest.approx(3e-6)] + [None] * 4
        assert result["samples"][3] == pytest.approx([2e-6, 4e-6, 3e-6])
        assert (result["stats_number"][3], result["stats_repeat"][3]) == (7, 3)

    def test_parameters_without_values(self, project: Project) -> None:
        define_in_python(project, param_names=["n"], params=[[]])
        run = project.import_go(bench("Life/n=1 1 1 ns/op", "X 1 1 ns/op"))
        assert "(1): p.Life.time_life: parameter n has no value 1" in run.stdout

    def test_parameters_of_one_name(self, project: Project) -> None:
        define_in_python(project, param_names=["n", "n"], params=[["1", "2"]] * 2)
        commit = project.commit()
        project.import_go(bench("Life/n=2 1 7 sec/op", "Life/n=1 1 5 sec/op"))
        values = project.results(commit, GO)["p.Life.time_life"]["result"]
        assert repr(values) == repr([5.0, math.nan, math.nan, 7.0])

    @pytest.mark.parametrize(
        ("line", "why"),
        [
            ("Life/variant=A/mode=single/n=30 1 1 ns/op", "parameter n has no value 30"),
            ("Life/variant=A/n=10 1 1 ns/op", "parameter mode is missing"),
            ("Life/variant=A/mode=single/n=10/x=1 1 1 ns/op", "there is no parameter x"),
        ],
    )
    def test_what_does_not_fit_is_left_out(self, project: Project, line: str, why: str) -> None:
        define_in_python(project)
        run = project.import_go(bench(line, "Other 1 1 ns/op"))
        assert f"left out: example.com/m/p.BenchmarkLife sec/op (1): p.Life.time_life: {why}" in (
            run.stdout
        )
        assert "defined by Go alone: p.Other.time_other" in run.stdout

    def test_another_unit_does_not_join(self, project: Project) -> None:
        define_in_python(project, type="track", unit="furlongs")
        run = project.import_go(bench("Life/variant=A/mode=single/n=10 1 1 ns/op"), code=1)
        assert "Python's is of type track in furlongs, Go's of type time in seconds" in run.stderr

    def test_a_higher_is_better_unit_is_left_out(self, project: Project) -> None:
        run = project.import_go(
            "Unit hits better=higher\n" + bench("X 1 1 ns/op 5 MB/s 3 hits 2 frames/s")
        )
        why = "(1): higher is better, which asv cannot show"
        for unit in ("MB/s", "hits", "frames/s"):
            assert f"left out: example.com/m/p.BenchmarkX {unit} {why}" in run.stdout


class TestDefining:
    def test_a_benchmark_of_gos_alone(self, project: Project) -> None:
        commit = project.commit()
        project.import_go(bench("Sort/kind=quick/n=100-2 1 5 ns/op 64 B/op 2 allocs/op 9 x-bytes"))
        entry = project.json("results/benchmarks.json")["p.Sort.time_sort"]
        assert entry["param_names"] == ["kind", "n"]
        assert entry["params"] == [["'quick'"], ["100"]]
        assert (entry["type"], entry["unit"]) == ("time", "seconds")
        results = project.results(commit, "go1.27")
        assert {name: row["result"] for name, row in results.items()} == {
            "p.Sort.time_sort": [pytest.approx(5e-9)],
            "p.Sort.track_bytes_per_op": [64.0],
            "p.Sort.track_allocs_per_op": [2.0],
            "p.Sort.track_x": [9.0],
        }

    def test_new_parameter_values_keep_old_results(self, project: Project) -> None:
        project.import_go(bench("Sort/n=100 1 5 ns/op"), "--commit", "HEAD~1")
        project.import_go(bench("Sort/n=10 1 3 ns/op"))
        assert project.json("results/benchmarks.json")["p.Sort.time_sort"]["params"] == [
            ["10", "100"]
        ]
        shown = project.run("asv", "compare", "HEAD~1", "HEAD").stdout
        assert "p.Sort.time_sort(100)" in shown
        assert "5.00±0ns" in shown

    def test_a_later_import_of_other_parameters_keeps_the_earlier_ones(
        self, project: Project
    ) -> None:
        commit = project.commit()
        project.import_go(bench("Sort/n=100 1 5 ns/op"))
        project.import_go(bench("Sort/n=10 1 3 ns/op"))
        result = project.results(commit, "go1.27")["p.Sort.time_sort"]
        assert result["params"] == [["10", "100"]]
        assert result["result"] == [pytest.approx(3e-9), pytest.approx(5e-9)]

    def test_sub_benchmarks_with_different_parameters(self, project: Project) -> None:
        commit = project.commit()
        project.import_go(bench("X 1 1 ns/op", "X/a=1 1 2 ns/op", "X/b=2 1 3 ns/op"))
        entry = project.json("results/benchmarks.json")["p.X.time_x"]
        assert entry["params"] == [["None", "1"], ["None", "2"]]
        values = project.results(commit, "go1.27")["p.X.time_x"]["result"]
        assert values[:3] == [pytest.approx(v * 1e-9) for v in (1, 3, 2)]
        assert math.isnan(values[3])

    def test_gomaxprocs_is_a_parameter_where_it_has_several_values(self, project: Project) -> None:
        run = project.import_go(bench("X 1 1 ns/op", "X-2 1 1 ns/op", "X-4 1 1 ns/op"))
        entry = project.json("results/benchmarks.json")["p.X.time_x"]
        assert (entry["param_names"], entry["params"]) == (["gomaxprocs"], [["1", "2", "4"]])
        assert "gomaxprocs (1, 2, 4)" in run.stdout

    def test_numbers_of_the_benchmarks_own_are_not_gomaxprocs(self, project: Project) -> None:
        text = bench("X 1 1 ns/op") + "pkg: example.com/m/q\n"
        text += "BenchmarkHash/SHA-256 1 1 ns/op\nBenchmarkHash/SHA-512 1 1 ns/op\n"
        project.import_go(text)
        benchmarks = project.json("results/benchmarks.json")
        assert benchmarks["q.Hash.time_hash"]["params"] == [["'SHA-256'", "'SHA-512'"]]
        assert benchmarks["p.X.time_x"]["params"] == []

    def test_gomaxprocs_is_told_package_by_package(self, project: Project) -> None:
        """Also within one, a name without a number changes no other name."""
        text = bench("Sum-8 1 1 ns/op", "Mul-8 1 1 ns/op", "Alone 1 1 ns/op")
        text += "pkg: example.com/m/q\nBenchmarkSerial 1 1 ns/op\n"
        text += "pkg: example.com/m/r\nBenchmarkX/a-8 1 1 ns/op\n"
        project.import_go(text)
        known = project.json("results/benchmarks.json")
        assert {name: e["params"] for name, e in known.items() if name != "version"} == {
            "p.Sum.time_sum": [],
            "p.Mul.time_mul": [],
            "p.Alone.time_alone": [],
            "q.Serial.time_serial": [],
            "r.X.time_x": [["'a'"]],
        }

    def test_gomaxprocs_is_told_file_by_file(self, project: Project, tmp_path: Path) -> None:
        (tmp_path / "a").write_text(bench("X/n=1-2 1 1 ns/op", "Y-2 1 1 ns/op"))
        (tmp_path / "b").write_text(bench("X/n=1-4 1 2 ns/op", "Y-4 1 2 ns/op"))
        project.run("gopybench", "import-go", tmp_path / "a", tmp_path / "b")
        known = project.json("results/benchmarks.json")
        assert known["p.X.time_x"]["params"] == [["1"], ["2", "4"]]
        assert known["p.Y.time_y"]["params"] == [["2", "4"]]

    @pytest.mark.parametrize(
        ("known", "later", "params"),
        [
            # Numbers of its own, on one core.
            (["X 1 1 x", "H/sha-256 1 1 x"], ["H/sha-256 1 2 x"], [["'sha-256'"]]),
            # The same on eight.
            (["X 1 1 x", "H/sha-256 1 1 x"], ["H/sha-256-8 1 2 x"], [["'sha-256'"]]),
            # GOMAXPROCS, also where other numbers are on its side.
            (["H/a-8 1 1 x", "H/b-8 1 1 x"], ["H/a-4 1 2 x", "H/b-2 1 2 x"], None),
            # A parameter, also where the run has one value.
            (["H 1 1 x", "H-2 1 1 x"], ["H-2 1 2 x"], [["1", "2"]]),
        ],
    )
    def test_gomaxprocs_as_asv_knows_it(
        self, project: Project, known: list[str], later: list[str], params: list[list[str]] | None
    ) -> None:
        project.import_go(bench(*known))
        before = project.json("results/benchmarks.json")["p.H.track_x"]["params"]
        project.import_go(bench(*later))
        after = project.json("results/benchmarks.json")["p.H.track_x"]["params"]
        assert after == before == (params or before)

    def test_a_name_too_long_for_its_graph_is_left_out(self, project: Project) -> None:
        """The longest that fits is published: its file is as long as a file's name can be."""
        longest = 250 - len("p..track_x")
        lines = [f"L{'o' * (count - 1)} 1 1 x" for count in (longest, longest + 1, 300)]
        run = project.import_go(bench(*lines, "X 1 1 ns/op"))
        assert run.stdout.count("its asv name is longer than") == 2
        project.run("asv", "publish")
        assert list((project.path / "html").rglob(f"p.{'L' + 'o' * (longest - 1)}.track_x.json"))

    def test_python_adds_a_value_to_what_go_defined(self, project: Project) -> None:
        """The same input again is laid out on the parameters as they are now."""
        commit = project.commit()
        text = bench("Life/variant=A/mode=single/n=10 1 1 ns/op")
        project.import_go(text)
        define_in_python(project)
        project.import_go(text)
        result = project.results(commit, "go1.27")["p.Life.time_life"]
        assert result["result"][0] == pytest.approx(1e-9)
        assert all(math.isnan(value) for value in result["result"][1:])

    def test_parameters_in_another_order_are_the_same(self, project: Project) -> None:
        """A benchmark may come to name its parameters in another order."""
        commit = project.commit()
        project.import_go(bench("X/a=1/b=2 1 1 ns/op"))
        project.import_go(bench("X/b=2/a=1 1 3 ns/op"), "--append")
        samples = project.results(commit, "go1.27")["p.X.time_x"]["samples"]
        assert samples == [pytest.approx([1e-9, 3e-9])]

    def test_unit_lines_hold_for_the_files_after_them(
        self, project: Project, tmp_path: Path
    ) -> None:
        """As in golang.org/x/perf/benchfmt; a file may say otherwise."""
        texts = {
            "before": bench("Xa 1 1 hits"),
            "units": "Unit hits better=higher\n",
            "after": bench("Xb 1 1 hits"),
            "other": "Unit hits better=lower\n" + bench("Xc 1 1 hits"),
        }
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        run = project.run("gopybench", "import-go", *(tmp_path / name for name in texts))
        assert "left out: example.com/m/p.BenchmarkXb hits" in run.stdout
        for name in ("Xa", "Xc"):
            assert f"defined by Go alone: p.{name}.track_hits" in run.stdout

    def test_a_file_that_is_named_twice_is_one(self, project: Project, tmp_path: Path) -> None:
        commit = project.commit()
        file = tmp_path / "a"
        file.write_text(bench("X 1 5 x"))
        (tmp_path / "b").symlink_to(file)
        project.run("gopybench", "import-go", file, tmp_path / "b", tmp_path / "." / "a")
        assert project.results(commit, "go1.27")["p.X.track_x"]["samples"] == [[5.0]]

    def test_names_whose_graphs_meet(self, project: Project) -> None:
        """asv writes a graph into a file of the benchmark's name, without some characters."""
        run = project.import_go(bench("X_y 1 1 x", "X:y 1 2 x", "X|y 1 3 x"))
        for name in ("X:y", "X|y"):
            assert (
                f"left out: example.com/m/p.Benchmark{name} x (1): asv's file of its graph "
                "is that of p.X_y.track_x" in run.stdout
            )
        again = project.import_go(bench("X|y 1 3 x", "X_y 1 1 x"))
        assert "BenchmarkX|y x (1): asv's file of its graph is that of p.X_y" in again.stdout

    def test_two_benchmarks_that_would_be_one(self, project: Project) -> None:
        run = project.import_go(bench("X 1 1 a-b 2 a_b"))
        assert (
            "left out: example.com/m/p.BenchmarkX a_b (1): its name p.X.track_a_b is taken by "
            "example.com/m/p.BenchmarkX a-b" in run.stdout
        )

    @pytest.mark.parametrize(
        ("units", "name", "value", "left_out"),
        [
            ("100 bytes/op 4096 B/op", "track_bytes_per_op", 4096.0, "X bytes/op (1): its name"),
            ("12 MB/op 4096 B/op", "track_bytes_per_op", 4096.0, "X MB/op (1): B/op on the same"),
            ("0.5 hit 50 hit%", "track_hit", 0.5, "X hit% (1): its name"),
        ],
    )
    def test_units_that_meet(
        self, project: Project, units: str, name: str, value: float, left_out: str
    ) -> None:
        commit = project.commit()
        run = project.import_go(bench(*[f"X 1 {units}"] * 10))
        assert f"left out: example.com/m/p.Benchmark{left_out}".replace("(1)", "(10)") in run.stdout
        results = project.results(commit, "go1.27")
        assert {n: row["result"] for n, row in results.items()} == {f"p.X.{name}": [value]}

    def test_the_one_that_has_the_name_keeps_it(self, project: Project) -> None:
        """Whatever comes before it in a later text."""
        commit = project.run("git", "rev-parse", "HEAD").stdout.strip()
        project.import_go(bench("X 1 1 a-b"))
        run = project.import_go(bench("W 1 1 a_b", "X 1 2 a_b 3 a-b"))
        assert "X a_b (1): its name p.X.track_a_b is taken by" in run.stdout
        assert project.results(commit, GO)["p.X.track_a_b"]["result"] == [3.0]

    def test_too_many_combinations(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        """As of names that hold what changes from run to run."""
        lines = [f"X/{i}/a 1 1 ns/op" for i in range(100_001)]
        run = project.import_go(bench(*lines), code=1)
        assert "it would have 100001 combinations of parameters" in run.stderr
        assert "split it into several functions" in run.stderr

    def test_go_alone_survives_what_asv_writes(self, project: Project) -> None:
        """asv's own writer of the list, with the plugin that the configuration names."""
        project.import_go(bench("Sort/n=100 1 5 ns/op"))
        rewrite = textwrap.dedent(
            """
            from asv.benchmarks import Benchmarks
            from asv.config import Config
            from asv.plugin_manager import plugin_manager
            conf = Config.load("asv.conf.json")
            plugin_manager.import_plugin(conf.plugins[0])
            plugin_manager.import_plugin(conf.plugins[0])
            Benchmarks(conf, [{"name": "q.time_q", "params": []}]).save()
            """
        )
        project.run("python", "-c", rewrite)
        assert set(project.json("results/benchmarks.json")) == {
            "p.Sort.time_sort",
            "q.time_q",
            "version",
        }

    def test_a_damaged_list_is_written_anew_by_asv(self, project: Project) -> None:
        project.import_go(bench("Sort/n=100 1 5 ns/op"))
        (project.path / "results/benchmarks.json").write_text("<<<<<<< HEAD")
        rewrite = textwrap.dedent(
            """
            from asv.benchmarks import Benchmarks
            from asv.config import Config
            from gopybench.bridge import patches
            patches.install()
            Benchmarks(Config.load("asv.conf.json"), [{"name": "q.time_q", "params": []}]).save()
            """
        )
        run = project.run("python", "-c", rewrite)
        assert "import them again" in run.stdout + run.stderr
        assert set(project.json("results/benchmarks.json")) == {"q.time_q", "version"}

    def test_without_the_plugin_the_user_is_told(self, project: Project) -> None:
        config = project.json("asv.conf.json")
        del config["plugins"]
        (project.path / "asv.conf.json").write_text(json.dumps(config))
        assert "plugins" in project.import_go(bench("X 1 1 ns/op")).stdout


@pytest.mark.parametrize(
    "text",
    [
        "pkg: example.com/m/<img src=x onerror=alert(1)>\nBenchmarkX 1 1 ns/op\n",
        "Benchmark<svg/onload=alert(1)> 1 1 ns/op\n",
        "Benchmark'X 1 1 ns/op\n",
        "pkg: a%3Cb\nBenchmarkX 1 1 ns/op\n",
    ],
)
def test_a_name_that_asvs_page_would_run(project: Project, text: str) -> None:
    run = project.import_go(text + "pkg: example.com/m\nBenchmarkGood 1 1 ns/op\n")
    assert "no Go package or function has" in run.stdout
    assert set(project.json("results/benchmarks.json")) == {"m.Good.time_good", "version"}


# What an export writes of every result.
ORIGIN = "commit: HEAD\nmachine: box\nenvironment: e\npython: 3.13\n"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ('requirements: {"machine": "../../evil"}', "not a requirement: machine"),
        ('requirements: {"<img src=x>": "1"}', "could be markup"),
        ('requirements: {"lib": "%s"}' % ("v" * 300), "longer than 100 bytes"),
        ('env-vars: {"A": "<svg>"}', "could be markup"),
        ("python: <b>", "could be markup"),
        ("requirements: " + "[" * 200_000, "not an object of strings"),
        ("machine: <img src=x onerror=alert(1)>", "could be markup"),
        ("machine: a\0b", "no text"),
        ("machine: benchmarks.json", "cannot be a file's name"),
    ],
)
def test_an_origin_that_asv_would_trip_over(project: Project, lines: str, why: str) -> None:
    run = project.import_go(f"{ORIGIN}{lines}\nBenchmarkX 1 1 ns/op\n", code=1)
    assert "<stdin>:" in run.stderr
    assert why in run.stderr
    assert not (project.path / "results").exists() or project.files() == {}
    assert not (project.path.parent / "evil").exists()


def test_a_unit_that_asvs_page_would_run(project: Project) -> None:
    line = "Y 1 1 <img/src=x/onerror=alert(1)>-bytes"
    run = project.import_go(bench("Good 1 1 ns/op", line))
    assert "could be markup" in run.stdout
    assert set(project.json("results/benchmarks.json")) == {"p.Good.time_good", "version"}


def test_a_parameters_name_is_an_identifier(project: Project) -> None:
    """Other text before a = is a part of a value, as that of a part without one is."""
    project.import_go(bench("Y/<script>alert(1)<!--=1 1 1 ns/op"))
    entry = project.json("results/benchmarks.json")["p.Y.time_y"]
    assert (entry["param_names"], entry["params"]) == (["sub1"], [["'<script>alert(1)<!--=1'"]])


def test_a_long_description_of_a_machine_still_publishes(project: Project) -> None:
    project.import_go(f"cpu: {'x' * 400}\n" + bench("X 1 1 ns/op")[20:], "--machine", "ci")
    project.run("asv", "publish")


@pytest.mark.parametrize("value", ["1.7e308", "-1.7e308", "1e301"])
def test_a_value_that_asvs_statistics_cannot_take(project: Project, value: str) -> None:
    run = project.import_go(bench(f"X 1 {value} x/op", "X 1 1 x/op"), code=1)
    assert (
        "<stdin>:6: a value of x/op is not finite, or greater than 1e+300; left out" in run.stderr
    )


def test_few_of_many_combinations_are_one_parameter(project: Project) -> None:
    sparse = [f"F/a={i}/b={i * 7 % 100} 1 {i} x/op" for i in range(100)]
    dense = [f"G/a={i}/b={j} 1 1 x/op" for i in range(40) for j in range(40)]
    run = project.import_go(bench(*sparse, *dense))
    assert "left out" not in run.stdout
    known = project.json("results/benchmarks.json")
    flat, grid = known["p.F.track_x_per_op"], known["p.G.track_x_per_op"]
    assert flat["param_names"] == ["sub"]
    assert flat["params"] == [[f"'a={i}/b={i * 7 % 100}'" for i in range(100)]]
    assert (grid["param_names"], [*map(len, grid["params"])]) == (["a", "b"], [40, 40])


def test_another_machine_in_the_same_run_is_left_out(project: Project) -> None:
    text = bench("X 1 1 x/op") + "cpu: Another\nBenchmarkX 1 100 x/op\n"
    run = project.import_go(text, code=1)
    assert "<stdin>:8: another cpu than at <stdin>:6" in run.stderr
    commit = project.run("git", "rev-parse", "HEAD").stdout.strip()
    assert project.results(commit, "go1.27")["p.X.track_x_per_op"]["samples"] == [[1.0]]


def test_more_files_than_may_be_open(project: Project) -> None:
    for i in range(80):
        project.write(f"old/{i}.txt", bench(f"X{i} 1 1 x/op"))
    project.run("sh", "-c", "ulimit -n 60; exec gopybench import-go old/*.txt")
    assert len(project.json("results/benchmarks.json")) == 81


def test_half_of_a_pair_in_an_event(project: Project) -> None:
    event = {"Action": "output", "Package": "p", "Output": "BenchmarkX\ud800 1 1 ns/op\n"}
    run = project.import_go(json.dumps(event) + "\n" + bench("Y 1 1 ns/op"), code=1)
    assert "<stdin>:1: not UTF-8" in run.stderr


@pytest.mark.parametrize(
    ("key", "value"),
    [("results_dir", 5), ("repo", 5), ("pythons", 5), ("plugins", 5), ("version", "a")],
)
def test_a_configuration_of_the_wrong_kind(project: Project, key: str, value: Any) -> None:
    project.write("asv.conf.json", {**CONFIG, key: value})
    assert "asv.conf.json: " in project.import_go(bench("X 1 1 ns/op"), code=1).stderr


@pytest.mark.parametrize(
    "entry",
    [
        {"params": [], "param_names": []},
        *(
            {"name": "x", "type": "track", "unit": "u", "params": [], "param_names": [], **changes}
            for changes in ({"params": [["1"]]}, {"layout": 5}, {"layout": {"flat": 1}})
        ),
    ],
)
def test_an_entry_that_is_no_benchmark(project: Project, entry: dict[str, Any]) -> None:
    project.write("results/benchmarks.json", {"x": entry, "version": 2})
    assert "'x' is not a benchmark" in project.import_go(bench("X 1 1 ns/op"), code=1).stderr


class TestNamesThatMeet:
    """Two different Go benchmarks never become one of asv's."""

    @pytest.mark.parametrize(
        ("one", "other", "params"),
        [
            ("A/x", "A/sub1=x", ["'x'", "'sub1=x'"]),
            ("A/a=1/a=2", "A/a=1/a_=2", None),
            ("A/a=1/b=2", "A/b=2/a=1", ["'a=1/b=2'", "'b=2/a=1'"]),
            ("A/a/b=2", "A/b=2/sub1=a", None),
        ],
    )
    def test_they_are_told_apart(
        self, project: Project, one: str, other: str, params: list[str] | None
    ) -> None:
        run = project.import_go(bench(f"{one} 1 1 ns/op", f"{other} 1 2 ns/op"))
        assert "left out" not in run.stdout
        commit = project.run("git", "rev-parse", "HEAD").stdout.strip()
        (row,) = project.results(commit, "go1.27").values()
        values = [value for value in row["result"] if value == value]
        assert sorted(values) == [pytest.approx(1e-9), pytest.approx(2e-9)]
        if params:
            assert row["params"] == [params]

    def test_where_python_defines_the_benchmark(self, project: Project) -> None:
        define_in_python(project, param_names=["s"], params=[["'a'", "'b'"]])
        lines = [f"Life/s={value} 1 {i}000 ns/op" for i, value in enumerate(("a", "'a'"), 1)]
        run = project.import_go(bench(*lines, "Life/s=%61 1 5 ns/op"))
        assert "its parameters are those of another" in run.stdout
        assert "parameter s has no value %61" in run.stdout
        commit = project.run("git", "rev-parse", "HEAD").stdout.strip()
        (row,) = project.results(commit, "go1.27").values()
        assert row["samples"][0] == [pytest.approx(1e-6)]

    def test_sizes_that_look_like_gomaxprocs(self, project: Project) -> None:
        """What go test -cpu 1,2,4 prints of sub-benchmarks size-1 to size-8."""
        lines = [
            f"B/size-{size}{suffix} 1 {size}{i} x/op"
            for size in (1, 2, 4, 8)
            for i, suffix in enumerate(("", "-2", "-4"))
        ]
        project.import_go(bench(*lines))
        entry = project.json("results/benchmarks.json")["p.B.track_x_per_op"]
        assert dict(zip(entry["param_names"], entry["params"])) == {
            "sub1": ["'size-1'", "'size-2'", "'size-4'", "'size-8'"],
            "gomaxprocs": ["1", "2", "4"],
        }

    def test_a_number_at_the_end_and_gomaxprocs(self, project: Project) -> None:
        run = project.import_go(
            bench(
                "A/gomaxprocs=2 1 1 ns/op",
                "A/gomaxprocs=2-2 1 2 ns/op",
                "A-2 1 3 ns/op",
                "A 1 4 ns/op",
            )
        )
        commit = project.run("git", "rev-parse", "HEAD").stdout.strip()
        (row,) = project.results(commit, "go1.27").values()
        assert "left out" not in run.stdout
        assert sorted(value for value in row["result"] if value == value) == [
            pytest.approx(value * 1e-9) for value in (1, 2, 3, 4)
        ]


class TestAgain:
    text = bench("X 1 1 ns/op", "X 1 2 ns/op", "Y 3 1 ns/op 5 B/op")

    def test_twice_changes_nothing(self, project: Project) -> None:
        project.import_go(self.text)
        before = project.files()
        run = project.import_go(self.text)
        assert "unchanged results/box/" in run.stdout
        assert project.files() == before

    def test_more_samples_replace(self, project: Project) -> None:
        commit = project.commit()
        project.import_go(self.text)
        project.import_go(bench("X 1 3 ns/op"))
        results = project.results(commit, "go1.27")
        assert results["p.X.time_x"]["samples"] == [pytest.approx([3e-9])]
        assert results["p.Y.time_y"]["samples"] == [pytest.approx([1e-9])]

    def test_or_are_added(self, project: Project) -> None:
        commit = project.commit()
        project.import_go(self.text)
        project.import_go(bench("X 1 6 ns/op"), "--append")
        results = project.results(commit, "go1.27")
        assert results["p.X.time_x"]["samples"] == [pytest.approx([1e-9, 2e-9, 6e-9])]
        assert results["p.X.time_x"]["result"] == [pytest.approx(2e-9)]
        assert results["p.X.time_x"]["stats_repeat"] == [3]

    def test_results_of_python_in_the_same_place_stay(self, project: Project) -> None:
        commit = project.commit()
        project.import_go(self.text)
        path = project.path / f"results/box/{commit[:8]}-go1.27.json"
        data = json.loads(path.read_text())
        data["results"]["other.time_it"] = [[1.5], [], "v"]
        path.write_text(json.dumps(data))
        project.import_go(bench("X 1 9 ns/op"))
        assert project.results(commit, "go1.27")["other.time_it"]["result"] == [1.5]

    def test_samples_are_added_beside_new_parameters(self, project: Project) -> None:
        commit = project.commit()
        project.import_go(bench("X/n=1 1 1 ns/op"))
        project.import_go(bench("X/n=1 1 2 ns/op", "X/n=2 1 5 ns/op"), "--append")
        samples = project.results(commit, "go1.27")["p.X.time_x"]["samples"]
        assert samples == [pytest.approx([1e-9, 2e-9]), pytest.approx([5e-9])]

    def test_a_new_version_of_pythons_benchmark_begins_anew(self, project: Project) -> None:
        commit = project.commit()
        line = "Life/variant=A/mode=single/n={} 1 {} ns/op"
        define_in_python(project)
        project.import_go(bench(line.format(10, 1)))
        define_in_python(project, version="8")
        project.import_go(bench(line.format(20, 2)), "--append")
        result = project.results(commit, "go1.27")["p.Life.time_life"]
        assert result["version"] == "8"
        assert math.isnan(result["result"][0])

    def test_python_comes_to_define_what_go_defined(self, project: Project) -> None:
        commit = project.commit()
        line = "Life/variant=A/mode=single/n={} 1 {} ns/op"
        project.import_go(bench(line.format(10, 1)))
        define_in_python(project)
        project.import_go(bench(line.format(20, 2)))
        result = project.results(commit, "go1.27")["p.Life.time_life"]
        assert result["result"][:2] == [pytest.approx(1e-9), pytest.approx(2e-9)]

    def test_what_was_noted_of_an_earlier_measurement_stands(self, project: Project) -> None:
        project.import_go(bench("A 1 5 ns/op", "B 1 5 ns/op"))
        commit = project.commit()
        project.import_go(bench("A 1 5 ns/op", "B 1 5 ns/op"))
        path = f"results/box/{commit[:8]}-go1.27.json"
        data = project.json(path)
        runtime = {"@runtime": "go version go1.27.3"}
        before = {**data["requirements"], **runtime}
        project.write(path, {**data, "requirements": before})
        project.import_go(bench("A 1 6 ns/op", "B 1 5 ns/op"))
        after = project.json(path)["requirements"]
        assert after.items() >= before.items()
        # It is not what the text was measured with.
        assert noted.measured_with(after, "p.A.time_a") == {}
        assert noted.measured_with(after, "p.B.time_b") == runtime
        assert "@" not in project.run("gopybench", "export-go").stdout


class TestWhereTo:
    def test_commits_and_versions_of_the_input(self, project: Project) -> None:
        first = project.run("git", "rev-parse", "HEAD~1").stdout.strip()
        second = project.run("git", "rev-parse", "HEAD").stdout.strip()
        text = (
            f"commit: {first[:10]}\ntoolchain: go1.26.6\n" + "BenchmarkX 1 1 ns/op\n"
            f"commit: {second}\ngo-version: go1.27.3\nBenchmarkX 1 2 ns/op\n"
        )
        project.import_go(text)
        assert project.results(first, "go1.26")["m.X.time_x"]["result"] == [pytest.approx(1e-9)]
        assert project.results(second, "go1.27")["m.X.time_x"]["result"] == [pytest.approx(2e-9)]

    @pytest.mark.parametrize(
        "revision",
        [
            *("^HEAD", "HEAD~1..HEAD", "HEAD...HEAD", "HEAD^@", "HEAD^!", "HEAD^-", "*", "main*"),
            *("--all", "HEAD HEAD", "HEAD:m.go", "a" * 200_000, "HEAD:", "\N{SNOWMAN}", "@{-9}"),
        ],
    )
    def test_a_line_that_names_no_commit_costs_its_own_results(
        self, project: Project, revision: str
    ) -> None:
        first = project.commit()
        second = project.commit()
        text = f"BenchmarkA 1 1 ns/op\ncommit: {revision}\nBenchmarkB 1 1 ns/op\n"
        run = project.import_go(text, "--go-version", "1.27", code=1)
        assert "<stdin>:3: unknown revision" in run.stderr
        assert len(run.stderr) < 500
        assert "Traceback" not in run.stderr
        assert set(project.results(second, "go1.27")) == {"m.A.time_a"}
        assert not [path for path in project.files() if first[:8] in str(path)]

    @pytest.mark.parametrize(
        "line", ["environment: test", "machine: starting", "benchmark: warming up", "python: 3.13"]
    )
    def test_words_that_a_program_prints(self, project: Project, line: str) -> None:
        """They are an export's where they stand together as it writes them."""
        commit = project.commit()
        project.import_go(f"{line}\n" + bench("A 1 1 ns/op"))
        assert set(project.results(commit, "go1.27")) == {"p.A.time_a"}

    @pytest.mark.parametrize("options", [[], ["--go-version", "1.27"]])
    def test_toolchains_that_have_a_name(self, project: Project, options: list[str]) -> None:
        commit = project.commit()
        text = "".join(
            f"toolchain: {name}\nBenchmarkA 1 {value} sec/op\n"
            for value, name in enumerate(("baseline", "Tip", "go1.26.6"), 1)
        )
        project.import_go(text, *options)
        environments = ["baseline", "Tip", "go1.27" if options else "go1.26"]
        found = [project.results(commit, name)["m.A.time_a"]["result"] for name in environments]
        assert found == [[1.0], [2.0], [3.0]]

    def test_options_have_the_last_word(self, project: Project) -> None:
        first = project.run("git", "rev-parse", "HEAD~1").stdout.strip()
        text = "commit: nowhere\n" + bench("X 1 1 ns/op")
        options = ["--commit", "HEAD~1", "--go-version", "1.25", "--machine", "elsewhere"]
        project.import_go(text, *options, "--module", "example.com/other/")
        data = project.json(f"results/elsewhere/{first[:8]}-go1.25.json")
        assert list(data["results"]) == ["example.com.m.p.X.time_x"]
        assert data["params"]["python"] == "go1.25"
        machine = project.json("results/elsewhere/machine.json")
        assert (machine["os"], machine["arch"], machine["cpu"]) == ("linux", "amd64", "A CPU")

    def test_the_go_on_path_and_head_by_default(self, project: Project) -> None:
        version = project.run("go", "env", "GOVERSION").stdout.strip()
        runtime = ".".join(version.split(".")[:2])
        head = project.run("git", "rev-parse", "HEAD").stdout.strip()
        project.import_go("BenchmarkX 1 1 ns/op\n")
        assert project.results(head, runtime)["m.X.time_x"]["result"] == [pytest.approx(1e-9)]

    def test_several_files_of_several_packages(self, project: Project, tmp_path: Path) -> None:
        commit = project.commit()
        files = []
        for package in ("a", "b/c"):
            files.append(tmp_path / f"{package[0]}.txt")
            files[-1].write_text(f"pkg: example.com/m/{package}\nBenchmarkX 1 1 ns/op\n")
        project.run("gopybench", "import-go", "--go-version=1.27", *files)
        assert set(project.results(commit, "go1.27")) == {"a.X.time_x", "b.c.X.time_x"}

    def test_a_go_test_json_stream(self, project: Project) -> None:
        (project.path / "x_test.go").write_text(
            'package m\n\nimport "testing"\n\n'
            'func BenchmarkX(b *testing.B) {\n\tb.Run("n=1", func(b *testing.B) {})\n}\n'
        )
        commit = project.commit()
        stream = project.run("go", "test", "-json", "-bench", ".", "-benchtime=5x", "-count=3", ".")
        project.import_go(stream.stdout, "--go-version", "1.27")
        result = project.results(commit, "go1.27")["m.X.time_x"]
        assert result["params"] == [["1"]]
        assert (len(result["samples"][0]), result["stats_number"]) == (3, [5])

    def test_dry_run_writes_nothing(self, project: Project) -> None:
        run = project.import_go(bench("X 1 1 ns/op"), "--dry-run")
        assert "would write results/box/" in run.stdout
        assert not (project.path / "results").exists()

    def test_a_machine_that_asv_has_not_met_yet(self, project: Project) -> None:
        (project.home / ".asv-machine.json").unlink()
        project.import_go(bench("X 1 1 ns/op"))
        (machine,) = project.path.glob("results/*/machine.json")
        assert machine.parent.name == json.loads(machine.read_text())["machine"]
        assert not (project.home / ".asv-machine.json").exists()

    def test_everything_written_is_named(self, project: Project) -> None:
        run = project.import_go(bench("X 1 1 ns/op"))
        written = {
            line.split()[1].rstrip(":") for line in run.stdout.splitlines() if "wrote" in line
        }
        assert written == set(project.files())

    def test_another_configuration_file(self, project: Project, tmp_path: Path) -> None:
        text = tmp_path / "out.txt"
        text.write_text(bench("X 1 1 ns/op"))
        config = project.path / "asv.conf.json"
        project.run("gopybench", "import-go", "--config", config, text.name, cwd=text.parent)
        assert (project.path / "results/benchmarks.json").exists()


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (b"", "no benchmark results in the input: no line begins with Benchmark"),
            (b"PASS\nok  \tm\t1s\n", "no line begins with Benchmark"),
            (b"BenchmarkX 1 1 ns", "<stdin>:1: the line has no end"),
            (b"Benchmark\xff 1 1 ns/op\n", "<stdin>:1: not UTF-8"),
            (b"BenchmarkX\nFAIL\tm\t1s\n", "<stdin>:2: FAIL"),
            (b"commit: nowhere\nBenchmarkX 1 1 ns/op\n", "unknown revision 'nowhere'"),
            (b"commit: a\0b\nBenchmarkX 1 1 ns/op\n", "unknown revision"),
            (b"commit: --all\nBenchmarkX 1 1 ns/op\n", "unknown revision '--all'"),
            (b"go-version: python\nBenchmarkX 1 1 ns/op\n", "not a Go version: 'python'"),
            (b"BenchmarkX 1 5 MB/s\n", "higher is better"),
        ],
    )
    def test_nothing_to_import(self, project: Project, text: bytes, message: str) -> None:
        run = project.import_go(text, code=1)
        assert run.stderr.startswith("gopybench import-go: ")
        assert message in run.stderr
        assert not list((project.path).glob("results/*/*"))

    @pytest.mark.parametrize(
        ("bad", "message"),
        [
            (
                b"BenchmarkB x 1 ns/op\n",
                "<stdin>:3: parsing iteration count: invalid syntax: BenchmarkB x",
            ),
            (b"--- FAIL: BenchmarkB\n", "<stdin>:3: --- FAIL: BenchmarkB"),
            (b"panic: oh no\n", "<stdin>:3: panic: oh no"),
            (b"Benchmark\xff 1 1 ns/op\n", "<stdin>:3: not UTF-8"),
            (b"commit: nowhere\nBenchmarkB 1 1 x\n", "<stdin>:4: unknown revision 'nowhere'"),
            (b"go-version: gcc\nBenchmarkB 1 1 x\n", "<stdin>:4: not a Go version: 'gcc'"),
            (b"BenchmarkB 1 NaN ns/op\n", "<stdin>:3: a value of ns/op is not finite"),
            (b"BenchmarkB 1 12 ns", "<stdin>:3: the line has no end"),
        ],
    )
    def test_good_lines_are_kept(self, project: Project, bad: bytes, message: str) -> None:
        commit = project.commit()
        text = b"go-version: go1.27\nBenchmarkA 1 1 ns/op\n"
        run = project.import_go(text + bad, code=1)
        assert message in run.stderr
        assert set(project.results(commit, "go1.27")) == {"m.A.time_a"}

    @pytest.mark.parametrize(
        "bad",
        ["B 1 1 ns/op\x1b[0m", "B\x1b[31m 1 1 ns/op", "B 1 1 x\x7f", "B\x9b0m 1 1 x", "B \x1b"],
    )
    @pytest.mark.parametrize("many", [1, 20])
    def test_control_characters_are_refused_and_not_echoed(
        self, project: Project, bad: str, many: int
    ) -> None:
        commit = project.commit()
        run = project.import_go(bench("A 1 1 ns/op", *[bad] * many), code=1)
        assert "<stdin>:7: " in run.stderr
        assert all(c.isprintable() or c in "\n\t" for c in run.stdout + run.stderr)
        assert set(project.results(commit, "go1.27")) == {"p.A.time_a"}

    @pytest.mark.parametrize("many", [1, 20])
    def test_a_value_that_is_none_costs_itself_alone(self, project: Project, many: int) -> None:
        commit = project.commit()
        lines = ["A 1 5 ns/op NaN hit-rate 16 B/op"] * many
        run = project.import_go(bench(*lines), code=1)
        assert "<stdin>:6: a value of hit-rate is not finite" in run.stderr
        results = project.results(commit, "go1.27")
        assert {name: row["result"] for name, row in results.items()} == {
            "p.A.time_a": [pytest.approx(5e-9)],
            "p.A.track_bytes_per_op": [16.0],
        }

    @pytest.mark.parametrize(
        ("last", "samples"),
        [
            ("BenchmarkA 1 7 ns/op 2 B/op", [5e-9, 7e-9]),
            ("BenchmarkA 1 7 ns/op 2 B/o", None),
            ("BenchmarkA 1 7 ns/op", None),
            ("BenchmarkB 1 7 ns/op 2 B/op", None),
        ],
    )
    def test_a_last_line_without_an_end(
        self, project: Project, last: str, samples: list[float] | None
    ) -> None:
        """It is whole where its units are those that the benchmark had before."""
        commit = project.commit()
        text = bench("A 1 5 ns/op 2 B/op") + last
        run = project.import_go(text, code=0 if samples else 1)
        assert ("the line has no end" in run.stderr) is (samples is None)
        results = project.results(commit, "go1.27")
        assert set(results) == {"p.A.time_a", "p.A.track_bytes_per_op"}
        assert results["p.A.time_a"]["samples"] == [pytest.approx(samples or [5e-9])]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            (["missing.txt"], "cannot read missing.txt: No such file or directory"),
            (["benchmarks"], "cannot read benchmarks: Is a directory"),
            (["--config", "missing.json"], "no configuration file missing.json"),
            (["--commit", "nowhere"], "import-go: unknown revision 'nowhere'"),
            (["--commit", ""], "import-go: unknown revision ''"),
            (["--go-version", ""], "import-go: not a Go version: ''"),
            (["--machine", "../outside"], "not a machine's name: '../outside'"),
        ],
    )
    def test_options(self, project: Project, options: list[str], message: str) -> None:
        assert message in project.import_go(bench("X 1 1 ns/op"), *options, code=1).stderr

    def test_no_go_to_ask(self, project: Project) -> None:
        run = subprocess.run(
            [Path(project.run("which", "gopybench").stdout.strip()), "import-go"],
            cwd=project.path,
            env={**project.environment, "PATH": "/usr/bin:/bin"},
            input="BenchmarkX 1 1 ns/op\n",
            capture_output=True,
            text=True,
        )
        if Path("/usr/bin/go").exists():
            pytest.skip("a system-wide Go is always on PATH")
        assert run.returncode == 1
        assert "no go on PATH" in run.stderr
        assert "--go-version" in run.stderr

    def test_a_damaged_configuration(self, project: Project) -> None:
        (project.path / "asv.conf.json").write_text("{")
        assert "asv.conf.json" in project.import_go(bench("X 1 1 ns/op"), code=1).stderr

    @pytest.mark.parametrize("name", ["benchmarks.json", "box/{}-go1.27.json"])
    def test_damaged_results_are_left_as_they_are(self, project: Project, name: str) -> None:
        commit = project.commit()
        project.import_go(bench("X 1 1 ns/op"))
        path = project.path / "results" / name.format(commit[:8])
        path.write_text('{"version": 2, "half')
        before = project.files()
        run = project.import_go(bench("X 1 2 ns/op"), code=1)
        assert path.name in run.stderr
        assert project.files() == before

    @pytest.mark.parametrize("name", ["benchmarks.json", "box/{}-go1.27.json"])
    @pytest.mark.parametrize(
        "text",
        [
            *(b"null", b"[]", b"3", b"\xff\xfe", b'{"version": 2, "m.X.time_x": null}'),
            b'{"version": 2, "m.X.time_x": {"name": "m.X.time_x", "params": 3, "param_names": [],'
            b' "type": "time", "unit": "seconds", "version": null}}',
        ],
    )
    def test_what_is_of_the_wrong_kind_is_named(
        self, project: Project, name: str, text: bytes
    ) -> None:
        commit = project.commit()
        project.import_go(bench("X 1 1 ns/op"))
        path = project.path / "results" / name.format(commit[:8])
        path.write_bytes(text)
        before = project.files()
        assert path.name in project.import_go(bench("X 1 2 ns/op"), code=1).stderr
        assert project.files() == before

    @pytest.mark.parametrize("text", [b"null", b"\xff", b'{"version": 1, "box": 3}'])
    def test_a_damaged_description_of_machines(self, project: Project, text: bytes) -> None:
        (project.home / ".asv-machine.json").write_bytes(text)
        run = project.import_go(bench("X 1 1 ns/op"), "--machine", "box", code=1)
        assert ".asv-machine.json" in run.stderr

    def test_results_that_are_no_directory(self, project: Project) -> None:
        (project.path / "results").write_text("")
        run = project.import_go(bench("X 1 1 ns/op"), code=1)
        assert "cannot open results" in run.stderr

    def test_when_no_file_can_be_written_all_stays_as_it_was(self, project: Project) -> None:
        """As on a full disk or a read-only one: every write fails."""
        project.import_go(bench("X 1 1 ns/op"))
        before = project.files()
        run = subprocess.run(
            ["gopybench", "import-go"],
            cwd=project.path,
            env=project.environment,
            input=bench("X 1 2 ns/op"),
            capture_output=True,
            text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200)),
        )
        assert run.returncode == 1
        assert "cannot write" in run.stderr
        assert "Traceback" not in run.stderr
        assert project.files() == before

    def test_results_that_stay_locked(
        self, project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        results = project.path / "results"
        results.mkdir()
        monkeypatch.chdir(project.path)
        monkeypatch.setenv("HOME", str(project.home))
        monkeypatch.setattr(wholefiles, "LOCK_TIMEOUT", 0.2)
        (project.path / "in.txt").write_text(bench("X 1 1 ns/op"))
        directory = os.open(results, os.O_RDONLY)
        fcntl.flock(directory, fcntl.LOCK_EX)
        try:
            assert cli.main(["import-go", "in.txt"]) == 1
        finally:
            os.close(directory)
        assert "locked by another process" in capsys.readouterr().err
        assert list(results.iterdir()) == []

    def test_an_import_waits_for_another(self, project: Project) -> None:
        commit = project.commit()
        imports = [
            subprocess.Popen(
                ["gopybench", "import-go"],
                cwd=project.path,
                env=project.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for _ in range(4)
        ]
        for i, process in enumerate(imports):
            assert process.stdin is not None
            process.stdin.write(bench(f"X{i} 1 1 ns/op").encode())
            process.stdin.close()
        assert [process.wait() for process in imports] == [0] * 4
        for process in imports:
            assert process.stdout is not None
            process.stdout.close()
        assert len(project.results(commit, "go1.27")) == 4


def test_published_beside_python_with_regressions(project: Project) -> None:
    """Twelve commits; Go gets slower at the ninth: graphs, comparison and regression show it."""
    commits = [project.commit(f"Change {i}") for i in range(12)]
    text = ""
    for i, commit in enumerate(commits):
        nanoseconds = 1000 if i < 8 else 2000
        text += f"commit: {commit}\ngo-version: go1.27.3\n"
        text += "".join(
            f"BenchmarkLife/n=10-2 50 {nanoseconds + jitter} ns/op\n" for jitter in range(10)
        )
    project.import_go(text)
    project.run("asv", "publish")

    index = project.json("html/index.json")
    assert index["params"]["python"] == ["go1.27"]
    (params,) = index["graph_param_list"]
    assert (params["python"], params["machine"]) == ("go1.27", "box")
    graphs = (project.path / "html/graphs").rglob("m.Life.time_life.json")
    (graph,) = (graph for graph in graphs if "python-go1.27" in graph.parts)
    points = dict(json.loads(graph.read_text()))
    by_commit = {
        index["revision_to_hash"][str(revision)]: value for revision, value in points.items()
    }
    for i, commit in enumerate(commits):
        assert by_commit[commit] == [pytest.approx(1.0045e-6 if i < 8 else 2.0045e-6)]

    (regression,) = project.json("html/regressions.json")["regressions"]
    assert regression[0] == "m.Life.time_life(10)"
    (jump,) = regression[6]
    assert index["revision_to_hash"][str(jump[1])] == commits[8]

    compared = project.run("asv", "compare", commits[7], commits[8]).stdout
    assert "m.Life.time_life(10)" in compared
    assert "2.00" in compared
