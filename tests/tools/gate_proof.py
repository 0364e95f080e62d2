"""How often the gate is wrong: on identical code, and on slowdowns planted in a known proportion.

A project of its own is made, with the same work in Python (CPython, Cython,
PyPy) and Go. ``make proof`` prints the tables of docs/gate.md, beside what stock
asv says of the same commits.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tabulate import tabulate

from ..conftest import GO, Project, make_project

PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
KINDS = ("arithmetic", "calls", "maps", "objects", "strings")
# How often each kind does its step; a slowdown is more of the same.
SIZE = 10_000
LEVELS = (1, 2, 5, 10)

PYTHON_WORK = '''"""Five kinds of work, each done so many times as SIZE says."""

from work.size import SIZE


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def step(i):
    return i + 1


def arithmetic():
    total = 0
    for i in range(SIZE):
        total += i * i % 7
    return total


def calls():
    total = 0
    for i in range(SIZE):
        total += step(i)
    return total


def maps():
    table = {}
    for i in range(SIZE):
        table[i % 97] = i
    return table


def objects():
    points = []
    for i in range(SIZE):
        points.append(Point(i, i))
    return points


def strings():
    names = []
    for i in range(SIZE):
        names.append("Jane" + str(i))
    return names


def run(kind, times):
    work = globals()[kind]
    for _ in range(times):
        work()
'''
SETUP = """from setuptools import setup

try:
    from Cython.Build import cythonize
except ImportError:
    extensions = []
else:
    extensions = cythonize(["work/kinds.py"], language_level=3)
setup(name="work", version="1", packages=["work"], ext_modules=extensions)
"""
PYTHON_BENCHMARKS = """import os
import re
import shutil
import subprocess
import sys

from work import kinds


class Work:
    # PyPy has what there is to compile in less than its usual second.
    warmup_time = 0.2
    params = ["arithmetic", "calls", "maps", "objects", "strings"]
    param_names = ["kind"]

    def time_work(self, kind):
        kinds.run(kind, 1)

    def track_instructions(self, kind):
        if sys.implementation.name != "cpython":
            return float("nan")
        few, many = (self.count(kind, times) for times in (5, 25))
        return (many - few) / 20

    track_instructions.unit = "instructions"

    def count(self, kind, times):
        code = f"from work import kinds; kinds.run({kind!r}, {times})"
        command = ["setarch", "-R", "valgrind", "--tool=callgrind"]
        command += ["--callgrind-out-file=/dev/null", sys.executable, "-c", code]
        environment = {**os.environ, "PYTHONHASHSEED": "0"}
        run = subprocess.run(
            command, capture_output=True, text=True, check=True, env=environment
        )
        return int(re.search(r"Collected : (\\d+)", run.stderr)[1])
"""
GO_WORK = """package work

import "strconv"

type Point struct{ X, Y int }

var Kept any

//go:noinline
func step(i int) int { return i + 1 }

var Kinds = map[string]func(n int){
	"arithmetic": func(n int) {
		total := 0
		for i := 0; i < n; i++ {
			total += i * i % 7
		}
		Kept = total
	},
	"calls": func(n int) {
		total := 0
		for i := 0; i < n; i++ {
			total += step(i)
		}
		Kept = total
	},
	"maps": func(n int) {
		table := map[int]int{}
		for i := 0; i < n; i++ {
			table[i%97] = i
		}
		Kept = table
	},
	"objects": func(n int) {
		points := make([]*Point, 0, n)
		for i := 0; i < n; i++ {
			points = append(points, &Point{i, i})
		}
		Kept = points
	},
	"strings": func(n int) {
		names := make([]string, 0, n)
		for i := 0; i < n; i++ {
			names = append(names, "Jane"+strconv.Itoa(i))
		}
		Kept = names
	},
}
"""
GO_BENCHMARKS = """package work

import (
	"fmt"
	"testing"
)

var kinds = []string{"arithmetic", "calls", "maps", "objects", "strings"}

func BenchmarkWork(b *testing.B) {
	for _, kind := range kinds {
		b.Run("kind="+kind, func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				Kinds[kind](Size)
			}
		})
	}
}

func BenchmarkParts(b *testing.B) {
	for _, kind := range kinds {
		for part := 2; part <= 16; part++ {
			b.Run(fmt.Sprintf("kind=%s/part=%d", kind, part), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; i < b.N; i++ {
					Kinds[kind](Size / part)
				}
			})
		}
	}
}
"""
CONFIG = {
    "version": 1,
    "project": "proof",
    "repo": ".",
    "branches": ["HEAD"],
    "environment_type": "virtualenv",
    "pythons": [PYTHON, "pypy3", GO],
    "matrix": {
        "req": {
            "cython": [None, "3.3.1"],
            "pip+asv_runner": ["0.3.2"],
            "pip+setuptools": ["80.9.0"],
        }
    },
    "exclude": [{"python": "pypy.*", "req": {"cython": ".+"}}],
    "env_dir": ".asv",
    "build_command": [
        "python -m pip wheel --no-deps --no-build-isolation -w {build_cache_dir} {build_dir}"
    ],
    "install_command": [
        "in-dir={env_dir} python -m pip install --no-deps --force-reinstall {wheel_file}",
        "in-dir={env_dir} return-code=any python -m pip uninstall -y pympler",
    ],
    "regressions_thresholds": {".*": 0.05},
    "plugins": [".gopybench.bridge.plugin"],
    "go": {"dir": ".", "instructions": "Work"},
}

# For how long each gate may measure, in minutes.
BUDGET = "15"

# Another process that has a core for itself most of the time, in bursts.
LOAD = """
import os, time
parent = os.getppid()
while os.getppid() == parent:
    end = time.monotonic() + 3
    while time.monotonic() < end:
        pass
    time.sleep(1)
"""


def size_files(percent: int) -> dict[str, str]:
    """Return the files that say how much work there is, with so many per cent more."""
    size = SIZE * (100 + percent) // 100
    return {
        "work/size.py": f"SIZE = {size}\n",
        "size.go": f"package work\n\nconst Size = {size}\n",
    }


def make(directory: Path) -> Project:
    """Make the project, with nothing committed."""
    project = make_project(directory)
    files: dict[str, Any] = {
        "asv.conf.json": CONFIG,
        "setup.py": SETUP,
        "work/__init__.py": "",
        "work/kinds.py": PYTHON_WORK,
        "benchmarks/__init__.py": "",
        # The module is called as Go's package is: their values are one benchmark's.
        "benchmarks/work.py": PYTHON_BENCHMARKS,
        "go.mod": "module example.com/work\n\ngo 1.22\n",
        "work.go": GO_WORK,
        "work_test.go": GO_BENCHMARKS,
        ".gitignore": ".asv\nresults\nhtml\nbuild\n*.egg-info\n",
        **size_files(0),
    }
    for name, contents in files.items():
        project.write(name, contents)
    return project


@contextlib.contextmanager
def load(*, wanted: bool) -> Iterator[None]:
    """Keep a core busy meanwhile, if that is wanted."""
    process = subprocess.Popen([sys.executable, "-c", LOAD]) if wanted else None
    try:
        yield
    finally:
        if process is not None:
            process.kill()
            process.wait()


@dataclass
class Tally:
    """What was said of comparisons, by the kind of what was measured, and for how long."""

    said: dict[str, Counter[str]] = field(default_factory=dict)
    seconds: float = 0.0

    def add(self, kind: str, verdict: str, count: int = 1) -> None:
        self.said.setdefault(kind, Counter())[verdict] += count


def kind_of(unit: str) -> str:
    return {"seconds": "times", "instructions": "instructions"}.get(unit, "bytes, allocations")


def gate(
    project: Project, base: str, head: str, tally: Tally, *options: str
) -> list[dict[str, Any]]:
    """Run the gate and count what it says; return its comparisons."""
    command = ["gopybench", "gate", base, head, "--format", "json", "--budget", BUDGET, *options]
    run = project.run(*command, code=None)
    print(run.stderr, file=sys.stderr, flush=True)
    report = json.loads(run.stdout)
    tally.seconds += report["seconds"]
    compared: list[dict[str, Any]] = []
    for comparison in report["comparisons"]:
        if comparison["verdict"] != "n/a":
            tally.add(kind_of(comparison["unit"]), comparison["verdict"])
            compared.append(comparison)
    return compared


def stock(
    project: Project, base: str, head: str, tallies: dict[str, Tally], *options: str
) -> dict[str, set[str]]:
    """Run asv continuous on times; count and return what is called slower, by factor."""
    started = time.monotonic()
    command = ["asv", "continuous", base, head, "--factor", "1.05"]
    project.run(*command, *(options or ["--bench", "time_"]), code=None)
    seconds = time.monotonic() - started
    slower = {}
    for factor, tally in tallies.items():
        compared = project.run("asv", "compare", "--factor", factor, base, head).stdout
        rows = re.findall(
            r"^\| ([+x~-]?) +\|[^|]*\d[^|]*\|[^|]*\d[^|]*\|[^|]*\| (.*?) *\|$", compared, re.M
        )
        slower[factor] = {name for mark, name in rows if mark == "+"}
        tally.add("times", "compared", len(rows))
        tally.add("times", "worse", len(slower[factor]))
        tally.add("times", "better", sum(mark == "-" for mark, _ in rows))
        tally.seconds += seconds
    return slower


def same_code(project: Project, pairs: int) -> None:
    """Compare commits whose code is the same, with other load for half of them."""
    commits = []
    for number in range(pairs + 1):
        project.write("notes.txt", f"{number}\n")
        commits.append(project.commit(f"Same code, {number}"))
    ours = {"calm": Tally(), "busy": Tally()}
    theirs = {state: {"1.1": Tally(), "1.05": Tally()} for state in ours}
    for number, (base, head) in enumerate(zip(commits, commits[1:])):
        state = "busy" if number < pairs // 2 else "calm"
        with load(wanted=state == "busy"):
            gate(project, base, head, ours[state])
            stock(project, base, head, theirs[state])
        print(f"{number + 1} of {pairs} pairs", file=sys.stderr, flush=True)
        show_same_code(ours, theirs)
    project.run("asv", "publish")
    regressions = project.json("html/regressions.json")["regressions"]
    print(f"\nasv's step detection over these commits: {len(regressions)} regressions\n")


def show_same_code(ours: dict[str, Tally], theirs: dict[str, dict[str, Tally]]) -> None:
    rows = []
    for state, tally in ours.items():
        for kind, said in sorted(tally.said.items()):
            total, worse, better = said.total(), said["worse"], said["better"]
            rows.append(["gopybench gate", state, kind, total, worse, better, said["inconclusive"]])
        minutes = f"{tally.seconds / 60:.1f} min"
        rows.append(["gopybench gate", state, f"all, in {minutes}", "", "", "", ""])
    for state, tallies in theirs.items():
        for factor, tally in tallies.items():
            said = tally.said.get("times", Counter())
            name = f"asv continuous --factor {factor}"
            kind = f"times, in {tally.seconds / 60:.1f} min"
            rows.append([name, state, kind, said["compared"], said["worse"], said["better"], ""])
    headers = ["", "machine", "", "comparisons", "worse", "better", "inconclusive"]
    print(tabulate(rows, headers, tablefmt="github"), flush=True)


def planted(project: Project, levels: tuple[int, ...], bench: str) -> None:
    """Compare with commits that do so many per cent more."""
    for name, text in size_files(0).items():
        project.write(name, text)
    base = project.commit("No slowdown")
    # The kinds of work once in each language.
    some = ["-E", f"virtualenv-py{PYTHON}-pip+setuptools80.9.0", "-E", GO]
    rows = []
    for level in levels:
        for name, text in size_files(level).items():
            project.write(name, text)
        head = project.commit(f"{level} % more of everything")
        caught: dict[tuple[str, str], Counter[bool]] = {}
        tally = Tally()
        for comparison in gate(project, base, head, tally, *some, "--bench", bench):
            unit = kind_of(comparison["unit"])
            if unit in ("times", "instructions"):
                language = "Go" if comparison["environment"] == GO else "Python"
                is_caught = comparison["verdict"] == "worse"
                caught.setdefault((language, unit), Counter())[is_caught] += 1
        tallies = {"1.05": Tally(), "1.1": Tally()}
        slower = stock(project, base, head, tallies, *some, "--bench", r"Work\.time_")
        for (language, unit), counts in sorted(caught.items()):
            share = f"{counts[True]} of {counts.total()}"
            rows.append([f"{level} %", language, f"gopybench gate, {unit}", share])
        for factor, names in slower.items():
            for language in ("Go", "Python"):
                of = [name for name in names if (f"/{GO}]" in name) == (language == "Go")]
                rows.append([f"{level} %", language, f"asv continuous --factor {factor}", len(of)])
        said = tallies["1.05"]
        rows.append(
            [
                f"{level} %",
                "",
                "minutes: gate, asv",
                f"{tally.seconds / 60:.1f}, {said.seconds / 60:.1f}",
            ]
        )
        print(tabulate(rows, ["planted", "", "", "caught"], tablefmt="github"), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=4, help="pairs of commits with the same code")
    parser.add_argument("--levels", type=int, nargs="*", default=LEVELS, metavar="PERCENT")
    parser.add_argument(
        "--bench",
        default=r"Work\.",
        metavar="REGEX",
        help=r"the benchmarks of planted slowdowns: Work\.time_ for times alone",
    )
    parser.add_argument("--keep", type=Path, help="make the project there, and keep it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        project = make(options.keep or Path(scratch, "proof"))
        if options.pairs:
            same_code(project, options.pairs)
        if options.levels:
            planted(project, tuple(options.levels), options.bench)


if __name__ == "__main__":
    main()
