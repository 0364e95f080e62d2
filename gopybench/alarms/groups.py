"""Alarms -> findings: the same commits, environment, campaigns and direction is one."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gopybench.alarms.ends import Ends
from gopybench.alarms.steps import Alarm
from gopybench.asvdata import campaigns

# The hexadecimal digits of an id.
_DIGITS = 10


@dataclass(frozen=True)
class Finding:
    """What may have one cause: steps between the same two commits in one environment.

    Attributes:
        id: stays while these are the same.
        machine: asv's name of the machine.
        environment: asv's name of the environment.
        params: what tells the environment from others, as asv publishes it.
        before: the hash of the last commit before the step.
        after: the hash of the first commit after it.
        is_slower: whether all are slower; else all are faster.
        alarms: the steps, the strongest first.
        campaigns: in which it was measured before and after.
        ends: the results before and after of the strongest.
    """

    id: str
    machine: str
    environment: str
    params: Mapping[str, str | None]
    before: str
    after: str
    is_slower: bool
    alarms: tuple[Alarm, ...]
    campaigns: tuple[campaigns.Campaign, campaigns.Campaign]
    ends: tuple[Any, Any]

    @property
    def direction(self) -> str:
        """``slower`` or ``faster``."""
        return "slower" if self.is_slower else "faster"


def group(alarms: Iterable[Alarm], ends: Ends) -> list[Finding]:
    """Return the findings, those of the strongest steps first.

    An alarm whose results are gone meanwhile is left out.
    """
    groups: dict[tuple[Any, ...], list[Alarm]] = defaultdict(list)
    results: dict[Alarm, tuple[Any, Any]] = {}
    for alarm in alarms:
        found = ends.of(alarm)
        if found is None:
            continue
        results[alarm] = found
        of = tuple(campaigns.of(one, alarm.benchmark) for one in found)
        groups[alarm.series, alarm.before, alarm.after, alarm.is_slower, of].append(alarm)
    findings, ids = [], set()
    for key, members in groups.items():
        series, before, after, is_slower, of = key
        members.sort(key=lambda alarm: (-alarm.strength, alarm.entry))
        machine, environment = dict(series)["machine"], results[members[0]][1].env_name
        what = [machine, environment, before, after, is_slower]
        if (id_ := _id(what)) in ids:
            # One file has values of two campaigns.
            id_ = _id([*what, *(campaign.label for campaign in of), members[0].entry])
        ids.add(id_)
        findings.append(
            Finding(
                id_,
                machine,
                environment,
                dict(series),
                before,
                after,
                is_slower,
                tuple(members),
                of,
                results[members[0]],
            )
        )
    return sorted(findings, key=lambda finding: -finding.alarms[0].strength)


def _id(what: list[Any]) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:_DIGITS]
