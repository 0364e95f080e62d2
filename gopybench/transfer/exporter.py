"""asv's results -> Go benchmark text, for benchstat and the like.

A benchmark that Go defines gets its Go name back. One that Python defines gets
the Go name that would join it, where there is one, else its asv name as the
function, as in ``BenchmarkmyModule.TimeSuite.time_it``. A line ``benchmark:``
tells an import which of asv's benchmarks it is, and a line ``gomaxprocs:`` in
which number the names below it end, as Go appends it unless it is 1.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from asv.util import UserError

from gopybench.asvdata import definitions, mapping, noted, soundness
from gopybench.asvdata.parameters import Layout
from gopybench.asvdata.resultsfile import ResultsFile
from gopybench.benchfmt import units
from gopybench.transfer import origin


def export_go(
    conf: Any,
    commits: Collection[str] | None,
    modules: Sequence[mapping.Module],
    left_out: Counter[tuple[str, str]],
    problems: list[str],
) -> Iterator[str]:
    """Yield the lines of all results, or of those of *commits*, full hashes.

    Each sample is a line; where asv kept no samples, the result is. What is n/a
    or failed has no line. *modules* are those that the packages
    belong to. What cannot be written is counted in *left_out*, by what
    and why, and files that asv cannot read are named in *problems*.
    """
    known = definitions.load(conf)
    files = []
    for path, machine in soundness.result_paths(conf.results_dir):
        try:
            file = ResultsFile.load(path)
        except UserError as error:
            problems.append(str(error))
            continue
        if file is None or (commits is not None and file.head["commit_hash"] not in commits):
            continue
        if file.head["params"].get("machine") == machine:
            files.append(file)
        else:
            problems.append(f"{path}: its machine is not that of its directory, {machine}")
    names = {name: _GoName.of(name, entry, modules) for name, entry in known.items()}
    benchmark = gomaxprocs = ""
    keys = ("date", "commit_hash", "env_name")
    for file in sorted(files, key=lambda file: [file.head[key] for key in keys]):
        yield from origin.config_lines(file.head)
        package = None
        noted_of = noted.gomaxprocs(file.head["requirements"])
        for name in sorted(file.rows):
            if name not in known:
                left_out[name, "it is not in asv's list of benchmarks"] += 1
                continue
            try:
                row = file.row(name)
            except UserError as error:
                problems.append(str(error))
                continue
            why = _why_not(row, known[name])
            if why:
                left_out[name, why] += 1
                continue
            go = names[name]
            if go.package != package:
                package = go.package
                yield f"pkg: {package}"
            if go.benchmark != benchmark:
                benchmark = go.benchmark
                yield f"benchmark: {benchmark}".rstrip()
            default = noted_of.get(name.rpartition(".")[0])
            for number, lines in _benchmark(row, known[name], go, default).items():
                if gomaxprocs != (gomaxprocs := str(number or "unknown")):
                    yield f"gomaxprocs: {gomaxprocs}"
                yield from lines


def _why_not(row: Mapping[str, Any], entry: Mapping[str, Any]) -> str:
    """Return why asv itself would not show a result today; empty if it would."""
    if row.get("version") not in (None, entry["version"]):
        return "it is of another version of the benchmark"
    if len(row["params"]) != len(entry["param_names"]):
        return "it has other parameters than the benchmark"
    return ""


class _GoName:
    """What an asv benchmark is called in Go.

    Attributes:
        package: the import path.
        function: what follows ``Benchmark``.
        unit: the base unit.
        benchmark: asv's name of it, where Python defines it, else empty.
    """

    def __init__(self, package: str, function: str, unit: str, benchmark: str = "") -> None:
        self.package = package
        self.function = function
        self.unit = unit
        self.benchmark = benchmark

    @classmethod
    def of(cls, name: str, entry: Mapping[str, Any], modules: Sequence[mapping.Module]) -> _GoName:
        if "go" in entry:
            path, _, unit = str(entry["go"]).rpartition(" ")
            package, _, function = f".{path}".rpartition(".Benchmark")
            return cls(package.removeprefix("."), function, unit)
        *below, function, method = ["", *name.split(".")] if "." in name else ["", "", name]
        package = ".".join(part for part in below if part)
        import_path = mapping.import_path(package, modules)
        named = mapping.go_package(import_path, modules)
        for unit in _units(method, entry):
            series = mapping.series(import_path, named, function, unit, "lower")
            same = (entry["type"], entry["unit"])
            if series and series.name == name and same == (series.metric.type, series.metric.unit):
                return cls(import_path, function, unit, name)
        # A unit that is read back as another, as MB is, would change the values.
        unit = "_".join(entry["unit"].split())
        return cls("", mapping.escape(name), unit if unit and _is_base(unit) else "value", name)


def _is_base(unit: str) -> bool:
    return units.tidy(unit) == (unit, 1.0)


def _units(method: str, entry: Mapping[str, Any]) -> Iterator[str]:
    if entry["type"] == "time":
        yield "sec/op"
    stem = method.removeprefix("track_")
    yield "B/op"
    yield f"{stem}-bytes"
    yield f"{stem}-sec"
    if _is_base(entry["unit"]) and entry["unit"].split() == [entry["unit"]]:
        yield str(entry["unit"])


def _benchmark(
    row: Mapping[str, Any], entry: Mapping[str, Any], go: _GoName, default: int | None
) -> dict[int | None, list[str]]:
    """Return a benchmark's lines by GOMAXPROCS, which is *default* where no parameter has it."""
    found: dict[int | None, list[str]] = defaultdict(list)
    values, samples, numbers = (
        row.get(column) or itertools.repeat(None)
        for column in ("result", "samples", "stats_number")
    )
    layout = Layout.of(entry)
    written = [] if not go.benchmark else [*map(mapping.written_values, row["params"])]
    of = [{choice: text for text, choice in choices.items()} for choices in written]
    keys = [mapping.escape(key, "") for key in layout.names]
    for combination, value, kept, number in zip(
        itertools.product(*row["params"]), values, samples, numbers
    ):
        if value is None or not math.isfinite(value):
            continue
        gomaxprocs = default
        if go.benchmark:
            parts = [f"{k}={texts[c]}" for k, c, texts in zip(keys, combination, of)]
            name = "/".join([go.function, *parts])
        else:
            name, own = layout.benchmark(go.function, combination)
            gomaxprocs = own if layout.gomaxprocs else default
        end = f"-{gomaxprocs}" if gomaxprocs not in (None, 1) else ""
        found[gomaxprocs] += [
            f"Benchmark{name}{end}\t{number or 1}\t{_number(sample)} {go.unit}"
            for sample in kept or [value]
        ]
    return found


def _number(value: float) -> str:
    """Return a number's shortest text that reads back as the same number."""
    return repr(int(value)) if value == int(value) and abs(value) < 1 << 53 else repr(value)
