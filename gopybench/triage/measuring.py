"""The steps of a finding -> what turns say of them, both commits measured beside each other."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from asv.util import UserError

from gopybench.alarms.groups import Finding
from gopybench.alarms.standing import judged
from gopybench.alarms.steps import Alarm
from gopybench.asvdata.verdicts import Measurement, State
from gopybench.bridge import jointdiscovery
from gopybench.triage import bisection
from gopybench.turns.budget import Budget
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Rules, Verdict
from gopybench.turns.session import Session


class NoTime(Exception):
    """The budget is spent."""


@dataclass
class Measuring:
    """Measures in one environment.

    Attributes:
        session: has the environment on both sides.
        rules: what is called a change.
        clock: for how long benchmarks may run.
        keep: is given each measurement as soon as it is made.
    """

    session: Session
    rules: Rules
    clock: Budget
    keep: Callable[[Finding, Measurement], None] = field(default=lambda *_: None)

    def measure(self, finding: Finding, alarms: Sequence[Alarm]) -> dict[Alarm, str]:
        """Measure steps of a finding; return why some could not be.

        What the budget was too short for is neither. Raises NoTime when it is spent,
        and asv's UserError where nothing can be measured.
        """
        found: dict[Alarm, Comparison] = {}
        try:
            self._compare(finding.before, finding.after, alarms, self.rules, found)
        finally:
            # Some are decided when it is interrupted, too.
            for alarm, comparison in found.items():
                if (measurement := _as_measurement(finding, alarm, comparison)) is not None:
                    self.keep(finding, measurement)
        missing = "today's benchmarks do not have it, or not with these parameters"
        return {alarm: missing for alarm in alarms if alarm not in found}

    def blame(
        self, finding: Finding, alarm: Alarm, one: Measurement, commits: Sequence[str]
    ) -> None:
        """Look for the commit that a real step is from; each step of the search is kept.

        *commits* are those that it may be, oldest first.
        """
        assert one.ratio is not None
        # A commit is with the step where it has half of it and more.
        size = max(one.ratio, 1 / one.ratio) - 1
        rules = replace(self.rules, threshold=size, tolerance=max(size / 2, self.rules.tolerance))
        real = _real(finding)

        def has(commit: str) -> bool | None:
            found: dict[Alarm, Comparison] = {}
            try:
                self._compare(finding.before, commit, [alarm], rules, found)
            except UserError as error:
                if str(error) == jointdiscovery.INTERRUPTED:
                    raise
                return None
            verdict = _verdict(found[alarm]) if alarm in found else None
            return verdict is real if verdict in (*_CHANGED, Verdict.SAME) else None

        def note(left: bisection.Narrowed) -> None:
            self.keep(
                finding,
                replace(
                    one,
                    date=now(),
                    commit=left.commit,
                    between=None if left.commit else (left.before, left.after),
                    skipped=left.skipped,
                ),
            )

        before = one.between[0] if one.between else finding.before
        bisection.narrow(before, commits, has, one.skipped, note)

    def _compare(
        self,
        base: str,
        head: str,
        alarms: Sequence[Alarm],
        rules: Rules,
        found: dict[Alarm, Comparison],
    ) -> None:
        """Compare two commits; *found* has the comparisons by the steps, decided or not."""
        wanted = {(alarm.benchmark, frozenset(alarm.parameters)): alarm for alarm in alarms}

        def choose(comparisons: list[Comparison]) -> list[Comparison]:
            for comparison in comparisons:
                place = comparison.place
                key = place.benchmark["name"], frozenset(place.parameters.items())
                if key in wanted:
                    found[wanted[key]] = comparison
            return list(found.values())

        if self.clock.left <= 0:
            raise NoTime
        try:
            self.session.compare(
                base,
                head,
                judge=rules,
                budget=self.clock,
                bench=[f"^{re.escape(alarm.entry)}$" for alarm in alarms],
                choose=choose,
                with_other_code=True,
            )
        except UserError:
            if self.clock.left <= 0:
                raise NoTime from None
            raise
        if self.clock.left <= 0:
            raise NoTime


_CHANGED = (Verdict.WORSE, Verdict.BETTER)


def _real(finding: Finding) -> Verdict:
    return Verdict.WORSE if finding.is_slower else Verdict.BETTER


def _verdict(comparison: Comparison) -> Verdict | None:
    """Return what a comparison says of the code that is measured.

    With other code of the benchmark itself, what is the same is not changed by either; of
    what changed nobody knows by which.
    """
    if comparison.other_code and comparison.verdict in _CHANGED:
        return Verdict.INCONCLUSIVE
    return comparison.verdict


def _as_measurement(finding: Finding, alarm: Alarm, comparison: Comparison) -> Measurement | None:
    """Return what a comparison says; None where it says nothing yet."""
    verdict, estimate, why = _verdict(comparison), comparison.estimate, comparison.why
    if verdict is None or comparison.is_given_up:
        return None
    why = "; ".join(filter(None, (why, comparison.other_code)))
    if verdict is _real(finding):
        state = State.REAL
    elif verdict in (*_CHANGED, Verdict.SAME):
        state = State.NOT_THE_CODE
        if verdict in _CHANGED:
            way = "faster" if finding.is_slower else "slower"
            why = "; ".join(filter(None, (f"it is {way}", why)))
    else:
        state, why = State.INCONCLUSIVE, why or "n/a at both commits now"
    numbers = (estimate.ratio, estimate.low, estimate.high) if estimate else (None, None, None)
    ratio, low, high = (n if n is not None and math.isfinite(n) else None for n in numbers)
    return Measurement(
        of=judged(alarm),
        verdict=state,
        date=now(),
        why=why,
        ratio=ratio,
        low=low,
        high=high,
        turns=len(comparison.turns),
        between=(finding.before, finding.after) if state is State.REAL else None,
    )


def now() -> str:
    """Return the time in UTC, as verdicts have it."""
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
