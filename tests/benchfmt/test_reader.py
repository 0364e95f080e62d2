from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.benchfmt.reader import read, read_blocks
from gopybench.benchfmt.records import (
    BareName,
    Block,
    Failure,
    Record,
    Result,
    SyntaxProblem,
    UnitMetadata,
    Value,
)
from gopybench.benchfmt.units import tidy


def records(text: str | bytes) -> list[Record]:
    raw = text.encode() if isinstance(text, str) else text
    return list(read(raw.splitlines(keepends=True), "f"))


def results(text: str | bytes) -> list[Result]:
    return [record for record in records(text) if isinstance(record, Result)]


def only(text: str | bytes) -> Record:
    (record,) = records(text)
    return record


class TestResults:
    def test_a_line_with_several_measurements(self) -> None:
        line = "BenchmarkX/n=10-8 \t 100\t 12.5 ns/op\t 3 MB/s\t 64 B/op\t 2 allocs/op\n"
        assert only(line) == Result(
            "f",
            1,
            {},
            "X/n=10-8",
            100,
            (
                Value(12.5 * 1e-9, "sec/op", "ns/op"),
                Value(3e6, "B/s", "MB/s"),
                Value(64.0, "B/op", "B/op"),
                Value(2.0, "allocs/op", "allocs/op"),
            ),
            True,
        )

    def test_configuration_is_set_changed_and_deleted(self) -> None:
        text = (
            "goos: linux\ncommit: aaa\nBenchmarkA 1 1 ns/op\n"
            "commit:  bbb\ngoos:\nBenchmarkB 1 1 ns/op\n"
        )
        first, second = results(text)
        assert first.config == {"goos": "linux", "commit": "aaa"}
        assert second.config == {"commit": "bbb"}

    @pytest.mark.parametrize(
        "line", ["Goos: linux", "go os: linux", "goOS: linux", "goos:linux", "https://x", ": x"]
    )
    def test_what_is_no_configuration_line(self, line: str) -> None:
        (result,) = results(f"{line}\nBenchmarkA 1 1 ns/op\n")
        assert result.config == {}

    @pytest.mark.parametrize("end", ["\r\n", " \n", "\t \n"])
    def test_line_ends(self, end: str) -> None:
        (result,) = results(f"k: v{end.strip(' ')}BenchmarkA 1 1 ns/op{end}")
        assert result.values == (Value(1e-9, "sec/op", "ns/op"),)

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("1e3", 1000.0),
            ("+.5", 0.5),
            ("5.", 5.0),
            ("0x1p-2", 0.25),
            ("-0X.8P1", -1.0),
            ("0x_1_2.3_4_5p+1_2", 74565.0),
            ("1_23.4_5e+0_1", 1234.5),
            ("Inf", math.inf),
            ("-infinity", -math.inf),
            ("9223372036854775808", 9223372036854775808.0),
        ],
    )
    def test_numbers_as_go_writes_them(self, written: str, value: float) -> None:
        (result,) = results(f"BenchmarkA 1 {written} x\n")
        assert result.values[0].value == value

    def test_zeros_before_an_iteration_count(self) -> None:
        (result,) = results(f"BenchmarkA {'0' * 5000}7 1 x\n")
        assert result.iterations == 7

    def test_metadata_set_to_nothing_is_set(self) -> None:
        first, problem = records("Unit x better=\nUnit x better=higher\n")
        assert isinstance(first, UnitMetadata)
        assert (problem.line, problem.message) == (2, "metadata better of unit x already set to ")

    def test_not_a_number(self) -> None:
        (result,) = results("BenchmarkA 1 NaN x\n")
        assert math.isnan(result.values[0].value)

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("BenchmarkA x 1 ns/op", "parsing iteration count: invalid syntax"),
            ("BenchmarkA 1_0 1 ns/op", "parsing iteration count: invalid syntax"),
            ("BenchmarkA 9223372036854775808 1 x", "parsing iteration count: value out of range"),
            ("BenchmarkA 1", "missing measurements"),
            ("BenchmarkA 1 5", "missing units"),
            ("BenchmarkA 1 1 ns/op 5", "missing units"),
            ("BenchmarkA 1 1__0 ns/op", "parsing measurement: invalid syntax"),
            ("BenchmarkA 1 1_ ns/op", "parsing measurement: invalid syntax"),
            ("BenchmarkA 1 0x1__0p1 ns/op", "parsing measurement: invalid syntax"),
            ("BenchmarkA 1 0x1_p1 ns/op", "parsing measurement: invalid syntax"),
            ("BenchmarkA 1 0x1 ns/op", "parsing measurement: invalid syntax"),
            ("BenchmarkA 1 1e999 ns/op", "parsing measurement: value out of range"),
            ("BenchmarkA-2 \tpanic: p", "parsing iteration count: invalid syntax"),
        ],
    )
    def test_malformed(self, line: str, message: str) -> None:
        problem = records(f"k: v\n{line}\n")[0]
        assert type(problem) is SyntaxProblem
        assert (problem.line, problem.message) == (2, message)

    def test_one_bad_line_among_good_ones(self) -> None:
        good, bad, last = records("BenchmarkA 1 1 x\nBenchmarkB one 1 x\nBenchmarkC 1 2 x\n")
        assert isinstance(good, Result)
        assert isinstance(bad, SyntaxProblem)
        assert isinstance(last, Result)

    def test_a_name_alone_is_told_apart(self) -> None:
        assert only("BenchmarkA/n=1\n") == BareName("f", 1, "missing iteration count")

    def test_a_line_without_an_end(self) -> None:
        first, second = results("BenchmarkA 1 1 ns/op\nBenchmarkB 1 1 ns")
        assert first.terminated
        assert not second.terminated

    def test_not_utf_8(self) -> None:
        bad, good = records(b"Benchmark\xff 1 1 x\nBenchmarkB 1 1 x\n")
        assert bad == SyntaxProblem("f", 1, "not UTF-8")
        assert isinstance(good, Result)


class TestEncodings:
    def test_a_byte_order_mark_is_no_text(self) -> None:
        mark = b"\xef\xbb\xbf"
        first, second = results(mark + b"pkg: p\nBenchmarkA 1 1 x\n" + mark + b"BenchmarkB 1 2 x\n")
        assert (first.name, first.config) == ("A", {"pkg": "p"})
        assert second.name == "B"
        (result,) = results(mark + b"BenchmarkA 1 1 x\n")
        assert result.name == "A"
        many = results(mark + b"BenchmarkA 1 1 x\n" * 20)
        assert [result.name for result in many] == ["A"] * 20

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
    def test_utf_16_is_named(self, encoding: str) -> None:
        mark = "" if encoding == "utf-16" else "\ufeff"
        problem = only(f"{mark}BenchmarkA 1 1 x\nBenchmarkB 1 1 x\n".encode(encoding))
        assert isinstance(problem, SyntaxProblem)
        assert problem.message.startswith("UTF-16, not UTF-8: convert it")

    def test_what_a_program_prints_may_be_latin_1(self) -> None:
        (result,) = records(b"caf\xe9 opened\nBenchmarkA 1 1 x\n")
        assert isinstance(result, Result)

    def test_a_value_in_latin_1_is_not_that_of_before(self) -> None:
        (result,) = results(b"pkg: p\npkg: caf\xe9\nBenchmarkA 1 1 x\n")
        assert result.config == {"pkg": "caf\ufffd"}


@pytest.mark.parametrize("many", [1, 20])
def test_a_line_that_is_too_long(many: int) -> None:
    long = f"BenchmarkA 1 {'9' * 70_000} x\n"
    *problems, good = records(long * many + "BenchmarkB 1 1 x\n")
    assert problems == [
        SyntaxProblem("f", i, "longer than 65536 bytes") for i in range(1, many + 1)
    ]
    assert isinstance(good, Result)


def test_what_a_benchmark_prints_before_its_result() -> None:
    """With a new line first: Go prints the name, a tab and the result behind them."""
    problem = only("BenchmarkB-2   \t\nhello\n     100\t 5 ns/op\n")
    assert type(problem) is SyntaxProblem
    assert (problem.line, problem.message) == (1, "missing iteration count")


class TestUnitsThatMeet:
    @pytest.mark.parametrize(
        ("line", "read"),
        [
            ("12 MB/op 4096 B/op", {"B/op": 4096.0}),
            ("4096 B/op 12 MB/op", {"B/op": 4096.0}),
            ("5 ns/op 7 sec/op", {"sec/op": 5e-9}),
            ("7 sec/op 5 ns/op", {"sec/op": 5e-9}),
            ("1 x-ns 2 x-sec", {"x-sec": 1e-9}),
            ("1 x 2 y", {"x": 1.0, "y": 2.0}),
        ],
    )
    def test_one_is_read(self, line: str, read: dict[str, float]) -> None:
        (result,) = results(f"BenchmarkA 1 {line}\n")
        assert len(result.values) == 2
        values = {value.unit: value.value for value in result.read_values()}
        assert values == pytest.approx(read)

    def test_the_same_unit_twice_is_one(self) -> None:
        (result,) = results("BenchmarkA 1 5 x 6 x\n")
        assert [value.value for value in result.read_values()] == [5.0, 6.0]


class TestFailures:
    @pytest.mark.parametrize(
        "line", ["--- FAIL: BenchmarkA", "    --- FAIL: BenchmarkA/b", "FAIL", "FAIL\tm/p\t0.1s"]
    )
    def test_lines(self, line: str) -> None:
        assert only(line + "\n") == Failure("f", 1, line.strip())

    def test_a_panic(self) -> None:
        assert only("panic: runtime error: index out of range\n") == Failure(
            "f", 1, "panic: runtime error: index out of range"
        )

    @pytest.mark.parametrize("line", ["PASS", "ok  \tm/p\t1.2s", "--- BENCH: BenchmarkA", "FAILED"])
    def test_what_is_no_failure(self, line: str) -> None:
        assert records(line + "\n") == []


class TestUnits:
    @pytest.mark.parametrize(
        ("unit", "tidied", "factor"),
        [
            ("ns/op", "sec/op", 1e-9),
            ("MB/s", "B/s", 1e6),
            ("p99-latency-ns", "p99-latency-sec", 1e-9),
            ("op/ns", "op/ns", 1.0),
            ("tens", "tens", 1.0),
            ("ns*MB", "sec*B", 1e-3),
            ("bytes/person", "bytes/person", 1.0),
        ],
    )
    def test_tidy(self, unit: str, tidied: str, factor: float) -> None:
        assert tidy(unit) == (tidied, pytest.approx(factor))

    def test_metadata_is_of_the_base_unit(self) -> None:
        assert only("Unit ns/op better=lower\n") == UnitMetadata(
            "f", 1, "sec/op", "better", "lower"
        )

    def test_metadata_set_twice(self) -> None:
        same, other = records("Unit x a=1\nUnit x a=1 a=2\n")
        assert isinstance(same, UnitMetadata)
        assert other == SyntaxProblem("f", 2, "metadata a of unit x already set to 1")

    def test_malformed(self) -> None:
        assert [
            r.message for r in records("Unit\nUnit x =1 y\n") if isinstance(r, SyntaxProblem)
        ] == [
            "missing unit",
            "expected key=value",
            "expected key=value",
        ]


def event(package: str, output: str) -> str:
    return json.dumps({"Action": "output", "Package": package, "Output": output}) + "\n"


class TestJSON:
    def test_lines_in_parts_of_several_packages_at_once(self) -> None:
        text = (
            '{"Action":"start","Package":"m/a"}\n'
            + event("m/a", "pkg: m/a\n")
            + event("m/b", "pkg: m/b\nBenchmarkB-2\n")
            + event("m/a", "BenchmarkA-2 \t")
            + event("m/b", "BenchmarkB-2 \t 3\t")
            + event("m/a", " 7\t 1 ns/op\n")
            + event("m/b", " 5 ns/op\nPASS\n")
        )
        first, second = results(text)
        assert (first.config["pkg"], first.name, first.iterations) == ("m/a", "A-2", 7)
        assert (second.config["pkg"], second.name, second.iterations) == ("m/b", "B-2", 3)
        assert first.line == 6

    def test_a_stream_that_was_cut_off(self) -> None:
        (result,) = results(event("m/a", "BenchmarkA 1 1 ns"))
        assert not result.terminated

    def test_an_event_that_was_cut_off(self) -> None:
        whole = event("m/a", "BenchmarkA 1 1 ns/op\n")
        result, problem = records(whole + whole[:40])
        assert isinstance(result, Result)
        assert problem == SyntaxProblem("f", 2, "an event of go test -json that is cut off")

    def test_a_stream_that_ends_after_a_name(self) -> None:
        (problem,) = records(event("m/a", "BenchmarkA-2 \t"))
        assert type(problem) is SyntaxProblem

    def test_text_among_the_events(self) -> None:
        text = "go: downloading\n{not json\n{}\n" + event("m", "BenchmarkA 1 1 x\n")
        assert len(results(text)) == 1


names = st.text(st.characters(exclude_categories=["Z", "C"]), max_size=20)
units = names.filter(lambda unit: unit != "" and "ns" not in unit and "MB" not in unit)
numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.lists(
        st.tuples(names, st.integers(0, 1 << 62), st.lists(st.tuples(numbers, units), min_size=1))
    )
)
def test_what_is_written_in_the_format_is_read_back(
    written: list[tuple[str, int, list[tuple[float, str]]]],
) -> None:
    text = "".join(
        f"Benchmark{name}\t{n}\t" + "\t".join(f"{value!r} {unit}" for value, unit in values) + "\n"
        for name, n, values in written
    )
    read_back = [
        (r.name, r.iterations, [(v.value, v.unit) for v in r.values]) for r in results(text)
    ]
    assert read_back == written


@given(st.one_of(st.binary(), st.text('Benchmark Unit1/:=-{}"\n\t\r.e').map(str.encode)))
def test_any_bytes_are_read(raw: bytes) -> None:
    for record in read(raw.split(b"\n"), "f"):
        assert record.line >= 1


@given(st.text("BenchmarkA 1ns/op\n\tU:x"), st.lists(st.integers(0, 40)))
def test_json_events_may_cut_lines_anywhere(text: str, cuts: list[int]) -> None:
    text += "\n"
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    stream = "".join(event("p", text[a:b]) for a, b in zip(places, places[1:]))
    plain = [(type(r), getattr(r, "name", None)) for r in records(text)]
    assert [(type(r), getattr(r, "name", None)) for r in records(stream)] == plain


TOKENS = (
    *("1", "0", "-3", "+4", "12.5", ".5", "5.", "1e3", "1e999", "1_000", "0x1p4", "Inf", "-inf"),
    *("NaN", "1e-400", "12345678901234567890", "ns/op", "MB/s", "B/op", "p99-ns", "_", "١"),
    *("Benchmark", "\x1c", "\x85", "\r", "\x0b", "X-8", "é"),
)


@given(
    st.lists(st.sampled_from(TOKENS), max_size=7), st.sampled_from((" ", "\t", "  ")), st.booleans()
)
def test_most_lines_take_a_shorter_way_to_the_same_records(
    tokens: list[str], between: str, has_end: bool
) -> None:
    """The lines of go test -json take the longer way."""
    line = "BenchmarkX" + between + between.join(tokens)
    (short,) = read([(line + "\n" * has_end).encode()], "f")
    found = list(read([event("p", line + "\n" * has_end).encode()], "f"))
    assert repr([short]) == repr(found)


@given(
    st.lists(
        st.sampled_from(("BenchmarkA", "BenchmarkB-2", "Benchmark", " BenchmarkA", "goos:", ""))
        .flatmap(
            lambda name: st.lists(st.sampled_from(TOKENS), max_size=5).map(
                lambda tokens: "\t".join((name, *tokens))
            )
        )
        .flatmap(lambda line: st.integers(1, 20).map(lambda count: [line] * count)),
        max_size=4,
    ),
    st.booleans(),
)
def test_lines_in_blocks_are_read_as_one_by_one(texts: list[list[str]], has_end: bool) -> None:
    """Lines between others are in no block: none of these is alike."""
    lines = [f"{line}\n".encode() for text in texts for line in text]
    if lines and not has_end:
        lines[-1] = lines[-1][:-1]
    apart = [part for line in lines for part in (line, b"\t" * 30 + b"\n")]
    alone = [
        record._replace(line=0) if isinstance(record, Result) else replace(record, line=0)
        for record in read(apart, "f")
    ]
    together = [
        record._replace(line=0) if isinstance(record, Result) else replace(record, line=0)
        for record in read(lines, "f")
    ]
    assert repr(together) == repr(alone)


def test_values_of_blocks() -> None:
    text = "".join(f"BenchmarkA-{i}\t{i}\t{i}.5 ns/op\t{i} B/op\n" for i in range(30))
    blocks = list(read_blocks(text.encode().splitlines(keepends=True), "f"))
    (block,) = blocks
    assert isinstance(block, Block)
    assert block.names[29] == b"BenchmarkA-29"
    assert block.units == [("sec/op", "ns/op"), ("B/op", "B/op")]
    assert block.values[0] == [(i + 0.5) * 1e-9 for i in range(30)]
    assert block.values[1] == [float(i) for i in range(30)]
    *_, last = block.results()
    assert last == Result(
        "f",
        30,
        {},
        "A-29",
        29,
        (Value(29.5 * 1e-9, "sec/op", "ns/op"), Value(29.0, "B/op", "B/op")),
        True,
    )
    *_, line = block.lines()
    assert [*line.results()] == [last]


def test_a_block_of_one_line() -> None:
    """A line among others, one without an end and one of go test -json."""
    plain = b"BenchmarkA 1 2 x\n"
    for text, terminated in ((plain, True), (plain[:-1], False)):
        (block,) = read_blocks([text], "f")
        assert block == Block("f", 1, {}, [b"BenchmarkA"], [1], [("x", "x")], [[2.0]], terminated)
    (block,) = read_blocks([event("p", plain.decode()).encode()], "f")
    assert block == Block("f", 1, {}, [b"BenchmarkA"], [1], [("x", "x")], [[2.0]])
