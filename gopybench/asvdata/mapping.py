"""Go benchmark names and units <-> asv benchmark names and parameters.

The rule, for ``BenchmarkFullName/mode=threads/n=1000-2`` of a package
``person`` below the module's root:

==================  ============================================  ==============
unit                asv benchmark                                 asv type, unit
==================  ============================================  ==============
``ns/op``           ``person.FullName.time_full_name``            time, seconds
``B/op``            ``person.FullName.track_bytes_per_op``        track, bytes
``allocs/op``       ``person.FullName.track_allocs_per_op``       track, allocs/op
``peakmem-bytes``   ``person.FullName.track_peakmem``             track, bytes
``bytes/person``    ``person.FullName.track_bytes_per_person``    track, bytes/person
``p99-latency-ns``  ``person.FullName.track_p99_latency``         track, seconds
==================  ============================================  ==============

with the parameters ``mode`` and ``n``. The number at the end is GOMAXPROCS.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import itertools
import math
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from asv import util

from gopybench.benchfmt import units

_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# What an export writes as it is in a name: all but / and white space.
_SAFE = ".,:;+*#@!$&()[]{}<>|~^'\"\\=?`-_"
_MAJOR_VERSION = re.compile(r"v[0-9]+\Z")


@dataclass(frozen=True)
class Metric:
    """What asv has to know of a unit.

    Attributes:
        method: the asv method's name; ``{}`` stands for the function's.
        type: asv's benchmark type, ``time`` or ``track``.
        unit: asv's unit.
        is_known: whether lower is known to be better, as asv takes it to be.
    """

    method: str
    type: str
    unit: str
    is_known: bool = True


def metric(unit: str, better: str | None = None) -> Metric | None:
    """Return what asv has to know of a base unit; None where higher is better.

    *better* is what is said of it: ``higher``, ``lower`` or nothing.
    """
    direction = better if better in ("higher", "lower") else units.better(unit)
    if direction == "higher":
        return None
    if unit == "sec/op":
        return Metric("time_{}", "time", "seconds")
    if unit == "B/op":
        return Metric("track_bytes_per_op", "track", "bytes")
    for ending, asv_unit in (("-bytes", "bytes"), ("-B", "bytes"), ("-sec", "seconds")):
        if unit.endswith(ending) and unit != ending:
            return Metric("track_" + _identifier(unit.removesuffix(ending)), "track", asv_unit)
    method = "track_" + _identifier(unit.replace("/", "_per_"))
    return Metric(method, "track", unit, direction == "lower")


@dataclass(frozen=True)
class Module:
    """A Go module.

    Attributes:
        path: its path.
        name: what its packages go by in asv; empty for the project's own module.
    """

    path: str
    name: str = ""

    def has(self, import_path: str) -> bool:
        """Return whether a package's path is its own or below that."""
        return import_path == self.path or import_path.startswith(f"{self.path}/")


def go_package(import_path: str, modules: Iterable[Module]) -> str:
    """Return a package's asv name: its path below its module, dotted, after the module's name.

    Where that has none, its root package goes by the last element of the
    module's path, a major version skipped. A package outside *modules* keeps its
    whole path.
    """
    own = [m for m in modules if m.has(import_path) or not (import_path or m.name)]
    if not own:
        return import_path.replace("/", ".")
    module = max(own, key=lambda m: len(m.path))
    below = import_path[len(module.path) + 1 :].replace("/", ".")
    if not (module.name or below):
        elements = [e for e in module.path.split("/") if not _MAJOR_VERSION.match(e)]
        return elements[-1] if elements else module.path
    return ".".join(part for part in (module.name, below) if part)


def import_path(package: str, modules: Iterable[Module]) -> str:
    """Return an import path whose asv name is that of a *package*; without modules the name."""
    own = [m for m in modules if f"{package}.".startswith(f"{m.name}." if m.name else "")]
    if not own or not package:
        return package
    module = max(own, key=lambda m: len(m.name))
    below = package[len(module.name) :].strip(".").replace(".", "/")
    return f"{module.path}/{below}" if below else module.path


@dataclass(frozen=True)
class Series:
    """What one unit of a Go benchmark function is in asv.

    Attributes:
        name: the asv benchmark's name.
        identity: import path, function and unit, which tell Go's benchmarks apart.
        metric: its type and unit.
    """

    name: str
    identity: str
    metric: Metric


def series(package: str, named: str, function: str, unit: str, better: str | None) -> Series | None:
    """Return what a base unit of a function is in asv; None where higher is better.

    *package* is the import path and *named* the package's asv name; *better* is
    as for :func:`metric`.
    """
    of = metric(unit, better)
    if of is None:
        return None
    name = f"{asv_class(named, function)}.{of.method.format(_snake(function))}"
    return Series(name, f"{go_name(package, function)} {unit}", of)


def go_name(package: str, function: str) -> str:
    """Return a function's name as Go people write it, import path included."""
    return f"{package}.Benchmark{function}".lstrip(".")


def graph_file(name: str) -> str:
    """Return what asv makes of a benchmark's name for the file of its graph."""
    return str(util.sanitize_filename(name))


def asv_class(package: str, function: str) -> str:
    """Return what the names of a function's asv benchmarks have in common: a class in Python."""
    return ".".join(part for part in (package, function or "Benchmark") if part)


@functools.lru_cache(maxsize=10_000)
def asv_value(value: str) -> str:
    """Return a parameter's value as asv writes that of a Python benchmark: by its ``repr``.

    A number stays a number and all else is a string, so that a benchmark
    defined by Go first has the same values when Python comes to define it.
    """
    for kind in (int, float):
        with contextlib.suppress(ValueError, OverflowError):
            if repr(kind(value)) == value and math.isfinite(kind(value)):
                return value
    return repr(value)


def match_value(value: str, choices: Collection[str]) -> str | None:
    """Return the one of asv's parameter values that *value* stands for, or None."""
    for written in (asv_value, str, repr):
        candidate = written(value)
        if candidate in choices:
            return candidate
    return None


def go_value(value: str) -> str:
    """Return what :func:`asv_value` was made of: a text without the quotes of its ``repr``."""
    with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError):
        literal = ast.literal_eval(value)
        if isinstance(literal, str):
            return literal
    return value


def escape(text: str, safe: str = _SAFE) -> str:
    """Return a text as an export writes it in a name, with ``%20`` and the like."""
    return quote(text, safe=safe, errors="surrogatepass")


def written_values(choices: Sequence[str]) -> dict[str, str]:
    """Return asv's parameter values by what is written for each in a Go benchmark's name.

    A string stands without its quotes, with ``%20`` and the like for what such a
    name cannot hold; where two would be written alike, with its quotes.
    """
    written: dict[str, str] = {}
    for choice in choices:
        quoted = escape(choice, "")
        ways = itertools.chain(
            (escape(go_value(choice)), quoted), (f"{quoted}%{i}" for i in itertools.count())
        )
        written[next(way for way in ways if way not in written)] = choice
    return written


def merge_values(known: Iterable[str], new: Iterable[str]) -> list[str]:
    """Return the union of two lists of asv parameter values: numbers by size, else as they came."""
    union = list(dict.fromkeys([*known, *new]))
    try:
        return sorted(union, key=float)
    except ValueError:
        return union


def _snake(name: str) -> str:
    return _identifier(_WORD_START.sub("_", name)).lower()


def _identifier(text: str) -> str:
    return re.sub(r"\W+", "_", text).strip("_")
