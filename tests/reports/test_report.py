"""The report: findings from numbers that are known, and the page of the committed results."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gopybench.reports import findings
from gopybench.reports.findings import Numbers
from gopybench.subject import costs
from gopybench.subject.person import VARIANTS
from gopybench.subject.workload import MODES

from ..conftest import BIN, ROOT, Project

SIZES = (1_000, 100_000, 4_000_000)
HEADER = "pkg: example.com/m/person\ngo-version: go1.27\n"
LINE = "BenchmarkLifecycle/variant=Person/mode=single/n=1000 1 5 ns/op 4096 peakmem-bytes\n"


def numbers() -> Numbers:
    """Everything that a finding asks for; all runtimes are alike but where a test says."""
    values = {}
    for python, cython in [
        ("3.14", ""),
        ("3.14", "3.3.1"),
        ("3.9", ""),
        ("3.13t", ""),
        ("pypy3", ""),
        ("go1.9", ""),
        ("go1.27", ""),
    ]:
        variants = (*VARIANTS, "PersonValue", "PersonArena")
        for variant, mode, n in itertools.product(variants, MODES, SIZES):
            seconds = n * 1e-6 if mode == "single" else 0.05 + n * 0.5e-6
            values[python, cython, findings.TIME, (variant, mode, str(n))] = seconds
            key = (variant, mode, str(n))
            values[python, cython, "person.Lifecycle.track_bytes_per_person", key] = 64.0
            for setting in ("default", "gc-disable", "gogc-off", "gomaxprocs-1"):
                key = (variant, setting, str(n))
                values[python, cython, "person.Settings.time_settings", key] = 2.0
        for cost, n in itertools.product(costs.COSTS, SIZES):
            values[python, cython, "person.Costs.track_seconds", (cost, str(n))] = 4.0
            values[python, cython, "person.Costs.track_bytes_per_person", (cost, str(n))] = 50.0
    return Numbers(values, 4_000_000)


def finding(of: Numbers, text: str, cores: str = "2") -> str:
    (line,) = (line for line in findings.collect(of, cores) if text in line)
    return line


def test_each_thing_asked_about_is_found() -> None:
    lines = findings.collect(numbers(), "2")
    for what in (
        "beside Go 1.27",
        "`PersonCdef`",
        "`__slots__` instead of `__dict__`",
        "header for the garbage collector",
        "interned strings",
        "free list",
        "Growing the list",
        "Two threads in Go 1.27",
        "Processes in CPython 3.14",
        "Processes in PyPy 3",
        "Interpreters in CPython 3.14",
        "without the GIL",
        "compiled by Cython",
        "second run",
    ):
        assert any(what in line for line in lines), what


def test_the_newest_by_number_is_compared() -> None:
    of = numbers()
    of.values["go1.27", "", findings.TIME, ("Person", "single", "4000000")] = 2.0
    of.values["3.14", "", findings.TIME, ("Person", "single", "4000000")] = 5.0
    assert "`Person` 2.50 times Go's time" in finding(of, "CPython 3.14 beside Go 1.27")


def test_what_a_thing_costs_is_a_difference_per_person() -> None:
    of = numbers()
    of.values["3.14", "", "person.Costs.track_seconds", ("own-names", "4000000")] = 4.4
    of.values["3.14", "", "person.Costs.track_bytes_per_person", ("own-names", "4000000")] = 150.0
    line = finding(of, "interned strings")
    assert "100 bytes" in line
    assert "100 ns a person" in line


def test_from_how_many_persons_on_processes_pay() -> None:
    of = numbers()
    # 50.5 ms to start and a gain of 0.4875 µs a person: 104 thousand.
    assert "they pay from about 100,000 persons on" in finding(of, "Processes in CPython 3.14")
    of.values["3.14", "", findings.TIME, ("Person", "processes", "4000000")] = 5.0
    assert "they never pay" in finding(of, "Processes in CPython 3.14")


def test_more_is_not_called_less() -> None:
    of = numbers()
    of.values["3.14", "", findings.TIME, ("PersonSlots", "single", "4000000")] = 3.0
    assert "25 % less time" in finding(of, "`__slots__` instead")
    of.values["3.14", "", findings.TIME, ("PersonSlots", "single", "4000000")] = 5.0
    assert "25 % more time" in finding(of, "`__slots__` instead")


def test_two_are_spoken_of_where_there_are_two() -> None:
    line = finding(numbers(), "threads in Go 1.27")
    assert line.startswith("**Two threads in Go")
    assert "the second core" in line
    for cores, words in (("8", "**8 threads in Go"), ("", "**Threads in Go")):
        line = finding(numbers(), "hreads in Go 1.27", cores)
        assert line.startswith(words)
        assert "already runs on other cores" in line
    assert not [line for line in findings.collect(numbers(), "1") if "hreads in Go" in line]


@pytest.mark.parametrize(
    ("beside", "newest"),
    [
        ("go1.27rc2", "Go 1.27"),  # older than its release
        ("go1.28rc1", "Go 1.28rc1"),
        ("go1.28-devel-3a4b5c6", "Go 1.28-devel-3a4b5c6"),
        ("", "Go 1.27"),  # asv's name of a Python that a requirement brings
    ],
)
def test_any_runtime_beside_the_others(beside: str, newest: str) -> None:
    of = numbers()
    for (python, *rest), value in list(of.values.items()):
        if python == "go1.27":
            of.values[beside, rest[0], rest[1], rest[2]] = value
    assert finding(of, f"CPython 3.14 beside {newest}**")


@pytest.mark.parametrize("lost", ["go1.27", "3.14", "pypy3", "3.13t"])
def test_what_was_not_measured_is_not_spoken_of(lost: str) -> None:
    of = numbers()
    kept = {k: v for k, v in of.values.items() if not k[0].startswith(lost)}
    lines = findings.collect(Numbers(kept, of.n))
    assert lines
    name = {"go1.27": "Go 1.27", "3.14": "3.14", "pypy3": "PyPy", "3.13t": "3.13t"}[lost]
    assert not any(name in line for line in lines)


def test_nothing_is_known() -> None:
    assert findings.collect(Numbers({}, 0)) == []


def report(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "gopybench", "report", *options], cwd=ROOT, capture_output=True, text=True
    )


def test_the_page_of_the_committed_results(tmp_path: Path) -> None:
    page = tmp_path / "new" / "page.md"
    run = report("--commit", "c0604d37", "--output", str(page))
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        f"wrote {page}",
        f"wrote {page.with_name('page-variants.svg')}",
        f"wrote {page.with_name('page-growth.svg')}",
    ]
    text = page.read_text()
    for image in re.findall(r"!\[.*?\]\((.*?)\)", text):
        svg = (page.parent / image).read_text()
        assert svg.startswith("<svg")
        assert "PyPy 3" in svg
    table = subprocess.run(
        [BIN / "gopybench", "table", "--commit", "c0604d37", "--format", "markdown"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert table.strip() in text
    # By hand from the results file itself.
    data = json.loads((ROOT / "results/cloud-2core/c0604d37-virtualenv-pypy3.json").read_text())
    values, params = data["results"][findings.TIME][:2]
    of = dict(zip(itertools.product(*params), values))
    ratio = of["'Person'", "'processes'", "4000000"] / of["'Person'", "'single'", "4000000"]
    assert f"{ratio:.2f} for 4,000,000" in text


def test_a_release_candidate(project: Project) -> None:
    for version in ("go1.27rc1", "go1.26"):
        project.import_go(HEADER + LINE, "--go-version", version)
    project.run("gopybench", "report")
    page = (project.path / "report.md").read_text()
    assert "as multiples of Go 1.27rc1 in a single thread" in page


def test_input_that_is_not_there(project: Project, tmp_path: Path) -> None:
    project.commit()
    page = tmp_path / "page.md"
    options = ("gopybench", "report", "--output", str(page))
    assert "gopybench's own benchmarks" in project.run(*options, code=1).stderr
    project.import_go(HEADER + LINE)
    assert "--machine" in project.run(*options, "--machine", "elsewhere", code=1).stderr
    assert not page.exists()
    project.run(*options)
    assert "## Findings" in page.read_text()
    blocked = ("gopybench", "report", "--output", str(page / "below.md"))
    assert "page.md" in project.run(*blocked, code=1).stderr


def test_without_the_library_of_the_plots(tmp_path: Path) -> None:
    hide = (
        "import sys; sys.modules['vl_convert'] = None; "
        "from gopybench.cli import main; sys.exit(main())"
    )
    page = tmp_path / "page.md"
    run = subprocess.run(
        [sys.executable, "-c", hide, "report", "--commit", "c0604d37", "--output", page],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "pip install 'gopybench[report]'" in run.stderr
    assert not page.exists()
