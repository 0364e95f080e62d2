"""Findings -> the page ``changes.html``, and ``changes.json``, which asv's page reads."""

from __future__ import annotations

import html
import json
import string
import urllib.parse
from collections.abc import Collection, Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from gopybench.alarms import wording
from gopybench.alarms.overview import Shown
from gopybench.alarms.steps import Alarm
from gopybench.asvdata.verdicts import State

NAME = "changes.html"

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
        params = graphs.get_params()
        # What is the same everywhere is in no address.
        self._shown = {key for key, values in params.items() if len(values) > 1}

    def commit(self, commit: str) -> str:
        """Return a commit as HTML, a link where there is a place to see it."""
        text = html.escape(commit[:8])
        if not self._commits:
            return f'<code title="{html.escape(commit)}">{text}</code>'
        address = html.escape(f"{self._commits}{commit}")
        return f'<a href="{address}"><code>{text}</code></a>'

    def subject(self, commit: str) -> str:
        """Return a commit with its first line as HTML."""
        return f"{self.commit(commit)} {html.escape(self.subjects.get(commit, ''))}".rstrip()

    def graph(self, alarm: Alarm) -> str:
        """Return the address of asv's graph of a step."""
        params = {key: value for key, value in alarm.series if key in self._shown}
        params.update({f"p-{name}": value for name, value in alarm.parameters})
        params["commits"] = f"{alarm.before}-{alarm.after}"
        pairs = [(key, "[none]" if value is None else value) for key, value in params.items()]
        return f"asv.html#{alarm.benchmark}?{urllib.parse.urlencode(pairs)}"


def write(shown: Collection[Shown], links: Links, project: str, title: str, out: Path) -> None:
    """Write the page and its data into a directory; *title* is that of the first page."""
    template = (files(__package__) / "page" / NAME).read_text(encoding="utf-8")
    text = string.Template(template).substitute(
        project=html.escape(project),
        title=html.escape(title),
        headline=headline(shown),
        findings="\n".join(_finding(one, links) for one in shown),
    )
    (out / NAME).write_text(text, encoding="utf-8")
    (out / "changes.json").write_text(json.dumps([*_rows(shown)], allow_nan=False))


def headline(shown: Collection[Shown]) -> str:
    """Return how many findings stand how."""
    states = [one.standing.state for one in shown]
    counts = [f"{states.count(s)} {s.value}" for s in State if s in states]
    return f"{', '.join(counts)}." if counts else "asv finds no steps in the history."


def _rows(shown: Iterable[Shown]) -> Iterable[dict[str, Any]]:
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


def _finding(one: Shown, links: Links) -> str:
    standing, finding = one.standing, one.standing.finding
    state, e = standing.state, html.escape
    count = len(finding.alarms)
    steps = "1 step" if count == 1 else f"{count} steps"
    facts = [("Commits", f"{links.commit(finding.before)} → {links.subject(finding.after)}")]
    if standing.decision:
        facts.append((state.value.capitalize(), e(standing.decision.reason)))
    leading = standing.leading
    if leading and leading.verdict is State.REAL:
        whose = links.subject(leading.commit) if leading.commit else e(wording.blame(leading, {}))
        facts.append(("Comes with", whose))
    if leading:
        facts.append(
            ("In turns", f"{e(wording.measured(leading))}; {wording.checked(standing)} steps")
        )
    facts.append(("Machine", e(finding.machine)))
    evidence = "".join(f"<li>{e(line)}</li>" for line in one.evidence)
    if evidence:
        facts.append(("Evidence", f"<ul>{evidence}</ul>"))
    terms = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in facts)
    return f"""<section class="finding {state.value.replace(" ", "-")}" id="{e(finding.id)}">
<h2>{e(one.runtime)} {finding.direction}: {steps}, {wording.spread(finding.alarms)}
<span class="verdict">{state.value}</span></h2>
<p class="quiet"><code>{e(finding.id)}</code></p>
<dl>{terms}</dl>
{_steps(one, links)}
</section>"""


def _steps(one: Shown, links: Links) -> str:
    rows = [_step(one, alarm, links) for alarm in one.standing.finding.alarms]
    tables = [_table(rows[:MAX_OPEN])]
    if rest := rows[MAX_OPEN:]:
        tables.append(f"<details><summary>{len(rest)} more</summary>{_table(rest)}</details>")
    return "".join(tables)


def _table(rows: list[str]) -> str:
    heads = "".join(f"<th>{name}</th>" for name in ("step", "before → after", "in turns", ""))
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Steps"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _step(one: Shown, alarm: Alarm, links: Links) -> str:
    measured = one.standing.measured.get(alarm)
    cells = [
        f'<a href="{html.escape(links.graph(alarm))}">{html.escape(alarm.entry)}</a>',
        html.escape(wording.change(alarm)),
        html.escape(wording.measured(measured)) if measured else "",
        measured.verdict.value if measured else State.TO_CHECK.value,
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
