"""Lines of Go benchmark text -> values by column, where many lines in a row are alike.

What lines give here depends on them alone, and not on where they stand or which
configuration is in force: another process can read the second part of a big
file meanwhile.
"""

from __future__ import annotations

import functools
import io
import itertools
import operator
import os
from array import array
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from gopybench.benchfmt import units
from gopybench.benchfmt.ahead import ahead


class Columns(NamedTuple):
    """Benchmark lines in a row with the same units.

    Attributes:
        names: the full names with the leading ``Benchmark``, in UTF-8.
        iterations: how often the benchmark ran for each line.
        units: the units as a base unit and as they are written.
        values: the measurements of all lines by unit, in base units.
    """

    names: list[bytes]
    iterations: array[int]
    units: list[tuple[str, str]]
    values: list[array[float]]

    def lines(self) -> Iterator[Columns]:
        """Yield the same line by line."""
        for name, iterations, *values in zip(self.names, self.iterations, *self.values):
            of = [array("d", [value]) for value in values]
            yield Columns([name], array("q", [iterations]), self.units, of)


# Lines by column, or as they are.
Piece = Columns | list[bytes]

# How many lines make columns: a few take longer together than one by one.
_MIN_LINES, _MAX_LINES = 8, 1_000

# How many bytes two processes share: fewer take longer to hand over than to read.
MIN_SHARED = 8_000_000

# How much of them is read here: the other process has to hand over what it read.
_SHARE_HERE = 0.54

# How many lines are joined at most, as one that is not sound makes them be looked at one by one.
_MAX_JOINED = 20_000

# How many more lines than by column are handed over as they are.
_MAX_PLAIN = 10_000


def pieces(lines: Iterable[bytes]) -> Iterator[Piece]:
    """Yield all lines in their order, by column where that is possible.

    *lines* are as a binary file gives them, ends included.
    """
    if (parts := _parts(lines)) is not None:
        assert isinstance(lines, io.BufferedReader)
        first, second = parts
        with ahead(functools.partial(_read_all, second)) as wait:
            for many in _batches(first.buffered()):
                yield from _of(many)
            found = wait()
        if found is not None:
            read, there = found
            yield from there
        lines.seek(first.end if found is None else first.end + read)
    for many in _batches(lines):
        yield from _of(many)


def parse(lines: list[bytes]) -> Columns | None:
    """Read lines by column; None unless all are benchmark lines as most are.

    A field of each line begins with ``Benchmark``: where only one of every
    *width* fields can, and there are as many as lines, each line has *width*.
    """
    if len(lines) < _MIN_LINES or not lines[0].startswith(b"Benchmark"):
        return None
    text = b"".join(lines)
    starts = text.count(b"\nBenchmark") + 1
    if starts != len(lines) or not text.isascii() or not text.endswith(b"\n"):
        return None
    # For ASCII what bytes.split takes for white space is what Go does.
    fields = text.split()
    width = len(fields) // len(lines)
    if width < 4 or width % 2 or len(fields) != width * len(lines):
        return None
    counts = fields[1::width]
    if not all(map(bytes.isdigit, counts)) or max(map(len, counts)) >= 19:
        return None
    of, values = [], []
    for i in range(2, width, 2):
        written, *others = set(fields[i + 1 :: width])
        if others or written.startswith(b"Benchmark"):
            return None
        unit, factor, as_written = units.known(written)
        try:
            column = array("d", map(float, fields[i::width]))
        except ValueError:
            return None
        total = sum(column)
        if total - total != 0:  # not finite
            return None
        if factor != 1:
            column = array("d", [value * factor for value in column])
        of.append((unit, as_written))
        values.append(column)
    return Columns(fields[::width], array("q", map(int, counts)), of, values)


def _batches(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = iter(lines)
    while many := list(itertools.islice(rest, _MAX_LINES)):
        yield many


def _of(many: list[bytes]) -> Iterator[Piece]:
    whole = parse(many)
    if whole is not None:
        yield whole
        return
    # Those in a row may have the same units that have as many tabs: Go puts one before each.
    for _, group in itertools.groupby(many, operator.methodcaller("count", b"\t")):
        alike = list(group)
        columns = parse(alike)
        yield alike if columns is None else columns


class _Part(io.RawIOBase):
    """A part of an open file, whose own position stays as it is."""

    def __init__(self, file: int, begin: int, end: int) -> None:
        self._file, self._at, self.end = file, begin, end

    def buffered(self) -> io.BufferedReader:
        """Return this, read in large pieces."""
        return io.BufferedReader(self, 1 << 18)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = os.pread(self._file, min(len(buffer), self.end - self._at), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _parts(lines: Iterable[bytes]) -> tuple[_Part, _Part] | None:
    """Return two parts of a big file, of whole lines; None for any other input.

    Something may stand behind them: a line without an end, and what is written meanwhile.
    """
    if not isinstance(lines, io.BufferedReader) or not isinstance(lines.raw, io.FileIO):
        return None
    if not lines.seekable():
        return None
    file, begin = lines.fileno(), lines.tell()
    size = os.fstat(file).st_size
    if size - begin < MIN_SHARED:
        return None
    middle = _line_end(file, begin + int((size - begin) * _SHARE_HERE))
    end = _line_end(file, size)
    if middle is None or end is None:
        return None
    return _Part(file, begin, middle), _Part(file, middle, end)


def _line_end(file: int, before: int) -> int | None:
    """Return where the last line ends before a place; None if that is far from there."""
    at = before - MIN_SHARED // 4
    end = os.pread(file, MIN_SHARED // 4, at).rfind(b"\n")
    return None if end < 0 else at + end + 1


class _Same(dict[bytes, bytes]):
    """One object for all texts that are equal: the next process gets each once."""

    def __missing__(self, text: bytes) -> bytes:
        self[text] = text
        return text


def _read_all(part: _Part) -> tuple[int, list[Piece]]:
    """Return the pieces of a part, in as few as they can be, and how many bytes they were."""
    pieces: list[Piece] = []
    same = _Same()
    read = plain = by_column = 0
    for many in _batches(part.buffered()):
        for piece in _of(many):
            last = pieces[-1] if pieces else None
            if not isinstance(piece, Columns):
                plain += len(piece)
                pieces.append(piece)
                continue
            by_column += len(piece.names)
            piece = piece._replace(names=[*map(same.__getitem__, piece.names)])
            if (
                isinstance(last, Columns)
                and last.units == piece.units
                and len(last.names) < _MAX_JOINED
            ):
                last.names.extend(piece.names)
                last.iterations.extend(piece.iterations)
                for column, values in zip(last.values, piece.values):
                    column.extend(values)
            else:
                pieces.append(piece)
        read += sum(map(len, many))
        if plain > by_column + _MAX_PLAIN:
            break
    return read, pieces
