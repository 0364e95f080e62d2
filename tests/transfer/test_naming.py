"""Text as far as a results file that is not written: what each benchmark is called."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gopybench.asvdata.mapping import Module
from gopybench.asvdata.resultsfile import COLUMNS, ResultsFile
from gopybench.transfer.collect import collect
from gopybench.transfer.layout import DefinedBenchmarks, lay_out
from gopybench.transfer.naming import name_benchmarks
from gopybench.transfer.summary import Summary

_parts = st.sampled_from(
    ["a", "A", "a=1", "A=1", "sub1=a", "a=", "=a", "n=1", "n=01", "n=1.0", "-2"]
)
_names = st.builds(
    lambda function, parts, number: "/".join([function, *parts]) + number,
    st.sampled_from(["X", "x", "XY", "X_Y", "_X", "", "X.Y", "X-1"]),
    st.lists(_parts, max_size=3),
    st.sampled_from(["", "-1", "-2", "-02"]),
)
_packages = st.sampled_from(
    [
        "",
        "m",
        "example.com/m",
        "example.com/m/p",
        "p",
        "example.com/m/p/q",
        "example.com/m/p.q",
        "P",
    ]
)


@settings(deadline=None)
@given(st.lists(st.tuples(_packages, _names), unique=True, min_size=1, max_size=12))
def test_no_two_benchmarks_become_one(names: list[tuple[str, str]]) -> None:
    lines = [
        line.encode()
        for value, (package, name) in enumerate(names)
        for line in (f"pkg: {package}\n", f"Benchmark{name} 1 {value} x/op\n")
    ]
    summary = Summary()
    packages = collect([("text", lines)], summary)
    file = ResultsFile("f", {"requirements": {}}, {})
    known: dict[str, dict[str, Any]] = {}
    named = name_benchmarks(packages, [Module("example.com/m")], known, summary)
    for name, _ in DefinedBenchmarks({}, known).define(named).items():
        left_out = named.pop(name)
        summary.left_out[left_out.identity, ""] += len(left_out.samples)
    lay_out(file, named, known, False, summary)
    assert not summary.problems
    kept: list[float] = []
    for row in file.rows.values():
        for samples in dict(zip(COLUMNS, row))["samples"]:
            if samples is not None:
                assert len(samples) == 1
                kept += samples
    assert len(set(kept)) == len(kept)
    assert len(kept) + sum(summary.left_out.values()) == len(names)
