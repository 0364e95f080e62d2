"""The page of all results: every value of a commit, and why others have none."""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from asv.results import iter_results
from playwright.sync_api import Page

from gopybench.asvdata import reasons
from gopybench.asvdata.reasons import FAILED, NOT_ASKED, NOT_AVAILABLE

from ..browser import CHROMIUM, check_use
from ..conftest import ROOT, Project
from .conftest import Open
from .projects import define, publishing, store

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

HOSTILE = "<img src=x onerror=alert(1)>"
A, B = "m.A.time_a", f"m.track_{HOSTILE}"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """Two commits with all that a value may be."""
    project = publishing(tmp_path_factory.mktemp("results") / "project")
    commits = [project.commit("First"), project.commit("Second")]
    define(project, {A: [["1", "20"], ["'x'", f"'{HOSTILE}'"]], B: []})
    store(project, commits[0], "3.13", {A: [1.0, 2.0, 3.0, 4.0], B: [5.0]})
    store(project, commits[1], "3.13", {A: [1.5, None, math.nan, math.nan], B: [None]})
    store(project, commits[1], "pypy3", {A: [0.5, 0.25, math.nan, None], B: [0.0]})
    why(project, commits[1], "3.13", {
        A: {
            (FAILED, ("1", f"'{HOSTILE}'")): f"ValueError: {HOSTILE}",
            (NOT_AVAILABLE, ("20", "'x'")): "no twenty",
            (NOT_ASKED, ("20", f"'{HOSTILE}'")): "",
        }
    })  # fmt: skip
    # It says why it has none; the value came by other means.
    why(project, commits[1], "pypy3", {A: {(FAILED, ("1", "'x'")): "old"}})
    project.run("asv", "publish", "--no-pull")
    return project, commits


def why(project: Project, commit: str, environment: str, found: dict[str, Any]) -> None:
    path = f"results/box/{commit[:8]}-{environment}.json"
    data = project.json(path)
    project.write(path, {**data, "requirements": reasons.with_reasons({}, found)})


def shown(page: Page) -> list[list[str]]:
    rows = page.eval_on_selector_all(
        "#table tbody tr", "rows => rows.map(row => [...row.cells].map(c => c.textContent))"
    )
    return [[str(cell) for cell in row] for row in rows]


ALL = [
    ["CPython 3.13", f"{A} p0 = 1 · x", "1.50 s", ""],
    ["CPython 3.13", f"{A} p0 = 1 · {HOSTILE}", f"failed: ValueError: {HOSTILE}"],
    ["CPython 3.13", f"{A} p0 = 20 · x", "not available: no twenty"],
    ["CPython 3.13", f"{B} ", "failed"],
    ["PyPy 3", f"{A} p0 = 1 · x", "500 ms", ""],
    ["PyPy 3", f"{A} p0 = 1 · {HOSTILE}", "250 ms", ""],
    ["PyPy 3", f"{A} p0 = 20 · x", "not available"],
    ["PyPy 3", f"{A} p0 = 20 · {HOSTILE}", "failed"],
    ["PyPy 3", f"{B} ", "0 s", ""],
]


class TestWhatIsShown:
    def test_values_and_why_there_are_none(
        self, published: tuple[Project, list[str]], look: Open
    ) -> None:
        """Hostile names, values and words stay text; what nobody asked for is not there."""
        project, commits = published
        page = look(project.path / "html", "results.html").page
        assert shown(page) == ALL
        assert not page.is_visible("#more")
        said = page.inner_text("#headline")
        assert re.fullmatch(
            rf"Commit {commits[1][:8]} of \d{{4}}-\d\d-\d\d: 4 values, 3 failed, 2 not available.",
            said,
        )
        assert said in (project.path / "html/results.html").read_text()
        text = (project.path / "html/index.html").read_text()
        words = HOSTILE.replace("<", "&lt;").replace(">", "&gt;")
        assert f"(ValueError: {words})" in text

    def test_every_choice_is_in_the_address(
        self, published: tuple[Project, list[str]], look: Open
    ) -> None:
        project, commits = published
        site = look(project.path / "html", "results.html")
        page = site.page

        def check(address: str, rows: list[list[str]]) -> None:
            assert page.url == f"{site.address}results.html?{address}"
            assert shown(page) == rows
            site.open(f"results.html?{address}")
            assert shown(page) == rows
            counts = page.inner_text("#headline").partition(": ")[2]
            failed = sum(row[2].startswith("failed") for row in rows)
            lacking = sum(row[2].startswith("not available") for row in rows)
            values = len(rows) - failed - lacking
            of = ((values, "values?"), (failed, "failed"), (lacking, "not available"))
            told = ", ".join(f"{count} {word}" for count, word in of if count)
            assert re.fullmatch(f"{told}[.]", counts)

        site.act(lambda: page.click("#state-2"))
        check("state=failed", [ALL[1], ALL[3], ALL[7]])
        site.act(lambda: page.select_option("#control-runtime", label="PyPy 3"))
        check("runtime=PyPy+3&state=failed", [ALL[7]])
        site.act(lambda: page.click("#state-0"))
        site.act(lambda: page.select_option("#control-benchmark", label=A))
        site.act(lambda: page.select_option("#parameter-p0", label="p0 = 20"))
        site.act(page.go_back)
        assert len(shown(page)) == 4
        site.act(page.go_forward)
        check(f"runtime=PyPy+3&benchmark={A}&p-p0=20", ALL[6:8])
        site.open("results.html")
        site.act(lambda: page.fill("#search", "valueerror  3.13"))
        check("q=valueerror++3.13", [ALL[1]])
        site.open("results.html")
        site.act(lambda: page.select_option("#control-commit", index=1))
        assert [row[2] for row in shown(page)] == ["1.00 s", "2.00 s", "3.00 s", "4.00 s", "5.00 s"]
        assert page.inner_text("#headline").endswith(": 5 values.")
        assert f"commit={commits[0][:8]}" in page.url
        # What is copied says which commit it is.
        site.open("results.html?state=n/a")
        pinned = page.get_attribute("#link", "href")
        assert pinned == f"?commit={commits[1][:8]}&state=n%2Fa"
        # What is asked for in vain is said.
        site.open("results.html?runtime=Perl&commit=beef")
        assert "no runtime Perl here" in page.inner_text("#about")
        assert "no commit beef here" in page.inner_text("#about")
        site.open("results.html?q=nothing+like+it")
        assert "Nothing is as you ask for it" in page.inner_text("#about")

    def test_csv_and_json(
        self, published: tuple[Project, list[str]], look: Open, tmp_path: Path
    ) -> None:
        project, commits = published
        page = look(project.path / "html", "results.html?benchmark=" + A).page
        files = {}
        for ending in ("csv", "json"):
            with page.expect_download() as download:
                page.click(f"#{ending}")
            assert download.value.suggested_filename == f"results-{commits[1][:8]}.{ending}"
            files[ending] = tmp_path / ending
            download.value.save_as(files[ending])
        lines = list(csv.DictReader(files["csv"].read_text().splitlines()))
        found = json.loads(files["json"].read_text())
        assert (found["version"], found["commit"]) == (1, commits[1][:8])
        assert len(lines) == len(found["results"]) == 7
        for line, one in zip(lines, found["results"]):
            for key in ("runtime", "machine", "benchmark", "unit", "state", "reason"):
                assert line[key] == one[key]
            assert line["value"] == ("" if one["value"] is None else str(one["value"]))
            assert (line["p0"], line["p1"]) == tuple(one["parameters"].values())
        # Of one benchmark the least comes first.
        told = [(one["state"], one["value"], one["reason"]) for one in found["results"][:5]]
        expected = [("ok", value, "") for value in (0.25, 0.5, 1.5)]
        expected += [("failed", None, f"ValueError: {HOSTILE}"), ("n/a", None, "no twenty")]
        assert told == expected
        assert page.inner_text("#about") == "7 rows, least first."

    def test_a_name_leads_to_its_history(
        self, published: tuple[Project, list[str]], look: Open
    ) -> None:
        project, _ = published
        page = look(project.path / "html", "results.html").page
        address = str(page.get_attribute("#table tbody tr:nth-child(2) a", "href"))
        assert address.startswith(f"history.html?benchmark={A}&line=")


class TestOwnResults:
    """This project's own results."""

    def test_all_values_of_a_commit(self, own_site: Path, look: Open, tmp_path: Path) -> None:
        site = look(own_site, "results.html")
        with site.page.expect_download() as download:
            site.page.click("#json")
        download.value.save_as(tmp_path / "json")
        found = json.loads((tmp_path / "json").read_text())
        mine = {
            (of["benchmark"], of["runtime"], tuple(of["parameters"].values())): of
            for of in found["results"]
        }
        assert len(mine) == len(found["results"])
        known = json.loads((ROOT / "results/benchmarks.json").read_text())
        counts = Counter[str]()
        values = []
        for results in iter_results(str(ROOT / "results")):
            if not results.commit_hash.startswith(found["commit"]):
                continue
            for name in results.get_all_result_keys():
                if results.benchmark_version[name] not in (
                    None,
                    known.get(name, {}).get("version"),
                ):
                    continue
                params = results.get_result_params(name)
                for value in results.get_result_value(name, params):
                    is_value = value is not None and value == value
                    state = "ok" if is_value else "failed" if value is None else "n/a"
                    counts[state] += 1
                    values += [value] if is_value else []
        assert Counter(of["state"] for of in mine.values()) == counts
        assert sorted(of["value"] for of in mine.values() if of["state"] == "ok") == sorted(values)
        said = site.page.inner_text("#headline")
        assert f"{counts['ok']:,} values" in said
        assert f"{counts['n/a']:,} not available" in said

    def test_anyone_can_use_it(self, own_site: Path, look: Open) -> None:
        """In the other two ways it is looked at for its budget."""
        check_use(look(own_site, "results.html").page, (400, "light"), (1400, "dark"))

    def test_more_rows_by_keyboard(self, own_site: Path, look: Open) -> None:
        site = look(own_site, "results.html")
        page = site.page
        before = len(shown(page))
        assert before == 100
        page.focus("#more")
        site.act(lambda: page.keyboard.press("Enter"))
        assert len(shown(page)) > before
        page.focus("#search")
        site.act(lambda: page.keyboard.type("personslots"))
        assert page.evaluate("document.activeElement.id") == "search"
        assert all("PersonSlots" in row[1] for row in shown(page))
