"""A benchmark's code: what it may run of its package's test files, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gopybench.bridge import gosource

FILE = """// Package m is tested.
package m

import (
	"testing"
	js "encoding/json"
	"example.com/other/helper/v2"
)

type table struct{ rows []int }

func (t *table) fill(n int) { t.rows = make([]int, n) } // comment

func setUp() *table {
	t := &table{}
	t.fill(size * 2)
	return t
}

const (
	size = iota + 10
	other
)

var (
	sink int
	unused = "BenchmarkOther"
)

func BenchmarkSort(b *testing.B) {
	t := setUp()
	for i := 0; i < b.N; i++ {
		sink += len(t.rows) + len("}{)(`")
	}
}

func BenchmarkOther(b *testing.B) { _, _ = js.Marshal(nil); helper.Do(`
	func setUp() { "
`) }

func Benchmarklower(b *testing.B) {}
func benchmarkSort(b *testing.B) {}
func Benchmark(b *testing.B) {}
func BenchmarkOf(n int) {}
func TestNew(t *testing.T) { if New() != '"' { t.Fatal() } }
"""


def digest(function: str, *files: str) -> str:
    return gosource.digest(gosource.code(function, files))


def test_functions() -> None:
    assert gosource.functions(FILE) == ["BenchmarkSort", "BenchmarkOther", "Benchmark"]
    assert gosource.functions(FILE.replace("\n", "\r\n")) == gosource.functions(FILE)


def test_what_a_benchmark_runs() -> None:
    found = "\n".join(gosource.code("BenchmarkSort", [FILE])).split()
    assert {"BenchmarkSort", "setUp", "table", "fill", "size", "iota", "sink"} <= {*found}
    assert not {"unused", "BenchmarkOther", "js", "helper", "TestNew", "comment"} & {*found}
    other = "\n".join(gosource.code("BenchmarkOther", [FILE]))
    assert "encoding/json" in other
    assert "helper/v2" in other
    assert "iota" not in other


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("make([]int, n)", "make([]int, n, n)"),
        ("iota + 10", "iota + 11"),
        ("rows []int }", "rows []int; more int }"),
        ("size * 2", "size * 3"),
        ("}{)(`", "}{ )(`"),
        ("sink int", "sink int64"),
        ("func setUp()", "//go:noinline\nfunc setUp()"),
        ("func TestNew", "func init() { sink = 1 }\n\nfunc TestNew"),
        ("func TestNew", "func TestMain(m *testing.M) { m.Run() }\n\nfunc TestNew"),
        ("func TestNew", "var _ = setUp()\n\nfunc TestNew"),
    ],
)
def test_what_changes_a_benchmark(old: str, new: str) -> None:
    changed = FILE.replace(old, new)
    assert changed != FILE
    assert digest("BenchmarkSort", changed) != digest("BenchmarkSort", FILE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("// comment", "/* another\n */"),
        ("func TestNew(t *testing.T) { if New()", "func TestNewer(t *testing.T) { if Newer()"),
        ("unused = ", "renamed = "),
        ("nil); helper", "1); helper"),
        ('"encoding/json"', '"encoding/json/v2"'),
        ("package m\n", "package m\n\n//go:build linux\n"),
        ("\tt := setUp()", "\n\n        t  :=  setUp();"),
    ],
)
def test_what_does_not(old: str, new: str) -> None:
    changed = FILE.replace(old, new, 1)
    assert changed != FILE
    assert digest("BenchmarkSort", changed) == digest("BenchmarkSort", FILE)


def test_it_does_not_matter_where_a_declaration_stands() -> None:
    helper = FILE[FILE.index("func setUp") : FILE.index("const (")]
    moved = FILE.replace(helper, "")
    assert digest("BenchmarkSort", moved) != digest("BenchmarkSort", FILE)
    assert digest("BenchmarkSort", f"package m\n\n{helper}", moved) == digest("BenchmarkSort", FILE)


def test_test_data() -> None:
    code = ['os.Open("testdata/a")', '"../../testdata/b"', '"mytestdata"']
    assert gosource.test_data(code) == {"testdata", "../../testdata"}


@given(st.text())
def test_any_text(text: str) -> None:
    """What is no Go at all still is a text, and has the same digest every time."""
    for function in gosource.functions(text):
        assert digest(function, text) == digest(function, text)
    assert all(isinstance(d.code, str) for d in gosource.declarations(text))


@given(st.lists(st.sampled_from(FILE.split("\n"))))
def test_any_lines(lines: list[str]) -> None:
    text = "\n".join(lines)
    for function in gosource.functions(text):
        assert any(function in code for code in gosource.code(function, [text, FILE]))
