from __future__ import annotations

import contextlib
import gc
import json
import math
from pathlib import Path

import pytest
from asv import results, util
from asv_runner import statistics
from hypothesis import given
from hypothesis import strategies as st

from gopybench.asvdata import speed

numbers = st.floats(-1e300, 1e300) | st.sampled_from((0.0, -0.0, 1.0, 5e-324))


@given(st.lists(numbers, max_size=40) | st.lists(numbers, min_size=200, max_size=300))
def test_statistics_are_those_of_asv(samples: list[float]) -> None:
    try:
        expected = statistics.compute_stats(samples, 3)
    except (ArithmeticError, ValueError) as error:
        with pytest.raises(type(error)):
            speed.compute_stats(samples, 3)
        return
    assert repr(speed.compute_stats(samples, 3)) == repr(expected)


@given(st.lists(st.floats() | st.none() | st.integers() | st.lists(st.floats())))
def test_floats_are_shortened_as_by_asv(items: list[object]) -> None:
    for item in (items, [items], 1.23456789, None, math.inf):
        assert repr(speed.truncate_float_list(item)) == repr(util.truncate_float_list(item))


@pytest.mark.parametrize("how", [{}, {"indent": 4, "sort_keys": True}])
@pytest.mark.parametrize(
    "item", [[1.5, math.nan], "\ud800", 2**70, (1, math.nan), {"1": None}, [[]]]
)
def test_json_is_that_of_asv(how: dict[str, int], item: object, tmp_path: Path) -> None:
    data = {
        "b": [1.5, math.nan, None, "é", {}, 3, [1e-7, 2.0], 1e300, [1e308, 1e308, 1e308]],
        "a": {"x": [math.inf, 1e-7, -0.0, True], "y": -math.inf},
        "item": item,
    }
    file = tmp_path / "data.json"
    with speed.up(), file.open("w", encoding="utf-8") as opened:
        util.json.dump(data, opened, **how)
    assert repr(json.loads(file.read_text(encoding="utf-8"))) == repr(
        json.loads(json.dumps(data, **how))
    )


def test_json_that_has_parts_already() -> None:
    part = speed.encode({"x": [math.nan, 1.5]})
    for other in (1, 2**70):
        data = json.loads(speed.encode({"part": part, "other": other}).json)
        assert repr(data) == repr({"part": {"x": [math.nan, 1.5]}, "other": other})
    with pytest.raises(TypeError):
        speed.encode(object())


def test_asv_is_afterwards_as_it_was() -> None:
    before = results.compute_stats, statistics.binom_pmf, util.truncate_float_list, util.json
    with contextlib.suppress(KeyError), speed.up():
        assert not gc.isenabled()
        raise KeyError
    after = results.compute_stats, statistics.binom_pmf, util.truncate_float_list, util.json
    assert after == before
    assert gc.isenabled()
