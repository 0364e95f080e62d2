"""The data of the pages, format 1: the values of results/, with their states and campaigns."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
from asv.results import Results, iter_results

from gopybench.site.datafiles import _stretches
from gopybench.site.historyfiles import MAX_POINTS, HistoryFiles
from gopybench.site.model import Benchmark
from gopybench.site.placevalues import PlaceValues
from gopybench.site.sitecampaigns import CampaignNumbers

from ..conftest import ROOT
from .projects import define, publishing, store


class Data:
    """The files in ``data/`` of a published site."""

    def __init__(self, html: Path) -> None:
        self.path = html / "data"
        self.index = self.read("index.json")
        self.commits = self.read("commits.json")

    def read(self, name: str) -> Any:
        return json.loads((self.path / name).read_text(encoding="utf-8"))

    def measured(self) -> dict[tuple[int, int, int], dict[str, Any]]:
        """Return what values/ has, by environment, commit and benchmark."""
        return {
            (environment, int(commit), int(benchmark)): measured
            for environment, about in enumerate(self.index["environments"])
            for first, last in about["blocks"]
            for block in range(first, last + 1)
            for commit, of in self.read(f"values/{environment}-{block}.json").items()
            for benchmark, measured in of.items()
        }


@pytest.mark.parametrize(
    ("numbers", "stretches"),
    [([], []), ([4], [[4, 4]]), ([0, 1, 2, 5, 7, 8], [[0, 2], [5, 5], [7, 8]])],
)
def test_stretches(numbers: list[int], stretches: list[list[int]]) -> None:
    assert _stretches(numbers) == stretches


def test_values_and_history_are_those_of_the_results(own_site: Path) -> None:
    data = Data(own_site)
    written = {
        f"{e}-{n}"
        for e, about in enumerate(data.index["environments"])
        for first, last in about["blocks"]
        for n in range(first, last + 1)
    }
    assert {path.stem for path in (data.path / "values").iterdir()} == written
    assert all(of for of in data.measured().values())
    names = [benchmark["name"] for benchmark in data.index["benchmarks"]]
    commits = {short: number for number, (short, _) in enumerate(data.commits)}
    params = [environment["params"] for environment in data.index["environments"]]
    defined = json.loads((ROOT / "results/benchmarks.json").read_text())
    expected: dict[tuple[int, int, int], list[Any]] = {}
    for results in iter_results(str(ROOT / "results")):
        of_machine = ("arch", "cpu", "num_cpu", "os", "ram")
        about = {k: v for k, v in results.params.items() if v and k not in of_machine}
        environment = params.index(about)
        commit = commits[results.commit_hash[:8]]
        for name in results.get_result_keys(defined):
            then = results.get_result_params(name)
            pairs = zip(results.get_result_value(name, then), results.get_result_stats(name, then))
            written = (as_written(value, stat or {}) for value, stat in pairs)
            known = dict(zip(itertools.product(*then), written))
            now = itertools.product(*defined[name]["params"])
            expected[environment, commit, names.index(name)] = [known.get(one) for one in now]
    found = data.measured()
    assert {key: measured["values"] for key, measured in found.items()} == expected
    campaigns = data.index["campaigns"]
    assert len({campaign["label"] for campaign in campaigns}) == len(campaigns) > 1
    number = names.index("person.Lifecycle.time_lifecycle")
    place = data.index["benchmarks"][number]["start"]
    history = data.read(f"history/{number}-{place}.json")
    assert history["step"] == 1
    for line in history["lines"]:
        for i, commit in enumerate(history["commits"]):
            measured = found.get((line["environment"], commit, number))
            value = measured["values"][place] if measured else None
            samples = value[1] if isinstance(value, list) else None
            assert line["values"][i] == (value[0] if isinstance(value, list) else value)
            assert line.get("samples", [None] * 99)[i] == samples
            campaign = measured["campaign"] if measured and value is not None else None
            assert line["campaigns"][i] == campaign


def as_written(value: Any, stat: dict[str, float]) -> Any:
    if value is None or not math.isfinite(value):
        return "failed" if value is None else "n/a"
    low, high = stat.get("ci_99_a"), stat.get("ci_99_b")
    if low is None or high is None or not math.isfinite(high - low):
        low = high = None
    known = [stat.get("repeat"), low, high]
    return value if known == [None] * 3 else [value, *known]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Data:
    """Three commits, of which the first two were measured, and the last by half."""
    site = {"words": {"n": "things", "x": "the first"}}
    project = publishing(tmp_path_factory.mktemp("small") / "project", site=site)
    commits = [project.commit(f"Change <{i}>") for i in range(4)]
    project.run("git", "tag", "v1", commits[0])
    project.run("git", "tag", "-m", "words", "v2", commits[2])
    project.run("git", "tag", "v3", commits[3])
    name = "m.time_a"
    define(project, {name: [["'x'", "'y'"], ["10", "2000"]]}, param_names=["way", "n"])
    store(project, commits[0], "3.13", {name: [1.0, math.nan, None, 4.0]})
    store(project, commits[2], "3.13", {name: [1.5, 2.0, 3.0, 4.0]})
    store(project, commits[2], "pypy3", {name: [1.5, 2.0, math.nan, math.nan]})
    project.run("asv", "publish", "--no-pull")
    return Data(project.path / "html")


def test_the_index(small: Data) -> None:
    index = small.index
    assert (index["version"], index["project"], index["show_commit_url"]) == (1, "scratch", "")
    assert index["tags"] == {"v1": 0, "v2": 1}
    assert index["branches"] == {"HEAD": [0, 1]}
    assert [e["label"] for e in index["environments"]] == ["CPython 3.13", "PyPy 3"]
    assert [e["latest"] for e in index["environments"]] == [1, 1]
    assert index["benchmarks"] == [
        {
            "name": "m.time_a",
            "type": "time",
            "unit": "seconds",
            "environments": [0, 1],
            "params": [
                {
                    "name": "way",
                    "role": "class",
                    "values": ["x", "y"],
                    "words": ["the first", "y"],
                },
                {
                    "name": "n",
                    "role": "size",
                    "values": ["10", "2000"],
                    "words": ["10 things", "2,000 things"],
                },
            ],
            # The first of two with three values.
            "start": 0,
        }
    ]
    assert small.read("subjects-0.json") == ["Change <0>", "Change <2>"]


def test_states_are_words(small: Data) -> None:
    campaign = {"campaign": 0}
    assert small.read("values/0-0.json") == {
        "0": {"0": {**campaign, "values": [1.0, "n/a", "failed", 4.0]}},
        "1": {"0": {**campaign, "values": [1.5, 2.0, 3.0, 4.0]}},
    }
    assert small.read("history/0-2.json") == {
        "commits": [0, 1],
        "step": 1,
        "lines": [
            {"environment": 0, "values": ["failed", 3.0], "campaigns": [0, 0]},
            {"environment": 1, "values": [None, "n/a"], "campaigns": [None, 0]},
        ],
    }


def test_a_row_says_all_that_is_known() -> None:
    values = PlaceValues(3)
    stat = {"repeat": 7, "ci_99_a": 0.5, "ci_99_b": 2.0}
    values.put(0, [1.0, 2.0, 3.0], [stat] * 3, [True] * 3)
    values.put(1, [1.0, None, 3.0], [{"repeat": 2, "ci_99_a": -math.inf}, None, stat], [True] * 3)
    values.put(2, [1.0, math.nan, 3.0], [None] * 3, [True, True, False])
    assert values.row(0) == [[1.0, 7, 0.5, 2.0], [2.0, 7, 0.5, 2.0], [3.0, 7, 0.5, 2.0]]
    first, *rest = values.row(1) or []
    assert first[:2] == [1.0, 2]
    assert math.isnan(first[2])
    assert rest == ["failed", [3.0, 7, 0.5, 2.0]]
    assert (values.row(2) or [])[:2] == [1.0, "n/a"]
    assert math.isnan((values.row(2) or [])[2])
    assert values.row(3) is None


def test_a_long_history_is_thinned(tmp_path: Path) -> None:
    count = 2 * MAX_POINTS + 1
    values = {0: PlaceValues(2), 1: PlaceValues(2)}
    for commit in range(count):
        values[0].put(commit, [commit, 1 / 3], [None] * 2, [True] * 2)
        values[0].campaign[commit] = commit // 4
    for commit, value in ((0, None), (1, math.nan), (4, math.nan)):
        values[1].put(commit, [value, 1], [None] * 2, [True, False])
        values[1].campaign[commit] = 0
    values[1].reasons = {0: {0: "no"}, 1: {0: "never"}, 4: {0: "later", 1: "other"}}
    benchmark = Benchmark("m.a", "time", "seconds", ["n"], [["1", "2"]], [["1", "2"]], values)
    # Both have as many values: the greater size comes first.
    assert HistoryFiles(tmp_path).write(7, benchmark) == 1
    history = json.loads((tmp_path / "7-0.json").read_text())
    assert (history["step"], history["commits"]) == (3, [*range(count)])
    first, second = history["lines"]
    assert len(first["values"]) == math.ceil(count / 3) <= MAX_POINTS
    assert (first["values"][:2], first["low"][:2], first["high"][:2]) == ([1, 4], [0, 3], [2, 5])
    # Commits 3 to 5 are of two campaigns, and 8 begins the third.
    assert first["campaigns"][:4] == [0, None, None, 2]
    assert second["values"][:3] == ["failed", "n/a", None]
    assert second["low"][:3] == [None, None, None]
    # The first point failed, though of the last of its commits it is known otherwise.
    assert second["reasons"] == {"no": [0], "later": [1]}
    assert "reasons" not in first
    # A short line beside it has all that it is made of.
    assert "exact" not in first
    assert second["exact"] == {
        "commits": [0, 1, 4],
        "values": ["failed", "n/a", "n/a"],
        "campaigns": [0, 0, 0],
        "reasons": {"no": [0], "never": [1], "later": [2]},
    }
    other = json.loads((tmp_path / "7-1.json").read_text())
    assert {*other["lines"][0]["values"]} == {0.33333}


def results(day: int, started: float | None, **notes: str) -> Results:
    params = {"machine": "box", "python": "3.13"}
    of = Results(params, notes, "0" * 40, 0, "3.13", "py3.13", {})
    of._results = {name: [1.0] for name in ("m.a", "m.b")}
    of._started_at = {"m.a": started, "m.b": day * 86_400_000}
    return of


def test_campaigns_of_a_site() -> None:
    """A day and boot is one for all runtimes; other builds of one of them are another."""
    numbers = CampaignNumbers()
    notes = [
        {"@boot": "b1", "@began": "1970-01-03T00:00:00Z", "@runtime": "CPython 3.13.1"},
        {"@boot": "b1", "@began": "1970-01-03T00:00:00Z", "@runtime": "Go 1.27"},
        {"@boot": "b1", "@began": "1970-01-03T00:00:00Z", "@runtime": "CPython 3.13.2"},
        {},
    ]
    found = [
        [number(name) for name in ("m.a", "m.b")]
        for number in (
            numbers.of_file(results(2, 2 * 86_400_000 + 60_000 * i, **of), environment)
            for i, (of, environment) in enumerate(zip(notes, (0, 1, 0, 0)))
        )
    ]
    assert found == [[0, 0], [0, 0], [1, 1], [2, 2]]
    assert numbers.of_file(results(1, None), 0)("m.a") == 3
    campaigns, places = numbers.ordered(["abc", "box"], [1, 0])
    assert [campaign.label for campaign in campaigns] == [
        "unknown day on box",
        "1970-01-03 on box, boot b1",
        "1970-01-03 on box, boot b1 (2)",
        "1970-01-03 on box",
    ]
    assert places == [1, 2, 3, 0]
    assert campaigns[1].machine == 1
    assert {*campaigns[1].measured} == {0, 1}
    assert campaigns[1].measured[0].builds[0] == "Go 1.27"


def test_what_was_never_tried_did_not_fail(tmp_path: Path) -> None:
    """Parameters that came later, or by another name, and a build that failed as a whole."""
    project = publishing(tmp_path / "project")
    commits = [project.commit(f"Change {i}") for i in range(5)]
    name = "m.time_a"
    define(project, {name: [["'a'", "'b'"]]})
    store(project, commits[0], "3.13", {name: [1.0, 2.0]})
    store(project, commits[1], "3.13", {name: [1.0, None]})
    store(project, commits[2], "3.13", {name: [1.0, 2.0]})
    file = f"results/box/{commits[2][:8]}-3.13.json"
    data = project.json(file)
    data["results"][name][0] = None  # asv's way to say so of all of them
    project.write(file, data)
    define(project, {name: [["'a'"], ["'x'"]]})
    store(project, commits[3], "3.13", {name: [1.0]})
    define(project, {name: [["'a'", "'b'", "'c'"]]})
    store(project, commits[4], "3.13", {name: [1.0, math.nan, None]})
    project.run("asv", "publish", "--no-pull")
    found = Data(project.path / "html")
    values = {
        found.commits[commit][0]: of["values"] for (_, commit, _), of in found.measured().items()
    }
    assert {hash: of for hash, of in values.items() if of != [None] * 3} == {
        commits[0][:8]: [1.0, 2.0, None],
        commits[1][:8]: [1.0, "failed", None],
        commits[2][:8]: ["failed", "failed", None],
        commits[4][:8]: [1.0, "n/a", "failed"],
    }


def test_what_no_environment_tried_is_in_no_history(tmp_path: Path) -> None:
    project = publishing(tmp_path / "project")
    commits = [project.commit(f"Change {i}") for i in range(2)]
    define(project, {"m.time_a": [["10"]]})
    store(project, commits[0], "3.13", {"m.time_a": [1.0]})
    define(project, {"m.time_a": [["10", "20"]]})
    store(project, commits[1], "3.14", {"m.time_a": [1.0, 2.0]})
    project.run("asv", "publish", "--no-pull")
    ten, twenty = (project.json(f"html/data/history/0-{place}.json") for place in (0, 1))
    assert (len(ten["lines"]), len(twenty["lines"])) == (2, 1)
    assert (ten["commits"], twenty["commits"]) == ([0, 1], [1])


def test_a_requirement_without_a_version_is_no_other_runtime(tmp_path: Path) -> None:
    project = publishing(tmp_path / "project")
    commits = [project.commit(f"Change {i}") for i in range(2)]
    define(project, {"m.time_a": [["'a'", "'b'"]]})
    for commit in commits:
        store(project, commit, "3.13", {"m.time_a": [1.0, 2.0]})
    file = f"results/box/{commits[1][:8]}-3.13.json"
    data = project.json(file)
    data["params"]["numpy"] = ""
    project.write(file, data)
    project.run("asv", "publish", "--no-pull")
    found = Data(project.path / "html")
    assert [environment["label"] for environment in found.index["environments"]] == ["CPython 3.13"]
    assert [of["values"] for of in found.measured().values()] == [[1.0, 2.0]] * 2
