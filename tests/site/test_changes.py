"""The page of changes and the feed, as files: what they say of findings, and of hostile names."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asv.graph import GraphSet

from gopybench.alarms import standing
from gopybench.alarms.groups import Finding
from gopybench.alarms.overview import Shown
from gopybench.alarms.steps import Alarm
from gopybench.asvdata import campaigns
from gopybench.asvdata.verdicts import Decision, Entry, Measurement, State
from gopybench.site import changespage, feed
from gopybench.site.changespage import Links

ATTACK = "<img src=x onerror=alert(1)>&\"'"
BEFORE, AFTER, CULPRIT = ("abc"[i] * 40 for i in range(3))
SITE: Any = SimpleNamespace(project=ATTACK, title=ATTACK)
CAMPAIGN = campaigns.Campaign("box", "", "", ())


def alarm(entry: str = "m.time_a", after: float = 2.0) -> Alarm:
    return Alarm(
        entry,
        entry,
        0,
        (),
        "seconds",
        (("machine", "box"), ("python", "3.13")),
        BEFORE,
        AFTER,
        (1.0, after),
        (1.0, after),
        0.01,
        (5, 5),
        after > 1,
    )


def finding(*alarms: Alarm, id_: str = "0123456789") -> Finding:
    ends = (SimpleNamespace(date=0), SimpleNamespace(date=1_785_000_000_000))
    of = (CAMPAIGN, CAMPAIGN)
    first = alarms[0]
    where = ("box", "virtualenv-py3.13", dict(first.series), BEFORE, AFTER)
    return Finding(id_, *where, first.is_slower, alarms, of, ends)


def shown(of: Finding, *states: State, decision: Decision | None = None) -> Shown:
    """A finding of which the first steps were measured."""
    measured = [
        Measurement(
            standing.judged(alarm),
            state,
            "2026-11-28T04:05:06Z",
            ratio=2.0,
            low=1.9,
            high=2.1,
            turns=14,
            between=(BEFORE, AFTER) if state is State.REAL else None,
        )
        for alarm, state in zip(of.alarms, states)
    ]
    entry = Entry("box", "", BEFORE, AFTER, of.direction, tuple(measured), decision)
    return Shown(standing.of(of, entry), "CPython 3.13", (f"another {ATTACK}",))


def links(url: str = "https://example.com/") -> Links:
    graphs = GraphSet()
    for python in ("3.13", "3.14"):
        graphs.get_graph("m.time_a", {"machine": "box", "python": python})
    subjects = {AFTER: f"Subject {ATTACK}", CULPRIT: "The culprit"}
    return Links(SimpleNamespace(show_commit_url=url), graphs, subjects)


def test_names_stay_text(tmp_path: Path) -> None:
    of = finding(*(alarm(f"m.time_{ATTACK}({number})") for number in range(7)))
    decided = Decision(State.ACCEPTED, ATTACK, "", tuple(map(standing.judged, of.alarms)))
    everything = [
        shown(of, State.REAL, State.NOT_THE_CODE),
        shown(replace(of, id="1"), decision=decided),
    ]
    for url in (ATTACK, "#"):
        changespage.write(everything, links(url), SITE, tmp_path)
        text = (tmp_path / "changes.html").read_text()
        assert "<img" not in text
        assert text.count("&lt;img") > 20
        assert set(re.findall(r"<(\w+)", text)) >= {"section", "details"}
    feed.write(everything, links(ATTACK), ATTACK, tmp_path)
    (entry,) = ElementTree.parse(tmp_path / "regressions.xml").findall("{*}entry")
    assert "<img" not in (entry.findtext("{*}content") or "")


def test_a_finding_says_what_is_known(tmp_path: Path) -> None:
    of = finding(alarm("m.time_a"), alarm("m.time_b", 3.0), alarm("m.time_c", 1.5))
    everything = [shown(of, State.REAL, State.NOT_THE_CODE)]
    changespage.write(everything, links(), SITE, tmp_path)
    text = re.sub(r"<[^>]+>", " ", (tmp_path / "changes.html").read_text())
    text = " ".join(text.split())
    assert "1 real." in text
    assert "CPython 3.13 slower: 3 steps, 1.50× to 3.00× real" in text
    # The commit was not looked for yet.
    assert "Comes with after aaaaaaaa, up to bbbbbbbb" in text
    assert "In turns 2.000× (1.900 to 2.100) in 14 turns; 2 of 3 steps" in text
    assert "m.time_b 1.00s → 3.00s, 3.00× 2.000× (1.900 to 2.100) in 14 turns not the code" in text
    assert "m.time_c 1.00s → 1.50s, 1.50× to check" in text


def test_what_the_feed_has(tmp_path: Path) -> None:
    """No speed-up, however real it is, and nothing that a person has settled."""
    slower, faster = finding(alarm()), finding(alarm(after=0.5), id_="1")
    done = Decision(State.FIXED, "mended", "", (standing.judged(slower.alarms[0]),))
    for one, count in (
        (shown(slower, State.REAL), 1),
        (shown(slower, State.NOT_THE_CODE), 0),
        (shown(slower), 0),
        (shown(slower, State.REAL, decision=done), 0),
        (shown(faster, State.REAL), 0),
    ):
        feed.write([one], links(), "p", tmp_path)
        entries = ElementTree.parse(tmp_path / "regressions.xml").findall("{*}entry")
        assert len(entries) == count


@pytest.mark.parametrize("value", [None, "3.13"])
def test_a_graphs_address_is_asvs_own(value: str | None) -> None:
    of = replace(alarm(), series=(("machine", "box"), ("python", value)), parameters=(("n", "1"),))
    address = links().graph(of)
    shown_as = "%5Bnone%5D" if value is None else value
    # What is the same everywhere is not in it.
    commits = f"commits={BEFORE}-{AFTER}"
    assert address == f"asv.html#m.time_a?python={shown_as}&p-n=1&{commits}"
