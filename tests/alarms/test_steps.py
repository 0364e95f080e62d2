"""asv's graphs, and the steps that are found in them."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from asv.graph import GraphSet
from asv.step_detect import detect_regressions
from hypothesis import given
from hypothesis import strategies as st

from gopybench.alarms import steps
from gopybench.alarms.steps import Alarm

BENCHMARK = {"name": "m.time_a", "params": [], "param_names": [], "unit": "seconds"}
GRID = {"name": "m.time_g", "params": [["'a'", "'b'"], ["1", "2"]], "param_names": ["x", "n"]}


def find(values: Sequence[Any], benchmark: dict[str, Any] = BENCHMARK, **conf: Any) -> list[Alarm]:
    """Return the steps in the history of a benchmark, a commit for each value."""
    graphs = GraphSet()
    for branch in ("main", "next"):
        graph = graphs.get_graph(benchmark["name"], {"machine": "box", "branch": branch})
        for number, value in enumerate(values):
            graph.add_data_point(number, value)
    revisions = {f"c{number}": number for number in range(len(values))}
    settings = {"regressions_thresholds": {}, "regressions_first_commits": {}, **conf}
    namespace = SimpleNamespace(branches=["main", "next"], **settings)
    return steps.find(namespace, None, {benchmark["name"]: benchmark}, graphs, revisions)


def test_slower_and_faster() -> None:
    (slower,) = find([1.0] * 5 + [2.0] * 5)
    assert (slower.before, slower.after, slower.is_slower) == ("c4", "c5", True)
    assert (slower.values, slower.levels, slower.points) == ((1.0, 2.0), (1.0, 2.0), (5, 5))
    assert slower.series == (("machine", "box"),)
    (faster,) = find([2.0] * 5 + [1.0] * 5)
    assert (faster.before, faster.after, faster.is_slower) == ("c4", "c5", False)
    assert faster.levels == (2.0, 1.0)
    assert slower.log == -faster.log > 0
    assert find([1.0] * 10) == []


@pytest.mark.parametrize("is_slower", [True, False])
def test_what_went_back_is_a_step_once(is_slower: bool) -> None:
    """As in asv's list, which is about what the newest value is worse by than an earlier one."""
    low, high = [1.0] * 5, [2.0] * 5
    values = high + low + high if is_slower else low + high + low
    (alarm,) = find(values)
    assert (alarm.before, alarm.is_slower) == ("c9", is_slower)


def test_settings_of_asv_hold() -> None:
    values = [1.0] * 5 + [1.2] * 5
    assert len(find(values)) == 1
    assert find(values, regressions_thresholds={"m.time_a": 0.5}) == []
    assert find(values, regressions_first_commits={"m.time_a": None}) == []
    down = list(reversed(values))
    assert len(find(down)) == 1
    assert find(down, regressions_thresholds={"m.time_a": 0.5}) == []


def test_a_combination_of_parameters() -> None:
    flat, up = [1.0] * 10, [1.0] * 5 + [3.0] * 5
    (alarm,) = find([list(of) for of in zip(flat, flat, up, flat)], GRID)
    assert (alarm.index, alarm.entry) == (2, "m.time_g('b', 1)")
    assert alarm.parameters == (("x", "'b'"), ("n", "1"))


@pytest.mark.parametrize(("before", "after"), [(100.0, 0.0), (0.0, 100.0)])
def test_to_and_from_nothing(before: float, after: float) -> None:
    """As bytes that a benchmark no longer allocates."""
    (alarm,) = find([before] * 5 + [after] * 5)
    assert alarm.is_slower == (after > before)
    assert alarm.levels == (before, after)


@pytest.mark.parametrize("value", [-1.0, None, float("nan"), 1e-320])
def test_odd_values(value: Any) -> None:
    for values in ([1.0] * 5 + [value] * 5, [value] * 5 + [1.0] * 5, [value] * 10):
        for alarm in find(values):
            assert all(abs(number) < 1e300 for number in (*alarm.values, *alarm.levels))


def test_a_clear_step_is_stronger_than_a_noisy_one() -> None:
    (clear,) = find([10.0, 10.01] * 5 + [13.0, 13.01] * 5)
    (noisy,) = find([9.0, 11.0] * 10 + [27.0, 33.0] * 10)
    assert clear.log < noisy.log
    assert clear.strength > noisy.strength


@given(st.lists(st.sampled_from([1.0, 1.5, 2.0, 4.0, 8.0]), min_size=2, max_size=6))
def test_faster_is_slower_upside_down(levels: list[float]) -> None:
    """What is faster is where asv finds a regression of the inverse values."""
    history = [level for level in levels for _ in range(4)]
    faster = {(a.before, a.after) for a in find(history) if not a.is_slower}
    graph = GraphSet().get_graph("m.time_a", {})
    for number, value in enumerate(history):
        graph.add_data_point(number, value)
    turned = [
        (left, right, 1 / level, 1 / level, 0.0) for left, right, level, _, _ in graph.get_steps()
    ]
    jumps = detect_regressions(turned, 0.05)[2] or []
    assert faster == {(f"c{last}", f"c{first}") for last, first, *_ in jumps}
