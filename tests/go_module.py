"""Go modules for tests, and what asv makes of them."""

from __future__ import annotations

import math
import subprocess
import time
from pathlib import Path
from typing import Any

from gopybench.asvdata import reasons

from .conftest import GO, Project

QUICK = ["-a", "rounds=1", "-a", "repeat=2", "-a", "number=1", "-a", "warmup_time=0"]
# Of "go" in asv.conf.json: short samples, where times do not matter.
BRIEF = {"attributes": {".*": {"number": 1000, "warmup_time": 0, "rounds": 1, "repeat": 2}}}

# What is compared: how long it takes and how much memory, and its benchmark.
WORK = """package m

var Kept []byte
var Sum int

func Work() {{
	for i := 0; i < {n}; i++ {{
		Sum += i ^ Sum
	}}
	Kept = make([]byte, {size})
}}
"""
WORK_TEST = """package m

import "testing"

func BenchmarkWork(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		Work()
	}
}
"""


def bench(name: str, body: str = "Kept++", before: str = "") -> str:
    return (
        f"func Benchmark{name}(b *testing.B) {{\n{before}\n"
        f"for i := 0; i < b.N; i++ {{ {body} }}\n}}\n"
    )


def source(package: str, *functions: str, imports: tuple[str, ...] = ()) -> str:
    """Return a file of tests."""
    lines = "".join(f'import "{name}"\n' for name in ("testing", *imports))
    return f"package {package}\n\n{lines}\nvar Kept int\n\n" + "\n".join(functions)


def values(project: Project, commit: str, environment: str = GO) -> dict[str, list[Any]]:
    """Return the result of each benchmark, n/a as the string."""
    return {
        name: [
            "n/a" if value is not None and math.isnan(value) else value
            for value in row["result"] or [None]
        ]
        for name, row in project.results(commit, environment).items()
    }


def why(project: Project, commit: str, environment: str = GO) -> dict[str, dict[str, str]]:
    """Return why benchmarks have no value: by name, and by the values of their parameters."""
    about = project.json(f"results/box/{commit[:8]}-{environment}.json")
    return {
        name: {", ".join(place): f"{state}: {words}" for (state, place), words in of.items()}
        for name, of in reasons.load(about["requirements"]).items()
    }


def wait_for(pattern: str, *, running: bool) -> None:
    """Wait until a process of that command line is running, or no longer."""
    deadline = time.monotonic() + 60
    pgrep = ["pgrep", "-f", pattern]
    while bool(subprocess.run(pgrep, capture_output=True, check=False).stdout) != running:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_gone(pid: int) -> None:
    """Wait until a process, given by its number, runs no longer."""
    deadline = time.monotonic() + 10
    while _is_running(pid):
        assert time.monotonic() < deadline, f"process {pid} is left running"
        time.sleep(0.01)
