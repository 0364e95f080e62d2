"""What Go benchmark text holds: results, unit metadata, and lines that are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gopybench.benchfmt import units as unit_names


class Value(NamedTuple):
    """One measurement of a result.

    Attributes:
        value: in base units, such as ``sec/op`` for ``ns/op``.
        unit: the base unit.
        written_unit: the unit as it was written.
    """

    value: float
    unit: str
    written_unit: str


class Result(NamedTuple):
    """A benchmark line.

    Attributes:
        file, line: where it was read; lines count from 1.
        config: the configuration lines in force.
        name: the full name without the leading ``Benchmark``.
        iterations: how often the benchmark ran for this line.
        values: the measurements, at least one.
        terminated: whether the line had an end; the last line of a file that
            was cut off has none.
    """

    file: str
    line: int
    config: Mapping[str, str]
    name: str
    iterations: int
    values: tuple[Value, ...]
    terminated: bool

    def hidden(self) -> dict[int, str]:
        """Return the places of the values that are not read; see :func:`.units.hidden`."""
        return unit_names.hidden([(value.unit, value.written_unit) for value in self.values])

    def read_values(self) -> list[Value]:
        """Return the values that are read, one for each base unit."""
        hidden = self.hidden()
        return [value for i, value in enumerate(self.values) if i not in hidden]


class Block(NamedTuple):
    """Consecutive benchmark lines with the same units, by column.

    Attributes:
        file, line: where the first was read; lines count from 1.
        config: the configuration lines in force.
        names: the full names with the leading ``Benchmark``, in UTF-8.
        iterations: how often the benchmark ran for each line.
        units: each unit as a base unit and as it was written.
        values: for each unit the measurements of all lines, in base units.
        terminated: whether the last line had an end.
    """

    file: str
    line: int
    config: Mapping[str, str]
    names: list[bytes]
    iterations: list[int]
    units: list[tuple[str, str]]
    values: list[list[float]]
    terminated: bool = True

    def lines(self) -> Iterator[Block]:
        """Yield each line as a block of its own."""
        rows = zip(self.names, self.iterations, zip(*self.values))
        for number, (name, iterations, row) in enumerate(rows, self.line):
            yield self._replace(
                line=number,
                names=[name],
                iterations=[iterations],
                values=[[value] for value in row],
            )

    def results(self) -> Iterator[Result]:
        """Yield each line as a result."""
        rows = zip(self.names, self.iterations, zip(*self.values))
        for number, (written, iterations, row) in enumerate(rows, self.line):
            name = written.decode().removeprefix("Benchmark")
            values = tuple(Value(value, *unit) for value, unit in zip(row, self.units))
            yield Result(self.file, number, self.config, name, iterations, values, self.terminated)


@dataclass(frozen=True)
class UnitMetadata:
    """One ``key=value`` of a ``Unit`` line; the unit is a base unit."""

    file: str
    line: int
    unit: str
    key: str
    value: str


@dataclass(frozen=True)
class Problem:
    """A line that is wrong; the text is its beginning, where that helps."""

    file: str
    line: int
    message: str
    text: str = field(default="", compare=False)


class SyntaxProblem(Problem):
    """A line that begins as a benchmark or unit line and is not one."""


class BareName(SyntaxProblem):
    """A benchmark's name alone on its line, as ``go test -v`` prints before it runs."""


class Failure(Problem):
    """A line by which a Go test program says that something failed."""


# What a reader yields, with each result by itself or with results in blocks.
Record = Result | UnitMetadata | Problem
BlockRecord = Block | UnitMetadata | Problem
