"""Go benchmark text to records: syntax only, nothing is interpreted.

The format is that of https://golang.org/design/14313-benchmark-format with the
``Unit`` lines of https://golang.org/issue/43744; golang.org/x/perf/benchfmt is
its reference reader. A stream of ``go test -json`` is read as the text that
its output events hold, package by package.
"""

from __future__ import annotations

import json
import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gopybench.benchfmt import units
from gopybench.benchfmt.blocks import Columns, pieces


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

    def columns(self) -> Columns:
        """Return this by column."""
        return Columns(
            [f"Benchmark{self.name}".encode()],
            array("q", [self.iterations]),
            [(value.unit, value.written_unit) for value in self.values],
            [array("d", [value.value]) for value in self.values],
        )


class Block(NamedTuple):
    """Benchmark lines in a row with the same units, by column: many in less time.

    Attributes:
        file, line: where the first was read.
        config: the configuration lines in force.
        columns: the lines.
    """

    file: str
    line: int
    config: Mapping[str, str]
    columns: Columns

    def results(self) -> Iterator[Result]:
        """Yield the same line by line."""
        names, all_iterations, units, columns = self.columns
        rows = zip(names, all_iterations, zip(*columns))
        for number, (written, iterations, row) in enumerate(rows, self.line):
            name = written.decode().removeprefix("Benchmark")
            values = tuple(Value(value, *unit) for value, unit in zip(row, units))
            yield Result(self.file, number, self.config, name, iterations, values, True)


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
    """A line that is not as it should be; the text is its beginning, where that helps."""

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


Record = Result | UnitMetadata | Problem

# White space as Go's unicode.IsSpace has it; Python's own has four more.
_SPACE = re.compile("[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_ITERATIONS = re.compile(r"[+-]?[0-9]+\Z")
# Go, like Python, takes an underscore between two digits.
_DIGITS = "[0-9](?:_?[0-9])*"
_HEX_DIGITS = "[0-9a-f](?:_?[0-9a-f])*"
_DECIMAL = re.compile(
    rf"[+-]?(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:e[+-]?{_DIGITS})?\Z",
    re.IGNORECASE | re.ASCII,
)
_HEXADECIMAL = re.compile(
    rf"[+-]?0x(?:_?{_HEX_DIGITS}\.?(?:{_HEX_DIGITS})?|\.{_HEX_DIGITS})p[+-]?{_DIGITS}\Z",
    re.IGNORECASE | re.ASCII,
)
_SPECIAL = re.compile(r"(?:[+-]?inf(?:inity)?|nan)\Z", re.IGNORECASE)
_FAILURE = re.compile(r"\s*--- FAIL: |FAIL\t|FAIL\Z|panic: |SIGQUIT: |fatal error: ")


def read(lines: Iterable[bytes], file: str) -> Iterator[Record]:
    """Read benchmark text or a ``go test -json`` stream.

    *lines* are as a binary file gives them, ends included; *file* is used in
    messages. No input raises an exception: what is wrong is a record among
    the others, and anything that is not of the format is passed over.
    """
    for record in read_blocks(lines, file):
        if isinstance(record, Block):
            yield from record.results()
        else:
            yield record


def read_blocks(lines: Iterable[bytes], file: str) -> Iterator[Record | Block]:
    """Read what :func:`read` does, with results in blocks where many lines are alike."""
    metadata: dict[tuple[str, str], str] = {}
    plain = _Parser(file, metadata)
    events = _Events(file, metadata)
    number = 0
    for piece in pieces(lines):
        if isinstance(piece, Columns):
            yield Block(file, number + 1, plain.config, piece)
            number += len(piece.names)
            continue
        for raw in piece:
            number += 1
            if raw.startswith(b"Benchmark"):
                yield plain.benchmark(number, raw)
            elif (event := _event(raw)) is not None:
                yield from events.parse(number, event)
            else:
                yield from plain.parse(number, _text(raw), raw.endswith(b"\n"))
    yield from events.end(number)


def _text(raw: bytes) -> str | None:
    """Return a line without its end; None where it is not UTF-8."""
    try:
        return raw.decode().rstrip("\n").removesuffix("\r")
    except UnicodeDecodeError:
        return None


def _encodable(text: str) -> str | None:
    """Return a text of JSON, or None where it has half of a pair that UTF-8 cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return text


class _Events:
    """Reads the texts that the events of ``go test -json`` hold, package by package."""

    def __init__(self, file: str, metadata: dict[tuple[str, str], str]) -> None:
        self._file = file
        self._metadata = metadata
        self._parsers: dict[str, _Parser] = {}
        # An event may hold any part of a line.
        self._pending: dict[str, str] = {}

    def parse(self, number: int, event: dict[str, object]) -> Iterator[Record]:
        if event.get("Action") not in ("output", "build-output"):
            return
        package = str(event.get("Package", ""))
        parser = self._parsers.setdefault(package, _Parser(self._file, self._metadata))
        text = self._pending.get(package, "") + str(event.get("Output", ""))
        *complete, self._pending[package] = text.split("\n")
        for line in complete:
            yield from parser.parse(number, _encodable(line.removesuffix("\r")), True)

    def end(self, number: int) -> Iterator[Record]:
        for package, rest in self._pending.items():
            if rest:
                text = _encodable(rest.removesuffix("\r"))
                yield from self._parsers[package].parse(number, text, False)


def _event(raw: bytes) -> dict[str, object] | None:
    if not raw.startswith(b"{"):
        return None
    try:
        event = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and "Action" in event else None


class _Parser:
    """Reads the lines of one text; the configuration lines of one are not the others'."""

    def __init__(self, file: str, metadata: dict[tuple[str, str], str]) -> None:
        self._file = file
        self._metadata = metadata
        self.config: dict[str, str] = {}

    def benchmark(self, number: int, raw: bytes) -> Record:
        """Read a line that begins with ``Benchmark``: quickly, if it is as most are."""
        fields = raw.split()
        if raw.isascii() and raw.endswith(b"\n") and len(fields) >= 4 and not len(fields) % 2:
            # For ASCII what bytes.split takes for white space is what Go does.
            values = []
            try:
                for i in range(2, len(fields), 2):
                    unit, factor, written = units.known(fields[i + 1])
                    value = float(fields[i])
                    if value - value != 0:  # not finite
                        break
                    values.append(Value(value * factor, unit, written))
                else:
                    if fields[1].isdigit() and len(fields[1]) < 19:
                        name = fields[0][len("Benchmark") :].decode()
                        iterations = int(fields[1])
                        return Result(
                            self._file, number, self.config, name, iterations, tuple(values), True
                        )
            except ValueError:
                pass
        text = _text(raw)
        if text is None:
            return SyntaxProblem(self._file, number, "not UTF-8")
        return self._benchmark(number, text[len("Benchmark") :], raw.endswith(b"\n"))

    def parse(self, number: int, line: str | None, terminated: bool) -> Iterator[Record]:
        if line is None:
            yield SyntaxProblem(self._file, number, "not UTF-8")
            return
        if line.startswith('{"') and not terminated:
            yield SyntaxProblem(self._file, number, "an event of go test -json that is cut off")
            return
        if line.startswith("Benchmark"):
            yield self._benchmark(number, line[len("Benchmark") :], terminated)
            return
        if line.startswith("U"):
            unit, *fields = _fields(line)
            if unit == "Unit":
                yield from self._unit(number, fields)
                return
        if _FAILURE.match(line):
            yield Failure(self._file, number, line.strip())
        self._configure(line)

    def _benchmark(self, number: int, line: str, terminated: bool) -> Record:
        name, *fields = _fields(line)
        if not fields:
            kind = BareName if terminated else SyntaxProblem
            return kind(self._file, number, "missing iteration count")
        try:
            iterations = _iterations(fields[0])
            if len(fields) == 1:
                raise _Malformed("missing measurements")
            values = []
            for i in range(1, len(fields), 2):
                number_read = _number(fields[i])
                if i + 1 == len(fields):
                    raise _Malformed("missing units")
                unit, factor = units.tidy(fields[i + 1])
                values.append(Value(number_read * factor, unit, fields[i + 1]))
        except _Malformed as problem:
            return SyntaxProblem(self._file, number, str(problem), f"Benchmark{line}"[:80])
        return Result(self._file, number, self.config, name, iterations, tuple(values), terminated)

    def _unit(self, number: int, fields: list[str]) -> Iterator[Record]:
        if not fields:
            yield SyntaxProblem(self._file, number, "missing unit")
            return
        unit, _ = units.tidy(fields[0])
        for pair in fields[1:]:
            key, equals, value = pair.partition("=")
            if not key or not equals:
                yield SyntaxProblem(self._file, number, "expected key=value")
                continue
            have = self._metadata.get((unit, key))
            if have is not None and have != value:
                message = f"metadata {key} of unit {fields[0]} already set to {have}"
                yield SyntaxProblem(self._file, number, message)
            elif have is None:
                self._metadata[unit, key] = value
                yield UnitMetadata(self._file, number, unit, key, value)

    def _configure(self, line: str) -> None:
        key, colon, value = line.partition(":")
        if not colon or not key or unicodedata.category(key[0]) != "Ll":
            return
        if any(unicodedata.category(c) == "Lu" or _SPACE.match(c) for c in key):
            return
        if value and value[0] not in " \t":
            return
        # A result keeps the configuration it was read under: never changed in place.
        config = {k: v for k, v in self.config.items() if k != key}
        value = value.lstrip(" \t")
        if value:
            config[key] = value
        self.config = config


class _Malformed(Exception):
    """Why a line is not a benchmark line."""


def _fields(line: str) -> list[str]:
    fields = _SPACE.split(line)
    if fields[-1] == "" and len(fields) > 1:
        fields.pop()
    return fields


def _iterations(field: str) -> int:
    if not _ITERATIONS.match(field):
        raise _Malformed("parsing iteration count: invalid syntax")
    # Python refuses to convert thousands of digits, zeros at the front too.
    digits = field.lstrip("+-").lstrip("0") or "0"
    count = int(digits) if len(digits) <= 19 else 1 << 63
    count = -count if field.startswith("-") else count
    if not -(1 << 63) <= count < 1 << 63 or len(digits) > 19:
        raise _Malformed("parsing iteration count: value out of range")
    return count


def _number(field: str) -> float:
    if _DECIMAL.match(field) or _SPECIAL.match(field):
        number = float(field)
    elif _HEXADECIMAL.match(field):
        try:
            number = float.fromhex(field.replace("_", ""))
        except OverflowError:
            raise _Malformed("parsing measurement: value out of range") from None
    else:
        raise _Malformed("parsing measurement: invalid syntax")
    if number in (float("inf"), float("-inf")) and not _SPECIAL.match(field):
        raise _Malformed("parsing measurement: value out of range")
    return number
