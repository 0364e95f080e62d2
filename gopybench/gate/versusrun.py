"""Two environments at one commit -> a ratio of each benchmark, measured in turns."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from gopybench.asvdata import versusfile
from gopybench.fleet import environmentpair
from gopybench.gate.matching import Match, pairs
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Verdict, cpu_ratio
from gopybench.turns.precision import Precision


@dataclass(frozen=True)
class Versus:
    """What was found of two environments.

    Attributes:
        commit: the hash of what was measured.
        machine: where, as asv calls it.
        names: the environments' names; a ratio is the second's to the first's.
        notes: what each was measured with, as results files note it.
        precision: how well each ratio had to be known.
        comparisons: all that were asked for.
        date: when it began.
        seconds: how long it took.
    """

    commit: str
    machine: str
    names: tuple[str, str]
    notes: tuple[dict[str, str], dict[str, str]]
    precision: Precision
    comparisons: list[Comparison]
    date: str
    seconds: float

    def of(self, verdict: Verdict) -> list[Comparison]:
        """Return the comparisons with that verdict."""
        return [c for c in self.comparisons if c.verdict is verdict]

    @property
    def code(self) -> int:
        """The exit code: 0 when all that both can do was measured, else 2."""
        return 0 if self.of(Verdict.MEASURED) and not self.of(Verdict.INCONCLUSIVE) else 2

    def as_run(self) -> versusfile.Run:
        """Return what is kept in results/."""
        first, second = (
            {"environment": name, "notes": notes} for name, notes in zip(self.names, self.notes)
        )
        return {
            "machine": self.machine,
            "commit": self.commit,
            "first": first,
            "second": second,
            "date": self.date,
            "seconds": round(self.seconds, 1),
            "within": self.precision.within,
            "comparisons": [_as_json(c) for c in self.comparisons],
        }


def run(
    conf: Any,
    repo: Any,
    commit: str,
    specs: tuple[str, str],
    *,
    bench: Sequence[str],
    matches: Sequence[Match],
    precision: Precision,
    budget: float,
    say: Callable[[str], None],
    opened: Callable[..., Any] = environmentpair.pair,
) -> Versus:
    """Measure two environments at a commit, given by its hash.

    *specs* name one environment each; *budget* is for how many seconds times may be
    measured, and *opened* opens the session, which may be a fleet's. Raises Missing where
    an environment is not here, and asv's UserError.
    """
    started = time.monotonic()
    date = datetime.now(timezone.utc).isoformat(timespec="seconds")
    label = environmentpair.label(specs)

    def choose(there: list[Comparison]) -> list[Comparison]:
        chosen: list[Comparison] = []
        by_name: dict[str, list[Comparison]] = {}
        for comparison in there:
            by_name.setdefault(comparison.place.benchmark["name"], []).append(comparison)
        for comparisons in by_name.values():
            selected = {comparison.place.index for comparison in comparisons}
            benchmark = comparisons[0].place.benchmark
            places = pairs(benchmark, label, matches)
            chosen += [Comparison(place) for place in places if place.index in selected]
        return chosen

    with opened(conf, repo, specs, say) as both:
        every = both.compare(
            commit, commit, judge=precision, budget=budget, bench=bench, choose=choose
        )
        names, notes, machine = both.names, both.notes, both.machine
    seconds = time.monotonic() - started
    return Versus(commit, machine, names, notes, precision, every, date, seconds)


def _as_json(comparison: Comparison) -> dict[str, Any]:
    estimate, place = comparison.estimate, comparison.place
    cpu = cpu_ratio(comparison.turns)
    return {
        "benchmark": place.benchmark["name"],
        "unit": place.benchmark["unit"],
        "first": place.parameters,
        "second": place.of_head.parameters,
        "verdict": comparison.verdict.value if comparison.verdict else None,
        "why": comparison.why,
        "ratio": _finite(estimate.ratio) if estimate else None,
        "low": _finite(estimate.low) if estimate else None,
        "high": _finite(estimate.high) if estimate else None,
        "cpu_ratio": _finite(cpu) if cpu is not None else None,
        "turns": len(comparison.turns),
        "first_median": statistics.median(comparison.base) if comparison.turns else None,
        "second_median": statistics.median(comparison.head) if comparison.turns else None,
    }


def _finite(value: float) -> float | None:
    """Return a number for the file; None for a bound of too few turns, which is 0 or infinite."""
    return float(f"{value:.5g}") if math.isfinite(value) and value > 0 else None
