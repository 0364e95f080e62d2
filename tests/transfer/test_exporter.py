"""asv's results as Go benchmark text, and back."""

from __future__ import annotations

import itertools
import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.asvdata import mapping
from gopybench.benchfmt.names import parse_name

from ..conftest import GO, ROOT, Project

COLUMNS = [
    *("result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b"),
    *("stats_q_25", "stats_q_75", "stats_number", "stats_repeat", "samples", "profile"),
]

# What an export writes of every result.
ORIGIN = "commit: HEAD\nenvironment: e\npython: 3.13\n"


def rows(project: Project) -> dict[str, dict[str, Any]]:
    """Return all results that are there: by file and benchmark, place and what was measured."""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((project.path / "results").glob("*/*.json")):
        if path.name == "machine.json":
            continue
        data = json.loads(path.read_text())
        about = {k: data[k] for k in ("commit_hash", "env_name", "python", "requirements")}
        found[f"{path.parent.name}/{path.name}"] = {"about": about, "env_vars": data["env_vars"]}
        for name, row in data["results"].items():
            of = dict(zip(data["result_columns"], row))
            samples = of.get("samples") or itertools.repeat(None)
            for place, value, kept in zip(
                itertools.product(*of["params"]), of["result"] or [], samples
            ):
                if value is not None and not math.isnan(value):
                    found[f"{path.parent.name}/{path.name}"][f"{name}{place}"] = (
                        value,
                        kept or [value],
                    )
    return found


def make_own_results(project: Project) -> None:
    """Give a scratch project this project's own results, of commits that it has."""
    shutil.rmtree(project.path / "results", ignore_errors=True)
    shutil.copytree(ROOT / "results", project.path / "results")
    commit = project.run("git", "rev-parse", "HEAD").stdout.strip()
    for path in (project.path / "results").glob("*/*.json"):
        if path.name != "machine.json":
            data = json.loads(path.read_text())
            data["commit_hash"], old = commit, data["commit_hash"]
            if not old.startswith("c0604d37"):
                path.unlink()
                continue
            path.unlink()
            (path.parent / path.name.replace(old[:8], commit[:8])).write_text(json.dumps(data))


def test_this_projects_results_come_back(project: Project) -> None:
    make_own_results(project)
    before = rows(project)
    assert len(before) == 10
    exported = project.run("gopybench", "export-go")
    assert exported.stderr == ""
    assert "go-version: go1.27\n" in exported.stdout
    assert 'requirements: {"cython": "3.3.1"}\n' in exported.stdout
    for path in (project.path / "results").glob("*/*-*.json"):
        path.unlink()
    project.import_go(exported.stdout)
    assert rows(project) == before
    # Twice changes nothing.
    again = project.run("gopybench", "export-go")
    assert again.stdout == exported.stdout


def test_names_that_are_not_ours(project: Project) -> None:
    """Functions, methods and parameters as any asv project may have them."""
    commit = project.run("git", "rev-parse", "HEAD").stdout.strip()
    values = [["'a b'", "'x/y'", "None", "''", "'q-2'", "'é=%20'", "<Thing at 1>"], ["1", "0.5"]]
    entries = {
        "suite.TimeKeys.time_it": ("time", "seconds", values),
        "suite.peakmem_all": ("peakmemory", "bytes", []),
        "suite.sub.track_loss": ("track", "some unit", [["1", "2"]]),
        "time_alone": ("time", "seconds", []),
        "suite.track_size": ("track", "MB", []),
        "suite.track_latency": ("track", "ns", []),
        "a suite/of <names>.time_x": ("time", "seconds", [["1", "2"]]),
    }
    keys = ["array size", "n/m"]
    project.write(
        "results/benchmarks.json",
        {
            "version": 2,
            **{
                name: {
                    "name": name,
                    "type": type_,
                    "unit": unit,
                    "params": params,
                    "param_names": keys[: len(params)],
                    "version": "1",
                    "code": "",
                }
                for name, (type_, unit, params) in entries.items()
            },
        },
    )
    results = {}
    for name, (_, _, params) in entries.items():
        count = math.prod(len(choices) for choices in params)
        row = dict.fromkeys(COLUMNS)
        row.update(result=[i + 0.25 for i in range(count)], params=params, version="1")
        results[name] = list(row.values())
    project.write("results/box/machine.json", {"machine": "box", "version": 1})
    project.write(
        f"results/box/{commit[:8]}-conda-py3.12-A1.json",
        {
            "version": 2,
            "commit_hash": commit,
            "env_name": "conda-py3.12-A1",
            "date": 1,
            "params": {"machine": "box", "python": "3.12"},
            "python": "3.12",
            "requirements": {},
            "env_vars": {"A": "1"},
            "result_columns": COLUMNS,
            "results": results,
            "durations": {},
        },
    )
    before = rows(project)
    exported = project.run("gopybench", "export-go", "--commit", "HEAD").stdout
    (project.path / f"results/box/{commit[:8]}-conda-py3.12-A1.json").unlink()
    project.import_go(exported)
    assert rows(project) == before
    assert project.run("gopybench", "export-go", "--commit", "HEAD~1").stdout == ""
    assert (
        "unknown revision" in project.run("gopybench", "export-go", "--commit", "x", code=1).stderr
    )


@pytest.mark.parametrize(
    "names",
    [
        "X/load=50%-8 X/load=10×2-8 X/a/b=%41-8 Y-8",
        "X/bar-8",
        # On one core Go appends nothing, also where a name ends in a number.
        "X H/sha H/sha-256 H/size-1",
        # Several values, and numbers of their own.
        "A/n=1 A/n=1-2 A/n=1-4 S/size-2 S/size-2-2 S/size-2-4 S/size S/size-2-2-2",
        "A/gomaxprocs=4-8 B/gomaxprocs=4/n=1-8",
        # Parts of every kind, and in no order.
        "X/a=1/b=2/a=3-8 X/sub1=a-8 X/a/sub2=b-8 X/=/=1/-8",
        "X/b=2/a=1-8 X/a=1/b=3-8 Y/n=1-8 Y/m=1/n=1-8 Y-8",
        # Routes, as one parameter.
        " ".join(f"R/{i}/a{i}/{i}b/c={i}-8" for i in range(5)),
        " ".join(f"R/{i}/a{i}/{i}b/c={i}{end}" for i in range(5) for end in ("", "-2")),
    ],
)
def test_gos_names_come_back_as_they_were(project: Project, names: str) -> None:
    """So that benchstat finds the same rows in both; also in another project."""
    lines = [f"Benchmark{name} 1 {value} ns/op" for value, name in enumerate(names.split(), 1)]
    other = "pkg: example.com/m/q\nBenchmarkOne-3 1 5 ns/op\n"
    project.import_go("pkg: example.com/m/p\n" + "\n".join(lines) + f"\n{other}")
    before = project.files()
    exported = project.run("gopybench", "export-go").stdout
    found = [line.split() for line in exported.splitlines() if line.startswith("Benchmark")]
    values = {name: pytest.approx(float(value) * 1e9) for name, _, value, _ in found}
    assert values == {
        "BenchmarkOne-3": 5,
        **{line.split()[0]: value for value, line in enumerate(lines, 1)},
    }
    run = project.import_go(exported)
    assert "left out" not in run.stdout
    assert project.files() == before
    shutil.rmtree(project.path / "results")
    project.import_go(exported)
    assert sorted(project.run("gopybench", "export-go").stdout.splitlines()) == sorted(
        exported.splitlines()
    )


def test_gomaxprocs_of_what_python_defines(project: Project) -> None:
    """Go's values have it in their names, Python's and those of which it is not known do not."""
    entry = {"name": "p.X.time_x", "params": [["'a'", "'q-2'"]], "param_names": ["s"]}
    entry |= {"type": "time", "unit": "seconds", "version": None, "code": ""}
    project.write("results/benchmarks.json", {"p.X.time_x": entry, "version": 2})
    project.import_go(
        "pkg: example.com/m/p\nBenchmarkX/s=a-8 1 5 sec/op\nBenchmarkX/s=q-2-8 1 7 sec/op\n"
    )
    (path,) = (project.path / "results").glob("*/*-go*.json")
    stored = json.loads(path.read_text())
    stored["params"]["python"] = stored["python"] = stored["env_name"] = "3.13"
    stored["requirements"] = {}
    path.with_name(path.name.replace(GO, "3.13")).write_text(json.dumps(stored))
    before = project.files()
    exported = project.run("gopybench", "export-go").stdout
    assert [line.split("\t")[0] for line in exported.splitlines() if "\t" in line] == [
        *("BenchmarkX/s=a", "BenchmarkX/s=q-2", "BenchmarkX/s=a-8", "BenchmarkX/s=q-2-8")
    ]
    project.import_go(exported)
    assert project.files() == before


def test_an_export_of_an_older_version(project: Project) -> None:
    """It ended all names in -1."""
    entry = {"name": "p.X.time_x", "params": [["'a'", "'q-2'"]], "param_names": ["s"]}
    entry |= {"type": "time", "unit": "seconds", "version": None, "code": ""}
    project.write("results/benchmarks.json", {"p.X.time_x": entry, "version": 2})
    commit = project.commit()
    text = f"{ORIGIN}machine: box\npkg: example.com/m/p\n"
    text += "BenchmarkY/n=2-1 1 5 sec/op\nbenchmark: p.X.time_x\nBenchmarkX/s=q-2-1 1 7 sec/op\n"
    project.import_go(text)
    results = project.results(commit, "e")
    assert results["p.Y.time_y"]["params"] == [["2"]]
    assert results["p.X.time_x"]["samples"] == [None, [7.0]]


def test_what_asv_would_not_show_is_left_out(project: Project) -> None:
    project.import_go("pkg: example.com/m/p\nBenchmarkX/n=1 1 5 ns/op\nBenchmarkY 1 5 ns/op\n")
    (path,) = (project.path / "results").glob("*/*-go*.json")
    stored = json.loads(path.read_text())
    columns = stored["result_columns"]
    stored["results"]["p.X.time_x"][columns.index("params")] = []
    stored["results"]["p.Y.time_y"][columns.index("version")] = "old"
    path.write_text(json.dumps(stored))
    run = project.run("gopybench", "export-go")
    assert "Benchmark" not in run.stdout
    assert "p.X.time_x (1): it has other parameters" in run.stderr
    assert "p.Y.time_y (1): it is of another version" in run.stderr


def test_a_damaged_file_is_named(project: Project) -> None:
    project.import_go("BenchmarkX 1 5 ns/op\n")
    (path,) = (project.path / "results").glob("*/*-go*.json")
    path.write_text("{")
    run = project.run("gopybench", "export-go", code=1)
    assert run.stdout == ""
    assert path.name in run.stderr


def test_of_a_benchmark_that_is_gone(project: Project) -> None:
    text = f"{ORIGIN}benchmark: gone.time_x\nBenchmarkX-1 1 5 sec/op\n"
    run = project.import_go(text, code=1)
    assert "gone.time_x: asv knows no such benchmark of Python's" in run.stderr


def test_a_benchmark_of_several_units(project: Project) -> None:
    entry = {"name": "p.time_x", "params": [], "param_names": [], "type": "time"}
    entry |= {"unit": "seconds", "version": None, "code": ""}
    project.write("results/benchmarks.json", {"p.time_x": entry, "version": 2})
    text = f"{ORIGIN}benchmark: p.time_x\nBenchmarkX-1 1 5 ns/op 2 B/op\n"
    run = project.import_go(text, code=1)
    assert "p.time_x of X-1: it has the units ns/op, B/op, not one" in run.stderr


@pytest.mark.parametrize(
    "line",
    ["environment: ../../x", "environment: .x", "machine: ../x", "requirements: [", "env-vars: 1"],
)
def test_an_origin_from_a_stranger(project: Project, tmp_path: Path, line: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    text = f"{ORIGIN}{line}\nBenchmarkX 1 1 ns/op\n"
    run = project.import_go(text, code=1)
    assert "not a" in run.stderr or "Expecting" in run.stderr or "not an object" in run.stderr
    assert [path for path in sorted(tmp_path.rglob("*")) if path not in before] == []


@given(
    st.lists(st.one_of(st.text(), st.integers(), st.floats()).map(repr), min_size=1, unique=True)
)
def test_any_parameter_value_is_found_again(choices: list[str]) -> None:
    written = mapping.written_values(choices)
    assert sorted(written.values()) == sorted(choices)
    for text in written:
        assert len(text.split()) <= 1
        assert dict(parse_name(f"F/p={text}").parameters)["p"] == text
