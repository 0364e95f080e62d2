"""The page of histories in a real browser: what it shows is what was measured, and as asked for."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from asv.results import iter_results
from playwright.sync_api import Page

from gopybench.asvdata import reasons
from gopybench.site.humannumbers import STEPS, digits, times, with_unit

from ..browser import CHROMIUM, Watched
from ..conftest import ROOT, Project
from .conftest import Open
from .projects import define, publishing, store

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

HOSTILE = "<img src=x onerror=alert(1)>"
NAME = "person.Lifecycle.time_lifecycle"


def shown(page: Page) -> list[list[str]]:
    """Return the texts of the table, its head first."""
    if page.locator("#numbers[open]").count() == 0:
        page.click("#numbers summary")
    page.locator("#table tr").first.wait_for()
    rows = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    return list(page.eval_on_selector_all("#table tr", rows))


def legend(page: Page) -> dict[str, str]:
    items = page.locator("#legend li").all()
    return {
        li.locator("span").nth(1).inner_text(): li.locator("strong").inner_text() for li in items
    }


def texts(page: Page) -> list[str]:
    parts = ("h1", "#headline", "#about", "#controls", "figcaption", "#choose-summary")
    return [page.inner_text(part) for part in parts]


def choose(site: Watched, group: str, words: str) -> None:
    control = site.page.locator(f"[role=group][aria-label={group}]")
    site.act(lambda: control.get_by_text(words, exact=True).click())


def download(site: Watched, button: str, directory: Path) -> str:
    with site.page.expect_download() as download:
        site.page.click(button)
    download.value.save_as(directory / "file")
    return (directory / "file").read_text(encoding="utf-8")


def measured(runtimes: dict[str, str], key: tuple[str, ...]) -> dict[tuple[str, str], float]:
    """Return this project's results by the environments' labels and the short hashes."""
    found = {}
    for results in iter_results(str(ROOT / "results")):
        if results.env_name not in runtimes or NAME not in results.get_all_result_keys():
            continue
        params = results.get_result_params(NAME)
        place = 0
        for choices, choice in zip(params, key):
            place = place * len(choices) + choices.index(choice)
        value = results.get_result_value(NAME, params)[place]
        if value is not None and math.isfinite(value):
            found[runtimes[results.env_name], results.commit_hash[:8]] = value
    return found


def test_the_first_view_is_what_was_measured(own_site: Path, look: Open, tmp_path: Path) -> None:
    site = look(own_site, "history.html")
    page = site.page
    assert page.inner_text("h1") == NAME
    assert "Person · one thread · 100,000 persons" in page.inner_text("#about")
    runtimes = {
        "go1.27": "Go 1.27",
        "virtualenv-py3.13": "CPython 3.13",
        "virtualenv-py3.14": "CPython 3.14",
        "virtualenv-py3.13-cython3.3.1": "CPython 3.13, Cython 3.3.1",
        "virtualenv-pypy3": "PyPy 3",
    }
    expected = measured(runtimes, ("'Person'", "'single'", "100000"))
    head, *rows = shown(page)
    assert len(head) <= 2 + 8
    assert {"Go 1.27", "PyPy 3", "CPython 3.14"} <= {*head}
    found = {
        (label, row[0]): text
        for row in rows
        for label, text in zip(head[2:], row[2:])
        if label in runtimes.values() and text not in ("–", "n/a", "failed")
    }
    labels = {label for label, _ in found}
    assert found == {
        key: with_unit(value, "seconds") for key, value in expected.items() if key[0] in labels
    }
    # The sentence has the latest values, least first.
    last = rows[-1][0]
    latest = sorted((value, label) for (label, commit), value in expected.items() if commit == last)
    sentence = page.inner_text("#headline")
    assert sentence.startswith(f"The latest, at {last}: ")
    value, label = latest[0]
    assert f"{label} {with_unit(value, 'seconds')}" in sentence
    # What is taken elsewhere is exact.
    head, *lines = csv.reader(download(site, "#csv", tmp_path).splitlines())
    column = next(i for i, text in enumerate(head) if text.startswith("Go 1.27") and "(sec" in text)
    exact = {row[0]: float(row[column]) for row in lines if row[column]}
    assert exact == {commit: v for (of, commit), v in expected.items() if of == "Go 1.27"}
    view = json.loads(download(site, "#json", tmp_path))
    go = next(line for line in view["lines"] if line["runtime"] == "Go 1.27")
    assert go["parameters"] == {"variant": "Person", "mode": "single", "n": "100000"}
    assert [value for value in go["values"] if value is not None] == [*exact.values()]


def test_every_control_is_in_the_address(own_site: Path, look: Open) -> None:
    site = look(own_site, "history.html")
    page = site.page
    first = legend(page)
    assert "Go 1.27" in first
    choose(site, "y", "× Go 1.27")
    assert legend(page)["Go 1.27"] in ("1.00×", "–")
    ratios = {row[2 + [*first].index("Go 1.27")] for row in shown(page)[1:]}
    assert ratios <= {"1.00×", "–"}
    choose(site, "axis", "linear")
    choose(site, "x", "dates")
    choose(site, "lines", "one per variant")
    assert "Person" in legend(page)
    site.act(lambda: page.select_option("#control-runtime", label="Go 1.27"))
    assert {"Person", "PersonValue", "PersonArena"} <= {*legend(page)}
    site.act(lambda: page.select_option("#control-p-n", label="1,000 persons"))
    page.locator("#chart").focus()
    for key in ("Home", "ArrowRight"):
        page.keyboard.press(key)
    before = texts(page)
    query = page.evaluate("location.search")
    for asked in (
        "y=baseline",
        "scale=linear",
        "x=date",
        "lines=p-variant",
        "runtime=Go",
        "p-n=1000",
    ):
        assert asked in query
    commit = page.inner_text("#where").split()[0]
    assert f"commit={commit}" in query
    site.open(f"history.html{query}")
    assert texts(page) == before
    # The browser's way back.
    choose(site, "x", "commits")
    assert "x=date" not in page.evaluate("location.search")
    site.act(page.go_back)
    assert "x=date" in page.evaluate("location.search")


def test_any_line_is_the_baseline(own_site: Path, look: Open) -> None:
    """Another than Go is in the address, and shown, whichever are not."""
    site = look(own_site, "history.html?y=baseline")
    page = site.page
    site.act(lambda: page.select_option("#control-baseline", label="PyPy 3"))
    head, *rows = shown(page)
    assert {row[head.index("PyPy 3")] for row in rows} <= {"1.00×", "–", "n/a", "failed"}
    assert not {row[head.index("Go 1.27")] for row in rows} <= {"1.00×", "–"}
    assert "× PyPy 3" in page.inner_text("[role=group][aria-label=y]")
    query = page.evaluate("location.search")
    site.open(f"history.html{query}")
    assert shown(page) == [head, *rows]
    # By what it is, not by where it stands.
    site.act(lambda: page.select_option("#control-p-n", label="1,000 persons"))
    assert "× PyPy 3" in page.inner_text("[role=group][aria-label=y]")
    line = json.dumps(["gone", "cloud-2core", "Person", "single", "1000"])
    site.open(f"history.html?y=baseline&base={line}")
    assert "is not here" in page.inner_text("#notice")
    assert "× Go 1.27" in page.inner_text("[role=group][aria-label=y]")


def test_by_keyboard_and_pointer(own_site: Path, look: Open) -> None:
    site = look(own_site, "history.html")
    page = site.page
    rows = shown(page)[1:]
    chart = page.locator("#chart")
    chart.focus()
    page.keyboard.press("Home")
    assert page.inner_text("#where").startswith(rows[0][0])
    assert rows[0][0] in str(chart.get_attribute("aria-valuetext"))
    assert [*legend(page).values()] == rows[0][2:]
    page.keyboard.press("ArrowRight")
    assert [*legend(page).values()] == rows[1][2:]
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 99)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 99, steps=4)
    site.act(page.mouse.up)
    zoomed = shown(page)[1:]
    assert 2 < len(zoomed) < len(rows)
    assert zoomed == [row for row in rows if row in zoomed]
    assert "from=" in page.evaluate("location.search")
    site.act(lambda: page.click("#zoom-all"))
    assert shown(page)[1:] == rows
    reached = set()
    for _ in range(90):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"control-benchmark", "control-p-n", "chart", "link", "csv", "json"} <= reached


def test_lines_are_ticked_in_a_list(own_site: Path, look: Open) -> None:
    """The history of one benchmark in three chosen runtimes takes four clicks."""
    site = look(own_site, "history.html")
    page = site.page
    count = len(legend(page))
    page.click("#choose summary")
    page.fill("#search", "go 1.27 personvalue single 1,000 persons")
    boxes = page.locator("#lines input")
    assert boxes.count() == 1
    site.act(boxes.first.click)
    assert len(legend(page)) == count + 1
    assert any("PersonValue" in label for label in legend(page))
    query = page.evaluate("location.search")
    lines = legend(page)
    site.open(f"history.html{query}")
    assert legend(page) == lines


def test_growth_with_a_parameter(own_site: Path, look: Open) -> None:
    site = look(own_site, f"history.html?benchmark={NAME}&x=p-n&commit=356d88ad")
    page = site.page
    head, *rows = shown(page)
    assert [row[0] for row in rows] == ["1,000 persons", "100,000 persons", "4,000,000 persons"]
    for row, n in zip(rows, ("1000", "100000", "4000000")):
        expected = measured({"go1.27": "Go"}, ("'Person'", "'single'", n))["Go", "356d88ad"]
        assert row[head.index("Go 1.27")] == with_unit(expected, "seconds")
    site.act(lambda: page.click("#earlier"))
    assert "commit=" in page.evaluate("location.search")


def test_what_the_address_asks_for_in_vain_is_said(own_site: Path, look: Open) -> None:
    path = "history.html?benchmark=gone&machine=x&p-n=7&from=0000000&line=no&y=lower"
    page = look(own_site, path).page
    said = page.inner_text("#notice")
    for words in ("no benchmark gone", "no machine x", "no commit 0000000", "no scale of values"):
        assert words in said
    assert page.inner_text("h1") == NAME


def test_the_source_is_there(own_site: Path, look: Open) -> None:
    page = look(own_site, f"history.html?benchmark={NAME}").page
    page.click("#source summary")
    page.get_by_text("def time_lifecycle").wait_for()


@pytest.mark.parametrize(("width", "scheme"), [(1400, "light"), (400, "dark")])
def test_wide_and_narrow(own_site: Path, look: Open, width: int, scheme: str) -> None:
    site = look(own_site, None, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = site.open("history.html")
    page.click("#choose summary")
    shown(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_numbers_are_written_as_in_python(own_site: Path, look: Open) -> None:
    page = look(own_site, "history.html").page
    values = [s * 10.0**e * m for s in (1, -1) for e in range(-12, 14) for m in (1, 1.2346, 9.996)]
    values += [0.0, 999.4, 999.6, 0.09996, 99.96, 2.495, 0.0994]
    script = """async ([values, units]) => {
        const { digits, times, withUnit } = await import("./numbers.js");
        return values.map((v) => [digits(v), times(v), ...["seconds", "bytes", "", "unit", "x"]
            .map((unit) => withUnit(v, unit, units))]);
    }"""
    found = page.evaluate(script, [values, STEPS])
    units = ("seconds", "bytes", "", "unit", "x")
    for value, texts in zip(values, found):
        assert texts == [digits(value), times(value), *(with_unit(value, unit) for unit in units)]


# At which commit, in which Python, what has no value, and why.
WHY = {
    (2, "3.13"): (reasons.NOT_AVAILABLE, (repr(HOSTILE),)),
    (8, "3.13"): (reasons.FAILED, (repr(HOSTILE),)),
}
SAID = {2: "no two", 8: f"ValueError: {HOSTILE}"}


@pytest.fixture(scope="module")
def campaigns(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, list[str]]:
    """Nine commits in three campaigns of two runtimes, one of which fails and lacks some."""
    project = publishing(tmp_path_factory.mktemp("campaigns") / "project")
    commits = [project.commit(f"{HOSTILE} {i}") for i in range(9)]
    project.run("git", "tag", "v<b>1", commits[4])
    define(project, {"m.time_a": [[repr(HOSTILE), "'b'"]], "m.time_b": []})
    for i, commit in enumerate(commits):
        value: Any = None if i == 8 else math.nan if i == 2 else 1.0 + i
        store(
            project,
            commit,
            "3.13",
            {"m.time_a": [value, 1.0], "m.time_b": [20.0 if i > 5 else 1.0]},
        )
        store(project, commit, "3.14", {"m.time_a": [2.0, 1.0]})
        for version in ("3.13", "3.14"):
            name = f"results/box/{commit[:8]}-{version}.json"
            notes = {"@boot": f"b{i // 3}", "@began": f"2026-01-0{i // 3 + 1}T00:00:00Z"}
            if (i, version) in WHY:
                notes = reasons.with_reasons(notes, {"m.time_a": {WHY[i, version]: SAID[i]}})
            project.write(name, {**project.json(name), "requirements": notes})
    project.run("asv", "publish", "--no-pull")
    return project, commits


def test_no_line_is_drawn_across_campaigns(
    campaigns: tuple[Project, list[str]], look: Open
) -> None:
    project, commits = campaigns
    site = look(project.path / "html", f"history.html?benchmark=m.time_a&p-p0={HOSTILE}")
    page = site.page
    assert "Measured in 3 campaigns, shaded in turn" in page.inner_text("#notice")
    paths = [str(path.get_attribute("d")) for path in page.locator("#chart .stroke").all()]
    # Of the first line two and three values join, and two before the one that failed.
    assert [[part.count("L") for part in path.split("M")[1:]] for path in paths] == [
        [1, 2, 1],
        [2, 2, 2],
    ]
    dots = [str(path.get_attribute("d")).count("M") for path in page.locator("#chart .dots").all()]
    assert dots == [7, 9]
    assert page.locator("#chart .campaign").count() == 2
    assert page.locator("#chart .tag").text_content() == "v<b>1" * 2
    texts = [row[2] for row in shown(page)[1:]]
    assert (texts[2], texts[8], texts[3]) == ("n/a: no two", f"failed: {SAID[8]}", "4.00 s")
    page.locator("#chart").focus()
    page.keyboard.press("Home")
    page.get_by_text(f"{HOSTILE} 0").wait_for()
    assert "2026-01-01" in page.inner_text("#legend")
    # A reference is any commit; the address has it.
    site.act(lambda: page.click("#as-reference"))
    assert f"reference={commits[0][:8]}" in page.evaluate("location.search")
    assert [row[2] for row in shown(page)[1:3]] == ["1.00×", "2.00×"]


def test_what_has_no_value_says_why(
    campaigns: tuple[Project, list[str]], look: Open, tmp_path: Path
) -> None:
    """In the program's words, which stay text, in each way that one looks at it."""
    project, commits = campaigns
    line = json.dumps(["CPython 3.13", "box", HOSTILE])
    asked = f"history.html?benchmark=m.time_a&line={quote(line)}"
    site = look(project.path / "html", asked)
    page = site.page
    failed = f"failed {SAID[8]}"
    assert " ".join(page.inner_text("#legend li").split()) == f"CPython 3.13 {failed}"
    assert str(page.get_attribute("#chart", "aria-valuetext")).endswith(f"failed: {SAID[8]}")
    page.locator("#chart").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    assert page.inner_text("#legend").split("n/a")[1].strip() == "no two"
    rows = list(csv.DictReader(download(site, "#csv", tmp_path).splitlines()))
    column = next(key for key in rows[0] if key.endswith(" reason"))
    assert {i: row[column] for i, row in enumerate(rows) if row[column]} == SAID
    (of,) = json.loads(download(site, "#json", tmp_path))["lines"]
    assert {i: why for i, why in enumerate(of["reasons"]) if why} == SAID
    # Where the line has nothing else, the page says it first; also by the parameter.
    short = commits[8][:8]
    for path, where in ((f"{asked}&from={short}", short), (f"{asked}&x=p-p0&commit={short}", None)):
        page = site.open(path)
        said = page.inner_text("#headline")
        if where:
            told = f"The latest, at {where}: CPython 3.13 failed: {SAID[8]}"
            assert said == f"Nothing has a value here. {told}."
        assert shown(page)[1][-1] == f"failed: {SAID[8]}"


def test_one_runtime_is_not_divided_by_itself(
    campaigns: tuple[Project, list[str]], look: Open
) -> None:
    """A slowdown of twenty times is seen in whichever way it is looked at."""
    project, _ = campaigns
    for unit in ("value", "first", "baseline"):
        page = look(project.path / "html", f"history.html?benchmark=m.time_b&y={unit}").page
        if unit == "first":
            assert shown(page)[-1][2] == "20.0×"
        elif unit == "value":
            assert shown(page)[-1][2] == "20.0 s"
            words = page.locator("[role=group][aria-label=y]").inner_text()
            assert "CPython" not in words


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """As many commits as are thinned, on two branches, measured in one campaign."""
    project = publishing(tmp_path_factory.mktemp("long") / "project", branches=["main", "other"])
    count = 850
    stream = "".join(
        f"commit refs/heads/main\ncommitter A <a@example.com> {1_700_000_000 + 9000 * i} +0000\n"
        f"data 9\nChange {i % 100:02}\n"
        for i in range(count)
    )
    project.run("git", "fast-import", "--quiet", "--force", input=stream)
    project.run("git", "branch", "-f", "other", "main~50")
    commits = project.run("git", "rev-list", "--reverse", "main").stdout.split()
    define(project, {"m.time_a": [], "m.time_b": []})
    for i, commit in enumerate(commits):
        store(project, commit, "3.13", {"m.time_a": [1.0 + i], "m.time_b": [1.0]})
    for commit, value in zip(commits[-3:], (1.0, 2.0, 4.0)):
        store(project, commit, "3.14", {"m.time_b": [value]})
    project.run("asv", "publish", "--no-pull")
    return project


def test_a_long_history_is_exact_on_zoom(long: Project, look: Open) -> None:
    site = look(long.path / "html", "history.html")
    page = site.page
    assert "median of up to 3 commits" in page.inner_text("#notice")
    assert page.locator("#chart .band").count() == 1
    rows = shown(page)[1:]
    assert len(rows) <= 400
    assert rows[0][2] == "2.00 s"
    page.locator("#chart").focus()
    page.keyboard.press("Home")
    assert "median of up to 3 commits, 1.00 s – 3.00 s" in page.inner_text("#legend")
    for _ in range(5):
        site.act(lambda: page.keyboard.press("+"))
    exact = [row[2] for row in shown(page)[1:]]
    assert exact[:3] == ["1.00 s", "2.00 s", "3.00 s"]
    assert 20 < len(exact) < 40
    assert page.locator("#chart .band").count() == 0
    # A branch has its own history.
    site.act(lambda: page.select_option("#control-branch", label="other"))
    site.act(lambda: page.click("#zoom-all"))
    assert shown(page)[-1][2] == "800 s"


def test_a_short_line_of_a_long_history_is_exact(long: Project, look: Open) -> None:
    """And for it no other files are read."""
    site = look(long.path / "html", None)
    asked: list[str] = []
    site.page.on("request", lambda request: asked.append(request.url))
    page = site.open('history.html?benchmark=m.time_b&line=["CPython+3.14","box"]')
    assert [row[2] for row in shown(page)[1:]] == ["1.00 s", "2.00 s", "4.00 s"]
    assert "median" not in page.inner_text("#notice") + page.inner_text("#legend")
    assert any("data/history/" in url for url in asked)
    assert not any("data/values/" in url for url in asked)


def test_asvs_graphs_are_found_here(own_site: Path, look: Open) -> None:
    asked = "?python=go1.27&p-mode='single'&p-variant='Person'&p-n=1000&p-n=100000&y-axis-scale=log"
    site = look(own_site, f"history.html#{NAME}{asked}")
    page = site.page
    assert [*legend(page)] == ["1,000 persons", "100,000 persons"]
    assert "Go 1.27" in page.inner_text("#about")
    address = page.evaluate("location.search + location.hash")
    assert "#" not in address
    assert address.count("line=") == 2
    site.open(f"history.html#{NAME}?x-axis=n&python=3.14")
    rows = shown(page)
    assert [row[0] for row in rows[1:]] == ["1,000 persons", "100,000 persons", "4,000,000 persons"]
    site.visit("history.html#no.such?python=3.14")
    site.drawn()
    assert "no benchmark no.such here" in page.inner_text("#notice")


def test_addresses_of_the_page_that_is_gone(own_site: Path, look: Open) -> None:
    """They lead to the same benchmark, runtimes, parameters and commit."""
    site = look(own_site, None)
    page = site.page
    page.goto(
        f"{site.address}runtimes.html?benchmark={NAME}&machine=cloud-2core&runtime=Go+1.27"
        "&runtime=PyPy+3&p-n=1000&p-mode=single&commit=356d88ad&sort=-first&na=1&all=1"
    )
    page.wait_for_url("**/history.html?*line=*")
    site.drawn()
    assert page.inner_text("#notice").count("There is no") == 0
    assert "one thread · 1,000 persons" in page.inner_text("#about")
    assert page.inner_text("#where").startswith("356d88ad")
    found = legend(page)
    for environment, label in (("go1.27", "Go 1.27"), ("virtualenv-pypy3", "PyPy 3")):
        expected = measured({environment: label}, ("'Person'", "'single'", "1000"))
        value = expected[label, "356d88ad"]
        assert found[f"{label} · Person"] == with_unit(value, "seconds")
    # Where no runtime is chosen, there is one of each kind.
    page.goto(f"{site.address}runtimes.html?p-variant=Person&p-variant=PersonSlots")
    page.wait_for_url("**/history.html?*line=*")
    site.drawn()
    runtimes = ("Go 1.27", "CPython 3.14", "CPython 3.14, Cython 3.3.1", "PyPy 3")
    ways = ("Person", "PersonSlots")
    assert {*legend(page)} == {f"{one} · {way}" for one in runtimes for way in ways}
    # Without a choice it is what the page opens with, and what is asked for in vain is said.
    page.goto(f"{site.address}runtimes.html")
    page.wait_for_url("**/history.html?benchmark=*")
    site.drawn()
    assert page.inner_text("h1") == NAME
    first = legend(page)
    asked = "benchmark=no.such&machine=x&commit=1234567&p-n=17&p-mode=none"
    page.goto(f"{site.address}runtimes.html?{asked}")
    page.wait_for_url("**/history.html?benchmark=*")
    site.drawn()
    said = page.inner_text("#notice")
    for words in ("no benchmark no.such", "machine x", "commit 1234567", "n of 17", "mode of none"):
        assert words in said
    assert legend(page) == first
