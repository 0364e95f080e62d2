"""Units of Go benchmarks, and the base units that they are read as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_TOKEN = re.compile(r"[^-*/]+|[-*/]")


def tidy(unit: str) -> tuple[str, float]:
    """Return a unit's base unit and the factor to it.

    ``ns`` becomes ``sec`` and ``MB`` becomes ``B`` wherever they stand as a
    word of their own above the line, as golang.org/x/perf/benchunit has it.
    """
    if "ns" not in unit and "MB" not in unit:
        return unit, 1.0
    tidied, factor, below = [], 1.0, False
    for token in _TOKEN.findall(unit):
        if token == "/":
            below = True
        elif token == "*":
            below = False
        elif not below and token == "ns":
            token, factor = "sec", factor / 1e9
        elif not below and token == "MB":
            token, factor = "B", factor * 1e6
        tidied.append(token)
    return "".join(tidied), factor


# What is better the less there is of it, as the last word of what is counted.
_LOWER = {"sec", "B", "bytes", "allocs", "instructions", "cycles", "faults", "misses"}


def better(base_unit: str) -> str:
    """Return which direction of a base unit is better: lower, higher, or nothing if not known.

    A rate per second is better higher; of times, memory and other costs less is better.
    """
    if base_unit.endswith(("/s", "/sec")):
        return "higher"
    return "lower" if re.split("[-*]", base_unit.partition("/")[0])[-1] in _LOWER else ""


# As Go's own testing package writes them, and their base units.
_OF_GO = ("ns/op", "B/op", "allocs/op", "MB/s")
_BASE_OF_GO = ("sec/op", "B/op", "allocs/op", "B/s")


def go_first(base_units: Iterable[str]) -> list[str]:
    """Return base units with those of Go's testing package first, the others as they come."""
    return sorted(base_units, key=lambda unit: unit not in _BASE_OF_GO)


def hidden(units: Sequence[tuple[str, str]]) -> dict[int, str]:
    """Return which units of a line are not to be read, each with the one that hides it.

    *units* are pairs of a base unit and how it was written. Two that are
    written differently are two measurements, also where their base unit is the
    same, as that of ``MB/op`` and ``B/op`` is: Go's own stays, else the first.
    """
    stays: dict[str, str] = {}
    for base, written in sorted(units, key=lambda unit: unit[1] not in _OF_GO):
        stays.setdefault(base, written)
    return {i: stays[base] for i, (base, written) in enumerate(units) if written != stays[base]}


# As they are written in bytes: base unit, factor and text.
_KNOWN: dict[bytes, tuple[str, float, str]] = {}
_MAX_KNOWN = 10_000


def known(written: bytes) -> tuple[str, float, str]:
    """Return the base unit, the factor and the text of a unit in UTF-8; known ones are cached."""
    found = _KNOWN.get(written)
    if found is None:
        text = written.decode()
        found = (*tidy(text), text)
        if len(_KNOWN) < _MAX_KNOWN:
            _KNOWN[written] = found
    return found
