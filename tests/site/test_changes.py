"""The page of changes and the feed: what they say of findings, and of hostile names."""

from __future__ import annotations

import csv
import html as html_text
import io
import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest

import gopybench.site
from gopybench.alarms import evidence, standing
from gopybench.alarms.groups import Finding
from gopybench.alarms.overview import Shown
from gopybench.alarms.steps import Alarm
from gopybench.asvdata import campaigns
from gopybench.asvdata.verdicts import Decision, Entry, Measurement, State
from gopybench.site import changespage, feed
from gopybench.site.findinglinks import Links
from gopybench.site.findingwords import Titles, sentences
from gopybench.site.model import Benchmark, Campaign, Environment, Machine
from gopybench.site.parameterroles import SiteSettings

from ..browser import CHROMIUM, check_use
from .conftest import Open

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

ATTACK = "<img src=x onerror=alert(1)>&\"'"
BEFORE, AFTER, CULPRIT = ("abc"[i] * 40 for i in range(3))
LIFE = Benchmark(
    "m.Life.time_life",
    "time",
    "seconds",
    ["way", "n"],
    [["'Slots'", "'Plain'"], ["10", "4000"]],
    [["Slots", "Plain"], ["10", "4000"]],
    {},
)
PLACES = [{"python": python, "machine": "box"} for python in ("3.13", "3.14")]
SITE: Any = SimpleNamespace(
    project=ATTACK,
    title=ATTACK,
    show_commit_url="https://example.com/",
    hash_length=8,
    campaigns=[],
    machines=[Machine("box", "")],
    environments=[Environment(f"CPython {of['python']}", "CPython", 0, of) for of in PLACES],
    benchmarks=[LIFE],
)
CAMPAIGN = campaigns.Campaign("box", "", "2026-11-28", ())
TITLES = Titles(SITE, SiteSettings(words={"n": "persons"}))


def alarm(entry: str = "m.time_a", after: float = 2.0, unit: str = "seconds") -> Alarm:
    return Alarm(
        entry,
        entry,
        0,
        (),
        unit,
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
    line = evidence.Line(evidence.CAMPAIGNS, f"another {ATTACK}")
    return Shown(standing.of(of, entry), "CPython 3.13", (line,))


def decided(of: Finding, state: State, reason: str = "") -> Shown:
    decision = Decision(state, reason, "", tuple(map(standing.judged, of.alarms)))
    return shown(of, decision=decision)


def links(url: str = "https://example.com/", between: int | None = 3) -> Links:
    site = SimpleNamespace(**{**vars(SITE), "show_commit_url": url})
    subjects = {AFTER: f"Subject {ATTACK}", CULPRIT: "The culprit"}
    counts = {} if between is None else {(BEFORE, AFTER): between}
    return Links(cast("Any", site), subjects, counts)


def write(everything: list[Shown], out: Path, of: Links | None = None) -> str:
    """Write the page with what it loads; return it."""
    changespage.write(everything, TITLES, of or links(), SITE, out)
    return (out / "changes.html").read_text(encoding="utf-8")


def text_of(page: str) -> str:
    return " ".join(html_text.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_names_stay_text(tmp_path: Path) -> None:
    of = finding(*(alarm(f"m.time_{ATTACK}({number})") for number in range(7)))
    everything = [
        shown(of, State.REAL, State.NOT_THE_CODE),
        decided(replace(of, id="1"), State.ACCEPTED, ATTACK),
    ]
    for url in (ATTACK, "#"):
        text = write(everything, tmp_path, links(url))
        assert "<img" not in text
        assert text.count("&lt;img") > 20
        assert set(re.findall(r"<(\w+)", text)) >= {"section", "details"}
    feed.write(everything, links(ATTACK), ATTACK, tmp_path)
    (entry,) = ElementTree.parse(tmp_path / "regressions.xml").findall("{*}entry")
    assert "<img" not in (entry.findtext("{*}content") or "")


def test_a_finding_says_what_is_known(tmp_path: Path) -> None:
    of = finding(alarm("m.time_a"), alarm("m.time_b", 3.0), alarm("m.time_c", 1.5))
    text = text_of(write([shown(of, State.REAL, State.NOT_THE_CODE)], tmp_path))
    assert "1 confirmed slower. 0 wait for a check." in text
    assert "CPython 3.13, m: 3 steps slower, 1.50× to 3.00× real" in text
    assert "3 commits between, not measured here." in text
    # The commit was not looked for yet.
    assert "Comes with after aaaaaaaa, up to bbbbbbbb" in text
    assert "Checked in turns 2.000× (1.900 to 2.100) in 14 turns; 2 of 3 steps, 2026-11-28" in text
    assert f"Campaigns another {ATTACK}" in text
    assert "m.time_b 1.00s → 3.00s, 3.00× 2.000× (1.900 to 2.100) in 14 turns not the code" in text
    assert "m.time_c 1.00s → 1.50s, 1.50× to check" in text
    rows = json.loads((tmp_path / "changes.json").read_text())["steps"]
    assert [(row["entry"], row["verdict"], row["checked"]) for row in rows] == [
        ("m.time_a", "real", "real"),
        ("m.time_b", "real", "not the code"),
        ("m.time_c", "real", "to check"),
    ]


@pytest.mark.parametrize(
    ("between", "said"), [(0, "No commit lies"), (1, "1 commit between, "), (None, "bbbbbbbb")]
)
def test_how_many_commits_lie_between(tmp_path: Path, between: int | None, said: str) -> None:
    text = text_of(write([shown(finding(alarm()))], tmp_path, links(between=between)))
    assert said in text
    assert ("between" in text.split("Checked in turns")[0]) is (between is not None)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([("'Slots'", "4000")], "m.Life.time_life, Slots, 4,000 persons: slower, 2.00×"),
        ([("'Slots'", "10"), ("'Slots'", "4000")], "m.Life.time_life, Slots: 2 steps slower"),
        ([("'Slots'", "10"), ("'Plain'", "10")], "m.Life.time_life, 10 persons: 2 steps slower"),
        # Of another version of the benchmark.
        ([("'Gone'", "11")], "m.Life.time_life, 'Gone', 11 persons: slower, 2.00×"),
    ],
)
def test_a_title_has_what_steps_have_in_common(places: list[tuple[str, str]], said: str) -> None:
    steps = [
        replace(alarm("m.Life.time_life"), parameters=(("way", way), ("n", n)), index=i)
        for i, (way, n) in enumerate(places)
    ]
    assert TITLES.title(shown(finding(*steps))).startswith(f"CPython 3.13, {said}")


@pytest.mark.parametrize(
    ("after", "units", "said"),
    [
        (2.0, ("seconds",), "slower"),
        (0.5, ("seconds", "seconds"), "faster"),
        (2.0, ("bytes",), "more memory"),
        (0.5, ("bytes",), "less memory"),
        (0.5, ("objects",), "less"),
        (2.0, ("bytes", "seconds"), "slower"),
    ],
)
def test_a_title_says_which_way_it_went(after: float, units: tuple[str, ...], said: str) -> None:
    title = TITLES.title(shown(finding(*(alarm(f"m.{u}", after, u) for u in units))))
    assert re.search(rf"[: ]{said}, {after:.2f}×$", title)


def test_the_sentences() -> None:
    slower, faster = finding(alarm(), alarm("m.time_b")), finding(alarm(after=0.5))
    assert sentences([], []) == ["asv finds no step in the history."]
    assert sentences([shown(slower), shown(slower), shown(faster)], []) == [
        "0 confirmed slower.",
        "3 findings (5 steps) wait for a check: 2 slower, 1 faster.",
    ]
    everything = [
        shown(slower, State.REAL),
        shown(faster, State.REAL),
        shown(faster, State.INCONCLUSIVE),
        shown(slower, State.NOT_THE_CODE),
        shown(faster, State.NOT_THE_CODE),
        decided(slower, State.ACCEPTED),
        decided(slower, State.FIXED),
        decided(faster, State.FIXED),
    ]
    assert sentences(everything, []) == [
        "1 confirmed slower, 1 faster.",
        "2 findings (3 steps) were checked in turns and are not the code’s.",
        "1 finding could not be told in turns.",
        "1 is accepted.",
        "2 are fixed.",
        "0 wait for a check.",
    ]


def test_what_the_last_campaign_brought() -> None:
    label = CAMPAIGN.label
    older = Campaign("2026-11-01 on box", "2026-11-01", 0, {})
    last = Campaign(label, "2026-11-28", 0, {0: CAMPAIGN})
    other = Campaign("2026-11-29 on box", "2026-11-29", 0, {0: replace(CAMPAIGN, day="2026-11-29")})
    everything = [shown(finding(alarm()), State.REAL), shown(finding(alarm(after=0.5)))]
    said = f"The last campaign, {label}, brought 1 slower and 1 faster, 1 of them confirmed."
    assert sentences(everything, [older, last])[-1] == said
    assert sentences(everything, [last, other])[-1].endswith("on box, brought none of them.")
    # Nobody knows which the last one is.
    undated = [last, Campaign("unknown day on box", "", 0, {})]
    assert "campaign" not in " ".join(sentences(everything, undated))


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


def test_the_address_of_a_history() -> None:
    of = replace(alarm("m.Life.time_life"), index=3)
    address, _, query = links().history(of).partition("?")
    asked = dict(parse_qsl(query))
    assert address == "history.html"
    line = ["CPython 3.13", "box", "Plain", "4000"]
    assert json.loads(asked.pop("line")) == line
    assert asked == {"benchmark": of.benchmark, "machine": "box", "commit": AFTER[:8]}
    # Of what the site does not have it is the benchmark alone.
    gone = replace(of, series=(("machine", "box"), ("python", "3.9")))
    assert dict(parse_qsl(links().history(gone).partition("?")[2])).keys() == {
        "benchmark",
        "commit",
    }


def test_the_address_of_a_comparison() -> None:
    asked = {"before": BEFORE[:8], "after": AFTER[:8], "before-runtime": "CPython 3.13"}
    address, _, query = links().compare(finding(alarm())).partition("?")
    assert (address, dict(parse_qsl(query))) == ("compare.html", asked)
    two = SimpleNamespace(**{**vars(SITE), "machines": [Machine("box", ""), Machine("other", "")]})
    query = Links(cast("Any", two), {}, {}).compare(finding(alarm())).partition("?")[2]
    both = {"before-machine": "box", "after-machine": "box"}
    assert dict(parse_qsl(query)) == {**asked, **both}


def test_own_sentences_are_true(own_site: Path) -> None:
    """They are held against the rows, which are one for each step."""
    found = json.loads((own_site / "changes.json").read_text())
    states = {row["id"]: (row["verdict"], row["direction"]) for row in found["steps"]}
    counts = Counter(states.values())
    steps = Counter(row["verdict"] for row in found["steps"])
    said = " ".join(found["sentences"])
    assert said in text_of((own_site / "changes.html").read_text())
    assert said.startswith(f"{counts['real', 'slower']} confirmed slower")
    up, down = counts["to check", "slower"], counts["to check", "faster"]
    assert up + down > 1
    assert (
        f"{up + down} findings ({steps['to check']} steps) wait for a check: "
        f"{up} slower, {down} faster."
    ) in said
    # asv's own list has what is slower.
    entries = json.loads((own_site / "regressions.json").read_text())["regressions"]
    slower = [row["entry"] for row in found["steps"] if row["direction"] == "slower"]
    assert sorted(slower) == sorted(entry[0] for entry in entries for _ in entry[6])


def plain(cell: str) -> str:
    """Return a number in one of the ways that Python and a browser write it."""
    return f"{float(cell):g}" if re.fullmatch(r"[0-9]+\.[0-9]+", cell) else cell


@pytest.fixture(scope="module")
def long_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of 100 findings, of each verdict and direction some."""
    out = tmp_path_factory.mktemp("long")
    everything = []
    for number in range(100):
        of = finding(
            replace(alarm(f"m.time_{number}", 2.0 if number % 3 else 0.5), entry=f'"{number}",'),
            id_=f"{number:010}",
        )
        states = {0: State.REAL, 1: State.NOT_THE_CODE, 2: State.INCONCLUSIVE}
        kind = number // 2 % 10
        if kind == 9:
            everything.append(decided(of, State.FIXED, "done"))
        else:
            everything.append(shown(of, *filter(None, [states.get(kind)])))
    everything.sort(key=lambda one: list(State).index(one.standing.state))
    write(everything, out)
    for source in (Path(gopybench.site.__file__).parent / "page").iterdir():
        shutil.copy(source, out)
    for name in ("swallow.png", "regressions.xml"):
        (out / name).write_bytes(b"")
    return out


@needs_browser
class TestInABrowser:
    def test_anyone_can_use_it(self, own_site: Path, look: Open) -> None:
        """In the other two ways it is looked at for its budget, as it is opened."""
        site = look(own_site, None)
        others: list[tuple[int, Any]] = [(400, "light"), (1400, "dark")]
        check_use(site.open("changes.html"), *others)
        page = site.open("changes.html?verdict=to+check&direction=faster")
        check_use(page, *others, (1400, "light"), (400, "dark"))

    def test_a_finding_leads_to_its_history_and_comparison(
        self, own_site: Path, look: Open
    ) -> None:
        site = look(own_site, None)
        text = (own_site / "changes.html").read_text()
        addresses = {
            html_text.unescape(of) for of in re.findall(r'href="(history.html[?][^"]+)"', text)
        }
        for address in sorted(addresses)[:: len(addresses) // 3]:
            page = site.open(address)
            commit = re.sub(".*commit=", "", address)
            assert f" at {commit}, to check" in page.inner_text("#notice")
            assert page.locator("#legend li").count() == 1
        address = re.findall(r'href="(compare.html[?][^"]+)"', text)[0]
        page = site.open(html_text.unescape(address))
        text = page.inner_text("main")
        assert all(of in text for of in (*re.findall("(?:before|after)=(\\w+)", address), "0.53×"))

    def test_the_controls(self, long_page: Path, look: Open, tmp_path: Path) -> None:
        """Each changes the address, and the address brings back what it shows."""
        site = look(long_page, None)
        page = site.open("changes.html")
        rows = json.loads((long_page / "changes.json").read_text())["steps"]

        def seen() -> list[str]:
            return list(
                page.eval_on_selector_all(
                    ".finding", "all => all.filter(one => !one.hidden).map(one => one.id)"
                )
            )

        def expected(**view: str) -> list[str]:
            return [row["id"] for row in rows if all(row[key] == view[key] for key in view)]

        def count(key: str, value: str) -> int:
            selector = f'a[data-key="{key}"][data-value="{value}"] .count'
            return int(page.inner_text(selector))

        assert seen() == expected()[: changespage.MAX_OPEN]
        assert count("verdict", "") == 100
        site.act(lambda: page.click('a[data-value="fixed"]'))
        assert seen() == expected(verdict="fixed")
        # What is left is not folded.
        assert len(seen()) == 10
        assert not page.locator("#more").is_visible()
        assert page.url.endswith("changes.html?verdict=fixed")
        assert count("direction", "faster") == len(expected(verdict="fixed", direction="faster"))
        site.act(lambda: page.click('a[data-value="faster"]'))
        both = {"verdict": "fixed", "direction": "faster"}
        assert seen() == expected(**both)
        assert count("verdict", "to check") == len(expected(verdict="to check", direction="faster"))
        address = page.url
        with page.expect_download() as download:
            page.click("text=CSV")
        assert download.value.suggested_filename == "changes-fixed-faster.csv"
        download.value.save_as(tmp_path / "kept.csv")
        kept, whole = (
            [[*map(plain, row)] for row in csv.reader(io.StringIO(path.read_text()))]
            for path in (tmp_path / "kept.csv", long_page / "changes.csv")
        )
        head, *rest = whole
        assert kept == [head, *(row for row in rest if row[0] in expected(**both))]
        with page.expect_download() as download:
            page.click("text=JSON")
        download.value.save_as(tmp_path / "kept.json")
        steps = json.loads((tmp_path / "kept.json").read_text())["steps"]
        assert steps == [row for row in rows if row["id"] in expected(**both)]
        site.act(page.go_back)
        assert seen() == expected(verdict="fixed")
        site.open(address.removeprefix(site.address))
        assert seen() == expected(**both)
        site.open(address.removeprefix(site.address).replace("fixed", "no+such"))
        assert seen() == []
        assert "Nothing is like this" in page.inner_text("main")
        page = site.open("changes.html")
        site.act(lambda: page.click("#more"))
        assert seen() == expected()
        assert page.url.endswith("?all=1")

    def test_a_link_to_what_is_elsewhere_brings_it(self, long_page: Path, look: Open) -> None:
        site = look(long_page, None)
        last = json.loads((long_page / "changes.json").read_text())["steps"][-1]["id"]
        page = site.open(f"changes.html#{last}")
        assert page.locator(f'[id="{last}"]').is_visible()
        # Whatever else is chosen.
        page = site.open(f"changes.html?verdict=real#{last}")
        assert page.locator(f'[id="{last}"]').is_visible()

    def test_without_scripts_all_is_there(self, long_page: Path, look: Open) -> None:
        page = look(long_page, None, java_script_enabled=False).visit("changes.html")
        first = page.locator(".finding").evaluate_all("all => all.map(one => one.id)")
        assert page.locator(".control").filter(visible=True).count() == 0
        assert page.get_by_text("CSV", exact=True).is_visible()
        page.click("#more")
        rest = page.locator(".finding").evaluate_all("all => all.map(one => one.id)")
        rows = json.loads((long_page / "changes.json").read_text())["steps"]
        assert first + rest == [row["id"] for row in rows]
        assert len(first) == changespage.MAX_OPEN
