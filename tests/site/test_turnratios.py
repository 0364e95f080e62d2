"""Ratios that were measured in turns, on the first page and on the one that compares any two."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gopybench.asvdata import versusfile

from ..browser import CHROMIUM
from ..conftest import Project
from .conftest import Open
from .projects import define, publishing, store
from .test_compare_two import records, rows
from .test_landing import said

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

NAME = "m.A.time_a"
WHEN = "2026-11-28 on box, boot b1"


def compared(
    first: tuple[str, str], second: tuple[str, str], ratio: float, **changes: Any
) -> dict[str, Any]:
    """A comparison of two ways at two sizes, as ``gopybench versus`` keeps it."""
    of_first, of_second = ({"p0": repr(way), "p1": size} for way, size in (first, second))
    low, high = round(ratio - 0.05, 3), round(ratio + 0.05, 3)
    numbers = {"ratio": ratio, "low": low, "high": high, "turns": 6}
    about = {"benchmark": NAME, "first": of_first, "second": of_second, "verdict": "measured"}
    return {**about, **numbers, **changes}


def run(commit: str, first: str, second: str, date: str, *comparisons: Any) -> versusfile.Run:
    notes = {"@boot": "b1", "@began": "2026-11-28T05:00Z"} if date.startswith("2026-11-28") else {}
    sides = {"first": {"environment": first, "notes": notes}, "second": {"environment": second}}
    about = {"machine": "box", "commit": commit, "date": date}
    return {**about, **sides, "comparisons": [*comparisons]}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """Two commits in two runtimes, which were measured in turns in part."""
    project = publishing(tmp_path_factory.mktemp("turns") / "project")
    commits = [project.commit("First"), project.commit("Second")]
    define(project, {NAME: [["'x'", "'y'"], ["10", "2000"]]})
    for commit in commits:
        store(project, commit, "3.13", {NAME: [1.0, 2.0, 1.5, 3.0]})
        store(project, commit, "pypy3", {NAME: [2.0, 4.0, 2.5, 3.5]})
    x10, x2000, y2000 = ("x", "10"), ("x", "2000"), ("y", "2000")
    runs = [
        run(commits[0], "3.13", "pypy3", "2026-11-01T05:00:00", compared(x10, x10, 2.2)),
        # The other way round.
        run(commits[1], "pypy3", "3.13", "2026-11-28T05:00:00", compared(x2000, x2000, 0.4)),
        run(
            commits[1],
            "3.13",
            "pypy3",
            "2026-11-28T06:00:00",
            compared(x2000, y2000, 1.6),
            compared(x10, x10, 9.0, verdict="inconclusive"),
            compared(y2000, y2000, 9.0, verdict="n/a", low=None, high=None),
            # What the site does not have.
            compared(x2000, ("gone", "2000"), 9.0),
            compared(x2000, x2000, 9.0, benchmark="m.gone"),
        ),
        run(commits[1], "3.13", "pypy2", "2026-11-28T07:00:00", compared(x2000, x2000, 9.0)),
    ]
    versusfile.add(project.path / "results", runs)
    project.run("asv", "publish", "--no-pull")
    return project, commits


def test_the_first_page_prefers_them(published: tuple[Project, list[str]]) -> None:
    project, commits = published
    html = project.path / "html"
    assert said(html) == [
        "The same in all: x, p1 = 2,000: "
        "PyPy 3 takes 2.50× (2.22 to 2.86) the time of CPython 3.13.",
        "The fastest of each, however it is written: "
        "CPython 3.13 at 1.00× (x); PyPy 3 at 1.60× (1.55 to 1.65; y).",
    ]
    text = re.sub("<[^>]+>", "", (html / "index.html").read_text())
    assert f"Ratios with their 95 % interval were measured in turns, {WHEN}." in text
    assert re.findall(r"[0-9.]+× \([0-9.]+ to [0-9.]+\)", text.partition("samples")[2]) == [
        "1.60× (1.55 to 1.65)",
        "2.50× (2.22 to 2.86)",
    ]
    view = project.json("html/view-p1-2000-all.json")
    found = {(row["runtime"], row["parameters"]["p0"]): row["values"][0] for row in view["rows"]}
    turned = found["PyPy 3", "x"]
    assert turned["value"] == 4.0
    assert turned["ratio"] == pytest.approx(2.5)
    assert turned["ratio_interval"] == pytest.approx([1 / 0.45, 1 / 0.35])
    assert found["CPython 3.13", "y"]["ratio_interval"] is None
    lines = csv.DictReader((html / "view-p1-2000-all.csv").read_text().splitlines())
    ends = {row["runtime"] + row["p0"]: row[f"{NAME} ratio high"] for row in lines}
    assert {key: end for key, end in ends.items() if end} == {
        "PyPy 3x": str(1 / 0.35),
        "PyPy 3y": "1.65",
    }
    # Of another commit they are said apart from the values.
    assert said(html, "view-p1-10-same") == [
        "The same in all: x, p1 = 10: PyPy 3 takes 2.00× the time of CPython 3.13."
    ]
    assert (
        f"Measured in turns at commit {commits[0][:8]}, 2026-11-01 on box, as multiples of the "
        "time of CPython 3.13, with 95 % intervals: PyPy 3 2.20× (2.15 to 2.25)."
    ) in (html / "view-p1-10-same.html").read_text()


def test_the_data_have_them(published: tuple[Project, list[str]]) -> None:
    project, _ = published
    index = project.json("html/data/index.json")
    assert [of["name"] for of in index["environments"]] == ["3.13", "pypy3"]
    assert index["turns"] == [0, 1]
    assert project.json("html/data/turns/1.json")[1] == {
        "campaign": WHEN,
        "benchmark": 0,
        "first": [0, 1],
        "second": [1, 3],
        "ratio": 1.6,
        "low": 1.55,
        "high": 1.65,
        "turns": 6,
    }


def test_another_machines_are_said_apart(published: tuple[Project, list[str]]) -> None:
    """It has no values on the site, and the same environments."""
    project, commits = published
    path = project.path / "results/versus.json"
    before = path.read_text()
    of = compared(("x", "10"), ("x", "10"), 2.3)
    there = run(commits[1], "3.13", "pypy3", "2026-11-30T05:00:00", of)
    versusfile.add(project.path / "results", [{**there, "machine": "other"}])
    project.run("asv", "publish", "--no-pull", "-o", "elsewhere")
    path.write_text(before)
    out = project.path / "elsewhere"
    assert said(out, "view-p1-10-same")[0].endswith("2.00× the time of CPython 3.13.")
    assert (
        f"Measured in turns at commit {commits[1][:8]}, 2026-11-30 on other, as multiples of the "
        "time of CPython 3.13, with 95 % intervals: PyPy 3 2.30× (2.25 to 2.35)."
    ) in (out / "view-p1-10-same.html").read_text()
    # Nothing is compared with it.
    ratios = [of["ratio"] for of in json.loads((out / "data/turns/1.json").read_text())]
    assert 2.3 not in ratios


@needs_browser
def test_two_runtimes_are_compared_by_them(
    published: tuple[Project, list[str]], look: Open
) -> None:
    project, commits = published
    one, other = (commit[:8] for commit in commits)
    asked = f"before={other}&after={other}&before-runtime=CPython 3.13&after-runtime=PyPy 3&all=1"
    site = look(project.path / "html", f"compare.html?{asked}")
    page = site.page
    shown = {row[1].removeprefix(NAME).strip(): row[-1] for row in rows(site)}
    assert shown == {
        "x · p1 = 2,000": "2.50× (2.22 to 2.86)",
        "x · p1 = 10": "2.00×",
        "y · p1 = 10": "1.67×",
        "y · p1 = 2,000": "1.17×",
    }
    warning = page.inner_text("#warning")
    assert warning.startswith(f"1 of 4 were measured in turns, {WHEN}: their ratios have a 95 %")
    assert "The others were not." in warning
    assert warning.endswith(f"gopybench versus 3.13 pypy3 --commit {other}")
    ends = [(row["ratio low"], row["ratio high"]) for row in records(site)]
    assert [tuple(map(float, of)) for of in ends if all(of)] == [
        pytest.approx((1 / 0.45, 1 / 0.35))
    ]
    site.act(lambda: page.click("#swap"))
    assert "0.40× (0.35 to 0.45)" in {row[-1] for row in rows(site)}
    # One alone, and each of two commits, which are another question.
    site.open(f"compare.html?{asked}".replace(other, one))
    assert "1 of 4 were measured in turns, 2026-11-01 on box:" in page.inner_text("#warning")
    site.open(f"compare.html?before={one}&after={other}")
    warning = page.inner_text("#warning")
    assert warning.startswith("These two were not measured in turns.")
    assert warning.endswith(f"gopybench gate {one} {other}")


@needs_browser
@pytest.mark.parametrize("width", [400, 1400])
def test_they_fit_on_the_page(published: tuple[Project, list[str]], look: Open, width: int) -> None:
    project, _ = published
    viewport = {"width": width, "height": 900}
    page = look(project.path / "html", "index.html", viewport=viewport).page
    assert page.locator("#in-turns").is_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_without_them_nothing_is_said(tmp_path: Path) -> None:
    """Nor where none is of what the site has; a damaged file is named."""
    project = publishing(tmp_path / "project")
    commit = project.commit()
    define(project, {NAME: []})
    for python in ("3.13", "pypy3"):
        store(project, commit, python, {NAME: [1.0]})
    project.run("asv", "publish", "--no-pull")
    assert "in-turns" not in (project.path / "html/index.html").read_text()
    assert project.json("html/data/index.json")["turns"] == []
    project.write("results/versus.json", '{"version": 1}')
    broken = project.run("asv", "publish", "--no-pull", code=None)
    assert broken.returncode != 0
    told = broken.stdout + broken.stderr
    assert "versus.json is damaged" in told
    assert "Traceback" not in told
