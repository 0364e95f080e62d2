"""What triage found -> text for a terminal, Markdown for a summary, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gopybench.alarms import wording
from gopybench.alarms.overview import Shown
from gopybench.alarms.standing import Standing
from gopybench.alarms.steps import Alarm
from gopybench.asvdata.verdicts import Measurement, State

FORMATS = ("text", "markdown", "json")

# How many steps of one finding are shown.
MAX_STEPS = 3


@dataclass(frozen=True)
class Report:
    """What triage found.

    Attributes:
        shown: the findings that were asked for.
        reasons: why one was not measured, by its id.
        subjects: the first lines of commits, by hash.
        threshold: the smallest change that is called one, as a share.
    """

    shown: list[Shown]
    reasons: Mapping[str, str]
    subjects: Mapping[str, str]
    threshold: float

    def of(self, state: State) -> list[Shown]:
        """Return the findings that stand so."""
        return [one for one in self.shown if one.standing.state is state]

    @property
    def code(self) -> int:
        """The exit code: 1 when a finding is real, 2 when some are open, else 0."""
        if self.of(State.REAL):
            return 1
        return 2 if any(one.standing.is_open for one in self.shown) else 0


def render(report: Report, format: str) -> str:
    """Return the report in one of FORMATS."""
    if format == "json":
        return json.dumps(_as_json(report), indent=2, allow_nan=False)
    is_markdown = format == "markdown"
    headline = _headline(report)
    parts = [f"**{headline}**" if is_markdown else headline]
    for one in report.shown:
        title, *lines = _lines(report, one)
        if is_markdown:
            parts.append(
                "\n".join([f"**{_plain(title)}**", "", *(f"- {_plain(s)}" for s in lines)])
            )
        else:
            parts.append("\n".join([title, *(f"    {line}" for line in lines)]))
    return "\n\n".join(parts)


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|~#" else c for c in text)


def _headline(report: Report) -> str:
    steps = sum(len(one.standing.finding.alarms) for one in report.shown)
    if not report.shown:
        return "no steps in the published history"
    counts = [f"{len(report.of(state))} {state.value}" for state in State if report.of(state)]
    findings = "1 finding" if len(report.shown) == 1 else f"{len(report.shown)} findings"
    of = f" ({steps} steps)" if steps > len(report.shown) else ""
    return f"{findings}{of} in the published history: {', '.join(counts)}"


def _lines(report: Report, one: Shown) -> list[str]:
    """Return a finding's title and what there is to say of it."""
    standing, finding = one.standing, one.standing.finding
    where = f"{finding.environment}, {finding.before[:8]} → {finding.after[:8]}"
    lines = [f"{finding.id} {standing.state.value}: {finding.direction} in {where}"]
    if standing.decision:
        lines.append(f"{standing.state.value}: {standing.decision.reason}")
    leading = standing.leading
    if (
        leading
        and leading.verdict is State.REAL
        and (whose := wording.blame(leading, report.subjects))
    ):
        lines.append(f"commit: {whose}")
    alarms = sorted(finding.alarms, key=lambda alarm: alarm not in standing.measured)
    lines += [_step(alarm, standing.measured.get(alarm)) for alarm in alarms[:MAX_STEPS]]
    if len(alarms) > MAX_STEPS:
        lines.append(f"and {len(alarms) - MAX_STEPS} more steps, all {wording.spread(alarms)}")
    if why := report.reasons.get(finding.id):
        lines.append(f"not measured: {why}")
    return lines + [f"evidence: {line.text}" for line in one.evidence]


def _step(alarm: Alarm, one: Measurement | None) -> str:
    turns = f"; {one.verdict.value}: {wording.measured(one)}" if one else ""
    return f"{alarm.entry}: {wording.change(alarm)}{turns}"


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "exit_code": report.code,
        "threshold": report.threshold,
        "findings": [_finding(report, one) for one in report.shown],
    }


def _finding(report: Report, one: Shown) -> dict[str, Any]:
    standing, finding = one.standing, one.standing.finding
    return {
        "id": finding.id,
        "verdict": standing.state.value,
        "direction": finding.direction,
        "machine": finding.machine,
        "environment": finding.environment,
        "runtime": one.runtime,
        "before": finding.before,
        "after": finding.after,
        "commit": _commit(standing),
        "reason": standing.decision.reason if standing.decision else None,
        "not_measured": report.reasons.get(finding.id),
        "evidence": [line.text for line in one.evidence],
        "steps": [_as_step(alarm, standing.measured.get(alarm)) for alarm in finding.alarms],
    }


def _commit(standing: Standing) -> str | None:
    leading = standing.leading
    return leading.commit if leading and leading.verdict is State.REAL else None


def _as_step(alarm: Alarm, one: Measurement | None) -> dict[str, Any]:
    return {
        "benchmark": alarm.benchmark,
        "parameters": dict(alarm.parameters),
        "unit": alarm.unit,
        "before": alarm.levels[0],
        "after": alarm.levels[1],
        "verdict": one.verdict.value if one else State.TO_CHECK.value,
        "ratio": one.ratio if one else None,
        "low": one.low if one else None,
        "high": one.high if one else None,
        "turns": one.turns if one else 0,
        "commit": one.commit if one else None,
        "between": list(one.between) if one and one.between else None,
        "skipped": list(one.skipped) if one else [],
        "why": one.why if one else "",
    }
