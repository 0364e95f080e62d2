"""Why benchmarks have no value, as it is noted in results files."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.asvdata import reasons
from gopybench.asvdata.reasons import FAILED, KEY, NOT_ASKED, NOT_AVAILABLE
from gopybench.asvdata.resultsfile import ResultsFile, Samples

texts = st.sampled_from(["", "ValueError: no", "<b>\ud800", "é"])
places = st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(["'a'", "None", ""]))
of_benchmark = st.dictionaries(st.tuples(st.sampled_from(reasons.STATES), places), texts)
reasons_of_any = st.dictionaries(
    st.sampled_from(["m.A.time_a", "b"]), of_benchmark.filter(bool)
) | st.just({"none": {(FAILED, ()): "it has no parameters"}})


@given(reasons_of_any)
def test_what_is_noted_is_read_back(found: reasons.Reasons) -> None:
    requirements = reasons.with_reasons({"numpy": "2", KEY: "old"}, found)
    assert reasons.load(requirements) == found
    assert {k: v for k, v in requirements.items() if k != KEY} == {"numpy": "2"}
    assert (KEY in requirements) == bool(found)


def test_each_text_is_there_once_and_a_grid_is_short() -> None:
    grid = list(itertools.product("abcdefgh", map(str, range(50))))
    of = {(FAILED, place): "the same" for place in grid if place != ("a", "7")}
    text = reasons.with_reasons({}, {"m.A": of, "m.B": {(FAILED, ()): "the same"}})[KEY]
    assert text.count("the same") == 1
    assert len(text) < 1000
    assert json.loads(text)["failed"][0][1]["m.B"] == [[]]


@pytest.mark.parametrize(
    "noted",
    [
        "",
        "{",
        "[]",
        '{"failed": 5}',
        '{"failed": [["x", ["m.A"]]]}',
        '{"failed": [["x", {"m.A": [[5]]}]]}',
        '{"failed": [["x", {"m.A": [[[{}], []]]}]]}',
        json.dumps({"failed": [["x", {"m.A": [[["1"] * 1000] * 9]}]]}),
        json.dumps({"failed": [["x", {"m.A": [[["1"]] * 5000]}]]}),
        '{"unheard of": [["x", {"m.A": [[["1"]]]}]]}',
    ],
)
def test_what_is_damaged_is_left_out(noted: str) -> None:
    assert reasons.load({KEY: noted}) == {}
    assert KEY not in reasons.standing({KEY: noted}, lambda _: {"params": 5})


def test_combinations_of_several_lengths_do_not_stop_it() -> None:
    noted = json.dumps({"failed": [["x", {"m.A": [[], [[1]], [["1"], ["2"]]]}]]})
    found = reasons.load({KEY: noted})
    assert found == {"m.A": {(FAILED, place): "x" for place in ((), ("1",), ("1", "2"))}}
    assert reasons.load(reasons.with_reasons({}, found)) == found


class TestWithTheirResults:
    """A results file keeps the reasons of what has no value, wherever that is laid out."""

    def file(self, result: list[Any], of: dict[tuple[str, str], str]) -> ResultsFile:
        head = {"requirements": reasons.with_reasons({}, {"m.A": by_place(of)})}
        return ResultsFile("f", {**head, "durations": {}}, {"m.A": [result, [["1", "2"]], "v"]})

    def kept(self, file: ResultsFile) -> reasons.Reasons:
        def row(name: str) -> dict[str, Any]:
            return file.row(name) if name in file.rows else {}

        return reasons.load(reasons.standing(file.head["requirements"], row))

    def test_what_got_a_value_is_dropped(self) -> None:
        file = self.file([None, math.nan], {(FAILED, "1"): "boom", (NOT_AVAILABLE, "2"): "no"})
        entry = {"name": "m.A", "params": [["1", "2"]], "type": "track", "version": "v"}
        file.add(entry, {0: Samples([1.0], [1])})
        assert self.kept(file) == {"m.A": by_place({(NOT_AVAILABLE, "2"): "no"})}

    def test_of_another_version_all_is_dropped(self) -> None:
        file = self.file([None, math.nan], {(FAILED, "1"): "boom", (NOT_AVAILABLE, "2"): "no"})
        entry = {"name": "m.A", "params": [["1", "2"]], "type": "track", "version": "w"}
        file.add(entry, {0: Samples([1.0], [1])})
        assert self.kept(file) == {}

    def test_it_moves_with_the_parameters(self) -> None:
        file = self.file([None, math.nan], {(FAILED, "1"): "boom", (NOT_AVAILABLE, "2"): "no"})
        file.move("m.A", [["x"], ["1", "9"]], {("x", "1"): 0})
        assert self.kept(file) == {"m.A": {(FAILED, ("x", "1")): "boom"}}

    def test_two_files_are_taken_together_place_by_place(self) -> None:
        """Theirs is older: of it stays what ours has nothing of."""
        ours = self.file([math.nan, 2.0], {(NOT_ASKED, "1"): ""})
        theirs = self.file([None, None], {(FAILED, "1"): "boom", (FAILED, "2"): "bang"})
        ours.rows["m.A"].append(2000)
        theirs.rows["m.A"].append(1000)
        assert ours.take(theirs)
        assert ours.row("m.A")["result"] == [None, 2.0]
        assert self.kept(ours) == {"m.A": by_place({(FAILED, "1"): "boom"})}
        # Of an older version nothing stays.
        theirs.rows["m.A"][2] = "u"
        theirs.rows["m.B"] = [[None], [], "v"]
        theirs.head["requirements"] = reasons.with_reasons(
            theirs.head["requirements"],
            {"m.A": by_place({(NOT_AVAILABLE, "1"): "old"}), "m.B": {(FAILED, ()): "hm"}},
        )
        ours = self.file([math.nan, 2.0], {})
        ours.rows["m.A"].append(2000)
        assert ours.take(theirs)
        assert self.kept(ours) == {"m.B": {(FAILED, ()): "hm"}}


def by_place(of: dict[tuple[str, str], str]) -> dict[tuple[str, tuple[str, ...]], str]:
    return {(state, (place,)): words for (state, place), words in of.items()}
