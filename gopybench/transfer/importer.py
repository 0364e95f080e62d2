"""Go benchmark text -> asv's results: the steps of an import, in their order.

Nothing is written before all else has worked.
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from asv import util
from asv.benchmarks import Benchmarks
from asv.machine import Machine
from asv.repo import get_repo

from gopybench.asvdata import commits, definitions, gomodule, gosettings, noted, wholefiles
from gopybench.asvdata.migration import migrate
from gopybench.asvdata.resultsfile import ResultsFile
from gopybench.transfer.collect import collect
from gopybench.transfer.layout import DefinedBenchmarks, lay_out
from gopybench.transfer.machines import find_machine, machine_file
from gopybench.transfer.naming import name_benchmarks
from gopybench.transfer.runs import open_results, tell_runs_apart
from gopybench.transfer.summary import Summary


@dataclass(frozen=True)
class Options:
    """What an import is told beside its input.

    Attributes:
        commit: the commit measured; None takes it from the input, else HEAD.
        go_version: None takes it from the input, else from the go on PATH.
        machine: the machine's name; None is asv's own choice.
        module: the path of the project's own Go module; None is that of the
            configured directory.
        append: add to earlier samples instead of replacing them.
        dry_run: write nothing.
    """

    commit: str | None = None
    go_version: str | None = None
    machine: str | None = None
    module: str | None = None
    append: bool = False
    dry_run: bool = False


def import_go(
    conf: Any, inputs: Iterable[tuple[str, Iterable[bytes]]], options: Options
) -> Summary:
    """Import Go benchmark output into ``conf.results_dir``.

    *inputs* are pairs of a name for messages and the lines. The current
    directory is that of the configuration, as for asv itself. Raises asv's
    UserError when nothing can be imported or written; whatever is wrong with
    single lines is in the summary, and the good ones are imported.
    """
    with _without_collector():
        return _import_go(conf, inputs, options)


def _import_go(
    conf: Any, inputs: Iterable[tuple[str, Iterable[bytes]]], options: Options
) -> Summary:
    summary = Summary()
    packages = collect(inputs, gosettings.load(conf).units, summary)
    if not packages:
        found = "; ".join(summary.problems) or "no line begins with Benchmark"
        raise util.UserError(f"no benchmark results in the input: {found}")
    repo = get_repo(conf)
    runs = tell_runs_apart(conf, repo, packages, options.commit, options.go_version, summary)
    machines = {
        run: find_machine(conf, options.machine or run.machine, results[0].config)
        for run, results in runs.items()
    }
    dates = commits.dates(repo, {run.commit for run in runs})
    modules = gomodule.modules(conf, options.module)
    is_locked = contextlib.nullcontext() if options.dry_run else wholefiles.locked(conf.results_dir)
    with is_locked:
        known = definitions.load(conf)
        before = dict(known)
        defined = DefinedBenchmarks(before, known)
        named = {}
        for run, results in runs.items():
            named[run] = name_benchmarks(results, modules, known, summary)
            for name, why in defined.define(named[run]).items():
                left_out = named[run].pop(name)
                count = sum(len(samples.values) for samples in left_out.samples.values())
                summary.left_out[left_out.identity, f"{name}: {why}"] += count
        opened = {run: open_results(conf, run, machines[run], dates[run.commit]) for run in runs}
        by_path = {os.path.realpath(file.path): file for file in opened.values()}
        moved = migrate(conf.results_dir, before, known, by_path)
        files: list[tuple[ResultsFile, Machine]] = []
        for run, file in opened.items():
            changed = lay_out(file, named[run], known, options.append, summary)
            path = os.path.relpath(file.path, conf.results_dir)
            # With what a text was measured is not known.
            imported = {name for name, is_new in changed.items() if is_new}
            requirements = noted.without_measurement(file.head["requirements"], imported)
            file.head["requirements"] = requirements
            if any(changed.values()) or file in moved:
                files.append((file, machines[run]))
                summary.written[path] = len(changed)
            elif changed:
                summary.unchanged.append(path)
        if not summary.samples:
            reasons = "; ".join(sorted({f"{what}: {why}" for what, why in summary.left_out}))
            raise util.UserError(f"nothing could be imported: {reasons}")
        new = {name for name, entry in known.items() if entry != before.get(name)}
        writers = _writers(conf, files, known if new else None)
        writers.update((file.path, file.write) for file in moved)
        if new:
            summary.written["benchmarks.json"] = len(new)
        for path in writers:
            summary.written.setdefault(os.path.relpath(path, conf.results_dir), 0)
        if not options.dry_run:
            wholefiles.write_all(writers, conf.results_dir)
    return summary


def _writers(
    conf: Any, files: list[tuple[ResultsFile, Machine]], known: dict[str, Any] | None
) -> dict[str, Callable[[str], object]]:
    """Return by path what writes each file; *known* is asv's list of benchmarks, if it changed."""

    def write(data: Any, version: int) -> Callable[[str], object]:
        return lambda path: util.write_json(path, data, version)

    writers: dict[str, Callable[[str], object]] = {}
    for file, machine in files:
        writers[file.path] = file.write
        described = machine_file(conf, machine.machine)
        if not described.exists():
            writers[str(described)] = write(machine.__dict__, Machine.api_version)
    if known is not None:
        path = Benchmarks.get_benchmark_file_path(conf.results_dir)
        writers[path] = write(known, Benchmarks.api_version)
    return writers


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Collect no garbage: an import makes millions of lists, and no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
