"""The model -> what the first page compares: one benchmark in all runtimes at one commit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gopybench.asvdata.campaigns import Campaign
from gopybench.site.collected import Measured
from gopybench.site.model import Benchmark, Environment, Site
from gopybench.site.parameterroles import CLASS, MODE, SIZE, SiteSettings

# What is called a kind of runtime; asv may call any Python "python" or "same".
_KIND = re.compile(r"(?!python|same$)[A-Za-z][\w.+-]*")

OK, FAILURE, NOT_AVAILABLE = "ok", "failed", "n/a"


@dataclass(frozen=True)
class Cell:
    """A place: its value or its state.

    Attributes:
        value: in the benchmark's unit, None where there is none.
        state: :data:`OK`, :data:`FAILURE`, :data:`NOT_AVAILABLE`, or empty where nobody asked.
        samples: those that are kept.
        count: how many samples there were.
        low, high: the ends of asv's 99 % interval, None where it has none.
        reason: why there is no value, empty where that is not known.
    """

    value: float | None = None
    state: str = ""
    samples: tuple[float, ...] = ()
    count: int = 0
    low: float | None = None
    high: float | None = None
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """A runtime, a way to do the work, a mode and a size, with time and memory.

    *place* is the combination of parameters.
    """

    environment: int
    way: tuple[str, ...]
    mode: tuple[str, ...]
    size: tuple[str, ...]
    cells: tuple[Cell, ...]
    place: int


@dataclass(frozen=True)
class Comparison:
    """What the first page is made of.

    Attributes:
        benchmarks: the timed one, and one of memory beside it if there is one.
        commit, machine: places in the site's lists.
        way: which way to do the work is the same in all runtimes.
        mode: the first mode.
        size: the largest size at which runtimes can be compared.
        names: the names of the parameters, by what they are.
        rows: all that was asked for at this commit on this machine.
        campaigns: the campaigns in which it was measured.
    """

    benchmarks: tuple[Benchmark, ...]
    commit: int
    machine: int
    way: tuple[str, ...]
    mode: tuple[str, ...]
    size: tuple[str, ...]
    names: dict[str, list[str]]
    rows: list[Row]
    campaigns: tuple[Campaign, ...]


MeasuredAt = Callable[[str, str, Sequence[Benchmark]], Iterable[Measured]]


def compare(site: Site, settings: SiteSettings, measured_at: MeasuredAt) -> Comparison | None:
    """Return what compares runtimes of two kinds or more, None where nothing does."""
    if len(_kinds(site, range(len(site.environments)))) < 2:
        return None
    timed = [benchmark for benchmark in site.benchmarks if benchmark.type == "time"]
    branch = next(iter(site.branches.values()), ())
    for benchmark in sorted(timed, key=lambda one: _companion(site, one) is None):
        for commit in reversed(branch):
            found = _place(site, settings, benchmark, commit)
            if found is not None:
                memory = _companion(site, benchmark)
                both = (benchmark, *([memory] if memory else []))
                return _compared(site, settings, both, commit, *found, measured_at)
    return None


def _kinds(site: Site, environments: Iterable[int]) -> set[str]:
    """Return which kinds of runtime there are among environments.

    A Python whose version nobody noted, or that is given by its path, may be any.
    """
    families = {site.environments[environment].family for environment in environments}
    return {family for family in families if _KIND.fullmatch(family)}


def _companion(site: Site, benchmark: Benchmark) -> Benchmark | None:
    """Return the benchmark of memory that stands beside one of time: peak memory, if there is."""
    owner = benchmark.name.rpartition(".")[0]
    beside = [
        other
        for other in site.benchmarks
        if other.name.rpartition(".")[0] == owner
        and other.unit.startswith("bytes")
        and other.param_names == benchmark.param_names
        and other.choices == benchmark.choices
    ]
    # In a module of functions, what is beside is of another.
    if not owner.rpartition(".")[2][:1].isupper():
        last = _last(benchmark)
        beside = [other for other in beside if _last(other) == last]
    return max(beside, key=lambda other: "peakmem" in other.name, default=None)


def _last(benchmark: Benchmark) -> str:
    return benchmark.name.rpartition(".")[2].partition("_")[2]


def _place(
    site: Site, settings: SiteSettings, benchmark: Benchmark, commit: int
) -> tuple[int, int] | None:
    """Return the machine and the combination at which runtimes of two kinds have a value.

    Go is among them if it is at all; then the largest size, and the first way and mode.
    """
    by_machine: dict[int, dict[int, Sequence[float]]] = {}
    for environment, values in benchmark.values.items():
        machine = site.environments[environment].machine
        by_machine.setdefault(machine, {})[environment] = values.at(commit)
    best: tuple[tuple[object, ...], tuple[int, int]] | None = None
    combinations = benchmark.combinations
    for machine, values_of in by_machine.items():
        for place, combination in enumerate(combinations):
            there = [e for e, values in values_of.items() if math.isfinite(values[place])]
            families = _kinds(site, there)
            if len(families) < 2:
                continue
            roles = _split(settings, benchmark, combination)
            sizes = [-float(text) if _is_number(text) else 0.0 for text in roles[SIZE]]
            first = [
                combination[i] for i in range(len(combination)) if _role(settings, benchmark, i)
            ]
            rank = ("Go" not in families, sizes, first, -len(families), machine)
            if best is None or rank < best[0]:
                best = rank, (machine, place)
    return best[1] if best else None


def _role(settings: SiteSettings, benchmark: Benchmark, i: int) -> bool:
    return settings.role(benchmark.param_names[i], benchmark.choices[i]) != SIZE


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _split(
    settings: SiteSettings, benchmark: Benchmark, combination: Sequence[int]
) -> dict[str, tuple[str, ...]]:
    """Return the values of a combination for people, by what the parameters are."""
    found: dict[str, tuple[str, ...]] = {CLASS: (), MODE: (), SIZE: ()}
    for name, choices, shown, place in zip(
        benchmark.param_names, benchmark.choices, benchmark.shown, combination
    ):
        found[settings.role(name, choices)] += (shown[place],)
    return found


def _compared(
    site: Site,
    settings: SiteSettings,
    benchmarks: tuple[Benchmark, ...],
    commit: int,
    machine: int,
    place: int,
    measured_at: MeasuredAt,
) -> Comparison:
    first = benchmarks[0]
    measured = list(measured_at(site.commits[commit].hash, site.machines[machine].name, benchmarks))
    samples = {(one.environment, one.benchmark): one.samples for one in measured}
    rows = []
    for environment in range(len(site.environments)):
        if site.environments[environment].machine != machine:
            continue
        for at, combination in enumerate(first.combinations):
            key = tuple(of[i] for of, i in zip(first.choices, combination))
            cells = tuple(
                _cell(
                    benchmark,
                    environment,
                    commit,
                    at,
                    samples.get((environment, benchmark.name), {}).get(key, ((), 0)),
                )
                for benchmark in benchmarks
            )
            if any(cell.state for cell in cells):
                roles = _split(settings, first, combination)
                rows.append(Row(environment, roles[CLASS], roles[MODE], roles[SIZE], cells, at))
    chosen = _split(settings, first, first.combinations[place])
    names: dict[str, list[str]] = {CLASS: [], MODE: [], SIZE: []}
    for name, choices in zip(first.param_names, first.choices):
        names[settings.role(name, choices)].append(name)
    return Comparison(
        benchmarks,
        commit,
        machine,
        chosen[CLASS],
        chosen[MODE],
        chosen[SIZE],
        names,
        rows,
        tuple(dict.fromkeys(one.campaign for one in measured)),
    )


def _cell(
    benchmark: Benchmark,
    environment: int,
    commit: int,
    place: int,
    sampled: tuple[tuple[float, ...], int],
) -> Cell:
    values = benchmark.values.get(environment)
    exact = values.exact(commit, place) if values is not None else None
    if values is None or exact is None:
        return Cell()
    if isinstance(exact, str):
        return Cell(state=exact, reason=values.reason(commit, place))
    low, high = exact[1:] if len(exact) > 1 else (None, None)
    return Cell(exact[0], OK, *sampled, low, high)


def newest(environments: Sequence[Environment], among: Iterable[int]) -> list[int]:
    """Return the newest environment of each kind, in the order of the site.

    A build without the GIL stands for its kind only where there is no other.
    """
    known = (e for e in among if _KIND.fullmatch(environments[e].family))
    by_age = sorted(known, key=lambda e: (not _is_free_threaded(environments[e]), e))
    return sorted({environments[e].family: e for e in by_age}.values())


def _is_free_threaded(environment: Environment) -> bool:
    return environment.family == "CPython" and environment.params.get("python", "").endswith("t")
