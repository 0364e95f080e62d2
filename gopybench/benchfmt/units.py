"""Units of Go benchmarks, and the base units that they are read as."""

from __future__ import annotations

import re

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
