"""Results of two machines, taken together: what asv then reads of them."""

from __future__ import annotations

import json
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from asv.util import UserError

from gopybench.asvdata import verdicts, versusfile
from gopybench.asvdata.merging import merge
from gopybench.asvdata.verdicts import Entry

from ..conftest import GO, Project, make_go_project

HEADER = "goos: linux\ngoarch: amd64\npkg: example.com/m/p\ncpu: A CPU\ngo-version: go1.27.3\n"


class Sides:
    """Results that two made from the same earlier ones: ours at the second commit."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.commits = [project.commit(str(number)) for number in range(2)]
        self.ours, self.theirs, self.before = (
            project.path / name for name in ("results", "theirs", "before")
        )
        for directory in (self.ours, self.before):
            directory.mkdir()

    def measure(self, commit: int, *lines: str, options: tuple[str, ...] = ()) -> None:
        """Have these values of a commit in what are ours."""
        text = HEADER + "".join(f"Benchmark{line}\n" for line in lines)
        self.project.import_go(text, "--commit", self.commits[commit], *options)

    def keep(self, directory: Path) -> None:
        """Keep what are ours there."""
        shutil.copytree(self.ours, directory, dirs_exist_ok=True)

    def reset(self) -> None:
        """Begin ours anew with what was before."""
        shutil.rmtree(self.ours)
        shutil.copytree(self.before, self.ours)

    def merge(self, commit: int = 1) -> None:
        merge(self.ours, self.theirs, self.before, self.commits[commit + 1 :])

    def entries(self) -> dict[str, Any]:
        entries = dict(self.project.json("results/benchmarks.json"))
        assert entries.pop("version") == 2
        return entries

    def values(self, name: str, commit: int) -> dict[tuple[str, ...], float | None]:
        """Return a benchmark's values as asv finds them."""
        shown = self.project.results(self.commits[commit], GO)[name]
        combinations: list[tuple[str, ...]] = [()]
        for choices in shown["params"]:
            combinations = [(*of, choice) for of in combinations for choice in choices]
        found = zip(combinations, shown["result"])
        return {of: value for of, value in found if value is None or not math.isnan(value)}


@pytest.fixture
def sides(tmp_path: Path) -> Sides:
    return Sides(make_go_project(tmp_path / "p", {}))


def test_both_lists_and_both_commits(sides: Sides) -> None:
    """Neither knows what the other measured, and a grid grew on both sides."""
    sides.measure(1, "A/n=1 5 100 ns/op", "B 5 7 ns/op")
    sides.keep(sides.theirs)
    sides.reset()
    sides.measure(0, "A/n=2 5 200 ns/op", "C 5 9 ns/op")
    sides.merge(0)
    entries = sides.entries()
    assert entries.keys() == {f"p.{name}.time_{name.lower()}" for name in "ABC"}
    assert entries["p.A.time_a"]["params"] == [["1", "2"]]
    assert sides.values("p.A.time_a", 1) == {("1",): pytest.approx(100e-9)}
    assert sides.values("p.A.time_a", 0) == {("2",): pytest.approx(200e-9)}
    # asv publishes them.
    sides.project.write("asv.conf.json", {**sides.project.json("asv.conf.json"), "plugins": []})
    sides.project.run("asv", "publish")
    assert sides.project.json("html/index.json")["benchmarks"].keys() == entries.keys()


def test_one_commit_value_by_value(sides: Sides) -> None:
    """What was measured later stays, what only one has is added."""
    sides.measure(1, "A/n=1 5 100 ns/op", "A/n=2 5 200 ns/op", "Theirs 5 1 ns/op")
    sides.keep(sides.theirs)
    sides.reset()
    sides.measure(1, "A/n=2 5 222 ns/op", "A/n=3 5 300 ns/op", "Ours 5 2 ns/op")
    later = sides.project.files()
    sides.merge()
    now = {("1",): pytest.approx(1e-7), ("2",): pytest.approx(222e-9), ("3",): pytest.approx(3e-7)}
    assert sides.values("p.A.time_a", 1) == now
    assert sides.values("p.Theirs.time_theirs", 1)
    assert sides.values("p.Ours.time_ours", 1)
    # The other way round it is the same, and taken twice nothing is new.
    merged = sides.project.files()
    sides.merge()
    assert sides.project.files() == merged
    shutil.rmtree(sides.ours)
    shutil.move(sides.theirs, sides.ours)
    for name, data in later.items():
        path = sides.theirs / Path(name).relative_to("results")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    sides.merge()
    assert sides.values("p.A.time_a", 1) == now


@pytest.mark.parametrize("ours", [0, 1])
def test_the_newer_commit_says_what_a_benchmark_is(sides: Sides, ours: int) -> None:
    sides.measure(0, "A 5 1 ns/op", "Gone 5 1 ns/op")
    sides.keep(sides.before)
    for commit, directory in ((1 - ours, sides.theirs), (ours, None)):
        sides.reset()
        sides.measure(commit, f"A 5 {commit + 1} ns/op")
        entries = sides.project.json("results/benchmarks.json")
        entries["p.A.time_a"]["timeout"] = commit
        if commit:
            del entries["p.Gone.time_gone"]
        sides.project.write("results/benchmarks.json", entries)
        if directory is not None:
            sides.keep(directory)
    sides.merge(ours)
    merged = sides.entries()
    assert merged.keys() == {"p.A.time_a"}
    assert merged["p.A.time_a"]["timeout"] == 1


def test_results_follow_a_benchmark_whose_parameters_changed(sides: Sides) -> None:
    """Of the two lists one is a grid, the other flat."""
    sides.measure(0, "R/api/users 5 100 ns/op")
    sides.keep(sides.theirs)
    sides.reset()
    routes = [f"R/v{i}/{'/'.join('abcdefgh'[i:])} 5 {i + 1} ns/op" for i in range(6)]
    sides.measure(1, *routes)
    assert sides.entries()["p.R.time_r"]["param_names"] == ["sub"]
    sides.merge()
    (names,) = [entry["param_names"] for entry in sides.entries().values()]
    assert names == ["sub"]
    assert sides.values("p.R.time_r", 0) == {("'api/users'",): pytest.approx(1e-7)}
    assert len(sides.values("p.R.time_r", 1)) == 6


def test_pythons_of_another_version_are_not_mixed(sides: Sides) -> None:
    sides.measure(1, "A 5 100 ns/op")
    sides.keep(sides.theirs)
    for directory, version, value in ((sides.theirs, "1", 5.0), (sides.ours, "2", 6.0)):
        (file,) = directory.glob("box/*go*.json")
        data = json.loads(file.read_text())
        row = dict(zip(data["result_columns"], data["results"]["p.A.time_a"]))
        row.update(version=version, result=[value], started_at=int(version))
        data["results"]["p.A.time_a"] = [row.get(column) for column in data["result_columns"]]
        file.write_text(json.dumps(data))
    sides.merge()
    row = sides.project.results(sides.commits[1], GO)["p.A.time_a"]
    assert (row["version"], row["result"]) == ("2", [6.0])


def test_damage_is_named_and_nothing_changes(sides: Sides) -> None:
    sides.measure(1, "A 5 100 ns/op")
    sides.keep(sides.theirs)
    sides.reset()
    sides.measure(1, "B 5 100 ns/op")
    before = sides.project.files()
    (file,) = sides.theirs.glob("box/*go*.json")
    file.write_text("[]")
    with pytest.raises(UserError, match=file.name):
        sides.merge()
    command = [sys.executable, "-m", "gopybench.asvdata.merging", "results", "theirs", "before"]
    run = subprocess.run(
        [*command, sides.commits[1]], cwd=sides.project.path, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert re.match(f"cannot merge theirs into results: .*theirs/box/{file.name}", run.stderr)
    assert sides.project.files() == before


def test_what_was_judged_and_compared_is_kept_of_both(sides: Sides) -> None:
    """Verdicts and ratios of two environments, which two runs may have at once."""
    sides.measure(0, "A 1 10 ns/op")
    sides.keep(sides.before)
    sides.keep(sides.theirs)
    entries = [Entry("box", GO, "a" * 40, commit, "slower", (), None) for commit in sides.commits]
    runs = [
        {
            "machine": "box",
            "commit": commit,
            "first": {"environment": GO},
            "second": {"environment": "3.13"},
            "date": f"2026-11-2{number}",
            "comparisons": [{"benchmark": "b", "first": {}, "second": {}, "verdict": "measured"}],
        }
        for number, commit in enumerate(sides.commits)
    ]
    for directory, number in ((sides.ours, 0), (sides.theirs, 1)):
        verdicts.add(directory, {f"{number}": entries[number]})
        versusfile.add(directory, [runs[number]])
    sides.merge()
    assert verdicts.load(sides.ours) == {"0": entries[0], "1": entries[1]}
    assert versusfile.load(sides.ours) == runs
    # Those that one alone has are copied, and nothing is written where nothing is new.
    before = sides.project.files()
    sides.merge()
    assert sides.project.files() == before


def test_damaged_verdicts_are_named(sides: Sides) -> None:
    sides.measure(0, "A 1 10 ns/op")
    sides.keep(sides.before)
    sides.keep(sides.theirs)
    (sides.theirs / "verdicts.json").write_text("{")
    before = sides.project.files()
    with pytest.raises(UserError, match=r"theirs/verdicts\.json is damaged"):
        sides.merge()
    assert sides.project.files() == before
