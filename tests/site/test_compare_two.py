"""The page that compares any two commits, runtimes or machines."""

from __future__ import annotations

import csv
import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
from asv.results import iter_results

from ..browser import CHROMIUM, Watched
from ..conftest import ROOT
from .conftest import Open
from .projects import define, publishing, store

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

BEFORE, AFTER = "c0604d37", "356d88ad"

# Whether the first row has that value before.
BEFORE_IS = "text => document.querySelector('#changes tbody tr').cells[2].textContent === text"


Interval = tuple[int, float, float]


def measured(
    commit: str, intervals: dict[tuple[str, ...], Interval] | None = None
) -> dict[tuple[str, ...], float]:
    """All values of a commit's results files: by Python, Cython, benchmark and parameters.

    *intervals* is filled with the number of samples and the ends of asv's interval.
    """
    known = json.loads((ROOT / "results/benchmarks.json").read_text())
    found = {}
    for results in iter_results(str(ROOT / "results")):
        if not results.commit_hash.startswith(commit):
            continue
        about = results.params["python"], results.params.get("cython") or ""
        for name in results.get_all_result_keys():
            params = known[name]["params"]
            values = results.get_result_value(name, params)
            stats = results.get_result_stats(name, params)
            for place, value, stat in zip(itertools.product(*params), values, stats):
                if value is not None and math.isfinite(value):
                    found[(*about, name, *place)] = value
                ends = [(stat or {}).get(f"ci_99_{end}") for end in "ab"]
                if intervals is not None and None not in ends and math.isfinite(sum(ends)):
                    intervals[(*about, name, *place)] = (stat["repeat"], *ends)
    return found


def open_(look: Open, html: Path, query: str = "", **options: Any) -> Watched:
    site = look(html, None, **options)
    site.page.goto(f"{site.address}compare.html{query}")
    site.page.wait_for_selector("html[data-drawn]")
    return site


def rows(site: Watched) -> list[list[str]]:
    cells: list[list[str]] = site.page.eval_on_selector_all(
        "#changes tbody tr", "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
    )
    return cells


def records(site: Watched) -> list[dict[str, str]]:
    with site.page.expect_download() as download:
        site.page.click("#csv")
    return list(csv.DictReader(download.value.path().read_text().splitlines()))


class TestOwnResults:
    """This project's own results."""

    def test_the_values_are_those_of_the_results(self, own_site: Path, look: Open) -> None:
        site = open_(look, own_site, f"?before={BEFORE}&after={AFTER}&all=1")
        one, other = measured(BEFORE), measured(AFTER)
        found = [row for row in records(site) if row["before"] and row["after"]]
        both = {key: (one[key], other[key]) for key in one.keys() & other.keys()}
        assert len(found) == len(both) > 50
        values = sorted((float(row["before"]), float(row["after"])) for row in found)
        assert values == sorted(both.values())
        for row in found:
            if row["ratio"]:
                ratio = float(row["after"]) / float(row["before"])
                assert math.isclose(float(row["ratio"]), ratio)
        changes = [math.log(b / a) for a, b in both.values() if a > 0 and b > 0]
        rose, fell = (
            sum(sign * change >= math.log(1.05) for change in changes) for sign in (1, -1)
        )
        said = site.page.inner_text("#counts")
        assert said.startswith(
            f"Of {len(both)} values in both, {rose} rose and {fell} fell by 5 % or more."
        )
        assert f"gopybench gate {BEFORE} {AFTER}" in site.page.inner_text("#warning")
        # Of few samples an interval hides nothing.
        before: dict[tuple[str, ...], Interval] = {}
        after: dict[tuple[str, ...], Interval] = {}
        measured(BEFORE, before)
        measured(AFTER, after)
        noise = 0
        for key, (a, b) in both.items():
            known = [of[key] for of in (before, after) if key in of and of[key][0] >= 10]
            is_apart = len(known) < 2 or known[0][1] > known[1][2] or known[1][1] > known[0][2]
            noise += a == b or (
                a > 0 < b and (abs(math.log(b / a)) < math.log(1.05) or not is_apart)
            )
        site.page.uncheck("[name=all]")
        assert f"intervals that overlap: {noise}." in site.page.inner_text("#key")
        site.page.check("[name=all]")
        # The largest changes come first.
        ratios = [float(text.rstrip("×")) for *_, text in rows(site) if text]
        sizes = [abs(math.log(ratio)) for ratio in ratios if ratio > 0]
        assert (
            sizes == sorted(sizes, reverse=True)
            or max(a - b for a, b in zip(sizes[1:], sizes)) < 0.02
        )

    def test_the_address_keeps_what_is_chosen(self, own_site: Path, look: Open) -> None:
        site = open_(look, own_site, f"?before={BEFORE}&after={AFTER}")
        site.page.select_option("[name=before-runtime]", "CPython 3.13")
        site.page.wait_for_url("**before-runtime=CPython*")
        site.page.fill("[name=find]", "PersonSlots one thread")
        site.page.check("[name=all]")
        shown = rows(site)
        assert shown
        assert all(row[0] == "CPython 3.13" and "PersonSlots" in row[1] for row in shown)
        again = open_(look, own_site, "?" + site.page.url.partition("?")[2])
        assert rows(again) == shown
        again.page.click("#swap")
        again.page.wait_for_url(f"**before={AFTER}*")
        again.page.wait_for_function(BEFORE_IS, arg=shown[0][3])
        assert {row[3] for row in rows(again)} == {row[2] for row in shown}
        again.page.go_back()
        again.page.wait_for_function(BEFORE_IS, arg=shown[0][2])
        assert rows(again) == shown

    def test_two_runtimes_at_one_commit(self, own_site: Path, look: Open) -> None:
        query = f"?before={AFTER}&after={AFTER}&before-runtime=Go 1.27&after-runtime=PyPy 3&all=1"
        site = open_(look, own_site, query)
        values = measured(AFTER)
        found = [row for row in records(site) if row["before"] and row["after"]]
        both = {key[2:] for key in values if key[0] == "go1.27"} & {
            key[2:] for key in values if key[0] == "pypy3"
        }
        assert len(found) == len(both)
        assert {row["runtime"] for row in found} == {"Go 1.27 → PyPy 3"}
        assert "gopybench gate" not in site.page.inner_text("#warning")


def test_states_noise_and_hostile_names(tmp_path: Path, look: Open) -> None:
    """What has no value says why; what hardly changed is hidden; names stay text."""
    project = publishing(tmp_path / "p")
    evil = "<img src=x onerror=alert(1)>"
    commits = [project.commit(evil), project.commit("Second")]
    names = {f"m.time_{i}": [["'a|b'", f"'{evil}'"]] for i in range(3)}
    define(project, names)
    store(project, commits[0], "3.13", {name: [1.0, 2.0] for name in names})
    later = {"m.time_0": [1.5, math.nan], "m.time_1": [1.01, 2.0], "m.time_2": [None, 1.0]}
    store(project, commits[1], "3.13", later)
    project.run("asv", "publish")
    site = open_(look, project.path / "html")
    assert [row[-1] for row in rows(site)] == ["0.50×", "1.50×"]
    assert "intervals that overlap: 2." in site.page.inner_text("#key")
    assert site.page.inner_text("#counts") == (
        "Of 4 values in both, 1 rose and 1 fell by 5 % or more. 2 have a value before alone."
    )
    site.page.click("#one-sided summary")
    site.page.wait_for_selector("#one-sided tbody tr")
    alone = site.page.inner_text("#one-sided table")
    assert "failed" in alone
    assert "n/a" in alone
    assert evil in site.page.inner_text("main")
    assert evil in site.page.inner_text("[name=before] >> xpath=ancestor::fieldset")


def test_two_machines(tmp_path: Path, look: Open) -> None:
    """Values of one commit on two machines are compared runtime by runtime."""
    project = publishing(tmp_path / "p")
    commit = project.commit("Measured twice")
    define(project, {"m.time_a": []})
    store(project, commit, "3.13", {"m.time_a": [1.0]})
    other = project.path / "results/box2"
    other.mkdir()
    (file,) = (project.path / "results/box").glob(f"{commit[:8]}*.json")
    text = file.read_text().replace('"box"', '"box2"').replace("[1.0]", "[3.0]")
    (other / file.name).write_text(text)
    (other / "machine.json").write_text('{"machine": "box2", "version": 1}')
    project.run("asv", "publish")
    query = f"?before={commit[:8]}&after={commit[:8]}&before-machine=box&after-machine=box2"
    site = open_(look, project.path / "html", query)
    assert [row[-1] for row in rows(site)] == ["3.00×"]


def test_one_commit_alone(tmp_path: Path, look: Open) -> None:
    project = publishing(tmp_path / "p")
    commit = project.commit("Only")
    define(project, {"m.time_a": []})
    store(project, commit, "3.13", {"m.time_a": [1.0]})
    project.run("asv", "publish")
    site = open_(look, project.path / "html")
    said = site.page.inner_text("#counts")
    assert said == "Of 1 value in both, 0 rose and 0 fell by 5 % or more."
