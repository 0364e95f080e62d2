"""All findings -> verdicts, within a budget: the strongest step of each first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from asv.util import UserError

from gopybench.alarms import wording
from gopybench.alarms.groups import Finding
from gopybench.alarms.overview import Shown, judge_anew
from gopybench.alarms.standing import Standing
from gopybench.alarms.steps import Alarm
from gopybench.asvdata import commits, verdicts
from gopybench.asvdata.verdicts import DECIDED, Entry, Measurement, State
from gopybench.bridge import jointdiscovery
from gopybench.triage.measuring import Measuring, NoTime
from gopybench.turns.budget import Budget
from gopybench.turns.decision import Rules
from gopybench.turns.session import session
from gopybench.turns.sideenvironments import here


class NotKept(UserError):  # type: ignore[misc]
    """A verdict could not be written: to measure more would be in vain."""


class _Pass(NamedTuple):
    """What is done for all findings that stand so: each may take its share of the time, or all."""

    settle: Callable[[Measuring, Standing], None]
    states: set[State]
    is_shared: bool = False


@dataclass
class Triage:
    """Settles findings.

    Attributes:
        conf: asv's configuration.
        repo: asv's repository.
        machine: asv's name of this machine, or of the one that it is taken for.
        stands_in: asv's own name of this machine, where it is taken for another, or a fleet.
        rules: what is called a change; of how many findings is found out.
        clock: for how long benchmarks may run.
        say: is told how far it is.
        shown: the findings, as they stand by now.
        opened: opens a session, which may be a fleet's.
        reasons: why a finding is open that was not measured, by its id.
    """

    conf: Any
    repo: Any
    machine: str
    stands_in: str
    rules: Rules
    clock: Budget
    say: Callable[[str], None]
    shown: list[Shown]
    opened: Callable[..., Any] = session
    reasons: dict[str, str] = field(default_factory=dict)
    _here: list[str] = field(default_factory=list)
    _tried: set[str] = field(default_factory=set)

    def settle(self) -> None:
        """Measure what is open, until the time is up; each verdict is kept at once."""
        # What is on a fleet's machines is found out when they are asked.
        of_findings = [one.standing.finding.environment for one in self.shown]
        self._here = here(self.conf) if self.opened is session else of_findings
        able = [one.standing.finding for one in self.shown if self._is_able(one)]
        steps = sum(len(finding.alarms) for finding in able)
        # The chance that any of them is called real by mistake is shared among them.
        share = self.rules.false_alarms / max(steps, 1)
        self.rules = replace(self.rules, false_alarms=share, two_sided=True)
        passes = (
            # What is hard to tell does not take the time of what is not.
            _Pass(self._strongest, {State.TO_CHECK}, is_shared=True),
            _Pass(self._blame, {State.REAL}),
            _Pass(self._strongest, {State.TO_CHECK}),
            _Pass(self._strongest, {State.INCONCLUSIVE}),
            _Pass(self._rest, {State.REAL, State.NOT_THE_CODE, State.INCONCLUSIVE}),
        )
        with suppress(NoTime):
            for one in passes:
                self._go_through(able, one)
        for shown in self.shown:
            standing = shown.standing
            if standing.state is State.TO_CHECK:
                self.reasons.setdefault(standing.finding.id, "the budget was spent")

    def _is_able(self, one: Shown) -> bool:
        """Return whether a finding can be measured here; note why not."""
        finding = one.standing.finding
        if one.standing.state in DECIDED:
            return False
        why = ""
        if finding.machine != self.machine:
            why = f"measured on {finding.machine}, and this is {self.machine}"
        elif finding.environment not in self._here:
            python = finding.params.get("python")
            is_configured = python in self.conf.pythons
            why = f"{finding.environment} is not " + (
                "here: `gopybench runtimes` says how to get it" if is_configured else "configured"
            )
        if why and one.standing.is_open:
            self.reasons[finding.id] = why
        return not why

    def _go_through(self, able: list[Finding], one: _Pass) -> None:
        """Settle findings as a pass does, one environment after the other."""
        standings = [self._standing(finding.id) for finding in able]
        left = [
            (standing.finding.environment, standing.finding.id)
            for standing in standings
            if standing.state in one.states
            and standing.finding.id not in self.reasons
            and self._todo(one, standing)
        ]
        of = (self.conf, self.repo)
        for environment in dict.fromkeys(environment for environment, _ in left):
            ids = [id_ for where, id_ in left if where == environment]
            with self._failing(ids), self.opened(*of, [environment], self.say) as both:
                for id_ in ids:
                    share = self.clock.left / (len(left) if one.is_shared else 1)
                    clock = Budget(share)
                    measuring = Measuring(both, self.rules, clock, self._keep)
                    try:
                        with self._failing([id_]), suppress(NoTime):
                            one.settle(measuring, self._standing(id_))
                    finally:
                        self.clock.take(share - clock.left)
                    if self.clock.left <= 0:
                        raise NoTime
                    left.remove((environment, id_))

    def _todo(self, one: _Pass, standing: Standing) -> bool:
        """Return whether a pass has something to do for a finding."""
        if one.settle == self._blame:
            return bool(self._unblamed(standing))
        if one.settle == self._rest:
            return len(standing.measured) < len(standing.finding.alarms)
        # What was tried by now and is not clear will not be clear a minute later.
        return standing.state is State.TO_CHECK or standing.finding.id not in self._tried

    @contextmanager
    def _failing(self, ids: list[str]) -> Iterator[None]:
        """Note why findings could not be measured, and go on with others."""
        try:
            yield
        except NotKept:
            raise
        except UserError as error:
            if str(error) == jointdiscovery.INTERRUPTED:
                raise
            for id_ in ids:
                self.reasons.setdefault(id_, " ".join(str(error).split()))

    def _strongest(self, measuring: Measuring, standing: Standing) -> None:
        """Measure what a finding stands on, and whose it is."""
        finding = standing.finding
        self._tried.add(finding.id)
        unclear = [
            alarm for alarm, one in standing.measured.items() if one.verdict is State.INCONCLUSIVE
        ]
        self._measure(measuring, finding, unclear or [finding.alarms[0]])
        self._blame(measuring, self._standing(finding.id))

    def _rest(self, measuring: Measuring, standing: Standing) -> None:
        """Measure what is left of a finding."""
        finding = standing.finding
        left = [alarm for alarm in finding.alarms if alarm not in standing.measured]
        self._measure(measuring, finding, left)
        self._blame(measuring, self._standing(finding.id))

    def _measure(self, measuring: Measuring, finding: Finding, alarms: list[Alarm]) -> None:
        rest = f" and {len(alarms) - 1} more" if len(alarms) > 1 else ""
        self.say(f"{finding.id}: {alarms[0].entry}{rest} in {finding.environment}")
        missing = measuring.measure(finding, alarms)
        if finding.alarms[0] in missing:
            self.reasons[finding.id] = missing[finding.alarms[0]]

    def _blame(self, measuring: Measuring, standing: Standing) -> None:
        """Look for the commit that a real step is from, where that is not known."""
        if (found := self._unblamed(standing)) is not None:
            alarm, one, between = found
            if len(between) > 1:
                self.say(f"{standing.finding.id}: looking for the commit among {len(between)}")
            measuring.blame(standing.finding, alarm, one, between)

    def _unblamed(self, standing: Standing) -> tuple[Alarm, Measurement, list[str]] | None:
        """Return a real step, and the commits that it may be from; None without any to try."""
        finding = standing.finding
        if standing.state is not State.REAL:
            return None
        for alarm, one in standing.measured.items():
            if one.verdict is not State.REAL:
                continue
            if one.commit or one.ratio is None or one.between is None:
                return None
            every = [finding.before, *commits.between(self.repo, finding.before, finding.after)]
            if not {*one.between} <= {*every}:
                return None
            first, last = map(every.index, one.between)
            left = every[first + 1 : last + 1]
            is_tried = all(commit in one.skipped for commit in left[:-1])
            return None if is_tried and len(left) != 1 else (alarm, one, left)
        return None

    def _keep(self, finding: Finding, one: Measurement) -> None:
        """Keep a measurement in the file."""
        one = replace(one, machine=self.stands_in)
        commits_ = (finding.before, finding.after)
        entry = Entry(
            finding.machine, finding.environment, *commits_, finding.direction, measured=(one,)
        )
        try:
            verdicts.add(self.conf.results_dir, {finding.id: entry})
            judged = verdicts.load(self.conf.results_dir)
        except UserError as error:
            raise NotKept(str(error)) from None
        self.shown = judge_anew(self.shown, judged)
        said = wording.blame(one, {}) or wording.measured(one)
        self.say(f"{finding.id}: {one.verdict.value}: {said}")

    def _standing(self, id_: str) -> Standing:
        return next(one.standing for one in self.shown if one.standing.finding.id == id_)
