"""Values in results/ that stand for a side's first turn, where they do not vary."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence

from asv.results import iter_results_for_machine_and_hash

from gopybench.asvdata import noted
from gopybench.machine import provenance
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Kind
from gopybench.turns.sides import Side

# What has to be the same for an earlier result to be used.
_DECISIVE = ("@runtime", "@compiler", "@packages")


def reuse(base: Side, machine: str, comparisons: Sequence[Comparison]) -> None:
    """Note the values of base that are in results/ already, of what does not vary.

    They have to come from the very same runtime, compiler and packages, and in Go
    from the same code of the benchmark.
    """
    kept = {}
    with contextlib.suppress(OSError):
        directory = base.conf.results_dir
        for results in iter_results_for_machine_and_hash(directory, machine, base.commit):
            env = base.environments.get(results.env_name)
            is_noted = noted.notes(results._requirements)
            if env is not None and env.name not in base.broken and is_noted:
                kept[results.env_name] = results, provenance.of(env)
    for comparison in comparisons:
        place = comparison.place
        name = place.benchmark["name"]
        if comparison.kind is Kind.TIMED or place.environment not in kept:
            continue
        results, now = kept[place.environment]
        then = noted.measured_with(results._requirements, name)
        if not then or any(then.get(key) != now.get(key) for key in _DECISIVE):
            continue
        if name not in results.get_all_result_keys():
            continue
        if results.benchmark_version.get(name) != place.benchmark["version"]:
            continue
        code = base.code(place)
        earlier = noted.code(results._requirements).get(name.rpartition(".")[0])
        if code is not None and (earlier is None or earlier.digest != code.digest):
            continue
        value = results.get_result_value(name, place.benchmark["params"])[place.index]
        if isinstance(value, (int, float)) and math.isfinite(value):
            comparison.reused = float(value)
