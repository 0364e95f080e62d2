"""asv measures all Go modules of a repository, over a history in which they come and go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gopybench.asvdata import gomodule
from gopybench.asvdata.gosettings import Blocks, Settings
from gopybench.bridge import overlay
from gopybench.bridge.modules import Checkout

from ..conftest import GO, Project, make_go_project
from ..go_module import BRIEF, QUICK, bench, source, values


def go_mod(path: str, *lines: str) -> str:
    return "\n".join([f"module {path}", "", "go 1.21", *lines, ""])


USES_M = ("require example.com/m v0.0.0", "replace example.com/m => ../")
NOT_MEASURED = ("testdata/t", "_old", ".hidden", "tools")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str], str]:
    """Commits from before modules, with one, with three more, and with two of them broken."""
    project = make_go_project(
        tmp_path_factory.mktemp("modules") / "p",
        {
            "m.go": "package m\n\nfunc M() {}\n",
            "m_test.go": source("m", bench("M", "M()")),
            "sub/s.go": "package sub\n\nfunc S() {}\n",
            "sub/s_test.go": source("sub", bench("S", "S()")),
            "sub/deep/d.go": "package deep\n",
            "sub/deep/d_test.go": source("deep", bench("D")),
        },
        go={"packages": ["./...", "./nothing/...", "../out/..."]},
    )
    (project.path / "go.mod").unlink()
    commits = [project.commit("Before modules")]
    project.write("go.mod", go_mod("example.com/m"))
    commits.append(project.commit("One module"))
    project.write("sub/go.mod", go_mod("example.com/m/sub"))
    # Its path says nothing of where it is.
    project.write("other/go.mod", go_mod("example.org/o/v2", *USES_M))
    project.write(
        "other/o_test.go",
        source(
            "o",
            bench(
                "O",
                "m.M()",
                'if _, err := os.ReadFile("testdata/d"); err != nil { b.Fatal(err) }',
            ),
            imports=("os", "example.com/m"),
        ),
    )
    project.write("other/testdata/d", "data")
    project.write("other/p/p_test.go", source("p", bench("P", "m.M()"), imports=("example.com/m",)))
    for directory in NOT_MEASURED:
        project.write(f"{directory}/go.mod", go_mod(f"example.com/{directory}"))
    for directory in NOT_MEASURED[:3]:
        project.write(f"{directory}/x_test.go", source("x", bench("X")))
    # Of no interest here, and what it needs is not here.
    project.write("tools/go.mod", go_mod("example.com/tools", "require example.com/none v1.0.0"))
    project.write("tools/t.go", 'package tools\n\nimport _ "example.com/none"\n')
    commits.append(project.commit("Three modules more"))
    project.write("other/go.mod", "no module\n")
    project.write("sub/s.go", "package sub\n\nfunc S() { undefined() }\n")
    commits.append(project.commit("Two are broken"))
    project.run("git", "revert", "--no-edit", "HEAD")
    run = project.run("asv", "run", "ALL", "--show-stderr", *QUICK, code=2)
    return project, commits, run.stdout + run.stderr


NAMES = {
    "m.M.time_m",
    "sub.S.time_s",
    "sub.deep.D.time_d",
    "other.O.time_o",
    "other.p.P.time_p",
}


class TestHistory:
    def test_each_module_has_its_values(self, history: tuple[Project, list[str], str]) -> None:
        project, commits, _ = history
        none, before, all_of_them, broken = (values(project, commit) for commit in commits)
        assert {*none} == {*before} == {*all_of_them} == {*broken} == NAMES
        assert all(value > 0 for (value,) in all_of_them.values())
        # A package that became a module keeps its name; what is not there yet did not fail.
        for found in (none, before):
            assert {name for name, (value,) in found.items() if value == "n/a"} == {
                "other.O.time_o",
                "other.p.P.time_p",
            }
            assert all(value == "n/a" or value > 0 for (value,) in found.values())
        # One that does not compile takes no other with it.
        assert {name for name, (value,) in broken.items() if value is None} == {
            "sub.S.time_s",
            "other.O.time_o",
            "other.p.P.time_p",
        }
        assert broken["m.M.time_m"][0] > 0
        assert broken["sub.deep.D.time_d"][0] > 0

    def test_what_is_said(self, history: tuple[Project, list[str], str]) -> None:
        _, _, said = history
        for pattern in ("./nothing/...", "../out/..."):
            assert said.count(f'{pattern!r} under "packages" of "go" stands for no package') == 1
        assert "'./...' under" not in said
        assert "undefined: undefined" in said
        assert "unknown directive: no" in said
        assert "example.com/none" not in said

    def test_an_import_gives_the_same_names(
        self, history: tuple[Project, list[str], str], tmp_path: Path
    ) -> None:
        project, _, _ = history
        text = ""
        for directory in (".", "sub", "other"):
            command = ("go", "test", "-run", "^$", "-bench", ".", "-benchtime", "1x", "./...")
            text += project.run(*command, cwd=project.path / directory).stdout
        project.run("git", "clone", "-q", str(project.path), str(tmp_path / "p"))
        other = Project(tmp_path / "p", project.home)
        other.import_go(text)
        assert {*other.json("results/benchmarks.json")} - {"version"} == NAMES
        exported = other.run("gopybench", "export-go").stdout
        for package in ("m", "m/sub", "m/sub/deep"):
            assert f"pkg: example.com/{package}\n" in exported
        for package in ("o/v2", "o/v2/p"):
            assert f"pkg: example.org/{package}\n" in exported
        # Text from before the module had another path.
        other.import_go(
            "pkg: example.com/old/x\nBenchmarkX 1 1 ns/op\n", "--module=example.com/old"
        )
        assert "x.X.time_x" in other.json("results/benchmarks.json")


def test_blocks(tmp_path: Path) -> None:
    """Each module with settings of its own, from a directory beside them."""
    reports = 'b.ReportMetric(Value, "score")\nif os.Getenv("WHOSE") != "NAME" { b.Fatal() }'

    def test(name: str) -> str:
        return source(name, bench("B", before=reports.replace("NAME", name)), imports=("os",))

    tagged = "//go:build special\n\n" + test("two")
    project = make_go_project(
        tmp_path / "p",
        {
            "go.mod": go_mod("example.com/m"),
            "root_test.go": source("m", bench("Root")),
            "group/go.work": 'go 1.21\n\nuse (\n\t./one // the first\n)\nuse "./three"\n',
            "group/one/go.mod": go_mod("example.com/m/one", "require example.com/m/three v0.0.0"),
            "group/one/v.go": "package one\n\n"
            'import "example.com/m/three"\n\nconst Value = three.Value\n',
            "group/one/v_test.go": test("one"),
            "group/three/go.mod": go_mod("example.com/m/three"),
            "group/three/v.go": "package three\n\nconst Value = 1.0\n",
            # Not in the workspace.
            "group/two/go.mod": go_mod("example.com/m/two"),
            "group/two/v.go": "package two\n\nconst Value = 2.0\n",
            "group/two/v_test.go": tagged,
            "group/two/p/p.go": "package p\n",
            "group/two/p/p_test.go": source("p", bench("P")),
        },
    )
    (project.path / "asv.conf.json").unlink()
    project.write("asv/benchmarks/__init__.py", "")
    config = {
        "version": 1,
        "project": "several",
        "repo": ".",
        "branches": ["HEAD"],
        "environment_type": "virtualenv",
        "pythons": [GO],
        # Not hidden, and not ignored: its checkouts have modules, too.
        "env_dir": "env",
        "plugins": [".gopybench.bridge.plugin"],
        "go": [
            {"dir": "../group/one", "env": {"WHOSE": "one"}},
            {
                "dir": "../group/two",
                "tags": ["special"],
                "packages": [".", "./p"],
                "env": {"WHOSE": "two"},
                "benchmarks": "B$",
                "benchmarks_from": "commit",
                "attributes": {"^group": {"rounds": 1, "number": 3, "repeat": 1}},
            },
        ],
    }
    project.write("asv/asv.conf.json", config)
    commits = [project.commit()]
    # The first block's benchmarks are the working tree's, the second one's the commit's own.
    more = source("more", bench("More")).replace("Kept", "KeptMore")
    project.write("group/one/more_test.go", more.replace("package more", "package one"))
    project.write(
        "group/two/more_test.go", "//go:build special\n\n" + more.replace("more\n", "two\n", 1)
    )
    project.write("group/two/v.go", "package two\n\nconst Value = 4.0\n")
    commits.append(project.commit())
    inner = Project(project.path / "asv", project.home)
    for _ in range(2):
        inner.run("asv", "run", "ALL", "--show-stderr", *QUICK[:2])
    first, second = (values(inner, commit) for commit in commits)
    assert {*first} == {*second}
    assert {name.rpartition(".")[0] for name in first} == {
        "group.one.B",
        "group.one.More",
        "group.two.B",
    }
    assert [first[f"group.{m}.B.track_score"] for m in ("one", "two")] == [[1], [2]]
    assert [second[f"group.{m}.B.track_score"] for m in ("one", "two")] == [[1], [4]]
    assert first["group.one.More.time_more"][0] > 0
    row: Any = inner.results(commits[0], GO)["group.two.B.time_b"]
    assert (row["stats_number"], row["stats_repeat"]) == ([3], [1])
    text = "pkg: example.com/m/two/p\nBenchmarkI 1 1 ns/op\n"
    inner.import_go(text)
    assert "group.two.p.I.time_i" in inner.json("results/benchmarks.json")


def checkout(root: Path, **modules: str) -> Checkout:
    """Return a checkout with a configuration in sub/, whose working tree has modules there."""
    for directory in ("tree/sub/deep", "tree/sub/new", "commit/sub/deep"):
        (root / directory).mkdir(parents=True)
        if directory.startswith("tree"):
            (root / directory / "go.mod").write_text(go_mod("example.com/m/" + directory[5:]))
            (root / directory / "x_test.go").write_text(source("x", bench("X")))
    location = gomodule.Location("sub", root / "tree", True, Blocks((Settings(dir="sub"),)))
    for directory, text in modules.items():
        (root / "commit" / directory).write_text(text)
    return Checkout(location, root / "commit")


def test_before_a_directory_became_a_module(tmp_path: Path) -> None:
    """Its packages are those of the module around it, also where the configuration names it."""
    there = checkout(tmp_path, **{"go.mod": go_mod("example.com/m")})
    (part,) = there.parts()
    assert (part.directory, part.path, part.settings.packages) == (
        *(".", "example.com/m"),
        ("./sub/...",),
    )
    assert there.location.name(".") == there.location.name("sub") == ""
    assert there.location.name("sub/deep") == "sub.deep"
    # With the working tree's benchmarks, but not those of what is not there at all.
    assert {*overlay.test_files(tmp_path / "tree", there.root)} == {"sub/deep/x_test.go"}


def test_before_a_directory_had_a_go_mod(tmp_path: Path) -> None:
    """The working tree tells that it is a module, if it is there."""
    there = checkout(tmp_path)
    assert [(part.directory, part.path) for part in there.parts()] == [
        ("sub/deep", "example.com/m/sub/deep")
    ]
    (there.root / "sub/deep").rmdir()
    (part,) = there.parts()
    assert part.settings.dir == "sub"


def test_a_directory_that_the_module_around_it_does_not_have_yet(tmp_path: Path) -> None:
    """Its benchmarks are n/a, and so are those of a directory without packages."""
    project = make_go_project(
        tmp_path / "p", {"m_test.go": source("m", bench("M"))}, go={"dir": "sub"}
    )
    commits = [project.commit("Not there")]
    project.write("sub/testdata/d", "1")
    project.write("sub/notes", "")
    commits.append(project.commit("No package"))
    project.write("sub/s.go", "package sub\n")
    read = 'data, _ := os.ReadFile("testdata/d")\nb.ReportMetric(float64(len(data)), "read")'
    project.write("sub/s_test.go", source("sub", bench("S", before=read), imports=("os",)))
    commits.append(project.commit("A package"))
    project.write("sub/testdata/d", "22")
    project.write("sub/go.mod", go_mod("example.com/m/sub"))
    commits.append(project.commit("A module"))
    for _ in range(2):
        # The second time from asv's cache.
        project.run("asv", "run", "ALL", *QUICK)
        found = [values(project, commit) for commit in commits]
        assert {*found[0]} == {"sub.S.time_s", "sub.S.track_read"}
        # Today's test data, wherever the border between the modules is.
        read_values = [of["sub.S.track_read"] for of in found]
        assert read_values == [["n/a"], ["n/a"], [2], [2]]


@pytest.mark.parametrize(
    ("workspace", "expected"),
    [
        (None, False),
        ("use ./sub", True),
        ('use "sub"', True),
        ("use (\n\t./other\n\tsub // here\n)\n", True),
        ("use ./other\nuse (\n\t.\n\t// ./sub\n)", False),
    ],
)
def test_which_modules_a_workspace_has(
    tmp_path: Path, workspace: str | None, expected: bool
) -> None:
    there = checkout(tmp_path, **{"sub/go.mod": go_mod("example.com/m/sub")})
    if workspace is not None:
        (there.root / "go.work").write_text(f"go 1.21\n\n{workspace}\n")
    assert there.is_in_workspace("sub") == there.is_in_workspace("sub/deep") == expected


def test_the_gate(tmp_path: Path) -> None:
    """A module that base lacks is new, and one that head breaks takes no other with it."""
    score = bench("B", before='b.ReportMetric(1, "score")')
    project = make_go_project(tmp_path / "p", {"m_test.go": source("m", score)}, go=BRIEF)
    project.write("sub/go.mod", go_mod("example.com/m/sub"))
    project.write("sub/s_test.go", source("sub", score))
    base = project.commit()
    project.write("sub/go.mod", "no module\n")
    project.write("more/go.mod", go_mod("example.com/m/more"))
    project.write("more/m_test.go", source("more", score))
    project.commit()
    options = ("--bench", "score", "--budget", "0.1", "--format", "json")
    report = json.loads(project.run("gopybench", "gate", base, *options, code=2).stdout)
    found = {c["benchmark"]: (c["verdict"], c["why"]) for c in report["comparisons"]}
    assert found == {
        "m.B.track_score": ("same", ""),
        "more.B.track_score": ("new", "n/a at base"),
        "sub.B.track_score": ("inconclusive", "fails at head: go.mod:1: unknown directive: no"),
    }
