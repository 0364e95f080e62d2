"""Go's names of benchmarks, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.benchfmt.names import Evidence, GoName, join_name, parse_name, split_gomaxprocs


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
            # What stands before the = is no identifier.
            ("X/TOML,roots=1,pages=10", GoName("X", (("sub1", "TOML,roots=1,pages=10"),))),
            ("X/equal,_len=100,_strict", GoName("X", (("sub1", "equal,_len=100,_strict"),))),
            ("X/n<=10/m=2", GoName("X", (("sub1", "n<=10"), ("m", "2")))),
            ("X/it's=1", GoName("X", (("sub1", "it's=1"),))),
            ("X/2d=1/_k=é/größe=3", GoName("X", (("sub1", "2d=1"), ("_k", "é"), ("größe", "3")))),
            ("X/#00", GoName("X", (("sub1", "#00"),))),
            ("X/a=1/a=2", GoName("X", (("a", "1"), ("sub2", "a=2")))),
            ("X/sub1=a/b", GoName("X", (("sub1", "sub1=a"), ("sub2", "b")))),
            ("X/sub9=a/sub=b", GoName("X", (("sub1", "sub9=a"), ("sub", "b")))),
            ("X/size-10", GoName("X", (("sub1", "size-10"),))),
        ],
    )
    def test_parse(self, name: str, parsed: GoName) -> None:
        assert parse_name(name) == parsed

    @given(
        st.one_of(
            st.text(), st.lists(st.sampled_from(["a", "a=1", "sub2", "sub2=1", ""])).map("/".join)
        )
    )
    def test_every_part_is_a_parameter_of_its_own(self, name: str) -> None:
        parsed = parse_name(name)
        parameters = parsed.parameters
        assert len(parameters) == len(dict(parameters)) == name.count("/")
        for (_, value), part in zip(parameters, name.split("/")[1:]):
            assert part.endswith(value)
        assert join_name(parsed) == name


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
            ("H/SHA-256 H/SHA-512", {1}),
            # Right behind a function's name nothing else can be.
            ("A-8 B-8 C", {1, 8}),
            ("A-8 B/size-10 B/size-20", {1, 8}),
            ("A-2 A-4", {2, 4}),
        ],
    )
    def test_values(self, run: str, values: set[int]) -> None:
        split = split_gomaxprocs(run.split())
        assert {number for _, number in split.values()} == values
        for name, (base, number) in split.items():
            assert name in (base, f"{base}-{number}")

    def test_what_is_known_comes_first(self) -> None:
        names = ["H/sha-256", "H/sha-512"]
        assert split_gomaxprocs(names[:1], {"H/sha-256": False}) == {"H/sha-256": ("H/sha-256", 1)}
        known = {"H/sha-256": True, "H/sha-512": True}
        assert split_gomaxprocs(names, known) == {n: ("H/sha", int(n[-3:])) for n in names}
        # What is known of one name says it of another.
        split = split_gomaxprocs(["X/a-8", "X/b-8", "X/c-9"], {"X/a-8": True})
        assert split == {"X/a-8": ("X/a", 8), "X/b-8": ("X/b", 8), "X/c-9": ("X/c-9", 1)}
        split = split_gomaxprocs(["X/a-8", "X/b-8"], {"X/a-8": False})
        assert split == {"X/a-8": ("X/a-8", 1), "X/b-8": ("X/b-8", 1)}

    @pytest.mark.parametrize(
        ("beside", "split"),
        [
            (Evidence(), ("X/a", 8)),
            (Evidence(frozenset({8})), ("X/a", 8)),
            (Evidence(frozenset({4})), ("X/a-8", 1)),
            (Evidence(one=True), ("X/a-8", 1)),
            (Evidence(frozenset({8}), one=True), ("X/a", 8)),
        ],
    )
    def test_what_other_packages_say_comes_last(
        self, beside: Evidence, split: tuple[str, int]
    ) -> None:
        assert split_gomaxprocs(["X/a-8"], beside=beside) == {"X/a-8": split}
        assert split_gomaxprocs(["X/a-8", "Y-8"], beside=beside)["X/a-8"] == ("X/a", 8)

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
