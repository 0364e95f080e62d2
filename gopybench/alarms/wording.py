"""Findings in words for people: values, changes, what was measured, and whose it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from asv.util import human_value

from gopybench.alarms.standing import Standing
from gopybench.alarms.steps import Alarm
from gopybench.asvdata.verdicts import Measurement

# A ratio beyond is one to or from nothing.
_LEAST = 1e-6


def value(number: float, unit: str) -> str:
    """Return a value with its unit."""
    if unit in ("seconds", "bytes"):
        return str(human_value(number, unit))
    return f"{number:.6g} {unit}".rstrip()


def times(ratio: float) -> str:
    """Return a ratio for people."""
    if not _LEAST < ratio < 1 / _LEAST:
        return "from 0" if ratio > 1 else "to 0"
    return f"{ratio:.2f}×" if ratio < 100 else f"{ratio:.0f}×"


def change(alarm: Alarm) -> str:
    """Return what asv's list shows of a step: both levels and their ratio."""
    before, after = alarm.levels
    ratio = after / before if before else float("inf")
    values = " → ".join(value(level, alarm.unit) for level in alarm.levels)
    return f"{values}, {times(ratio)}"


def spread(alarms: Collection[Alarm]) -> str:
    """Return how large steps are: their ratio, or from the smallest to the largest."""
    ratios = [alarm.levels[1] / alarm.levels[0] for alarm in alarms if alarm.levels[0]]
    if not ratios:
        return "from 0"
    texts = [times(ratio) for ratio in sorted(ratios)]
    return texts[0] if texts[0] == texts[-1] else f"{texts[0]} to {texts[-1]}"


def measured(one: Measurement) -> str:
    """Return what turns gave: the ratio with its bounds, and what else there is to know."""
    said = []
    if one.ratio is not None:
        bounds = ""
        if one.low is not None and one.high is not None:
            bounds = f" ({one.low:.3f} to {one.high:.3f})"
        turns = "1 turn" if one.turns == 1 else f"{one.turns} turns"
        where = f" on {one.machine}" if one.machine else ""
        said.append(f"{one.ratio:.3f}×{bounds} in {turns}{where}")
    if one.why:
        said.append(one.why)
    return "; ".join(said)


def blame(one: Measurement, subjects: Mapping[str, str]) -> str:
    """Return the commit that a real step is from, or what is known of it.

    *subjects* are the commits' first lines, by hash.
    """
    if one.commit:
        return f"{one.commit[:8]} {subjects.get(one.commit, '')}".rstrip()
    if one.between:
        before, after = one.between
        skipped = ", ".join(commit[:8] for commit in one.skipped)
        cannot = f"; {skipped} cannot be measured" if skipped else ""
        return f"after {before[:8]}, up to {after[:8]}{cannot}"
    return ""


def checked(standing: Standing) -> str:
    """Return how many of a finding's steps were measured in turns: ``1 of 27``."""
    return f"{len(standing.measured)} of {len(standing.finding.alarms)}"
