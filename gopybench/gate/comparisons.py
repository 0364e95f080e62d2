"""Base and head -> what is to be compared, and what is known of it before the first turn."""

from __future__ import annotations

import contextlib
import math
from typing import Any

from asv.benchmarks import Benchmarks
from asv.results import iter_results_for_machine_and_hash

from gopybench.asvdata import noted
from gopybench.machine import provenance
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Kind, Verdict
from gopybench.turns.sides import Side, places

# What has to be the same for an earlier result to be used.
_DECISIVE = ("@runtime", "@compiler", "@packages")


def discover(repo: Any, both: tuple[Side, Side], bench: list[str]) -> list[Comparison]:
    """Return all that is to be compared; what is not there at head has its verdict."""
    found = []
    for side, other in (both[::-1], both):
        environments = [*side.environments.values(), *other.environments.values()]
        commits = [side.commit, other.commit]
        found.append(Benchmarks.discover(side.conf, repo, environments, commits, regex=bench))
    at_head, at_base = found
    comparisons = []
    for name, benchmark in at_base.items():
        if "go" in benchmark:
            # Go's are those of both commits by now.
            at_head[name] = benchmark
            at_head.benchmark_selection[name] = at_base.benchmark_selection.get(name)
    names = list(both[1].environments)
    for place in places(at_head, names):
        comparison = Comparison(place)
        known = at_base.get(place.benchmark["name"])
        if known is not None and known["params"] != place.benchmark["params"]:
            comparison.verdict = Verdict.INCONCLUSIVE
            comparison.why = "its parameters are others at base"
        comparisons.append(comparison)
    for place in places(at_base, names):
        if place.benchmark["name"] not in at_head:
            why = "vanished: not there at head"
            comparisons.append(Comparison(place, verdict=Verdict.INCONCLUSIVE, why=why))
    return comparisons


def compare_code(both: tuple[Side, Side], comparisons: list[Comparison]) -> None:
    """Give up where base and head are measured with different code of a benchmark."""
    for comparison in comparisons:
        codes = [side.code(comparison.place) for side in both]
        base, head = codes
        if base and head and base.digest != head.digest and comparison.verdict is None:
            own = " and ".join(n for n, c in zip(("base", "head"), codes) if c and c.own)
            comparison.verdict = Verdict.INCONCLUSIVE
            comparison.why = f"its own code differs: {own} needs the test files of its commit"


def reuse(base: Side, machine: str, comparisons: list[Comparison]) -> None:
    """Note the values of base that are in results/ already, of what does not vary.

    They have to come from the very same runtime, compiler and packages, and in Go
    from the same code of the benchmark.
    """
    kept = {}
    with contextlib.suppress(OSError):
        directory = base.conf.results_dir
        for results in iter_results_for_machine_and_hash(directory, machine, base.commit):
            env = base.environments.get(results.env_name)
            then = noted.notes(results._requirements)
            if env is not None and env.name not in base.broken and then:
                now = provenance.of(env)
                if all(then.get(key) == now.get(key) for key in _DECISIVE):
                    kept[results.env_name] = results
    for comparison in comparisons:
        of, results = comparison.place, kept.get(comparison.place.environment)
        name = of.benchmark["name"]
        if comparison.kind is Kind.TIMED or results is None:
            continue
        if name not in results.get_all_result_keys():
            continue
        if results.benchmark_version.get(name) != of.benchmark["version"]:
            continue
        code = base.code(of)
        earlier = noted.code(results._requirements).get(name.rpartition(".")[0])
        if code is not None and (earlier is None or earlier.digest != code.digest):
            continue
        value = results.get_result_value(name, of.benchmark["params"])[of.index]
        if isinstance(value, (int, float)) and math.isfinite(value):
            comparison.reused = float(value)
