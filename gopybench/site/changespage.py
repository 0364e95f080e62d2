"""Findings -> the page ``changes.html``, and ``changes.json``, which asv's page reads."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from gopybench.alarms import wording
from gopybench.alarms.overview import Shown
from gopybench.alarms.steps import Alarm
from gopybench.asvdata.verdicts import State
from gopybench.site import htmltemplates
from gopybench.site.htmltemplates import CHANGES
from gopybench.site.model import Site

# As many steps of a finding stand open; the others unfold.
MAX_OPEN = 5


class Links:
    """Addresses of commits and of asv's graphs.

    Attributes:
        subjects: the commits' first lines, by hash.
    """

    def __init__(self, conf: Any, graphs: Any, subjects: Mapping[str, str]) -> None:
        """Take asv's configuration and graphs."""
        self._commits = "" if conf.show_commit_url in ("", "#") else conf.show_commit_url
        self.subjects = subjects
        # What is the same everywhere is in no address.
        self._shown = {key for key, values in graphs.get_params().items() if len(values) > 1}

    def commit(self, commit: str) -> dict[str, str]:
        """Return how a commit is shown; its address is empty without a place to see it."""
        return {
            "hash": commit,
            "short": commit[:8],
            "address": f"{self._commits}{commit}" if self._commits else "",
            "subject": self.subjects.get(commit, ""),
        }

    def graph(self, alarm: Alarm) -> str:
        """Return the address of asv's graph of a step."""
        params = {key: value for key, value in alarm.series if key in self._shown}
        params.update({f"p-{name}": value for name, value in alarm.parameters})
        params["commits"] = f"{alarm.before}-{alarm.after}"
        pairs = [(key, "[none]" if value is None else value) for key, value in params.items()]
        return f"asv.html#{alarm.benchmark}?{urllib.parse.urlencode(pairs)}"


def write(shown: Collection[Shown], links: Links, site: Site, out: Path) -> None:
    """Write the page and its data into a directory."""
    text = htmltemplates.render(
        "changes.html",
        site,
        CHANGES,
        headline=_headline(shown),
        findings=[_finding(one, links) for one in shown],
        most=MAX_OPEN,
    )
    (out / CHANGES).write_text(text, encoding="utf-8")
    rows = json.dumps([*_rows(shown)], ensure_ascii=False, allow_nan=False)
    (out / "changes.json").write_text(rows, encoding="utf-8")


def _headline(shown: Collection[Shown]) -> str:
    states = [one.standing.state for one in shown]
    counts = [f"{states.count(s)} {s.value}" for s in State if s in states]
    return f"{', '.join(counts)}." if counts else "asv finds no steps in the history."


def _rows(shown: Collection[Shown]) -> Iterator[dict[str, Any]]:
    """Yield what asv's list of regressions is told of each step."""
    for one in shown:
        for alarm in one.standing.finding.alarms:
            measured = one.standing.measured.get(alarm)
            said = [wording.measured(measured)] if measured else []
            yield {
                "entry": alarm.entry,
                "series": dict(alarm.series),
                "after": alarm.after,
                "id": one.standing.finding.id,
                "verdict": one.standing.state.value,
                "why": [*said, *one.evidence],
            }


def _finding(one: Shown, links: Links) -> dict[str, Any]:
    standing, finding = one.standing, one.standing.finding
    count = len(finding.alarms)
    steps = "1 step" if count == 1 else f"{count} steps"
    leading = standing.leading
    real = leading if leading and leading.verdict is State.REAL else None
    return {
        "id": finding.id,
        "verdict": standing.state.value,
        "title": f"{one.runtime} {finding.direction}: {steps}, {wording.spread(finding.alarms)}",
        "before": links.commit(finding.before),
        "after": links.commit(finding.after),
        "reason": standing.decision.reason if standing.decision else "",
        "culprit": links.commit(real.commit) if real and real.commit else None,
        "range": wording.blame(real, {}) if real else "",
        "measured": wording.measured(leading) if leading else "",
        "checked": wording.checked(standing),
        "machine": finding.machine,
        "evidence": one.evidence,
        "steps": [_step(one, alarm, links) for alarm in finding.alarms],
    }


def _step(one: Shown, alarm: Alarm, links: Links) -> dict[str, str]:
    measured = one.standing.measured.get(alarm)
    return {
        "address": links.graph(alarm),
        "entry": alarm.entry,
        "change": wording.change(alarm),
        "measured": wording.measured(measured) if measured else "",
        "verdict": measured.verdict.value if measured else State.TO_CHECK.value,
    }
