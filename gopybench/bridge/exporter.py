"""results/ -> Go benchmark text: what asv measured, Python's too, for benchstat and its like.

A benchmark whose asv name follows the rule of :mod:`gopybench.bridge.naming`
has its Go name; any other has its asv name as function, ``BenchmarkmyModule.
TimeSuite.time_it``, by which an import finds it again.
"""

from __future__ import annotations

import ast
import contextlib
import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from asv.results import Results, iter_results

from gopybench.bridge import definitions, naming, origin

# What would end a value in a benchmark's name, or begin another.
_UNSAFE = re.compile(r"[^\w.,:;+*#@!$&()\[\]{}<>|~^'\"\\=?`-]")


def export_go(
    conf: Any,
    commits: Collection[str] | None,
    module: str | None,
    left_out: Counter[tuple[str, str]],
) -> Iterator[str]:
    """Yield the lines of all results, or of those of *commits*, full hashes.

    A sample is a line; where asv kept none, the result is. What is n/a or
    failed has no line. *module* is the path of the Go module that packages
    are given in; (what, why) of what cannot be written is counted in
    *left_out*.
    """
    known = definitions.load(conf)
    files = [
        result
        for result in iter_results(conf.results_dir)
        if commits is None or result.commit_hash in commits
    ]
    names = {name: _GoName.of(name, entry, module) for name, entry in known.items()}
    for result in sorted(files, key=lambda r: (r.date, r.commit_hash, r.env_name)):
        yield from origin.lines(result)
        package = None
        for name in sorted(result.get_all_result_keys()):
            if name not in known:
                left_out[name, "it is not in asv's list of benchmarks"] += 1
                continue
            go = names[name]
            if go.package != package:
                package = go.package
                yield f"pkg: {package}"
            yield from _benchmark(result, name, known[name], go)


class _GoName:
    """What an asv benchmark is called in Go.

    Attributes:
        package: the import path.
        function: what follows ``Benchmark``.
        unit: the base unit.
    """

    def __init__(self, package: str, function: str, unit: str) -> None:
        self.package = package
        self.function = function
        self.unit = unit

    @classmethod
    def of(cls, name: str, entry: Mapping[str, Any], module: str | None) -> _GoName:
        if "go" in entry:
            path, _, unit = str(entry["go"]).rpartition(" ")
            package, _, function = path.rpartition(".Benchmark")
            return cls(package, function, unit)
        *below, function, method = ["", *name.split(".")] if "." in name else ["", "", name]
        package = ".".join(part for part in below if part)
        import_path = f"{module}/{package.replace('.', '/')}" if module and package else package
        for unit in _units(method, entry):
            series = naming.series(import_path, module, function, unit, "lower")
            same = (entry["type"], entry["unit"])
            if series and series.name == name and same == (series.metric.type, series.metric.unit):
                return cls(import_path, function, unit)
        return cls("", name, re.sub(r"\s+", "_", entry["unit"]) or "value")


def _units(method: str, entry: Mapping[str, Any]) -> Iterator[str]:
    if entry["type"] == "time":
        yield "sec/op"
    stem = method.removeprefix("track_")
    yield "B/op"
    yield f"{stem}-bytes"
    yield f"{stem}-sec"
    yield str(entry["unit"])


def _benchmark(result: Results, name: str, entry: Mapping[str, Any], go: _GoName) -> Iterator[str]:
    params = result.get_result_params(name)
    names = entry["param_names"]
    if len(names) != len(params):
        names = [f"param{i}" for i in range(1, len(params) + 1)]
    values = result.get_result_value(name, params)
    samples = result.get_result_samples(name, params)
    stats = result.get_result_stats(name, params)
    for i, combination in enumerate(itertools.product(*params)):
        value = values[i]
        if value is None or not isinstance(value, (int, float)) or not math.isfinite(value):
            continue
        number = (stats[i] or {}).get("number", 1)
        parts = (
            f"/{key}={_go_value(choice, choices)}"
            for key, choice, choices in zip(names, combination, params)
            if choice != definitions.ABSENT
        )
        # GOMAXPROCS of 1 is told, so that no number at the end is taken for it.
        full = f"Benchmark{go.function}{''.join(parts)}-1"
        for sample in samples[i] or [value]:
            yield f"{full}\t{number}\t{_number(sample)} {go.unit}"


def _number(value: float) -> str:
    """Return a number such that it is read back as it is."""
    return repr(int(value)) if value == int(value) and abs(value) < 1 << 53 else repr(value)


def _go_value(choice: str, choices: list[str]) -> str:
    """Return a parameter's value as it stands in a Go benchmark's name."""
    plain = choice
    with contextlib.suppress(ValueError, SyntaxError):
        literal = ast.literal_eval(choice)
        if isinstance(literal, str) and naming.match_value(literal, choices) == choice:
            plain = literal
    if not _UNSAFE.search(plain) and "%" not in plain:
        return plain
    return quote(plain, safe="")
