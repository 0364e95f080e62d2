"""Which parameters asv's benchmarks get from Go's names, and that they stay or lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.asvdata.definitions import Places
from gopybench.asvdata.parameters import Layout, extended, places


def grown(*runs: str | list[str]) -> dict[str, Any]:
    """Return what an entry says after runs of sub-benchmarks of X, ``@`` before GOMAXPROCS."""
    known = None
    for run in runs:
        names = [
            f"X{name}".partition("@") for name in (run.split() if isinstance(run, str) else run)
        ]
        known = extended(known, [(name, int(of) if of else None) for name, _, of in names])
    assert known is not None
    return known


def routes(count: int) -> list[str]:
    return [f"/{i}a/{i}b/{i}c/{i}d/{i}e" for i in range(count)]


@pytest.mark.parametrize(
    ("run", "names", "values"),
    [
        ("/n=1 /n=2", ["n"], [["1", "2"]]),
        ("/a /b", ["sub1"], [["'a'", "'b'"]]),
        # Four times more places than benchmarks are a grid, five times are none.
        ("/a/a/a /b/b/b", ["sub1", "sub2", "sub3"], [["'a'", "'b'"]] * 3),
        (routes(3), ["sub"], [[f"'{r[1:]}'" for r in routes(3)]]),
        # GOMAXPROCS stays a parameter.
        ("/a/b/c/d@1 /e/f/g/h@2", ["sub", "gomaxprocs"], [["'a/b/c/d'", "'e/f/g/h'"], ["1", "2"]]),
        # Two that would be one.
        ("/a=1/b=2 /b=2/a=1", ["sub"], [["'a=1/b=2'", "'b=2/a=1'"]]),
        # One that a grid would give back as another: its parts have no order that fits both.
        ("/a=1/b=1 /b=2/a=2 /a=3/b=3", ["sub"], [["'a=1/b=1'", "'b=2/a=2'", "'a=3/b=3'"]]),
        # The order that all names have, not that of the first.
        ("/v=1/n=1 /v=1/m=1/n=1", ["v", "m", "n"], [["1"], ["None", "1"], ["1"]]),
        ("/v=1@1 /n=2/v=1@2", ["n", "v", "gomaxprocs"], [["None", "2"], ["1"], ["1", "2"]]),
        # A part's own name is not what GOMAXPROCS is called.
        ("/gomaxprocs=4", ["gomaxprocs"], [["4"]]),
        ("/gomaxprocs=4@1 /gomaxprocs=4@2", ["gomaxprocs", "gomaxprocs_"], [["4"], ["1", "2"]]),
    ],
)
def test_parameters(run: str | list[str], names: list[str], values: list[list[str]]) -> None:
    entry = grown(run)
    assert (entry["param_names"], entry["params"]) == (names, values)


class TestWhatWasKnown:
    def test_a_dense_grid_grows(self) -> None:
        run = [f"/a={a}/b={b}" for a in range(100) for b in range(100)]
        entry = grown(run, "/a=100/b=0", "/a=0/b=100", "/a=101/b=101")
        assert (entry["param_names"], places(entry["params"])) == (["a", "b"], 102 * 102)

    def test_a_grid_stays_where_a_run_has_few_of_it(self) -> None:
        run = [f"/a={a}/b={b}" for a in range(10) for b in range(10)]
        assert grown(run, "/a=3/b=3")["param_names"] == ["a", "b"]

    def test_a_grid_that_becomes_far_too_sparse_is_flat_and_stays_it(self) -> None:
        one_by_one = [[route] for route in routes(4)]
        assert len(grown(*one_by_one[:2])["param_names"]) == 5
        assert grown(*one_by_one[:3])["param_names"] == ["sub"]
        entry = grown(*one_by_one, "/a /b")
        assert (entry["param_names"], entry["params"][0][-2:]) == (["sub"], ["'a'", "'b'"])

    def test_a_grid_of_an_older_list_is_dense(self) -> None:
        """That has no count of its benchmarks."""
        known = {"param_names": ["a", "b"], "params": [[str(i) for i in range(30)]] * 2}
        entry = extended(known, [("X/a=30/b=30", None)])
        assert (entry["param_names"], places(entry["params"])) == (["a", "b"], 31 * 31)

    def test_a_name_with_its_parts_in_another_order_is_the_same(self) -> None:
        entry = grown("/a=1/b=2", "/b=2/a=1")
        assert entry["params"] == [["1"], ["2"]]
        # In one run they are two.
        assert grown("/a=1/b=2", "/b=2/a=1 /a=1/b=2")["param_names"] == ["sub"]

    def test_a_new_parameter_stands_where_names_have_it(self) -> None:
        """Where there is such a place beside the known ones."""
        assert grown("/n=1@1", "/mode=a/n=1@1")["param_names"] == ["mode", "n", "gomaxprocs"]
        assert grown("/a=1/b=1", "/b=1/c=1/a=1")["param_names"] == ["a", "b", "c"]

    @pytest.mark.parametrize("run", [["/gomaxprocs=2"], ["@2", "/gomaxprocs=2"]])
    def test_a_part_that_is_called_as_the_number(self, run: list[str]) -> None:
        """It is not taken for the number that is known."""
        assert grown(["@1", "@2"], run)["param_names"] == ["sub", "gomaxprocs"]

    def test_values_stay(self) -> None:
        assert grown("/n=10", "/n=2")["params"] == [["2", "10"]]
        assert grown(routes(3), "/1a/1b/1c/1d/1e")["params"] == grown(routes(3))["params"]


_PARTS = st.sampled_from(
    ["a", "b", "a=1", "b=1", "b=2", "sub1=a", "sub2=a", "gomaxprocs=2", "", "1"]
)
_NAMES = st.lists(_PARTS, max_size=3).map(lambda parts: "/".join(["X", *parts]))
_RUNS = st.lists(
    st.lists(st.tuples(_NAMES, st.sampled_from([None, 1, 2])), min_size=1, max_size=6),
    min_size=1,
    max_size=3,
)


@given(_RUNS)
def test_every_benchmark_has_a_place_of_its_own(
    runs: list[list[tuple[str, int | None]]],
) -> None:
    """In each run, whatever is known; a first run's names come back as they were."""
    known = None
    for run in runs:
        before = known
        known = extended(known, run)
        found = Places(known)
        where = {benchmark: found.of_benchmark(benchmark) for benchmark in run}
        assert len({*where.values()}) == len({*run})
        if before is None or Layout.of(known).is_flat:
            for benchmark, place in where.items():
                choices, rest = [], place
                for of in reversed(known["params"]):
                    rest, i = divmod(rest, len(of))
                    choices.append(of[i])
                assert Layout.of(known).benchmark("X", choices[::-1]) == benchmark
