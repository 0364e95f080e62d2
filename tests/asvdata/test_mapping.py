"""What asv calls a Go benchmark, its metric and the values of its parameters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.asvdata import mapping
from gopybench.asvdata.mapping import Metric, Module
from gopybench.benchfmt import units


def asv_name(package: str, function: str, written_unit: str) -> str:
    unit, _ = units.tidy(written_unit)
    named = mapping.go_package(package, [Module("example.com/m")])
    series = mapping.series(package, named, function, unit, None)
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
        modules = [Module("example.com/m/v2")]
        assert mapping.go_package("example.com/m/v2", modules) == "m"
        assert mapping.go_package("example.com/m/v2/p", modules) == "p"

    def test_without_a_module_and_a_package(self) -> None:
        series = mapping.series("", mapping.go_package("", []), "X", "sec/op", None)
        assert series is not None
        assert series.name == "X.time_x"

    def test_without_a_module_a_package_keeps_its_path(self) -> None:
        assert mapping.go_package("example.com/m/p", []) == "example.com.m.p"

    @pytest.mark.parametrize(
        ("package", "name"),
        [
            ("example.com/m", "m"),
            ("example.com/m/x", "x"),
            # Of the module that is nearest, by its place in the repository and not by its path.
            ("example.com/m/a", "modules.a"),
            ("example.com/m/a/x", "modules.a.x"),
            ("example.com/m/ab", "ab"),
            ("example.org/tools/v2/x", "tools.x"),
            ("example.org/tools/x", "example.org.tools.x"),
            ("", "m"),
        ],
    )
    def test_several_modules(self, package: str, name: str) -> None:
        modules = [
            Module("example.com/m/a", "modules.a"),
            Module("example.com/m"),
            Module("example.org/tools/v2", "tools"),
        ]
        assert mapping.go_package(package, modules) == name
        # Back to a package of this name, though not always this one.
        path = mapping.import_path(name, modules)
        assert mapping.go_package(path, modules) == name

    @given(st.text(min_size=1), st.text(min_size=1))
    def test_functions_that_differ_get_names_that_differ(self, one: str, other: str) -> None:
        if one != other:
            assert asv_name("p", one, "ns/op") != asv_name("p", other, "ns/op")


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
