"""Commits that today's test files do not fit are measured with their own."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from asv.results import Results

from gopybench.asvdata import campaigns, noted
from gopybench.bridge import gosource
from gopybench.machine import computer

from ..conftest import BIN, GO, Project, make_go_project
from ..go_module import BRIEF, QUICK, bench, source, values
from ..histories import HISTORIES, write

CODE = "package m\n\nfunc Value() float64 { return 1 }\n"
NEW = "\nfunc New() float64 { return 1 }\n"


def using_new(name: str) -> str:
    return f"func Test{name}(t *testing.T) {{ if New() != 1 {{ t.Fatal() }} }}\n"


def metric(name: str, value: str = "Value()") -> str:
    return bench(name, before=f'b.ReportMetric({value}, "score")')


def codes(project: Project, commit: str) -> dict[str, noted.Code]:
    name = f"results/box/{commit[:8]}-{GO}.json"
    return noted.code(project.json(name)["requirements"])


def own(project: Project, commit: str) -> set[str]:
    return {name for name, code in codes(project, commit).items() if code.own}


def test_file_by_file(tmp_path: Path) -> None:
    """Of three files two do not compile; of two benchmarks in them one has the same code."""
    project = make_go_project(tmp_path / "p", {"m.go": CODE}, go=BRIEF)
    project.write("a_test.go", source("m", metric("A"), metric("Edited", "Helped()")))
    project.write("b_test.go", source("m_test", bench("B")))
    helper = "package m\n\nfunc Helped() float64 { return Value() }\n"
    project.write("helper_test.go", helper)
    first = project.commit("First")
    project.write("m.go", CODE + NEW)
    project.write(
        "a_test.go", source("m", metric("A"), metric("Edited", "Helped()"), using_new("A"))
    )
    project.write("b_test.go", source("m_test", bench("B"), bench("Added")))
    project.write("helper_test.go", helper.replace("Value()", "New() + 1"))
    second = project.commit("Second")
    run = project.run("asv", "run", "ALL", *QUICK)
    said = "the commit's own a_test.go, helper_test.go in place of the working tree's: a_test.go:"
    assert run.stdout.count(said) == 1
    old, new = values(project, first), values(project, second)
    assert old["m.A.track_score"] == new["m.A.track_score"] == [1]
    assert (old["m.Edited.track_score"], new["m.Edited.track_score"]) == ([1], [2])
    assert old["m.Added.time_added"][0] > 0
    before, after = codes(project, first), codes(project, second)
    assert (own(project, first), own(project, second)) == ({"m.A", "m.Edited"}, set())
    same = {name for name in after if before[name].digest == after[name].digest}
    assert same == {"m.A", "m.B", "m.Added"}
    # Measured again in part, what is known of the others stays.
    campaign = f"{computer.CAMPAIGN}=another"
    asv = ("env", campaign, BIN / "asv", "run", f"{second}^!", "--bench", "m.B")
    project.run(*asv, *QUICK)
    assert codes(project, second) == after
    name = str(project.path / f"results/box/{second[:8]}-{GO}.json")
    results = Results.load(name)
    first_run, again = (campaigns.of(results, f"m.{of}") for of in ("A.time_a", "B.time_b"))
    assert again.boot == "another"
    assert first_run.boot == computer.boot() != ""
    differing = {k for k, v in first_run.noted.items() if again.noted.get(k) != v}
    assert {"@boot"} <= differing <= {"@boot", "@began", "@settings"}
    # So it does when a commit cannot be built any more.
    conf = project.json("asv.conf.json")
    project.write("asv.conf.json", {**conf, "build_command": ["grep -q New m.go"]})
    project.run("asv", "run", f"{first}^!", "--bench", "m.B", *QUICK, code=2)
    project.write("asv.conf.json", conf)
    assert values(project, first)["m.B.time_b"] == [None]
    results = Results.load(name.replace(second[:8], first[:8]))
    assert campaigns.of(results, "m.A.time_a") == first_run
    assert campaigns.of(results, "m.B.time_b").boot == ""
    assert codes(project, first) == {of: code for of, code in before.items() if of != "m.B"}
    # The gate compares what has the same code at both commits.
    command = ["gopybench", "gate", first, second, "--bench", "track_score", "--format", "json"]
    found = json.loads(project.run(*command, code=2).stdout)["comparisons"]
    said = {c["benchmark"]: (c["verdict"], c["why"]) for c in found}
    assert said == {
        "m.A.track_score": ("same", "base from earlier results"),
        "m.Edited.track_score": (
            "inconclusive",
            "its own code differs: base needs the test files of its commit",
        ),
    }
    # Those of another code are not taken for base's.
    results = f"results/box/{first[:8]}-{GO}.json"
    project.write(results, (project.path / results).read_text().replace("m.A=", "m.A=0"))
    found = json.loads(project.run(*command, code=2).stdout)["comparisons"]
    assert [c["why"] for c in found if c["benchmark"] == "m.A.track_score"] == [""]


def test_package_by_package(tmp_path: Path) -> None:
    """Renamed helpers, a benchmark of another name, a package that moved, and one that is new."""
    project = make_go_project(tmp_path / "p", {"m.go": CODE, "old/o.go": "package old\n"})
    project.write("helpers_test.go", "package m\n\nfunc value() float64 { return Value() }\n")
    project.write("m_test.go", source("m", metric("A", "value()"), metric("Before", "value()")))
    project.write("old/o_test.go", source("old", bench("O")))
    project.write("both/b.go", "package both\n")
    project.write("both/b_test.go", source("both", bench("Same")))
    first = project.commit("First")
    project.run("git", "mv", "old", "moved")
    project.run("git", "mv", "helpers_test.go", "tools_test.go")
    project.write("tools_test.go", "package m\n\nfunc value() float64 { return New() }\n")
    project.write("m_test.go", source("m", metric("A", "value()"), metric("After", "value()")))
    project.write("m.go", CODE + NEW)
    project.write(
        "moved/o_test.go", source("old", bench("O"), using_new("O")).replace("New()", "New")
    )
    project.write("moved/o.go", "package old\n\nconst New = 1\n")
    second = project.commit("Second")
    project.run("asv", "run", "ALL", *QUICK)
    old, new = values(project, first), values(project, second)
    assert old["m.A.track_score"] == old["m.Before.track_score"] == new["m.A.track_score"] == [1]
    assert own(project, first) == {"m.A", "m.Before", "old.O"}
    absent = {name for name, value in old.items() if value == ["n/a"]}
    assert absent == {"m.After.time_after", "m.After.track_score", "moved.O.time_o"}
    assert new["moved.O.time_o"][0] > 0
    assert new["old.O.time_o"] == new["m.Before.time_before"] == ["n/a"]


@pytest.mark.parametrize("where", ["testdata", "../testdata"])
def test_test_data_goes_with_its_file(tmp_path: Path, where: str) -> None:
    read = f'data, _ := os.ReadFile("{where}/d")\nb.ReportMetric(float64(len(data)), "read")'
    text = source("m", bench("Reads", before=read), imports=("os",))
    project = make_go_project(tmp_path / "p", {"a/m.go": CODE, "b/m.go": "package b\n"})
    data = "a/testdata/d" if where == "testdata" else "testdata/d"
    project.write(data, "1")
    project.write("a/m_test.go", text)
    project.write("b/testdata/d", "1")
    project.write("b/b_test.go", text.replace("package m", "package b").replace("../", ""))
    first = project.commit()
    project.write("a/m.go", CODE + NEW)
    project.write("a/m_test.go", text + using_new("It"))
    project.write(data, "22")
    project.write("b/testdata/d", "22")
    second = project.commit()
    for _ in range(2):
        # The second time from asv's cache.
        project.run("asv", "run", "ALL", *QUICK)
        old, new = values(project, first), values(project, second)
        assert (old["a.Reads.track_read"], new["a.Reads.track_read"]) == ([1], [2])
        assert old["b.Reads.track_read"] == new["b.Reads.track_read"] == [2]
        before, after = codes(project, first), codes(project, second)
        assert before["a.Reads"].digest != after["a.Reads"].digest
        assert before["b.Reads"].digest == after["b.Reads"].digest


def test_what_does_not_compile_with_its_own_files_failed(tmp_path: Path) -> None:
    project = make_go_project(tmp_path / "p", {"m.go": CODE})
    project.write("m_test.go", source("m", metric("A", "Missing()")))
    project.write("fine/m_test.go", source("fine", bench("A")))
    first = project.commit()
    project.write("m_test.go", source("m", metric("A", "New()")))
    project.write("m.go", CODE + NEW)
    second = project.commit()
    run = project.run("asv", "run", "ALL", *QUICK, code=2)
    assert "undefined: New" in run.stdout
    assert "undefined: Missing" in run.stdout
    assert values(project, first)["m.A.time_a"] == [None]
    assert values(project, first)["fine.A.time_a"][0] > 0
    assert values(project, second)["m.A.track_score"] == [1]


def test_before_modules(tmp_path: Path) -> None:
    """A commit without go.mod borrows today's; what does not build with it is n/a, once."""
    using = source("sub", bench("S", "Kept += int(m.Value())"), imports=("example.com/m",))
    absent = source("other", bench("O"), imports=("example.org/none",))
    project = make_go_project(tmp_path / "p", {"m.go": CODE, "sub/s_test.go": using})
    project.write("m_test.go", source("m", metric("A")))
    project.write("other/o_test.go", absent)
    (project.path / "go.mod").unlink()
    first = project.commit("Before modules")
    project.write("go.mod", "module example.com/m/v2\n\ngo 1.21\n")
    project.write("sub/s_test.go", using.replace("example.com/m", "example.com/m/v2"))
    project.write("other/o_test.go", source("other", bench("O"), "var _ = New\n"))
    project.write("other/o.go", "package other\n\nconst New = 1\n")
    second = project.commit("Modules")
    run = project.run("asv", "run", "ALL", *QUICK)
    assert run.stdout.count("there is no go.mod: the working tree's is used") == 1
    old, new = values(project, first), values(project, second)
    assert old["m.A.track_score"] == new["m.A.track_score"] == [1]
    assert old["sub.S.time_s"][0] > 0
    assert old["other.O.time_o"] == ["n/a"]
    assert new["other.O.time_o"][0] > 0


def test_what_is_known_of_a_newer_commit_stays(tmp_path: Path) -> None:
    """An older commit has fewer units; what the newest one no longer has goes."""
    project = make_go_project(tmp_path / "p", {"m.go": CODE})
    project.write("m_test.go", source("m", bench("A"), bench("Gone")))
    project.commit()
    text = source(
        "m", metric("A"), bench("Gone"), bench("Fails", before="b.Fatal()"), using_new("A")
    )
    project.write("m.go", CODE + NEW)
    project.write("m_test.go", text)
    project.commit()

    def known() -> set[str]:
        return {*project.json("results/benchmarks.json")} - {"version"}

    project.run("asv", "run", "HEAD^!", *QUICK, code=2)
    found = known()
    assert found == {"m.A.time_a", "m.A.track_score", "m.Gone.time_gone", "m.Fails.time_fails"}
    project.run("asv", "run", "HEAD~1^!", *QUICK)
    assert known() == found
    config = project.json("asv.conf.json")
    project.write("asv.conf.json", {**config, "go": {"benchmarks_from": "commit"}})
    project.run("asv", "run", "HEAD~1^!", *QUICK)
    assert known() == found
    project.write("asv.conf.json", config)
    project.write("m_test.go", text.replace("BenchmarkGone", "BenchmarkNew"))
    project.commit()
    project.run("asv", "run", "HEAD^!", *QUICK, code=2)
    assert known() == found - {"m.Gone.time_gone"} | {"m.New.time_new"}


@pytest.mark.parametrize("name", HISTORIES)
def test_every_commit_has_its_values(tmp_path: Path, name: str) -> None:
    """As many commits as HISTORY_COMMITS says: each benchmark of each commit, or today's."""
    count = int(os.environ.get("HISTORY_COMMITS", "6"))
    project = make_go_project(tmp_path / "p", {})
    (project.path / "go.mod").unlink()
    commits: dict[str, set[tuple[str, str]]] = {}
    before: dict[str, str] = {}
    for message, files in HISTORIES[name](count):
        write(project.path, before, files)
        before = files
        commits[project.commit(message)] = {
            (os.path.dirname(file).replace("/", ".") or name, function)
            for file, text in files.items()
            for function in gosource.functions(text)
        }
    run = project.run("asv", "run", "ALL", *QUICK)
    assert "failed" not in run.stdout
    for commit, functions in commits.items():
        found, code = values(project, commit), codes(project, commit)
        has = {key.rpartition(".")[0] for key, value in found.items() if {*value} - {"n/a", None}}
        for package, function in functions:
            benchmark = f"{package}.{function.removeprefix('Benchmark')}"
            # Where the working tree has another benchmark in its place, it has that one's.
            others = {key for key in code if key.startswith(f"{package}.") and not code[key].own}
            assert benchmark in has or others & has, (commit, benchmark, found)
