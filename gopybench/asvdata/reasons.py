"""Why benchmarks have no value: the words of a failure, and the reason of ``n/a``.

asv keeps none of it. It is noted in a results file, each text once, with the
combinations of parameters that it is true of, by benchmark::

    {"failed": [["ValueError: no", {"m.A.time_a": [[["1", "2"], ["'x'"]]]}]]}

Combinations are written as blocks: some values of each parameter, which stand for
all that can be made of them.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

# Where they are noted, see noted.py.
KEY = "@reasons"

# What a combination without a value is. asv has null for the first, NaN for the second,
# and either for what a run was not asked for.
FAILED, NOT_AVAILABLE, NOT_ASKED = STATES = ("failed", "n/a", "not asked")

# The values of all parameters, as asv has them.
_Place = tuple[str, ...]

# By benchmark: why, by what a combination is and which one it is.
Reasons = dict[str, dict[tuple[str, _Place], str]]

# A damaged block may have more parameters and combinations than there can be.
_MAX_PARAMETERS, _MAX_COMBINATIONS = 100, 1_000_000


def load(requirements: Mapping[str, str]) -> Reasons:
    """Return the reasons that are noted in a results file; what is damaged is left out."""
    found: Reasons = {}
    with contextlib.suppress(ValueError, TypeError, AttributeError, RecursionError):
        for state, of_state in json.loads(requirements.get(KEY, "{}")).items():
            for words, names in of_state if state in STATES else ():
                for name, blocks in names.items():
                    for place in itertools.chain.from_iterable(map(_expanded, blocks)):
                        found.setdefault(name, {})[state, place] = str(words)
    return found


def with_reasons(requirements: Mapping[str, str], found: Reasons) -> dict[str, str]:
    """Return the requirements with these reasons in place of those that they have."""
    places: dict[str, dict[str, dict[str, list[_Place]]]] = {}
    for name, of in sorted(found.items()):
        for (state, place), words in of.items():
            names = places.setdefault(state, {}).setdefault(words, {})
            names.setdefault(name, []).append(place)
    noted = {
        state: [
            [words, {name: [*_blocks(sorted(of))] for name, of in names.items()}]
            for words, names in sorted(by_words.items())
        ]
        for state, by_words in sorted(places.items())
    }
    others = {key: value for key, value in requirements.items() if key != KEY}
    return {**others, **({KEY: json.dumps(noted)} if noted else {})}


def joined(
    earlier: Mapping[str, str], later: Mapping[str, str], by_later: Collection[str]
) -> Reasons:
    """Return the reasons of two: where both have one, that of the later for *by_later*."""
    before, after = load(earlier), load(later)
    both: Reasons = {}
    for name in {**before, **after}:
        first, second = (before, after) if name in by_later else (after, before)
        both[name] = {**first.get(name, {}), **second.get(name, {})}
    return both


def moved(
    requirements: Mapping[str, str], name: str, places: Mapping[_Place, _Place]
) -> dict[str, str]:
    """Return the requirements when a benchmark's combinations are called something else.

    *places* are the new ones by what they were.
    """
    found = load(requirements)
    of = found.pop(name, {})
    now = {(state, places[at]): words for (state, at), words in of.items() if at in places}
    return with_reasons(requirements, {**found, name: now}) if of else dict(requirements)


def without(requirements: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Return the requirements without the reasons of some benchmarks."""
    found = load(requirements)
    kept = {name: of for name, of in found.items() if name not in names}
    return with_reasons(requirements, kept) if kept != found else dict(requirements)


def standing(
    requirements: Mapping[str, str], row: Callable[[str], Mapping[str, Any]]
) -> dict[str, str]:
    """Return the requirements without reasons of what has a value, or is no more.

    *row* returns the ``params`` and the ``result`` of a benchmark, as asv keeps them,
    and nothing of one that is not there.
    """
    found: Reasons = {}
    for name, of in load(requirements).items():
        states: dict[_Place, Sequence[str]] = {}
        with contextlib.suppress(TypeError):
            states = _states(row(name))
        kept = {
            (state, place): words
            for (state, place), words in of.items()
            if state in states.get(place, ())
            and not (state == NOT_ASKED and (states[place][0], place) in of)
        }
        if kept:
            found[name] = kept
    return with_reasons(requirements, found) if KEY in requirements else dict(requirements)


def _states(row: Mapping[str, Any]) -> dict[_Place, Sequence[str]]:
    """Return what each combination without a value may be."""
    places = itertools.product(*(row.get("params") or []))
    values = row["result"] if row.get("result") is not None else itertools.repeat(None)
    pairs = zip(places, values) if row else ()
    return {
        place: (FAILED if value is None else NOT_AVAILABLE, NOT_ASKED)
        for place, value in pairs
        if value is None or value != value
    }


def _blocks(places: Sequence[_Place]) -> Iterator[list[list[str]]]:
    """Yield blocks that stand for these places and no others."""
    if () in places:
        yield []
    rests: dict[str, list[_Place]] = {}
    for first, *rest in filter(None, places):
        rests.setdefault(first, []).append(tuple(rest))
    alike: dict[tuple[_Place, ...], list[str]] = {}
    for first, of in rests.items():
        alike.setdefault(tuple(of), []).append(first)
    for below, firsts in alike.items():
        for block in _blocks(below):
            yield [firsts, *block]


def _expanded(block: Sequence[Sequence[str]]) -> Iterator[_Place]:
    if len(block) > _MAX_PARAMETERS or math.prod(map(len, block)) > _MAX_COMBINATIONS:
        raise ValueError("more combinations than there can be")
    return itertools.product(*([*map(str, choices)] for choices in block))
