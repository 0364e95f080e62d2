"""A finding and what was judged -> how it stands: what holds of that, and what is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gopybench.alarms.groups import Finding
from gopybench.alarms.steps import Alarm
from gopybench.asvdata.verdicts import Decision, Entry, Judged, Measurement, State

# What is for nobody to look at again.
SETTLED = (State.REAL, State.NOT_THE_CODE, State.ACCEPTED, State.FIXED)


@dataclass(frozen=True)
class Standing:
    """How a finding stands.

    Attributes:
        finding: which.
        state: what is said of it.
        measured: what was measured of its steps, where the values are still the same.
        decision: what a person said of it; None where that is nothing, or of other values.
    """

    finding: Finding
    state: State
    measured: Mapping[Alarm, Measurement]
    decision: Decision | None

    @property
    def leading(self) -> Measurement | None:
        """The measurement that the state stands on; of several that of the strongest step."""
        every = list(self.measured.values())
        of = [one for one in every if one.verdict is self.state] or every
        return of[0] if of else None

    @property
    def is_open(self) -> bool:
        """Whether it is not settled."""
        return self.state not in SETTLED


def judged(alarm: Alarm) -> Judged:
    """Return what a verdict on a step is on."""
    return Judged(alarm.benchmark, tuple(sorted(alarm.parameters)), alarm.values)


def of(finding: Finding, entry: Entry | None) -> Standing:
    """Return how a finding stands; *entry* is what was judged of it.

    What was judged of other values does not count. A finding is real where a step is, and
    not the code where none is that was measured, the strongest among them.
    """
    known = {one.of: one for one in (entry.measured if entry else ())}
    found = {alarm: known[judged(alarm)] for alarm in finding.alarms if judged(alarm) in known}
    decision = entry.decision if entry else None
    if decision and not all(judged(alarm) in decision.of for alarm in finding.alarms):
        decision = None
    if decision:
        return Standing(finding, decision.verdict, found, decision)
    verdicts = {one.verdict for one in found.values()}
    state = State.TO_CHECK
    if State.REAL in verdicts:
        state = State.REAL
    elif finding.alarms[0] in found:
        is_clear = State.INCONCLUSIVE not in verdicts
        state = State.NOT_THE_CODE if is_clear else State.INCONCLUSIVE
    return Standing(finding, state, found, None)
