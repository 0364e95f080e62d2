"""How fast a big file of Go benchmark text is imported: run by ``make bench-import``.

Beside it, in turns: benchstat on the same file where it is installed, and
plain reading of the file. One absolute time says little on a shared machine,
and the processors' time more than that on the clock.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from ..conftest import CONFIG, GO, make_project

SAMPLES = 10


def generate(path: Path, benchmarks: int) -> None:
    """Write *benchmarks* benchmarks, a hundred to a function, with ten samples each."""
    chance = random.Random(1)
    with path.open("w") as file:
        file.write("goos: linux\ngoarch: amd64\npkg: example.com/m/p\ncpu: some\n")
        for _ in range(SAMPLES):
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


@contextlib.contextmanager
def memory_of_children() -> Iterator[list[int]]:
    """Note now and then what memory this process's children have, in bytes; shared pages once."""
    noted = [0]
    over = threading.Event()

    def note() -> None:
        while not over.wait(0.02):
            with contextlib.suppress(psutil.Error):
                children = psutil.Process().children(recursive=True)
                noted.append(sum(child.memory_full_info().pss for child in children))

    thread = threading.Thread(target=note)
    thread.start()
    try:
        yield noted
    finally:
        over.set()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--benchmarks", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        project = make_project(Path(directory, "project"))
        project.write("asv.conf.json", CONFIG)
        project.write("go.mod", "module example.com/m\n\ngo 1.21\n")
        project.commit()
        text = Path(directory, "text.txt")
        generate(text, options.benchmarks)

        def import_it() -> None:
            shutil.rmtree(project.path / "results", ignore_errors=True)
            project.run("gopybench", "import-go", "--go-version", GO, text)

        ways: dict[str, Callable[[], object]] = {"plain reading": lambda: read(text)}
        if shutil.which("benchstat"):
            command = ["benchstat", str(text)]
            ways["benchstat"] = lambda: subprocess.run(
                command, stdout=subprocess.DEVNULL, check=True
            )
        ways["import"] = import_it
        took: dict[str, list[float]] = {name: [] for name in ways}
        used: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.times):
            for name, run in ways.items():
                before = cpu_seconds()
                took[name].append(seconds(run))
                used[name].append(cpu_seconds() - before)
        lines, size = options.benchmarks * SAMPLES, os.path.getsize(text)
        print(f"{lines:,} lines, {size / 1e6:.0f} MB; medians of {options.times}")
        for name, times in took.items():
            median, cpu = statistics.median(times), statistics.median(used[name])
            print(f"{name}: {median:.2f} s, {cpu:.2f} s of the processors' time")
        if "benchstat" not in ways:
            print("benchstat is not on PATH: go install golang.org/x/perf/cmd/benchstat@latest")
        shutil.rmtree(project.path / "results")
        with memory_of_children() as peak:
            import_it()
        print(f"import: {max(peak) / size:.1f} times the file in memory, all processes together")


if __name__ == "__main__":
    main()
