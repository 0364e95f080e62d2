"""The published site in a real browser: what it shows, and that it asks nobody else."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import time
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from gopybench.asvdata import verdicts
from gopybench.asvdata.verdicts import Entry, Judged, Measurement, State
from gopybench.site.htmltemplates import own_pages

from ..browser import CHROMIUM, serving, watched
from ..conftest import BIN, Project
from .conftest import Open
from .projects import LIFE, define, go, publishing, python, store
from .test_history import legend
from .test_history import shown as numbers
from .test_resultspage import shown as results

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

    def test_on_paper(self, own_site: Path, look: Open) -> None:
        """It is light, without what one chooses by, and nothing is cut off."""
        site = look(own_site, None, color_scheme="dark")
        for path in own_pages():
            page = site.visit(path)
            page.set_viewport_size({"width": 718, "height": 1000})
            page.emulate_media(media="print")
            assert page.evaluate("getComputedStyle(document.body).color") == "rgb(27, 34, 41)"
            assert page.evaluate("document.scrollingElement.scrollWidth") <= 718, path
            assert not page.locator("nav:visible, #controls:visible").count()
            page.emulate_media(media="screen")

    @pytest.mark.parametrize("path", ["history.html", "compare.html", "results.html"])
    def test_from_a_file_it_says_what_to_do(
        self, own_site: Path, browser: Browser, path: str
    ) -> None:
        page = browser.new_page()
        page.goto((own_site / path).as_uri())
        assert "asv preview" in str(page.text_content("main"))
        page.close()


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
        page = look(project.path / "html", "history.html?y=baseline").page
        head, *rows = numbers(page)
        assert {row[head.index("Go 1.27")] for row in rows} == {"1.00×"}
        ratios = [float(row[head.index("CPython 3.13")].rstrip("×")) for row in rows]
        assert [round(ratio, 1) for ratio in ratios] == [4.0] * 6 + [2.0] * 3 + [3.0] * 3

    def test_the_commit_is_linked(self, planted: tuple[Project, list[str]], look: Open) -> None:
        project, commits = planted
        link = look(project.path / "html").page.locator("#about a").first
        assert link.get_attribute("href") == f"https://example.com/commit/{commits[-1]}"


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Names, values and parameters of which one may think that there are none such."""
    project = publishing(tmp_path_factory.mktemp("odd") / "project")
    long = f"m.{'A' * 90}.time_{'a' * 90}"
    define(
        project,
        {
            "m.A.time_nowhere": [],
            "m.A.time_quotes": [["'1'", "1", "None", "'None'"]],
            "m.A.time_bare": [["''", "'x'"], ["None", "True"]],
            "m.A.track_below": [],
            long: [[repr("v" * 90), repr("w" * 90)]],
        },
    )
    defined = project.json("results/benchmarks.json")
    defined["m.A.track_below"]["unit"] = "points"
    project.write("results/benchmarks.json", defined)
    for commit in (project.commit(), project.commit()):
        for python_, below in (("3.13", -2.0), ("graalpy", 4.0)):
            values: dict[str, list[Any]] = {
                "m.A.time_nowhere": [math.nan],
                "m.A.time_quotes": [0.001, 0.002, 0.003, 0.004],
                "m.A.time_bare": [1.0, 2.0, 3.0, 4.0],
                "m.A.track_below": [below],
                long: [1.0, 2.0],
            }
            store(project, commit, python_, values)
    project.run("asv", "publish", "--no-pull")
    return project.path / "html"


def within(page: Page, parts: str, whole: str) -> bool:
    """Whether all parts of a page lie in another one."""
    script = "all => all.map(one => one.getBoundingClientRect().toJSON())"
    found = page.locator(parts).evaluate_all(script)
    (around,) = page.locator(whole).evaluate_all(script)
    return bool(found) and all(
        around["top"] <= one["top"] and one["bottom"] <= around["bottom"] for one in found
    )


@needs_browser
class TestOtherProjects:
    """The pages know nothing of persons."""

    def test_values_that_need_their_parameters_name(self, odd: Path, look: Open) -> None:
        """Some differ in their quotes alone, others say nothing by themselves."""
        site = look(odd, None)
        for name, expected in (
            ("quotes", ["'1'", "p0=1", "p0=None", "'None'"]),
            ("bare", ["p0='' · p1=None", "p0='' · p1=True", "x · p1=None", "x · p1=True"]),
        ):
            page = site.open(f"results.html?runtime=CPython+3.13&benchmark=m.A.time_{name}")
            unit = "ms" if name == "quotes" else "s"
            assert [row[1:3] for row in results(page)] == [
                [f"m.A.time_{name} {words}", f"{i}.00 {unit}"]
                for i, words in enumerate(expected, 1)
            ]

    def test_a_benchmark_that_is_nowhere_available(self, odd: Path, look: Open) -> None:
        site = look(odd, "history.html?benchmark=m.A.time_nowhere")
        said = site.page.inner_text("#headline")
        assert re.fullmatch(r"Nothing has a value here\. The latest, at \w{8}: .+ n/a\.", said)
        page = site.open("results.html?benchmark=m.A.time_nowhere")
        assert [row[2] for row in results(page)] == ["not available"] * 2

    def test_values_below_zero_in_colours_of_their_own(self, odd: Path, look: Open) -> None:
        page = look(odd, "history.html?benchmark=m.A.track_below").page
        assert legend(page) == {"CPython 3.13": "-2.00 points", "graalpy": "4.00 points"}
        swatches = page.locator("#legend .swatch")
        colours = swatches.evaluate_all("all => all.map(one => getComputedStyle(one).color)")
        assert len({*colours}) == 2
        assert within(page, "#chart .line path", "#chart svg")

    def test_long_names_on_a_narrow_screen(self, odd: Path, look: Open) -> None:
        site = look(odd, None, viewport={"width": 400, "height": 800})
        long = f"?benchmark=m.{'A' * 90}.time_{'a' * 90}"
        for path in (*own_pages(), f"history.html{long}", f"results.html{long}"):
            page = site.visit(path)
            assert page.evaluate("document.scrollingElement.scrollWidth") <= 400, path

    def test_go_alone_on_two_machines(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        commit = project.commit()
        for machine, nanoseconds in (("box", 400), ("other", 1200)):
            of = zip(("", "-2", "-4"), (1, 2, 4))
            lines = [f"BenchmarkX{cores} 1 {nanoseconds / n} ns/op 16 B/op\n" for cores, n in of]
            for version in ("1.26", "1.27"):
                arguments = ("--machine", machine, "--go-version", version, "--commit", commit)
                project.import_go(f"pkg: example.com/m\n{''.join(lines)}", *arguments)
        project.run("asv", "publish")
        site = look(project.path / "html")
        assert site.page.inner_text("h1") == "Benchmarks"
        name = next(
            one["name"]
            for one in project.json("html/data/index.json")["benchmarks"]
            if one["type"] == "time"
        )
        page = site.open(f"history.html?benchmark={name}&machine=other&lines=p-gomaxprocs")
        assert "Go 1.27" in page.inner_text("#about")
        assert legend(page) == {
            "gomaxprocs=1": "1.20 µs",
            "gomaxprocs=2": "600 ns",
            "gomaxprocs=4": "300 ns",
        }
        page = site.open(f"results.html?machine=box&runtime=Go+1.26&benchmark={name}")
        assert [row[2] for row in results(page)] == ["100 ns", "200 ns", "400 ns"]

    def test_no_results_for_the_benchmarks(self, tmp_path: Path, look: Open) -> None:
        project = publishing(tmp_path / "project")
        project.commit()
        project.write("results/benchmarks.json", {LIFE["name"]: LIFE, "version": 2})
        project.run("asv", "publish")
        site = look(project.path / "html", None)
        site.page.goto(site.address)
        site.page.get_by_text("There are no results yet").wait_for()

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
            page = site.page
            for path in own_pages():
                site.visit(path)
                if path in ("index.html", "history.html", "results.html", "machines.html"):
                    assert attack in page.inner_text("main"), path
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
        data = json.loads((html / "data/commits.json").read_text())
        assert [short for short, _ in data] == [commit[:8] for commit in commits[4:9]]

    def test_a_tag_outside_the_range_is_not_published(self, tmp_path: Path) -> None:
        project = publishing(tmp_path / "project")
        commits = [project.commit(str(i)) for i in range(3)]
        project.run("git", "tag", "v1", commits[0])
        text = "".join(go(commit, "mode=single/n=10-1 9 100 ns/op") for commit in commits)
        project.import_go(text)
        project.run("asv", "publish", f"{commits[0]}..{commits[2]}")
        data = project.json("html/data/commits.json")
        assert [short for short, _ in data] == [commit[:8] for commit in commits[1:]]

    def test_without_the_libraries(self, tmp_path: Path) -> None:
        project = publishing(tmp_path / "project")
        project.commit()
        project.write("results/benchmarks.json", {LIFE["name"]: LIFE, "version": 2})
        hide = "import sys; sys.modules['jinja2'] = None; from asv.main import main; main()"
        run = project.run(sys.executable, "-c", hide, "publish", code=None)
        assert run.returncode != 0
        assert "gopybench[asv]" in run.stdout + run.stderr


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
    (line,) = project.json("html/data/history/0-0.json")["lines"]
    assert line["code"] == {"changed": [3], "own": [0]}
    assert len(line["values"]) == 4
    with serving(project.path / "html") as address, watched(browser, address) as site:
        page = site.open(f"history.html?commit={commits[0][:8]}")
        assert page.locator("#chart .border").count() == 1
        assert "benchmark changed" in str(page.text_content("#chart"))
        assert "the commit’s own benchmark" in page.inner_text("#legend")
