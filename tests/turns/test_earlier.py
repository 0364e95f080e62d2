"""Which values of earlier runs stand for a side's first turn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from asv.results import Results
from asv.runner import BenchmarkResult

from gopybench.asvdata import noted
from gopybench.machine import provenance
from gopybench.turns import earlier
from gopybench.turns.comparison import Comparison
from gopybench.turns.sides import Place

NAMES = ("m.track_same", "m.track_older", "m.track_imported")


def run(args: list[str]) -> str:
    return subprocess.run([sys.executable, *args], check=True, stdout=-1, text=True).stdout


def test_each_benchmark_by_what_it_was_measured_with(tmp_path: Path) -> None:
    """A file of today's build has values of another one, and some that nobody knows of."""
    env: Any = SimpleNamespace(name="py", _path="/no/where", _project="m", run=run)
    now = provenance.of(env)
    older = {**now, "@runtime": "CPython 3.1.4"}
    requirements = noted.of_measurements(now, {NAMES[1]: older, NAMES[2]: {}})
    results = Results({"machine": "box"}, requirements, "a" * 40, 1, "3", "py", {})
    entries: list[dict[str, Any]] = [
        {"name": name, "version": "1", "params": [], "type": "track", "unit": "bytes"}
        for name in NAMES
    ]
    for entry in entries:
        results.add_result(entry, BenchmarkResult([7.0], [None], [None], 0, "", None))
    results.save(str(tmp_path))
    (tmp_path / "box/machine.json").write_text('{"machine": "box", "version": 1}')
    comparisons = [Comparison(Place("py", entry, 0)) for entry in entries]
    conf = SimpleNamespace(results_dir=str(tmp_path))
    base: Any = SimpleNamespace(
        conf=conf, commit="a" * 40, environments={"py": env}, broken={}, code=lambda place: None
    )
    earlier.reuse(base, "box", comparisons)
    assert [c.reused for c in comparisons] == [7.0, None, None]
