"""Go's names of benchmarks, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.benchfmt.names import GoName, parse_name, split_gomaxprocs


class TestParameters:
    @pytest.mark.parametrize(
        ("name", "parsed"),
        [
            ("FullName", GoName("FullName", ())),
            ("X/mode=threads/n=1000", GoName("X", (("mode", "threads"), ("n", "1000")))),
            ("X/small/n=1", GoName("X", (("sub1", "small"), ("n", "1")))),
            ("X/a/b", GoName("X", (("sub1", "a"), ("sub2", "b")))),
            ("X/a=1=2", GoName("X", (("a", "1=2"),))),
            ("X/a=", GoName("X", (("a", ""),))),
            ("X/=1", GoName("X", (("sub1", "=1"),))),
            ("X/#00", GoName("X", (("sub1", "#00"),))),
            ("X/a=1/a=2", GoName("X", (("a", "1"), ("a_", "2")))),
            ("X/size-10", GoName("X", (("sub1", "size-10"),))),
        ],
    )
    def test_parse(self, name: str, parsed: GoName) -> None:
        assert parse_name(name) == parsed

    @given(st.text())
    def test_every_part_is_a_parameter_of_its_own(self, name: str) -> None:
        parameters = parse_name(name).parameters
        assert len(parameters) == len(dict(parameters)) == name.count("/")
        for (_, value), part in zip(parameters, name.split("/")[1:]):
            assert part.endswith(value)


class TestGomaxprocs:
    @pytest.mark.parametrize(
        ("run", "values"),
        [
            # One value, and none.
            ("A-2 B/n=1-2", {2}),
            ("A", {1}),
            ("A B/size-10 B/size-20", {1}),
            ("A-0 B", {1}),
            # Several, with 1 and without.
            ("A A-2 B B-2", {1, 2}),
            ("A-2 A-4 B-2 B-4", {2, 4}),
            # Several, and names of their own that end in numbers.
            ("A A-2 B/x-3 B/x-3-2", {1, 2}),
            # Several, and a line that is lost.
            ("A A-2 B-2", {1, 2}),
            ("A-2 A-4 B-2 B-4 C-4", {2, 4}),
            # Numbers of their own on one core.
            ("H/SHA-256 H/SHA-512 S/size-64 S/size-128", {1}),
        ],
    )
    def test_values(self, run: str, values: set[int]) -> None:
        split = split_gomaxprocs(run.split())
        assert {number for _, number in split.values()} == values
        for name, (base, number) in split.items():
            assert name in (base, f"{base}-{number}")

    @pytest.mark.parametrize("end", ["-" + "9" * 5000, "-²", "-03", "-", ""])
    def test_what_cannot_be_gomaxprocs(self, end: str) -> None:
        assert split_gomaxprocs([f"X{end}"]) == {f"X{end}": (f"X{end}", 1)}

    @given(
        st.sets(st.sampled_from(["A", "B/x", "B/y-3", "C/n=1", "D/z-7"]), min_size=1),
        st.sampled_from([[1], [2], [1, 2], [1, 4, 16]]),
    )
    def test_what_go_appends_is_taken_off(self, names: set[str], cpus: list[int]) -> None:
        if cpus == [1] and all(name in ("B/y-3", "D/z-7") for name in names):
            return  # nothing tells these from names with GOMAXPROCS
        written = {
            name if cpu == 1 else f"{name}-{cpu}": (name, cpu) for name in names for cpu in cpus
        }
        assert split_gomaxprocs(written) == written
