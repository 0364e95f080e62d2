"""Findings in words for people: what each is about, and the sentences above all of them."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence

from gopybench.alarms import wording
from gopybench.alarms.overview import Shown
from gopybench.alarms.steps import Alarm
from gopybench.asvdata.verdicts import State
from gopybench.site.model import Benchmark, Campaign, Site
from gopybench.site.parameterroles import SiteSettings

# What went up and what went down, by asv's unit.
_WAYS = {"seconds": ("slower", "faster"), "bytes": ("more memory", "less memory")}

# Longer values of a parameter are cut off.
_LONGEST = 60


class Titles:
    """What findings are called."""

    def __init__(self, site: Site, settings: SiteSettings) -> None:
        """Take the benchmarks, and the words for their parameters."""
        self._benchmarks = {benchmark.name: benchmark for benchmark in site.benchmarks}
        self._settings = settings

    def title(self, one: Shown) -> str:
        """Return the runtime, what all steps of a finding have in common, and how large they are.

        Such as ``PyPy 3, m.Life.time_life, 4,000 persons: 6 steps slower, ...``.
        """
        alarms = one.standing.finding.alarms
        where = ", ".join([one.runtime, *self._common(alarms)])
        steps = f"{len(alarms)} steps " if len(alarms) > 1 else ""
        return f"{where}: {steps}{way(alarms)}, {wording.spread(alarms)}"

    def _common(self, alarms: Sequence[Alarm]) -> list[str]:
        names = [alarm.benchmark for alarm in alarms]
        parts = zip(*(name.split(".") for name in names))
        shared = [of[0] for of in itertools.takewhile(lambda of: len({*of}) == 1, parts)]
        common = [".".join(shared)] if shared else []
        for pair in alarms[0].parameters:
            if all(pair in alarm.parameters for alarm in alarms):
                common.append(self._value(self._benchmarks.get(names[0]), *pair))
        return common

    def _value(self, benchmark: Benchmark | None, name: str, value: str) -> str:
        """Return a parameter's value, as asv has it, for people."""
        if benchmark is None or name not in benchmark.param_names:
            return f"{name}={value}"
        place = benchmark.param_names.index(name)
        choices, shown = benchmark.choices[place], benchmark.shown[place]
        plain = shown[choices.index(value)] if value in choices else value
        words = self._settings.value_words(name, plain, self._settings.role(name, choices))
        return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def way(alarms: Collection[Alarm]) -> str:
    """Return which way steps go, in words that fit their units: ``slower``, ``less memory``."""
    units = {alarm.unit for alarm in alarms}
    words = _WAYS.get(units.pop(), ("more", "less")) if len(units) == 1 else _WAYS["seconds"]
    return words[0] if next(iter(alarms)).is_slower else words[1]


def counts(shown: Collection[Shown]) -> Mapping[tuple[State, str], int]:
    """Return how many findings there are of each verdict and direction."""
    found: dict[tuple[State, str], int] = {}
    for one in shown:
        key = one.standing.state, one.standing.finding.direction
        found[key] = found.get(key, 0) + 1
    return found


def sentences(shown: Collection[Shown], campaigns: Sequence[Campaign]) -> list[str]:
    """Return what all findings come to, and what the last of the campaigns brought."""
    if not shown:
        return ["asv finds no step in the history."]
    of = {state: [one for one in shown if one.standing.state is state] for state in State}
    slower = [one for one in of[State.REAL] if one.standing.finding.is_slower]
    faster = len(of[State.REAL]) - len(slower)
    confirmed = f"{len(slower)} confirmed slower"
    said = [f"{confirmed}, {faster} faster." if faster else f"{confirmed}."]
    if others := of[State.NOT_THE_CODE]:
        are = "was checked in turns and is" if len(others) == 1 else "were checked in turns and are"
        said.append(f"{_number(others)} {are} not the code’s.")
    if unclear := of[State.INCONCLUSIVE]:
        said.append(f"{_number(unclear)} could not be told in turns.")
    for state in (State.ACCEPTED, State.FIXED):
        if count := len(of[state]):
            said.append(f"{count} {'is' if count == 1 else 'are'} {state.value}.")
    waiting = of[State.TO_CHECK]
    text = f"{_number(waiting)} wait{'s' if len(waiting) == 1 else ''} for a check"
    if waiting:
        up = sum(one.standing.finding.is_slower for one in waiting)
        said.append(f"{text}: {up} slower, {len(waiting) - up} faster.")
    else:
        said.append("0 wait for a check.")
    return [*said, *_of_last(shown, campaigns)]


def _of_last(shown: Collection[Shown], campaigns: Sequence[Campaign]) -> list[str]:
    if not campaigns or not campaigns[-1].day:
        return []
    labels = {measured.label for measured in campaigns[-1].measured.values()}
    last = [one for one in shown if one.standing.finding.campaigns[1].label in labels]
    if not last:
        return [f"The last campaign, {campaigns[-1].label}, brought none of them."]
    up = sum(one.standing.finding.is_slower for one in last)
    real = sum(one.standing.state is State.REAL for one in last)
    brought = f"{up} slower and {len(last) - up} faster, {real} of them confirmed"
    return [f"The last campaign, {campaigns[-1].label}, brought {brought}."]


def _number(shown: Collection[Shown]) -> str:
    """Return how many findings there are, and how many steps."""
    steps = sum(len(one.standing.finding.alarms) for one in shown)
    findings = f"{len(shown):,} finding{'' if len(shown) == 1 else 's'}"
    return f"{findings} ({steps:,} steps)" if steps > len(shown) else findings
