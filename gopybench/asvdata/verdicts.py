"""What was judged of alarms, kept in ``results/verdicts.json``.

docs/triage.md describes the format. A verdict is on values: where these were measured
again, it no longer holds.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from asv.util import UserError

from gopybench.asvdata import wholefiles

NAME = "verdicts.json"
VERSION = 1


class State(str, Enum):
    """What is said of a finding."""

    REAL = "real"
    TO_CHECK = "to check"
    INCONCLUSIVE = "inconclusive"
    NOT_THE_CODE = "not the code"
    ACCEPTED = "accepted"
    FIXED = "fixed"


# What a measurement says, and what a person does.
_MEASURED = (State.REAL, State.INCONCLUSIVE, State.NOT_THE_CODE)
DECIDED = (State.ACCEPTED, State.FIXED)


@dataclass(frozen=True)
class Judged:
    """What a verdict is on: a benchmark's values before and after, in its unit.

    Attributes:
        benchmark: asv's name.
        parameters: names and their values, by name.
        values: those at the commit before the step and at the one after.
    """

    benchmark: str
    parameters: tuple[tuple[str, str], ...]
    values: tuple[float, float]

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells it from others of the same finding."""
        return (self.benchmark, self.parameters)


@dataclass(frozen=True)
class Measurement:
    """What was measured of a step, both commits in turn.

    Attributes:
        of: what it is on.
        verdict: real, inconclusive or not the code.
        date: when, in UTC: ``2026-11-28T04:05:06Z``.
        why: what a reader should know.
        ratio: of after to before; None where there is none, and so for its bounds.
        low: its lower bound.
        high: its upper bound.
        turns: how many there were.
        commit: the hash of the commit that is to blame, where it is real and known.
        between: the hashes of two commits between which it is, where it is not.
        skipped: the hashes of commits between these that cannot be measured.
        machine: asv's name of the machine, where it is another than the finding's.
    """

    of: Judged
    verdict: State
    date: str
    why: str = ""
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    turns: int = 0
    commit: str | None = None
    between: tuple[str, str] | None = None
    skipped: tuple[str, ...] = ()
    machine: str = ""


@dataclass(frozen=True)
class Decision:
    """What a person said of a finding.

    Attributes:
        verdict: accepted or fixed.
        reason: the person's.
        date: when, as in a measurement.
        of: the values that the finding had.
    """

    verdict: State
    reason: str
    date: str
    of: tuple[Judged, ...]


@dataclass(frozen=True)
class Entry:
    """What was judged of one finding.

    Attributes:
        machine: asv's name of the machine.
        environment: asv's name of the environment.
        before: the hash of the commit before the step.
        after: the hash of the one after.
        direction: ``slower`` or ``faster``.
        measured: at most one measurement for each benchmark and parameters.
        decision: a person's, if any.
    """

    machine: str
    environment: str
    before: str
    after: str
    direction: str
    measured: tuple[Measurement, ...] = field(default=())
    decision: Decision | None = None

    def with_(self, other: Entry) -> Entry:
        """Return what this and another entry of the same finding say, the newer of each."""
        kept = {one.of.key: one for one in self.measured}
        for one in other.measured:
            if one.of.key not in kept or one.date >= kept[one.of.key].date:
                kept[one.of.key] = one
        decisions = [d for d in (self.decision, other.decision) if d is not None]
        newest = max(reversed(decisions), key=lambda d: d.date) if decisions else None
        ordered = sorted(kept.values(), key=lambda one: one.of.key)
        return replace(self, measured=tuple(ordered), decision=newest)


def load(results_dir: str | Path) -> dict[str, Entry]:
    """Return what was judged, by the findings' ids; nothing where there is no file.

    Raises asv's UserError, naming the file, for one that is no such file.
    """
    path = Path(results_dir, NAME)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read {path}: {error}") from None
    advice = "mend it, or restore it from git"
    try:
        data = json.loads(text, parse_constant=_no_constant)
        version = data["version"]
        if version == VERSION:
            return {id_: _entry(of) for id_, of in data["findings"].items()}
    except KeyError as missing:
        raise UserError(f"{path} is damaged: it lacks {missing}; {advice}") from None
    except (AttributeError, TypeError, ValueError, RecursionError) as error:
        raise UserError(f"{path} is damaged: {error}; {advice}") from None
    raise UserError(f"{path} has the format {version!r}, and this gopybench reads {VERSION}")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def add(results_dir: str | Path, entries: Mapping[str, Entry]) -> None:
    """Add what was judged to what is there; the file is whole at all times.

    Raises asv's UserError for a file that is none, and where it cannot be written.
    """
    directory = str(results_dir)
    with wholefiles.locked(directory):
        both = merged(load(directory), entries)
        wholefiles.write_all({str(Path(directory, NAME)): writer(both)}, directory)


def merged(ours: Mapping[str, Entry], theirs: Mapping[str, Entry]) -> dict[str, Entry]:
    """Return what either has, and of what both have the newer."""
    both = dict(ours)
    for id_, entry in theirs.items():
        both[id_] = both[id_].with_(entry) if id_ in both else entry
    return both


def writer(entries: Mapping[str, Entry]) -> Callable[[str], object]:
    """Return what writes the file to a path."""
    findings = {id_: _as_json(entries[id_]) for id_ in sorted(entries)}
    data = {"version": VERSION, "findings": findings}
    return partial(_write, json.dumps(data, indent=1, allow_nan=False) + "\n")


def _write(text: str, path: str) -> None:
    Path(path).write_text(text, encoding="utf-8")


def _as_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON has it: what a verdict is on stands beside it."""
    measured = []
    for one in entry.measured:
        of = asdict(one)
        of.pop("of")
        given = {key: value for key, value in of.items() if value not in (None, "", (), 0)}
        measured.append({**_judged_as_json(one.of), **given})
    decision: Any = None
    if entry.decision is not None:
        on = [_judged_as_json(one) for one in entry.decision.of]
        decision = {**asdict(entry.decision), "of": on}
    return {**asdict(entry), "measured": measured, "decision": decision}


def _judged_as_json(of: Judged) -> dict[str, Any]:
    return {**asdict(of), "parameters": dict(of.parameters)}


def _entry(of: Mapping[str, Any]) -> Entry:
    texts = {f.name: _text(of, f.name) for f in fields(Entry)[:5]}
    _hash(of, "before"), _hash(of, "after")
    if texts["direction"] not in ("slower", "faster"):
        raise ValueError(f"direction is {texts['direction']!r}, not slower or faster")
    measured = tuple(_measurement(one) for one in _list(of, "measured"))
    decision = None if of["decision"] is None else _decision(of["decision"])
    return Entry(**texts, measured=measured, decision=decision)


def _measurement(of: Mapping[str, Any]) -> Measurement:
    between = tuple(_hashes(of, "between")) if "between" in of else None
    if between is not None and len(between) != 2:
        raise ValueError(f"between has {len(between)} commits, not 2")
    numbers = {key: _number(of[key]) for key in ("ratio", "low", "high") if key in of}
    turns = of.get("turns", 0)
    if type(turns) is not int:
        raise ValueError(f"turns is {turns!r}, not a number of turns")
    return Measurement(
        of=_judged(of),
        verdict=_state(of, _MEASURED),
        date=_text(of, "date"),
        why=_text(of, "why") if "why" in of else "",
        **numbers,
        turns=turns,
        commit=_hash(of, "commit") if "commit" in of else None,
        between=between,
        skipped=tuple(_hashes(of, "skipped")) if "skipped" in of else (),
        machine=_text(of, "machine") if "machine" in of else "",
    )


def _decision(of: Mapping[str, Any]) -> Decision:
    judged = tuple(_judged(one) for one in _list(of, "of"))
    return Decision(_state(of, DECIDED), _text(of, "reason"), _text(of, "date"), judged)


def _judged(of: Mapping[str, Any]) -> Judged:
    before, after = map(_number, _list(of, "values"))
    parameters = of["parameters"]
    if not isinstance(parameters, dict):
        raise ValueError(f"parameters is {parameters!r}, not an object")
    texts = tuple((key, _text(parameters, key)) for key in sorted(parameters))
    return Judged(_text(of, "benchmark"), texts, (before, after))


def _state(of: Mapping[str, Any], allowed: Iterable[State]) -> State:
    if of["verdict"] not in list(allowed):
        names = ", ".join(allowed)
        raise ValueError(f"verdict is {of['verdict']!r}, not one of: {names}")
    return State(of["verdict"])


def _list(of: Mapping[str, Any], key: str) -> list[Any]:
    if not isinstance(of[key], list):
        raise ValueError(f"{key} is {of[key]!r}, not a list")
    return list(of[key])


def _hashes(of: Mapping[str, Any], key: str) -> list[str]:
    return [_hash({key: one}, key) for one in _list(of, key)]


def _hash(of: Mapping[str, Any], key: str) -> str:
    # git is given it: another text could be an option.
    if not re.fullmatch(r"[0-9a-f]{40,64}", _text(of, key)):
        raise ValueError(f"{key} is {of[key]!r}, not a commit's hash")
    return str(of[key])


def _text(of: Mapping[str, Any], key: str) -> str:
    if not isinstance(of[key], str):
        raise ValueError(f"{key} is {of[key]!r}, not a text")
    return str(of[key])


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is not a number")
    return float(value)
