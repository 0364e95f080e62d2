"""What stands behind a Go function's name <-> the parameters of an asv benchmark.

asv keeps a value for each combination of parameters. They are a grid, with a
parameter for each part of the name, or where few combinations would have a value,
as of routes and of prose, flat: one parameter that has the whole rest of the name.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple, Optional

from gopybench.asvdata import mapping
from gopybench.benchfmt.names import (
    GOMAXPROCS,
    PART,
    GoName,
    has_position,
    in_order,
    join_name,
    parse_name,
)

# Stands for a parameter that some sub-benchmarks of a function do not have.
ABSENT = "None"

# How many times more places than benchmarks a new grid may have, and one whose results
# would have to be laid out anew.
_MOST_AT_FIRST, _MOST = 4, 20

# What asv's entry of a benchmark says of its layout.
_LAYOUT = "layout"

# A full name without GOMAXPROCS, and that number where it is a parameter.
Benchmark = tuple[str, Optional[int]]


class Layout(NamedTuple):
    """How asv's parameters have the names of Go's benchmarks.

    Attributes:
        names: the parameters' names.
        is_flat: whether one of them has the whole rest of Go's name.
        gomaxprocs: the name of the one that GOMAXPROCS is, empty if none is.
    """

    names: tuple[str, ...]
    is_flat: bool
    gomaxprocs: str

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Layout:
        """Return the layout of an entry in asv's list."""
        names = tuple(entry["param_names"])
        kept = entry.get(_LAYOUT)
        if kept is None:
            of = dict(zip(names, entry["params"])).get(GOMAXPROCS)
            is_there = of is not None and all(v == ABSENT or v.isdigit() for v in of)
            return cls(names, False, GOMAXPROCS if is_there else "")
        return cls(names, kept["flat"], kept["gomaxprocs"])

    def parameters(self, benchmark: Benchmark) -> tuple[tuple[str, str], ...]:
        """Return a benchmark's parameters and their values, as Go has them."""
        name, number = benchmark
        if self.is_flat:
            _, slash, rest = name.partition("/")
            parameters: tuple[tuple[str, str], ...] = ((PART, rest),) if slash else ()
        else:
            parameters = parse_name(name).parameters
        if number is not None:
            parameters += ((self.gomaxprocs or GOMAXPROCS, str(number)),)
        return parameters

    def benchmark(self, function: str, choices: Sequence[str]) -> Benchmark:
        """Return the benchmark of a function that has these values, as asv has them."""
        values = {k: mapping.go_value(c) for k, c in zip(self.names, choices) if c != ABSENT}
        number = values.pop(self.gomaxprocs, None)
        if self.is_flat:
            name = "/".join([function, *values.values()])
        else:
            name = join_name(GoName(function, tuple(values.items())))
        return name, None if number is None else int(number)


def is_sound(entry: Mapping[str, Any]) -> bool:
    """Return whether what an entry in asv's list says of its layout is of the right kinds."""
    kept = entry.get(_LAYOUT, {"flat": False, "gomaxprocs": ""})
    return (
        isinstance(kept, dict)
        and isinstance(kept.get("flat"), bool)
        and isinstance(kept.get("gomaxprocs"), str)
        and isinstance(kept.get("count", 0), int)
    )


def extended(known: Mapping[str, Any] | None, benchmarks: Iterable[Benchmark]) -> dict[str, Any]:
    """Return what an entry in asv's list says of the parameters of these benchmarks.

    *known* is the entry so far: its values stay, and a grid stays one unless two
    benchmarks would be one in it, their parts have no order that is the same in all, or
    it would become far too sparse.
    """
    wanted = dict.fromkeys(benchmarks)
    if known is None or not Layout.of(known).is_flat:
        grid = _grid(known, wanted)
        if grid is not None:
            return grid
    return _flat(known, wanted)


def places(params: Iterable[Sequence[str]]) -> int:
    """Return how many combinations the values of parameters make."""
    return math.prod(map(len, params))


def _grid(known: Mapping[str, Any] | None, wanted: Collection[Benchmark]) -> dict[str, Any] | None:
    """Return a grid for benchmarks; None where it cannot have their names, or is too sparse."""
    so_far = dict(zip(known["param_names"], known["params"])) if known is not None else {}
    gomaxprocs = Layout.of(known).gomaxprocs if known is not None else ""
    if not gomaxprocs and any(number is not None for _, number in wanted):
        taken = {*so_far, *(key for name, _ in wanted for key, _ in parse_name(name).parameters)}
        gomaxprocs = GOMAXPROCS
        while gomaxprocs in taken:
            gomaxprocs += "_"
    layout = Layout((), False, gomaxprocs)
    combinations = [layout.parameters(benchmark) for benchmark in wanted]
    unnumbered = (of for (_, number), of in zip(wanted, combinations) if number is None)
    if gomaxprocs and any(key == gomaxprocs for of in unnumbered for key, _ in of):
        # A part of a name would be taken for the number that Go's runs are known by.
        return None
    # No two names have the same parameters in the same order.
    orders = dict.fromkeys(tuple(key for key, _ in of) for of in combinations)
    if any(len({*keys}) < len(keys) for keys in orders):
        return None
    are_alike = len({*map(frozenset, orders)}) < len(orders)
    if are_alike and len({*map(frozenset, combinations)}) < len(combinations):
        return None
    names = _ordered((), orders, last=gomaxprocs)
    if any([*keys] != _in_order(keys, names, gomaxprocs) for keys in orders):
        return None
    if so_far:
        names = _ordered(tuple(so_far), orders, last=gomaxprocs)
    by_key = [*map(dict, combinations)]
    params = _values(names, so_far, by_key)
    count = len(wanted)
    if known is not None and params != [*so_far.values()]:
        # Each that is not in the known grid is one more; whether those in it are is not known.
        there = known.get(_LAYOUT, {}).get("count", places(so_far.values()))
        count = max(count, there + sum(not _is_in(so_far, names, of) for of in by_key))
    elif known is not None:
        count = max(count, known.get(_LAYOUT, {}).get("count", places(params)))
    most = _MOST_AT_FIRST if known is None else _MOST
    if len({*names} - {gomaxprocs}) > 1 and places(params) > most * count:
        return None
    return _described(names, params, {"flat": False, "gomaxprocs": gomaxprocs, "count": count})


def _in_order(keys: Collection[str], names: Iterable[str], last: str) -> list[str]:
    """Return a benchmark's parameters in the order in which a grid gives its name back."""
    order = in_order([name for name in names if name in keys and name != last])
    return [*order, last] if last in keys else order


def _is_in(
    params: Mapping[str, Sequence[str]], names: Iterable[str], of: Mapping[str, str]
) -> bool:
    """Return whether a combination has a place among the values of parameters."""
    return all(_choice(of.get(name)) in params.get(name, ()) for name in names)


def _flat(known: Mapping[str, Any] | None, wanted: Collection[Benchmark]) -> dict[str, Any]:
    before = Layout.of(known) if known is not None else Layout((), True, "")
    so_far = dict(zip(known["param_names"], known["params"])) if known is not None else {}
    if not before.is_flat:
        # Which of a grid's places have results is not known: what lays them out anew adds them.
        so_far = {key: of for key, of in so_far.items() if key == before.gomaxprocs}
    has_number = any(number is not None for _, number in wanted)
    gomaxprocs = before.gomaxprocs or (GOMAXPROCS if has_number else "")
    layout = Layout((PART, *([gomaxprocs] if gomaxprocs else [])), True, gomaxprocs)
    by_key = [dict(layout.parameters(benchmark)) for benchmark in wanted]
    params = _values(layout.names, so_far, by_key)
    return _described(layout.names, params, {"flat": True, "gomaxprocs": gomaxprocs})


def _described(
    names: Iterable[str], params: list[list[str]], layout: dict[str, Any]
) -> dict[str, Any]:
    return {"param_names": list(names), "params": params, _LAYOUT: layout}


def _choice(value: str | None) -> str:
    """Return a parameter's value as asv has it."""
    return ABSENT if value is None else mapping.asv_value(value)


def _values(
    keys: Iterable[str], so_far: Mapping[str, list[str]], by_key: Sequence[Mapping[str, str]]
) -> list[list[str]]:
    params = []
    for key in keys:
        written = dict.fromkeys(of.get(key) for of in by_key)
        params.append(mapping.merge_values(so_far.get(key, ()), map(_choice, written)))
    return params


def _ordered(known: tuple[str, ...], orders: Iterable[tuple[str, ...]], last: str) -> list[str]:
    """Return the parameters' names in an order that all of these have, if there is one.

    The known ones stay in theirs. Those with a position in the name may stand anywhere.
    """
    names = list(dict.fromkeys(itertools.chain(known, *orders)))
    if len(names) == len(known):
        return names
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for keys in (known, *orders):
        for key in keys:
            sorter.add(key)
        for before, after in itertools.pairwise(key for key in keys if not has_position(key)):
            sorter.add(after, before)
    with contextlib.suppress(CycleError):
        names = list(sorter.static_order())
    return sorted(names, key=lambda name: name == last)
