"""Findings -> asv's Atom feed of regressions, with those alone that are real."""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterable
from pathlib import Path

from asv import feed

from gopybench.alarms import wording
from gopybench.alarms.overview import Shown
from gopybench.asvdata.verdicts import Measurement, State
from gopybench.site.findinglinks import Links
from gopybench.site.htmltemplates import CHANGES

# The file is asv's.
FEED = "regressions.xml"


def write(shown: Iterable[Shown], links: Links, project: str, out: Path) -> None:
    """Write the feed in place of asv's, into the directory of the site."""
    entries = []
    for one in shown:
        leading = one.standing.leading
        is_real = one.standing.state is State.REAL and leading is not None
        if is_real and leading is not None and one.standing.finding.is_slower:
            entries.append(_entry(one, leading, links))
    entries.sort(key=lambda entry: entry.updated, reverse=True)
    feed.write_atom(
        str(out / FEED),
        entries,
        title=f"{project} performance regressions",
        author="Airspeed Velocity",
        address=f"{project}.asv",
    )


def _entry(one: Shown, leading: Measurement, links: Links) -> feed.FeedEntry:
    finding = one.standing.finding
    alarm = next(a for a, m in one.standing.measured.items() if m is leading)
    others = [a for a, m in one.standing.measured.items() if m.verdict is State.REAL]
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    updated = datetime.datetime.strptime(leading.date, "%Y-%m-%dT%H:%M:%SZ")
    e = html.escape
    whose = e(wording.blame(leading, {}))
    if leading.commit:
        whose = f"{_commit(leading.commit, links)} {e(links.subjects.get(leading.commit, ''))}"
    before, after = (_commit(commit, links) for commit in (finding.before, finding.after))
    lines = [
        f"<p>Comes with {whose}.</p>",
        f"<p>In turns {e(wording.measured(leading))}; {e(wording.change(alarm))} in the history, "
        f"{before} → {after}.</p>",
        "<ul>",
        *(f'<li><a href="{e(links.history(a))}">{e(a.entry)}</a></li>' for a in others),
        "</ul>",
    ]
    return feed.FeedEntry(
        f"{wording.times(leading.ratio or 1)} {alarm.entry}{more} in {one.runtime}",
        updated.replace(tzinfo=datetime.timezone.utc),
        f"{CHANGES}#{finding.id}",
        "\n".join(lines),
        # Stays while the finding does, so that no reader sees it twice.
        [finding.id],
        datetime.datetime.fromtimestamp(one.standing.finding.ends[1].date / 1000),
    )


def _commit(commit: str, links: Links) -> str:
    """Return a commit as HTML, a link where there is a place to see it."""
    of = links.commit(commit)
    text = f"<code>{html.escape(of['short'] if of['address'] else of['hash'])}</code>"
    return f'<a href="{html.escape(of["address"])}">{text}</a>' if of["address"] else text
