"""asv's results -> Go benchmark text, for benchstat and the like.

A benchmark that Go defines gets its Go name back. One that Python defines gets
the Go name that would join it, where there is one, else its asv name as the
function, as in ``BenchmarkmyModule.TimeSuite.time_it``. A line ``benchmark:``
tells an import which of asv's benchmarks it is.
"""

from __future__ import annotations

import itertools
import math
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from asv.results import Results, iter_results_paths
from asv.util import UserError

from gopybench.asvdata import definitions, mapping
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
    for root, name, machine in iter_results_paths(conf.results_dir):
        try:
            result = Results.load(os.path.join(root, name), machine_name=machine)
        except UserError as error:
            problems.append(str(error))
            continue
        if commits is None or result.commit_hash in commits:
            files.append(result)
    names = {name: _GoName.of(name, entry, modules) for name, entry in known.items()}
    benchmark = ""
    for result in sorted(files, key=lambda r: (r.date, r.commit_hash, r.env_name)):
        yield from origin.config_lines(result)
        package = None
        for name in sorted(result.get_all_result_keys()):
            if name not in known:
                left_out[name, "it is not in asv's list of benchmarks"] += 1
                continue
            why = _why_not(result, name, known[name])
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
            yield from _benchmark(result, name, known[name], go)


def _why_not(result: Results, name: str, entry: Mapping[str, Any]) -> str:
    """Return why asv itself would not show a result today; empty if it would."""
    version = result.benchmark_version.get(name)
    if version is not None and version != entry["version"]:
        return "it is of another version of the benchmark"
    if len(result.get_result_params(name)) != len(entry["param_names"]):
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


def _benchmark(result: Results, name: str, entry: Mapping[str, Any], go: _GoName) -> Iterator[str]:
    params = result.get_result_params(name)
    names, written = entry["param_names"], [_written(choices, entry) for choices in params]
    values = result.get_result_value(name, params)
    samples = result.get_result_samples(name, params)
    stats = result.get_result_stats(name, params)
    for i, combination in enumerate(itertools.product(*params)):
        value = values[i]
        if value is None or not isinstance(value, (int, float)) or not math.isfinite(value):
            continue
        number = (stats[i] or {}).get("number", 1)
        parts = (
            f"/{key if not go.benchmark else mapping.escape(key, '')}={of[choice]}"
            for key, choice, of in zip(names, combination, written)
            if go.benchmark or choice != definitions.ABSENT
        )
        # GOMAXPROCS of 1 is told, so that no number at the end is taken for it.
        full = f"Benchmark{go.function}{''.join(parts)}-1"
        for sample in samples[i] or [value]:
            yield f"{full}\t{number}\t{_number(sample)} {go.unit}"


def _number(value: float) -> str:
    """Return a number's shortest text that reads back as the same number."""
    return repr(int(value)) if value == int(value) and abs(value) < 1 << 53 else repr(value)


def _written(choices: list[str], entry: Mapping[str, Any]) -> dict[str, str]:
    """Return what stands for each of a parameter's values in a Go benchmark's name."""
    if definitions.is_go(entry):
        # As Go had it: a number, or the text whose repr asv keeps.
        return {choice: mapping.go_value(choice) for choice in choices}
    return {choice: written for written, choice in mapping.written_values(choices).items()}
