"""The published site in a real browser: what it shows, and that it asks nobody else."""

from __future__ import annotations

import csv
import json
import math
import re
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from asv.results import iter_results
from playwright.sync_api import Browser

from gopybench.asvdata import labels, verdicts
from gopybench.asvdata.verdicts import Entry, Judged, Measurement, State
from gopybench.site import pagedata
from gopybench.site.placevalues import PlaceValues

from ..browser import CHROMIUM, Watched, serving, watched
from ..conftest import BIN, ROOT, Project
from .conftest import Open
from .projects import LIFE, define, go, publishing, python, store

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

CLASSIC = (
    "asv.html#/",
    "asv.html#/summarylist",
    "asv.html#/regressions",
)


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """Twelve commits: Go slows down at the seventh, Python at the tenth."""
    project = publishing(
        tmp_path_factory.mktemp("planted") / "project",
        show_commit_url="https://example.com/commit/",
        regressions_thresholds={".*": 0.05},
    )
    commits = [project.commit(f"Change {i}") for i in range(12)]
    project.write("results/benchmarks.json", {LIFE["name"]: LIFE, "version": 2})
    text = ""
    for i, commit in enumerate(commits):
        fast, slow = 1000 * (2 if i >= 6 else 1), 4000 * (1.5 if i >= 9 else 1)
        text += go(commit, *(f"mode=single/n=10-1 9 {fast + k} ns/op" for k in range(10)))
        text += python(
            commit, "3.13", *(f"mode=single/n=10-1 9 {slow + k} ns/op" for k in range(10))
        )
    project.import_go(text)
    project.run("asv", "publish")
    return project, commits


@needs_browser
class TestOwnResults:
    """This project's own results, as anyone sees them who publishes this repository."""

    @pytest.mark.parametrize("path", ["", *CLASSIC, "asv.html#person.Lifecycle.time_lifecycle"])
    def test_every_page_opens(self, own_site: Path, look: Open, path: str) -> None:
        page = look(own_site, path).page
        assert "gopybench" in page.inner_text("body")
        if path in CLASSIC[:2]:
            page.get_by_text("time_lifecycle").first.wait_for()
        if path.endswith("lifecycle"):
            assert page.locator("#main-graph canvas").count() == 2
            page.get_by_text("x-axis").wait_for()

    def test_asvs_list_has_verdicts_and_evidence(self, own_site: Path, look: Open) -> None:
        site = look(own_site, "asv.html#/regressions")
        cells = site.page.locator("#regressions-body table").first.locator("tbody td:last-child")
        cells.first.locator("summary").click()
        assert "another campaign" in cells.first.inner_text()
        links = {str(a.get_attribute("href")): a.inner_text() for a in cells.locator("a").all()}
        assert len(links) == 3
        for link, verdict in links.items():
            site.page.goto(site.address + link)
            assert site.page.inner_text("section:target .verdict") == verdict

    def test_a_graph_by_parameter(self, own_site: Path, look: Open) -> None:
        path = "asv.html#person.Lifecycle.time_lifecycle?x-axis=variant"
        page = look(own_site, path).page
        assert "PersonSlots" in page.inner_text("#main-graph")

    def test_the_values_are_those_of_the_results(
        self, own_site: Path, look: Open, tmp_path: Path
    ) -> None:
        site = look(own_site, "?p-n=4000000&na=1")
        rows = self.download(site, tmp_path)
        commit = rows[0]["commit"]
        expected = {}
        for results in iter_results(str(ROOT / "results")):
            if results.commit_hash != commit:
                continue
            for name in ("person.Lifecycle.time_lifecycle", "person.Lifecycle.track_peakmem"):
                params = results.get_result_params(name)
                values = results.get_result_value(name, params)
                stats = results.get_result_stats(name, params)
                variants, modes, sizes = params
                for i, (value, stat) in enumerate(zip(values, stats)):
                    size = sizes[i % len(sizes)]
                    mode = modes[i // len(sizes) % len(modes)].strip("'")
                    variant = variants[i // len(sizes) // len(modes)].strip("'")
                    about = {key: results.params.get(key) or "" for key in ("python", "cython")}
                    _, runtime = labels.runtimes([{"python": "3.9", "cython": ""}, about])
                    if size == "4000000":
                        expected[name, runtime, variant, mode] = value, stat
        shown = 0
        for row in rows:
            assert (row["n"], row["machine"]) == ("4000000", "cloud-2core")
            for name, unit in (("time_lifecycle", "seconds"), ("track_peakmem", "bytes")):
                full = f"person.Lifecycle.{name}"
                value, stat = expected[full, row["runtime"], row["variant"], row["mode"]]
                cell = row[f"{full} ({unit})"]
                state = row[f"{full} state"]
                if value is None or math.isnan(value):
                    assert (cell, state) == ("", "failed" if value is None else "n/a")
                    continue
                shown += 1
                assert (float(cell), state) == (value, "ok")
                if stat and unit == "seconds":
                    assert [float(row[f"{full} low"]), float(row[f"{full} high"])] == [
                        stat["ci_99_a"],
                        stat["ci_99_b"],
                    ]
        assert shown == sum(
            value is not None and math.isfinite(value) for value, _ in expected.values()
        )

    @staticmethod
    def download(site: Watched, directory: Path) -> list[dict[str, str]]:
        with site.page.expect_download() as download:
            site.page.click("#csv")
        path = directory / "page.csv"
        download.value.save_as(path)
        head, *lines = csv.reader(path.read_text(encoding="utf-8").splitlines())
        return [dict(zip(head, line)) for line in lines]

    def test_the_first_view(self, own_site: Path, look: Open) -> None:
        """Go in a single thread is the baseline, and the fastest is first."""
        site = look(own_site)
        page = site.page
        assert page.inner_text("h1") == "Go vs Python"
        assert page.locator("#control-baseline").input_value().startswith("Go 1.27")
        assert page.locator("#control-baseline").input_value().endswith("single")
        rows = site.rows()
        ratios = [float(row[5].rstrip("×")) for row in rows if row[5]]
        assert ratios == sorted(ratios)
        (baseline,) = page.locator("#table tr.baseline").all()
        assert "1.00×" in baseline.inner_text()
        for chart in ("first", "second"):
            texts = page.locator(f"#{chart} svg text").all_text_contents()
            assert any("1.00×" in text for text in texts)
        kinds = page.locator("#best .kind").all_text_contents()
        assert set(kinds) == {"Go", "CPython", "Cython", "PyPy"}

    def test_another_baseline_is_in_the_address(self, own_site: Path, look: Open) -> None:
        site = look(own_site)
        before = {tuple(row[:3]): row[3:] for row in site.rows()}
        label = "CPython 3.13 · Person · single"
        site.act(lambda: site.page.select_option("#control-baseline", label))
        after = {tuple(row[:3]): row[3:] for row in site.rows()}
        assert {key: row[0] for key, row in after.items()} == {k: r[0] for k, r in before.items()}
        assert after["CPython 3.13", "Person", "single"][2] == "1.00×"
        assert before["CPython 3.13", "Person", "single"][2] != "1.00×"
        assert "baseline=CPython" in site.page.url
        linked = look(own_site, "?" + site.page.url.split("?")[1])
        assert linked.rows() == site.rows()
        site.act(site.page.go_back)
        assert {tuple(row[:3]): row[3:] for row in site.rows()} == before

    def test_filters_and_sorting(self, own_site: Path, look: Open) -> None:
        site = look(own_site)
        everything = site.rows()
        site.page.click("#filters summary")
        site.act(lambda: site.page.uncheck("input[value=threads]"))
        site.act(lambda: site.page.uncheck("input[value='PyPy 3']"))
        assert site.rows() == [r for r in everything if r[2] != "threads" and r[0] != "PyPy 3"]
        assert "p-mode=single&p-mode=processes" in site.page.url
        site.page.click("#table th:nth-child(2) button")
        variants = [row[1] for row in site.rows()]
        assert variants == sorted(variants, key=str.casefold)
        site.page.keyboard.press("Enter")  # the focus stays on the column's head
        assert [row[1] for row in site.rows()] == sorted(variants, key=str.casefold, reverse=True)
        assert "sort=-p-variant" in site.page.url
        head = site.page.locator("#table th:nth-child(2)")
        assert head.get_attribute("aria-sort") == "descending"

    def test_another_commit_by_its_point(self, own_site: Path, look: Open) -> None:
        site = look(own_site)
        before = site.page.inner_text("#subtitle")
        points = site.page.locator("#first-history svg path[aria-roledescription='point']")
        # The first runtime may have been measured at the latest commit alone.
        for number in range(points.count()):
            site.act(lambda number=number: points.nth(number).click(force=True))
            assert "commit=" in site.page.url
            if site.page.inner_text("#subtitle") != before:
                return
        pytest.fail("no point is another commit's")

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [400, 1400])
    def test_wide_and_narrow(self, own_site: Path, look: Open, width: int, scheme: str) -> None:
        viewport = {"width": width, "height": 800}
        page = look(own_site, "", viewport=viewport, color_scheme=scheme).page
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width
        for chart in page.locator(".chart svg:visible").all():
            box = chart.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(20, 24, 29)" if scheme == "dark" else "rgb(255, 255, 255)")

    def test_on_paper_it_is_light(self, own_site: Path, look: Open) -> None:
        site = look(own_site, "", color_scheme="dark")
        site.page.emulate_media(media="print")
        text = site.page.locator("#first svg text").first
        assert text.evaluate("node => getComputedStyle(node).fill") == "rgb(27, 34, 41)"
        assert not site.page.locator("#controls").is_visible()

    def test_nothing_is_cut_off_on_paper(self, own_site: Path, look: Open) -> None:
        page = look(own_site).page
        page.set_viewport_size({"width": 718, "height": 1000})
        page.emulate_media(media="print")
        table = page.locator("#table").bounding_box()
        assert table is not None
        assert table["x"] + table["width"] <= 718

    def test_from_a_file_it_says_what_to_do(self, own_site: Path, browser: Browser) -> None:
        page = browser.new_page()
        page.goto((own_site / "runtimes.html").as_uri())
        assert "asv preview" in page.inner_text("#notice")
        page.close()

    def test_by_keyboard(self, own_site: Path, look: Open) -> None:
        page = look(own_site).page
        reached = []
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate("document.activeElement.id || document.activeElement.textContent")
            )
        assert {"project", "control-benchmark", "control-p-n", "control-commit", "csv"} <= set(
            reached
        )

    def test_what_the_address_asks_for_in_vain_is_said(self, own_site: Path, look: Open) -> None:
        site = look(own_site, "?benchmark=no.such&commit=12345678&p-n=17&p-mode=none")
        notice = site.page.inner_text("#notice")
        for text in ("no.such", "12345678", "n = 17", "filters"):
            assert text in notice


@needs_browser
class TestRegressions:
    def test_both_languages_on_the_page(
        self, planted: tuple[Project, list[str]], look: Open
    ) -> None:
        project, commits = planted
        page = look(project.path / "html", "asv.html#/regressions").page
        table = page.locator("#regressions-body table").first
        table.wait_for()
        text = table.inner_text()
        links = table.locator("a").evaluate_all("links => links.map(link => link.href)")
        for commit, runtime in ((commits[6], "go1.27"), (commits[9], "3.13")):
            assert f"https://example.com/commit/{commit[:8]}" in links
            assert f"python {runtime}" in text
        assert text.count("to check") == 2

    def test_the_feed_has_the_real_ones_alone(
        self, planted: tuple[Project, list[str]], look: Open, tmp_path: Path
    ) -> None:
        """With the commit that turns found, also where asv does not know it, and the graph."""
        project, commits = planted
        assert ElementTree.parse(project.path / "html/regressions.xml").findall("{*}entry") == []
        run = project.run("gopybench", "triage", "--budget", "0", "--format", "json", code=2)
        found = json.loads(run.stdout)["findings"]
        go, python = sorted(found, key=lambda one: one["environment"])
        assert (go["after"], python["after"]) == (commits[6], commits[9])
        entries = {}
        for one, state in ((go, State.REAL), (python, State.NOT_THE_CODE)):
            step = one["steps"][0]
            values = next(iter(step["parameters"].values()))
            assert values == "'single'"
            ends = [
                next(
                    row["result"][0]
                    for row in [project.results(commit, one["environment"])["m.Life.time_life"]]
                )
                for commit in (one["before"], one["after"])
            ]
            of = Judged(step["benchmark"], tuple(sorted(step["parameters"].items())), tuple(ends))
            at = commits[5] if state is State.REAL else None
            measured = Measurement(of, state, "2026-11-28T04:05:06Z", "", 2.0, 1.9, 2.1, 14, at)
            keys = ("machine", "environment", "before", "after", "direction")
            entries[one["id"]] = Entry(*(one[key] for key in keys), (measured,))
        verdicts.add(project.path / "results", entries)
        try:
            project.run("asv", "publish", "--no-pull", "-o", tmp_path / "html")
        finally:
            (project.path / "results/verdicts.json").unlink()
        feed = ElementTree.parse(tmp_path / "html/regressions.xml")
        (entry,) = feed.findall("{*}entry")
        assert entry.findtext("{*}title") == "2.00× m.Life.time_life('single', 10) in Go 1.27"
        assert f"https://example.com/commit/{commits[5]}" in (entry.findtext("{*}content") or "")
        link = str(entry.find("{*}link").get("href"))  # type: ignore[union-attr]
        site = look(tmp_path / "html", None, viewport={"width": 400, "height": 800})
        site.page.goto(site.address + link)
        box = site.page.locator("section:target")
        assert "2.000× (1.900 to 2.100) in 14 turns" in box.inner_text()
        assert "Change 5" in box.inner_text()
        assert "not the code" in site.page.inner_text(f'[id="{python["id"]}"]')
        assert site.page.evaluate("document.scrollingElement.scrollWidth") <= 400
        box.get_by_text("See the history").click()
        site.page.wait_for_url("**/history.html?benchmark=m.Life.time_life&*")
        site.drawn()
        assert site.page.locator("#legend li").count() == 1
        assert f"Go 1.27 at {commits[6][:8]}, real" in site.page.inner_text("#notice")

    def test_the_ratio_across_commits(self, planted: tuple[Project, list[str]], look: Open) -> None:
        project, _ = planted
        page = look(project.path / "html").page
        labels = page.locator("#first-history svg path[aria-roledescription='point']")
        said = labels.evaluate_all("points => points.map(p => p.getAttribute('aria-label'))")
        ratios = {
            round(float(m[1]), 1) for m in (re.search(r"ratio: ([0-9.]+)", s) for s in said) if m
        }
        assert ratios == {1.0, 4.0, 2.0, 3.0}

    def test_the_commit_is_linked(self, planted: tuple[Project, list[str]], look: Open) -> None:
        project, commits = planted
        link = look(project.path / "html").page.locator("#subtitle a")
        assert link.get_attribute("href") == f"https://example.com/commit/{commits[-1]}"


@needs_browser
class TestOtherProjects:
    """The page knows nothing of persons."""

    def test_failed_and_not_applicable(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commit = project.commit()
        project.write("results/benchmarks.json", {LIFE["name"]: LIFE, "version": 2})
        project.import_go(python(commit, "3.13", "mode=single/n=10-1 9 1000 ns/op"))
        path = f"results/box/{commit[:8]}-virtualenv-py3.13.json"
        stored = project.json(path)
        stored["results"][LIFE["name"]][0] = [1e-6, None, None, float("nan")]
        project.write(path, stored)
        project.run("asv", "publish")
        site = look(project.path / "html", "?p-n=20")
        assert [row[2] for row in site.rows()] == ["failed"]
        site = look(project.path / "html", "?p-n=20&na=1")
        assert [row[2] for row in site.rows()] == ["failed", "n/a"]
        texts = site.page.locator("#first svg text").all_text_contents()
        assert {"failed", "n/a"} <= set(texts)

    def test_go_alone_on_two_machines(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commit = project.commit()
        for machine, nanoseconds in (("box", 100), ("other", 300)):
            for version in ("1.26", "1.27"):
                text = f"pkg: example.com/m\nBenchmarkX 1 {nanoseconds} ns/op 16 B/op\n"
                arguments = ("--machine", machine, "--go-version", version, "--commit", commit)
                project.import_go(text, *arguments)
        project.run("asv", "publish")
        site = look(project.path / "html", "?machine=other")
        assert site.page.inner_text("h1") == "Compare runtimes"
        assert sorted(row[0] for row in site.rows()) == ["Go 1.26", "Go 1.27"]
        assert {row[1] for row in site.rows()} == {"300 ns"}
        site.act(lambda: site.page.select_option("#control-machine", "box"))
        assert {row[1] for row in site.rows()} == {"100 ns"}
        assert {"16.0 B"} <= {cell for row in site.rows() for cell in row}

    def test_no_results_for_the_benchmarks(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        project.commit()
        project.write("results/benchmarks.json", {LIFE["name"]: LIFE, "version": 2})
        project.run("asv", "publish")
        site = look(project.path / "html", None)
        site.page.goto(site.address)
        site.page.get_by_text("There are no results yet").wait_for()

    def test_several_branches(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project", branches=["main", "other"])
        text = go(project.commit(), "mode=single/n=10-1 9 100 ns/op")
        project.run("git", "checkout", "-q", "-b", "other")
        text += go(project.commit(), "mode=single/n=10-1 9 700 ns/op")
        project.import_go(text)
        project.run("asv", "publish")
        site = look(project.path / "html")
        assert [row[1] for row in site.rows()] == ["100 ns"]
        site.act(lambda: site.page.select_option("#control-branch", "other"))
        assert [row[1] for row in site.rows()] == ["700 ns"]

    def test_a_benchmark_that_is_nowhere_available(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commit = project.commit()
        define(project, {"m.A.time_a": [], "m.B.track_b": []}, unit=None)
        store(project, commit, "3.13", {"m.A.time_a": [math.nan], "m.B.track_b": [2.5]})
        project.run("asv", "publish")
        assert look(project.path / "html").page.inner_text("#subtitle").startswith("m.B")
        site = look(project.path / "html", "?benchmark=m.A.time_a&na=1")
        assert [row[1] for row in site.rows()] == ["n/a"]

    def test_values_that_differ_in_their_quotes_alone(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commit = project.commit()
        values = ["'1'", "1", "None", "'None'"]
        define(project, {"m.A.time_a": [values]})
        store(project, commit, "3.13", {"m.A.time_a": [0.001, 0.002, 0.003, 0.004]})
        project.run("asv", "publish")
        site = look(project.path / "html")
        assert [row[1:3] for row in site.rows()] == [
            [value, f"{i}.00 ms"] for i, value in enumerate(values, 1)
        ]
        bars = site.page.locator("#first svg path[aria-roledescription='bar']").all()
        widths = [bar.bounding_box()["width"] for bar in bars]  # type: ignore[index]
        assert [width / widths[0] for width in widths] == pytest.approx([1, 2, 3, 4], rel=0.02)

    def test_any_runtime_has_a_colour(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commit = project.commit()
        define(project, {"m.A.time_a": []})
        for python_ in ("graalpy", "3.13"):
            store(project, commit, python_, {"m.A.time_a": [1.0]})
        project.run("asv", "publish")
        site = look(project.path / "html")
        bars = site.page.locator("#first svg path[aria-roledescription='bar']")
        fills = bars.evaluate_all("bars => bars.map(bar => getComputedStyle(bar).fill)")
        assert len(set(fills)) == 2
        assert not {"none", "rgb(0, 0, 0)"} & set(fills)

    def test_values_below_zero(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commits = [project.commit(), project.commit()]
        define(project, {"m.A.track_a": []}, unit="points")
        for commit in commits:
            store(project, commit, "3.13", {"m.A.track_a": [-2.0]})
            store(project, commit, "pypy3", {"m.A.track_a": [4.0]})
        project.run("asv", "publish")
        site = look(project.path / "html")
        assert [row[1] for row in site.rows()] == ["-2.00 points", "4.00 points"]
        figure = site.page.locator("#first svg").bounding_box()
        for bar in site.page.locator("#first svg path[aria-roledescription='bar']").all():
            box = bar.bounding_box()
            assert box is not None
            assert figure is not None
            assert figure["x"] <= box["x"]
            assert box["x"] + box["width"] <= figure["x"] + figure["width"]

    def test_gomaxprocs_is_beside_each_other(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        project.commit()
        lines = "BenchmarkX 1 400 ns/op\nBenchmarkX-2 1 200 ns/op\nBenchmarkX-4 1 100 ns/op\n"
        project.import_go(f"pkg: example.com/m\n{lines}", "--go-version", "1.27")
        project.run("asv", "publish")
        site = look(project.path / "html")
        assert [row[1:3] for row in site.rows()] == [
            ["4", "100 ns"],
            ["2", "200 ns"],
            ["1", "400 ns"],
        ]
        assert site.page.locator("#table tr.baseline td").nth(1).inner_text() == "1"

    def test_two_sizes_of_which_not_all_go_together(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commit = project.commit()
        define(project, {"m.A.time_a": [["1", "2"], ["10", "20"]]})
        store(project, commit, "3.13", {"m.A.time_a": [1.0, math.nan, math.nan, 4.0]})
        project.run("asv", "publish")
        site = look(project.path / "html")
        assert site.rows()[0][1] == "4.00 s"
        site.act(lambda: site.page.select_option("#control-p-p0", "1"))
        assert site.rows()[0][1] == "1.00 s"
        site.act(lambda: site.page.select_option("#control-p-p1", "20"))
        assert site.rows()[0][1] == "4.00 s"

    def test_long_names_on_a_narrow_screen(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commit = project.commit()
        name = f"m.{'A' * 90}.time_{'a' * 90}"
        define(project, {name: [[repr("v" * 90), repr("w" * 90)]]})
        store(project, commit, "3.13", {name: [1.0, 2.0]})
        project.run("asv", "publish")
        viewport = {"width": 400, "height": 800}
        page = look(project.path / "html", viewport=viewport).page
        assert page.evaluate("document.scrollingElement.scrollWidth") <= 400

    def test_hostile_names_stay_text(self, tmp_path: Path, browser: Browser) -> None:
        """Results that the importer would refuse, as a stranger's pull request may bring them."""
        attack = "<img src=x onerror=alert(1)>"
        project = publishing(tmp_path / "project", project=attack)
        commit = project.commit()
        entry = {
            **LIFE,
            "name": f"m.{attack}.time_x",
            "param_names": [attack, "n"],
            "params": [[repr(attack), "'<svg/onload=alert(2)>'"], ["10", "20"]],
            "unit": f"seconds{attack}",
        }
        project.write("results/benchmarks.json", {entry["name"]: entry, "version": 2})
        project.write("results/box/machine.json", {"machine": "box", "cpu": attack, "version": 1})
        columns = ["result", "params", "version"]
        for environment in ("3.13", "pypy3", attack):
            name = re.sub(r"\W", "_", environment)
            project.write(
                f"results/box/{commit[:8]}-{name}.json",
                {
                    "commit_hash": commit,
                    "env_name": name,
                    "date": 1700000000000,
                    "params": {"machine": "box", "python": environment, "cpu": attack},
                    "python": environment,
                    "requirements": {},
                    "env_vars": {"'><script>alert(3)</script>": attack},
                    "result_columns": columns,
                    "results": {entry["name"]: [[1.0, 2.0, 3.0, 4.0], entry["params"], "1"]},
                    "durations": {},
                    "version": 2,
                },
            )
        project.run("asv", "publish")
        with serving(project.path / "html") as address, watched(browser, address) as site:
            page = site.open()
            assert attack in page.inner_text("main")
            assert page.locator("main img, main script, main svg[onload]").count() == 0
            assert site.complaints == []
            page.goto(address)
            site.drawn()
            assert attack in page.inner_text("main")
            assert page.locator("main img, main script, main svg[onload]").count() == 0
            assert site.complaints == []
            names = ["", "/", "/summarylist", "/regressions", entry["name"]]
            for path in names:
                site.open(f"asv.html#{path}")
                page.wait_for_timeout(300)
            for button in page.locator(".asv-navigation a:visible").all():
                button.hover()
            assert [c for c in site.complaints if c.startswith(("dialog", "outside"))] == []


@needs_browser
def test_from_asv_preview(planted: tuple[Project, list[str]], browser: Browser) -> None:
    project, _ = planted
    process = subprocess.Popen(
        [BIN / "asv", "preview", "--port", "0"],
        cwd=project.path,
        env={**project.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while not (found := re.search(r"http://\S+?:\d+/", said)):
            line = process.stdout.readline()
            assert line, said
            said += line
        address = found[0]
        for _ in range(100):
            try:
                urllib.request.urlopen(address)
                break
            except OSError:
                time.sleep(0.1)
        with watched(browser, address) as site:
            site.open()
            assert site.page.inner_text("h1") == "Go vs Python"
            assert site.complaints == []
    finally:
        process.terminate()
        process.wait()


class TestPublishing:
    def test_a_range_publishes_its_commits_alone(
        self, planted: tuple[Project, list[str]], tmp_path: Path
    ) -> None:
        project, commits = planted
        html = tmp_path / "html"
        project.run("asv", "publish", "--html-dir", html, f"{commits[3]}..{commits[8]}")
        index = json.loads((html / "compare/index.json").read_text())
        assert [commit for commit, _ in index["commits"]] == commits[4:9]

    def test_a_tag_outside_the_range_is_not_published(self, tmp_path: Path) -> None:
        project = publishing(tmp_path / "project")
        commits = [project.commit(str(i)) for i in range(3)]
        project.run("git", "tag", "v1", commits[0])
        text = "".join(go(commit, "mode=single/n=10-1 9 100 ns/op") for commit in commits)
        project.import_go(text)
        project.run("asv", "publish", f"{commits[0]}..{commits[2]}")
        index = project.json("html/compare/index.json")
        assert [commit for commit, _ in index["commits"]] == commits[1:]

    def test_a_long_history_is_thinned_and_its_values_are_not(self, tmp_path: Path) -> None:
        count = 2 * pagedata.MAX_POINTS + 1
        values = {0: PlaceValues(1)}
        for commit in range(count):
            values[0].put(commit, [float(commit)], [None], [True])
        on_all = [range(count)]
        assert pagedata._write_size([(0, 0)], [()], values, on_all, tmp_path / "0-0") == [count - 1]
        history = json.loads((tmp_path / "0-0.json").read_text())
        assert history["step"] == 3
        assert len(history["history"][0]) == math.ceil(count / 3) <= pagedata.MAX_POINTS
        assert history["history"][0][:2] == [1.0, 4.0]
        blocks = sorted(tmp_path.glob("0-0-*.json"), key=lambda p: int(p.stem.split("-")[2]))
        exact = [row for block in blocks for row in json.loads(block.read_text())]
        assert exact == [[[float(commit)]] for commit in range(count)]

    def test_without_the_libraries(self, tmp_path: Path) -> None:
        project = publishing(tmp_path / "project")
        project.commit()
        project.write("results/benchmarks.json", {LIFE["name"]: LIFE, "version": 2})
        hide = "import sys; sys.modules['vl_convert'] = None; from asv.main import main; main()"
        run = project.run(sys.executable, "-c", hide, "publish", code=None)
        assert run.returncode != 0
        assert "gopybench[asv]" in run.stdout + run.stderr


def test_what_was_never_tried_did_not_fail(tmp_path: Path) -> None:
    """Parameters that came later, or by another name, and a build that failed as a whole."""
    project = publishing(tmp_path / "project")
    commits = [project.commit(f"Change {i}") for i in range(5)]
    name = "m.time_a"
    define(project, {name: [["'a'", "'b'"]]})
    store(project, commits[0], "3.13", {name: [1.0, 2.0]})
    store(project, commits[1], "3.13", {name: [1.0, None]})
    store(project, commits[2], "3.13", {name: [1.0, 2.0]})
    file = f"results/{next((project.path / 'results').glob(f'*/{commits[2][:8]}*.json')).name}"
    file = file.replace("results/", "results/box/")
    data = project.json(file)
    data["results"][name][0] = None  # asv's way to say so of all of them
    project.write(file, data)
    define(project, {name: [["'a'"], ["'x'"]]})
    store(project, commits[3], "3.13", {name: [1.0]})
    define(project, {name: [["'a'", "'b'", "'c'"]]})
    store(project, commits[4], "3.13", {name: [1.0, math.nan, None]})
    project.run("asv", "publish", "--no-pull")
    history = project.json("html/compare/0/0-0.json")
    assert history["series"] == [[0, [0]], [0, [1]], [0, [2]]]
    index = project.json("html/compare/index.json")
    at = [index["commits"][number][0] for number in history["commits"]]
    assert at == [commits[i] for i in (0, 1, 2, 4)]
    assert project.json("html/compare/0/0-0-0.json") == [
        [[1.0], [2.0], None],
        [[1.0], "failed", None],
        ["failed", "failed", None],
        [[1.0], "n/a", "failed"],
    ]


def test_what_no_environment_tried_is_not_on_the_page(tmp_path: Path) -> None:
    """Nor is a size of which all is missing the page's first."""
    project = publishing(tmp_path / "project")
    commits = [project.commit(f"Change {i}") for i in range(2)]
    define(project, {"m.time_a": [["10"]]})
    store(project, commits[0], "3.13", {"m.time_a": [1.0]})
    define(project, {"m.time_a": [["10", "20"]]})
    store(project, commits[1], "3.14", {"m.time_a": [1.0, 2.0]})
    project.run("asv", "publish", "--no-pull")
    ten, twenty = (project.json(f"html/compare/0/0-{size}.json") for size in (0, 1))
    assert (len(ten["series"]), len(twenty["series"])) == (2, 1)
    assert (ten["commits"], twenty["commits"]) == ([0, 1], [1])


def test_a_requirement_without_a_version_is_no_other_runtime(tmp_path: Path) -> None:
    project = publishing(tmp_path / "project")
    commits = [project.commit(f"Change {i}") for i in range(2)]
    define(project, {"m.time_a": [["'a'", "'b'"]]})
    for commit in commits:
        store(project, commit, "3.13", {"m.time_a": [1.0, 2.0]})
    file = next((project.path / "results").glob(f"*/{commits[1][:8]}*.json"))
    data = json.loads(file.read_text())
    data["params"]["numpy"] = ""
    file.write_text(json.dumps(data))
    project.run("asv", "publish", "--no-pull")
    index = project.json("html/compare/index.json")
    assert [environment["label"] for environment in index["environments"]] == ["CPython 3.13"]
    assert project.json("html/compare/0/0-0-0.json") == [[[1.0], [2.0]], [[1.0], [2.0]]]


@needs_browser
def test_values_that_say_nothing_by_themselves_are_named(tmp_path: Path, look: Open) -> None:
    project = publishing(tmp_path / "project")
    commit = project.commit()
    define(project, {"m.time_a": [["''", "'x'"], ["None", "True"]]})
    store(project, commit, "3.13", {"m.time_a": [1.0, 2.0, 3.0, 4.0]})
    project.run("asv", "publish", "--no-pull")
    page = look(project.path / "html").page
    texts = page.locator("#control-baseline option").all_text_contents()
    assert {text.removeprefix("CPython 3.13 · ") for text in texts} == {
        "p0='' · p1=None",
        "p0='' · p1=True",
        "x · p1=None",
        "x · p1=True",
    }


@needs_browser
def test_borders_of_a_benchmarks_code(browser: Browser, tmp_path: Path) -> None:
    """Both values stay in the graph, with a line between them, and whose code it was."""
    project = publishing(tmp_path / "project")
    commits = [project.commit(f"Change {i}") for i in range(4)]
    define(project, {"m.A.time_a": []})
    for commit, code in zip(commits, ("m.A=1:own m.B=1", "m.A=1", "", "m.A=2")):
        store(project, commit, "go1.27", {"m.A.time_a": [1.0]})
        name = f"results/box/{commit[:8]}-go1.27.json"
        project.write(name, {**project.json(name), "requirements": {"@code": code}})
    project.run("asv", "publish", "--no-pull")
    data = project.json("html/compare/0/0-0.json")
    assert data["code"] == {"0": {"changed": [3], "own": [0]}}
    assert len(data["history"][0]) == 4
    with serving(project.path / "html") as address, watched(browser, address) as site:
        site.page.goto(f"{address}?commit={commits[0][:8]}")
        site.page.locator("#history-note", has_text="the benchmark's own code changed").wait_for()
        assert site.page.locator("#first-history line[stroke-dasharray='2,4']").count() == 1
