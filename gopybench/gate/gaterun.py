"""Two commits -> a report: what there is to compare is measured in turns and decided."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Rules, Verdict
from gopybench.turns.session import session


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
    opened: Callable[..., Any] = session,
) -> Report:
    """Compare two commits, given by their hashes.

    *specs* and *bench* select environments and benchmarks as asv's ``-E`` and
    ``--bench`` do; *budget* is for how many seconds to run benchmarks, those
    that discovery takes among them; values of base may come from the results of
    *machine* where they are exact. *say* is told how far it is, and *opened* opens the
    session, which may be a fleet's. Raises Missing where an environment is not here,
    and asv's UserError.
    """
    started = time.monotonic()
    with opened(conf, repo, specs, say) as both:
        every = both.compare(base, head, judge=rules, budget=budget, bench=bench, machine=machine)
    return Report(base, head, rules, every, time.monotonic() - started)
