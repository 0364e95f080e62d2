"""Inputs -> the samples of every benchmark, package by package."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from gopybench.asvdata.resultsfile import Samples
from gopybench.benchfmt import units as unit_names
from gopybench.benchfmt.reader import read_blocks
from gopybench.benchfmt.records import BareName, Block, UnitMetadata
from gopybench.transfer import origin, safetext
from gopybench.transfer.origin import Origin
from gopybench.transfer.summary import Summary

# asv's statistics overflow, or never end, with greater ones.
MAX_VALUE = 1e300

# In UTF-8; one may change what a terminal shows.
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]|\xc2[\x80-\x9f]")

# Base units, and as they were written.
_Units = tuple[tuple[str, str], ...]


class _Cells(dict[bytes, tuple[list[Any], ...]]):
    """By name as written: how often a benchmark ran for each line, and the values of each unit."""

    def __init__(self, units: _Units, names: dict[bytes, None]) -> None:
        self._width = 1 + len(units)
        self._names = names

    def __missing__(self, name: bytes) -> tuple[list[Any], ...]:
        self._names[name] = None
        cell = self[name] = tuple([[] for _ in range(self._width)])
        return cell


@dataclass
class PackageResults:
    """What one file has of one package from one origin.

    Attributes:
        file: which it is.
        package: the import path.
        origin: where the results come from.
        config: the configuration lines in force at the first result.
        first: where that is, for messages.
        better: what the ``Unit`` lines of the file and of those before call
            better, by base unit.
        written: the units as they were written, by base unit.
    """

    file: str
    package: str
    origin: Origin
    config: Mapping[str, str]
    first: str
    better: Mapping[str, str]
    written: dict[str, str] = field(default_factory=dict)
    # In the order of the text.
    _names: dict[bytes, None] = field(default_factory=dict)
    # Most lines of a package have the same units.
    _cells: dict[_Units, _Cells] = field(default_factory=dict)

    def add(self, block: Block) -> None:
        """Add the samples of benchmark lines."""
        cells = self._cells.get(units := tuple(block.units))
        if cells is None:
            cells = self._cells[units] = _Cells(units, self._names)
            for unit, written in units:
                self.written.setdefault(unit, written)
        of = [*map(cells.__getitem__, block.names)]
        columns: list[list[Any]] = [block.iterations, *block.values]
        for i, column in enumerate(columns):
            # A loop in C, of which nothing is kept.
            deque(map(list.append, map(itemgetter(i), of), column), maxlen=0)

    def has(self, block: Block) -> bool:
        """Return whether a benchmark line has a name and units that an earlier one had."""
        return block.names[0] in self._cells.get(tuple(block.units), ())

    def hidden(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield what is read as another unit of the same line.

        It is a benchmark's full name, the unit, the one that hides it, and how
        many values there are.
        """
        for units, cells in self._cells.items():
            for i, by in unit_names.hidden(units).items():
                for name, cell in cells.items():
                    full = name.decode().removeprefix("Benchmark")
                    yield full, units[i][1], by, len(cell[0])

    def names(self) -> Iterator[str]:
        """Yield the benchmarks' full names, in the order of the text."""
        return (name.decode().removeprefix("Benchmark") for name in self._names)

    def benchmarks(self) -> Iterator[tuple[str, dict[str, Samples]]]:
        """Yield each benchmark's full name, and its samples by base unit, Go's own first."""
        order = {unit: i for i, unit in enumerate(unit_names.go_first(self.written))}
        shown = []
        for units, cells in self._cells.items():
            hidden = unit_names.hidden(units)
            of = [(order[unit], i, unit) for i, (unit, _) in enumerate(units) if i not in hidden]
            shown.append((cells, [(i + 1, unit) for _, i, unit in sorted(of)]))
        for name in self._names:
            samples: dict[str, Samples] = {}
            for cells, columns in shown:
                if (cell := cells.get(name)) is not None:
                    for i, unit in columns:
                        new = Samples(cell[i], cell[0])
                        samples[unit] = samples[unit].joined(new) if unit in samples else new
            if len(shown) > 1:
                samples = dict(sorted(samples.items(), key=lambda item: order[item[0]]))
            yield name.decode().removeprefix("Benchmark"), samples


def collect(
    inputs: Iterable[tuple[str, Iterable[bytes]]], units: Mapping[str, str], summary: Summary
) -> list[PackageResults]:
    """Read all inputs, pairs of a name and lines; note in *summary* what is wrong with them.

    What *units* says of a base unit, lower or higher, stands against a ``Unit`` line.
    """
    found: dict[tuple[str, str, Origin], PackageResults] = {}
    better = dict(units)
    for file, lines in inputs:
        # Those of the files before hold, as in golang.org/x/perf/benchfmt's Files.
        better = {**better}
        config: Mapping[str, str] | None = None
        for record in read_blocks(lines, file):
            if isinstance(record, Block):
                if record.config is not config:
                    config = record.config
                    package, of = config.get("pkg", ""), origin.read_origin(config)
                    results = found.setdefault(
                        (file, package, of),
                        PackageResults(file, package, of, config, f"{file}:{record.line}", better),
                    )
                for block in _sound(record, results, summary):
                    results.add(block)
            elif isinstance(record, UnitMetadata):
                if record.key == "better" and record.unit not in units:
                    better[record.unit] = record.value
            elif not isinstance(record, BareName):
                about = f": {record.text}" if record.text else ""
                said = safetext.printable(f"{record.message}{about}")
                summary.problems.append(f"{file}:{record.line}: {said}")
    return [results for results in found.values() if results.written]


def _has_control(text: bytes) -> bool:
    # Most text is printable, which is quick to tell.
    is_plain = text.isascii() and text.decode().isprintable()
    return not is_plain and _CONTROL.search(text) is not None


def _sound(block: Block, results: PackageResults, summary: Summary) -> Iterator[Block]:
    """Yield the lines that asv can take, without the values that it cannot; these are problems."""
    if _has_control(b" ".join(block.names)) or any(
        _has_control(written.encode()) for _, written in block.units
    ):
        if len(block.names) > 1:
            for line in block.lines():
                yield from _sound(line, results, summary)
            return
        summary.problems.append(
            f"{block.file}:{block.line}: a control character in a name or a unit, such as that of "
            "a colour; left out"
        )
    elif not block.terminated and not results.has(block):
        summary.problems.append(
            f"{block.file}:{block.line}: the line has no end, so the input may be cut off; left out"
        )
    elif all(min(of) >= -MAX_VALUE and max(of) <= MAX_VALUE for of in block.values):
        yield block
    elif len(block.names) > 1:
        for line in block.lines():
            yield from _sound(line, results, summary)
    else:
        sound = [i for i, (value,) in enumerate(block.values) if abs(value) <= MAX_VALUE]
        bad = [unit for i, (_, unit) in enumerate(block.units) if i not in sound]
        summary.problems.append(
            f"{block.file}:{block.line}: a value of {', '.join(bad)} is not finite, "
            f"or greater than {MAX_VALUE:g}; left out"
        )
        if sound:
            units, values = [block.units[i] for i in sound], [block.values[i] for i in sound]
            yield block._replace(units=units, values=values)
