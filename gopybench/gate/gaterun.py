"""Two commits -> a report: what there is to compare is measured in turns and decided."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asv.util import UserError

from gopybench.gate.comparisons import compare_code, discover, reuse
from gopybench.turns.budget import Budget, Spent
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Rules, Verdict
from gopybench.turns.engine import Engine
from gopybench.turns.sides import sides


@dataclass(frozen=True)
class Report:
    """What a gate found.

    Attributes:
        base: the commit that is compared with.
        head: the commit that is judged.
        rules: what is called worse.
        comparisons: all, those that were n/a among them.
        seconds: how long it took.
    """

    base: str
    head: str
    rules: Rules
    comparisons: list[Comparison]
    seconds: float

    def of(self, verdict: Verdict) -> list[Comparison]:
        """Return the comparisons with that verdict."""
        return [c for c in self.comparisons if c.verdict is verdict]

    @property
    def measured(self) -> int:
        """How many comparisons there were that could be made at both commits."""
        return len(self.comparisons) - len(self.of(Verdict.ABSENT)) - len(self.of(Verdict.NEW))

    @property
    def code(self) -> int:
        """The exit code: 1 when something got worse, 2 when that cannot be told, else 0."""
        if self.of(Verdict.WORSE):
            return 1
        return 2 if self.of(Verdict.INCONCLUSIVE) or not self.measured else 0


def run(
    conf: Any,
    repo: Any,
    base: str,
    head: str,
    *,
    specs: list[str],
    bench: list[str],
    rules: Rules,
    budget: float,
    machine: str | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Report:
    """Compare two commits, given by their hashes.

    *specs* and *bench* select environments and benchmarks as asv's ``-E`` and
    ``--bench`` do; *budget* is for how many seconds to run benchmarks, those
    that discovery takes among them; values of base may come from the results of
    *machine* where they are exact. *say* is told how far it is. Raises Missing
    where an environment is not here, and asv's UserError.
    """
    started = time.monotonic()
    with sides(conf, specs, base, head) as both:
        for side in both:
            side.build(repo)
        clock = Budget(budget)
        for env in (env for side in both for env in side.environments.values()):
            env.install_project = clock.apart(env.install_project)
        try:
            with clock.running():
                every = discover(repo, both, bench)
        except Spent:
            raise UserError(
                f"to run each benchmark once took the whole budget, {budget / 60:g} minutes: "
                "choose fewer with --bench, or more time with --budget"
            ) from None
        for side in both:
            # It may have looked at another commit.
            side.install(repo)
        if machine is not None:
            reuse(both[0], machine, every)
        compare_code(both, every)
        engine = Engine(both, repo, str(conf.benchmark_dir), rules, clock, say)
        engine.decide_all(every)
    return Report(base, head, engine.rules, every, time.monotonic() - started)
