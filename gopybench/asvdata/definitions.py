"""The asv benchmarks that Go's results belong to: Python's where there is one, else our own.

asv keeps the list of benchmarks in ``results/benchmarks.json`` and rewrites it
with what it discovers at every ``asv run``. The entries that Go alone defines
carry the key ``go``.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from asv.benchmarks import Benchmarks
from asv.util import UserError, load_json

from gopybench.asvdata import mapping, parameters

# asv keeps a value for every combination of parameters, and looks for steps in
# each: fourteen seconds for ten thousand of them over eight commits.
MAX_COMBINATIONS = 100_000

# In bytes: asv publishes a benchmark's graph in a file of its name, and ".json".
MAX_NAME = 250

# What asv writes of every benchmark, and we read.
_KEYS = {"name", "params", "param_names", "type", "unit"}

# Marks an entry whose benchmark never ran: its parameters are not known.
ASSUMED = "assumed"

# Marks an entry that was imported: asv does not discover it.
IMPORTED = "imported"

# Set to UNKNOWN in an entry of Go's where nobody has said that lower is better.
DIRECTION = "direction"
UNKNOWN = "unknown"


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
        and len(entry["params"]) == len(entry["param_names"])
        and all(isinstance(name, str) for name in entry["param_names"])
        and parameters.is_sound(entry)
        and all(
            isinstance(choices, list) and all(isinstance(choice, str) for choice in choices)
            for choices in entry["params"]
        )
    )


def define(
    name: str,
    identity: str,
    metric: mapping.Metric,
    benchmarks: Iterable[parameters.Benchmark],
    known: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return Go's own definition of an asv benchmark, with the parameters of all its benchmarks.

    *identity* tells Go's benchmarks apart: import path, function and unit.
    *benchmarks* are those that were measured and *known* is the definition so
    far. Raises DoesNotFit.
    """
    if known is not None and known["go"] != identity:
        raise DoesNotFit(f"the name is taken by {known['go']}")
    if len(name.encode()) > MAX_NAME:
        raise DoesNotFit(f"its asv name is longer than the {MAX_NAME} bytes of a graph's file")
    if known is not None and known.get(ASSUMED):
        known = None
    entry = {
        # asv's benchmark attributes, where it has them.
        **(known or {}),
        "name": name,
        "go": identity,
        "code": identity,
        **parameters.extended(known, benchmarks),
        "type": metric.type,
        "unit": metric.unit,
        # No version: results of this benchmark stay valid also when Python
        # comes to define it.
        "version": None,
    }
    entry.pop(DIRECTION, None)
    if not metric.is_known:
        entry[DIRECTION] = UNKNOWN
    count = parameters.places(entry["params"])
    if count > MAX_COMBINATIONS:
        raise DoesNotFit(
            f"it would have {count} combinations of parameters, of which asv keeps every one "
            f"(at most {MAX_COMBINATIONS}); split it into several functions"
        )
    return entry


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


def by_class(
    definitions: Mapping[str, Mapping[str, Any]],
) -> dict[str, list[Mapping[str, Any]]]:
    """Return definitions by what the names of one function's benchmarks have in common."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for name, definition in definitions.items():
        found[name.rpartition(".")[0]].append(definition)
    return found


class Places:
    """Finds a combination of parameters in asv's list of a benchmark's results.

    Their values are as Go has them, or with *exact* as asv has. The attribute
    *names* has the parameters' names, and *layout* how Go's names become them.
    """

    def __init__(self, definition: Mapping[str, Any], *, exact: bool = False) -> None:
        # asv lets two parameters have the same name.
        self._params: list[tuple[str, list[str]]] = [
            *zip(definition["param_names"], definition["params"])
        ]
        self.names = {name for name, _ in self._params}
        self.layout = parameters.Layout.of(definition)
        self._exact = exact
        # By parameter and value: how far it moves the place.
        self._steps: dict[tuple[str, str], int] = {}

    def of_benchmark(self, benchmark: parameters.Benchmark) -> int:
        """Return a Go benchmark's place; raise DoesNotFit, naming the parameter."""
        return self.of(self.layout.parameters(benchmark))

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
            choice = parameters.ABSENT if parameters.ABSENT in choices and not self._exact else None
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
