from __future__ import annotations

from gopybench.asvdata.resultsfile import Samples
from gopybench.transfer.collect import PackageResults, collect
from gopybench.transfer.summary import Summary


def collected(text: str) -> list[PackageResults]:
    summary = Summary()
    packages = collect([("f", text.encode().splitlines(keepends=True))], {}, summary)
    assert not summary.problems
    return packages


def benchmarks(text: str) -> dict[str, dict[str, Samples]]:
    (package,) = collected(text)
    assert [*package.names()] == [name for name, _ in package.benchmarks()]
    return dict(package.benchmarks())


def test_samples_by_benchmark_and_unit() -> None:
    """In the order of the text, whether lines stand in a block or by themselves."""
    lines = [f"BenchmarkB 1{i} {i} x {i}.5 y\nBenchmarkA 2{i} {i}0 x {i}0.5 y\n" for i in range(9)]
    expected = {
        "B": {
            "x": Samples([float(i) for i in range(9)], [10 + i for i in range(9)]),
            "y": Samples([i + 0.5 for i in range(9)], [10 + i for i in range(9)]),
        },
        "A": {
            "x": Samples([10.0 * i for i in range(9)], [20 + i for i in range(9)]),
            "y": Samples([10 * i + 0.5 for i in range(9)], [20 + i for i in range(9)]),
        },
    }
    together, apart = benchmarks("".join(lines)), benchmarks("\n".join(lines))
    assert together == apart == expected
    assert [*together] == ["B", "A"]


def test_lines_with_different_units() -> None:
    found = benchmarks("BenchmarkA 1 5 x\nBenchmarkB 1 1 y 2 x\nBenchmarkA 2 6 x 7 y\n")
    assert found == {
        "A": {"x": Samples([5.0, 6.0], [1, 2]), "y": Samples([7.0], [2])},
        "B": {"y": Samples([1.0], [1]), "x": Samples([2.0], [1])},
    }
    assert [*found] == ["A", "B"]


def test_a_unit_that_is_there_twice() -> None:
    assert benchmarks("BenchmarkA 3 5 x 6 x\n") == {"A": {"x": Samples([5.0, 6.0], [3, 3])}}


def test_packages_and_origins() -> None:
    line = "BenchmarkA 1 1 x\n"
    found = collected(f"pkg: p\n{line}pkg: q\n{line}commit: c\n{line}pkg: p\ncommit:\n{line}")
    assert [(one.package, one.origin.commit, one.first) for one in found] == [
        ("p", None, "f:2"),
        ("q", None, "f:4"),
        ("q", "c", "f:6"),
    ]
    assert dict(found[0].benchmarks()) == {"A": {"x": Samples([1.0, 1.0], [1, 1])}}
