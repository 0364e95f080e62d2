"""Big files, of which two processes read a part each."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gopybench.benchfmt import ahead, blocks, reader

LINE = b"BenchmarkA/n=1-2 \t 100\t 12.5 ns/op\t 3 B/op\n"


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let small files be shared; return how many bytes the other process read of each, if any."""
    monkeypatch.setattr(blocks, "MIN_SHARED", 400)
    monkeypatch.setattr(ahead, "_cores", lambda: 2)
    read: list[int] = []

    @contextlib.contextmanager
    def noting(compute: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
        with ahead.ahead(compute) as wait:

            def wait_and_note() -> Any:
                value = wait()
                read.append(0 if value is None else value[0])
                return value

            yield wait_and_note

    monkeypatch.setattr(blocks, "ahead", noting)
    return read


def as_file(path: Path, raw: bytes) -> list[str]:
    path.write_bytes(raw)
    with path.open("rb") as file:
        return [*map(repr, reader.read(file, "f"))]


def as_lines(raw: bytes) -> list[str]:
    return [*map(repr, reader.read(io.BytesIO(raw).readlines(), "f"))]


texts = st.sampled_from(
    (
        LINE * 9,
        LINE,
        LINE.replace(b"B/op", b"MB/s") * 12,
        LINE.replace(b"\n", b"\r\n") * 8,
        b"BenchmarkA 1 NaN ns/op\n" * 9,
        b"BenchmarkA-2\n",
        b"pkg: p\n",
        b"goos:\n",
        b"Unit ns/op better=lower\n",
        b"Unit ns/op better=higher\n",
        b'{"Action":"output","Package":"p","Output":"BenchmarkA 1 1 ns"}\n',
        b'{"Action":"output","Package":"p","Output":"/op\\n"}\n',
        b"--- FAIL: BenchmarkA\n",
        b"\xff\n",
        b"x" * 150 + b"\n",
        b"\n",
    )
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(texts, max_size=25), st.booleans())
def test_two_parts_are_read_as_the_whole(
    tmp_path: Path, shared: list[int], some: list[bytes], has_end: bool
) -> None:
    raw = b"".join(some)
    raw = raw if has_end else raw[:-1]
    shared.clear()
    assert as_file(tmp_path / "text", raw) == as_lines(raw)
    assert 0 not in shared


def test_a_part_is_read_by_another_process(tmp_path: Path, shared: list[int]) -> None:
    raw = LINE * 5_000
    assert as_file(tmp_path / "text", raw) == as_lines(raw)
    assert 0.4 < shared[0] / len(raw) < 0.5


def test_a_process_that_fails(
    tmp_path: Path, shared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its part is read here."""
    monkeypatch.setattr(blocks, "_read_all", lambda _: os._exit(1))
    raw = b"pkg: p\n" + LINE * 100
    assert as_file(tmp_path / "text", raw) == as_lines(raw)
    assert shared == [0]


def test_a_part_that_has_few_columns(
    tmp_path: Path, shared: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process gives up, and what it has not read is read here."""
    monkeypatch.setattr(blocks, "_MAX_PLAIN", 10)
    raw = b"".join(b"text %d\n" % i for i in range(5_000)) + LINE * 10
    assert as_file(tmp_path / "text", raw) == as_lines(raw)
    with (tmp_path / "text").open("rb") as file:
        parts = blocks._parts(file)
        assert parts is not None
        read, pieces = blocks._read_all(parts[1])
    assert read == shared[-1] < parts[1].end - parts[0].end
    assert len(pieces) == 1


def test_parts_are_not_joined_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_MAX_JOINED", 3_000)
    path = tmp_path / "text"
    path.write_bytes(LINE * 20_000)
    with path.open("rb") as file:
        parts = blocks._parts(file)
        assert parts is not None
        _, pieces = blocks._read_all(parts[1])
    sizes = [len(piece.names) for piece in pieces if isinstance(piece, blocks.Columns)]
    assert len(sizes) == len(pieces) > 2
    assert max(sizes) == 3_000


def test_a_line_as_long_as_a_file(tmp_path: Path, shared: list[int]) -> None:
    raw = b"BenchmarkA 1 1 ns/op " + b"x" * 1_000 + b"\n" + LINE
    assert as_file(tmp_path / "text", raw) == as_lines(raw)
    assert not shared


def test_from_where_a_file_stands(tmp_path: Path, shared: list[int]) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"pkg: p\n" + LINE * 100)
    with path.open("rb") as file:
        assert file.readline() == b"pkg: p\n"
        first, *others = reader.read(file, "f")
    assert isinstance(first, reader.Result)
    assert (first.line, first.config, len(others)) == (1, {}, 99)
    assert shared


def test_what_is_no_file(shared: list[int]) -> None:
    here, there = os.pipe()
    os.write(there, LINE * 100)
    os.close(there)
    with open(here, "rb") as pipe:
        assert len(list(reader.read(pipe, "f"))) == 100
    assert len(list(reader.read(io.BufferedReader(io.BytesIO(LINE * 100)), "f"))) == 100
    assert not shared
