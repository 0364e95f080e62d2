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
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

# A number that is longer is not GOMAXPROCS; Python refuses to convert thousands of digits.
_MAX_DIGITS = 18
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VERSION = re.compile(
    r"(?:go version )?(?:devel )?(?:go)?([0-9]+\.[0-9]+)(\.[0-9]+)?"
    r"((?:rc|beta)[0-9]+|-\S+)?( X:\S+)?(?: .*)?"
)
# What stands for itself in a name that an export writes: all but / and white space.
_SAFE = ".,:;+*#@!$&()[]{}<>|~^'\"\\=?`-_"
_MAJOR_VERSION = re.compile(r"v[0-9]+\Z")


@dataclass(frozen=True)
class Metric:
    """What asv is to know of a unit.

    Attributes:
        method: the asv method's name; ``{}`` stands for the function's.
        type: asv's benchmark type, ``time`` or ``track``.
        unit: asv's unit.
    """

    method: str
    type: str
    unit: str


class GoName(NamedTuple):
    """A Go benchmark's full name, taken apart.

    Attributes:
        function: what follows ``Benchmark`` up to the first slash.
        parameters: the parts behind the slashes, as (name, value).
    """

    function: str
    parameters: tuple[tuple[str, str], ...]


def metric(unit: str, better: str | None = None) -> Metric | None:
    """Return what asv is to know of a base unit; None where higher is better.

    *better* is what a ``Unit`` line says of it: ``higher``, ``lower`` or
    nothing. A rate per second is better higher unless the line says otherwise.
    """
    is_rate = unit.endswith(("/s", "/sec"))
    if better == "higher" or (is_rate and better != "lower"):
        return None
    if unit == "sec/op":
        return Metric("time_{}", "time", "seconds")
    if unit == "B/op":
        return Metric("track_bytes_per_op", "track", "bytes")
    for ending, asv_unit in (("-bytes", "bytes"), ("-B", "bytes"), ("-sec", "seconds")):
        if unit.endswith(ending) and unit != ending:
            return Metric("track_" + _identifier(unit.removesuffix(ending)), "track", asv_unit)
    return Metric("track_" + _identifier(unit.replace("/", "_per_")), "track", unit)


def parse(name: str) -> GoName:
    """Take apart a full name without its leading ``Benchmark`` and without its GOMAXPROCS."""
    function, *parts = name.split("/")
    pairs = tuple(map(_pair, parts))
    keys = {key for key, _ in pairs}
    if len(keys) == len(pairs) and "" not in keys:
        return GoName(function, pairs)
    parameters: dict[str, str] = {}
    for position, part in enumerate(parts, 1):
        key, equals, value = part.partition("=")
        if not equals or not key:
            key, value = f"sub{position}", part
        while key in parameters:
            key += "_"
        parameters[key] = value
    return GoName(function, tuple(parameters.items()))


@functools.lru_cache(maxsize=10_000)
def _pair(part: str) -> tuple[str, str]:
    """Return a part's name and value; both are empty where it has no name."""
    key, equals, value = part.partition("=")
    return (key, value) if equals else ("", "")


def with_gomaxprocs(
    parameters: tuple[tuple[str, str], ...], number: int
) -> tuple[tuple[str, str], ...]:
    """Return parameters with GOMAXPROCS as the last; one may have that name already."""
    key = "gomaxprocs"
    while key in dict(parameters):
        key += "_"
    return (*parameters, (key, str(number)))


def split_gomaxprocs(names: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Return for every name of a run the name without GOMAXPROCS, and GOMAXPROCS.

    Go appends the number unless it is 1, and a benchmark's own name may end in
    a number, too. Where some name stands without, the run has measured with
    1: a number is GOMAXPROCS if the same name stands without it, or if the
    number is GOMAXPROCS elsewhere (a line may be lost), but not if the whole
    name comes with a number of its own, as ``size-2`` in ``size-2-4``. Else it is GOMAXPROCS
    if it is the same for all, or if most names come with the same several
    (``-cpu 2,4``).
    """
    names = set(names)
    split = {}
    for name in names:
        base, dash, digits = name.rpartition("-")
        is_number = dash and digits.isdigit() and digits.isascii() and digits[0] != "0"
        if is_number and len(digits) <= _MAX_DIGITS:
            split[name] = base, int(digits)
    values = {number for base, number in split.values() if base in names and number != 1}
    if values or len(split) < len(names):
        bases = {base for base, number in split.values() if number in values}
        split = {
            n: s for n, s in split.items() if s[1] in values and (s[0] in names or n not in bases)
        }
    elif len({number for _, number in split.values()}) > 1:
        numbers_of: dict[str, set[int]] = {}
        for base, number in split.values():
            numbers_of.setdefault(base, set()).add(number)
        sets = Counter(frozenset(numbers) for numbers in numbers_of.values())
        most, count = sets.most_common(1)[0]
        if 2 * count <= sets.total() or any(not numbers <= most for numbers in sets):
            split = {}
    if len(split) < len(names):
        split.update((name, (name, 1)) for name in names - split.keys())
    return split


def go_package(import_path: str, module: str | None) -> str:
    """Return a package's asv name: its path below *module*, dotted.

    The module's root package goes by the last element of the module's path, a
    major version skipped; a package outside keeps its whole path.
    """
    if module is None:
        below = import_path
    elif import_path in (module, ""):
        elements = [e for e in module.split("/") if not _MAJOR_VERSION.match(e)]
        below = elements[-1] if elements else module
    elif import_path.startswith(module + "/"):
        below = import_path[len(module) + 1 :]
    else:
        below = import_path
    return below.replace("/", ".")


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


def series(
    package: str, module: str | None, function: str, unit: str, better: str | None
) -> Series | None:
    """Return what a base unit of a function is in asv; None where higher is better.

    *package* is the import path; *better* is as for :func:`metric`.
    """
    of = metric(unit, better)
    if of is None:
        return None
    name = (
        f"{asv_class(go_package(package, module), function)}.{of.method.format(_snake(function))}"
    )
    return Series(name, f"{go_name(package, function)} {unit}", of)


def go_name(package: str, function: str) -> str:
    """Return a function's name as Go people write it, import path included."""
    return f"{package}.Benchmark{function}".lstrip(".")


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


def runtime(version: str, configured: Iterable[str] = ()) -> str:
    """Return the runtime that results of a Go version belong to, such as ``go1.27``.

    *version* is as in ``go1.27.3``, with or without ``go``, or what ``go
    version`` prints. A patch release is its minor version's runtime unless the
    configuration lists it by itself; a pre-release or a custom build is a
    runtime of its own. Raises ValueError for what is not a Go version.
    """
    parts = _VERSION.fullmatch(version)
    if parts is None:
        raise ValueError(f"not a Go version: {version!r} (want something like go1.27)")
    minor, patch, build, experiments = (part or "" for part in parts.groups())
    exact = f"go{minor}{patch}"
    if build or experiments:
        return re.sub(r"[^A-Za-z0-9.]+", "-", exact + build + experiments)
    return exact if exact in configured else f"go{minor}"


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
