"""Where a name's number at the end is GOMAXPROCS: told package by package, file by file."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from gopybench.asvdata import definitions, mapping
from gopybench.benchfmt.names import (
    GOMAXPROCS,
    Evidence,
    gomaxprocs_evidence,
    parse_name,
    split_gomaxprocs,
    split_number,
)
from gopybench.transfer.collect import PackageResults

# Full names without GOMAXPROCS, and that number, by full names.
Split = dict[str, tuple[str, int]]


def split_packages(
    packages: Sequence[PackageResults],
    modules: Sequence[mapping.Module],
    known: Mapping[str, Mapping[str, Any]],
) -> list[Split]:
    """Return for each package of each file its names without GOMAXPROCS, and that number.

    What asv's list of benchmarks, *known*, has of a name comes first, then what
    the other names of the package in its file say, and the rest of the file last.
    """
    places: dict[str, list[definitions.Places]] = defaultdict(list)
    for name, entry in known.items():
        if not entry.get(definitions.ASSUMED):
            places[name.rpartition(".")[0]].append(definitions.Places(entry))
    names = [[*results.names()] for results in packages]
    told = [_told(results, of, modules, places) for results, of in zip(packages, names)]
    of_file: dict[str, Evidence] = defaultdict(Evidence)
    packages_of = Counter(results.file for results in packages)
    for results, in_package, known_of in zip(packages, names, told):
        if packages_of[results.file] > 1:
            evidence = gomaxprocs_evidence({*in_package}, known_of)
            of_file[results.file] = of_file[results.file].joined(evidence)
    return [
        split_gomaxprocs(in_package, known_of, of_file[results.file])
        for results, in_package, known_of in zip(packages, names, told)
    ]


def several_values(
    packages: Sequence[PackageResults], splits: Sequence[Split]
) -> dict[str, set[int]]:
    """Return the values of GOMAXPROCS of the packages that have a benchmark with several."""
    values: dict[str, set[int]] = defaultdict(set)
    pairs: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for results, split in zip(packages, splits):
        values[results.package].update(number for _, number in split.values())
        pairs[results.package] += split.values()
    return {
        package: numbers
        for package, numbers in values.items()
        # Each name with each of its values; more than there are names.
        if len(numbers) > 1 and len({*pairs[package]}) > len({name for name, _ in pairs[package]})
    }


def _told(
    results: PackageResults,
    names: Sequence[str],
    modules: Sequence[mapping.Module],
    places: Mapping[str, Sequence[definitions.Places]],
) -> dict[str, bool]:
    """Return of the names that asv knows whether their number at the end is GOMAXPROCS."""
    told: dict[str, bool] = {}
    if not places:
        return told
    package = mapping.go_package(results.package, modules)
    for name in names:
        function, slash, _ = name.partition("/")
        found = places.get(mapping.asv_class(package, function)) if slash else None
        parts = split_number(name) if found else None
        if not found or parts is None:
            continue
        as_own = any(_fits(name, 1, one) for one in found)
        if as_own != any(_fits(*parts, one) for one in found):
            told[name] = not as_own
    return told


def _fits(name: str, number: int, places: definitions.Places) -> bool:
    """Return whether a benchmark of asv's has the parameters of a name without GOMAXPROCS."""
    parameters = parse_name(name).parameters
    if GOMAXPROCS in places.names and GOMAXPROCS not in dict(parameters):
        parameters = (*parameters, (GOMAXPROCS, str(number)))
    with contextlib.suppress(definitions.DoesNotFit):
        places.of(parameters)
        return True
    return False
