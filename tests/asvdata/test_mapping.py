from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.asvdata import mapping
from gopybench.asvdata.mapping import Metric
from gopybench.benchfmt import units
from gopybench.benchfmt.names import GoName, parse_name, split_gomaxprocs
from gopybench.machine import toolchains


def asv_name(package: str, function: str, written_unit: str) -> str:
    unit, _ = units.tidy(written_unit)
    series = mapping.series(package, "example.com/m", function, unit, None)
    assert series is not None
    return series.name


class TestMetrics:
    @pytest.mark.parametrize(
        ("unit", "metric"),
        [
            ("ns/op", Metric("time_{}", "time", "seconds")),
            ("B/op", Metric("track_bytes_per_op", "track", "bytes")),
            ("allocs/op", Metric("track_allocs_per_op", "track", "allocs/op")),
            ("peakmem-bytes", Metric("track_peakmem", "track", "bytes")),
            ("peak-RSS-bytes", Metric("track_peak_RSS", "track", "bytes")),
            ("bytes/person", Metric("track_bytes_per_person", "track", "bytes/person")),
            ("p99-latency-ns", Metric("track_p99_latency", "track", "seconds")),
            ("ns/frame", Metric("track_sec_per_frame", "track", "sec/frame")),
        ],
    )
    def test_units(self, unit: str, metric: Metric) -> None:
        assert mapping.metric(units.tidy(unit)[0]) == metric

    @pytest.mark.parametrize("unit", ["MB/s", "req/s", "frames/sec"])
    def test_a_rate_is_better_higher(self, unit: str) -> None:
        assert mapping.metric(units.tidy(unit)[0]) is None

    def test_unit_lines_have_the_last_word(self) -> None:
        assert mapping.metric("hits", "higher") is None
        assert mapping.metric("errors/s", "lower") == Metric(
            "track_errors_per_s", "track", "errors/s"
        )


class TestNames:
    @pytest.mark.parametrize(
        ("package", "function", "unit", "name"),
        [
            ("example.com/m/person", "FullName", "ns/op", "person.FullName.time_full_name"),
            ("example.com/m/a/b", "UUID_String", "ns/op", "a.b.UUID_String.time_uuid_string"),
            ("example.com/m", "HTTPServer2Go", "B/op", "m.HTTPServer2Go.track_bytes_per_op"),
            ("example.com/m", "HTTPServer", "ns/op", "m.HTTPServer.time_http_server"),
            ("example.org/other/p", "X", "ns/op", "example.org.other.p.X.time_x"),
            ("example.com/mother/p", "X", "ns/op", "example.com.mother.p.X.time_x"),
            ("", "X", "ns/op", "m.X.time_x"),
            ("", "", "ns/op", "m.Benchmark.time_"),
            ("example.com/m", "Ünicode", "ns/op", "m.Ünicode.time_ünicode"),
        ],
    )
    def test_asv_names(self, package: str, function: str, unit: str, name: str) -> None:
        assert asv_name(package, function, unit) == name

    def test_the_root_of_a_later_major_version(self) -> None:
        assert mapping.go_package("example.com/m/v2", "example.com/m/v2") == "m"
        assert mapping.go_package("example.com/m/v2/p", "example.com/m/v2") == "p"

    def test_without_a_module_and_a_package(self) -> None:
        series = mapping.series("", None, "X", "sec/op", None)
        assert series is not None
        assert series.name == "X.time_x"

    def test_without_a_module_a_package_keeps_its_path(self) -> None:
        assert mapping.go_package("example.com/m/p", None) == "example.com.m.p"

    @given(st.text(min_size=1), st.text(min_size=1))
    def test_functions_that_differ_get_names_that_differ(self, one: str, other: str) -> None:
        if one != other:
            assert asv_name("p", one, "ns/op") != asv_name("p", other, "ns/op")


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


class TestValues:
    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("threads", "'threads'"),
            ("1000", "1000"),
            ("-3", "-3"),
            ("0.5", "0.5"),
            ("1e3", "'1e3'"),
            ("007", "'007'"),
            ("1_000", "'1_000'"),
            ("nan", "'nan'"),
            ("None", "'None'"),
            ("it's", '"it\'s"'),
        ],
    )
    def test_as_python_writes_them(self, value: str, written: str) -> None:
        assert mapping.asv_value(value) == written

    def test_a_number_beyond_floating_point(self) -> None:
        assert mapping.asv_value("9" * 400) == repr("9" * 400)

    @given(st.lists(st.text(), unique=True))
    def test_values_that_differ_stay_different(self, values: list[str]) -> None:
        assert len({mapping.asv_value(value) for value in values}) == len(values)

    def test_they_match_what_python_defines(self) -> None:
        assert mapping.match_value("threads", ["'single'", "'threads'"]) == "'threads'"
        assert mapping.match_value("1000", ["1000"]) == "1000"
        assert mapping.match_value("1000", ["'1000'"]) == "'1000'"
        assert mapping.match_value("True", ["True", "False"]) == "True"
        assert mapping.match_value("5", ["50"]) is None

    def test_union(self) -> None:
        assert mapping.merge_values(["1000"], ["10", "1000", "200"]) == ["10", "200", "1000"]
        assert mapping.merge_values(["'b'"], ["'a'", "'b'"]) == ["'b'", "'a'"]


class TestRuntimes:
    @pytest.mark.parametrize(
        ("version", "runtime"),
        [
            ("go1.27.3", "go1.27"),
            ("1.27", "go1.27"),
            ("go1.28rc1", "go1.28rc1"),
            ("go version go1.27.3 linux/amd64", "go1.27"),
            ("go1.27.3 X:loopvar", "go1.27.3-X-loopvar"),
            ("devel go1.28-abc123 Mon Nov 2 linux/amd64", "go1.28-abc123"),
            ("go1.28-devel_a/../b", "go1.28-devel-a-..-b"),
        ],
    )
    def test_names(self, version: str, runtime: str) -> None:
        assert toolchains.runtime_of(version) == runtime

    def test_a_patch_release_that_is_configured(self) -> None:
        assert toolchains.runtime_of("1.27.3", ["go1.27.3"]) == "go1.27.3"

    @pytest.mark.parametrize("version", ["", "python3", "go", "go1", "1.27/../..", "../go1.27"])
    def test_what_is_no_version(self, version: str) -> None:
        with pytest.raises(ValueError, match="not a Go version"):
            toolchains.runtime_of(version)
