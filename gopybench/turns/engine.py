"""Comparisons -> verdicts: two sides measured in turn, until all is decided or the time is up."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gopybench.asvdata import definitions
from gopybench.turns import pairs as pairing
from gopybench.turns.allocation import next_pairs
from gopybench.turns.budget import Budget, Spent
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Judge, Kind, Verdict, cpu_ratio
from gopybench.turns.keptprocess import Failed
from gopybench.turns.pairs import Turn
from gopybench.turns.sides import Place, Side
from gopybench.turns.signedrank import log_ratio


@dataclass
class Engine:
    """Takes turns over comparisons of two sides.

    Attributes:
        both: base and head, built.
        benchmark_dir: where Python's benchmarks are.
        judge: says what turns show; how many comparisons there are is found out.
        say: is told how far it is.
    """

    both: tuple[Side, Side]
    benchmark_dir: str
    judge: Judge
    say: Callable[[str], None]

    def decide(self, comparisons: list[Comparison], *, untimed: Budget, timed: Budget) -> None:
        """Take turns over all that is not decided: first over what is no time."""
        # Until it is known how many a runtime can do at all, as many as there are.
        self.judge = self.judge.of(max(len(comparisons), 1))
        for budget, is_sampled in ((untimed, False), (timed, True)):
            group = [c for c in comparisons if c.is_sampled == is_sampled]
            self._take_turns(group, comparisons, budget)

    def _take_turns(
        self, group: list[Comparison], comparisons: list[Comparison], budget: Budget
    ) -> None:
        turn, before = 0, 0
        while undecided := [c for c in group if c.verdict is None]:
            turn += 1
            if len(undecided) != before:
                before = len(undecided)
                left = max(0.0, budget.left) / 60
                of = f"{before} of {len(comparisons)}"
                self.say(f"turn {turn}: {of} to decide, {left:.0f} min left")
            try:
                for number, comparison in enumerate(undecided):
                    with budget.running():
                        self._take_turn(comparison, turn, head_first=(turn + number) % 2 == 0)
            except Spent:
                for comparison in undecided:
                    if comparison.verdict is None:
                        self._give_up(comparison)
            if turn == 1:
                able = [c for c in comparisons if c.verdict not in (Verdict.ABSENT, Verdict.NEW)]
                self.judge = self.judge.of(max(len(able), 1))

    def _take_turn(self, comparison: Comparison, turn: int, *, head_first: bool) -> None:
        if comparison.is_sampled:
            self._take_samples(comparison, head_first=head_first)
        else:
            self._take_values(comparison, turn, head_first=head_first)

    def _take_samples(self, comparison: Comparison, *, head_first: bool) -> None:
        pairs = next_pairs(comparison.turns, self.judge.least)
        timeout = comparison.place.benchmark["timeout"]
        try:
            if not comparison.number:
                comparison.number = pairing.number(*self._begins(comparison))
            base, head = self._begins(comparison)
            taken = pairing.take(base, head, pairs, head_first=head_first, timeout=timeout)
        except pairing.SideFailed as failure:
            self._fail(comparison, str(failure), failure.is_head)
            return
        except pairing.Suspended:
            return
        if taken.turn is None:
            self._of_nothing(comparison, *taken.there)
        else:
            comparison.turns.append(taken.turn)
            self._decide(comparison)

    def _begins(self, comparison: Comparison) -> list[pairing.Begin]:
        """Return what begins a time of either side."""
        places = (comparison.place, comparison.place.of_head)
        return [
            partial(side.begin, place, self.benchmark_dir, comparison.number)
            for side, place in zip(self.both, places)
        ]

    def _take_values(self, comparison: Comparison, turn: int, *, head_first: bool) -> None:
        place = comparison.place
        values: list[float] = [math.nan, math.nan]
        failures: dict[int, str] = {}
        for side in (1, 0) if head_first else (0, 1):
            if turn == 1 and side == 0 and comparison.reused is not None:
                values[0] = comparison.reused
                continue
            try:
                of = place.of_head if side else place
                values[side] = self.both[side].value(of, self.benchmark_dir, turn)
            except Failed as failure:
                failures[side] = str(failure)
        if failures:
            where = "on both sides" if len(failures) == 2 else ""
            self._fail(comparison, failures.get(1, failures.get(0, "")), 1 in failures, where)
        elif any(map(math.isnan, values)):
            self._of_nothing(comparison, *(not math.isnan(value) for value in values))
        else:
            base, head = values
            comparison.turns.append(Turn(base, head, log_ratio(base, head)))
            self._decide(comparison)

    def _fail(self, comparison: Comparison, reason: str, is_head: bool, where: str = "") -> None:
        """Give up where a side fails."""
        comparison.verdict = Verdict.INCONCLUSIVE
        comparison.why = f"fails {where or self.both[is_head].where}: {reason}"
        if not is_head and not comparison.turns and self._is_new(comparison.place):
            comparison.verdict = Verdict.NEW

    def _is_new(self, place: Place) -> bool:
        """Return whether what fails at base is not there in base's own files either."""
        base = self.both[0]
        if self._is_one_commit:
            return False
        in_go = definitions.is_go(place.benchmark) or place.environment in base.broken
        return not in_go and not base.declares(place)

    def _of_nothing(self, comparison: Comparison, at_base: bool, at_head: bool) -> None:
        """Say why there is nothing to compare: on one side or both the benchmark is n/a."""
        counts = comparison.kind is Kind.COUNTED and shutil.which("valgrind") is None
        if comparison.turns:
            said = Verdict.INCONCLUSIVE, "n/a in some turns"
        elif self._is_one_commit and (at_base or at_head):
            said = Verdict.ABSENT, f"n/a {self.both[at_base].where}"
        elif at_base:
            said = Verdict.INCONCLUSIVE, "vanished: n/a at head"
        elif at_head:
            said = Verdict.NEW, "n/a at base"
        elif counts:
            said = Verdict.INCONCLUSIVE, "valgrind, which counts them, is not installed"
        else:
            said = Verdict.ABSENT, ""
        comparison.verdict, comparison.why = said

    @property
    def _is_one_commit(self) -> bool:
        """Whether the sides differ in their environments: then nothing is new or vanished."""
        return self.both[0].commit == self.both[1].commit

    def _decide(self, comparison: Comparison) -> None:
        decision = self.judge.decide(comparison.kind, comparison.turns)
        verdict, comparison.estimate, is_not_worse = decision
        comparison.is_not_worse |= is_not_worse
        if comparison.reused is not None:
            if verdict is Verdict.SAME:
                comparison.why = "base from earlier results"
            else:
                # Another day's value is no proof: both are measured in turns.
                comparison.reused, comparison.estimate, verdict = None, None, None
                comparison.turns.clear()
        comparison.verdict = verdict
        definition = comparison.place.benchmark
        is_unknown = definition.get(definitions.DIRECTION) == definitions.UNKNOWN
        if is_unknown and verdict in (Verdict.WORSE, Verdict.BETTER):
            self._say_of_unknown(comparison)
        if verdict is Verdict.INCONCLUSIVE:
            turns = len(comparison.turns)
            comparison.why = f"too noisy for {self.judge.wanted} in {turns} turns"
        elif verdict is not None and not comparison.why:
            comparison.why = self._disagreement(comparison)

    def _disagreement(self, comparison: Comparison) -> str:
        """Say where the clock and the CPU time of a benchmark differ."""
        assert comparison.estimate is not None
        cpu, least = cpu_ratio(comparison.turns), math.log1p(self.judge.least)
        if cpu is None or abs(math.log(cpu / comparison.estimate.ratio)) < least:
            return ""
        return f"by CPU time {cpu:.3f}×"

    def _say_of_unknown(self, comparison: Comparison) -> None:
        """Say that a value changed of which nobody knows whether more is better."""
        assert comparison.estimate is not None
        changed = max(comparison.estimate.ratio, 1 / comparison.estimate.ratio)
        if changed <= 1 + self.judge.least:
            comparison.verdict = Verdict.SAME
            return
        comparison.verdict = Verdict.INCONCLUSIVE
        comparison.why = 'changed, direction unknown: see "units" of "go"'

    def _give_up(self, comparison: Comparison) -> None:
        turns = len(comparison.turns)
        comparison.is_given_up = True
        if comparison.is_not_worse:
            comparison.verdict = Verdict.SAME
            comparison.why = f"not worse; whether it is better is not clear after {turns} turns"
            return
        comparison.verdict = Verdict.INCONCLUSIVE
        comparison.why = f"the budget was spent after {turns} turns"
