"""Values of parameters that are compared with each other: ``mode=threads:processes``."""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from gopybench.turns.sides import Place

ANY = "*"


class Match(NamedTuple):
    """A value of the first environment and the one of the second that it is compared with.

    Attributes:
        parameter: the parameter's name.
        first: the value as one writes it, without quotes, or ANY.
        second: the same of the second environment.
    """

    parameter: str
    first: str
    second: str


def match(text: str) -> Match:
    """Read ``NAME=VALUE:VALUE``; raise argparse's error for what is not one."""
    parameter, is_there, values = text.partition("=")
    first, colon, second = values.partition(":")
    if not (parameter and is_there and colon and first and second):
        raise argparse.ArgumentTypeError(f"{text!r} is no NAME=VALUE:VALUE")
    return Match(parameter, first, second)


def pairs(benchmark: Any, environment: str, matches: Sequence[Match]) -> Iterator[Place]:
    """Yield which combinations of a benchmark's parameters are compared.

    A parameter has the same value on both sides, unless a match names the value.
    """
    own = [m for m in matches if m.parameter in benchmark["param_names"]]
    if not own:
        combinations = itertools.product(*benchmark["params"])
        yield from (Place(environment, benchmark, i) for i, _ in enumerate(combinations))
        return
    choices: list[list[tuple[int, int]]] = [
        list(_of_parameter(values, [m for m in own if m.parameter == name]))
        for name, values in zip(benchmark["param_names"], benchmark["params"])
    ]
    sizes = [len(values) for values in benchmark["params"]]
    for chosen in itertools.product(*choices):
        first, second = (_index([pair[side] for pair in chosen], sizes) for side in (0, 1))
        yield Place(environment, benchmark, first, second)


def _of_parameter(values: Sequence[str], matches: Sequence[Match]) -> Iterator[tuple[int, int]]:
    for (i, first), (j, second) in itertools.product(enumerate(map(_bare, values)), repeat=2):
        named = [m for m in matches if first == m.first or second == m.second]
        is_matched = any(m.first in (first, ANY) and m.second in (second, ANY) for m in matches)
        is_free = not named and not any(ANY in m[1:] for m in matches)
        if is_matched or (i == j and is_free):
            yield i, j


def _index(places: Sequence[int], sizes: Sequence[int]) -> int:
    index = 0
    for place, size in zip(places, sizes):
        index = index * size + place
    return index


def _bare(value: str) -> str:
    """Return a parameter's value, as asv keeps it, without the quotes of a text."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value
