"""The asv benchmarks that Go's results belong to: Python's where there is one, else our own.

asv keeps the list of benchmarks in ``results/benchmarks.json`` and rewrites it
with what it discovers at every ``asv run``. The entries that Go alone defines
carry the key ``go``.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from asv.benchmarks import Benchmarks
from asv.util import UserError, load_json

from gopybench.asvdata import mapping

# asv keeps a value for every combination of parameters, and looks for steps in
# each: fourteen seconds for ten thousand of them over eight commits.
MAX_COMBINATIONS = 10_000

# With more combinations than these, one in twenty has to be measured.
MAX_SPARSE = 1_000

# What asv writes of every benchmark, and we read.
_KEYS = {"name", "params", "param_names", "type", "unit"}

# Marks an entry whose benchmark never ran: its parameters are not known.
ASSUMED = "assumed"

# Marks an entry that was imported: asv does not discover it.
IMPORTED = "imported"

# Stands for a parameter that some sub-benchmarks of a function do not have.
ABSENT = "None"


class DoesNotFit(Exception):
    """Why a Go benchmark cannot be laid out on an asv benchmark."""


def load(conf: Any) -> dict[str, dict[str, Any]]:
    """Return asv's list of benchmarks by name; empty where there is none yet.

    Raises asv's UserError for a list that asv cannot read.
    """
    path = Benchmarks.get_benchmark_file_path(conf.results_dir)
    try:
        benchmarks = load_json(path, Benchmarks.api_version)
    except FileNotFoundError:
        return {}
    except (AttributeError, TypeError, ValueError) as error:
        raise UserError(f"{path} is not asv's list of benchmarks: {error}; remove it") from None
    for name, entry in benchmarks.items():
        if not _is_entry(entry):
            raise UserError(f"{path}: {name!r} is not a benchmark; remove the file or its entry")
    return dict(benchmarks)


def _is_entry(entry: object) -> bool:
    """Return whether an entry of asv's list has what we read, of the right kinds."""
    return (
        isinstance(entry, dict)
        and entry.keys() >= _KEYS
        and all(isinstance(entry[key], str) for key in ("name", "type", "unit"))
        and all(isinstance(entry[key], list) for key in ("params", "param_names"))
        and all(isinstance(name, str) for name in entry["param_names"])
        and all(
            isinstance(choices, list) and all(isinstance(choice, str) for choice in choices)
            for choices in entry["params"]
        )
    )


def define(
    name: str,
    identity: str,
    metric: mapping.Metric,
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
        written = dict.fromkeys([c.get(key) for c in combinations])
        now = [ABSENT if value is None else mapping.asv_value(value) for value in written]
        values[key] = mapping.merge_values(before, now)
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
    """Raise DoesNotFit unless Python's values are of the same type and unit as Go's."""
    if (definition["type"], definition["unit"]) != (type_, unit):
        raise DoesNotFit(
            f"Python's is of type {definition['type']} in {definition['unit']}, "
            f"Go's of type {type_} in {unit}"
        )


class Places:
    """Finds a combination of parameters in asv's list of a benchmark's results.

    Their values are as Go has them, or with *exact* as asv has. The attribute
    *names* has the parameters' names.
    """

    def __init__(self, definition: Mapping[str, Any], *, exact: bool = False) -> None:
        # asv lets two parameters have the same name.
        self._params: list[tuple[str, list[str]]] = [
            *zip(definition["param_names"], definition["params"])
        ]
        self.names = {name for name, _ in self._params}
        self._exact = exact
        # By parameter and value: how far it moves the place.
        self._steps: dict[tuple[str, str], int] = {}

    def of(self, combination: Collection[tuple[str, str]]) -> int:
        """Return a combination's place; raise DoesNotFit, naming the parameter."""
        if len(combination) == len(self.names):
            try:
                return sum(map(self._steps.__getitem__, combination))
            except KeyError:
                pass
        values = dict(combination)
        if unknown := values.keys() - self.names:
            raise DoesNotFit(f"there is no parameter {', '.join(sorted(unknown))}")
        place, size = 0, math.prod(len(choices) for _, choices in self._params)
        steps: Counter[tuple[str, str]] = Counter()
        for key, choices in self._params:
            choice = self._choice(key, values.get(key), choices)
            size //= len(choices)
            step = size * choices.index(choice)
            if key in values:
                steps[key, values[key]] += step
            place += step
        self._steps.update(steps)
        return place

    def _choice(self, key: str, value: str | None, choices: Sequence[str]) -> str:
        if value is None:
            choice = ABSENT if ABSENT in choices and not self._exact else None
        elif self._exact:
            choice = value if value in choices else None
        else:
            choice = mapping.match_value(value, choices)
        if choice is None:
            lack = f"has no value {value}" if value is not None else "is missing"
            raise DoesNotFit(f"parameter {key} {lack}")
        return choice


def combinations(definition: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the parameter values at every place of asv's list of results."""
    return list(itertools.product(*definition["params"]))
