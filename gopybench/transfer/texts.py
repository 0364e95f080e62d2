"""The results of a text, kept by column while it is read, and given by name afterwards."""

from __future__ import annotations

import itertools
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gopybench.benchfmt.blocks import Columns


class Samples(NamedTuple):
    """The values of one unit of a benchmark, and how often it ran for each."""

    values: list[float]
    iterations: array[int]


@dataclass
class _Column:
    """All values of one unit, in the order of their lines.

    Attributes:
        places: which of a text's names each is of.
        iterations: how often the benchmark ran for each.
        values: the values.
    """

    places: array[int] = field(default_factory=lambda: array("q"))
    iterations: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))


class _Places(dict[bytes, int]):
    """Numbers names as they come."""

    def __missing__(self, name: bytes) -> int:
        place = self[name] = len(self)
        return place


@dataclass
class Text:
    """The results of one file of the same package and origin.

    Attributes:
        config: the configuration lines in force at its first result.
        first: where that is, for messages.
        written: the units as they are written.
    """

    config: Mapping[str, str]
    first: str
    written: dict[str, str] = field(default_factory=dict)
    # By column, and not by name, which would take ten times the memory.
    _places: _Places = field(default_factory=lambda: _Places())
    _columns: dict[str, _Column] = field(default_factory=lambda: defaultdict(_Column))

    def keep(self, columns: Columns) -> None:
        """Add results, before any are asked for."""
        names, iterations, units, by_unit = columns
        if len({unit for unit, _ in units}) < len(units) and len(names) > 1:
            # A unit twice: line by line, to keep the order of the values.
            for line in columns.lines():
                self.keep(line)
            return
        places = array("q", map(self._places.__getitem__, names))
        for (unit, written), values in zip(units, by_unit):
            self.written.setdefault(unit, written)
            column = self._columns[unit]
            column.places.extend(places)
            column.iterations.extend(iterations)
            column.values.extend(values)

    @property
    def count(self) -> int:
        """How many values there are."""
        return sum(len(column.values) for column in self._columns.values())

    def names(self) -> Iterator[str]:
        """Yield the benchmarks' names."""
        return (name.decode().removeprefix("Benchmark") for name in self._places)

    def benchmarks(
        self, wanted: Callable[[str], bool] = lambda _: True
    ) -> Iterator[tuple[str, dict[str, Samples]]]:
        """Yield the names of the benchmarks that are wanted, and what was kept of each by unit."""
        names = [*self.names()]
        are_wanted = [*map(wanted, names)]
        sorted_columns = []
        before: _Column | None = None
        for unit, column in self._columns.items():
            # The units of most texts are in the same lines.
            if before is None or column.places != before.places:
                order = [i for i, place in enumerate(column.places) if are_wanted[place]]
                order.sort(key=column.places.__getitem__)
                counts = Counter(map(column.places.__getitem__, order))
                iterations = array("q", map(column.iterations.__getitem__, order))
            elif column.iterations != before.iterations:
                iterations = array("q", map(column.iterations.__getitem__, order))
            values = [*map(column.values.__getitem__, order)]
            sorted_columns.append((unit, counts, values, iterations))
            before = column
        # By name again: what was given of each column already ends there.
        ends = [0] * len(sorted_columns)
        for place in itertools.compress(range(len(names)), are_wanted):
            samples = {}
            for i, (unit, counts, values, iterations) in enumerate(sorted_columns):
                if count := counts[place]:
                    begin = ends[i]
                    ends[i] = end = begin + count
                    samples[unit] = Samples(values[begin:end], iterations[begin:end])
            yield names[place], samples
