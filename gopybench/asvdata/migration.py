"""Results that were laid out on a benchmark's earlier parameters -> on those that it has now.

asv finds a value by the values of all parameters. So results of a grid would be lost
where it becomes flat, and where it gets one more parameter.
"""

from __future__ import annotations

import itertools
import math
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from asv.console import log
from asv.util import UserError

from gopybench.asvdata import definitions, mapping, noted, soundness
from gopybench.asvdata.parameters import ABSENT, Layout
from gopybench.asvdata.resultsfile import ResultsFile
from gopybench.benchfmt.names import parse_name

# The values of all parameters, as asv has them.
_Place = tuple[str, ...]


def migrate(
    results_dir: str,
    before: Mapping[str, Mapping[str, Any]],
    now: dict[str, dict[str, Any]],
    opened: Mapping[str, ResultsFile] | None = None,
) -> list[ResultsFile]:
    """Lay results out on the parameters of today, and return the files that this changed.

    *before* and *now* are asv's lists of benchmarks. Entries of *now* are
    replaced where earlier results have further values. *opened* are files by
    their real path that are taken as they are. A damaged file stays, with a warning.
    """
    changes = {
        name: change
        for name, entry in now.items()
        if (change := _change(before.get(name), entry)) is not None
    }
    if not changes:
        return []
    rows: list[tuple[ResultsFile, str, list[tuple[_Place, int]]]] = []
    for file in _files(results_dir, opened or {}):
        for name in [name for name in changes if name in file.rows]:
            try:
                rows.append((file, name, changes[name].places(file, file.row(name))))
            except UserError as error:
                log.warning(f"its results stay as they are: {error}")
    for name, change in changes.items():
        now[name] = change.entry()
    changed: dict[str, ResultsFile] = {}
    for file, name, found in rows:
        kept = [(place, i) for place, i in found if changes[name].has(place)]
        if kept:
            file.move(name, _params(place for place, _ in kept), dict(kept))
            changed[file.path] = file
    return list(changed.values())


def _files(results_dir: str, opened: Mapping[str, ResultsFile]) -> Iterator[ResultsFile]:
    try:
        paths = [path for path, _ in soundness.result_paths(results_dir)]
    except UserError as error:
        log.warning(f"earlier results stay as they are: {error}")
        return
    for path in paths:
        try:
            file = opened.get(os.path.realpath(path)) or ResultsFile.load(path)
        except UserError as error:
            log.warning(f"its results stay as they are: {error}")
        else:
            if file is not None:
                yield file


def _change(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> _Change | None:
    """Return how a benchmark's parameters changed; None where no result has to be moved."""
    if before is None or not (definitions.is_go(before) and definitions.is_go(now)):
        return None
    was, layout = Layout.of(before), Layout.of(now)
    is_longer = {*was.names} < {*layout.names}
    if (is_longer and was.is_flat == layout.is_flat) or (layout.is_flat and not was.is_flat):
        return _Change(was, layout, now)
    return None


@dataclass
class _Change:
    """How the parameters of one of Go's benchmarks changed.

    Attributes:
        was: how they had Go's names.
        layout: how they have them now.
        now: asv's entry of the benchmark.
    """

    was: Layout
    layout: Layout
    now: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Look at the names that the benchmark has now."""
        params = dict(zip(self.layout.names, self.now["params"]))
        self._values = {key: dict.fromkeys(of) for key, of in params.items()}
        # A part may have stood in another place of a name.
        self._rest = {}
        if self.layout.is_flat and not self.was.is_flat:
            for choice in params[self.layout.names[0]]:
                parts = parse_name(f"/{mapping.go_value(choice)}").parameters
                if choice != ABSENT:
                    self._rest[frozenset(parts)] = choice

    def places(self, file: ResultsFile, row: Mapping[str, Any]) -> list[tuple[_Place, int]]:
        """Return where the values of a row belong, and where they are; note those with a number.

        There are none where the row has not had the earlier parameters.
        """
        if len(row["params"]) != len(self.was.names):
            return []
        number = noted.gomaxprocs(file.head["requirements"]).get(
            self.now["name"].rpartition(".")[0]
        )
        found = []
        values = row["result"] or itertools.repeat(None)
        for i, (old, value) in enumerate(zip(itertools.product(*row["params"]), values)):
            place = self._place(old, number)
            found.append((place, i))
            if value is not None and not math.isnan(value):
                for key, choice in zip(self.layout.names, place):
                    self._values[key][choice] = None
        return found

    def _place(self, old: _Place, number: int | None) -> _Place:
        known = dict(zip(self.was.names, old))
        if self.layout.gomaxprocs and self.layout.gomaxprocs not in known:
            known[self.layout.gomaxprocs] = str(number) if number else ABSENT
        if self.layout.is_flat and not self.was.is_flat:
            parts = [(k, mapping.go_value(c)) for k, c in known.items() if c != ABSENT]
            rest = self._rest.get(frozenset(p for p in parts if p[0] != self.layout.gomaxprocs))
            if rest is None:
                name, _ = self.was.benchmark("", old)
                rest = mapping.asv_value(name[1:]) if name else ABSENT
            known = {**known, self.layout.names[0]: rest}
        return tuple(known.get(key, ABSENT) for key in self.layout.names)

    def has(self, place: _Place) -> bool:
        """Return whether a place is one of the benchmark's by now."""
        return all(choice in self._values[k] for k, choice in zip(self.layout.names, place))

    def entry(self) -> dict[str, Any]:
        """Return the benchmark's entry, with the values that earlier results have."""
        values = [sorted(of, key=lambda choice: choice != ABSENT) for of in self._values.values()]
        params = [mapping.merge_values(of, ()) for of in values]
        return {**self.now, "params": params}


def _params(places: Iterable[_Place]) -> list[list[str]]:
    """Return the values of each parameter that places have."""
    values: dict[int, dict[str, None]] = defaultdict(dict)
    for place in places:
        for i, choice in enumerate(place):
            values[i][choice] = None
    return [list(of) for of in values.values()]
