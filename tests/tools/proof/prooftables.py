"""Raw numbers -> the tables of docs/proof.md, in Markdown."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from tabulate import tabulate

from .binomial import share
from .plan import BUSY, CALM
from .rawlines import Line, newest
from .rivals import FACTORS

NOTHING = "Nothing has been measured yet."
_STATES = {CALM: "calm", BUSY: "busy", "": "both"}

Comparisons = list[dict[str, Any]]


def runtime_of(environment: str) -> str:
    """Return what people call the runtime of one of the project's environments."""
    for sign, name in {"go": "Go", "pypy": "PyPy", "cython": "Cython"}.items():
        if re.search(rf"(^|-){sign}", environment):
            return name
    return "CPython"


def table(headers: list[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a table in Markdown."""
    cells = [[str(cell) for cell in row] for row in rows]
    return str(tabulate(cells, headers, tablefmt="github", disable_numparse=True))


def _in_state(lines: list[Line], state: str) -> list[Line]:
    return [line for line in lines if line["state"] == (state or line["state"])]


def compared(lines: Iterable[Line]) -> Comparisons:
    """Return all comparisons of the gate in these trials."""
    return [c for line in lines for c in line["gate"]["comparisons"]]


def _count(comparisons: Comparisons, verdict: str) -> int:
    return sum(c["verdict"] == verdict for c in comparisons)


def _minutes(seconds: Iterable[float]) -> str:
    """Return the median and the greatest of so many seconds, in minutes."""
    found = [value / 60 for value in seconds]
    return f"{statistics.median(found):.1f} (at most {max(found):.1f})" if found else ""


def _marks(lines: list[Line], factor: str) -> Counter[str]:
    said = (c["marks"].get(factor, "") for line in lines for c in line["asv"]["comparisons"])
    return Counter(said)


def _changes(lines: list[Line]) -> list[str]:
    return [c["change"] for x in lines if x["benchstat"] for c in x["benchstat"]["comparisons"]]


def same(lines: list[Line]) -> str:
    """Return what was said of the same code: by the gate, and by its rivals."""
    rows = []
    for state in _STATES:
        of = _in_state(lines, state)
        found = compared(of)
        if not found:
            continue
        worse, better = (share(_count(found, said), len(found)) for said in ("worse", "better"))
        open_ = share(_count(found, "inconclusive"), len(found))
        took = _minutes(line["gate"]["seconds"] for line in of)
        rows.append(["`gopybench gate`", _STATES[state], worse, better, open_, took])
    for factor in FACTORS:
        for state in _STATES:
            of = _in_state(lines, state)
            marks = _marks(of, factor)
            if marks:
                said = [share(marks[mark], marks.total()) for mark in "+-"]
                took = _minutes(line["asv"]["seconds"] for line in of)
                name = f"`asv continuous --factor {factor}`"
                rows.append([name, _STATES[state], *said, "", took])
    for state in _STATES:
        of = _in_state(lines, state)
        if changes := _changes(of):
            said = [share(sum(c.startswith(s) for c in changes), len(changes)) for s in "+-"]
            took = _minutes(line["benchstat"]["seconds"] for line in of if line["benchstat"])
            rows.append(["benchstat, Go alone", _STATES[state], *said, "", took])
    headers = ["", "machine", "called worse", "called better", "inconclusive", "minutes a pair"]
    return table(headers, rows)


def same_by_runtime(lines: list[Line]) -> str:
    """Return what the gate said of the same code in each runtime."""
    found: dict[tuple[str, str], Comparisons] = {}
    for line in lines:
        for comparison in line["gate"]["comparisons"]:
            key = (runtime_of(comparison["environment"]), line["state"])
            found.setdefault(key, []).append(comparison)
    rows = [
        [
            runtime,
            state,
            len(of),
            _count(of, "worse"),
            _count(of, "better"),
            _count(of, "inconclusive"),
            f"{statistics.median(c['turns'] for c in of):g}",
        ]
        for (runtime, state), of in sorted(found.items())
    ]
    headers = ["runtime", "machine", "times", "worse", "better", "inconclusive", "turns (median)"]
    return table(headers, rows)


def _of_language(comparisons: Comparisons, *, go: bool) -> Comparisons:
    return [c for c in comparisons if (runtime_of(c["environment"]) == "Go") == go]


def planted(lines: list[Line]) -> str:
    """Return which slowdowns were found by times, level by level."""
    rows = []
    for level in sorted({line["planted"] for line in lines}):
        for state in _STATES:
            of = [line for line in _in_state(lines, state) if line["planted"] == level]
            if not of:
                continue
            found = compared(of)
            parts = (_of_language(found, go=go) for go in (False, True))
            languages = [f"{_count(part, 'worse')} of {len(part)}" for part in parts]
            rivals = [_marks(of, factor) for factor in FACTORS]
            changes = _changes(of)
            slower = sum(change.startswith("+") for change in changes)
            minutes = (_median(line[who]["seconds"] for line in of) for who in ("gate", "asv"))
            rows.append(
                [
                    f"{level} %",
                    _STATES[state],
                    share(_count(found, "worse"), len(found)),
                    *languages,
                    _count(found, "inconclusive"),
                    *(f"{marks['+']} of {marks.total()}" for marks in rivals),
                    f"{slower} of {len(changes)}" if changes else "",
                    ", ".join(minutes),
                ]
            )
    headers = ["planted", "machine", "gate: worse", "Python", "Go", "inconclusive"]
    headers += [*(f"asv {factor}: slower" for factor in FACTORS), "benchstat, Go: slower"]
    return table([*headers, "minutes: gate, asv"], rows)


def _median(seconds: Iterable[float]) -> str:
    return f"{statistics.median(seconds) / 60:.1f}"


def counted(lines: list[Line]) -> str:
    """Return which slowdowns were found by instructions, level by level."""
    rows = []
    for level in sorted({line["planted"] for line in lines}):
        of = [line for line in lines if line["planted"] == level]
        found = compared(of)
        parts = (_of_language(found, go=go) for go in (False, True))
        languages = [f"{_count(part, 'worse')} of {len(part)}" for part in parts]
        worse = share(_count(found, "worse"), len(found))
        minutes = _median(line["gate"]["seconds"] for line in of)
        rows.append([f"{level} %", worse, *languages, minutes])
    return table(["planted", "gate: worse", "Python", "Go", "minutes"], rows)


def missed(lines: list[Line]) -> str:
    """Return each slowdown from 5 % on that was not called worse, and what was said of it."""
    rows = [
        [
            f"{line['planted']} %",
            line["state"],
            runtime_of(c["environment"]),
            c["parameters"].strip("'"),
            c["verdict"],
            f"{c['ratio']:.3f}×" if c["ratio"] else "",
            f"{c['low']:.3f} to {c['high']:.3f}" if c["low"] and c["high"] else "",
            c["turns"],
        ]
        for line in lines
        if line["planted"] >= 5
        for c in line["gate"]["comparisons"]
        if c["verdict"] != "worse"
    ]
    if not rows:
        return "Of those from 5 % on none was missed."
    headers = ["planted", "machine", "", "work", "said", "ratio", "between", "turns"]
    return table(headers, sorted(rows))


def grown(lines: list[Line]) -> str:
    """Return by how much each kind of work grew at each level: the median of the gate's ratios."""
    found: dict[tuple[str, str], dict[int, list[float]]] = {}
    for line in lines:
        for c in line["gate"]["comparisons"]:
            if c["ratio"]:
                key = (runtime_of(c["environment"]), c["parameters"].strip("'"))
                found.setdefault(key, {}).setdefault(line["planted"], []).append(c["ratio"])
    levels = sorted({line["planted"] for line in lines})
    rows = [
        [*key, *(f"{statistics.median(of[n]):.3f}×" if n in of else "" for n in levels)]
        for key, of in sorted(found.items())
    ]
    return table(["", "work", *(f"{level} %" for level in levels)], rows)


def measured_with(lines: list[Line]) -> str:
    """Return what was measured with what, and which trials are left out."""
    counted_, others = newest(lines)
    if not counted_:
        return NOTHING
    versions = sorted({_versions(line["versions"]) for line in counted_})
    machines = sorted(
        {f"{m['cpu']}, {m['cores']} cores, {m['system']}" for m in (x["machine"] for x in counted_)}
    )
    days = sorted({line["started"][:10] for line in counted_})
    commits = ", ".join(sorted({line["versions"]["gopybench"] for line in counted_}))
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    busy = max(line["machine"]["in_use"] for line in counted_)
    many = "1 trial" if len(counted_) == 1 else f"{len(counted_)} trials"
    text = (
        f"{many}, {when}, deciding code `{counted_[0]['code']}` (gopybench {commits}); "
        f"{'; '.join([*versions, *machines])}. Before a trial began, at most {100 * busy:.0f} % of "
        "the processors was in use."
    )
    if others:
        left_out = ", ".join(f"{count} of `{code}`" for code, count in others.items())
        text += f" Left out are the trials of other versions of the deciding code: {left_out}."
    return text


def _versions(of: dict[str, str]) -> str:
    pypy = of["pypy"].split(" ")
    return (
        f"CPython {of['python']}, Cython {of['cython']}, PyPy {'.'.join(pypy[1:])} "
        f"(Python {pypy[0]}), Go {of['go']}, asv {of['asv']}"
    )


# The tables by what they are called in the page: the part, and what is made of its trials.
TABLES: dict[str, tuple[str, Callable[[list[Line]], str]]] = {
    "same": ("same", same),
    "same-by-runtime": ("same", same_by_runtime),
    "planted": ("planted", planted),
    "missed": ("planted", missed),
    "grown": ("planted", grown),
    "counted": ("counted", counted),
}
