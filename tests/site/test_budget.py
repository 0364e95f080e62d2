"""What each page of ours may cost, and that everyone can use it; on small and large projects."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Response

from gopybench.site import listpages, listviews
from gopybench.site.htmltemplates import COMPARE, HISTORY, INDEX, own_pages
from gopybench.site.parameterroles import SiteSettings

from ..browser import CHROMIUM, check_use
from ..tools import site_scale
from .conftest import Open
from .projects import define, publishing, store
from .test_list import LONG, made_up

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

MAX_BYTES = 100_000
MAX_SHIFT = 0.05
NARROW, WIDE = 400, 1400

_SHIFTS = (
    "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
    "entry => window.shift += entry.value)).observe({type: 'layout-shift', buffered: true})"
)


def on_a_runner(path: Path) -> Path:
    """One kind of runtime, also without a version, no parameters, each day a campaign."""
    project = publishing(path)
    names = [f"suite{i % 5}.Bench_{i}.time_{i}" for i in range(36)]
    define(project, {name: [] for name in names})
    for day in range(6):
        commit = project.commit(f"Change {day}")
        values = {name: [(1 + i) * (1 + day % 3 / 10)] for i, name in enumerate(names)}
        for python in ("", "3.13"):
            store(project, commit, python, values, day=3 * day, machine="hosted-runner")
    project.run("asv", "publish", "--no-pull")
    return project.path / "html"


def on_laptops(path: Path) -> Path:
    """Two machines, with and without a requirement, parameters of any kind."""
    project = publishing(path)
    kinds = [["None", "'freq'"], ["<function f at 0x7f00>", LONG, "1e-9"]]
    names = {"m.time_plain": [], **{f"m.Suite{i}.time_work": kinds for i in range(20)}}
    define(project, names)
    for day in range(6):
        commit = project.commit(f"Change {day}")
        values = {
            name: [1 + day % 2 / 50 + (day == 7)] * (6 if params else 1)
            for name, params in names.items()
        }
        store(project, commit, "3.6", values, day=day, machine="laptop-a")
        store(project, commit, "3.8", values, day=day, machine="laptop-b", numpy="1.17")
        store(project, commit, "3.8", values, day=day, machine="laptop-b")
    project.run("asv", "publish", "--no-pull")
    return project.path / "html"


def of_many_runtimes(path: Path) -> Path:
    """A smaller one of what ``make bench-site`` publishes."""
    project = site_scale.generate(path, commits=40, environments=4)
    project.run("asv", "--config", "1.json", "publish", "--no-pull", "--html-dir", path / "html")
    return path / "html"


def of_many_benchmarks(path: Path) -> Path:
    """A list of five thousand, written as a publish does; it has no other page."""
    site = made_up(5000, 50)
    path.mkdir()
    listpages.write(listviews.views(site, SiteSettings()), site, path)
    for file in (files("gopybench.site") / "page").iterdir():
        (path / file.name).write_bytes(file.read_bytes())
    (path / "swallow.png").write_bytes((files("asv") / "www/swallow.png").read_bytes())
    return path


PROJECTS = {
    make.__name__: make for make in (on_a_runner, on_laptops, of_many_runtimes, of_many_benchmarks)
}


@pytest.fixture(scope="module", params=["own_site", *PROJECTS])
def html(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param == "own_site":
        found: Path = request.getfixturevalue("own_site")
        return found
    return PROJECTS[request.param](tmp_path_factory.mktemp(request.param) / "project")


# Without these, what is printed says too little.
PRINTED = {HISTORY: ["#chart svg"], COMPARE: ["#before", "#after"]}


@pytest.mark.parametrize("page", own_pages())
def test_the_budget(html: Path, look: Open, page: str) -> None:
    """Its bytes, how steady it is, and that it fits; axe finds nothing in light and dark."""
    if page != INDEX and not (html / "asv.html").exists():
        pytest.skip("a list alone")
    for width, scheme in ((WIDE, "light"), (NARROW, "dark")):
        viewport = {"width": width, "height": 900}
        site = look(html, None, viewport=viewport, color_scheme=scheme)
        answers: list[Response] = []
        site.page.on("response", lambda answer, to=answers: to.append(answer))
        site.page.add_init_script(_SHIFTS)
        site.page.goto(site.address + page)
        site.page.wait_for_load_state("networkidle")
        sizes = {answer.url: len(gzip.compress(answer.body())) for answer in answers}
        assert sum(sizes.values()) <= MAX_BYTES, sizes
        assert site.page.evaluate("window.shift") < MAX_SHIFT
        check_use(site.page, (width, scheme))
        if page == INDEX and width == WIDE:
            pdf = site.page.pdf(format="A4")
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
        site.page.emulate_media(media="print")
        for needed in PRINTED.get(page, ()):
            box = site.page.locator(needed).bounding_box()
            assert box is not None, f"{needed} is not printed"
            assert box["height"] > 10, f"{needed} is not printed"
