"""Where a name's number at the end is GOMAXPROCS: told package by package, file by file."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from gopybench.asvdata import definitions, mapping
from gopybench.benchfmt.names import (
    Evidence,
    gomaxprocs_evidence,
    split_gomaxprocs,
    split_number,
)
from gopybench.transfer.collect import PackageResults

# Full names without GOMAXPROCS, and that number if it is known, by full names.
Split = Mapping[str, tuple[str, Optional[int]]]

# Whose values they are: a package, and a function of it or nothing for all of them.
Whose = tuple[str, str]


def split_packages(
    packages: Sequence[PackageResults],
    modules: Sequence[mapping.Module],
    known: Mapping[str, Mapping[str, Any]],
) -> list[Split]:
    """Return for each package of each file its names without GOMAXPROCS, and that number.

    What asv's list of benchmarks, *known*, has of a name comes first, then what
    the other names of the package in its file say, and the rest of the file last.
    """
    entries = definitions.by_class(known)
    names = [[*results.names()] for results in packages]
    told = [_told(results, of, modules, entries) for results, of in zip(packages, names)]
    of_file: dict[str, Evidence] = defaultdict(Evidence)
    packages_of = Counter(results.file for results in packages)
    for results, in_package, known_of in zip(packages, names, told):
        if packages_of[results.file] > 1:
            evidence = gomaxprocs_evidence({*in_package}, known_of)
            of_file[results.file] = of_file[results.file].joined(evidence)
    return [
        as_exported(results.origin.gomaxprocs, in_package)
        if results.origin.gomaxprocs is not None
        else split_gomaxprocs(in_package, known_of, of_file[results.file])
        for results, in_package, known_of in zip(packages, names, told)
    ]


def several_values(
    packages: Sequence[PackageResults], splits: Sequence[Split]
) -> dict[Whose, set[int]]:
    """Return the values of GOMAXPROCS of the packages that have a benchmark with several.

    Of what was exported they are those of a function: it had a parameter of its own.
    """
    numbers: dict[Whose, set[int]] = defaultdict(set)
    pairs: dict[Whose, set[tuple[str, int]]] = defaultdict(set)
    for results, split in zip(packages, splits):
        is_exported = results.origin.gomaxprocs is not None
        for name, number in split.values():
            if number is not None:
                whose = results.package, name.partition("/")[0] if is_exported else ""
                numbers[whose].add(number)
                pairs[whose].add((name, number))
    return {
        whose: of
        for whose, of in numbers.items()
        # Each name with each of its values; more than there are names.
        if len(of) > 1 and len(pairs[whose]) > len({name for name, _ in pairs[whose]})
    }


def as_exported(gomaxprocs: str, names: Iterable[str]) -> Split:
    """Return names as an export says that they end."""
    of = split_number(f"-{gomaxprocs}")
    if of is None:
        return {name: (name, None) for name in names}
    # Go appends the number unless it is 1.
    end = f"-{gomaxprocs}" if of[1] != 1 else ""
    return {name: (name.removesuffix(end), of[1]) for name in names}


def _told(
    results: PackageResults,
    names: Sequence[str],
    modules: Sequence[mapping.Module],
    entries: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, bool]:
    """Return of the names that asv knows whether their number at the end is GOMAXPROCS."""
    told: dict[str, bool] = {}
    if not entries:
        return told
    package = mapping.go_package(results.package, modules)
    places: dict[str, list[definitions.Places]] = {}
    for name in names:
        function, slash, _ = name.partition("/")
        parts = split_number(name) if slash else None
        if parts is None:
            continue
        if function not in places:
            known = entries.get(mapping.asv_class(package, function), ())
            of = [entry for entry in known if not entry.get(definitions.ASSUMED)]
            places[function] = [*map(definitions.Places, of)]
        as_own = any(_fits(name, 1, one) for one in places[function])
        if as_own != any(_fits(*parts, one) for one in places[function]):
            told[name] = not as_own
    return told


def _fits(name: str, number: int, places: definitions.Places) -> bool:
    """Return whether a benchmark of asv's has the parameters of a name without GOMAXPROCS."""
    with contextlib.suppress(definitions.DoesNotFit):
        places.of_benchmark((name, number if places.layout.gomaxprocs else None))
        return True
    return False
