"""The site's first page where there are runtimes to compare."""

from __future__ import annotations

import csv
import html as html_text
import itertools
import json
import math
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from asv.results import iter_results
from playwright.sync_api import Browser

from ..browser import CHROMIUM, check_use, serving, watched
from ..conftest import ROOT, Project
from .conftest import Open
from .projects import define, publishing, store
from .test_history import legend

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

TIME, MEMORY = "person.Lifecycle.time_lifecycle", "person.Lifecycle.track_peakmem"

# asv's name of one: its Python, and Cython.
ENVIRONMENT = re.compile(r"(?:virtualenv-)?(?:py(?=[0-9]))?(.+?)(?:-cython(.+))?")


def measured(commit: str) -> dict[tuple[str, ...], float | None]:
    """What the results files say: by benchmark, Python, Cython and parameters."""
    found = {}
    for results in iter_results(str(ROOT / "results")):
        if results.commit_hash == commit:
            about = results.params["python"], results.params.get("cython") or ""
            for name in (TIME, MEMORY):
                params = results.get_result_params(name)
                values = results.get_result_value(name, params)
                for place, value in zip(itertools.product(*params), values):
                    found[(name, *about, *(text.strip("'") for text in place))] = value
    return found


def in_turns(commit: str) -> dict[tuple[str, str, str, str], float]:
    """What versus.json says: ratios to Go's plain class, by what the other side is.

    That is by benchmark, Python, Cython and variant, at the largest size in one thread.
    """
    file = ROOT / "results/versus.json"
    runs = json.loads(file.read_text())["runs"] if file.exists() else []
    found = {}
    for run in runs:
        for one in run["comparisons"] if run["commit"] == commit else ():
            if one["verdict"] != "measured":
                continue
            for base, other in (("first", "second"), ("second", "first")):
                ours, theirs = ([*map(strip, one[side].values())] for side in (base, other))
                name = ENVIRONMENT.fullmatch(run[other]["environment"])
                is_plain = ours == ["Person", "single", "4000000"]
                if run[base]["environment"] == "go1.27" and is_plain and theirs[1:] == ours[1:]:
                    assert name
                    ratio = one["ratio"] if base == "first" else 1 / one["ratio"]
                    found[one["benchmark"], name[1], name[2] or "", theirs[0]] = ratio
    return found


def strip(value: str) -> str:
    return value.strip("'")


def said(html: Path, name: str = "index") -> list[str]:
    """The sentences of a page, as plain text."""
    text = (html / f"{name}.html").read_text(encoding="utf-8")
    paragraphs = re.findall(r'<p class="sentence">(.*?)</p>', text)
    return [html_text.unescape(re.sub("<[^>]+>", "", paragraph)) for paragraph in paragraphs]


class TestOwnResults:
    """This project's own results."""

    def test_the_sentences_are_true(self, own_site: Path) -> None:
        view = json.loads((own_site / "view-n-4000000-first-all.json").read_text())
        values, turned = measured(view["commit"]), in_turns(view["commit"])

        def of_values(name: str, python: str, cython: str, variant: str) -> float:
            value = values[name, python, cython, variant, "single", "4000000"]
            base = values[name, "go1.27", "", "Person", "single", "4000000"]
            assert value
            assert base
            return value / base

        def ratio(name: str, python: str, cython: str, variant: str) -> float:
            of = name, python, cython, variant
            return turned.get(of) or of_values(*of)

        same, fastest = said(own_site)
        assert same.startswith("The same in all: Person, one thread, 4,000,000 persons: ")
        runtimes = {
            "PyPy 3": ("pypy3", ""),
            "CPython 3.14 with Cython 3.3.1": ("3.14", "3.3.1"),
            "CPython 3.14": ("3.14", ""),
        }
        interval = r"(?: \([0-9. to]+\))?"
        pattern = (
            rf"[:;] ([^:;]+?) takes ([0-9.]+)×{interval}"
            r"(?: the time of Go 1.27)? and ([0-9.]+)×"
        )
        found = re.findall(pattern, same)
        assert {label for label, *_ in found} == {*runtimes}
        for label, time, memory in found:
            assert float(time) == round(ratio(TIME, *runtimes[label], "Person"), 2)
            assert float(memory) == round(ratio(MEMORY, *runtimes[label], "Person"), 2)
        newest = {"Go 1.27": ("go1.27", ""), **runtimes}
        found = re.findall(r"[:;] ([^:;]+?) at ([0-9.]+)× \((?:[0-9. to]+; )?(\w+)\)", fastest)
        assert {label for label, *_ in found} == {*newest}
        for label, time, variant in found:
            about = newest[label]
            all_ways = [
                of_values(TIME, *about, key[3])
                for key, value in values.items()
                if key[:3] == (TIME, *about) and key[4:] == ("single", "4000000") and value == value
            ]
            assert float(time) == round(ratio(TIME, *about, variant), 2)
            assert of_values(TIME, *about, variant) == min(all_ways)

    def test_the_values_are_those_of_the_results(self, own_site: Path) -> None:
        for size in ("1000", "4000000"):
            stem = own_site / f"view-n-{size}-all-all"
            view = json.loads(stem.with_suffix(".json").read_text())
            lines = list(csv.DictReader(stem.with_suffix(".csv").read_text().splitlines()))
            assert len(lines) == len(view["rows"])
            expected = {k: v for k, v in measured(view["commit"]).items() if k[-1] == size}
            shown = {}
            for row, line in zip(view["rows"], lines):
                about = row["environment"]["python"], row["environment"].get("cython", "")
                place = [row["parameters"][name] for name in ("variant", "mode", "n")]
                for (name, unit), cell in zip(
                    ((TIME, "seconds"), (MEMORY, "bytes")), row["values"]
                ):
                    key = (name, *about, *place)
                    assert (line[f"{name} ({unit})"] or "None") == str(cell["value"])
                    assert line[f"{name} state"] == cell["state"].replace("not measured", "")
                    if cell["state"] == "ok":
                        shown[key] = cell["value"]
                    elif cell["state"] == "failed":
                        assert expected[key] is None
                    elif cell["state"] == "n/a":
                        assert math.isnan(expected[key] or 0)
            with_value = {k: v for k, v in expected.items() if v is not None and v == v}
            timed = {k for k in with_value if k[0] == TIME}
            assert {k for k in shown if k[0] == TIME} == timed
            assert shown == {k: with_value[k] for k in shown}
            times = [row["values"][0] for row in view["rows"]]
            ok = [cell["value"] for cell in times if cell["state"] == "ok"]
            assert ok == sorted(ok)
            base = view["rows"][view["baseline"]]
            assert (base["runtime"], base["parameters"]["mode"]) == ("Go 1.27", "single")
            assert base["values"][0]["ratio"] == 1

    def test_each_address_has_its_numbers(self, own_site: Path) -> None:
        hrefs = re.findall(r'href="(view-[^"?]+)', (own_site / "index.html").read_text())
        assert len({*hrefs}) == 8
        for name in hrefs:
            assert (own_site / name).exists()
        small = said(own_site, "view-n-1000-first-same")
        assert len(small) == 1
        assert "1,000 persons" in small[0]


@needs_browser
class TestInABrowser:
    def test_anyone_can_use_it(self, own_site: Path, look: Open) -> None:
        """In the other two ways the first page is looked at for its budget."""
        others: list[tuple[int, Any]] = [(400, "light"), (1400, "dark")]
        check_use(look(own_site, "index.html").page, *others)
        page = look(own_site, "view-n-4000000-all-all.html").page
        check_use(page, *others, (1400, "light"), (400, "dark"))

    def test_without_scripts(self, own_site: Path, browser: Browser) -> None:
        with (
            serving(own_site) as address,
            watched(browser, address, java_script_enabled=False) as site,
        ):
            site.page.goto(address)
            view = json.loads((own_site / "view-n-4000000-first-all.json").read_text())
            assert view["sentences"][0] in site.page.inner_text("main")
            site.page.get_by_role("link", name="100,000 persons").click()
            assert site.page.url == f"{address}view-n-100000-first-all.html"
            assert "100,000 persons:" in site.page.inner_text("main")
            assert site.complaints == []

    def test_old_addresses_and_pinned_ones(self, own_site: Path, look: Open) -> None:
        site = look(own_site, "index.html")
        page = site.page
        pinned = page.get_attribute("#link", "href")
        page.goto(site.address + str(pinned))
        site.drawn()
        assert page.url.endswith(str(pinned))
        other = "142c630b"
        page.goto(f"{site.address}view-n-100000-first-all.html?commit={other}")
        page.wait_for_url("**/results.html?*")
        site.drawn()
        assert f"Commit {other} of" in page.inner_text("#headline")
        asked = parse_qs(urlsplit(page.url).query)
        assert asked.pop("commit") == [other]
        assert asked == {
            "benchmark": [TIME],
            "machine": ["cloud-2core"],
            "p-n": ["100000"],
            "p-mode": ["single"],
        }
        page.goto(f"{site.address}index.html?p-n=1000&baseline=CPython+3.13+·+Person+·+single")
        page.wait_for_url("**/history.html?*y=baseline*")
        site.drawn()
        assert page.inner_text("h1") == TIME
        assert "Person · one thread · 1,000 persons" in page.inner_text("#about")
        chosen = page.locator("#control-baseline option:checked")
        assert chosen.inner_text() == "CPython 3.13"
        assert legend(page)["CPython 3.13"] in ("1.00×", "–")
        page.goto(f"{site.address}index.html#{TIME}?x-axis=variant")
        page.wait_for_url("**/history.html?*x=p-variant*")
        site.drawn()
        page.goto(f"{site.address}index.html#regressions?sort=1&dir=asc")
        page.wait_for_url("**/asv.html#regressions?sort=1&dir=asc")
        page.goto(f"{site.address}runtimes.html#/summarylist")
        page.wait_for_url("**/asv.html#/summarylist")

    def test_the_link_is_copied(self, own_site: Path, look: Open) -> None:
        site = look(own_site, "index.html", permissions=["clipboard-read", "clipboard-write"])
        site.page.click("#link")
        site.page.get_by_text("Copied.").wait_for()
        copied = site.page.evaluate("navigator.clipboard.readText()")
        assert re.fullmatch(
            re.escape(site.address) + r"view-n-4000000-first-all\.html\?commit=[0-9a-f]{40}", copied
        )


def two_runtimes(project: Project, commit: str, name: str, values: list[Any]) -> None:
    store(project, commit, "3.13", {name: values})
    store(project, commit, "pypy3", {name: [v and v * 2 for v in values]})


def test_values_and_their_states(tmp_path: Path) -> None:
    """What failed and what is n/a is said; what nobody asked for is not there."""
    project = publishing(tmp_path / "project")
    commit = project.commit()
    name = "m.A.time_a"
    define(project, {name: [["'x'", "'y'", "'z'"]]})
    two_runtimes(project, commit, name, [1.0, None, math.nan])
    define(project, {name: [["'x'", "'y'", "'z'", "'later'"]]})
    project.run("asv", "publish", "--no-pull")
    text = (project.path / "html/index.html").read_text()
    assert said(project.path / "html") == [
        "The same in all: x: PyPy 3 takes 2.00× the time of CPython 3.13."
    ]
    assert "CPython 3.13, failed: y" in text
    assert "PyPy 3, not available (n/a): z" in text
    assert "later" not in text
    view = project.json("html/view-all.json")
    states = [row["values"][0]["state"] for row in view["rows"]]
    assert sorted(states) == ["failed", "failed", "n/a", "n/a", "ok", "ok"]
    assert view["version"] == 1


def test_the_first_size_is_one_that_runtimes_share(tmp_path: Path) -> None:
    """Also where many others are larger; no two sizes share a page."""
    project = publishing(tmp_path / "project", site={"parameters": {"p0": "size", "gone": "mode"}})
    commit = project.commit()
    name = "m.A.time_a"
    define(project, {name: [["-1", "1", "2", "3", "4", "5", "6", "7"]]})
    store(project, commit, "3.13", {name: [1.0] * 8})
    store(project, commit, "pypy3", {name: [0.5, *[math.nan] * 7]})
    run = project.run("asv", "publish", "--no-pull")
    assert '"gone", which no benchmark has' in run.stdout + run.stderr
    html = project.path / "html"
    assert said(html) == ["The same in all: p0 = -1: PyPy 3 takes 0.50× the time of CPython 3.13."]
    assert {path.stem for path in html.glob("view-*.html")} == {
        *("view-p0-1", *(f"view-p0-{i}" for i in range(2, 8)))
    }
    assert said(html, "view-p0-2") == []


def test_many_rows_are_folded_by_runtime(tmp_path: Path) -> None:
    project = publishing(tmp_path / "project")
    commit = project.commit()
    name = "m.A.time_a"
    define(project, {name: [[f"'v{i}'" for i in range(21)]]})
    two_runtimes(project, commit, name, [1.0 + i for i in range(21)])
    project.run("asv", "publish", "--no-pull")
    text = (project.path / "html/index.html").read_text()
    assert re.findall(r"<summary>(.*?)</summary>", text) == [
        "CPython 3.13: 21 rows, from 1.00 s",
        "PyPy 3: 21 rows, from 2.00 s",
    ]


def test_one_kind_of_runtime_has_the_list_first(tmp_path: Path) -> None:
    project = publishing(tmp_path / "project")
    commit = project.commit()
    define(project, {"m.A.time_a": []})
    # asv may not know the version of a Python, or only where it is.
    for python in ("3.12", "3.13", "", "/usr/bin/python3", "python3.9"):
        store(project, commit, python, {"m.A.time_a": [1.0]})
    project.run("asv", "publish", "--no-pull")
    html = project.path / "html"
    assert (html / "index.html").read_text() == (html / "list-box.html").read_text()
    assert not [*html.glob("view-*")]


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ([], '"site" has to be an object'),
        ({"colour": {}}, 'no key "colour"'),
        ({"words": {"n": 1}}, '"words" of "site"'),
        ({"parameters": {"n": "number"}}, '"n" is "number"'),
    ],
)
def test_a_block_that_is_wrong_is_named(tmp_path: Path, block: Any, words: str) -> None:
    project = publishing(tmp_path / "project", site=block)
    project.commit()
    define(project, {"m.A.time_a": []})
    run = project.run("asv", "publish", "--no-pull", code=None)
    assert run.returncode != 0
    said = run.stdout + run.stderr
    assert "asv.conf.json" in said
    assert words in said
    assert "Traceback" not in said
