"""Go benchmark text to records: syntax only, nothing is interpreted.

The format is that of https://golang.org/design/14313-benchmark-format with the
``Unit`` lines of https://golang.org/issue/43744; golang.org/x/perf/benchfmt is
its reference reader. A stream of ``go test -json`` is read as the text that
its output events hold, package by package.
"""

from __future__ import annotations

import codecs
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from gopybench.benchfmt import units
from gopybench.benchfmt.blocks import MAX_LINE, Columns, read_columns
from gopybench.benchfmt.gonumbers import SPACE, NotANumber, parse_float, parse_int, split_fields
from gopybench.benchfmt.records import (
    BareName,
    Block,
    BlockRecord,
    Failure,
    Record,
    SyntaxProblem,
    UnitMetadata,
)
from gopybench.benchfmt.testevents import EventText, parse_event

_OF_THE_FORMAT = (b"Benchmark", b"Unit", b'{"')

_FAILURE = re.compile(r"\s*--- FAIL: |FAIL\t|FAIL\Z|panic: |SIGQUIT: |fatal error: ")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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


def read_blocks(lines: Iterable[bytes], file: str) -> Iterator[BlockRecord]:
    """Read what :func:`read` does, with results in blocks, of one line or of many."""
    metadata: dict[tuple[str, str], str] = {}
    plain = _Parser(file, metadata)
    events = _EventParser(file, metadata)
    number = 1
    for part in read_columns(lines):
        if isinstance(part, Columns):
            yield Block(file, number, plain.config, *part)
            number += len(part.names)
            continue
        for raw in part:
            if number == 1 and raw.startswith(_UTF_16):
                message = "UTF-16, not UTF-8: convert it, as with iconv -f UTF-16 -t UTF-8"
                yield SyntaxProblem(file, number, message)
                return
            if raw.startswith(codecs.BOM_UTF8):
                # Files put together have one in the middle.
                raw = raw.removeprefix(codecs.BOM_UTF8)
            if raw.startswith(b"Benchmark"):
                yield plain.benchmark(number, raw)
            elif (event := parse_event(raw)) is not None:
                yield from events.parse(number, event)
            else:
                yield from plain.parse(number, _decoded(raw), raw.endswith(b"\n"))
            number += 1
    yield from events.end(number - 1)


def _decoded(raw: bytes) -> str | None:
    """Return a line without its end; None where it is of the format's and not UTF-8."""
    try:
        return raw.decode().rstrip("\n").removesuffix("\r")
    except UnicodeDecodeError:
        if raw.startswith(_OF_THE_FORMAT):
            return None
        # What a program printed, or a value that stays apart from all others.
        return raw.decode(errors="replace").rstrip("\n").removesuffix("\r")


def _encodable(text: str) -> str | None:
    """Return a line of a JSON text without its end.

    None where it has half of a surrogate pair, which UTF-8 cannot hold.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return text.removesuffix("\r")


class _EventParser:
    """Reads the lines that the events of ``go test -json`` hold, package by package."""

    def __init__(self, file: str, metadata: dict[tuple[str, str], str]) -> None:
        self._file = file
        self._metadata = metadata
        self._parsers: dict[str, _Parser] = {}
        self._text = EventText()

    def parse(self, number: int, event: dict[str, object]) -> Iterator[BlockRecord]:
        for package, line in self._text.lines(event):
            yield from self._parser(package).parse(number, _encodable(line), True)

    def end(self, number: int) -> Iterator[BlockRecord]:
        for package, line in self._text.rest():
            yield from self._parser(package).parse(number, _encodable(line), False)

    def _parser(self, package: str) -> _Parser:
        return self._parsers.setdefault(package, _Parser(self._file, self._metadata))


class _Parser:
    """Reads the lines of one text; the configuration lines of one are not the others'."""

    def __init__(self, file: str, metadata: dict[tuple[str, str], str]) -> None:
        self._file = file
        self._metadata = metadata
        self.config: dict[str, str] = {}

    def benchmark(self, number: int, raw: bytes) -> BlockRecord:
        """Read a line that begins with ``Benchmark``: quickly, if it is as most are."""
        if len(raw) > MAX_LINE:
            return SyntaxProblem(self._file, number, f"longer than {MAX_LINE} bytes")
        fields = raw.split()
        if raw.isascii() and raw.endswith(b"\n") and len(fields) >= 4 and not len(fields) % 2:
            # For ASCII what bytes.split takes for white space is what Go does.
            of, values = [], []
            try:
                for i in range(2, len(fields), 2):
                    unit, factor, written = units.known(fields[i + 1])
                    value = float(fields[i])
                    if value - value != 0:  # not finite
                        break
                    of.append((unit, written))
                    values.append([value * factor])
                else:
                    if fields[1].isdigit() and len(fields[1]) < 19:
                        names, iterations = [fields[0]], [int(fields[1])]
                        return Block(self._file, number, self.config, names, iterations, of, values)
            except ValueError:
                pass
        text = _decoded(raw)
        if text is None:
            return SyntaxProblem(self._file, number, "not UTF-8")
        return self._benchmark(number, text, raw.endswith(b"\n"))

    def parse(self, number: int, line: str | None, terminated: bool) -> Iterator[BlockRecord]:
        """Read a line without its end; None stands for one that is not UTF-8."""
        if line is None:
            yield SyntaxProblem(self._file, number, "not UTF-8")
            return
        if line.startswith('{"') and not terminated:
            yield SyntaxProblem(self._file, number, "an event of go test -json that is cut off")
            return
        if line.startswith("Benchmark"):
            yield self._benchmark(number, line, terminated)
            return
        if line.startswith("U"):
            unit, *fields = split_fields(line)
            if unit == "Unit":
                yield from self._unit(number, fields)
                return
        if _FAILURE.match(line):
            yield Failure(self._file, number, line.strip())
        self._configure(line)

    def _benchmark(self, number: int, line: str, terminated: bool) -> BlockRecord:
        if len(line) > MAX_LINE:
            return SyntaxProblem(self._file, number, f"longer than {MAX_LINE} bytes")
        name, *fields = split_fields(line)
        if not fields:
            # Behind a name with a tab there is to be a result: what the benchmark printed is.
            kind = BareName if terminated and line == name else SyntaxProblem
            return kind(self._file, number, "missing iteration count", line.strip()[:80])
        try:
            return self._block(number, name, fields, terminated)
        except _Malformed as problem:
            return SyntaxProblem(self._file, number, str(problem), line[:80])

    def _block(self, number: int, name: str, fields: list[str], terminated: bool) -> Block:
        try:
            iterations = parse_int(fields[0])
        except NotANumber as problem:
            raise _Malformed(f"parsing iteration count: {problem}") from None
        if len(fields) == 1:
            raise _Malformed("missing measurements")
        of, values = [], []
        for measurement, written in itertools.zip_longest(fields[1::2], fields[2::2]):
            try:
                value = parse_float(measurement)
            except NotANumber as problem:
                raise _Malformed(f"parsing measurement: {problem}") from None
            if written is None:
                raise _Malformed("missing units")
            unit, factor = units.tidy(written)
            of.append((unit, written))
            values.append([value * factor])
        return Block(
            self._file, number, self.config, [name.encode()], [iterations], of, values, terminated
        )

    def _unit(self, number: int, fields: list[str]) -> Iterator[BlockRecord]:
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
        if any(unicodedata.category(c) == "Lu" or SPACE.match(c) for c in key):
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
