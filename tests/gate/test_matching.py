from __future__ import annotations

import itertools
from typing import Any

import pytest

from gopybench.gate.matching import Match, match, pairs

BENCHMARK: dict[str, Any] = {
    "name": "m.Work.time_work",
    "params": [["'Person'", "'Slots'"], ["'single'", "'threads'", "'processes'"], ["1", "2"]],
    "param_names": ["variant", "mode", "n"],
}


def found(*matches: str) -> set[tuple[str, str]]:
    places = pairs(BENCHMARK, "a / b", [match(text) for text in matches])
    return {
        tuple(" ".join(side.parameters.values()).replace("'", "") for side in (p, p.of_head))
        for p in places
    }


def test_without_any_all_are_compared_with_themselves() -> None:
    everything = [" ".join(c).replace("'", "") for c in itertools.product(*BENCHMARK["params"])]
    assert found() == {(name, name) for name in everything}
    assert found("other=1:2") == found()


def test_a_value_that_stands_for_another() -> None:
    both = found("mode=threads:processes")
    assert ("Person threads 1", "Person processes 1") in both
    assert ("Slots single 2", "Slots single 2") in both
    # What a match names has no other partner.
    assert not any("processes" in first or "threads" in second for first, second in both)
    assert len(both) == 8


def test_any_value() -> None:
    both = found("variant=Person:*", "mode=threads:processes")
    assert {first.split()[0] for first, _ in both} == {"Person"}
    assert ("Person threads 2", "Slots processes 2") in both
    assert len(both) == 2 * 2 * 2
    assert found("variant=Person:Person", "variant=Person:Slots") == found("variant=Person:*")
    assert {second.split()[0] for _, second in found("variant=*:Slots")} == {"Slots"}


def test_a_benchmark_without_parameters() -> None:
    (place,) = pairs({"name": "b", "params": [], "param_names": []}, "a", [match("mode=a:b")])
    assert place.index == place.of_head.index == 0


@pytest.mark.parametrize("text", ["", "mode", "mode=a", "=a:b", "mode=:b", "mode=a:"])
def test_what_is_no_match(text: str) -> None:
    with pytest.raises(Exception, match="is no NAME=VALUE:VALUE"):
        match(text)


def test_a_value_may_hold_the_signs() -> None:
    assert match("mode=a:b:c") == Match("mode", "a", "b:c")
