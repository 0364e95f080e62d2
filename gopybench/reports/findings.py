"""What the results say of Go and the ways of Python, each finding with its numbers."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable

from asv.util import human_value

from gopybench.asvdata.labels import runtime as _name
from gopybench.asvdata.versions import order
from gopybench.reports.numbers import TIME, Numbers

_SETTING = "person.Settings.time_settings"
_COST = "person.Costs.track_seconds"
_COST_BYTES = "person.Costs.track_bytes_per_person"


def collect(numbers: Numbers, cores: str = "") -> list[str]:
    """Return the findings as lines of Markdown; one whose numbers are missing is left out.

    *cores* is how many the machine has, as asv notes it; empty where that is not known.
    """
    go = max((r for r in numbers.runtimes() if r.startswith("go")), key=order, default=None)
    plain = [r for r in numbers.runtimes() if r[:1].isdigit() and not r.endswith("t")]
    newest = max(plain, key=order, default=None)
    lines: list[str] = []

    def tell(finding: Callable[..., str], *runtimes: str | None) -> None:
        try:
            if None not in runtimes:
                lines.append(finding(numbers, *runtimes))
        except KeyError:
            pass

    tell(_headline, go, newest)
    cythons = [p for p, c, *_ in numbers.values if c and not p.endswith("t")]
    tell(_typed, go, max(cythons, key=order, default=None))
    tell(_dictionary, newest)
    tell(_constructor, newest)
    tell(_header, newest)
    tell(_validation, newest)
    tell(_column_wise, newest)
    tell(_names, newest)
    tell(_ages, newest)
    tell(_kept, newest)
    tell(_list, newest)
    if cores != "1":
        tell(functools.partial(_go_threads, cores=cores), go)
    tell(_go_variants, go)
    for python in numbers.runtimes():
        tell(_processes, python)
    tell(_interpreters, newest)
    for python in numbers.runtimes():
        if python.endswith("t"):
            usual = python.removesuffix("t")
            tell(_free_threads, python, usual if usual in plain else newest)
    tell(_cython, max(cythons, key=order, default=None))
    for python in numbers.runtimes():
        if python.startswith("pypy"):
            tell(_second_run, python, newest)
            tell(_pypy, python, go)
    return lines


def _headline(of: Numbers, go: str, python: str) -> str:
    base, base_bytes = of.time(go, "Person"), of.bytes(go, "Person")
    ways = [
        f"`{v}` {of.time(python, v) / base:.2f} times Go's time and "
        f"{of.bytes(python, v) / base_bytes:.2f} times its bytes"
        for v in ("Person", "PersonSlots", "PersonDataObject", "PersonStructNoGC")
    ]
    return (
        f"**{_name(python)} beside {_name(go)}**, {of.n:,} persons in a single thread: "
        f"{', '.join(ways)} (Go: {_seconds(base)}, {base_bytes:.0f} bytes a person)."
    )


def _typed(of: Numbers, go: str, python: str) -> str:
    single = of.time(python, "PersonCdef", cython=True)
    processes = of.time(python, "PersonCdef", "processes", cython=True)
    return (
        f"**A typed class of one's own against Go**: `PersonCdef`, a Cython extension type on "
        f"{_name(python)}, takes {_seconds(single)}, {single / of.time(go, 'Person'):.2f} times "
        f"Go's time, and {of.bytes(python, 'PersonCdef', cython=True):.0f} bytes a person, "
        f"{of.bytes(python, 'PersonCdef', cython=True) / of.bytes(go, 'Person'):.2f} times Go's; "
        f"in processes {processes / of.time(go, 'Person', 'threads'):.2f} times the time of Go's "
        "threads. The aims were 1, 1 and 0.5."
    )


def _dictionary(of: Numbers, python: str) -> str:
    return (
        f"**`__slots__` instead of `__dict__`** saves "
        f"{of.bytes(python, 'Person') - of.bytes(python, 'PersonSlots'):.0f} bytes a person and "
        f"{_less(of.time(python, 'PersonSlots'), of.time(python, 'Person'))}. A slotted dataclass "
        f"takes {_difference(of, python, 'PersonDataclass', 'PersonSlots'):.0f} bytes more and "
        f"{_seconds(of.time(python, 'PersonDataclass'))} beside "
        f"{_seconds(of.time(python, 'PersonSlots'))}; an attrs class, which allows weak "
        f"references, {_difference(of, python, 'PersonAttrs', 'PersonSlots'):.0f} bytes more and "
        f"{_seconds(of.time(python, 'PersonAttrs'))}."
    )


def _constructor(of: Numbers, python: str) -> str:
    return (
        f"**A constructor in C in place of `__init__`** (`PersonStruct` beside `PersonSlots`, "
        f"{_difference(of, python, 'PersonStruct', 'PersonSlots'):+.0f} bytes): "
        f"{_less(of.time(python, 'PersonStruct'), of.time(python, 'PersonSlots'))}."
    )


def _header(of: Numbers, python: str) -> str:
    return (
        f"**A header for the garbage collector** (`PersonStruct` with and without `gc=False`) "
        f"costs {_difference(of, python, 'PersonStruct', 'PersonStructNoGC'):.0f} bytes a person; "
        f"without it: {_less(of.time(python, 'PersonStructNoGC'), of.time(python, 'PersonStruct'))}"
        f". With `gc.disable()` the plain `Person`: "
        f"{_less(of.get(python, _SETTING, 'Person', 'gc-disable', of.n), _default(of, python))}."
    )


def _default(of: Numbers, python: str) -> float:
    return of.get(python, _SETTING, "Person", "default", of.n)


def _validation(of: Numbers, python: str) -> str:
    return (
        f"**Validation costs time**: `PersonPydantic` takes "
        f"{of.time(python, 'PersonPydantic') / of.time(python, 'PersonSlots'):.1f} times the time "
        f"of `PersonSlots` and "
        f"{of.bytes(python, 'PersonPydantic') / of.bytes(python, 'PersonSlots'):.1f} times its "
        f"bytes; the immutable `PersonTuple`, which ages by making a new one, "
        f"{of.time(python, 'PersonTuple') / of.time(python, 'PersonSlots'):.1f} times the time."
    )


def _column_wise(of: Numbers, python: str) -> str:
    return (
        f"**Column by column** (`PersonNumPy`): "
        f"{_less(of.time(python, 'PersonNumPy'), of.time(python, 'PersonSlots'))} beside "
        f"`PersonSlots`, with {of.bytes(python, 'PersonNumPy'):.0f} bytes a person."
    )


def _names(of: Numbers, python: str) -> str:
    bytes_, seconds = _cost(of, python, "own-names", "usual")
    return (
        f"**Shared names** (interned strings) save {bytes_:.0f} bytes and "
        f"{_per_person(seconds)} a person: the cost of two strings of its own."
    )


def _ages(of: Numbers, python: str) -> str:
    bytes_, seconds = _cost(of, python, "great-ages", "usual")
    return (
        f"**Small integers**, which CPython keeps ready (up to 256), save {bytes_:.0f} bytes and "
        f"{_per_person(seconds)} a person: an age of 1,000 is an object of its own."
    )


def _kept(of: Numbers, python: str) -> str:
    bytes_, seconds = _cost(of, python, "usual", "dropped")
    return (
        f"**Reusing memory just freed** (what a free list is for): a person made where the last "
        f"one was takes {_per_person(seconds)} less than one that is kept ({bytes_:.0f} bytes)."
    )


def _list(of: Numbers, python: str) -> str:
    bytes_, seconds = _cost(of, python, "usual", "sized-list")
    return (
        f"**Growing the list** costs {_per_person(seconds) if seconds > 0 else 'no time'} and "
        f"{round(bytes_)} bytes a person at the peak, compared with a list made at its full length."
    )


def _go_threads(of: Numbers, go: str, cores: str) -> str:
    one, several = of.time(go, "Person"), of.time(go, "Person", "threads")
    confined, off = (
        of.get(go, _SETTING, "Person", setting, of.n) for setting in ("gomaxprocs-1", "gogc-off")
    )
    default = _default(of, go)
    # There are as many threads as cores.
    threads = "Two threads" if cores == "2" else f"{cores} threads" if cores else "Threads"
    return (
        f"**{threads} in {_name(go)}** take {_seconds(several)} where one takes {_seconds(one)}, "
        f"{several / one:.2f} times. Beside a single thread the collector already runs on "
        f"{'the second core' if cores == '2' else 'other cores'}"
        f"{', and slows it down' if confined < default else ''}: on one core "
        f"(`GOMAXPROCS=1`) the single thread takes {confined / default:.2f} times as long, and "
        f"without the collector (`GOGC=off`) {off / default:.2f} times."
    )


def _go_variants(of: Numbers, go: str) -> str:
    base = of.time(go, "Person")
    ways = [
        f"`{v}` {of.time(go, v) / base:.2f} times the time of the slice of pointers and "
        f"{of.bytes(go, v) / of.bytes(go, 'Person'):.2f} times its bytes"
        for v in ("PersonArena", "PersonValue")
    ]
    return f"**Go's other ways**: {', '.join(ways)}, as its slice grows by copying."


def _processes(of: Numbers, python: str) -> str:
    sizes = sorted({int(key[-1]) for p, _, name, key in of.values if name == TIME and p == python})
    ratios = [
        (n, of.time(python, "Person", "processes", n) / of.time(python, "Person", n=n))
        for n in sizes
    ]
    few, many = sizes[0], sizes[-1]
    start = of.time(python, "Person", "processes", few)
    gain = (of.time(python, "Person", n=many) - of.time(python, "Person", "processes", many)) / many
    shown = ", ".join(f"{ratio:.2f} for {n:,}" for n, ratio in ratios)
    pays = (
        f"they pay from about {_rounded(start / gain):,} persons on (their start-up, "
        f"{_seconds(start)}, over what they gain per person)"
        if gain > 0
        else "they never pay"
    )
    return f"**Processes in {_name(python)}** take, as multiples of one thread: {shown}; {pays}."


def _interpreters(of: Numbers, python: str) -> str:
    single, processes, interpreters = (
        of.time(python, "Person", mode) for mode in ("single", "processes", "interpreters")
    )
    few = of.time(python, "Person", "interpreters", 1_000)
    return (
        f"**Interpreters in {_name(python)}**: {interpreters / single:.2f} times a single thread, "
        f"processes {processes / single:.2f} times; starting them takes {_seconds(few)}."
    )


def _free_threads(of: Numbers, python: str, other: str) -> str:
    single, threads = of.time(python, "Person"), of.time(python, "Person", "threads")
    usual = of.time(other, "Person", "threads") / of.time(other, "Person")
    slots = of.time(python, "PersonSlots", "threads") / of.time(python, "PersonSlots")
    return (
        f"**Threads without the GIL**: in {_name(python)} {threads / single:.2f} times a single "
        f"thread (`PersonSlots` {slots:.2f}), in {_name(other)} {usual:.2f} times; its single "
        f"thread takes {single / of.time(other, 'Person'):.2f} times that of {_name(other)}, and a "
        f"person {of.bytes(python, 'Person') / of.bytes(other, 'Person'):.2f} times the bytes."
    )


def _cython(of: Numbers, python: str) -> str:
    ways = [
        f"`{v}` {of.time(python, v, cython=True) / of.time(python, v):.2f} times"
        for v in ("Person", "PersonSlots", "PersonDataObject")
    ]
    return (
        f"**The same source compiled by Cython** takes, beside plain {_name(python)}: "
        f"{', '.join(ways)}."
    )


def _second_run(of: Numbers, python: str, other: str) -> str:
    def ratios(runtime: str) -> str:
        return ", ".join(
            f"{of.get(runtime, _COST, 'again', n) / of.get(runtime, _COST, 'usual', n):.2f} "
            f"for {n:,}"
            for n in (1_000, 100_000, of.n)
        )

    return (
        f"**The second run in a process** takes, as multiples of the first: in {_name(python)} "
        f"{ratios(python)} persons; in {_name(other)} {ratios(other)}."
    )


def _pypy(of: Numbers, python: str, go: str) -> str:
    return (
        f"**{_name(python)} beside {_name(go)}**: "
        f"{of.time(python, 'Person') / of.time(go, 'Person'):.2f} times the time in a single "
        f"thread, {of.bytes(python, 'Person') / of.bytes(go, 'Person'):.2f} times the bytes. This "
        "work drops the names, so a compiler may skip them; `person.FullName` keeps them."
    )


def _cost(of: Numbers, python: str, more: str, less: str) -> tuple[float, float]:
    """Return what one thing costs a person: bytes, and seconds."""
    bytes_, seconds = (
        of.get(python, name, more, of.n) - of.get(python, name, less, of.n)
        for name in (_COST_BYTES, _COST)
    )
    return bytes_, seconds / of.n


def _difference(of: Numbers, python: str, more: str, less: str) -> float:
    return of.bytes(python, more) - of.bytes(python, less)


def _less(new: float, old: float) -> str:
    """Return how much less time the new takes than the old."""
    share = 1 - new / old
    return f"{abs(share):.0%} {'less' if share >= 0 else 'more'} time".replace("%", " %")


def _seconds(seconds: float) -> str:
    return str(human_value(seconds, "seconds"))


def _per_person(seconds: float) -> str:
    return f"{round(seconds * 1e9)} ns"


def _rounded(persons: float) -> int:
    """Return a number with one significant digit, since it is an estimate."""
    return int(round(persons, -math.floor(math.log10(persons)))) if persons >= 1 else 1
