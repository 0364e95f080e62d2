"""What people come for, each in as many clicks as it may take from the first page on."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from asv.results import iter_results
from playwright.sync_api import Locator

from gopybench.asvdata import campaigns, labels, reasons
from gopybench.site.humannumbers import times, with_unit

from ..browser import CHROMIUM
from ..conftest import ROOT, Project
from .conftest import Open
from .projects import define, publishing, store
from .test_compare_two import AFTER, BEFORE, rows
from .test_compare_two import measured as all_measured
from .test_history import NAME, legend, shown
from .test_history import measured as history_measured
from .test_landing import TIME, in_turns, measured

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

SIZE = "4000000"


class Visitor:
    """Somebody on the first page, whose clicks count; so does each choice in a list."""

    def __init__(self, look: Open, html: Path) -> None:
        permissions = ["clipboard-read", "clipboard-write"]
        self.site = look(html, "index.html", permissions=permissions)
        self.page = self.site.page
        self.clicks = 0

    def visit(self, words: str) -> None:
        """Follow a link to another page, by its words."""
        with self.page.expect_navigation():
            self.click(self.page.get_by_role("link", name=words, exact=True).first)
        self.page.wait_for_load_state("networkidle")
        self.site.drawn()

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()

    def change(self, what: Locator) -> None:
        """Click on what makes the page draw itself anew."""
        self.site.act(lambda: self.click(what))

    def choose(self, name: str, value: str) -> None:
        """Choose from a list, by the name of its control."""
        self.clicks += 1
        self.site.act(lambda: self.page.select_option(f"[name={name}]", value))

    def sees(self, what: Locator) -> str:
        """Return a text; it is on the screen without scrolling."""
        box, screen = what.bounding_box(), self.page.viewport_size
        assert box is not None
        assert screen is not None
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= screen["height"]
        return what.inner_text()


@pytest.fixture
def visitor(look: Open) -> Callable[[Path], Visitor]:
    return lambda html: Visitor(look, html)


Visit = Callable[[Path], Visitor]


def label(python: str, cython: str) -> str:
    """What people call one of this project's own runtimes."""
    name = labels.runtime(python)
    return f"{name}, Cython {cython}" if cython else name


def at_first(commit: str) -> dict[tuple[str, str], float]:
    """The times of all runtimes and ways at the largest size in one thread."""
    return {
        (label(*key[1:3]), key[3]): value
        for key, value in measured(commit).items()
        if key[0] == TIME and key[4:] == ("single", SIZE) and value and math.isfinite(value)
    }


def test_how_far_is_python_from_go(own_site: Path, visitor: Visit) -> None:
    """At four million, in one thread."""
    user = visitor(own_site)
    commit = str(user.page.get_attribute("html", "data-commit"))
    said = user.sees(user.page.locator(".sentence").first)
    assert "one thread, 4,000,000 persons" in said
    values = at_first(commit)
    versions = [re.fullmatch(r"CPython 3\.(\d+)", runtime) for runtime, _ in values]
    newest = max(int(version[1]) for version in versions if version)
    python = f"CPython 3.{newest}"
    turned = in_turns(commit).get((TIME, f"3.{newest}", "", "Person"))
    ratio = turned or values[python, "Person"] / values["Go 1.27", "Person"]
    assert re.search(rf"{re.escape(python)} takes {re.escape(times(ratio))}", said)
    assert "the time of Go 1.27" in said
    assert user.clicks == 0


def test_the_cheapest_way_to_write_a_class(own_site: Path, visitor: Visit) -> None:
    """Of all runtimes, and of each."""
    user = visitor(own_site)
    values = at_first(str(user.page.get_attribute("html", "data-commit")))
    (runtime, way), value = min(values.items(), key=lambda of: of[1])
    first = user.sees(user.page.locator("main tbody tr").first)
    assert first.split("\t")[0].split() == [*runtime.split(), way]
    assert with_unit(value, "seconds") in first
    said = user.sees(user.page.locator(".sentence").nth(1))
    for family in ("Go", "CPython", "PyPy"):
        own = {key: value for key, value in values.items() if re.match(rf"{family} [^,]+$", key[0])}
        (runtime, way), _ = min(own.items(), key=lambda of: of[1])
        assert re.search(rf"{re.escape(runtime)} at [0-9.]+× \([^)]*\b{way}\)", said)
    assert user.clicks <= 1


def test_did_anything_get_slower_and_is_it_real(own_site: Path, visitor: Visit) -> None:
    """In the last campaign."""
    user = visitor(own_site)
    user.visit("Changes")
    said = user.sees(user.page.locator(".sentence"))
    assert user.clicks <= 1
    of: dict[tuple[str, str, str, str], campaigns.Campaign] = {}
    for results in iter_results(str(ROOT / "results")):
        about = results.params["python"], results.params.get("cython") or ""
        for name in results.get_all_result_keys():
            of[(results.commit_hash, *about, name)] = campaigns.of(results, name)
    began: dict[str, tuple[str, str]] = {}
    for one in of.values():
        when = one.day, one.measured.isoformat() if one.measured else ""
        began[one.label] = min(when, began.get(one.label, when))
    last = max(began, key=lambda name: (began[name], name))
    brought = {}
    for step in json.loads((own_site / "changes.json").read_text())["steps"]:
        about = step["series"]["python"], step["series"].get("cython") or ""
        if of[(step["after"], *about, step["benchmark"])].label == last:
            brought[step["id"]] = step["verdict"], step["direction"]
    slower = sum(direction == "slower" for _, direction in brought.values())
    real = sum(verdict == "real" for verdict, _ in brought.values())
    counts = f"{slower} slower and {len(brought) - slower} faster, {real} of them confirmed."
    assert f"The last campaign, {last}" in said
    assert said.endswith(f"brought {counts}" if brought else "brought none of them.")
    for name, (verdict, _) in brought.items():
        card = user.page.locator(f"[id='{name}'] .verdict")
        assert card.count() == 0 or card.inner_text() == verdict


def test_two_commits(own_site: Path, visitor: Visit) -> None:
    user = visitor(own_site)
    user.visit("Compare")
    user.choose("before", BEFORE)
    user.choose("after", AFTER)
    assert user.clicks <= 3
    runtime = user.page.input_value("[name=before-runtime]")
    one, other = (
        {key: v for key, v in all_measured(commit).items() if runtime in ("", label(*key[:2]))}
        for commit in (BEFORE, AFTER)
    )
    both = [other[key] / one[key] for key in one.keys() & other.keys() if one[key] > 0 < other[key]]
    rose, fell = sum(of >= 1.05 for of in both), sum(of <= 1 / 1.05 for of in both)
    said = user.sees(user.page.locator("#counts"))
    assert f"values in both, {rose} rose and {fell} fell by 5 % or more." in said
    assert rose + fell > 0
    largest = max(both, key=lambda of: abs(math.log(of)))
    ratio = user.page.locator("#changes tbody .ratio:not(:empty)").first
    assert user.sees(ratio) == times(largest)


def test_the_history_of_three_runtimes(own_site: Path, visitor: Visit) -> None:
    user = visitor(own_site)
    user.visit("History")
    chosen = {
        "go1.27": "Go 1.27",
        "virtualenv-pypy3": "PyPy 3",
        "virtualenv-py3.13": "CPython 3.13",
    }
    for name in chosen.values():
        place = user.page.locator("#legend, #offered").get_by_role("link", name=name, exact=True)
        user.change(place)
    assert user.clicks <= 4
    assert user.page.inner_text("h1") == NAME
    assert {*legend(user.page)} == {*chosen.values()}
    user.sees(user.page.locator("#chart"))
    address = user.page.url
    parameters = json.loads(parse_qs(urlparse(address).query)["line"][0])[2:]
    key = (repr(parameters[0]), repr(parameters[1]), parameters[2])
    head, *lines = shown(user.page)
    found = {
        (name, line[0]): text
        for line in lines
        for name, text in zip(head[2:], line[2:])
        if text[0].isdigit()
    }
    expected = history_measured(chosen, key)
    assert found == {at: with_unit(value, "seconds") for at, value in expected.items()}
    # The address restores them; one click takes a line away, another brings all back.
    user.site.open(address.removeprefix(user.site.address))
    assert {*legend(user.page)} == {*chosen.values()}
    user.change(user.page.locator("#legend").get_by_role("link", name="PyPy 3", exact=True))
    assert {*legend(user.page)} == {"Go 1.27", "CPython 3.13"}
    assert user.page.evaluate("document.activeElement.textContent") == "PyPy 3"
    user.change(user.page.locator("#all-lines"))
    assert len(legend(user.page)) > 3


def test_exactly_this_as_a_link(own_site: Path, visitor: Visit) -> None:
    user = visitor(own_site)
    commit = user.page.get_attribute("html", "data-commit")
    user.click(user.page.get_by_text("Link to exactly this"))
    user.page.get_by_text("Copied.").wait_for()
    assert user.clicks <= 1
    copied = user.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{user.site.address}view-n-{SIZE}-first-all.html?commit={commit}"
    said = user.page.inner_text("main").replace("Copied.", "").split()
    user.site.open(copied.removeprefix(user.site.address))
    assert user.page.inner_text("main").split() == said


def test_exactly_this_as_csv(own_site: Path, visitor: Visit) -> None:
    user = visitor(own_site)
    values = at_first(str(user.page.get_attribute("html", "data-commit")))
    with user.page.expect_download() as download:
        user.click(user.page.get_by_role("link", name="CSV"))
    assert user.clicks <= 1
    lines = csv.DictReader(download.value.path().read_text().splitlines())
    column = f"{TIME} (seconds)"
    found = {(line["runtime"], line["variant"]): line[column] for line in lines if line[column]}
    assert found == {key: str(value) for key, value in values.items()}


A, B = "m.Work.time_work", "m.Work.track_peakmem"
WHY, WHY_NOT = "RuntimeError: <b>no luck</b>", "nobody counts here"


def of_machine(python: str, commit: int, **requirements: str) -> list[float]:
    """Values that no two runtimes and commits share."""
    of = float(re.sub(r"[a-z]+", "", python)) + 10 * len(requirements)
    return [of * (1 + commit / 10) * (1 + i) for i in range(4)]


@pytest.fixture(scope="module")
def laptops(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """Two machines that share some commits and no runtime, one of them with two versions of Go."""
    project = publishing(tmp_path_factory.mktemp("laptops") / "project")
    commits = [project.commit(f"Change {i}") for i in range(6)]
    kinds = [["'x'", "'y'"], ["10", "2000"]]
    define(project, {A: kinds, B: kinds})
    known = project.json("results/benchmarks.json")
    project.write("results/benchmarks.json", {**known, B: {**known[B], "unit": "bytes"}})
    measured: list[tuple[str, str, range, dict[str, str]]] = [
        ("laptop-a", "3.8", range(2, 6), {}),
        ("laptop-a", "3.8", range(2, 5), {"numpy": "1.17"}),
        ("laptop-a", "go1.27", range(2, 6), {}),
        ("laptop-a", "go1.26", range(2, 5), {}),
        ("laptop-b", "3.6", range(3), {}),
        ("laptop-b", "3.6", range(4), {"numpy": "1.17"}),
    ]
    for machine, python, at, requirements in measured:
        for i in at:
            values: list[Any] = [*of_machine(python, i, **requirements)]
            memory: list[Any] = [1e6] * 4
            if (python, i) == ("3.8", 5):
                values[3], memory[1] = None, math.nan
            found = {A: values, B: memory}
            store(project, commits[i], python, found, day=i, machine=machine, **requirements)
    file = f"results/laptop-a/{commits[5][:8]}-3.8.json"
    why: reasons.Reasons = {
        A: {(reasons.FAILED, ("'y'", "2000")): WHY},
        B: {(reasons.NOT_AVAILABLE, ("'x'", "2000")): WHY_NOT},
    }
    project.write(file, {**project.json(file), "requirements": reasons.with_reasons({}, why)})
    project.run("asv", "publish", "--no-pull")
    return project, commits


def test_why_a_cell_is_empty(laptops: tuple[Project, list[str]], visitor: Visit) -> None:
    """A row, and one of two values of a row; in the program's words."""
    project, _ = laptops
    user = visitor(project.path / "html")
    user.click(user.page.get_by_role("link", name="What has no value"))
    assert user.clicks <= 1
    found = user.sees(user.page.locator("#missing")).splitlines()
    assert f"CPython 3.8, failed: y ({WHY})" in found
    assert f"CPython 3.8, not available (n/a): x · memory ({WHY_NOT})" in found


def test_why_own_cells_are_empty(own_site: Path, visitor: Visit) -> None:
    user = visitor(own_site)
    commit = str(user.page.get_attribute("html", "data-commit"))
    user.click(user.page.get_by_role("link", name="What has no value"))
    assert user.clicks <= 1
    user.sees(user.page.locator("#missing h2"))
    found = {
        (runtime, way.strip())
        for item in user.page.locator("#missing li").all_inner_texts()
        for runtime, ways in [re.split(r", (?:failed|not available \(n/a\)): ", item)]
        for way in re.sub(r" \(.*\)$", "", ways).split(",")
    }
    values = measured(commit)
    empty = [key for key, value in values.items() if value is None or not math.isfinite(value)]
    expected = {
        (label(*key[1:3]), key[3] if key[0] == TIME else f"{key[3]} · memory")
        for key in empty
        # What has no time is named once.
        if key[4:] == ("single", SIZE) and (key[0] == TIME or (TIME, *key[1:]) not in empty)
    }
    assert found == expected


def test_two_versions_of_go(laptops: tuple[Project, list[str]], visitor: Visit) -> None:
    """At the newest commit that both have, which is not the newest of all."""
    project, commits = laptops
    user = visitor(project.path / "html")
    user.visit("Compare")
    user.choose("before-runtime", "Go 1.26")
    user.choose("after-runtime", "Go 1.27")
    assert user.clicks <= 3
    check(
        user, commits[4], ("Go 1.26", of_machine("go1.26", 4)), ("Go 1.27", of_machine("go1.27", 4))
    )


def test_two_machines(laptops: tuple[Project, list[str]], visitor: Visit) -> None:
    """By the runtimes that are most alike, at the newest commit that both have."""
    project, commits = laptops
    user = visitor(project.path / "html")
    user.visit("Compare")
    user.choose("before-machine", "1")
    assert user.clicks <= 3
    before, after = (of_machine(python, 3, numpy="1.17") for python in ("3.6", "3.8"))
    sides = ("CPython 3.6, numpy 1.17", before), ("CPython 3.8, numpy 1.17", after)
    check(user, commits[3], *sides)
    # A commit that somebody has chosen stays.
    user.choose("before", commits[2][:8])
    user.choose("before-runtime", "CPython 3.6")
    values = [user.page.input_value(f"[name={name}]") for name in ("before", "after")]
    assert values == [commits[2][:8], commits[3][:8]]


def check(user: Visitor, commit: str, *sides: tuple[str, list[float]]) -> None:
    """Compare what is shown of two sides at a commit with their values, after a reload too."""
    (one, before), (other, after) = sides
    expected = {tuple(with_unit(value, "seconds") for value in pair) for pair in zip(before, after)}
    for _ in range(2):
        values = [user.page.input_value(f"[name={name}]") for name in ("before", "after")]
        assert values == [commit[:8]] * 2
        user.page.check("[name=all]")
        found = [row for row in rows(user.site) if A in row[1]]
        assert {row[0] for row in found} == {f"{one} → {other}"}
        assert {(row[2], row[3]) for row in found} == expected
        assert "values in both" in user.sees(user.page.locator("#counts"))
        user.site.open(user.page.url.removeprefix(user.site.address))
