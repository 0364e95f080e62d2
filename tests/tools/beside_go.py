"""PersonCdef beside Go: time and memory of 4,000,000 persons, in turns.

``make bench-cdef`` runs it; ``python -m tests.tools.beside_go --python …`` takes
another interpreter, which must have Cython and setuptools. Every figure is of a fresh
process; the turns make what else the machine does fall on all alike.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from ..compiled import ROOT, build

N = 4_000_000
TIME = """
import sys, time, multiprocessing
from gopybench.subject import person, workload
cdef = person.variant("PersonCdef")
start = time.perf_counter()
lifecycle = workload.Lifecycle(cdef, sys.argv[1], int(sys.argv[2]))
print(time.perf_counter() - start)
lifecycle.release()
"""
BYTES = """
import sys
from gopybench.subject import peakmem
print(peakmem.bytes_per_person("PersonCdef", sys.argv[1], int(sys.argv[2])))
"""


def main() -> None:
    """Measure and print the medians, lowest and highest of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--turns", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        compiled = build(options.python, Path(directory))
        binary = Path(directory) / "person.test"
        command = ["go", "test", "-c", "-o", str(binary), "./person"]
        subprocess.run(command, cwd=ROOT / "go", check=True)

        def python(script: str, mode: str) -> float:
            environment = {**os.environ, "PYTHONPATH": str(compiled)}
            command = [options.python, "-c", script, mode, str(N)]
            run = subprocess.run(
                command, cwd=compiled, env=environment, check=True, capture_output=True, text=True
            )
            return float(run.stdout)

        def go(mode: str) -> tuple[float, float]:
            only = f"^BenchmarkLifecycle$/^variant=Person$/^mode={mode}$/^n={N}$"
            command = [str(binary), "-test.run=^$", f"-test.bench={only}", "-test.benchtime=1x"]
            run = subprocess.run(command, check=True, capture_output=True, text=True)
            nanoseconds, per_person = (
                float(re.findall(rf"([0-9.]+) {unit}", run.stdout)[0])
                for unit in ("ns/op", "bytes/person")
            )
            return nanoseconds / 1e9, per_person

        seconds: dict[str, list[float]] = {}
        sizes: dict[str, list[float]] = {}
        for turn in range(options.turns):
            print(f"turn {turn + 1} of {options.turns}", file=sys.stderr)
            for mode in ("single", "processes"):
                seconds.setdefault(f"PersonCdef, {mode}", []).append(python(TIME, mode))
                sizes.setdefault(f"PersonCdef, {mode}", []).append(python(BYTES, mode))
            for mode in ("single", "threads"):
                time, size = go(mode)
                seconds.setdefault(f"Go, {mode}", []).append(time)
                sizes.setdefault(f"Go, {mode}", []).append(size)
    for name, times in seconds.items():
        print(
            f"{name:22} {statistics.median(times):.3f} s ({min(times):.3f} to {max(times):.3f}), "
            f"{statistics.median(sizes[name]):.1f} bytes per person"
        )


if __name__ == "__main__":
    main()
