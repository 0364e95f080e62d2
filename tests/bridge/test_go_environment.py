"""asv itself measures Go: its own commands, with a real toolchain, over scratch repositories."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ..conftest import BIN, GO, ROOT, Project, make_go_project
from ..go_module import QUICK, bench, source, values, wait_for, why

# A loop whose time is what its argument says.
SPIN = """package spin

var Kept int

func Spin(n int) {
	for i := 0; i < n*1000; i++ {
		Kept += i ^ Kept
	}
}
"""
SPIN_TEST = """package spin

import "testing"

func BenchmarkSpin(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Work()
	}
}
"""


def work(n: int) -> str:
    return f"package spin\n\nfunc Work() {{ Spin({n}) }}\n"


@pytest.fixture(scope="module")
def slowed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """A history of eight commits in which Go became a hundred times as slow at the fifth."""
    project = make_go_project(
        tmp_path_factory.mktemp("slowed") / "p", {"spin.go": SPIN, "spin_test.go": SPIN_TEST}
    )
    commits = []
    for i in range(8):
        project.write("work.go", work(20 if i < 4 else 2000))
        project.write("notes.txt", str(i))
        commits.append(project.commit(f"Commit {i}"))
    return project, commits


class TestEveryCommand:
    """asv's commands do what its manual says in a repository of Go alone."""

    def test_find(self, slowed: tuple[Project, list[str]]) -> None:
        project, commits = slowed
        run = project.run("asv", "find", f"{commits[0]}..{commits[-1]}", "m.Spin.time_spin")
        assert f"Greatest regression found: {commits[4][:8]}" in run.stdout
        files = list((project.path / "results/box").glob(f"*-{GO}.json"))
        assert len(files) >= 3
        assert all("@runtime" in json.loads(file.read_text())["requirements"] for file in files)

    def test_continuous(self, slowed: tuple[Project, list[str]]) -> None:
        project, commits = slowed
        run = project.run("asv", "continuous", commits[3], commits[4], code=1)
        assert re.search(r"\| \+ .* m\.Spin\.time_spin +\|", run.stdout)
        assert "PERFORMANCE DECREASED" in run.stdout
        same = project.run("asv", "continuous", "--factor", "5", commits[4], commits[5], code=0)
        assert "NOT SIGNIFICANTLY CHANGED" in same.stdout

    def test_ranges_and_what_is_there_already(self, slowed: tuple[Project, list[str]]) -> None:
        project, commits = slowed
        shutil.rmtree(project.path / "results", ignore_errors=True)

        def measured() -> list[int]:
            files = (project.path / "results/box").glob(f"*-{GO}.json")
            return sorted([c[:8] for c in commits].index(file.name[:8]) for file in files)

        project.run("asv", "run", f"{commits[2]}^!", *QUICK)
        assert measured() == [2]
        project.run("asv", "run", f"{commits[2]}..{commits[5]}", "--steps", "2", *QUICK)
        assert len(measured()) == 3
        before = project.files()
        run = project.run("asv", "run", f"{commits[2]}^!", "--skip-existing", *QUICK)
        assert "m.Spin.time_spin" not in run.stdout
        assert project.files() == before
        project.run("asv", "run", "NEW", *QUICK)
        assert measured()[-1] == 7
        project.run("asv", "run", "ALL", "--skip-existing-commits", *QUICK)
        assert measured() == list(range(8))
        assert GO in project.run("asv", "show", commits[0]).stdout
        compared = project.run("asv", "compare", commits[0], commits[7]).stdout
        assert re.search(r"\| .* m\.Spin\.time_spin +\|", compared)
        project.run("asv", "rm", "-y", f"commit_hash={commits[0]}")
        assert measured() == list(range(1, 8))

    def test_samples_and_rounds(self, slowed: tuple[Project, list[str]]) -> None:
        project, commits = slowed
        options = ["-a", "rounds=2", "-a", "repeat=3", "-a", "number=7", "-a", "warmup_time=0"]
        one = f"{commits[0]}^!"
        project.run("asv", "run", one, "--record-samples", *options)
        row = project.results(commits[0], GO)["m.Spin.time_spin"]
        assert (len(row["samples"][0]), row["stats_number"], row["stats_repeat"]) == (6, [7], [6])
        project.run("asv", "run", one, "--append-samples", *options[:4])
        row = project.results(commits[0], GO)["m.Spin.time_spin"]
        assert (len(row["samples"][0]), row["stats_number"]) == (12, [7])
        two = f"{commits[0]}..{commits[2]}"
        project.run("asv", "run", two, "--interleave-rounds", "--record-samples", *options)
        for commit in commits[1:3]:
            assert len(project.results(commit, GO)["m.Spin.time_spin"]["samples"][0]) == 6

    def test_quick(self, slowed: tuple[Project, list[str]]) -> None:
        project, commits = slowed
        project.run("asv", "run", f"{commits[6]}^!", "--quick", "--record-samples")
        row = project.results(commits[6], GO)["m.Spin.time_spin"]
        assert (len(row["samples"][0]), row["stats_number"]) == (1, [1])

    def test_a_profile_is_what_pprof_reads(self, slowed: tuple[Project, list[str]]) -> None:
        project, commits = slowed
        run = project.run("asv", "run", f"{commits[7]}^!", "--profile", *QUICK[:-4])
        (path,) = re.findall(r"go tool pprof (\S+\.pprof)", run.stdout)
        assert "spin" in project.run("go", "tool", "pprof", "-top", path).stdout.lower()

    def test_names_as_long_as_a_file_may_have(self, tmp_path: Path) -> None:
        """Measured, profiled and published; one that is longer is left out by name."""
        longest, longer = ("L" + "o" * count for count in (120, 121))
        text = source("m", bench(longest), bench(longer))
        project = make_go_project(tmp_path / "p", {"m_test.go": text})
        commit = project.commit()
        run = project.run("asv", "run", "--profile", *QUICK)
        assert f"Benchmark{longer} sec/op is left out" in run.stdout + run.stderr
        (name,) = values(project, commit)
        assert len(name) == 250
        (path,) = re.findall(r"go tool pprof (\S+\.pprof)", run.stdout)
        assert Path(path).exists()
        project.run("asv", "publish", "--no-pull")
        assert list((project.path / "html/graphs").rglob(f"{name}.json"))

    def test_the_commit_is_compiled_once(self, slowed: tuple[Project, list[str]]) -> None:
        project, commits = slowed
        for commit, builds in ((commits[5], 1), (commits[6], 1), (commits[5], 0)):
            run = project.run("asv", "run", f"{commit}^!", *QUICK)
            assert run.stdout.count("Building ") == builds, run.stdout

    def test_parallel_and_other_launch_methods(self, slowed: tuple[Project, list[str]]) -> None:
        project, commits = slowed
        (project.path / ".asv").exists() and shutil.rmtree(project.path / ".asv")
        options = ["--parallel", "2", "--launch-method", "forkserver", *QUICK]
        project.run("asv", "run", f"{commits[0]}^!", "-E", GO, *options)
        assert values(project, commits[0])["m.Spin.time_spin"][0] > 0

    def test_check(self, slowed: tuple[Project, list[str]]) -> None:
        project, _ = slowed
        assert "No problems found" in project.run("asv", "check").stdout

    def test_no_such_version(self, slowed: tuple[Project, list[str]]) -> None:
        project, _ = slowed
        for spec, reason in (
            ("1.99", "no go1.99: the go on PATH is go1."),
            ("x", "not a Go version"),
        ):
            run = project.run("asv", "run", "-E", f"go:{spec}", code=1)
            assert reason in run.stdout + run.stderr
            assert "No environments selected" in run.stdout + run.stderr


def test_regressions_are_published(tmp_path: Path) -> None:
    test = source("m", bench("A", before='b.ReportMetric(Value, "score")'))
    project = make_go_project(tmp_path / "p", {"m_test.go": test})
    commits = []
    for value in (10, 10, 100, 100):
        project.write("m.go", f"package m\n\nconst Value = {value}.0\n")
        commits.append(project.commit())
    project.run("asv", "run", "ALL", "--bench", "score", *QUICK)
    project.run("asv", "publish")
    index = project.json("html/index.json")
    assert index["params"]["python"] == [GO]
    ((name, path, _, _, now, best, jumps),) = project.json("html/regressions.json")["regressions"]
    assert (name, GO in path) == ("m.A.track_score", True)
    assert (now, best) == (100, 10)
    ((_, revision, _, _),) = jumps
    assert index["revision_to_hash"][str(revision)] == commits[2]
    assert commits[2][:8] in (project.path / "html/regressions.xml").read_text()


def test_two_versions_of_go_side_by_side(tmp_path: Path) -> None:
    """One comes from PyPI, one is on PATH; an unavailable third is reported and skipped.

    What the first cannot compile is measured in the other, and takes nothing with it.
    """
    loop = 'b.Run("n=1", func(b *testing.B) { for b.Loop() { Kept++ } })'
    text = source("loop", f"func BenchmarkLoop(b *testing.B) {{\n{loop}\n}}\n")
    project = make_go_project(
        tmp_path / "p",
        {
            "spin.go": SPIN,
            "work.go": work(1),
            "spin_test.go": SPIN_TEST,
            "loop/loop_test.go": text,
        },
        pythons=["go1.21", "go1.99", GO],
    )
    commit = project.commit()
    run = project.run("asv", "run", "--show-stderr", *QUICK, code=2)
    assert "no go1.99" in run.stdout + run.stderr
    project.run("asv", "publish")
    for version in (GO, "go1.21"):
        assert values(project, commit, version)["m.Spin.time_spin"][0] > 0
    assert values(project, commit, "go1.21")["loop.Loop.time_loop"] == [None]
    assert values(project, commit)["loop.Loop.time_loop"][0] > 0
    assert project.json("html/index.json")["params"]["python"] == sorted([GO, "go1.21"])
    other = next(project.path.glob(".asv/*/bin/go"))
    assert "go1.21" in project.run(other, "version").stdout
    # The installed version is used again by another process, selected by its name.
    again = project.run("asv", "run", "-E", "go1.21", "--bench", "time_spin", *QUICK)
    assert "Installing" not in again.stdout


ODD = source(
    "odd",
    """
func BenchmarkValues(b *testing.B) {
	for _, name := range []string{
		"size=10", "a b", "x/y", "é=ü", "q-2", "a|b(c)[d]{e}", "nul\\x00", "k=v=w", "100%", "=x",
	} {
		b.Run(name, func(b *testing.B) { for i := 0; i < b.N; i++ { Kept++ } })
	}
}

func BenchmarkTwice(b *testing.B) {
	for i := 0; i < 2; i++ {
		b.Run("same", func(b *testing.B) { for i := 0; i < b.N; i++ { Kept++ } })
	}
}

func BenchmarkUnits(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(8)
	for i := 0; i < b.N; i++ { Kept++ }
	b.ReportMetric(3, "p99-latency-ns")
	b.ReportMetric(5, "widgets/op")
	b.ReportMetric(7, "hits/s")
}

func Benchmarking() {}

func BenchmarkUntimed(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(2, "score")
}
""",
    bench("UUID_String"),
    bench("Ünïcode"),
    bench("Loud", 'fmt.Print("loud ")'),
    imports=("fmt",),
)


def test_the_importer_gives_the_same_names(tmp_path: Path) -> None:
    """asv run and an import of go test's output give the same names and parameters."""
    files = {"odd/odd.go": "package odd\n", "odd/odd_test.go": ODD, "deep/er/x_test.go": ODD}
    by_asv = make_go_project(tmp_path / "asv", files)
    by_import = make_go_project(tmp_path / "import", files)
    commits = [by_asv.commit(), by_import.commit()]
    by_asv.run("asv", "run", *QUICK)
    output = by_import.run(
        "go", "test", "-run", "^$", "-v", "-bench", ".", "-benchtime", "1x", "./..."
    ).stdout
    by_import.import_go(output, code=None)
    assert "Loud" in output

    def described(project: Project, commit: str) -> Any:
        entries = project.json("results/benchmarks.json")
        del entries["version"]
        found = {}
        for name, row in project.results(commit, GO).items():
            entry = entries[name]
            there = [value == value for value in row["result"]]
            found[name] = (
                entry["param_names"],
                entry["params"],
                entry["type"],
                entry["unit"],
                there,
            )
        return found

    mine, theirs = described(by_asv, commits[0]), described(by_import, commits[1])
    # In go test's output, what Loud printed runs into its line of results.
    assert set(mine) - set(theirs) <= {"odd.Loud.time_loud", "deep.er.Loud.time_loud"}
    assert {name: mine[name] for name in theirs} == theirs
    assert mine["odd.UUID_String.time_uuid_string"][2:] == ("time", "seconds", [True])
    assert mine["odd.Units.track_p99_latency"][2:4] == ("track", "seconds")
    assert "odd.Untimed.time_untimed" not in mine
    assert not any("hits" in name for name in mine)
    assert values(by_asv, commits[0])["odd.Units.track_p99_latency"] == [pytest.approx(3e-9)]
    assert values(by_asv, commits[0])["odd.Untimed.track_score"] == [2]


def test_which_benchmarks_and_flags(tmp_path: Path) -> None:
    tagged = "//go:build special\n\n" + source(
        "m",
        bench("Tagged", before='if os.Getenv("WORLD") != "on" { b.Fatal("no world") }'),
        bench("Flagged", before='if *size != 7 { b.Fatal("no size") }'),
        bench("Unwanted"),
        'var size = flag.Int("size", 0, "a flag of its own")',
        imports=("flag", "os"),
    )
    project = make_go_project(
        tmp_path / "p",
        {"m.go": "package m\n", "m_test.go": tagged, "sub/s_test.go": source("sub", bench("S"))},
        go={
            "dir": ".",
            "packages": ["."],
            "tags": ["special"],
            "flags": ["-benchmem", "-cpu=1,2", "-args", "-size=7"],
            "env": {"WORLD": "on"},
            "benchmarks": "^Benchmark(Tagged|Flagged)$",
            "attributes": {"Tagged": {"rounds": 1, "repeat": 3, "number": 5}},
        },
    )
    commit = project.commit()
    project.run("asv", "run", "--record-samples")
    entries = project.json("results/benchmarks.json")
    assert set(entries) == {
        "version",
        *(
            f"m.{name}.{method}"
            for name in ("Tagged", "Flagged")
            for method in (
                f"time_{name.lower()}",
                "track_bytes_per_op",
                "track_allocs_per_op",
            )
        ),
    }
    row = project.results(commit, GO)["m.Tagged.time_tagged"]
    assert row["params"] == [["1", "2"]]
    assert entries["m.Tagged.time_tagged"]["param_names"] == ["gomaxprocs"]
    assert [len(samples) for samples in row["samples"]] == [3, 3]
    assert row["stats_number"] == [5, 5]


def test_values_that_go_leaves_to_us(tmp_path: Path) -> None:
    """A first iteration that costs more than a sample takes, and what is no number."""
    lazy = """
func BenchmarkLazy(b *testing.B) {
	filled := false
	for i := 0; i < b.N; i++ {
		for start := time.Now(); !filled && time.Since(start) < 20*time.Millisecond; {
		}
		filled = true
	}
}

func BenchmarkOdd(b *testing.B) {
	b.ReportMetric(math.NaN(), "ns/op")
	b.ReportMetric(math.Inf(1), "score")
	b.ReportMetric(7, "points")
}
"""
    files = {"m_test.go": source("m", lazy, imports=("math", "time"))}
    project = make_go_project(tmp_path / "p", files)
    commit = project.commit()
    project.run("asv", "run", "-a", "rounds=1", "-a", "repeat=2", "-a", "warmup_time=0")
    found = values(project, commit)
    # go test says 20 ns.
    assert 0 < found["m.Lazy.time_lazy"][0] < 2e-6
    assert found["m.Odd.time_odd"] == found["m.Odd.track_score"] == ["n/a"]
    assert found["m.Odd.track_points"] == [7]


OLD = {
    "m.go": "package m\n\nfunc Old() {}\n",
    "m_test.go": source("m", "func TestOld(t *testing.T) { Old() }\n"),
}


class TestHistory:
    """Today's benchmarks measure old commits."""

    def make(self, path: Path, **go: Any) -> tuple[Project, list[str]]:
        project = make_go_project(path, OLD, go={"dir": ".", **go})
        commits = [project.commit("Before there were benchmarks")]
        project.write("m.go", "package m\n\nfunc Old() {}\nfunc New() {}\n")
        # A test that the first commit cannot compile, a benchmark that it can, one
        # in a new package that it can as well, and one that it cannot.
        project.write("m_test.go", source("m", "func TestNew(t *testing.T) { New() }"))
        project.write(
            "bench_test.go",
            'package m\n\nimport (\n\t"os"\n\t"testing"\n)\n\n'
            + bench(
                "Old",
                "Old()",
                'if _, err := os.ReadFile("testdata/d"); err != nil { b.Fatal(err) }',
            ),
        )
        project.write("testdata/d", "data")
        project.write(
            "new/n_test.go", source("new", bench("N", "m.New()"), imports=("example.com/m",))
        )
        project.write(
            "bare/b_test.go", source("bare", bench("B", "m.Old()"), imports=("example.com/m",))
        )
        commits.append(project.commit("Benchmarks"))
        return project, commits

    def test_benchmarks_are_laid_over(self, tmp_path: Path) -> None:
        project, commits = self.make(tmp_path / "p")
        run = project.run("asv", "run", "ALL", "--show-stderr", *QUICK, code=2)
        assert "undefined: m.New" in run.stdout + run.stderr
        old, new = (values(project, commit) for commit in commits)
        assert old["new.N.time_n"] == [None]
        for found in (old["m.Old.time_old"], old["bare.B.time_b"], *new.values()):
            assert found[0] > 0

    def test_a_commits_own_benchmarks(self, tmp_path: Path) -> None:
        project, commits = self.make(tmp_path / "p", benchmarks_from="commit")
        project.run("asv", "run", "ALL", *QUICK)
        old, new = (values(project, commit) for commit in commits)
        assert set(old) == set(new)
        assert {value for (value,) in old.values()} == {"n/a"}
        assert all(value > 0 for (value,) in new.values())

    def test_a_benchmark_edited_but_not_committed_is_measured(self, tmp_path: Path) -> None:
        project, commits = self.make(tmp_path / "p")
        project.run("asv", "run", "--bench", "m.Old", *QUICK)
        project.write("more_test.go", source("m", bench("More", "Old()")).replace("Kept", "_"))
        project.run("asv", "run", *QUICK)
        assert values(project, commits[1])["m.More.time_more"][0] > 0

    def test_a_commit_without_the_module(self, tmp_path: Path) -> None:
        project = make_go_project(tmp_path / "p", {}, go={"dir": "go"})
        (project.path / "go.mod").unlink()
        commits = [project.commit("No Go yet")]
        project.write("go/go.mod", "module example.com/m\n\ngo 1.21\n")
        project.write("go/m_test.go", source("m", bench("A")))
        commits.append(project.commit("Go"))
        run = project.run("asv", "run", "ALL", *QUICK)
        assert (run.stdout + run.stderr).count("there is no go.mod in go") == 1
        assert values(project, commits[0]) == {"m.A.time_a": ["n/a"]}
        assert values(project, commits[1])["m.A.time_a"][0] > 0


FAILING = source(
    "failing",
    bench("Good"),
    bench("Panics", before='panic("out of paper")'),
    bench("Fatal", before='b.Fatal("broken on purpose")'),
    bench("Skips", before='b.Skip("not today")'),
    bench("Deadlock", before='b.Log("waiting"); <-make(chan int); go func() { select {} }()'),
    bench("Sleeps", before="time.Sleep(time.Hour)"),
    bench("Retries", before='for { log.Println("refused, trying again"); time.Sleep(1e8) }'),
    bench("Killed", before="syscall.Kill(syscall.Getpid(), syscall.SIGKILL)"),
    bench("Leaves", before="os.Exit(0)"),
    bench("Exits", before='fmt.Fprintln(os.Stderr, "last words"); os.Exit(7)'),
    bench(
        "Memory",
        before="syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: 1 << 31, Max: 1 << 31})\n"
        "kept = make([]byte, 1<<33)",
    ),
    bench(
        "Children",
        before='child := exec.Command("sleep", "987654"); child.Start()\n'
        'b.Fatalf("has the child %d", child.Process.Pid)',
    ),
    """
var kept []byte

func BenchmarkSome(b *testing.B) {
	for _, n := range []int{1, 2, 3} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			if n == 2 { panic("two is too many") }
			for i := 0; i < b.N; i++ { Kept++ }
		})
	}
}

func BenchmarkSkipsSome(b *testing.B) {
	for _, n := range []int{1, 2} {
		b.Run(fmt.Sprintf("n=%d", n), func(b *testing.B) {
			if n == 2 { b.Skip("not two") }
			for i := 0; i < b.N; i++ { Kept++ }
		})
	}
}
""",
    imports=("fmt", "log", "os", "os/exec", "syscall", "time"),
)


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str, str]:
    files = {
        "failing/f.go": "package failing\n",
        "failing/f_test.go": FAILING.replace(
            "range []int{1, 2, 3} {", "range []int{1, 2, 3} {\nn := n\n"
        ).replace("range []int{1, 2} {", "range []int{1, 2} {\nn := n\n"),
        "broken/b.go": "package broken\n\nfunc Broken() { undefinedThing() }\n",
        "broken/b_test.go": source("broken", bench("Broken"), bench("Other")),
        "careless/c_test.go": source(
            "careless",
            bench("Fatal", before='b.Fatal("unheard")'),
            "func BenchmarkUnnamed(*testing.B) {}\n",
            "func TestMain(m *testing.M) { m.Run(); os.Exit(0) }\n",
            imports=("os",),
        ),
        "elsewhere/e_plan9_test.go": source("elsewhere", bench("Plan9")),
        "main/m_test.go": source(
            "main",
            bench("Prepared", before='if prepared != 1 { b.Fatal("not prepared") }'),
            "var prepared int\n\nfunc TestMain(m *testing.M) {\n"
            '\tfmt.Println("preparing")\n\tprepared = 1\n\tcode := m.Run()\n'
            '\tfmt.Println("tidying up")\n\tos.Exit(code)\n}\n',
            imports=("fmt", "os"),
        ),
    }
    project = make_go_project(
        tmp_path_factory.mktemp("failing") / "p",
        files,
        default_benchmark_timeout=2,
    )
    commit = project.commit()
    run = project.run("asv", "run", "--show-stderr", *QUICK, code=2)
    return project, commit, run.stdout + run.stderr


class TestWhenItGoesWrong:
    def test_the_rest_is_measured(self, failed: tuple[Project, str, str]) -> None:
        project, commit, _ = failed
        found = values(project, commit)
        assert found.pop("failing.Skips.time_skips") == ["n/a"]
        one, two, three = found.pop("failing.Some.time_some")
        assert (one > 0, two, three > 0) == (True, None, True)
        one, two = found.pop("failing.SkipsSome.time_skips_some")
        assert (one > 0, two) == (True, "n/a")
        good = {name for name, (value,) in found.items() if value is not None}
        assert good == {
            "failing.Good.time_good",
            "main.Prepared.time_prepared",
            "careless.Unnamed.time_unnamed",
        }
        names = ("Panics", "Fatal", "Deadlock", "Sleeps", "Killed", "Exits", "Memory", "Children")
        names += ("Leaves", "Retries")
        assert set(found) - good == {
            "broken.Broken.time_broken",
            "broken.Other.time_other",
            "careless.Fatal.time_fatal",
            *(f"failing.{name}.time_{name.lower()}" for name in names),
        }

    def test_why_there_is_no_value_is_kept(self, failed: tuple[Project, str, str]) -> None:
        project, commit, _ = failed
        found = why(project, commit)
        broken = "failed: broken/b.go:3:17: undefined: undefinedThing"
        child = found.pop("failing.Children.time_children")[""]
        assert re.fullmatch(r"failed: has the child \d+", child)
        assert re.match("failed: fatal error: ", found.pop("failing.Memory.time_memory")[""])
        assert found == {
            "broken.Broken.time_broken": {"": broken},
            "broken.Other.time_other": {"": broken},
            "careless.Fatal.time_fatal": {"": "failed: unheard"},
            "failing.Panics.time_panics": {"": "failed: panic: out of paper"},
            "failing.Fatal.time_fatal": {"": "failed: broken on purpose"},
            "failing.Skips.time_skips": {"": "n/a: not today"},
            "failing.Deadlock.time_deadlock": {
                "": "failed: fatal error: all goroutines are asleep - deadlock!"
            },
            "failing.Sleeps.time_sleeps": {"": "failed: it was not done after 2 s"},
            "failing.Retries.time_retries": {"": "failed: it was not done after 2 s"},
            "failing.Killed.time_killed": {"": "failed: exit status -9"},
            "failing.Leaves.time_leaves": {
                "": "failed: panic: unexpected call to os.Exit(0) during test"
            },
            "failing.Exits.time_exits": {"": "failed: last words"},
            "failing.Some.time_some": {"2": "failed: panic: two is too many"},
            "failing.SkipsSome.time_skips_some": {"2": "n/a: not two"},
        }

    @pytest.mark.parametrize(
        "words",
        [
            "b.go:3:17: undefined: undefinedThing",
            "panic: out of paper",
            "f_test.go:",
            "broken on purpose",
            "all goroutines are asleep - deadlock!",
            "SIGQUIT: quit",
            "time.Sleep(",
            "refused, trying again",
            "benchmark timed out (timeout 2",
            "benchmark failed (exit status -9)",
            "last words",
            "benchmark failed (exit status 7)",
            "runtime: out of memory",
            "two is too many",
            "For parameters: 2",
        ],
    )
    def test_its_own_output_is_shown(self, failed: tuple[Project, str, str], words: str) -> None:
        assert words in failed[2]

    def test_nothing_is_left_running(self, failed: tuple[Project, str, str]) -> None:
        assert re.search(r"has the child \d+", failed[2])
        found = subprocess.run(["pgrep", "-f", "sleep 987654"], capture_output=True, check=False)
        assert found.stdout == b""

    def test_check_says_what_is_wrong(self, failed: tuple[Project, str, str]) -> None:
        project, _, _ = failed
        run = project.run("asv", "check", code=1)
        assert "undefined: undefinedThing" in run.stdout + run.stderr

    def test_a_second_run_picks_up_what_is_missing(self, failed: tuple[Project, str, str]) -> None:
        """What failed may work now, as the benchmarks are the working tree's: it is run again."""
        project, commit, _ = failed
        before = values(project, commit)
        # Mend two benchmarks in the working tree.
        text = (project.path / "failing/f_test.go").read_text()
        mended = text.replace('panic("out of paper")', "").replace(
            "if n == 2 { panic", "if n == 9 { panic"
        )
        project.write("failing/f_test.go", mended)
        options = ["--skip-existing-successful", "--bench", "Panics|Some|Good", *QUICK]
        run = project.run("asv", "run", *options)
        after = values(project, commit)
        assert after["failing.Panics.time_panics"][0] > 0
        assert all(value > 0 for value in after["failing.Some.time_some"])
        assert "Good" not in run.stdout
        # What has a value now says no longer why it had none; the rest does.
        found = why(project, commit)
        assert not found.keys() & {"failing.Panics.time_panics", "failing.Some.time_some"}
        assert found["failing.SkipsSome.time_skips_some"] == {"2": "n/a: not two"}
        assert after["failing.Good.time_good"] == before["failing.Good.time_good"]


def test_the_same_is_said_once(tmp_path: Path) -> None:
    """Not for each combination of parameters, each unit and each look for benchmarks."""
    combinations = """
func BenchmarkMany(b *testing.B) {
	for i := 0; i < 30; i++ {
		i := i
		b.Run(fmt.Sprint("i=", i), func(b *testing.B) {
			switch {
			case os.Getenv("GOPYBENCH_DISCOVERY") != "" || i < 10:
			case i < 20:
				b.Fatal("out of paper")
			default:
				b.Fatalf("out of sheet %d", i % 2)
			}
		})
	}
}
"""
    project = make_go_project(
        tmp_path / "p",
        {
            "m.go": "package m\n\nvar A, B = 1, 2\n",
            "m_test.go": source("m", combinations, bench("Bad", "b.Fail()"), imports=("fmt", "os")),
            "a/a_test.go": source(
                "a",
                combinations.replace("b.Fatal(", "_ = m.A; b.Fatal("),
                bench("Other"),
                imports=("fmt", "os", "example.com/m"),
            ),
        },
    )
    project.commit("All compiles")
    project.write("m.go", "package m\n\nvar B = 2\n")
    commit = project.commit("Without A")
    run = project.run("asv", "run", "ALL", "--bench", "m.Many.time", *QUICK, code=2)
    said = run.stdout + run.stderr
    assert said.count("out of paper") == 2, said
    assert said.count("out of sheet 0") == said.count("out of sheet 1") == 2
    assert said.count("example.com/m.BenchmarkBad fails; --show-stderr shows how") == 1
    run = project.run("asv", "run", "ALL", "--bench", "a.Many", *QUICK, code=2)
    said = run.stdout + run.stderr
    assert said.count("undefined: m.A") == 1, said
    assert said.count("it was not built: the error is above") == 1
    assert values(project, commit)["a.Many.time_many"] == [None]


def test_a_commit_that_does_not_compile(tmp_path: Path) -> None:
    project = make_go_project(tmp_path / "p", {"spin.go": SPIN, "spin_test.go": SPIN_TEST})
    commits = []
    for text in (work(1), "package spin\n\nfunc Work() { return 1 }\n", work(2)):
        project.write("work.go", text)
        commits.append(project.commit())
    run = project.run("asv", "run", "ALL", "--show-stderr", *QUICK, code=2)
    assert "too many return values" in run.stdout + run.stderr
    found = [values(project, commit)["m.Spin.time_spin"][0] for commit in commits]
    assert (found[0] > 0, found[1], found[2] > 0) == (True, None, True)
    # Without results and another commit, asv cannot know the benchmarks.
    shutil.rmtree(project.path / "results")
    project.run("git", "reset", "-q", "--hard", commits[1])
    run = project.run("asv", "run", *QUICK, code=None)
    assert run.returncode in (1, 2)
    assert "too many return values" in run.stdout + run.stderr


def test_what_go_starts_ends_with_it(tmp_path: Path) -> None:
    """A compiler that hangs is stopped when asv's time for it is over, and named."""
    project = make_go_project(
        tmp_path / "p",
        {"m_test.go": source("m", bench("A")), "slow": "#!/bin/sh\nsleep 987653\n"},
        install_timeout=2,
        go={"flags": [f"-toolexec={tmp_path / 'p/slow'}"]},
    )
    (project.path / "slow").chmod(0o755)
    project.commit()
    run = project.run("asv", "run", *QUICK, code=2)
    assert "go test took more than 2 seconds (install_timeout)" in run.stdout + run.stderr
    pgrep = ["pgrep", "-f", "sleep 987653"]
    assert not subprocess.run(pgrep, capture_output=True, check=False).stdout


def test_ctrl_c_stops_it_at_once(tmp_path: Path) -> None:
    sleeps = bench("Sleeps", before='if os.Getenv("SLEEP") == "1" { time.Sleep(time.Hour) }')
    project = make_go_project(
        tmp_path / "p",
        {
            "m.go": "package m\n",
            "m_test.go": source("m", bench("A"), sleeps, imports=("os", "time")),
        },
    )
    commit = project.commit()
    project.run("asv", "run", *QUICK)
    before = project.files()
    asv = subprocess.Popen(
        ["asv", "run", *QUICK],
        cwd=project.path,
        env={**project.environment, "SLEEP": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    pattern = f"{project.path}/.*BenchmarkSleeps"
    wait_for(pattern, running=True)
    asv.send_signal(signal.SIGINT)
    # The benchmark would sleep for an hour.
    output, _ = asv.communicate(timeout=60)
    assert asv.returncode == 1
    assert "Interrupted" in output
    assert "Traceback" not in output
    assert not subprocess.run(["pgrep", "-f", pattern], capture_output=True, check=False).stdout
    assert project.files() == before
    assert set(values(project, commit)) == {"m.A.time_a", "m.Sleeps.time_sleeps"}


def test_a_damaged_list_of_benchmarks_is_written_anew(tmp_path: Path) -> None:
    project = make_go_project(tmp_path / "p", {"m_test.go": source("m", bench("A"))})
    commit = project.commit()
    project.write("results/benchmarks.json", "{")
    project.run("asv", "run", *QUICK)
    assert values(project, commit)["m.A.time_a"][0] > 0
    assert json.loads((project.path / "results/benchmarks.json").read_text())["m.A.time_a"]["go"]


def readme_block(heading: str, language: str) -> str:
    """Return the first block of code of a language in a section of the README."""
    section = (ROOT / "README.md").read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    found = re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)
    assert found is not None
    return found[1]


def test_the_readmes_way_for_a_module_of_your_own(tmp_path: Path) -> None:
    """The README's commands take a small Go module from nothing to a published site."""
    heading = "Use it in your own Go project"
    project = make_go_project(tmp_path / "p", {})
    shutil.rmtree(project.path)
    shutil.copytree(ROOT / "tests/example", project.path)
    project.run("git", "init", "-q", "-b", "main")
    project.commit("A module")
    project.write("asv.conf.json", readme_block(heading, "json"))
    for command in readme_block(heading, "sh").splitlines():
        command = command.partition("#")[0].strip()
        if command and not command.startswith(("python", ". ", "pip", "asv preview")):
            assert (BIN / command.split()[0]).exists() or command.startswith(("mkdir", "touch"))
            project.run("sh", "-c", command)
    index = project.json("html/index.json")
    assert set(index["benchmarks"]) == {
        "textstat.Count.time_count",
        "textstat.Count.track_bytes_per_op",
        "textstat.Count.track_allocs_per_op",
        "textstat.Index.time_index",
        "trie.Trie_Has.time_trie_has",
    }
    assert index["params"]["python"] == [GO]


COUNTED = """package m

import "testing"

var Kept []byte

func work(b *testing.B, n int) {
	prepared := make([]int, 100_000)
	for i := range prepared {
		prepared[i] = i
	}
	for i := 0; i < b.N; i++ {
		for _, value := range prepared[:n] {
			Sum += value
		}
	}
}

var Sum int

func BenchmarkSum(b *testing.B) {
	b.Run("n=100", func(b *testing.B) { work(b, 100) })
	b.Run("n=10000", func(b *testing.B) { work(b, 10_000) })
}

func BenchmarkMake(b *testing.B) {
	for i := 0; i < b.N; i++ {
		Kept = make([]byte, 1000)
	}
}

func BenchmarkOwn(b *testing.B) {
	b.ReportMetric(7, "instructions")
}

func BenchmarkFails(b *testing.B) {
	if b.N > 1 {
		b.Fatal("no more")
	}
}

func BenchmarkNot(b *testing.B) {
}
"""


class TestInstructions:
    """Instructions of Go benchmarks, where the configuration asks for them."""

    PATTERN = "Sum|Make|Own|Fails"

    @pytest.mark.skipif(not shutil.which("valgrind"), reason="valgrind is not installed")
    def test_preparation_is_not_counted(self, tmp_path: Path) -> None:
        project = make_go_project(
            tmp_path / "p", {"c_test.go": COUNTED}, go={"instructions": self.PATTERN}
        )
        commit = project.commit()
        run = project.run("asv", "run", "--bench", "instructions", "--show-stderr", code=2)
        assert "no more" in run.stdout
        counts = values(project, commit)
        assert counts.keys() == {
            f"m.{name}.track_instructions" for name in ("Sum", "Make", "Own", "Fails")
        }
        hundred, many = counts["m.Sum.track_instructions"]
        assert 99 * 2 * hundred > many > 25 * hundred
        assert 10_000 * 2 < many < 10_000 * 10
        assert counts["m.Own.track_instructions"] == [7]
        assert counts["m.Fails.track_instructions"] == [None]
        project.run("asv", "run", "--bench", r"(Make|Sum)\.track_instructions(\(10000\))?$")
        again = values(project, commit)
        for name in ("m.Sum.track_instructions", "m.Make.track_instructions"):
            assert again[name][-1] == pytest.approx(counts[name][-1], rel=0.01)

    def test_without_valgrind(self, tmp_path: Path) -> None:
        project = make_go_project(
            tmp_path / "p", {"c_test.go": COUNTED}, go={"instructions": "Sum|Make"}
        )
        commit = project.commit()
        tools = tmp_path / "tools"
        tools.mkdir()
        for directory in project.environment["PATH"].split(":"):
            for program in Path(directory).glob("*"):
                if program.name != "valgrind" and not (tools / program.name).exists():
                    (tools / program.name).symlink_to(program)
        run = project.run(
            *("env", f"PATH={tools}", BIN / "asv", "run", "--bench", "instructions"),
        )
        assert run.stdout.count("valgrind, which counts them, is not installed") == 1
        assert values(project, commit)["m.Make.track_instructions"] == ["n/a"]
        lack = {"": "n/a: valgrind, which counts them, is not installed"}
        assert why(project, commit)["m.Make.track_instructions"] == lack
