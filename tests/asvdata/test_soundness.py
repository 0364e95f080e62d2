"""Results that hold what asv does not write: named by every command that reads them."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from gopybench.asvdata.resultsfile import COLUMNS
from gopybench.asvdata.soundness import head_damage, load_all, row_damage

from ..conftest import GO, Project

ROW = {
    "result": [1.0, None],
    "params": [["'a'", "'b'"]],
    "version": None,
    "started_at": 1,
    "duration": 0.5,
    "stats_ci_99_a": [-math.inf, None],
    "stats_number": [1, None],
    "samples": [[1.0, 2], None],
}


@pytest.mark.parametrize("changes", [{}, {"result": None}, {"samples": None}, {"version": "1"}])
def test_a_sound_row(changes: dict[str, Any]) -> None:
    assert row_damage({**ROW, **changes}) == ""


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"result": "abc"}, "its result is 'abc', not a list of 2"),
        ({"result": 5.0}, "its result is 5.0, not a list of 2"),
        ({"result": [1.0]}, "its result is [1.0], not a list of 2"),
        ({"result": ["1", None]}, "its result has '1' for a number"),
        ({"result": [[1.0], None]}, "its result has [1.0] for a number"),
        ({"params": None}, "its params are None, not lists of texts"),
        ({"params": ["'a'", "'b'"]}, "its params are [\"'a'\", \"'b'\"], not lists of texts"),
        ({"params": [[1, 2]]}, "its params are [[1, 2]], not lists of texts"),
        ({"version": 5}, "its version is 5"),
        ({"started_at": []}, "its started_at is []"),
        ({"stats_ci_99_a": {}}, "its stats_ci_99_a is {}, not a list of 2"),
        ({"stats_ci_99_a": ["\x1b[0m", 1]}, r"its stats_ci_99_a has '\x1b[0m' for a number"),
        ({"samples": [[1.0], 5, 6]}, "its samples is [[1.0], 5, 6], not a list of 2"),
        ({"samples": [["x"], None]}, "its samples has 'x' for a number"),
        ({"samples": ["x", None]}, "its samples has 'x' for a number"),
    ],
)
def test_a_damaged_row(changes: dict[str, Any], what: str) -> None:
    assert row_damage({**ROW, **changes}) == what


@pytest.mark.parametrize(
    ("head", "what"),
    [
        ({"date": 1, "params": {"machine": "box", "ram": 5}, "requirements": {"a": None}}, ""),
        ({"date": "today"}, "date is 'today'"),
        ({"date": True}, "date is True"),
        ({"commit_hash": None}, "commit_hash is None"),
        ({"requirements": []}, "requirements is []"),
        ({"env_vars": {"A": 1}}, "env_vars is {'A': 1}"),
        ({"params": {"machine": 5}}, "its machine is 5"),
        ({"params": {"machine": "box", "a": []}}, "params is {'machine': 'box', 'a': []}"),
    ],
)
def test_what_is_said_of_all_results(head: dict[str, Any], what: str) -> None:
    assert head_damage(head) == what


TEXT = "pkg: example.com/m/person\n" + "".join(
    f"Benchmark{name}/variant=Person/mode=single/n=1000 1 {value}\n"
    for name, value in (("Lifecycle", "5 ns/op 7 peakmem-bytes"), ("FullName", "5 ns/op"))
)
NAME = "person.Lifecycle.time_lifecycle"


@pytest.mark.parametrize(
    ("column", "value"),
    [("result", ["abc"]), ("result", 5), ("stats_ci_99_a", [1, 2]), ("samples", [[1.0], [2.0]])],
)
def test_every_command_names_it(
    project: Project, tmp_path: Path, column: str, value: object
) -> None:
    commit = project.commit()
    project.import_go(TEXT)
    path = project.path / f"results/box/{commit[:8]}-{GO}.json"
    data = json.loads(path.read_text())
    data["results"][NAME][COLUMNS.index(column)] = value
    path.write_text(json.dumps(data))
    before = path.read_bytes()
    for command in (
        ["gopybench", "import-go"],
        ["gopybench", "export-go"],
        ["gopybench", "table"],
        ["gopybench", "report", "--output", str(tmp_path / "report.md")],
        ["asv", "publish"],
        ["asv", "show", commit],
    ):
        # asv itself passes a damaged file over, with a warning.
        run = project.run(*command, input=TEXT, code=int(command[0] == "gopybench"))
        said = run.stdout + run.stderr
        assert f"{commit[:8]}-{GO}.json is damaged: {NAME}: its {column} " in said, command
        assert path.read_bytes() == before
        # The others are there.
        assert ("BenchmarkFullName" in run.stdout) is (command[1] == "export-go")


@pytest.mark.parametrize("text", ["null", "[]", '{"version": 1}', "\xff", '{"machine": 5}'])
def test_a_damaged_description_of_a_machine(project: Project, text: str) -> None:
    project.import_go(TEXT, "--machine", "elsewhere")
    (project.path / "results/elsewhere/machine.json").write_bytes(text.encode("latin-1"))
    machine = ["--machine", "elsewhere"]
    for command in (["import-go", *machine], ["export-go"], ["table"], ["gate", "@~", *machine]):
        run = project.run("gopybench", *command, input=TEXT, code=2 if command[0] == "gate" else 1)
        assert "elsewhere/machine.json" in run.stderr


@pytest.mark.parametrize("text", ["null", "5", '{"version": 2, "a": 5}'])
def test_a_damaged_list_of_benchmarks(project: Project, text: str) -> None:
    project.write("results/benchmarks.json", text)
    for command in ("export-go", "table", "report"):
        run = project.run("gopybench", command, code=1)
        assert "results/benchmarks.json" in run.stderr


def test_our_own_files_are_no_results(project: Project) -> None:
    """asv passes them over in silence, and still warns of results that no machine is of."""
    project.import_go("pkg: example.com/m\ngo-version: go1.27\nBenchmarkA 1 5 ns/op\n")
    for name in ("verdicts.json", "versus.json"):
        project.write(f"results/{name}", {"version": 1})
    beside = "Skipping results: could not load"
    assert beside not in project.run("asv", "publish").stdout
    assert len(list(load_all(str(project.path / "results")))) == 1
    project.write("results/stray.json", {})
    assert beside in project.run("asv", "publish").stdout
    assert len(list(load_all(str(project.path / "results")))) == 1
