"""Base and head measured in turn, until every comparison is decided or the time is up."""

from __future__ import annotations

import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from asv.util import UserError

from gopybench.asvdata import definitions
from gopybench.gate.budget import Budget, Spent
from gopybench.gate.comparisons import Comparison, compare_code, discover, reuse
from gopybench.gate.decision import Kind, Rules, Verdict, decide, short_turns
from gopybench.gate.sides import Failed, Place, Side, sides


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
        gate = _Gate(both, repo, str(conf.benchmark_dir), rules, clock, say)
        gate.decide_all(every)
    return Report(base, head, gate.rules, every, time.monotonic() - started)


@dataclass
class _Gate:
    """The taking of turns."""

    both: tuple[Side, Side]
    repo: Any
    benchmark_dir: str
    rules: Rules
    budget: Budget
    say: Callable[[str], None]

    def decide_all(self, comparisons: list[Comparison]) -> None:
        """Take turns over all that is not decided, until the time is over."""
        # Until it is known how many a runtime can do at all, as many as there are.
        self.rules = replace(self.rules, comparisons=max(len(comparisons), 1))
        turn, before = 0, 0
        while undecided := [c for c in comparisons if c.verdict is None]:
            turn += 1
            if len(undecided) != before:
                before = len(undecided)
                left = max(0.0, self.budget.left) / 60
                of = f"{before} of {len(comparisons)}"
                self.say(f"turn {turn}: {of} to decide, {left:.0f} min left")
            try:
                for number, comparison in enumerate(comparisons):
                    if comparison.verdict is None:
                        self._take_turn(comparison, turn, head_first=(turn + number) % 2 == 0)
            except Spent:
                for comparison in undecided:
                    if comparison.verdict is None:
                        self._give_up(comparison)
            if turn == 1:
                able = [c for c in comparisons if c.verdict not in (Verdict.ABSENT, Verdict.NEW)]
                self.rules = replace(self.rules, comparisons=max(len(able), 1))

    def _take_turn(self, comparison: Comparison, turn: int, *, head_first: bool) -> None:
        values: list[float | None] = [None, None]
        reasons = ["", ""]
        if turn == 1 and comparison.reused is not None:
            values[0] = comparison.reused
        of, so_far = comparison.place, (comparison.base, comparison.head)
        is_short = turn <= short_turns(comparison.kind, *so_far, self.rules)
        for side in (1, 0) if head_first else (0, 1):
            if values[side] is not None:
                continue
            measure = self.both[side].value
            try:
                with self.budget.running():
                    values[side] = measure(of, self.benchmark_dir, turn, short=is_short)
            except Failed as failure:
                reasons[side] = str(failure)
        base, head = values
        self._take(comparison, base, head, reasons)

    def _take(
        self,
        comparison: Comparison,
        base: float | None,
        head: float | None,
        reasons: list[str],
    ) -> None:
        """Take in the values of a turn, None for a side that failed."""
        if head is None:
            where = "" if base is not None else " at both commits"
            comparison.verdict, comparison.why = Verdict.INCONCLUSIVE, f"fails{where}: {reasons[1]}"
        elif base is None:
            is_new = not comparison.base and self._is_new(comparison.place)
            comparison.verdict = Verdict.NEW if is_new else Verdict.INCONCLUSIVE
            comparison.why = f"fails at base: {reasons[0]}"
        elif math.isnan(head) or math.isnan(base):
            comparison.verdict, comparison.why = self._of_nothing(comparison, base, head)
        else:
            comparison.base.append(base)
            comparison.head.append(head)
            self._decide(comparison)

    def _is_new(self, place: Place) -> bool:
        """Return whether what fails at base is not there in base's own files either."""
        base = self.both[0]
        in_go = definitions.is_go(place.benchmark) or place.environment in base.broken
        return not in_go and not base.declares(place, self.repo)

    def _of_nothing(self, comparison: Comparison, base: float, head: float) -> tuple[Verdict, str]:
        """Return the verdict where a value is n/a, and the reason."""
        if comparison.base:
            return Verdict.INCONCLUSIVE, "n/a in some turns"
        if not math.isnan(base):
            return Verdict.INCONCLUSIVE, "vanished: n/a at head"
        if not math.isnan(head):
            return Verdict.NEW, "n/a at base"
        if comparison.kind is Kind.COUNTED and shutil.which("valgrind") is None:
            return Verdict.INCONCLUSIVE, "valgrind, which counts them, is not installed"
        return Verdict.ABSENT, ""

    def _decide(self, comparison: Comparison) -> None:
        verdict, comparison.estimate = decide(
            comparison.kind, comparison.base, comparison.head, self.rules
        )
        if comparison.reused is not None:
            if verdict is Verdict.SAME:
                comparison.why = "base from earlier results"
            else:
                # Another day's value is no proof: both are measured in turns.
                comparison.reused, comparison.estimate, verdict = None, None, None
                comparison.base.clear()
                comparison.head.clear()
        comparison.verdict = verdict
        definition = comparison.place.benchmark
        is_unknown = definition.get(definitions.DIRECTION) == definitions.UNKNOWN
        if is_unknown and verdict in (Verdict.WORSE, Verdict.BETTER):
            self._say_of_unknown(comparison)
        if verdict is Verdict.INCONCLUSIVE:
            turns = len(comparison.base)
            comparison.why = f"too noisy for {100 * self.rules.threshold:g} % in {turns} turns"

    def _say_of_unknown(self, comparison: Comparison) -> None:
        """Say that a value changed of which nobody knows whether more is better."""
        assert comparison.estimate is not None
        changed = max(comparison.estimate.ratio, 1 / comparison.estimate.ratio)
        if changed <= 1 + self.rules.threshold:
            comparison.verdict = Verdict.SAME
            return
        comparison.verdict = Verdict.INCONCLUSIVE
        comparison.why = 'changed, direction unknown: see "units" of "go"'

    def _give_up(self, comparison: Comparison) -> None:
        comparison.verdict = Verdict.INCONCLUSIVE
        comparison.why = f"the budget was spent after {len(comparison.base)} turns"
