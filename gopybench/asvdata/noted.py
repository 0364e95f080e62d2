"""What is noted of a measurement in a results file, beside what asv keeps.

asv's results files have a place for what an environment is made of, their
``requirements``, which asv carries along and does not publish. What is noted there
has names that begin with ``@``, as no package's does.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Collection, Mapping
from typing import NamedTuple, TypeVar

from gopybench.asvdata import reasons

# What a campaign goes by: the boot, when the measuring began (UTC), and the measured
# project, which is among the packages.
BOOT, BEGAN, PROJECT = "@boot", "@began", "@project"

# Where a fleet measured: when the whole of its run began (UTC), and on which machine this was.
FLEET, MACHINE = "@fleet", "@machine"

_T = TypeVar("_T")

_MARK = "@"

# Of benchmarks that were measured with something else than what is noted: a list of
# pairs, their names and what differs, empty where it is not known.
_EARLIER = "@earlier"

# ``person.Create=0123456789ab b.Sort=ba9876543210:own``
_CODE = "@code"
_OWN = "own"

# ``person.Create=8 b.Sort=4``
_GOMAXPROCS = "@gomaxprocs"


def measured_with(requirements: Mapping[str, str], benchmark: str) -> dict[str, str]:
    """Return what was noted of the measurement of one benchmark, by its whole name."""
    return measurements(requirements).get(benchmark, _latest(requirements))


def of_measurements(
    latest: Mapping[str, str], others: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return requirements whose notes are those of *latest*, but for some benchmarks.

    *others* are the notes of their measurements, by their whole names.
    """
    now = _latest(latest)
    names: dict[str, list[str]] = {}
    for name, then in sorted(others.items()):
        differing = {k: then.get(k, "") for k in sorted({*now, *then}) if then.get(k) != now.get(k)}
        if differing:
            names.setdefault(json.dumps(differing), []).append(name)
    rest = {key: value for key, value in latest.items() if key != _EARLIER}
    pairs = [[of, json.loads(differing)] for differing, of in names.items()]
    return {**rest, **({_EARLIER: json.dumps(pairs)} if pairs else {})}


def measurements(requirements: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return what was noted of the benchmarks for which that is not what the latest ones have."""
    now = _latest(requirements)
    found = {}
    with contextlib.suppress(ValueError, TypeError, AttributeError):
        for names, differing in json.loads(requirements.get(_EARLIER, "[]")):
            then = {key: value for key, value in {**now, **differing}.items() if value}
            found.update(dict.fromkeys(names, then))
    return found


def _latest(requirements: Mapping[str, str]) -> dict[str, str]:
    """Return what was noted of all that was measured last."""
    of_single_ones = (_CODE, _GOMAXPROCS, _EARLIER, reasons.KEY)
    found = notes(requirements).items()
    return {k: v for k, v in found if k not in of_single_ones and isinstance(v, str)}


def notes(requirements: Mapping[str, str]) -> dict[str, str]:
    """Return what was noted among the requirements of a results file."""
    return {key: value for key, value in requirements.items() if key.startswith(_MARK)}


def without_notes(requirements: Mapping[str, str]) -> dict[str, str]:
    """Return the requirements of a results file that are some."""
    return {key: value for key, value in requirements.items() if not key.startswith(_MARK)}


class Code(NamedTuple):
    """With which code a benchmark was measured.

    Attributes:
        digest: hexadecimal digits of a hash of it; equal where the code is.
        own: whether it was the measured commit's own, not the working tree's.
    """

    digest: str
    own: bool


def code(requirements: Mapping[str, str]) -> dict[str, Code]:
    """Return with which code each benchmark was measured, by what its names have in common."""
    found = {}
    for word in requirements.get(_CODE, "").split():
        name, _, value = word.partition("=")
        digest, _, whose = value.partition(":")
        found[name] = Code(digest, whose == _OWN)
    return found


def with_code(requirements: Mapping[str, str], measured: Mapping[str, Code]) -> dict[str, str]:
    """Return the requirements with the code of what was measured now; what was before stays."""
    return _with_code(requirements, {**code(requirements), **measured})


def _with_code(requirements: Mapping[str, str], now: Mapping[str, Code]) -> dict[str, str]:
    others = {key: value for key, value in requirements.items() if key != _CODE}
    words = [f"{n}={c.digest}{f':{_OWN}' if c.own else ''}" for n, c in sorted(now.items())]
    return {**others, **({_CODE: " ".join(words)} if words else {})}


def gomaxprocs(requirements: Mapping[str, str]) -> dict[str, int]:
    """Return GOMAXPROCS of each benchmark that has no parameter of it.

    They go by what the names of one function have in common.
    """
    pairs = [word.rpartition("=") for word in requirements.get(_GOMAXPROCS, "").split()]
    return {name: int(number) for name, _, number in pairs if number.isdecimal()}


def with_gomaxprocs(requirements: Mapping[str, str], measured: Mapping[str, int]) -> dict[str, str]:
    """Return the requirements with GOMAXPROCS of what was measured now; other notes stay."""
    return _with_gomaxprocs(requirements, {**gomaxprocs(requirements), **measured})


def _with_gomaxprocs(requirements: Mapping[str, str], now: Mapping[str, int]) -> dict[str, str]:
    others = {key: value for key, value in requirements.items() if key != _GOMAXPROCS}
    words = [f"{name}={number}" for name, number in sorted(now.items())]
    return {**others, **({_GOMAXPROCS: " ".join(words)} if words else {})}


def of_both(
    earlier: Mapping[str, str],
    later: Mapping[str, str],
    by_earlier: Collection[str],
    by_later: Collection[str],
) -> dict[str, str]:
    """Return the requirements of results that were taken together from two files.

    *by_earlier* and *by_later* are the benchmarks whose results each of them has
    given. Where nothing was noted in the later one, as of a commit that does not
    build, what was before stays.
    """
    base = later if _latest(later) or not _latest(earlier) else {**later, **_latest(earlier)}
    measured = {name: measured_with(earlier, name) for name in by_earlier}
    measured.update((name, measured_with(later, name)) for name in by_later)
    functions = {name.rpartition(".")[0] for name in by_later}
    codes = _joined(code(earlier), code(later), functions)
    numbers = _joined(gomaxprocs(earlier), gomaxprocs(later), functions)
    base = reasons.with_reasons(base, reasons.joined(earlier, later, by_later))
    return of_measurements(_with_gomaxprocs(_with_code(base, codes), numbers), measured)


def _joined(
    earlier: Mapping[str, _T], later: Mapping[str, _T], of_later: Collection[str]
) -> dict[str, _T]:
    """Return what is said of some functions later, and of all others earlier."""
    kept = {name: value for name, value in earlier.items() if name not in of_later}
    return kept | {name: value for name, value in later.items() if name in of_later}


def without_measurement(requirements: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    """Return the requirements when something that nothing is known of has measured these."""
    functions = {name.rpartition(".")[0] for name in names}
    codes = {name: found for name, found in code(requirements).items() if name not in functions}
    measured = {**measurements(requirements), **{name: {} for name in names}}
    return of_measurements(_with_code(requirements, codes), measured)
