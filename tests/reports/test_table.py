"""The table, from results written by asv's classes."""

from __future__ import annotations

import json
import math

import pytest

from ..conftest import Project

HEADER = "pkg: example.com/m/person\ngo-version: go1.27\n"


def go(single: float, peak: int, n: int = 1000) -> str:
    return (
        f"BenchmarkLifecycle/variant=Person/mode=single/n={n} 1 {single} ns/op {peak} "
        f"peakmem-bytes\nBenchmarkLifecycle/variant=Person/mode=threads/n={n} 1 {single / 2} "
        f"ns/op {peak * 2} peakmem-bytes\n"
    )


def add_python(project: Project, commit: str, values: list[float | None]) -> None:
    """Add a results file of CPython's, beside and shaped like Go's of the same commit."""
    data = project.json(f"results/box/{commit[:8]}-go1.27.json")
    data["env_name"] = "virtualenv-py3.13-cython3.3.1"
    data["params"] = {**data["params"], "python": "3.13", "cython": "3.3.1"}
    row = data["results"]["person.Lifecycle.time_lifecycle"]
    data["results"] = {"person.Lifecycle.time_lifecycle": [values, row[1]]}
    (project.path / f"results/box/{commit[:8]}-{data['env_name']}.json").write_text(
        json.dumps(data)
    )


def test_ratios_states_and_order(project: Project) -> None:
    commit = project.commit()
    project.import_go(HEADER + go(1000, 4 << 20) + go(9000, 8 << 20, n=5000))
    add_python(project, commit, [500e-9, 3e-6, None, 2e-6])
    (table,) = json.loads(project.run("gopybench", "table", "--n", "1000", "--format=json").stdout)
    first, *_, last = (row for row in table["rows"] if row["mode"] != "interpreters")
    assert (first["runtime"], first["seconds"]) == ("CPython 3.13, Cython 3.3.1", 500e-9)
    assert first["seconds_over_base"] == pytest.approx(0.5)
    assert first["peak_bytes_state"] == "not measured"
    assert (last["runtime"], last["mode"], last["seconds_state"]) == (
        "Go 1.27",
        "processes",
        "not measured",
    )
    text = project.run("gopybench", "table", "--n=1000").stdout
    assert "1,000 persons" in text
    assert "500ns (0.50×)" in text
    assert "failed" in text
    assert "interpreters" not in text  # as nothing was measured in them


def test_what_is_not_measured_not_available_and_failed(project: Project) -> None:
    commit = project.commit()
    project.import_go(HEADER + go(1000, 4 << 20) + go(9000, 8 << 20, n=5000))
    add_python(project, commit, [1e-6, 2e-6, None, math.nan])
    data = project.json(f"results/box/{commit[:8]}-virtualenv-py3.13-cython3.3.1.json")
    row = data["results"]["person.Lifecycle.time_lifecycle"]
    variants = ["'Person'", "'PersonSlots'", "'PersonCdef'", "'PersonTuple'"]
    for python, values in (
        ("3.11", [1e-6, 2e-6, 3e-6, math.nan]),
        ("pypy3", [1e-6, math.nan, math.nan, math.nan]),
        ("3.12", [1e-6, math.nan, math.nan, math.nan]),
    ):
        data["params"]["python"] = python
        row[:2] = [values, [variants, ["'single'"], ["1000"]]]
        (project.path / f"results/box/{commit[:8]}-{python}.json").write_text(json.dumps(data))
        data["params"].pop("cython", None)
    # Parameters that came later than the results of the others.
    benchmarks = project.json("results/benchmarks.json")
    entry = benchmarks["person.Lifecycle.time_lifecycle"]
    entry["params"] = [variants, ["'single'", "'threads'"], ["1000", "5000"]]
    (project.path / "results/benchmarks.json").write_text(json.dumps(benchmarks))

    (table,) = json.loads(project.run("gopybench", "table", "--n", "1000", "--format=json").stdout)
    states = {
        (row["runtime"].split(",")[0], row["variant"], row["mode"]): row["seconds_state"]
        for row in table["rows"]
    }
    assert states["Go 1.27", "Person", "processes"] == "not measured"
    assert ("Go 1.27", "PersonSlots", "single") not in states
    assert states["CPython 3.13", "Person", "threads"] == "failed"
    assert states["PyPy 3", "PersonSlots", "single"] == "n/a"
    assert states["PyPy 3", "Person", "threads"] == "not measured"
    assert ("CPython 3.12", "PersonSlots", "single") not in states  # as nobody measured it
    assert states["CPython 3.12", "PersonCdef", "single"] == "n/a"
    assert "PersonTuple" not in {variant for _, variant, _ in states}


def test_interpreters_are_lacking_or_were_not_measured(project: Project) -> None:
    commit = project.commit()
    project.import_go(HEADER + go(1000, 4 << 20))
    data = project.json(f"results/box/{commit[:8]}-go1.27.json")
    modes = ["'single'", "'interpreters'"]
    for python, values in (
        ("3.13", [1e-6, math.nan, 1e-6, math.nan]),
        ("3.14", [1e-6, math.nan, 1e-6, math.nan]),
        ("3.15", [1e-6, 2e-6, 1e-6, math.nan]),
    ):
        data["params"]["python"] = python
        row = [values, [["'Person'", "'PersonNumPy'"], modes, ["1000"]]]
        data["results"]["person.Lifecycle.time_lifecycle"] = row
        (project.path / f"results/box/{commit[:8]}-{python}.json").write_text(json.dumps(data))
    benchmarks = project.json("results/benchmarks.json")
    entry = benchmarks["person.Lifecycle.time_lifecycle"]
    entry["params"] = [["'Person'", "'PersonNumPy'"], modes, ["1000"]]
    (project.path / "results/benchmarks.json").write_text(json.dumps(benchmarks))
    (table,) = json.loads(project.run("gopybench", "table", "--format=json").stdout)
    states = {
        (row["runtime"], row["variant"]): row["seconds_state"]
        for row in table["rows"]
        if row["mode"] == "interpreters"
    }
    assert states["CPython 3.13", "Person"] == "n/a"
    assert states["CPython 3.14", "Person"] == "not measured"
    assert states["CPython 3.15", "Person"] == "ok"
    assert states["CPython 3.15", "PersonNumPy"] == "n/a"


def test_ratios_are_to_what_go_does_by_default(project: Project) -> None:
    arena = go(100, 1 << 20).replace("variant=Person", "variant=PersonArena")
    project.import_go(HEADER + arena + go(1000, 4 << 20))
    (table,) = json.loads(project.run("gopybench", "table", "--format", "json").stdout)
    assert table["rows"][0]["seconds_over_base"] == pytest.approx(0.1)


def test_ratios_are_to_the_newest_go(project: Project) -> None:
    for version, nanoseconds in (("1.9", 4000), ("1.27", 1000), ("1.26", 2000)):
        text = "pkg: example.com/m/person\n" + go(nanoseconds, 4 << 20)
        project.import_go(text, "--go-version", version)
    run = project.run("gopybench", "table")
    assert "as multiples of Go 1.27 in a single thread" in run.stdout
    assert "4.00μs (4.00×)" in run.stdout


def test_results_of_one_runtime_in_two_files(project: Project) -> None:
    """asv has another file where a requirement without a version came to the configuration."""
    commit = project.commit()
    project.import_go(HEADER + go(1000, 4 << 20))
    add_python(project, commit, [1e-6, math.nan])
    file = project.path / f"results/box/{commit[:8]}-virtualenv-py3.13-cython3.3.1.json"
    data = json.loads(file.read_text())
    data["params"]["numpy"] = ""
    data["results"]["person.Lifecycle.time_lifecycle"][0] = [math.nan, 2e-6]
    file.with_name(f"{commit[:8]}-zz.json").write_text(json.dumps(data))
    (table,) = json.loads(project.run("gopybench", "table", "--format=json").stdout)
    seconds = {
        (row["runtime"], row["mode"]): row["seconds"]
        for row in table["rows"]
        if row["seconds"] is not None and row["runtime"] != "Go 1.27"
    }
    runtime = "CPython 3.13, Cython 3.3.1"
    assert seconds == {(runtime, "single"): 1e-6, (runtime, "threads"): 2e-6}


def test_other_parameters_than_the_tables(project: Project) -> None:
    project.import_go(HEADER + "BenchmarkLifecycle/n=1 1 1 ns/op 1 peakmem-bytes\n")
    assert "not variant, mode and n" in project.run("gopybench", "table", code=1).stderr


def test_a_size_that_is_no_number(project: Project) -> None:
    line = "BenchmarkLifecycle/variant=Person/mode=single/n=many 1 1 ns/op 1 peakmem-bytes\n"
    project.import_go(HEADER + line)
    assert "no number: 'many'" in project.run("gopybench", "table", code=1).stderr


def test_the_largest_size_of_the_newest_commit(project: Project) -> None:
    old = project.run("git", "rev-parse", "HEAD").stdout.strip()
    project.import_go(HEADER + go(1000, 1) + go(9000, 8, n=5000))
    project.run("git", "commit", "-q", "--allow-empty", "-m", "x", "--date=2037-01-01T00:00:00Z")
    new = project.run("git", "rev-parse", "HEAD").stdout.strip()
    project.import_go(HEADER + go(1000, 1))

    def commit_and_n(*options: str) -> tuple[str, int]:
        run = project.run("gopybench", "table", "--format", "json", *options)
        (table,) = json.loads(run.stdout)
        return table["commit"], table["n"]

    assert commit_and_n() == (new, 1000)
    assert commit_and_n("--n", "5000") == (old, 5000)
    assert commit_and_n("--commit", "HEAD~1") == (old, 5000)


def test_markdown(project: Project) -> None:
    project.import_go(HEADER + go(1000, 4 << 20))
    lines = project.run("gopybench", "table", "--format", "markdown").stdout.splitlines()
    assert [line.split("|")[1].strip() for line in lines if line.startswith("| Go")] == ["Go 1.27"]


def test_the_machine_in_plain_words(project: Project) -> None:
    machine = {"machine": "box", "cpu": "c", "num_cpu": "2", "ram": "25276510208", "os": ""}
    collection = {"box": machine, "version": 1}
    (project.home / ".asv-machine.json").write_text(json.dumps(collection))
    project.import_go(HEADER + go(1000, 4 << 20), "--machine", "box")
    heading = project.run("gopybench", "table").stdout.splitlines()[0]
    assert heading.endswith("machine box (c, 2 cores, 24 GiB of memory).")


def test_a_table_for_each_machine(project: Project) -> None:
    project.import_go(HEADER + go(1000, 4 << 20))
    project.import_go(HEADER + go(2000, 4 << 20), "--machine", "other")
    tables = json.loads(project.run("gopybench", "table", "--format", "json").stdout)
    assert [table["machine"] for table in tables] == ["box", "other"]
    assert all(table["rows"][0]["seconds_over_base"] == 1 for table in tables)


def test_nothing_to_show(project: Project) -> None:
    for text in ("", "pkg: example.com/m\ngo-version: go1.27\nBenchmarkSort 1 5 ns/op\n"):
        if text:
            project.import_go(text)
        run = project.run("gopybench", "table", code=1)
        assert "are about gopybench's own benchmarks of persons" in run.stderr
        assert "`asv publish` shows the results of any project" in run.stderr
    project.import_go(HEADER + go(1000, 4 << 20))
    for options, message in (
        (["--commit", "nowhere"], "unknown revision 'nowhere'"),
        (["--commit", "HEAD~1"], "no results of commit HEAD~1"),
        (["--n", "7"], "no results for n = 7"),
    ):
        assert message in project.run("gopybench", "table", *options, code=1).stderr
