"""Two sides -> what can be compared, before the first turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asv.benchmarks import Benchmarks

from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Verdict
from gopybench.turns.sides import Side, places


def discover(repo: Any, both: tuple[Side, Side], bench: Sequence[str]) -> list[Comparison]:
    """Return all that is to be compared; what is not there at head has its verdict.

    *bench* are regular expressions of asv's ``--bench``.
    """
    found = []
    for side, other in (both[::-1], both):
        environments = [*side.environments.values(), *other.environments.values()]
        commits = list(dict.fromkeys([side.commit, other.commit]))
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


def compare_code(both: tuple[Side, Side], comparisons: Sequence[Comparison]) -> None:
    """Note where the sides are measured with different code of a benchmark."""
    for comparison in comparisons:
        codes = [side.code(comparison.place) for side in both]
        base, head = codes
        if base and head and base.digest != head.digest and comparison.verdict is None:
            own = " and ".join(n for n, c in zip(("base", "head"), codes) if c and c.own)
            comparison.other_code = (
                f"its own code differs: {own} needs the test files of its commit"
            )
