"""The asv benchmarks that Go's results belong to: Python's where there is one, else our own.

asv keeps the list of benchmarks in ``results/benchmarks.json`` and rewrites it
with what it discovers at every ``asv run``. The entries that Go alone defines
carry the key ``go``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from asv.benchmarks import Benchmarks
from asv.util import UserError, load_json

from gopybench.bridge import naming

# asv lays every benchmark out on the product of its parameters' values, and
# looks for steps in each: of ten thousand over eight commits for fourteen seconds.
MAX_COMBINATIONS = 10_000

# Of as many places one in twenty has to be measured, or they are not laid out.
MAX_SPARSE = 1_000

# What asv writes of every benchmark, and we read.
_KEYS = {"name", "params", "param_names", "type", "unit"}

# The key of an entry whose benchmark never ran: its parameters are not known.
ASSUMED = "assumed"

# The key of an entry that was imported: asv does not discover it.
IMPORTED = "imported"

# Stands for a parameter that some sub-benchmarks of a function do not have.
ABSENT = "None"


class DoesNotFit(Exception):
    """Why a Go benchmark cannot be laid out on an asv benchmark."""


def load(conf: Any) -> dict[str, dict[str, Any]]:
    """Return asv's list of benchmarks by name; empty where there is none yet.

    Raises asv's UserError for a list that asv cannot read.
    """
    try:
        benchmarks = load_json(
            Benchmarks.get_benchmark_file_path(conf.results_dir), Benchmarks.api_version
        )
    except FileNotFoundError:
        return {}
    for name, entry in benchmarks.items():
        if not isinstance(entry, dict) or not entry.keys() >= _KEYS:
            path = Benchmarks.get_benchmark_file_path(conf.results_dir)
            raise UserError(f"{path}: {name!r} is not a benchmark; remove the file or its entry")
    return dict(benchmarks)


def define(
    name: str,
    identity: str,
    metric: naming.Metric,
    combinations: Sequence[Mapping[str, str]],
    known: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return Go's own definition of an asv benchmark, on the union of all parameter values.

    *identity* tells Go's benchmarks apart: import path, function and unit.
    *combinations* are the parameters that were measured and *known* is the
    definition so far. Raises DoesNotFit.
    """
    if known is not None and known["go"] != identity:
        raise DoesNotFit(f"the name is taken by {known['go']}")
    if known is not None and known.get(ASSUMED):
        known = None
    so_far = dict(zip(known["param_names"], known["params"])) if known is not None else {}
    values: dict[str, list[str]] = {}
    for key in dict.fromkeys([*so_far, *itertools.chain.from_iterable(combinations)]):
        before = so_far.get(key, [ABSENT] if known is not None else [])
        now = [naming.asv_value(c[key]) if key in c else ABSENT for c in combinations]
        values[key] = naming.merge_values(before, now)
    count = math.prod(len(choices) for choices in values.values())
    before = math.prod(len(choices) for choices in so_far.values())
    most = min(MAX_COMBINATIONS, max(MAX_SPARSE, 20 * len(combinations), before))
    if count > most:
        raise DoesNotFit(
            f"its parameters make {count} combinations, of which asv would keep every one "
            f"(at most {most} with {len(combinations)} measured); split it into several functions"
        )
    return {
        # asv's benchmark attributes, where it has them.
        **(known or {}),
        "name": name,
        "go": identity,
        "code": identity,
        "param_names": list(values),
        "params": list(values.values()),
        "type": metric.type,
        "unit": metric.unit,
        # No version: results of this benchmark stay valid also when Python
        # comes to define it.
        "version": None,
    }


def is_go(definition: Mapping[str, Any] | None) -> bool:
    """Return whether Go, and not Python, defines this benchmark."""
    return definition is None or "go" in definition


def check_joins(definition: Mapping[str, Any], type_: str, unit: str) -> None:
    """Raise DoesNotFit unless Go's values, of asv's type and unit, mean the same as Python's."""
    if (definition["type"], definition["unit"]) != (type_, unit):
        raise DoesNotFit(
            f"Python's is of type {definition['type']} in {definition['unit']}, "
            f"Go's of type {type_} in {unit}"
        )


def index(
    definition: Mapping[str, Any], combination: Mapping[str, str], *, exact: bool = False
) -> int:
    """Return the place of a combination of parameters in asv's list of results.

    Its values are as Go has them, or with *exact* as asv has. Raises
    DoesNotFit, naming the parameter.
    """
    names, params = definition["param_names"], definition["params"]
    if unknown := [key for key in combination if key not in names]:
        raise DoesNotFit(f"there is no parameter {', '.join(unknown)}")
    place = 0
    for key, choices in zip(names, params):
        if exact:
            choice = combination.get(key)
        elif key in combination:
            choice = naming.match_value(combination[key], choices)
        else:
            choice = ABSENT if ABSENT in choices else None
        if choice is None:
            lack = f"has no value {combination[key]}" if key in combination else "is missing"
            raise DoesNotFit(f"parameter {key} {lack}")
        place = place * len(choices) + choices.index(choice)
    return place


def combinations(definition: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the parameter values at every place of asv's list of results."""
    return list(itertools.product(*definition["params"]))
