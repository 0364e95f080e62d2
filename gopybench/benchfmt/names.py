"""A Go benchmark's full name, split into function, parameters and GOMAXPROCS."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# A number that is longer is not GOMAXPROCS; Python refuses to convert thousands of digits.
_MAX_DIGITS = 18

# The parameter that it becomes where it has several values.
GOMAXPROCS = "gomaxprocs"

# What parts without a name of their own go by, with their position.
PART = "sub"
_POSITION = re.compile(rf"{PART}([0-9]{{1,6}})")


class GoName(NamedTuple):
    """A Go benchmark's full name, split.

    Attributes:
        function: what follows ``Benchmark`` up to the first slash.
        parameters: the parts behind the slashes, as (name, value).
    """

    function: str
    parameters: tuple[tuple[str, str], ...]


# The units of a benchmark come one after the other, each with the same names.
@functools.lru_cache(maxsize=10_000)
def parse_name(name: str) -> GoName:
    """Split a full name that has neither its leading ``Benchmark`` nor its GOMAXPROCS.

    No two names are split alike; :func:`join_name` is the way back.
    """
    function, *parts = name.split("/")
    pairs = tuple(map(_pair, parts))
    keys = {key for key, _ in pairs}
    if len(keys) == len(pairs) and "" not in keys:
        return GoName(function, pairs)
    parameters: dict[str, str] = {}
    for position, part in enumerate(parts, 1):
        key, value = _pair(part)
        if not key or key in parameters:
            key, value = f"{PART}{position}", part
        parameters[key] = value
    return GoName(function, tuple(parameters.items()))


def join_name(name: GoName) -> str:
    """Return the full name that a benchmark with these parameters has.

    Those that have a position stand at it, the others in the order given.
    """
    values = dict(name.parameters)
    parts = (
        values[key] if key == f"{PART}{position}" else f"{key}={values[key]}"
        for position, key in enumerate(in_order(values), 1)
    )
    return "/".join([name.function, *parts])


def has_position(key: str) -> bool:
    """Return whether a parameter's name says where its part stands."""
    return _POSITION.fullmatch(key) is not None


def in_order(keys: Collection[str]) -> list[str]:
    """Return parameters' names in the order of the parts that :func:`join_name` writes."""
    at = {key: int(of[1]) for key in keys if (of := _POSITION.fullmatch(key))}
    found = [key for key in keys if key not in at]
    for key in sorted(at, key=at.__getitem__):
        found.insert(at[key] - 1, key)
    return found


@functools.lru_cache(maxsize=10_000)
def _pair(part: str) -> tuple[str, str]:
    """Return a part's name and value; both are empty where it has no name.

    A name is an identifier: other text before a ``=`` is prose, as in ``TOML,roots=1``.
    One that a part without a name goes by is none.
    """
    key, equals, value = part.partition("=")
    is_name = equals and key.isidentifier() and not _POSITION.fullmatch(key)
    return (key, value) if is_name else ("", "")


@dataclass(frozen=True)
class Evidence:
    """What is certain of the values of GOMAXPROCS that names were measured with.

    Attributes:
        values: those that are certain.
        one: whether some name has no number, so that it was measured with 1.
    """

    values: frozenset[int] = frozenset()
    one: bool = False

    def joined(self, other: Evidence) -> Evidence:
        """Return what is certain where both hold."""
        return Evidence(self.values | other.values, self.one or other.one)


def split_number(name: str) -> tuple[str, int] | None:
    """Return a name without the number at its end, which GOMAXPROCS may be; None without one."""
    base, dash, digits = name.rpartition("-")
    if not dash or not digits.isdigit() or not digits.isascii() or digits[0] == "0":
        return None
    return (base, int(digits)) if len(digits) <= _MAX_DIGITS else None


def gomaxprocs_evidence(names: Collection[str], told: Mapping[str, bool] | None = None) -> Evidence:
    """Return what the names of one package's run say for certain; see :func:`split_gomaxprocs`."""
    return _evidence(names, told or {}, _split_numbers(names))


def _evidence(
    names: Collection[str], told: Mapping[str, bool], split: Mapping[str, tuple[str, int]]
) -> Evidence:
    values = {
        number
        for name, (base, number) in split.items()
        if _is_told(name, told, split, names) or (base in names and number != 1)
    }
    return Evidence(frozenset(values), len(split) < len(names) or not all(told.values()))


def split_gomaxprocs(
    names: Iterable[str],
    told: Mapping[str, bool] | None = None,
    beside: Evidence = Evidence(),
) -> dict[str, tuple[str, int]]:
    """Return each name of one package's run without GOMAXPROCS, and that number.

    Go appends the number unless it is 1, and a sub-benchmark's own name may end
    in a number as well. *told* are names of which it is known whether the number
    is GOMAXPROCS, and *beside* is what other packages of the same run say. So:

    - A function's name has no dash: a number right behind it is GOMAXPROCS.
    - Else a number is GOMAXPROCS if the same name also stands without it, or if
      it is GOMAXPROCS of another name (a line may be lost). It is not if the
      whole name comes with a further number, as ``size-2`` in ``size-2-4``.
    - Where some name has no number, others have none that is not such a one.
    - Where all names have a number and nothing is certain, here or *beside*, it is
      GOMAXPROCS if it is the same for all, or if most of several names come
      with the same several (``-cpu 2,4``).
    """
    names, told = set(names), told or {}
    split = _split_numbers(names)
    certain = _evidence(names, told, split)
    if not certain.values and not certain.one:
        certain = beside
    if certain.values or certain.one:
        bases = {base for base, number in split.values() if number in certain.values}
        split = {
            n: s
            for n, s in split.items()
            if _is_told(n, told, split, names)
            or (
                told.get(n, True)
                and "/" in n
                and s[1] in certain.values
                and (s[0] in names or n not in bases)
            )
        }
    elif len({number for _, number in split.values()}) > 1:
        numbers_of: dict[str, set[int]] = {}
        for base, number in split.values():
            numbers_of.setdefault(base, set()).add(number)
        sets = Counter(frozenset(numbers) for numbers in numbers_of.values())
        most, count = sets.most_common(1)[0]
        # One name's numbers may be its own, as those of sha-256 and sha-512.
        if count < 2 or 2 * count <= sets.total() or any(not n <= most for n in sets):
            split = {}
    return {name: split.get(name, (name, 1)) for name in names}


def _split_numbers(names: Iterable[str]) -> dict[str, tuple[str, int]]:
    split = {name: split_number(name) for name in names}
    return {name: parts for name, parts in split.items() if parts is not None}


def _is_told(
    name: str,
    told: Mapping[str, bool],
    split: Mapping[str, tuple[str, int]],
    names: Collection[str],
) -> bool:
    """Return whether the number of a name is GOMAXPROCS for certain."""
    base, number = split[name]
    if number == 1 and base in names:
        return False  # Go appends no 1: both would be the same
    return told.get(name, "/" not in name)
