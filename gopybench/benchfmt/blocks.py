"""Many similar benchmark lines at once, by column: several times faster than one by one."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gopybench.benchfmt import units

# In bytes, as golang.org/x/perf/benchfmt has it: numbers of millions of digits take gigabytes.
MAX_LINE = 1 << 16

# A few lines take longer together than one by one; more than these gain nothing.
_MIN_LINES, _MAX_LINES = 8, 1_000


class Columns(NamedTuple):
    """The fields of benchmark lines; as in :class:`~gopybench.benchfmt.records.Block`."""

    names: list[bytes]
    iterations: list[int]
    units: list[tuple[str, str]]
    values: list[list[float]]


def read_columns(lines: Iterable[bytes]) -> Iterator[Columns | list[bytes]]:
    """Yield all lines in their order: by column where that is possible, else as they are.

    *lines* are as a binary file gives them, ends included.
    """
    rest = iter(lines)
    while many := list(itertools.islice(rest, _MAX_LINES)):
        columns = parse_columns(many)
        if columns is not None:
            yield columns
            continue
        # Consecutive lines with as many tabs may have the same units: Go puts one before each.
        for _, group in itertools.groupby(many, operator.methodcaller("count", b"\t")):
            similar = list(group)
            yield parse_columns(similar) or similar


def parse_columns(lines: list[bytes]) -> Columns | None:
    """Read lines by column; None unless all are plain benchmark lines with the same units.

    A field of each line begins with ``Benchmark``: where only one of every
    *width* fields can, and there are as many as lines, each line has *width*.
    """
    if len(lines) < _MIN_LINES or not lines[0].startswith(b"Benchmark"):
        return None
    if max(map(len, lines)) > MAX_LINE:
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
    if not b"".join(counts).isdigit() or max(map(len, counts)) >= 19:
        return None
    of, values = [], []
    for i in range(2, width, 2):
        written, *others = set(fields[i + 1 :: width])
        if others or written.startswith(b"Benchmark"):
            return None
        unit, factor, as_written = units.known(written)
        try:
            column = [*map(float, fields[i::width])]
        except ValueError:
            return None
        total = sum(column)
        if total - total != 0:  # not finite
            return None
        if factor != 1:
            column = [value * factor for value in column]
        of.append((unit, as_written))
        values.append(column)
    return Columns(fields[::width], [*map(int, counts)], of, values)
