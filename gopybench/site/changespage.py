"""Findings -> the page ``changes.html``, and what it shows as CSV and JSON.

asv's list of regressions reads the JSON, too.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from gopybench.alarms import evidence, wording
from gopybench.alarms.overview import Shown
from gopybench.alarms.steps import Alarm
from gopybench.asvdata.verdicts import State
from gopybench.site import findingwords, htmltemplates
from gopybench.site.findinglinks import Links
from gopybench.site.findingwords import Titles
from gopybench.site.htmltemplates import CHANGES
from gopybench.site.model import Site
from gopybench.site.spreadsheetcsv import as_csv

# What the JSON is written as: see docs/site.md.
FORMAT = 1

# As many findings are on the page; the others are on one of their own, with their strongest
# step alone, from which the first takes them when they are asked for.
MAX_OPEN = 30

MORE = "changes-more.html"

# More steps of a finding are in the files alone.
MAX_STEPS = 40

# What the page calls the lines of evidence.
_ABOUT = {
    evidence.CAMPAIGNS: "Campaigns",
    evidence.MOVED: "Moved with it",
    evidence.CODE: "Changed code",
    evidence.SAMPLES: "Samples",
}

# What is of a single value in the JSON.
_COLUMNS = (
    *("id", "verdict", "direction", "runtime", "machine", "before", "after", "between"),
    *("benchmark", "entry", "unit", "level_before", "level_after", "ratio"),
    *("checked", "checked_ratio", "checked_low", "checked_high", "turns", "commit"),
)


def write(shown: Collection[Shown], titles: Titles, links: Links, site: Site, out: Path) -> None:
    """Write the page and its files into a directory."""
    sentences = findingwords.sentences(shown, site.campaigns)
    rows = [*_rows(shown, links)]
    findings = [_finding(one, titles, links) for one in shown]
    context = {
        "findings": findings,
        "most": MAX_OPEN,
        "most_steps": MAX_STEPS,
        "has_machines": len(site.machines) > 1,
    }
    text = htmltemplates.render(
        CHANGES,
        site,
        CHANGES,
        sentences=sentences,
        controls=[*_controls(shown)],
        more=MORE,
        **context,
    )
    if rest := findings[MAX_OPEN:]:
        page = htmltemplates.render(
            "morechanges.html", site, CHANGES, **{**context, "findings": rest}
        )
        (out / MORE).write_text(page, encoding="utf-8")
    whole = {
        "version": FORMAT,
        "project": site.project,
        "sentences": sentences,
        "columns": _COLUMNS,
        "steps": rows,
    }
    table = as_csv(_COLUMNS, ([row[column] for column in _COLUMNS] for row in rows))
    as_json = json.dumps(whole, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    for ending, content in ((".html", text), (".csv", table), (".json", f"{as_json}\n")):
        path = (out / CHANGES).with_suffix(ending)
        path.write_text(content, encoding="utf-8", newline="")


def _controls(shown: Collection[Shown]) -> Iterator[tuple[str, list[tuple[str, str, int]]]]:
    """Yield each control: its key in the address, and its choices with how many fit them."""
    counts = findingwords.counts(shown)
    verdicts = [(s.value, sum(n for (of, _), n in counts.items() if of is s)) for s in State]
    always = {State.REAL.value, State.TO_CHECK.value, State.NOT_THE_CODE.value}
    kept = [(name, name, count) for name, count in verdicts if count or name in always]
    yield "verdict", [("", "all", len(shown)), *kept]
    ways = ("slower", "faster")
    found = [(way, way, sum(n for (_, of), n in counts.items() if of == way)) for way in ways]
    yield "direction", [("", "both", len(shown)), *found]


def _rows(shown: Collection[Shown], links: Links) -> Iterator[dict[str, Any]]:
    """Yield what the JSON has of each step."""
    for one in shown:
        finding = one.standing.finding
        for alarm in finding.alarms:
            measured = one.standing.measured.get(alarm)
            said = [wording.measured(measured)] if measured else []
            before, after = alarm.levels
            yield {
                "id": finding.id,
                "verdict": one.standing.state.value,
                "direction": finding.direction,
                "runtime": one.runtime,
                "machine": finding.machine,
                "before": alarm.before,
                "after": alarm.after,
                "between": links.between(finding),
                "benchmark": alarm.benchmark,
                "entry": alarm.entry,
                "unit": alarm.unit,
                "level_before": before,
                "level_after": after,
                "ratio": after / before if before else None,
                "checked": _checked(one, alarm),
                "checked_ratio": measured.ratio if measured else None,
                "checked_low": measured.low if measured else None,
                "checked_high": measured.high if measured else None,
                "turns": measured.turns if measured else 0,
                "commit": measured.commit if measured else None,
                "parameters": dict(alarm.parameters),
                "series": dict(alarm.series),
                "why": [*said, *(line.text for line in one.evidence)],
            }


def _finding(one: Shown, titles: Titles, links: Links) -> dict[str, Any]:
    standing, finding = one.standing, one.standing.finding
    leading = standing.leading
    real = leading if leading and leading.verdict is State.REAL else None
    said: dict[str, list[str]] = {}
    for line in one.evidence:
        said.setdefault(_ABOUT[line.about], []).append(line.text)
    return {
        "id": finding.id,
        "verdict": standing.state.value,
        "direction": finding.direction,
        "title": titles.title(one),
        "compare": links.compare(finding),
        "before": links.commit(finding.before),
        "after": links.commit(finding.after),
        "between": _between(links.between(finding)),
        "reason": standing.decision.reason if standing.decision else "",
        "culprit": links.commit(real.commit) if real and real.commit else None,
        "range": wording.blame(real, {}) if real else "",
        "measured": wording.measured(leading) if leading else "",
        "when": leading.date[: len("2026-11-28")] if leading else "",
        "checked": wording.checked(standing),
        "machine": finding.machine,
        "evidence": said,
        "steps": [_step(one, alarm, links) for alarm in finding.alarms],
    }


def _between(count: int | None) -> str:
    if not count:
        return "" if count is None else "No commit lies between."
    return f"{count:,} {'commit' if count == 1 else 'commits'} between, not measured here."


def _step(one: Shown, alarm: Alarm, links: Links) -> dict[str, str]:
    measured = one.standing.measured.get(alarm)
    return {
        "address": links.history(alarm),
        "entry": alarm.entry,
        "change": wording.change(alarm),
        "measured": wording.measured(measured) if measured else "",
        "verdict": _checked(one, alarm),
    }


def _checked(one: Shown, alarm: Alarm) -> str:
    measured = one.standing.measured.get(alarm)
    return measured.verdict.value if measured else State.TO_CHECK.value
