"""How fast a big file of Go benchmark text is imported: run by ``make bench-import``.

Beside it, in turns: benchstat on the same file where it is installed, and
plain reading of the file. One absolute time says little on a shared machine,
and the processors' time more than that on the clock.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ..conftest import BIN, CONFIG, GO, make_project


def generate(path: Path, benchmarks: int, samples: int) -> None:
    """Write *benchmarks* benchmarks, a hundred to a function, with that many samples each."""
    chance = random.Random(1)
    with path.open("w") as file:
        file.write("goos: linux\ngoarch: amd64\npkg: example.com/m/p\ncpu: some\n")
        for _ in range(samples):
            for i in range(benchmarks):
                time_per_op = 100 + i % 97 + chance.random() * 5
                file.write(
                    f"BenchmarkFunction{i // 100}/size={10 ** (i % 10)}/mode=m{i % 100 // 10}-2 "
                    f"\t{1000 + i % 7:8d}\t{time_per_op:12.1f} ns/op\t{i % 10 * 16:8d} B/op\n"
                )


def read(path: Path) -> None:
    with path.open("rb") as file:
        for _ in file:
            pass


def seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def cpu_seconds() -> float:
    """Return the processors' time of this process and those that it waited for."""
    used = [resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(of.ru_utime + of.ru_stime for of in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--samples", type=int, default=10, help="of each benchmark")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    # Both on one core: benchstat's garbage collector would else have the other.
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as directory:
        project = make_project(Path(directory, "project"))
        project.write("asv.conf.json", CONFIG)
        project.write("go.mod", "module example.com/m\n\ngo 1.21\n")
        project.commit()
        text = Path(directory, "text.txt")
        generate(text, options.lines // options.samples, options.samples)

        command = [BIN / "gopybench", "import-go", "--go-version", GO, text]

        def import_it() -> None:
            shutil.rmtree(project.path / "results", ignore_errors=True)
            subprocess.run(
                command,
                cwd=project.path,
                env=project.environment,
                stdout=subprocess.DEVNULL,
                check=True,
            )

        import_it()  # the first is not timed
        peak = 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        ways: dict[str, Callable[[], object]] = {"plain reading": lambda: read(text)}
        if shutil.which("benchstat"):
            ways["benchstat"] = lambda: subprocess.run(
                ["benchstat", str(text)], stdout=subprocess.DEVNULL, check=True
            )
        ways["import"] = import_it
        took: dict[str, list[float]] = {name: [] for name in ways}
        used: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.times):
            for name, run in ways.items():
                before = cpu_seconds()
                took[name].append(seconds(run))
                used[name].append(cpu_seconds() - before)
        size = os.path.getsize(text)
        print(
            f"{options.lines:,} lines, {options.samples} a benchmark, {size / 1e6:.0f} MB; "
            f"one core, medians of {options.times}"
        )
        for name, times in took.items():
            median, cpu = statistics.median(times), statistics.median(used[name])
            print(f"{name}: {median:.2f} s, {cpu:.2f} s of the processors' time")
        if "benchstat" not in ways:
            print("benchstat is not on PATH: go install golang.org/x/perf/cmd/benchstat@latest")
        print(f"import: {peak / size:.1f} times the file in memory")


if __name__ == "__main__":
    main()
