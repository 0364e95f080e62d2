"""Which Go benchmarks asv finds and where it measures them, over histories and layouts."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from ..conftest import GO, Project, make_go_project
from ..go_module import QUICK, bench, source, values, wait_for, why

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"

METRIC = source("m", bench("A", before='b.ReportMetric(Value(), "score")'))


@pytest.mark.parametrize(
    ("options", "config"),
    [(["--parallel", "2"], {}), ([], {"matrix": {"env_nobuild": {"GOGC": ["50", "200"]}}})],
)
def test_a_value_is_its_commits_own(
    tmp_path: Path, options: list[str], config: dict[str, Any]
) -> None:
    project = make_go_project(tmp_path / "p", {"m_test.go": METRIC}, **config)
    commits = []
    for value in (30, 20, 10):
        project.write("m.go", f"package m\n\nfunc Value() float64 {{ return {value} }}\n")
        commits.append(project.commit())
    project.run("asv", "run", "ALL", *options, *QUICK)
    for environment in [f"{GO}-GOGC50", f"{GO}-GOGC200"] if config else [GO]:
        found = [values(project, c, environment)["m.A.track_score"] for c in commits]
        assert found == [[30], [20], [10]]


def test_units_that_meet(tmp_path: Path) -> None:
    """Two units are two benchmarks: where they get one name, the second is left out."""
    reports = "".join(
        f'b.ReportMetric({value}, "{unit}")\n'
        for value, unit in ((100, "bytes/op"), (12, "MB/op"), (50, "hit%"), (0.5, "hit"))
    )
    # So much that what the runtime allocates by the way does not matter.
    body = "buffer := make([]byte, 1<<24); Kept += int(buffer[i])"
    text = source("m", bench("A", body, before=f"b.ReportAllocs()\n{reports}"))
    project = make_go_project(tmp_path / "p", {"m_test.go": text})
    commit = project.commit()
    run = project.run("asv", "run", *QUICK)
    found = values(project, commit)
    assert found["m.A.track_bytes_per_op"] == [pytest.approx(1 << 24, rel=0.01)]
    assert found["m.A.track_hit"] == [0.5]
    for unit in ("bytes/op", "hit%", "MB/op"):
        assert f"BenchmarkA {unit} is left out" in run.stdout + run.stderr


def test_the_matrix_and_gos_own_flags(tmp_path: Path) -> None:
    """Each GOFLAGS of the matrix is an environment of its own, built with these flags."""
    project = make_go_project(
        tmp_path / "p",
        {
            "m_test.go": METRIC,
            "a.go": "//go:build !special\n\npackage m\n\nfunc Value() float64 { return 1 }\n",
            "b.go": "//go:build special\n\npackage m\n\nfunc Value() float64 { return 2 }\n",
        },
        matrix={"env": {"GOFLAGS": [None, "-tags=special"]}, "req": {"numpy": [""]}},
    )
    commit = project.commit()
    project.run("asv", "run", *QUICK)
    assert values(project, commit)["m.A.track_score"] == [1]
    tagged = f"{GO}-GOFLAGS-tags=special"
    assert values(project, commit, tagged)["m.A.track_score"] == [2]


class TestDiscoveryOverHistory:
    by_code = """package m

import "testing"

func BenchmarkAll(b *testing.B) {
	for _, name := range Names {
		b.Run("name="+name, func(b *testing.B) { for i := 0; i < b.N; i++ { Kept++ } })
	}
}
"""

    def history(self, path: Path, **go: Any) -> tuple[Project, list[str]]:
        project = make_go_project(path, {"m_test.go": self.by_code}, go={"dir": ".", **go})
        commits = []
        for names in ('"old", "both"', '"both", "new"'):
            code = f"package m\n\nvar Kept int\nvar Names = []string{{{names}}}\n"
            project.write("m.go", code)
            commits.append(project.commit())
        return project, commits

    def found(self, project: Project, commit: str) -> dict[str, Any]:
        row = project.results(commit, GO)["m.All.time_all"]
        found = values(project, commit)["m.All.time_all"]
        if len(found) == 1:
            found *= len(row["params"][0])
        return {name.strip("'"): value for name, value in zip(row["params"][0], found)}

    def test_sub_benchmarks_of_one_commit_keep_their_values(self, tmp_path: Path) -> None:
        project, commits = self.history(tmp_path / "p")
        project.run("git", "checkout", "-q", commits[0])
        project.run("asv", "run", *QUICK)
        project.run("git", "checkout", "-q", "main")
        project.run("asv", "run", "ALL", *QUICK)
        old, new = (self.found(project, commit) for commit in commits)
        assert (old["old"] > 0, old["both"] > 0, old["new"]) == (True, True, "n/a")
        assert (new["old"], new["both"] > 0, new["new"] > 0) == ("n/a", True, True)

    def test_each_commits_own(self, tmp_path: Path) -> None:
        project, commits = self.history(tmp_path / "p", benchmarks_from="commit")
        project.run("asv", "run", "ALL", *QUICK)
        old, new = (self.found(project, commit) for commit in commits)
        assert (old["old"] > 0, old["both"] > 0, old["new"]) == (True, True, "n/a")
        assert (new["old"], new["both"] > 0, new["new"] > 0) == ("n/a", True, True)

    def test_a_head_that_does_not_compile(self, tmp_path: Path) -> None:
        project, commits = self.history(tmp_path / "p")
        project.write("m.go", "package m\n\nvar Kept, Names = nothing()\n")
        commits.append(project.commit())
        project.run("asv", "run", "ALL", *QUICK, code=2)
        assert self.found(project, commits[0])["both"] > 0
        assert self.found(project, commits[1])["new"] > 0
        assert set(self.found(project, commits[2]).values()) == {None}

    def test_a_removed_benchmark_leaves_the_list(self, tmp_path: Path) -> None:
        files = {"m_test.go": source("m", bench("A"), bench("B"))}
        project = make_go_project(tmp_path / "p", files)
        project.commit()
        project.run("asv", "run", *QUICK)
        project.import_go("pkg: example.com/m/x\nBenchmarkI 1 5 ns/op\n")
        project.write("m_test.go", source("m", bench("A")))
        project.run("asv", "run", *QUICK)
        assert set(project.json("results/benchmarks.json")) == {
            "version",
            "m.A.time_a",
            "x.I.time_i",
        }

    def test_a_timeout_of_its_own_may_be_longer_than_the_default(self, tmp_path: Path) -> None:
        slow = bench("Slow", "time.Sleep(1500 * time.Millisecond)")
        project = make_go_project(
            tmp_path / "p",
            {"m_test.go": source("m", slow, imports=("time",))},
            default_benchmark_timeout=1,
            go={"dir": ".", "attributes": {"Slow": {"timeout": 20}}},
        )
        commit = project.commit()
        project.run("asv", "run", *QUICK)
        assert values(project, commit)["m.Slow.time_slow"][0] > 1.5


class TestLayouts:
    """Where the module, its packages and its test data may be."""

    def test_a_module_that_was_renamed(self, tmp_path: Path) -> None:
        project = make_go_project(tmp_path / "p", {"m.go": "package m\n"})
        project.write("go.mod", "module example.com/before\n\ngo 1.21\n")
        commits = [project.commit()]
        project.write("go.mod", "module example.com/after/v2\n\ngo 1.21\n")
        project.write("m_test.go", source("m", bench("A")))
        commits.append(project.commit())
        project.run("asv", "run", "ALL", *QUICK)
        for commit in commits:
            assert values(project, commit)["after.A.time_a"][0] > 0

    def test_packages_of_the_same_name(self, tmp_path: Path) -> None:
        """The root's package is called m in asv, and so is the package m below it."""
        project = make_go_project(
            tmp_path / "p",
            {
                "r_test.go": source("m", bench("A", before='b.ReportMetric(1, "score")')),
                "m/m_test.go": source(
                    "m", bench("A", before='b.ReportMetric(2, "score")'), bench("B")
                ),
            },
        )
        commit = project.commit()
        run = project.run("asv", "run", *QUICK)
        assert "example.com/m/m.BenchmarkA score is left out" in run.stdout + run.stderr
        found = values(project, commit)
        assert found["m.A.track_score"] == [1]
        assert found["m.B.time_b"][0] > 0

    def test_the_working_trees_test_data(self, tmp_path: Path) -> None:
        """Linked or not, embedded or read, also where a commit has a file of that name."""
        reads = bench(
            "Reads",
            before='data, err := os.ReadFile("testdata/d")\nif err != nil { b.Fatal(err) }\n'
            'b.ReportMetric(float64(len(data)), "read")\n'
            'b.ReportMetric(float64(len(Text)), "embedded")',
        )
        text = source("m", reads, imports=("os",))
        text = text.replace(
            "var Kept int", "var Kept int\n\n//go:embed testdata/d\nvar Text string"
        )
        text = text.replace('import "os"', 'import "os"\nimport _ "embed"')
        project = make_go_project(
            tmp_path / "p", {"m.go": "package m\n", "tools": "a file", "testdata/d": "old"}
        )
        commits = [project.commit()]
        (project.path / "tools").unlink()
        shutil.rmtree(project.path / "testdata")
        commits.append(project.commit())
        project.write("shared/d", "today's")
        (project.path / "testdata").symlink_to("shared")
        project.write("m_test.go", text)
        project.write("tools/testdata/t", "t")
        project.write("tools/t_test.go", source("tools", bench("T")))
        commits.append(project.commit())
        project.run("asv", "run", "ALL", *QUICK)
        for commit in commits:
            found = values(project, commit)
            assert found["m.Reads.track_read"] == found["m.Reads.track_embedded"] == [7]
            assert found["tools.T.time_t"][0] > 0
        assert (project.path / "shared/d").read_text() == "today's"

    def test_a_workspace_around_the_checkout_is_ignored(self, tmp_path: Path) -> None:
        project = make_go_project(
            tmp_path / "p",
            {"sub/go.mod": "module example.com/m\n\ngo 1.21\n"},
            go={"dir": "sub"},
        )
        (project.path / "go.mod").unlink()
        project.write("sub/m_test.go", source("m", bench("A")))
        commit = project.commit()
        project.write("go.work", "go 1.21\n\nuse ./sub\n")
        project.run("asv", "run", *QUICK)
        assert values(project, commit)["m.A.time_a"][0] > 0

    def test_another_repository_is_measured_with_its_own_benchmarks(self, tmp_path: Path) -> None:
        measured = make_go_project(tmp_path / "measured", {"m_test.go": source("m", bench("A"))})
        commit = measured.commit()
        project = make_go_project(tmp_path / "p", {}, repo=str(measured.path))
        (project.path / "go.mod").unlink()
        project.run("asv", "run", *QUICK)
        assert values(project, commit)["m.A.time_a"][0] > 0
        project.import_go("pkg: example.com/m\nBenchmarkI 1 1 ns/op\n")
        assert set(values(project, commit)) == {"m.A.time_a", "m.I.time_i"}

    def test_packages_that_do_not_exist(self, tmp_path: Path) -> None:
        project = make_go_project(
            tmp_path / "p",
            {"m_test.go": source("m", bench("A"))},
            go={"dir": ".", "packages": ["./nothing"]},
        )
        project.commit()
        run = project.run("asv", "run", *QUICK, code=1)
        assert "nothing" in run.stdout + run.stderr


def test_beside_python(tmp_path: Path) -> None:
    """Plain asv run measures both; what does not fit is reported, and n/a."""
    python = """
        class A:
            params, param_names = [[1, 2]], ["n"]
            rounds, repeat, number, warmup_time = 1, [3, 3, 9.0], 4, 0
            version = "1"

            def time_a(self, n):
                pass

            def track_score(self, n):
                return n
            track_score.unit = "kB"

        class B:
            rounds, repeat, number, warmup_time = 1, 2, 1, 0

            def setup_cache(self):
                return 1

            def time_b(self, cached):
                pass

        class Why:
            params, param_names = [[1, 2, 3, 4]], ["n"]

            def setup(self, n):
                if n == 2:
                    raise NotImplementedError("two is\\nnot <b>written</b>")

            def track_why(self, n):
                if n == 3:
                    raise SystemExit("three is too many")
                return n if n < 4 else None

        class Cache:
            def setup_cache(self):
                raise SystemExit("no space")

            def time_cache(self, cached):
                pass
    """
    go = source(
        "m",
        'func BenchmarkA(b *testing.B) {\nfor _, n := range []string{"1", "two"} {\n'
        'b.Run("n="+n, func(b *testing.B) { b.ReportMetric(7, "score-bytes")\n'
        "for i := 0; i < b.N; i++ { Kept++ } })\n}\n}\n",
        bench("OnlyGo"),
    )
    project = make_go_project(
        tmp_path / "p",
        {"m_test.go": go, "benchmarks/m.py": textwrap.dedent(python)},
        go={"attributes": {"OnlyGo": {"rounds": 1, "repeat": 2, "number": 1, "warmup_time": 0}}},
        pythons=[PYTHON, GO],
        build_command=[],
        install_command=["in-dir={build_dir} python ready.py"],
        uninstall_command=[],
    )
    project.write("ready.py", "")
    commit = project.commit()
    run = project.run("asv", "run", "--record-samples", code=2)
    said = run.stdout + run.stderr
    assert re.search(r"m\.BenchmarkA sec/op is left out \(1\).*parameter n has no value two", said)
    assert re.search(r"score-bytes is left out \(1\).*Python's is of type track in kB", said)
    row = project.results(commit, GO)["m.A.time_a"]
    assert [s and len(s) for s in row["samples"]] == [3, None]
    assert row["stats_number"] == [4, None]
    found = values(project, commit)
    assert found["m.A.track_score"] == ["n/a", "n/a"]
    assert found["m.A.time_a"][1] == "n/a"
    assert found["m.B.time_b"] == ["n/a"]
    assert found["m.OnlyGo.time_only_go"][0] > 0
    in_environment = f"virtualenv-py{PYTHON}"
    in_python = values(project, commit, in_environment)
    assert in_python["m.OnlyGo.time_only_go"] == ["n/a"]
    assert in_python["m.A.track_score"] == [1, 2]
    other = "n/a: Go's benchmark of this name has another type or unit"
    no_go = {"": "n/a: only Python has this benchmark"}
    assert why(project, commit) == {
        "m.A.time_a": {"2": "n/a: Go does not have these parameters of the benchmark"},
        "m.A.track_score": dict.fromkeys("12", other),
        "m.B.time_b": no_go,
        "m.Cache.time_cache": no_go,
        "m.Why.track_why": dict.fromkeys("1234", no_go[""]),
    }
    why_not = {
        "m.Cache.time_cache": {"": "failed: setup_cache failed: no space"},
        "m.OnlyGo.time_only_go": {"": "n/a: only Go has this benchmark"},
        "m.Why.track_why": {
            "2": "n/a: two is not <b>written</b>",
            "3": "failed: three is too many",
            "4": "failed: it returned None",
        },
    }
    assert why(project, commit, in_environment) == why_not
    options = ("--quick", "--launch-method", "forkserver")
    project.run("asv", "run", "--bench", "OnlyGo|time_a", *options)
    in_python = values(project, commit, in_environment)
    assert in_python["m.OnlyGo.time_only_go"] == ["n/a"]
    assert in_python["m.A.time_a"][0] > 0
    # What was not measured again stays as it was; it was in another process.
    assert why(project, commit, in_environment) == why_not
    # Without a Python of its own it would take the last environment.
    run = project.run("asv", "profile", "m.B.time_b", "HEAD", code=1)
    assert "select a Python with -E" in run.stdout
    run = project.run("asv", "profile", "m.B.time_b", "-E", f"virtualenv:{PYTHON}")
    assert "time_b" in run.stdout
    # A commit that cannot be built, and two combinations of four.
    project.write("ready.py", "raise SystemExit('no compiler here')")
    broken = project.commit("It cannot be built")
    project.write("ready.py", "")
    mended = project.commit("It can")
    some = ("--bench", r"time_b|track_why\((1|2)\)", "--launch-method", "forkserver")
    project.run("asv", "run", f"{commit}..{mended}", "-E", f"virtualenv:{PYTHON}", *some, code=2)
    lack = "failed: no compiler here"
    found = why(project, broken, in_environment)
    assert found == {"m.B.time_b": {"": lack}, "m.Why.track_why": dict.fromkeys("1234", lack)}
    assert why(project, mended, in_environment) == {
        "m.Why.track_why": {
            "2": "n/a: two is not <b>written</b>",
            **dict.fromkeys("34", "not asked: "),
        }
    }


# What ran is noted in a file; the longer benchmark's name goes on from the shorter's.
NOTED = source(
    "m",
    """
func note(what string) {
	file, _ := os.OpenFile(os.Getenv("NOTES"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	file.WriteString(what + "\\n")
	file.Close()
}

func BenchmarkA(b *testing.B) {
	discovering := os.Getenv("GOPYBENCH_DISCOVERY") != ""
	b.Run("a=1", func(b *testing.B) { note("short"); b.ReportMetric(3, "score") })
	b.Run("a=1/b=2", func(b *testing.B) {
		if discovering {
			b.Skip("it takes long")
		}
		note("long")
		for i := 0; i < b.N; i++ { Kept++ }
	})
	b.Run("a=1/b=3", func(b *testing.B) { for i := 0; i < b.N; i++ { Kept++ } })
}
""",
    imports=("os",),
)


def test_what_skips_itself_while_it_is_discovered_is_measured(tmp_path: Path) -> None:
    """And what is measured runs alone, without those whose names begin with its own."""
    project = make_go_project(tmp_path / "p", {"m_test.go": NOTED})
    commit = project.commit()
    notes = project.path / "notes"
    environment = {**project.environment, "NOTES": str(notes)}

    def ran(bench: str) -> set[str]:
        notes.unlink(missing_ok=True)
        command = ["asv", "run", "--bench", bench, *QUICK]
        subprocess.run(command, cwd=project.path, env=environment, check=True, capture_output=True)
        return set(notes.read_text().split())

    assert ran("track_score") == {"short"}
    assert "long" in ran("time_a")
    found = values(project, commit)
    assert 3 in found["m.A.track_score"]
    assert len([value for value in found["m.A.time_a"] if value != "n/a" and value > 0]) == 3


@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_nothing_outlives_asv(tmp_path: Path, name: str) -> None:
    sleeps = bench("Sleeps", before='if os.Getenv("SLEEP") == "1" { time.Sleep(time.Hour) }')
    files = {"m_test.go": source("m", sleeps, imports=("os", "time"))}
    project = make_go_project(tmp_path / "p", files)
    project.commit()
    project.run("asv", "run", *QUICK)
    pattern = f"{project.path}/.*BenchmarkSleeps"
    with subprocess.Popen(
        ["asv", "run", *QUICK],
        cwd=project.path,
        env={**project.environment, "SLEEP": "1"},
        stdout=subprocess.DEVNULL,
    ) as asv:
        wait_for(pattern, running=True)
        asv.send_signal(getattr(signal, name))
    wait_for(pattern, running=False)


def test_a_benchmark_that_ends_without_a_value_has_failed(tmp_path: Path) -> None:
    """Such as one that panics, if Go's testing ends before the panic does."""
    silent = bench("Silent", before='b.ReportMetric(0, "ns/op")')
    project = make_go_project(tmp_path / "p", {"m_test.go": source("m", silent, bench("A"))})
    commit = project.commit()
    run = project.run("asv", "run", "--show-stderr", *QUICK, code=2)
    assert "it ended without a value" in run.stdout
    found = values(project, commit)
    assert found.pop("m.A.time_a")[0] > 0
    assert found == {"m.Silent.time_silent": [None]}
