"""Results -> the campaign that they belong to, and what differs between two campaigns.

A campaign is what was measured on one boot of one machine, with the same builds,
by processes that began on the same day (UTC). A machine is not the same from day
to day, boot or no boot; and a process that measures past midnight goes on with
what it began. Where no boot was noted, the day is that on which asv says that the
benchmark began. A fleet has many machines that are alike, and they are one: what it
measured in one run is a campaign, by the day on which that run began.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from asv.results import Results
from asv.util import js_timestamp_to_datetime

from gopybench.asvdata import noted
from gopybench.asvdata.resultsfile import ResultsFile

_DAY = "%Y-%m-%d"

# Within a campaign, too, a machine does not stay the same for longer than this.
_LONG = datetime.timedelta(hours=1.5)

# Stands for the boots of a fleet's machines.
_FLEET = "fleet"

# The builds: what differs among a machine's environments, too.
_RUNTIME, _COMPILER, _PACKAGES = "@runtime", "@compiler", "@packages"

# What may explain a step by itself, in the words for people.
_PARTS = {
    _RUNTIME: "the runtime",
    "@kernel": "the kernel",
    "@libc": "the C library",
    "@cpu": "the machine's CPU",
}

# Where the kernel was not noted by itself.
_BEFORE = {"@system": "the system"}

# asv's own words on a machine, where ours are not noted.
_OF_ASV = {"cpu": "the machine's CPU", "num_cpu": "the machine's cores", "arch": "the architecture"}

# Of the settings: what is other from minute to minute, and the share of it that tells.
_PASSING = {"load", "other processes", "stolen time", "swap"}
_OTHERS, _NO_OTHERS = "other processes", "none"

# What a compiler of CPython was told; some distributions do both without being told so.
_OPTIMIZATIONS = {
    "PGO": {"--enable-optimizations", "-fprofile-use"},
    "LTO": {"--with-lto", "-flto"},
}

# What is noted of a runtime that did not answer.
_NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Campaign:
    """What was measured on one boot of one machine, on one day, with the same builds.

    Two are equal if it is one campaign of one runtime.

    Attributes:
        machine: asv's name of the machine.
        boot: which boot of it, in a few digits; ``fleet`` where a fleet measured, and empty
            where neither was noted.
        day: the day (UTC) on which it began, as ``2026-07-30``; empty where nobody knows.
        builds: what was noted of the runtime, its compiler, and the packages.
        measured: when the benchmark began, in UTC; None where nobody knows.
        noted: all that was noted, and what asv knows of the machine.
    """

    machine: str
    boot: str
    day: str
    builds: tuple[str, ...]
    measured: datetime.datetime | None = field(compare=False, default=None)
    noted: Mapping[str, str] = field(compare=False, default_factory=dict)

    @property
    def label(self) -> str:
        """The campaign for people: ``2026-07-30 on cloud-2core, boot 93f78618``."""
        how = f", boot {self.boot}" if self.boot else ""
        how = ", by a fleet" if self.boot == _FLEET else how
        return f"{self.day or 'unknown day'} on {self.machine}{how}"


def of(results: Results | ResultsFile, benchmark: str) -> Campaign:
    """Return the campaign in which a benchmark of a results file was measured.

    *benchmark* is its whole name. Raises asv's UserError for a damaged row.
    """
    if isinstance(results, ResultsFile):
        params, requirements = results.head["params"], results.head["requirements"]
        row = results.row(benchmark) if benchmark in results.rows else {}
        started = row.get("started_at")
    else:
        params, requirements = results.params, results._requirements
        started = results.started_at.get(benchmark)
    with_ = noted.measured_with(requirements, benchmark)
    with_ = {key: value for key, value in with_.items() if not value.startswith(_NOT_KNOWN)}
    measured = _moment(started)
    day = measured.strftime(_DAY) if measured else ""
    packages = {f"{k}=={v}" for k, v in _packages(with_).items() if k not in _projects(with_)}
    fleet = with_.get(noted.FLEET)
    return Campaign(
        str(params.get("machine", "")),
        _FLEET if fleet else with_.get(noted.BOOT, ""),
        (fleet or with_.get(noted.BEGAN, day))[: len("2026-07-30")],
        (with_.get(_RUNTIME, ""), with_.get(_COMPILER, ""), " ".join(sorted(packages))),
        measured,
        {**{key: str(params.get(key) or "") for key in _OF_ASV}, **with_},
    )


def _moment(started: float | None) -> datetime.datetime | None:
    """Return when asv says that something began; None where it does not, or it is no time."""
    with contextlib.suppress(TypeError, ValueError, OverflowError, OSError):
        found: datetime.datetime = js_timestamp_to_datetime(started)  # without its time zone
        return found.replace(tzinfo=datetime.timezone.utc)
    return None


def changes(before: Campaign, after: Campaign) -> list[str]:
    """Return what differs between two campaigns and may explain a step, in words for people.

    What was noted of one of them alone is no difference.
    """
    found = []
    if before.machine != after.machine:
        found.append(f"another machine: {before.machine} → {after.machine}")
    both = (before, after)
    when = [c.measured.strftime(f"{_DAY} %H:%M") if c.measured else "?" for c in both]
    if before.day != after.day:
        when = [c.day or "unknown day" for c in both]
    if (before.boot, before.day) != (after.boot, after.day):
        found.append(f"another campaign ({' → '.join(when)})")
    elif before.measured and after.measured:
        apart = abs(after.measured - before.measured)
        if apart > _LONG:
            hours = round(apart / datetime.timedelta(hours=1))
            found.append(f"measured {hours} hours apart ({' → '.join(when)})")
    then, now = before.noted, after.noted
    where = [_where(of) for of in (then, now)]
    if all(where) and where[0] != where[1]:
        found.append(f"the machine of the class: {' → '.join(where)}")
    found += _differing(_PARTS, then, now)
    for ours, words in (("@kernel", _BEFORE), ("@cpu", _OF_ASV)):
        if ours not in then or ours not in now:
            found += _differing(words, then, now)
    return [*found, *_of_compilers(then, now), *_of_packages(then, now), *_of_settings(then, now)]


def _where(of: Mapping[str, str]) -> str:
    """Return which machine of a fleet measured, and its boot; empty where it was no fleet's."""
    words = [of.get(noted.MACHINE, ""), f"boot {of.get(noted.BOOT) or '?'}"]
    return ", ".join(words) if words[0] else ""


def _differing(
    words: Mapping[str, str], then: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[str]:
    for key, word in words.items():
        old, new = then.get(key), now.get(key)
        if old and new and old != new:
            yield f"{word}: {old} → {new}"


def _of_compilers(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    if not then.get(_COMPILER) or not now.get(_COMPILER):
        return
    old, new = ({*of[_COMPILER].split()} for of in (then, now))
    for what, flags in _OPTIMIZATIONS.items():
        had, has = (any(w.partition("=")[0] in flags for w in words) for words in (old, new))
        if had != has:
            yield f"the runtime: built {'with' if had else 'without'} {what} → " + (
                "with it" if has else "without it"
            )
    gone, came = (" ".join(sorted(words)) or "none" for words in (old - new, new - old))
    if old != new:
        yield f"the compiler or its flags: {gone} → {came}"


def _of_packages(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    if not then.get(_PACKAGES) or not now.get(_PACKAGES):
        return
    old, new = _packages(then), _packages(now)
    for name in sorted({*old, *new} - {*_projects(then), *_projects(now)}):
        if old.get(name) != new.get(name):
            yield f"a package: {name} {old.get(name, 'none')} → {new.get(name, 'none')}"


def _packages(of: Mapping[str, str]) -> dict[str, str]:
    """Return the version of each installed package."""
    pairs = (word.partition("==") for word in of.get(_PACKAGES, "").split())
    return {name: version for name, _, version in pairs}


def _projects(of: Mapping[str, str]) -> set[str]:
    """Return the packages that are the measured project: another at each commit."""
    return {*of.get(noted.PROJECT, "").split()}


def _of_settings(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    old, new = _settings(then), _settings(now)
    for what in [what for what in old if what in new]:
        is_other = old[what] != new[what]
        if what == _OTHERS:
            idle = [of[what].startswith(_NO_OTHERS) for of in (old, new)]
            is_other = idle[0] != idle[1]
        if is_other and (what not in _PASSING or what == _OTHERS):
            yield f"{what}: {old[what]} → {new[what]}"


def _settings(of: Mapping[str, str]) -> dict[str, str]:
    """Return what the doctor found, by what it looked at."""
    return dict(re.findall(r"(?:^|; )([^:;]+): (.*?)(?=; [^:;]+: |$)", of.get("@settings", "")))
