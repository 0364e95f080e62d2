"""The page of machines: their campaigns, and what drifted between them."""

from __future__ import annotations

import csv
import datetime
import html as html_text
import itertools
import json
import math
import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asv.results import iter_results

from gopybench.asvdata import campaigns
from gopybench.asvdata.noted import Code
from gopybench.site import machinespage
from gopybench.site.campaigndrift import MEMORY, TIME, Drift, Measured, Move
from gopybench.site.model import Benchmark, Campaign, Commit, Environment, Machine, Site
from gopybench.site.placevalues import PlaceValues

from ..browser import CHROMIUM, check_use
from ..conftest import ROOT
from .conftest import Open

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: .ci/run installs it")

ATTACK = "<img src=x onerror=alert(1)>&\"'"

# By unit, environment and commit: the campaign, the values, and with which code.
Rows = dict[tuple[str, int], dict[int, tuple[int, list[Any], str]]]


def site(rows: Rows, days: str = "12", families: str = "Python", **changes: Any) -> Site:
    """A site of one machine for each word of *families*; campaigns are of its environment."""
    environments = [
        Environment(f"{family} {i}", family, i, {"python": str(i), "machine": f"box{i}"})
        for i, family in enumerate(families.split())
    ]
    benchmarks = []
    for unit in sorted({unit for unit, _ in rows}):
        values = {}
        for environment in range(len(environments)):
            of = rows.get((unit, environment), {})
            width = max((len(found) for _, found, _ in of.values()), default=0)
            values[environment] = kept = PlaceValues(width)
            for commit, (campaign, found, code) in of.items():
                kept.put(commit, found, [None] * width, [True] * width)
                kept.campaign[commit] = campaign
                if code:
                    kept.code[commit] = Code(code, False)
        places = [[str(i) for i in range(width)]]
        benchmarks.append(Benchmark(f"m.{unit}", "track", unit, ["n"], places, places, values))
    found_in = {
        campaign: environment
        for (_, environment), of in rows.items()
        for campaign, *_ in of.values()
    }
    made = []
    for number, day in enumerate(days):
        environment = found_in.get(number, 0)
        machine = f"box{environment}"
        of_asv = campaigns.Campaign(machine, "", f"2026-11-0{day}", (), None, {"@cpu": ATTACK})
        made.append(Campaign(of_asv.label, of_asv.day, environment, {environment: of_asv}))
    all_of: dict[str, Any] = {
        "title": "t",
        "project": ATTACK,
        "show_commit_url": "#",
        "hash_length": 8,
        "commits": [Commit(f"{i:040}", i) for i in range(20)],
        "branches": {"main": [*range(20)]},
        "tags": {},
        "machines": [Machine(f"box{i}", ATTACK) for i in range(len(environments))],
        "environments": environments,
        "campaigns": made,
        "benchmarks": benchmarks,
    }
    return Site(**{**all_of, **changes})


def drift_of(of: Site, campaign: int = 1) -> Drift | None:
    found = [*Measured(of).drifts(campaign)]
    assert len(found) <= 1
    return found[0] if found else None


class TestDrift:
    def test_the_nearest_commits_are_compared(self) -> None:
        of = {
            0: (0, [9, 9, 9], ""),
            3: (0, [1, None, 1], ""),
            2: (0, [5, 2, math.nan], ""),
            5: (1, [3, 3, 0], ""),
            7: (1, [7, 7, 7], ""),
        }
        drift = drift_of(site({(TIME, 0): of, (MEMORY, 0): {3: (0, [8], ""), 5: (1, [8], "")}}))
        assert drift is not None
        # 3/1, 3/2, and 7/1: nothing can be said of 0.
        assert drift.moves[TIME] == Move(pytest.approx(3), 3, 3)
        assert drift.moves[MEMORY] == Move(1, 1, 0)
        assert (drift.environment, drift.since) == (0, 0)
        assert drift.differences == ["another campaign (2026-11-01 → 2026-11-02)"]

    def test_older_commits_that_were_measured_later(self) -> None:
        of = {4: (0, [1], ""), 9: (0, [5], ""), 2: (1, [9], ""), 3: (1, [2], "")}
        drift = drift_of(site({(TIME, 0): of}))
        assert drift is not None
        assert drift.moves[TIME].ratio == pytest.approx(2)

    @pytest.mark.parametrize(
        ("family", "codes", "left_out"),
        [
            ("Go", ("", ""), "not_known"),
            ("Go", ("aa", ""), "not_known"),
            ("Go", ("aa", "bb"), "other_code"),
            ("Go", ("aa", "aa"), ""),
            ("Python", ("", ""), ""),
        ],
    )
    def test_the_code_has_to_be_the_same(
        self, family: str, codes: tuple[str, str], left_out: str
    ) -> None:
        of = {0: (0, [1, 1], codes[0]), 1: (1, [2, 2], codes[1])}
        drift = drift_of(site({(TIME, 0): of}, families=family))
        assert drift is not None
        found = {what: getattr(drift, what) for what in ("not_known", "other_code")}
        assert found == {what: 2 if what == left_out else 0 for what in found}
        assert bool(drift.moves) is not bool(left_out)

    def test_a_campaign_that_measured_something_else_is_passed_over(self) -> None:
        of: Rows = {
            (TIME, 0): {0: (0, [1], ""), 2: (2, [4], "")},
            ("instructions", 0): {1: (1, [7], ""), 2: (2, [9], "")},
        }
        both = site(of, "123")
        drift = drift_of(both, 2)
        assert drift is not None
        assert (drift.since, drift.moves[TIME].ratio) == (0, pytest.approx(4))
        assert drift_of(both, 0) is drift_of(both, 1) is None
        said = machinespage.sentences(
            both,
            [[machinespage.Session(2, {0: drift}), *[machinespage.Session(c, {}) for c in (1, 0)]]],
        )
        assert said[1] == "The last and 2026-11-01 differ in some values: Python 0 4.00×."

    def test_of_another_machine_nothing_is_compared(self) -> None:
        of: Rows = {(TIME, 0): {0: (0, [1], "")}, (TIME, 1): {1: (1, [2], "")}}
        assert drift_of(site(of, families="Python Python")) is None


@pytest.mark.parametrize(
    ("later", "said"),
    [
        ([2, 2, 2, 1], "The last two differ by more than the code: Python 0 2.00×."),
        ([1.04, 1.0, 1.01, 1.0], "The last two agree: Python 0 1.00×."),
        ([2, 2, 1, 1.2], "The last two differ by more than the code: Python 0 1.55×."),
        ([2, 2, 1, 1], "The last two differ in some values: Python 0 1.41×."),
        ([None, None, None, None], "The last campaign has no time in common with one before."),
    ],
)
def test_the_sentence(tmp_path: Path, later: list[Any], said: str) -> None:
    of = site({(TIME, 0): {0: (0, [1.0, 1.0, 1.0, 1.0], ""), 1: (1, later, "")}})
    machinespage.write(of, tmp_path)
    first, second = json.loads((tmp_path / "machines.json").read_text())["sentences"]
    assert first == "1 machine, 2 campaigns."
    assert second.endswith(said)
    text = (tmp_path / "machines.html").read_text()
    assert second in html_text.unescape(re.sub("<[^>]+>", "", text))
    # Hostile words of a machine and a project stay words, and what is not noted is said to be.
    assert "<img" not in text
    assert "&lt;img" in text
    assert "not noted" in text


def test_each_machine_has_its_own_sentence(tmp_path: Path) -> None:
    of: Rows = {
        (TIME, 0): {0: (0, [1, 1, 1], ""), 1: (2, [1, 1, 1], "")},
        (TIME, 1): {0: (1, [1, 1, 1], ""), 1: (3, [3, 3, 3], "")},
    }
    machinespage.write(site(of, "1234", "Python Python"), tmp_path)
    assert json.loads((tmp_path / "machines.json").read_text())["sentences"] == [
        "2 machines, 4 campaigns.",
        "On box1 the last two differ by more than the code: Python 1 3.00×.",
        "On box0 the last two agree: Python 0 1.00×.",
    ]


def test_many_campaigns_are_folded(tmp_path: Path) -> None:
    number = 40
    of: Rows = {(TIME, 0): {i % 20: (i, [1.0], "") for i in range(number)}}
    machinespage.write(site(of, "1" * number), tmp_path)
    text = (tmp_path / "machines.html").read_text()
    assert text.count("<tr>") == 1 + machinespage.MAX_WHOLE
    assert f"{number - machinespage.MAX_WHOLE} earlier campaigns" in text


def test_own_sentence_is_true(own_site: Path) -> None:
    """It is held against the results themselves."""
    found = json.loads((own_site / "machines.json").read_text())
    rows = found["campaigns"]
    labels = {row["campaign"] for row in rows}
    assert found["sentences"][0] == f"1 machine, {len(labels)} campaigns."
    listed = re.findall(r"([A-Z][^:,]*?(?:, Cython [0-9.]+)?) ([0-9.]+)×", found["sentences"][1])
    assert ("CPython 3.13", "0.64") in listed
    order = subprocess.run(
        ["git", "rev-list", "--reverse", "HEAD"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    number = {commit: place for place, commit in enumerate(order)}
    # Of each day, the values of CPython 3.13 by commit.
    by_day: dict[str, dict[int, dict[Any, float]]] = {}
    for results in iter_results(str(ROOT / "results")):
        if (results.params["python"], results.params.get("cython") or "") != ("3.13", ""):
            continue
        for name in results.get_all_result_keys():
            if ".time_" not in name:
                continue
            params = results.get_result_params(name)
            moment = datetime.datetime.fromtimestamp(
                results.started_at[name] / 1000, datetime.timezone.utc
            )
            values = by_day.setdefault(f"{moment:%Y-%m-%d}", {}).setdefault(
                number[results.commit_hash], {}
            )
            for place, value in zip(
                itertools.product(*params), results.get_result_value(name, params)
            ):
                if value is not None and math.isfinite(value):
                    values[(name, *place)] = value
    *_, before, last = sorted(by_day)
    ratios = []
    ((_, values),) = by_day[last].items()
    for key, value in values.items():
        earlier = [of[key] for _, of in sorted(by_day[before].items()) if key in of]
        if earlier:
            ratios.append(value / earlier[-1])
    (row,) = (row for row in rows if row["runtime"] == "CPython 3.13" and row["day"] == last)
    assert row["drift"]["time"]["values"] == len(ratios) > 20
    assert row["drift"]["time"]["ratio"] == pytest.approx(statistics.median(ratios))
    lines = [*csv.DictReader((own_site / "machines.csv").read_text().splitlines())]
    assert [line["time ratio"] for line in lines] == [
        str(((row["drift"] or {}).get("time") or {}).get("ratio", "")) for row in rows
    ]


@needs_browser
def test_anyone_can_use_it(own_site: Path, look: Open) -> None:
    """Also what is folded; as it is opened it is looked at for its budget."""
    page = look(own_site, None).visit("machines.html")
    for one in page.locator("details").all():
        one.locator("> summary").click()
    assert "GCC 12.2.0" in page.inner_text("main")
    check_use(page, (1400, "light"), (400, "light"), (400, "dark"), (1400, "dark"))
