"""Ratios of two environments, measured in turns, kept in ``results/versus.json``.

docs/versus.md describes the format.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from asv.util import UserError

from gopybench.asvdata import wholefiles

NAME = "versus.json"
VERSION = 1

# The verdict of a ratio that is known well enough.
MEASURED = "measured"

Run = dict[str, Any]

# What is compared; a ratio is the second's value over the first's.
SIDES = ("first", "second")

_OF_A_RUN = ("machine", "commit", *SIDES, "date", "comparisons")
_OF_A_RATIO = ("benchmark", *SIDES, "verdict")


def load(results_dir: str | Path) -> list[Run]:
    """Return all runs, oldest first; none where there is no file.

    Raises asv's UserError, naming the file, for one that is no such file.
    """
    path = Path(results_dir, NAME)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}: {error}") from None
    try:
        data = json.loads(text)
        version, runs = data["version"], data["runs"]
        if version == VERSION:
            for run in runs:
                _check(run)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"{path} is damaged ({error!r}): restore it from git, or remove it"
        ) from None
    if version != VERSION:
        raise UserError(f"{path} has version {version!r}: this gopybench reads {VERSION}")
    return list(runs)


def _check(run: Run) -> None:
    for key in _OF_A_RUN:
        run[key]
    for side in SIDES:
        hash((run["machine"], run["commit"], run[side]["environment"]))
    for comparison in run["comparisons"]:
        for key in _OF_A_RATIO:
            comparison[key]
        for side in SIDES:
            hash((comparison["benchmark"], *comparison[side].values()))


def add(results_dir: str | Path, runs: Iterable[Run]) -> None:
    """Add runs to those that are there; the file is whole at all times.

    Raises asv's UserError for a file that is none, and where it cannot be written.
    """
    directory = str(results_dir)
    with wholefiles.locked(directory):
        both = merged([*load(directory), *runs])
        wholefiles.write_all({str(Path(directory, NAME)): writer(both)}, directory)


def writer(runs: Iterable[Run]) -> Callable[[str], object]:
    """Return what writes the file to a path."""
    data = {"version": VERSION, "runs": list(runs)}
    return partial(_write, json.dumps(data, indent=1, allow_nan=False) + "\n")


def _write(text: str, path: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def merged(runs: Iterable[Run]) -> list[Run]:
    """Return the runs by date, without the ratios that a later one has measured again.

    What a later one tried in vain stays out where an earlier one measured it.
    """
    newest: dict[str, tuple[int, int]] = {}
    ordered = sorted(runs, key=lambda run: str(run["date"]))
    for number, run in enumerate(ordered):
        for place, comparison in enumerate(run["comparisons"]):
            name = _name(run, comparison)
            before = newest.get(name)
            was = before and ordered[before[0]]["comparisons"][before[1]]["verdict"]
            if was != MEASURED or comparison["verdict"] == MEASURED:
                newest[name] = number, place
    kept = set(newest.values())
    both = []
    for number, run in enumerate(ordered):
        comparisons = [c for place, c in enumerate(run["comparisons"]) if (number, place) in kept]
        if comparisons:
            both.append({**run, "comparisons": comparisons})
    return both


def _name(run: Run, comparison: dict[str, Any]) -> str:
    environments = [run[side]["environment"] for side in SIDES]
    of = [comparison[key] for key in ("benchmark", *SIDES)]
    return json.dumps([run["machine"], run["commit"], environments, of], sort_keys=True)
