"""Results stay in their graphs when a benchmark's parameters change, by an import and by a run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ..conftest import GO, Project, make_go_project
from ..go_module import QUICK, source


def text(commit: str, *names: str, value: int = 5, end: str = "") -> str:
    lines = "".join(f"Benchmark{name}{end} 1 {value} x\n" for name in names)
    return f"commit: {commit}\ngo-version: go1.27.3\npkg: example.com/m\n{lines}"


def graph(project: Project, name: str) -> dict[str, dict[str, Any]]:
    """Return what asv publishes of a benchmark: by commit, values by parameters."""
    project.run("asv", "publish", "--no-pull")
    index = project.json("html/index.json")
    (path,) = [
        path
        for path in (project.path / "html/graphs").rglob(f"{name}.json")
        if "summary" not in path.parts
    ]
    combinations = [()]
    for of in index["benchmarks"][name]["params"]:
        combinations = [(*before, choice) for before in combinations for choice in of]
    return {
        index["revision_to_hash"][str(revision)]: {
            "/".join(key): value for key, value in zip(combinations, values) if value is not None
        }
        for revision, values in json.loads(path.read_text())
    }


@pytest.fixture
def commits(project: Project) -> list[str]:
    return [project.run("git", "rev-parse", rev).stdout.strip() for rev in ("@~", "@")]


class TestImport:
    def test_a_grid_becomes_flat(self, project: Project, commits: list[str]) -> None:
        old, new = commits
        project.import_go(text(old, "R/a/b/n=1", value=3) + text(old, "Other", value=7))
        (path,) = project.path.glob(f"results/box/{old[:8]}-*.json")
        # What failed or was n/a stays so where it is still a benchmark.
        stored = json.loads(path.read_text())
        row = stored["results"]["m.R.track_x"]
        row[0], row[1] = [3.0, None, None], [["'a'"], ["'b'"], ["1", "2", "9"]]
        row[5:] = []
        path.write_text(json.dumps(stored))
        names = ["R/a/b/n=1", "R/c/d/n=2", "R/e/f/n=3", "R/a/b/n=2", "R/g/h/n=4", "R/i/j/k=5"]
        run = project.import_go(text(new, *names))
        assert f"wrote results/box/{path.name}" in run.stdout
        entry = project.json("results/benchmarks.json")["m.R.track_x"]
        assert entry["param_names"] == ["sub"]
        assert graph(project, "m.R.track_x") == {
            old: {"'a/b/n=1'": 3.0},
            new: {f"'{name[2:]}'": 5.0 for name in names},
        }
        assert project.results(old, "go1.27")["m.R.track_x"]["result"] == [3.0, None]
        assert project.results(old, "go1.27")["m.Other.track_x"]["result"] == [7.0]
        # The same again, and an older commit of which half is gone.
        assert "unchanged" in project.import_go(text(new, *names)).stdout
        project.import_go(text(old, "R/old/er", value=4))
        assert graph(project, "m.R.track_x")[old] == {"'a/b/n=1'": 3.0, "'old/er'": 4.0}

    def test_parts_in_another_order(self, project: Project, commits: list[str]) -> None:
        old, new = commits
        project.import_go(text(old, "R/a=1/b=2/c=3", value=3))
        names = ["R/c=3/b=2/a=1", *(f"R/a={i}/b={i}/c={i}/d={i}" for i in range(4))]
        project.import_go(text(new, *names))
        found = graph(project, "m.R.track_x")
        assert found[old] == {"'c=3/b=2/a=1'": 3.0}
        assert found[new].keys() == {f"'{name[2:]}'" for name in names}

    def test_one_more_parameter(self, project: Project, commits: list[str]) -> None:
        old, new = commits
        project.import_go(text(old, "R/n=1", "S", value=3))
        project.import_go(text(new, "R/m=a/n=1", "R/m=a/n=2", "S/n=1"))
        assert graph(project, "m.R.track_x") == {
            old: {"None/1": 3.0},
            new: {"'a'/1": 5.0, "'a'/2": 5.0},
        }
        assert graph(project, "m.S.track_x") == {old: {"None": 3.0}, new: {"1": 5.0}}

    def test_gomaxprocs_that_becomes_a_parameter(
        self, project: Project, commits: list[str]
    ) -> None:
        """It is known of what was imported when it was none."""
        old, new = commits
        project.import_go(text(old, "R/n=1", "R/n=2", value=3, end="-8"))
        project.import_go(text(new, "R/n=1", "R/n=2") + text(new, "R/n=1", "R/n=2", end="-8"))
        assert graph(project, "m.R.track_x") == {
            old: {"1/8": 3.0, "2/8": 3.0},
            new: {"1/1": 5.0, "1/8": 5.0, "2/1": 5.0, "2/8": 5.0},
        }

    def test_a_damaged_file_stays_as_it_is(self, project: Project, commits: list[str]) -> None:
        old, new = commits
        project.import_go(text(old, "R/n=1", value=3))
        (path,) = project.path.glob(f"results/box/{old[:8]}-*.json")
        path.write_text(path.read_text().replace("[3.0]", '["3"]'))
        before = path.read_bytes()
        run = project.import_go(text(new, "R/n=1/m=a"))
        assert f"{path.name} is damaged: m.R.track_x: its result" in run.stdout + run.stderr
        assert path.read_bytes() == before
        assert project.results(new, "go1.27")["m.R.track_x"]["result"] == [5.0]


def test_a_run(tmp_path: Path) -> None:
    """Routes come to the working tree; two names become one in a grid."""
    body = """
func BenchmarkR(b *testing.B) {
	for _, name := range []string{NAMES} {
		b.Run(name, func(b *testing.B) { b.ReportMetric(float64(len(name)), "length") })
	}
}
"""
    names = [[f"{i}/a/{i}b/{i}/c" for i in range(count)] for count in (1, 4)]
    names[1] += ["0/a/n=1", "n=1/sub2=a"]
    project = make_go_project(tmp_path / "p", {"m.go": "package m\n"})
    commits = []
    for of in names:
        listed = ", ".join(f'"{name}"' for name in of)
        project.write("m_test.go", source("m", body.replace("NAMES", listed)))
        commits.append(project.commit())
        project.run("asv", "run", "HEAD^!", *QUICK)
    entry = project.json("results/benchmarks.json")["m.R.track_length"]
    assert entry["param_names"] == ["sub"]
    assert graph(project, "m.R.track_length") == {
        commit: {f"'{name}'": len(name) for name in of} for commit, of in zip(commits, names)
    }
    assert not [name for name in project.files() if name.endswith(".tmp")]
    # An export has the names that go test prints, GOMAXPROCS included.
    printed = project.run("go", "test", "-bench=.", "-benchtime=1x").stdout
    exported = project.run("gopybench", "export-go", "--commit", "HEAD").stdout
    assert _names(exported) == _names(printed)
    assert len(_names(exported)) == len(names[1])
    # Each place of the list is measured as what its name says.
    project.run("asv", "run", "HEAD^!", "--bench", r"track_length\('3/a", *QUICK)
    row = project.results(commits[1], GO)["m.R.track_length"]
    assert dict(zip(row["params"][0], row["result"]))["'3/a/3b/3/c'"] == 10


def _names(benchmark_text: str) -> set[str]:
    return set(re.findall(r"^Benchmark\S+(?=\s+[0-9])", benchmark_text, re.MULTILINE))
