"""Raw numbers of the histories -> the tables of docs/proof.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from . import historyplan
from .historyplan import GO, PYTHON, Planted
from .prooftables import runtime_of, table
from .rawlines import Line

# What is said of a step: its series, the number of the first commit after it, its ratio.
Step = tuple[dict[str, Any], int, float]

STATES = ("real", "not the code", "inconclusive", "to check")


def language_of(environment: str) -> str:
    """Return whose work an environment does."""
    return GO if runtime_of(environment) == "Go" else PYTHON


def steps_of_asv(line: Line) -> list[Step]:
    """Return the steps of asv's detection that are as large as triage is told of."""
    return [
        (series, commit, ratio)
        for series in line["series"]
        for commit, ratio in series["steps"]
        if is_large(ratio)
    ]


def steps_of_otava(line: Line) -> list[Step]:
    """Return otava's change points of that size; none where it was not there."""
    return [
        (line["series"][of["series"]], of["commit"], of["ratio"])
        for of in line["otava"] or ()
        if is_large(of["ratio"])
    ]


def is_large(ratio: float) -> bool:
    """Return whether a step counts: what asv was told to call a regression, up or down."""
    return max(ratio, 1 / ratio) >= 1 + historyplan.THRESHOLD


def unchanged(lines: list[Line]) -> str:
    """Return what was said of a history that is all the same code."""
    rows: list[list[object]] = []
    for line in lines:
        counts = line["regressions"]
        series = len(line["series"])
        rows.append([f"series, of {len(line['commits'])} commits each", series, ""])
        rows.append(["rows in asv's list of regressions, at 5 %", counts["default"], ""])
        rows.append(["the same at 2.5 %", counts["half"], ""])
        rows.append(_ups_and_downs("steps that asv's detection sees", steps_of_asv(line)))
        if line["otava"] is not None:
            rows.append(_ups_and_downs("change points of apache-otava", steps_of_otava(line)))
        findings = line["triage"]["findings"]
        rows.append(["`gopybench triage`: findings", len(findings), ""])
        states = Counter(finding["verdict"] for finding in findings)
        rows += [[f"… {state}", states[state], ""] for state in STATES]
    return table(["", "", "at the border of two campaigns"], rows)


def _ups_and_downs(what: str, steps: list[Step]) -> list[object]:
    up = sum(ratio > 1 for _, _, ratio in steps)
    borders = sum(_is_border(commit) for _, commit, _ in steps)
    return [what, f"{up} up, {len(steps) - up} down", borders]


def _is_border(commit: int) -> bool:
    return historyplan.campaign_of(commit) != historyplan.campaign_of(commit - 1)


def changed(lines: list[Line]) -> str:
    """Return which of the planted changes were found, and what else was."""
    rows: list[list[object]] = []
    for line in lines:
        planted = [Planted(*of) for of in line["planted_changes"]]
        rivals = (steps_of_asv(line), steps_of_otava(line))
        findings = line["triage"]["findings"]
        for change in sorted(planted, key=lambda p: (p.percent, p.language)):
            series = [s for s in line["series"] if language_of(s["environment"]) == change.language]
            runtimes = sorted({s["environment"] for s in series})
            found = [sum(_is_of(step, change) for step in steps) for steps in rivals]
            real = [
                environment for environment in runtimes if _is_real(findings, environment, change)
            ]
            rows.append(
                [
                    f"{change.percent:+} %",
                    change.language,
                    f"{found[0]} of {len(series)}",
                    f"{found[1]} of {len(series)}" if line["otava"] is not None else "",
                    f"{len(real)} of {len(runtimes)}",
                ]
            )
        others = [
            sum(not any(_is_of(step, change) for change in planted) for step in steps)
            for steps in rivals
        ]
        wrong = sum(not _is_true(finding, planted) for finding in findings if _stands(finding))
        other = others[1] if line["otava"] is not None else ""
        rows.append(["anything else", "", others[0], other, wrong])
    headers = ["planted", "in", "asv: steps", "otava: change points"]
    return table([*headers, "triage: runtimes where it is real"], rows)


def _is_of(step: Step, change: Planted) -> bool:
    """Return whether a step is where the change is, and goes the same way."""
    series, commit, ratio = step
    is_there = commit == change.commit and language_of(series["environment"]) == change.language
    return is_there and (ratio > 1) == (change.percent > 0)


def _stands(finding: dict[str, Any]) -> bool:
    return bool(finding["verdict"] == "real")


def _is_by(finding: dict[str, Any], change: Planted) -> bool:
    """Return whether a finding that is real names the commit of the change."""
    goes = (finding["direction"] == "slower") == (change.percent > 0)
    is_there = language_of(finding["environment"]) == change.language
    return _stands(finding) and goes and is_there and finding["commit"] == change.commit


def _is_real(findings: Iterable[dict[str, Any]], environment: str, change: Planted) -> bool:
    return any(f["environment"] == environment and _is_by(f, change) for f in findings)


def _is_true(finding: dict[str, Any], planted: Iterable[Planted]) -> bool:
    return any(_is_by(finding, change) for change in planted)


def cost(lines: list[Line]) -> str:
    """Return what the histories cost, in minutes."""
    rows = []
    for line in lines:
        measured: Counter[int] = Counter()
        for of in line["measured"]:
            measured[of["campaign"]] += of["seconds"]
        rows.append(
            [
                line["part"],
                *(f"{measured[campaign] / 60:.0f}" for campaign in range(len(historyplan.LOADS))),
                f"{line['triage']['seconds'] / 60:.0f}",
            ]
        )
    loads = [f"`asv run`, {n} beside it" for n in historyplan.LOADS]
    return table(["minutes", *loads, "`gopybench triage`"], rows)


def aims(counted: dict[str, list[Line]]) -> list[list[str]]:
    """Return the rows of the table of aims that the histories have."""
    rows = []
    for line in counted["unchanged"]:
        real = sum(map(_stands, line["triage"]["findings"]))
        what = "a history of the same code: no finding is real"
        rows.append([what, f"{real} of {len(line['triage']['findings'])}", _met(real == 0)])
    for line in counted["changed"]:
        planted = [Planted(*of) for of in line["planted_changes"]]
        findings = line["triage"]["findings"]
        runtimes = {series["environment"] for series in line["series"]}
        wanted = [
            (environment, change)
            for change in planted
            for environment in runtimes
            if abs(change.percent) >= 5 and language_of(environment) == change.language
        ]
        found = sum(_is_real(findings, environment, change) for environment, change in wanted)
        what = "planted changes from 5 % on, runtime by runtime: real, with the right commit"
        rows.append([what, f"{found} of {len(wanted)}", _met(found == len(wanted))])
        wrong = sum(not _is_true(f, planted) for f in findings if _stands(f))
        rows.append(["nothing else there is real", str(wrong), _met(wrong == 0)])
    return rows


def _met(is_met: bool) -> str:
    return "met" if is_met else "missed"


# As prooftables has them.
TABLES = {
    "unchanged": ("unchanged", unchanged),
    "unchanged-cost": ("unchanged", cost),
    "changed": ("changed", changed),
    "changed-cost": ("changed", cost),
}
