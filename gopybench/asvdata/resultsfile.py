"""asv's results files, format 2: read, changed benchmark by benchmark, and written whole.

asv's documentation (``docs/source/dev.rst``, "Benchmark result data") describes
the format. A row lists a benchmark's columns; those at its end that are null are
left out. Rows that are not changed, and keys that are not known, stay as they are.
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import json
import math
import operator
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import orjson
from asv import util
from asv.results import Results

from gopybench.asvdata import mapping, noted, reasons, soundness
from gopybench.asvdata.samplestatistics import describe

# In the order in which asv writes them.
COLUMNS = (
    *("result", "params", "version", "started_at", "duration"),
    *("stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75"),
    *("stats_number", "stats_repeat", "samples", "profile"),
)

# Those with a value for each combination of parameters.
_BY_PLACE = (
    *("result", "stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75"),
    *("stats_number", "stats_repeat", "samples"),
)

# What asv does not load a file without, beside its rows.
_KEYS = {"params", "requirements", "commit_hash", "date", "python", "env_name"}


class Samples(NamedTuple):
    """The values of one unit of a benchmark, and how often it ran for each."""

    values: list[float]
    iterations: list[int]

    def joined(self, others: Samples) -> Samples:
        """Return these samples and others behind them."""
        return Samples(self.values + others.values, self.iterations + others.iterations)


class ResultsFile:
    """The results of one commit in one environment on one machine.

    Attributes:
        path: the file.
        head: its keys but ``results``, ``result_columns`` and ``version``.
        rows: by benchmark, in the order of :data:`COLUMNS`.
    """

    def __init__(self, path: str, head: dict[str, Any], rows: dict[str, list[Any]]) -> None:
        self.path = path
        self.head = head
        self.rows = rows

    @classmethod
    def load(cls, path: str) -> ResultsFile | None:
        """Return a file as it is; None where there is none.

        Raises asv's UserError for one that asv cannot load.
        """
        try:
            head = util.load_json(path, Results.api_version)
            rows, columns = head.pop("results"), head.pop("result_columns")
            missing, unknown = _KEYS - head.keys(), {*columns} - {*COLUMNS}
            if not all(isinstance(row, list) for row in rows.values()):
                raise TypeError("a benchmark's row is no list")
            if what := soundness.head_damage(head):
                raise TypeError(what)
        except FileNotFoundError:
            return None
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise util.UserError(f"{path} is not a results file of asv's: {error}") from None
        if missing or unknown:
            what = f"no {sorted(missing)[0]!r}" if missing else f"a column {sorted(unknown)[0]!r}"
            raise util.UserError(f"{path} is not a results file of asv's: it has {what}")
        if columns != [*COLUMNS]:
            by_name = [(name, dict(zip(columns, row))) for name, row in rows.items()]
            rows = {name: [row.get(column) for column in COLUMNS] for name, row in by_name}
        return cls(path, {"env_vars": {}, "durations": {}, **head}, rows)

    def add(
        self,
        benchmark: Mapping[str, Any],
        samples: Mapping[int, Samples],
        *,
        append: bool = False,
    ) -> bool:
        """Add a benchmark's samples as asv adds what it measured; return whether they are new.

        *benchmark* is its entry in asv's list. *samples* are by their place in
        the product of its parameters' values. Results of other places stay if
        they are of the same version; with *append* so do earlier samples of
        these. What was never measured is NaN, asv's n/a. Raises asv's UserError
        for a row that is damaged.
        """
        name, params = benchmark["name"], benchmark["params"]
        count = math.prod(map(len, params))
        old = self.row(name) if name in self.rows else {}
        changed = samples
        # As for asv, no version matches any.
        if old and old.get("version") in (None, benchmark["version"]):
            by_place = _laid_out(old, params)
            if not append:
                changed = {i: new for i, new in samples.items() if not _is_kept(by_place, i, new)}
                if not changed and old.get("params") == params:
                    return False
        else:
            by_place = {column: [None] * count for column in _BY_PLACE}
            by_place["result"] = [math.nan] * count
            if old:
                self._forget(name)
        result, low, high, q_25, q_75, number, repeat, kept = by_place.values()
        for i, (values, iterations) in changed.items():
            if append and kept[i] is not None:
                values = kept[i] + values
            result[i], low[i], high[i], q_25[i], q_75[i] = describe(values)
            number[i] = sorted(iterations)[(len(iterations) - 1) // 2]
            repeat[i] = len(values)
            kept[i] = values
        row = {
            **by_place,
            "params": params or [],
            "version": benchmark["version"],
            "started_at": util.datetime_to_js_timestamp(
                datetime.datetime.now(datetime.timezone.utc)
            ),
            "duration": _duration(samples) if benchmark["type"] == "time" else None,
            "profile": old.get("profile"),
        }
        self.rows[name] = _compressed([row[column] for column in COLUMNS])
        return True

    def row(self, name: str) -> dict[str, Any]:
        """Return a benchmark's row by its columns; raise asv's UserError for a damaged one."""
        row = dict(zip(COLUMNS, self.rows[name]))
        if what := soundness.row_damage(row):
            raise soundness.damaged(self.path, f"{name}: {what}")
        return row

    def move(
        self, name: str, params: list[list[str]], places: Mapping[tuple[str, ...], int]
    ) -> None:
        """Lay a benchmark's results out on other parameters.

        *places* are where they are now, by the values of the parameters that
        they are to have.
        """
        row = self.row(name)
        were = [*itertools.product(*row["params"])]
        now = {were[i]: combination for combination, i in places.items()}
        self.head["requirements"] = reasons.moved(self.head["requirements"], name, now)
        of = [places.get(combination) for combination in itertools.product(*params)]
        row.update(_moved(row, of), params=params)
        self.rows[name] = _compressed([row.get(column) for column in COLUMNS])

    def take(self, theirs: ResultsFile) -> bool:
        """Take in what another file of the same results has besides; return whether it has more.

        Where both have a value, that of the row that was measured later stays.
        Raises asv's UserError for a damaged row.
        """
        has_more, of_theirs = False, set()
        is_newer = theirs._newest() > self._newest()
        for name, row in theirs.rows.items():
            joined, is_theirs = row, True
            if name in self.rows:
                pair = [theirs.row(name), self.row(name)]
                earlier, later = sorted(pair, key=_started)
                joined = _compressed([*_joined(earlier, later).values()])
                is_theirs = later is pair[0]
                if earlier.get("version") != later.get("version"):
                    (self if is_theirs else theirs)._forget(name)
            if is_theirs:
                of_theirs.add(name)
            if name not in self.rows or _json(joined) != _json(self.rows[name]):
                self.rows[name], has_more = joined, True
        if has_more:
            both = [
                (self.head["requirements"], self.rows.keys() - of_theirs),
                (theirs.head["requirements"], of_theirs),
            ]
            (before, by_before), (after, by_after) = both if is_newer else both[::-1]
            of_both = noted.of_both(before, after, by_before, by_after)
            durations = {**theirs.head["durations"], **self.head["durations"]}
            self.head.update(requirements=of_both, durations=durations)
        return has_more

    def replace(self, theirs: ResultsFile, names: Collection[str]) -> None:
        """Take the rows of some benchmarks, and what is noted of them, from another file.

        That is as if they had been measured here last, whatever the clocks say.
        """
        kept = self.rows.keys() - {*names}
        requirements, later = self.head["requirements"], theirs.head["requirements"]
        self.rows.update((name, theirs.rows[name]) for name in names)
        self.head.update(
            requirements=noted.of_both(requirements, later, kept, names),
            durations={**self.head["durations"], **theirs.head["durations"]},
        )

    def _forget(self, name: str) -> None:
        """Drop why a benchmark has no values: those were of another version."""
        self.head["requirements"] = reasons.without(self.head["requirements"], {name})

    def _newest(self) -> float:
        """Return when the benchmark began that was measured last, as asv has it."""
        return max((_started(self.row(name)) for name in self.rows), default=0)

    def write(self, path: str | None = None) -> None:
        """Write the file, or another of the same contents."""
        requirements = reasons.standing(
            self.head["requirements"], lambda name: dict(zip(COLUMNS, self.rows.get(name, ())))
        )
        head = {**self.head, "requirements": requirements}
        head.update(result_columns=COLUMNS, version=Results.api_version)
        rows = (b"%b: %b" % (_json(name), _json(row)) for name, row in self.rows.items())
        with open(path or self.path, "wb") as file:
            file.write(_json(head)[:-1] + b', "results": {' + b", ".join(rows) + b"}}")


def _started(row: Mapping[str, Any]) -> float:
    return row.get("started_at") or 0


def _is_kept(by_place: Mapping[str, list[Any]], i: int, new: Samples) -> bool:
    """Return whether a place has samples already; without any, its result is what is exported."""
    kept = by_place["samples"][i]
    return bool(kept == new.values if kept else new.values == [by_place["result"][i]])


def _moved(old: Mapping[str, Any], places: list[int | None]) -> dict[str, list[Any]]:
    """Return a row's columns with values from these places; None is one that it does not have."""
    columns = {}
    for column in _BY_PLACE:
        values = old.get(column)
        never = math.nan if column == "result" else None
        columns[column] = [
            never if i is None else values[i] if values is not None else None for i in places
        ]
    return columns


def _joined(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with the values of two: the earlier one's where the later one has none."""
    row = {column: later.get(column) for column in COLUMNS}
    is_same = later.get("version") == earlier.get("version")
    if not is_same or len(later["params"]) != len(earlier["params"]):
        return row
    pairs = zip(later["params"], earlier["params"])
    params = [mapping.merge_values(*pair) for pair in pairs]
    ours, theirs = (_laid_out(of, params) for of in (later, earlier))
    for i, value in enumerate(ours["result"]):
        if value != value:
            for column in _BY_PLACE:
                ours[column][i] = theirs[column][i]
    return {**row, "params": params, **ours}


def _laid_out(old: Mapping[str, Any], params: list[list[str]]) -> dict[str, list[Any]]:
    """Return a row's columns with a value for each combination of other parameters' values."""
    combinations = itertools.product(*(old.get("params") or []))
    places = {combination: i for i, combination in enumerate(combinations)}
    return _moved(old, [places.get(combination) for combination in itertools.product(*params)])


def _duration(samples: Mapping[int, Samples]) -> float:
    """Return for how long a benchmark ran, in seconds."""
    seconds = 0.0
    for values, iterations in samples.values():
        seconds = sum(map(operator.mul, values, iterations), seconds)
    return float(f"{seconds:.4e}")


def _compressed(row: list[Any]) -> list[Any]:
    """Return a row as asv writes it: null for a column of nulls, and none at the end."""
    params = COLUMNS.index("params")
    for i, values in enumerate(row):
        if i != params and isinstance(values, list) and values.count(None) == len(values):
            row[i] = None
    while row and row[-1] is None:
        row.pop()
    return row


def _json(item: Any) -> bytes:
    """Return the JSON of what ``json.dumps`` takes, in a tenth of the time."""
    try:
        return orjson.dumps(_encodable(item))
    except orjson.JSONEncodeError:
        # Integers of any size, and half of a surrogate pair.
        return json.dumps(item).encode()


def _encodable(item: Any) -> Any:
    """Return data that orjson writes as ``json`` does: numbers that are not finite as well."""
    if isinstance(item, dict):
        return {key: _encodable(value) for key, value in item.items()}
    if isinstance(item, float) and not math.isfinite(item):
        return orjson.Fragment(json.dumps(item))
    if not isinstance(item, (list, tuple)) or not item:
        return item
    is_nested = isinstance(item[0], (list, dict))
    with contextlib.suppress(TypeError, OverflowError):
        total = sum(map(sum, item)) if is_nested else sum(item)
        if total - total == 0:
            return item
    if is_nested or any(isinstance(value, (list, dict)) for value in item):
        return [*map(_encodable, item)]
    return orjson.Fragment(json.dumps(item))
