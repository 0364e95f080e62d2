"""What is of the wrong kind in asv's results files, in words: asv's own reading is a traceback."""

from __future__ import annotations

import contextlib
import functools
import math
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from asv import util
from asv.machine import Machine
from asv.results import Results, iter_results_paths

from gopybench.asvdata import verdicts, versusfile

_NOTHING = type(None)
_NUMBER: set[type] = {int, float, bool, _NOTHING}
_TEXT: set[type] = {str, _NOTHING}

# Of a file: the kinds that its values have.
_HEAD: Mapping[str, tuple[type, ...]] = {
    "commit_hash": (str,),
    "env_name": (str,),
    "python": (str,),
    "date": (int, float),
    "params": (dict,),
    "requirements": (dict,),
    "env_vars": (dict,),
}
# Of a benchmark: those of one value, and those with a value for each combination of parameters.
_SINGLE: Mapping[str, set[type]] = {"version": _TEXT, "started_at": _NUMBER, "duration": _NUMBER}
_BY_PLACE = (
    *("result", "stats_ci_99_a", "stats_ci_99_b", "stats_q_25", "stats_q_75"),
    *("stats_number", "stats_repeat", "samples"),
)

# What lies beside the machines' directories: files of ours, and asv's list.
_OURS = {verdicts.NAME, versusfile.NAME}
_OF_ASV_BESIDE = {"benchmarks.json"}


def head_damage(head: Mapping[str, Any]) -> str:
    """Return which key of a results file has a value of the wrong kind, and which; empty if none.

    A key that is missing is not looked for.
    """
    for key, kinds in _HEAD.items():
        value = head.get(key)
        if key in head and (not isinstance(value, kinds) or isinstance(value, bool)):
            return f"{key} is {_short(value)}"
        of = _TEXT if key != "params" else _TEXT | _NUMBER
        if isinstance(value, dict) and {*map(type, value.values())} - of:
            return f"{key} is {_short(value)}"
    machine = head.get("params", {}).get("machine")
    return "" if isinstance(machine, (str, _NOTHING)) else f"its machine is {_short(machine)}"


def row_damage(row: Mapping[str, Any]) -> str:
    """Return which column of a benchmark's row is of the wrong kind, and how; empty if none.

    *row* is by the columns' names.
    """
    params = row.get("params")
    if not isinstance(params, list) or not all(
        isinstance(of, list) and {*map(type, of)} <= {str} for of in params
    ):
        return f"its params are {_short(params)}, not lists of texts"
    count = math.prod(map(len, params))
    for column in _BY_PLACE:
        values = row.get(column)
        if values is None:
            continue
        if not isinstance(values, list) or len(values) != count:
            return f"its {column} is {_short(values)}, not a list of {count}"
        if column == "samples":
            values = [sample for of in values if isinstance(of, list) for sample in of] + [
                of for of in values if not isinstance(of, list)
            ]
        if wrong := [value for value in values if type(value) not in _NUMBER]:
            return f"its {column} has {_short(wrong[0])} for a number"
    for column, kinds in _SINGLE.items():
        if type(row.get(column)) not in kinds:
            return f"its {column} is {_short(row[column])}"
    return ""


def _short(value: object) -> str:
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def damaged(path: str, what: str) -> util.UserError:
    """Return an error about a damaged results file."""
    return util.UserError(
        f"{path} is damaged: {what}; mend it, or remove the file and measure anew"
    )


def checked(load: Callable[..., Results]) -> Callable[..., Results]:
    """Let ``Results.load`` raise asv's UserError for a file with anything of the wrong kind."""

    @functools.wraps(load)
    def wrapped(cls: Any, path: str, machine_name: str | None = None) -> Results:
        try:
            results = load(cls, path, machine_name=machine_name)
        except (AttributeError, IndexError, TypeError, ValueError) as reason:
            raise damaged(path, _damage_in(path) or str(reason)) from None
        keys = ("params", "requirements", "env_vars", "commit_hash", "date", "python", "env_name")
        if what := head_damage({key: getattr(results, f"_{key}") for key in keys}):
            raise damaged(path, what)
        for name in results.get_all_result_keys():
            row = {
                "result": results._results[name],
                "params": results._benchmark_params[name],
                "version": results._benchmark_version[name],
                "started_at": results._started_at[name],
                "duration": results._duration[name],
                "samples": results._samples[name],
            }
            if what := row_damage(row):
                raise damaged(path, f"{name}: {what}")
            if not _are_sound(results._stats[name], len(row["result"] or ())):
                raise damaged(path, _damage_in(path) or f"{name}: its statistics")
        return results

    return wrapped


def _are_sound(stats: Any, count: int) -> bool:
    """Return whether asv's statistics of a benchmark are numbers, for each of its values."""
    values = [value for of in stats or () for value in of.values()]
    return (stats is None or len(stats) == count) and {*map(type, values)} <= _NUMBER


def _damage_in(path: str) -> str:
    """Return which row of a file is damaged, and how; empty if none or if it is no such file."""
    with contextlib.suppress(AttributeError, KeyError, TypeError, ValueError, util.UserError):
        data = util.load_json(path)
        for name, row in data["results"].items():
            if what := row_damage(dict(zip(data["result_columns"], row))):
                return f"{name}: {what}"
    return ""


def load_all(results_dir: str) -> Iterator[Results]:
    """Yield all results, as asv's ``iter_results`` does.

    Raises asv's UserError for a damaged file, where that would pass it over.
    """
    load = checked(Results.load.__func__)
    for path, machine in result_paths(results_dir):
        yield load(Results, path, machine)


def without_ours(
    paths: Callable[[str], Iterator[tuple[str, str, str]]],
) -> Callable[[str], Iterator[tuple[str, str, str]]]:
    """Let asv's ``iter_results_paths`` pass over our files beside the machines' directories."""

    @functools.wraps(paths)
    def wrapped(results: str) -> Iterator[tuple[str, str, str]]:
        top = Path(results)
        beside = {path.name for path in top.glob("*.json")}
        if not beside & _OURS or beside - _OURS - _OF_ASV_BESIDE:
            for directory, name, machine in paths(results):
                if name not in _OURS:
                    yield directory, name, machine
            return
        # asv would warn of ours, which no machine's description lies beside.
        for below in sorted(path for path in top.iterdir() if path.is_dir()):
            yield from paths(str(below))

    return wrapped


_result_paths = without_ours(iter_results_paths)


def result_paths(results_dir: str) -> Iterator[tuple[str, str]]:
    """Yield each results file, and the machine that its directory is of.

    Raises asv's UserError where that has a damaged description.
    """
    for description in sorted(Path(results_dir).rglob("machine.json")):
        machine_of(description)
    for directory, name, machine in _result_paths(results_dir):
        yield os.path.join(directory, name), machine


def machine_of(path: Path) -> dict[str, Any]:
    """Return what a ``machine.json`` of asv's says; raise asv's UserError for a damaged one."""
    try:
        described = util.load_json(str(path), Machine.api_version)
        if not isinstance(described["machine"], str):
            raise TypeError(f"machine is {_short(described['machine'])}")
    except (AttributeError, KeyError, TypeError, ValueError) as reason:
        raise util.UserError(f"{path} does not describe a machine: {reason}") from None
    return dict(described)
