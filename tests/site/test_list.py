"""The site's first page where there is one kind of runtime: all benchmarks, what moved first."""

from __future__ import annotations

import csv
import dataclasses
import math
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from gopybench.asvdata import reasons
from gopybench.site import latestvalues, listviews, sparklines
from gopybench.site.humannumbers import change
from gopybench.site.latestvalues import Change, Point
from gopybench.site.model import Benchmark, Campaign, Commit, Environment, Machine, Site
from gopybench.site.parameterroles import SiteSettings
from gopybench.site.placevalues import PlaceValues

from ..browser import CHROMIUM, serving, watched
from .conftest import Open
from .projects import define, publishing, store
from .test_landing import said

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

DAYS = (0, 7, 14, 21, 28, 35, 42)
ATTACK = "<img src=x onerror=alert(1)>"
WHY = f"ValueError: {ATTACK}"
LONG = "'" + "long words " * 30 + "'"
PARAMS = [["'Small'", "'Big'"], ["None", "<object object at 0x7f>", LONG]]


class Listed:
    """A project whose seventh commit changed some, measured in as many campaigns."""

    def __init__(self, path: Path) -> None:
        self.project = publishing(path, project=ATTACK)
        names = ("m.time_a", "m.time_c", "m.time_d", f"m.track_{ATTACK}", "m.time_old")
        define(self.project, {**{name: [] for name in names}, "m.time_b": PARAMS})
        self.commits = [self.project.commit(f"Change {day}") for day in DAYS]
        for commit, day in zip(self.commits, DAYS):
            is_last, odd = day == DAYS[-1], 1.1 if day % 2 else 1.0
            values: dict[str, list[Any]] = {
                "m.time_a": [1.2 if is_last else 1 + day / 10_000],
                # It goes up and down by a tenth: once more is no change, the half is one.
                "m.time_b": [*[odd] * 5, 0.5 if is_last else odd],
                "m.time_c": [None if is_last else 1.0],
                "m.time_d": [math.nan],
                names[3]: [5 if is_last else 0],
            }
            old = {"m.time_old": [1.0]} if day == 0 else {}
            store(self.project, commit, "3.13", {**values, **old}, day=day)
            store(self.project, commit, "3.13", {"m.time_a": [2.0]}, day=day, numpy="2.0")
        for commit, part in zip(self.commits[-3:-1], (0.01, 0.02)):
            only = {"m.time_a": [100 * part]}
            store(self.project, commit, "3.13", only, day=DAYS[-2] + part, machine="laptop b")
        file = f"results/box/{self.commits[-1][:8]}-3.13.json"
        found: reasons.Reasons = {
            "m.time_c": {(reasons.FAILED, ()): WHY},
            "m.time_d": {(reasons.NOT_AVAILABLE, ()): WHY},
        }
        noted = reasons.with_reasons({}, found)
        self.project.write(file, {**self.project.json(file), "requirements": noted})
        self.project.run("asv", "publish", "--no-pull")
        self.html = self.project.path / "html"
        self.view = self.project.json("html/list-box.json")

    def row(self, benchmark: str, **about: str) -> Any:
        """Return the row of a benchmark in the JSON."""
        (found,) = (
            row
            for row in self.view["rows"]
            if row["benchmark"] == benchmark and about.items() <= {**row["environment"]}.items()
        )
        return found


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Listed:
    return Listed(tmp_path_factory.mktemp("listed") / "project")


class TestTheList:
    def test_the_sentences_are_true(self, listed: Listed) -> None:
        text = (listed.html / "index.html").read_text()
        assert text == (listed.html / "list-box.html").read_text()
        moved = "2 got worse, 1 better, by 5\u00a0% or more and by more than usual"
        first = (
            f"9 values of 3 benchmarks at {listed.commits[-1][:8]} on box; since the campaign "
            f"2023-12-19 {moved}; these were not measured in turns, so it may be the machine."
        )
        assert said(listed.html) == [first]
        assert listed.view["sentences"] == [
            first,
            f"Over the last 30 days of commits {moved}.",
            "1 failed that had a value before. 1 more has no result of these 30 days.",
        ]
        for sentence in listed.view["sentences"]:
            assert sentence in text

    def test_what_moved_most_is_first(self, listed: Listed) -> None:
        order = list(dict.fromkeys(row["benchmark"] for row in listed.view["rows"]))
        attack = f"m.track_{ATTACK}"
        assert order == ["m.time_c", attack, "m.time_a", "m.time_b", "m.time_d", "m.time_old"]

    def test_changes_and_states(self, listed: Listed) -> None:
        a = listed.row("m.time_a", numpy="2.0")
        assert (a["value"], a["since_campaign"]["ratio"], a["over_days"]["ratio"]) == (2.0, 1, 1)
        assert a["shown"]["words"] == "CPython 3.13, numpy 2.0"
        b = next(row for row in listed.view["rows"] if row["benchmark"] == "m.time_b")
        assert b["parameters"] == {"p0": "Big", "p1": LONG[1:-1]}
        assert b["shown"]["words"].startswith("Big · long words ")
        assert b["shown"]["words"].endswith("… · CPython 3.13")
        assert b["shown"]["campaign"] == {
            "text": "0.45×",
            "kind": "less",
            "title": f"1.10 s at {listed.commits[-2][:8]}, campaign 2023-12-19",
        }
        c, d = listed.row("m.time_c"), listed.row("m.time_d")
        assert (c["state"], c["value"], c["since_campaign"]) == ("failed", None, None)
        assert (d["state"], d["shown"]["value"]) == ("n/a", "n/a")
        old = listed.row("m.time_old")
        assert not old["is_current"]
        assert old["shown"]["note"] == f"{listed.commits[0][:8]}, 2023-11-14"
        attack = listed.row(f"m.track_{ATTACK}")["shown"]["campaign"]
        assert (attack["text"], attack["kind"]) == ("from 0 s", "more")

    def test_no_mean_over_parameters(self, listed: Listed) -> None:
        rows = [row for row in listed.view["rows"] if row["benchmark"] == "m.time_b"]
        assert len({tuple(row["parameters"].items()) for row in rows}) == len(rows) == 6
        assert sorted(row["value"] for row in rows) == [0.5, *[1.0] * 5]
        text = (listed.html / "index.html").read_text()
        assert "moved most of 6" in text
        assert "5 more of m.time_b" in text

    def test_the_csv_has_the_same(self, listed: Listed) -> None:
        lines = list(csv.DictReader((listed.html / "list-box.csv").read_text().splitlines()))
        assert len(lines) == len(listed.view["rows"])
        for line, row in zip(lines, listed.view["rows"]):
            assert (line["benchmark"], line["runtime"]) == (row["benchmark"], row["runtime"])
            assert (line["commit"], line["state"]) == (row["commit"], row["state"])
            since = row["since_campaign"] or {"ratio": None}
            expected = [row["value"], since["ratio"], (row["over_days"] or since)["ratio"]]
            found = (line["value"], line["ratio to that"], line["ratio to this"])
            assert [None if text == "" else float(text) for text in found] == expected

    def test_another_machine(self, listed: Listed) -> None:
        text = (listed.html / "list-laptop-b.html").read_text()
        assert f"1 benchmark at {listed.commits[-2][:8]} on laptop b; there is no" in text
        over = "Over the last 30 days of commits"
        assert f"{over} 1 got slower, none faster, by" in text
        assert "and by more than usual; 1 of these within one campaign." in text
        assert '<a href="list-laptop-b.html" aria-current="true">laptop b</a>' in text


@needs_browser
class TestInABrowser:
    def test_search(self, listed: Listed, look: Open) -> None:
        site = look(listed.html, "index.html")
        page = site.page
        rows = page.locator("#list > tbody > tr:not(.fold)")
        before = rows.all_inner_texts()
        assert len(before) == 7
        page.locator("#search").fill("TIME_b none")
        page.get_by_text("2 of 12 rows").wait_for()
        assert [text.split()[:2] for text in rows.all_inner_texts()] == [
            ["m.time_b", "Small"],
            ["m.time_b", "Big"],
        ]
        assert page.url.endswith("?q=TIME_b+none")
        assert "q=TIME_b+none" in str(page.get_attribute("#link", "href"))
        page.reload()
        page.get_by_text("2 of 12 rows").wait_for()
        page.goto(str(page.get_attribute("#link", "href")))
        page.get_by_text("2 of 12 rows").wait_for()
        assert f"list-box.html?commit={listed.commits[-1]}" in page.url
        page.locator("#search").fill("")
        assert rows.all_inner_texts() == before
        assert "q=" not in page.url
        page.goto(f"{site.address}index.html?all=1")
        page.get_by_text("12 of 12 rows").wait_for()
        # A row is as it was written at publish.
        page.goto(f"{site.address}index.html?q=2.0")
        page.get_by_text("1 of 12 rows").wait_for()
        drawn = page.locator("#list > tbody > tr").evaluate("row => row.outerHTML")
        page.goto(f"{site.address}index.html")
        written = page.locator("#list > tbody > tr", has_text="numpy").first
        squeezed = [re.sub(r"\s+", " ", text) for text in (drawn, written.inner_html())]
        assert squeezed[1].strip() in squeezed[0]

    @pytest.mark.parametrize(("name", "state"), [("m.time_c", "failed"), ("m.time_d", "n/a")])
    def test_a_name_leads_to_why_there_is_no_value(
        self, listed: Listed, look: Open, name: str, state: str
    ) -> None:
        """Also where there never was one."""
        site = look(listed.html, "index.html")
        with site.page.expect_navigation():
            site.page.get_by_role("link", name=name, exact=True).click()
        site.drawn()
        said = site.page.inner_text("#legend li")
        assert said.split() == ["CPython", "3.13", state, *WHY.split()]
        is_empty = "Nothing has a value here" in site.page.inner_text("#headline")
        assert is_empty == (state == "n/a")

    def test_old_addresses(self, listed: Listed, look: Open) -> None:
        site = look(listed.html, "index.html")
        page = site.page
        page.goto(f"{site.address}index.html?benchmark=m.time_a&p-p0=Big")
        page.wait_for_url("**/history.html?benchmark=m.time_a*")
        site.drawn()
        page.goto(f"{site.address}index.html?commit={listed.commits[0]}")
        page.wait_for_url(f"**/results.html?machine=box&commit={listed.commits[0]}")
        page.get_by_text(f"Commit {listed.commits[0][:8]} of").wait_for()
        page.goto(f"{site.address}index.html#m.time_b?x-axis=p0")
        page.wait_for_url("**/history.html?benchmark=m.time_b*x=p-p0*")
        site.drawn()

    def test_without_scripts(self, listed: Listed, browser: Browser) -> None:
        with (
            serving(listed.html) as address,
            watched(browser, address, java_script_enabled=False) as site,
        ):
            site.page.goto(address)
            text = site.page.inner_text("main")
            assert "9 values of 3 benchmarks" in text
            assert ATTACK in text
            assert not site.page.locator("#search").is_visible()
            site.page.locator("summary").click()
            assert site.page.locator("#list table tbody tr").last.is_visible()
            site.page.get_by_role("link", name="laptop b").click()
            assert site.page.url == f"{address}list-laptop-b.html"
            assert site.complaints == []

    def test_hostile_names_stay_text(self, listed: Listed, look: Open) -> None:
        page = look(listed.html, "index.html?all=1").page
        page.get_by_text("12 of 12 rows").wait_for()
        assert ATTACK in page.inner_text("#list")
        assert page.locator("main img, main script").count() == 0


def made_up(benchmarks: int, commits: int) -> Site:
    """A site of one machine and runtime, all values 1 but for the last of every hundredth."""
    values = [PlaceValues(1) for _ in range(benchmarks)]
    for number, of in enumerate(values):
        for commit in range(commits):
            is_other = commit == commits - 1 and number % 100 == 0
            of.put(commit, [2.0 + number if is_other else 1 + commit % 2 / 100], [None], [True])
            of.campaign[commit] = commit
    day = 24 * 60 * 60 * 1000
    return Site(
        title="Benchmarks",
        project="big",
        show_commit_url="",
        hash_length=8,
        commits=[Commit(f"{i:040x}", i * day) for i in range(commits)],
        branches={"main": range(commits)},
        tags={},
        machines=[Machine("box", "")],
        environments=[Environment("CPython 3.13", "CPython", 0, {"python": "3.13"})],
        campaigns=[Campaign(f"{i} on box", "", 0, {}) for i in range(commits)],
        benchmarks=[
            Benchmark(
                f"package.module{i % 70}.Suite{i}.time_of_it",
                "time",
                "seconds",
                [],
                [],
                [],
                {0: of},
            )
            for i, of in enumerate(values)
        ],
    )


class TestSeries:
    def test_the_campaign_before_and_the_window(self) -> None:
        site = made_up(1, 100)
        # The last campaign has ten commits.
        site.benchmarks[0].values[0].campaign.update(dict.fromkeys(range(90, 100), 90))
        (one,) = latestvalues.of_machine(site, 0)
        assert len(one.points) == latestvalues.POINTS
        assert one.campaign is not None
        assert one.campaign.before == Point(89, 1.01, 89)
        assert one.month is not None
        assert one.month.before.commit == 69
        assert one.month.is_across
        assert one.order == (1.0, -math.log(2 / 1.01))

    @pytest.mark.parametrize(
        ("before", "now", "usual", "counts"),
        [
            (1.0, 1.0499, 0.0, False),
            (1.0, 1.05, 0.0, True),
            (1.0, 0.95, 0.0, True),
            (1.0, 0.951, 0.0, False),
            (1.0, 1.2, 0.05, False),
            (1.0, 1.3, 0.05, True),
            (0.0, 0.0, 0.0, False),
            (0.0, 1.0, 0.0, True),
            (1.0, 0.0, 0.0, True),
            (-1.0, 2.0, 0.0, True),
        ],
    )
    def test_what_counts(self, before: float, now: float, usual: float, counts: bool) -> None:
        found = Change(Point(0, before, 0), Point(1, now, 1), usual)
        assert found.counts == counts
        assert found.log == 0 or (found.log > 0) == (now > before)

    @pytest.mark.parametrize(
        ("ratio", "text"),
        [
            (1.0, "0\u00a0%"),
            (1.0004, "0\u00a0%"),
            (1.053, "+5.3\u00a0%"),
            (0.92, "−8.0\u00a0%"),
            (1.0996, "+10\u00a0%"),
            (1.5, "+50\u00a0%"),
            (2.0, "2.00×"),
            (0.45, "0.45×"),
            (0.0, "0×"),
        ],
    )
    def test_words_of_a_change(self, ratio: float, text: str) -> None:
        assert change(ratio) == text

    def test_the_latest_commit_is_of_the_first_branch_that_has_any(self) -> None:
        site = made_up(1, 10)
        assert site.latest() == 9
        branches = {"empty": [], "main": [0, 4], "other": range(10)}
        site = dataclasses.replace(site, branches=branches)
        assert site.latest() == site.latest(0) == 4
        assert [view.commit for view in listviews.views(site, SiteSettings())] == [4]

    def test_dashes_of_two_campaigns_are_not_joined(self) -> None:
        points = [Point(0, 1.0, 0), Point(1, 2.0, 0), Point(2, 2.0, 1)]
        assert sparklines.path(points, 40) == "M111 22h3V2h3M117 2h3"
        assert sparklines.path([Point(0, 1.0, 0)], 40) == "M117 12h3"
        assert sparklines.path([Point(0, 0.0, 0)], 40) == "M117 22h3"
