"""Every figure of the README is that of the committed results, and its first screen stays short."""

from __future__ import annotations

import functools
import itertools
import json
import re
import runpy
from typing import Any

import pytest

from gopybench.gate import rendering
from gopybench.gate.gaterun import Report
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Rules, Verdict
from gopybench.turns.pairs import Turn
from gopybench.turns.sides import Place
from gopybench.turns.signedrank import Estimate

from .conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMIT = "356d88ad"
N = 4_000_000

# The runtimes of its table by the names of their results.
RUNTIMES = {
    "Go 1.27": "go1.27",
    "PyPy 3.9": "virtualenv-pypy3",
    "CPython 3.14, compiled by Cython": "virtualenv-py3.14-cython3.3.1",
    "CPython 3.14": "virtualenv-py3.14",
    "CPython 3.13": "virtualenv-py3.13",
    "CPython 3.13t, without the GIL": "virtualenv-py3.13t",
}
GO, PLAIN, CYTHON = "go1.27", "virtualenv-py3.14", "virtualenv-py3.14-cython3.3.1"
USUAL, FREE_THREADED = "virtualenv-py3.13", "virtualenv-py3.13t"


@functools.cache
def results(environment: str, commit: str = COMMIT) -> Any:
    """Return the committed results file of an environment."""
    path = ROOT / "results" / "cloud-2core" / f"{commit}-{environment}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def column(
    environment: str, benchmark: str, which: str, *parameters: object, commit: str = COMMIT
) -> Any:
    """Return what asv's results format has in a column at one combination of parameters."""
    data = results(environment, commit)
    row = dict(zip(data["result_columns"], data["results"][benchmark]))
    wanted = tuple(p if isinstance(p, str) and p.isdigit() else repr(p) for p in parameters)
    return row[which][list(itertools.product(*row["params"])).index(wanted)]


def seconds(environment: str, variant: str = "Person", mode: str = "single", n: int = N) -> float:
    name = "person.Lifecycle.time_lifecycle"
    return float(column(environment, name, "result", variant, mode, n))


def peak(environment: str, commit: str = COMMIT) -> float:
    name = "person.Lifecycle.track_peakmem"
    return float(column(environment, name, "result", "Person", "single", N, commit=commit))


def size(environment: str, variant: str) -> float:
    """Return the bytes that a person takes."""
    name = "person.Lifecycle.track_bytes_per_person"
    return float(column(environment, name, "result", variant, "single", N))


def section(heading: str) -> str:
    return README.split(f"## {heading}\n")[1].split("\n## ")[0]


def test_it_is_short() -> None:
    assert len(README.splitlines()) <= 150
    first_screen = README.splitlines()[:20]
    assert "make bench" in "\n".join(first_screen)
    assert README.count("![") == 1


def test_in_how_many_ways_a_person_is_written() -> None:
    variants = set(runpy.run_path(str(ROOT / "benchmarks" / "person.py"))["VARIANTS"])
    only_go = {"PersonValue", "PersonArena"}
    assert len(variants - only_go) == 11
    assert len({"Person", *only_go} & variants) == 3
    assert "eleven ways in Python and three in Go" in README


def test_the_table_is_that_of_the_results() -> None:
    lines = [line for line in section("Go and Python, like with like").splitlines() if "|" in line]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    expected = [
        [
            name,
            f"{seconds(of):.2f} s",
            f"{seconds(of) / seconds(GO):.2f}",
            f"{peak(of) / 1e6:.0f} MB",
            f"{peak(of) / peak(GO):.2f}",
        ]
        for name, of in RUNTIMES.items()
    ]
    assert rows[2:] == sorted(expected, key=lambda row: float(row[2]))


def test_what_it_says_of_the_table() -> None:
    text = " ".join(section("Go and Python, like with like").split())
    assert f"Commit {COMMIT}" in text
    assert f"{N:,} persons" in text
    assert "median of three fresh processes" in text
    assert f"at commit c0604d37 it was {peak(GO, 'c0604d37') / 1e6:.0f} MB" in text
    machine = json.loads((ROOT / "results/cloud-2core/machine.json").read_text(encoding="utf-8"))
    assert f"{machine['num_cpu']} cores (Intel Xeon, {machine['os']})" in text
    assert machine["cpu"].startswith("Intel(R) Xeon(R)")
    for name, of in RUNTIMES.items():
        time = "person.Lifecycle.time_lifecycle"
        assert len(column(of, time, "samples", "Person", "single", N)) == 3
        assert column(of, time, "stats_number", "Person", "single", N) == 1
        runtime = results(of)["requirements"]["@runtime"].replace("go version go", "Go ")
        version = name.split(",")[0].removesuffix("t")
        assert runtime.startswith(version)
        assert ("free-threading" in runtime) == ("GIL" in name)
    # A build that is not optimized says so by what it leaves out.
    for of in (USUAL, FREE_THREADED):
        assert "--enable-optimizations" not in results(of)["requirements"]["@compiler"]


def less(time: float, than: float) -> str:
    return f"{(1 - time / than) * 100:.0f}"


def set_otherwise(setting: str) -> float:
    name = "person.Settings.time_settings"
    return float(column(PLAIN, name, "result", "Person", setting, N))


def typed_in_turns() -> str:
    """Return the ratio of docs/personcdef.md that was measured on an idle machine."""
    text = (ROOT / "docs" / "personcdef.md").read_text(encoding="utf-8")
    row = text.split("| 6 |")[1].split("**PersonCdef / Go**")[1]
    return str(re.findall(r"\*\*([0-9.]+)\*\*", row)[0])


FINDINGS = {
    "Slots are worth having": lambda: [
        f"{size(PLAIN, 'Person') - size(PLAIN, 'PersonSlots'):.0f}",
        less(seconds(PLAIN, "PersonSlots"), seconds(PLAIN)),
    ],
    "A constructor in C halves the time": lambda: [
        less(seconds(PLAIN, "PersonStruct"), seconds(PLAIN, "PersonSlots")),
    ],
    "So does turning the garbage collector off": lambda: [
        less(set_otherwise("gc-disable"), set_otherwise("default")),
        f"{size(PLAIN, 'PersonStruct') - size(PLAIN, 'PersonStructNoGC'):.0f}",
    ],
    "A second core pays late": lambda: [
        f"{seconds(PLAIN, mode='processes') / seconds(PLAIN):.2f}",
        f"{N:,}",
        f"{seconds(PLAIN, mode='processes', n=1_000) / seconds(PLAIN, n=1_000):.1f}",
        "1,000",
        f"{seconds(FREE_THREADED, mode='threads') / seconds(FREE_THREADED):.2f}",
        f"{seconds(FREE_THREADED) / seconds(USUAL):.2f}",
    ],
    "Compiling helps, and types help more": lambda: [
        f"{seconds(CYTHON) / seconds(PLAIN):.2f}",
        typed_in_turns(),
    ],
}


@pytest.mark.parametrize("title", FINDINGS)
def test_a_findings_figures_are_those_of_the_results(title: str) -> None:
    bodies = re.findall(
        rf"^\d\. \*\*{title}\.\*\*(.*?)(?=^\d\. |\Z)", section("Five findings"), re.M | re.S
    )
    assert len(bodies) == 1
    text = re.sub(r"CPython [0-9.]+t?|\]\(.*?\)", "", bodies[0])
    assert re.findall(r"[0-9](?:[0-9.,]*[0-9])?", text) == FINDINGS[title]()


def test_there_are_five_findings() -> None:
    assert len(re.findall(r"^\d\. ", section("Five findings"), re.M)) == len(FINDINGS) == 5
    # In the same memory, as it says of the constructor.
    assert round(size(PLAIN, "PersonStruct") - size(PLAIN, "PersonSlots")) == 0


def test_the_gates_report_looks_like_that() -> None:
    def worse(name: str, unit: str, base: float, head: float, estimate: Estimate) -> Comparison:
        benchmark = {"name": name, "unit": unit, "params": [], "type": "time"}
        place = Place("go1.27", benchmark, 0)
        return Comparison(place, [Turn(base, head, 0.0)], Verdict.WORSE, estimate)

    same = Comparison(Place("go1.27", {"name": "", "params": []}, 0), verdict=Verdict.SAME)
    comparisons = [
        worse("g.Spin.time_spin", "seconds", 38.8e-6, 42.1e-6, Estimate(1.099, 1.054, 1.119)),
        worse(
            *("g.Spin.track_instructions", "instructions", 160023, 176047),
            Estimate(1.1, 0, float("inf")),
        ),
        same,
        same,
    ]
    report = Report("9887d600" * 5, "d9e5c853" * 5, Rules(), comparisons, 60)
    printed = [line.rstrip() for line in rendering.render(report, "text").splitlines()]
    for page in ("README.md", "docs/gate.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        shown = text.partition("```\n9887d600")[2].partition("\n```")[0]
        lines = f"9887d600{shown}".splitlines()
        assert lines == printed[: len(lines)]
        assert len(lines) == 6
