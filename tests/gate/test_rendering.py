"""The gate's report as text, Markdown and JSON, from comparisons that are made up."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest

from gopybench.gate.gaterun import Report
from gopybench.gate.rendering import MAX_SHOWN, render
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Rules, Verdict
from gopybench.turns.pairs import Turn
from gopybench.turns.sides import Place
from gopybench.turns.signedrank import Estimate

BASE, HEAD = "a" * 40, "b" * 40


def comparison(verdict: Verdict, ratio: float = 1.0, **benchmark: Any) -> Comparison:
    """Return a comparison of two turns, of a benchmark in bytes unless it says otherwise."""
    about = {"name": "m.Work.track_size", "unit": "bytes", "type": "track", "params": []}
    place = Place("go1.27", {**about, "param_names": [], **benchmark}, 0)
    estimate = Estimate(ratio, ratio * 0.9, ratio * 1.1)
    return Comparison(place, [Turn(1000.0, 1000.0 * ratio, 0.0)] * 2, verdict, estimate)


def report(*comparisons: Comparison) -> Report:
    return Report(BASE, HEAD, Rules(), list(comparisons), 90.0)


def lines(*comparisons: Comparison, format: str = "text") -> list[str]:
    return render(report(*comparisons), format).splitlines()


WORSE, OPEN, SAME, NEW, ABSENT = (
    comparison(verdict)
    for verdict in (
        Verdict.WORSE,
        Verdict.INCONCLUSIVE,
        Verdict.SAME,
        Verdict.NEW,
        Verdict.ABSENT,
    )
)


@pytest.mark.parametrize(
    ("comparisons", "headline"),
    [
        ([WORSE, SAME], "1 of 2 comparisons got worse"),
        ([WORSE, OPEN, SAME, NEW, ABSENT], "1 of 3 comparisons got worse, 1 inconclusive"),
        ([OPEN, SAME], "1 of 2 comparisons is inconclusive; the rest did not regress"),
        ([OPEN, OPEN], "2 of 2 comparisons are inconclusive"),
        ([SAME, NEW], "none of 1 comparisons got worse"),
        ([ABSENT], "nothing was measured"),
        ([], "nothing was measured"),
    ],
)
def test_the_first_line(comparisons: list[Comparison], headline: str) -> None:
    first = f"{BASE[:8]} → {HEAD[:8]}: {headline}"
    assert lines(*comparisons)[0] == first
    assert lines(*comparisons, format="markdown")[0] == f"**{first}**"


def test_a_row() -> None:
    (row,) = (line for line in lines(comparison(Verdict.WORSE, 1.25)) if "worse  " in line)
    assert re.split("  +", row) == [
        *("worse", "go1.27", "m.Work.track_size"),
        *("1k", "1.25k", "1.250×", "1.125 to 1.375"),
    ]


def test_other_units_and_ratios_to_nothing() -> None:
    seconds = comparison(Verdict.WORSE, 2.0, unit="seconds")
    points = comparison(Verdict.BETTER, 0.5, unit="points")
    from_nothing = comparison(Verdict.WORSE)
    from_nothing.turns = [Turn(0.0, 1000.0, 20.0)]
    from_nothing.estimate = Estimate(math.exp(20), math.exp(20), math.inf)
    seconds.turns = [Turn(0.002, seconds.head[0], 0.0)]
    said = [re.split("  +", line) for line in lines(seconds, points, from_nothing)]
    assert ["2.00ms", "33.3m", "2.000×"] in [row[3:6] for row in said]
    assert ["1000", "500", "0.500×"] in [row[3:6] for row in said]
    assert ["0", "1k", "from 0"] in [row[3:6] for row in said]


def test_the_largest_change_is_first_and_the_rest_are_counted() -> None:
    many = [comparison(Verdict.WORSE, 1 + i / 100, name=f"n{i}") for i in range(MAX_SHOWN + 5)]
    said = lines(*many)
    rows = [line for line in said if line.startswith("worse")]
    assert [row.split()[2] for row in rows[:2]] == [f"n{MAX_SHOWN + 4}", f"n{MAX_SHOWN + 3}"]
    assert len(rows) == MAX_SHOWN
    assert any("and 5 more" in line for line in said)


def test_a_bar_does_not_end_a_column_of_markdown() -> None:
    of = comparison(Verdict.WORSE, params=[["'b|c'"]], param_names=["which"])
    (row,) = (line for line in lines(of, format="markdown") if line.startswith("| worse "))
    assert "m.Work.track_size('b\\|c')" in row
    assert row.replace("\\|", "").count("|") == 8


def test_json_has_all_of_it_and_no_infinity() -> None:
    of = comparison(Verdict.WORSE, 1.25, params=[["1", "2"]], param_names=["n"])
    of.estimate = Estimate(1.25, 1.1, math.inf)
    data = json.loads(render(report(of, SAME), "json"), parse_constant=pytest.fail)
    assert (data["base"], data["head"], data["exit_code"]) == (BASE, HEAD, 1)
    first, second = data["comparisons"]
    assert (first["parameters"], first["verdict"]) == ({"n": "1"}, "worse")
    assert (first["ratio"], first["low"], first["high"]) == (1.25, 1.1, None)
    assert (first["base"], first["head"]) == ([1000.0] * 2, [1250.0] * 2)
    assert second["verdict"] == "same"


@pytest.mark.parametrize(
    ("comparisons", "code"),
    [([WORSE, OPEN], 1), ([OPEN, SAME], 2), ([SAME, NEW], 0), ([NEW], 2), ([], 2)],
)
def test_the_exit_code(comparisons: list[Comparison], code: int) -> None:
    assert report(*comparisons).code == code
