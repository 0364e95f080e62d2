"""What a worker has sent -> ``results/``: checked as strangers' text, and written whole.

A file is what plain ``asv run`` would have made of the one that was here when the task
was handed out. Where another process has changed that since, what was measured goes in
beside it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from asv.benchmarks import Benchmarks
from asv.machine import Machine
from asv.util import UserError, write_json

from gopybench.asvdata import definitions, merging, noted, wholefiles
from gopybench.asvdata.migration import migrate
from gopybench.asvdata.resultsfile import ResultsFile
from gopybench.fleet.tasks import Given, Task, loaded, path_of, plain
from gopybench.transfer import safetext

# In characters: two files of asv's, and how JSON writes one in another.
MAX_OUTCOME = 256 << 20

# What asv writes in a results file beside its rows.
_HEAD = (
    *("commit_hash", "env_name", "date", "params", "python", "requirements"),
    *("env_vars", "durations"),
)

_Entries = Mapping[str, dict[str, Any]]


class Refused(Exception):
    """What a worker has sent is not what it was asked for; the message says what."""


@dataclass(frozen=True)
class Received:
    """How a task ended, checked.

    Attributes:
        code: asv's exit code: 2 where benchmarks failed, or the commit does not build.
        file: the results; None where asv has written none.
        entries: asv's list of benchmarks.
        seconds: how long it took.
        words: the last that asv said, printable.
    """

    code: int
    file: ResultsFile | None
    entries: _Entries
    seconds: float
    words: str


def read(said: object, task: Task, machine: Mapping[str, str], date: int) -> Received:
    """Check what a worker has sent for a task; raise Refused.

    *machine* is the class, as asv describes machines, and *date* the commit's, in
    milliseconds.
    """
    try:
        of = loaded(said, MAX_OUTCOME)
        kinds = {"code": int, "seconds": (int, float), "words": str}
        for key, kind in kinds.items():
            if not isinstance(of.get(key), kind):  # type: ignore[arg-type]
                raise ValueError(f"no {key}")
        with tempfile.TemporaryDirectory(prefix="gopybench-fleet-") as directory:
            for name in ("results", "benchmarks"):
                if of.get(name) is not None:
                    Path(directory, f"{name}.json").write_text(of[name], encoding="utf-8")
            file = ResultsFile.load(str(Path(directory, "results.json")))
            entries = definitions.load(SimpleNamespace(results_dir=directory))
        if file is not None:
            _check(file, task, machine)
            head = {key: file.head[key] for key in _HEAD}
            file.head = {**head, "date": date, "params": {**head["params"], **machine}}
        check_names(entries)
    except (UserError, RecursionError, TypeError, UnicodeError, ValueError) as error:
        raise Refused(str(error) or type(error).__name__) from None
    return Received(of["code"], file, entries, of["seconds"], plain(of["words"]))


def _check(file: ResultsFile, task: Task, machine: Mapping[str, str]) -> None:
    """Raise ValueError for results of something else, and UserError for a damaged row."""
    head = file.head
    asked = {"commit_hash": task.commit, "env_name": task.environment}
    for key, value in asked.items():
        if head[key] != value:
            raise ValueError(f"its {key} is {head[key]!r}, not {value!r}")
    known = {*machine, "python", *noted.without_notes(head["requirements"])}
    if unknown := head["params"].keys() - known:
        raise ValueError(f"its params have {sorted(unknown)[0]!r}")
    check_names(file.rows)
    for name in file.rows:
        file.row(name)


def check_names(names: Collection[str]) -> None:
    """Raise ValueError for a benchmark's name that cannot be a file's, or could be markup."""
    for name in names:
        is_long = len(name.encode(errors="replace")) > definitions.MAX_NAME
        if is_long or "/" in name or not name.isprintable() or safetext.has_markup(name):
            raise ValueError(f"not a benchmark's name: {name[:40]!r}")


def store(
    results_dir: str, task: Task, machine: Mapping[str, str], given: Given, found: Received
) -> None:
    """Put what was measured into ``results/``; raise asv's UserError where that cannot be.

    *given* is what was there when the task was handed out.
    """
    path = path_of(results_dir, machine["machine"], task)
    with wholefiles.locked(results_dir, wholefiles.LOCK_TIMEOUT_OF_ASV):
        known = definitions.load(SimpleNamespace(results_dir=results_dir))
        now = _joined(known, found.entries, given)
        changed = {file.path: file for file in migrate(results_dir, known, now)}
        if found.file is not None:
            here = changed.get(path) or ResultsFile.load(path)
            if file := _added(here, found.file, given, path):
                changed[path] = file
        writers: dict[str, Callable[[str], object]] = {f.path: f.write for f in changed.values()}
        if now != known:
            listed = Benchmarks.get_benchmark_file_path(results_dir)
            writers[listed] = lambda aside: write_json(aside, now, Benchmarks.api_version)
        described = os.path.join(os.path.dirname(path), "machine.json")
        if path in changed and not os.path.exists(described):
            writers[described] = lambda aside: write_json(aside, dict(machine), Machine.api_version)
        if writers:
            wholefiles.write_all(writers, results_dir)


def _joined(known: _Entries, theirs: _Entries, given: Given) -> dict[str, dict[str, Any]]:
    """Return asv's list after a run elsewhere, which has begun with what was given.

    What others have added since stays, and Go's benchmarks get the parameters of both.
    """
    base = _parsed(given.benchmarks)
    # A task of a commit that cannot be built may have found none at all.
    gone = base.keys() - theirs.keys() if theirs else set()
    kept = {name: entry for name, entry in known.items() if name not in gone}
    joined = {
        name: merging.merged(entry, kept[name]) if name in kept else entry
        for name, entry in theirs.items()
    }
    return {**kept, **joined}


def _parsed(text: str | None) -> _Entries:
    if text is None:
        return {}
    with tempfile.TemporaryDirectory(prefix="gopybench-fleet-") as directory:
        conf = SimpleNamespace(results_dir=directory)
        Path(Benchmarks.get_benchmark_file_path(directory)).write_text(text, encoding="utf-8")
        return definitions.load(conf)


def _added(
    here: ResultsFile | None, theirs: ResultsFile, given: Given, path: str
) -> ResultsFile | None:
    """Return the results with what was measured; None where nothing was."""
    base = _results(given.results)
    before = base.rows if base is not None else {}
    known = here.rows if here is not None else {}
    # What is here already has arrived twice.
    measured = {n for n, row in theirs.rows.items() if row not in (before.get(n), known.get(n))}
    if here is not None and not measured:
        return None
    if here is None or (base is not None and here.rows == base.rows):
        theirs.path = path
        return theirs
    here.replace(theirs, measured)
    return here


def _results(text: str | None) -> ResultsFile | None:
    if text is None:
        return None
    with tempfile.TemporaryDirectory(prefix="gopybench-fleet-") as directory:
        path = Path(directory, "results.json")
        path.write_text(text, encoding="utf-8")
        return ResultsFile.load(str(path))
