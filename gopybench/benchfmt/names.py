"""A Go benchmark's full name, split into function, parameters and GOMAXPROCS."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

# A number that is longer is not GOMAXPROCS; Python refuses to convert thousands of digits.
_MAX_DIGITS = 18


class GoName(NamedTuple):
    """A Go benchmark's full name, split.

    Attributes:
        function: what follows ``Benchmark`` up to the first slash.
        parameters: the parts behind the slashes, as (name, value).
    """

    function: str
    parameters: tuple[tuple[str, str], ...]


def parse_name(name: str) -> GoName:
    """Split a full name that has neither its leading ``Benchmark`` nor its GOMAXPROCS."""
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
    """Return parameters with GOMAXPROCS at the end, under a name that is still free."""
    key = "gomaxprocs"
    while key in dict(parameters):
        key += "_"
    return (*parameters, (key, str(number)))


def split_gomaxprocs(names: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Return each name of a run without GOMAXPROCS, and that number.

    Go appends the number unless it is 1, and a benchmark's own name may end in
    a number as well. So:

    - Where some name has no number, the run measured with 1. A number is
      GOMAXPROCS if the same name also stands without it, or if it is GOMAXPROCS
      of another name (a line may be lost). It is not if the whole name comes
      with a further number, as ``size-2`` in ``size-2-4``.
    - Where all names have a number, it is GOMAXPROCS if it is the same for all,
      or if most names come with the same several (``-cpu 2,4``).
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
